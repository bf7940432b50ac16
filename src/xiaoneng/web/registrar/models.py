"""What is true of a round: its rules, the public keys, the counts.

Who is on the roll and who was issued a token is no model: it is a table without order, in `roll.py`. No row here changes
while tokens are issued, so that none tells when.
"""

from __future__ import annotations

from django.db import models


class SigningRound(models.Model):
    """A round of which this registrar keeps the roll."""

    code = models.CharField(max_length=40, primary_key=True)
    rules = models.JSONField()
    rules_hash = models.CharField(max_length=64)
    is_issue_closed = models.BooleanField(default=False)
    issue_closed_on = models.DateField(null=True)
    is_roll_deleted = models.BooleanField(default=False)
    is_append_only = False

    def __str__(self) -> str:
        return self.code


class SigningStratum(models.Model):
    """The voters of one stratum: how many, and with which key their tokens are signed."""

    round = models.ForeignKey(SigningRound, on_delete=models.CASCADE, related_name="strata")
    code = models.CharField(max_length=40)
    eligible = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    has_tokens = models.BooleanField()
    public_key = models.TextField(blank=True)  # PEM
    fingerprint = models.CharField(max_length=80, blank=True)
    issued = models.PositiveIntegerField(null=True)  # known once the issue is closed
    signatures = models.PositiveIntegerField(null=True)  # on the signed roll of paper codes
    signatures_by = models.CharField(max_length=150, blank=True)
    signatures_compared = models.PositiveIntegerField(null=True)
    signatures_compared_by = models.CharField(max_length=150, blank=True)
    is_append_only = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="one_stratum_of_a_code"),
            models.CheckConstraint(condition=models.Q(issued__lte=models.F("drawn")), name="issued_to_drawn_only"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.code}"
