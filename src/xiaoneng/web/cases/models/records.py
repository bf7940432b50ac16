"""What the records say: one row a case, a step, a pause, an extension, each with the file, sheet and line it stands in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .files import ImportedFile


class FromFile(models.Model):
    """A row that came from a file."""

    file = models.ForeignKey(ImportedFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    sheet = models.CharField(max_length=120, blank=True)
    line = models.BigIntegerField(null=True)
    is_append_only = True

    class Meta:
        abstract = True


class Case(FromFile):
    """A case (办件) as one file gives it. A later file that holds the case again adds a row; the earlier one stays."""

    is_append_only = False  # is_current alone changes

    case_id = models.CharField(max_length=200)
    is_current = models.BooleanField(default=True)
    case_no = models.CharField(max_length=120, db_index=True)
    agency_code = models.CharField(max_length=60)
    agency_name = models.CharField(max_length=120, blank=True)
    service_item = models.CharField(max_length=80, blank=True)
    service_item_name = models.CharField(max_length=300, blank=True)
    case_kind = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    applicant_kind = models.CharField(max_length=20, blank=True)
    law_rule = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(null=True)
    received_on = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_on = models.DateField(null=True)
    concluded_at = models.DateTimeField(null=True)
    concluded_on = models.DateField(null=True)
    supplement_notified_on = models.DateField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    has_reasons = models.BooleanField(null=True)
    has_fee_basis = models.BooleanField(null=True)
    promised_limit = models.IntegerField(null=True)
    promised_unit = models.CharField(max_length=10, blank=True)
    statutory_limit = models.IntegerField(null=True)
    statutory_unit = models.CharField(max_length=10, blank=True)
    promised_due_on = models.DateField(null=True)
    deadline_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case_id"], condition=Q(is_current=True), name="case_current_once")
        ]
        indexes = [
            models.Index(fields=["file"], name="case_by_file"),
            models.Index(fields=["agency_code", "service_item"], name="case_by_agency"),
        ]

    def __str__(self) -> str:
        return self.case_no


class Step(FromFile):
    """A step (环节) of a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    step_no = models.BigIntegerField()
    agency_code = models.CharField(max_length=60, blank=True)
    office = models.CharField(max_length=120, blank=True)
    handler = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True)
    started_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    limit_length = models.IntegerField(null=True)
    limit_unit = models.CharField(max_length=10, blank=True)
    due_on = models.DateField(null=True)
    step_result = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["case", "step_no"]

    def __str__(self) -> str:
        return f"{self.step_no} {self.name}"


class Pause(FromFile):
    """A stop of the clock (中止计时) as recorded, lawful or not."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pauses")
    pause_no = models.BigIntegerField()
    ground = models.CharField(max_length=40, blank=True)
    ground_text = models.CharField(max_length=500, blank=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    has_written_notice = models.BooleanField(null=True)
    notice_no = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["case", "pause_no"]

    def __str__(self) -> str:
        return f"{self.ground} {self.started_on}"


class Extension(FromFile):
    """An extension (延期)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="extensions")
    extension_no = models.BigIntegerField()
    length = models.IntegerField(null=True)
    unit = models.CharField(max_length=10, blank=True)
    approved_on = models.DateField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    has_reasons = models.BooleanField(null=True)

    class Meta:
        ordering = ["case", "extension_no"]

    def __str__(self) -> str:
        return f"{self.length} {self.unit}"
