"""What stands in the ballot box (票箱), in a database of its own.

Only the round itself is a model. Ballots, codes, remarks, leaves and sheets live in tables without any row number, made by
a migration of their own and written by `storage` in plain SQL: the ORM would give each row a number, and numbers are order.
No table holds a time.
"""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """What may be done with a round."""

    OPEN = "open"
    CLOSED = "closed"


class Round(models.Model):
    """One appraisal round as the box knows it: its rules, the published keys, and after the close its statement."""

    code = models.CharField(primary_key=True, max_length=40)
    rules = models.TextField()  # canonical JSON, byte for byte
    keys = models.JSONField(default=dict)  # stratum -> public key of its tokens, PEM
    box_key = models.TextField()  # public key of receipts and closing statement, PEM
    seal = models.BinaryField()  # keyed, over rules, keys and codes
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    statement = models.BinaryField(default=bytes)
    signature = models.BinaryField(default=bytes)
    kept_statement = models.BinaryField(default=bytes)  # what remains after the tokens are cut off
    kept_signature = models.BinaryField(default=bytes)
    sealed_ballots = models.BinaryField(default=bytes)  # the ballots with their tokens, for the auditors' key alone

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(state__in=State.values), name="ballotbox_round_state")]

    def __str__(self) -> str:
        return self.code
