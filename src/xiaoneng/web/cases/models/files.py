"""Where records come from: one row a batch of files, a file, a row set aside, a named mapping."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    """How far an import has come."""

    UPLOADED = "uploaded", _("uploaded")
    CHECKING = "checking", _("being checked")
    UNMAPPED = "unmapped", _("waits for a mapping")
    CHECKED = "checked", _("checked, not yet taken in")
    IMPORTING = "importing", _("being taken in")
    DONE = "done", _("taken in")
    FAILED = "failed", _("refused")
    UNDONE = "undone", _("undone")
    DISCARDED = "discarded", _("discarded")


class ImportBatch(models.Model):
    """One import: some files read together, all or nothing. What the dry run found stays with it."""

    is_append_only = False

    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.UPLOADED, db_index=True)
    mapping = models.CharField(max_length=200, blank=True)  # a shipped profile's name, or that of a saved mapping
    profile = models.CharField(max_length=120, blank=True)  # the one that read it
    accepted_by = models.CharField(max_length=60, blank=True)
    accept_good_rows = models.BooleanField(default=False)
    report = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)  # rows taken in by kind, and cases that are new, changed
    error = models.TextField(blank=True)
    error_kind = models.CharField(max_length=60, blank=True)  # the name of the refusal in the list of words
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=60)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {', '.join(file.file_name for file in self.files.all()[:3])}"

    @property
    def is_running(self) -> bool:
        """Whether work on it is under way."""
        return self.state in (BatchState.UPLOADED, BatchState.CHECKING, BatchState.IMPORTING)

    @property
    def refused_rows(self) -> int:
        """Rows that cannot be read and would be left out."""
        return int(self.report.get("refused_rows", 0))


class ImportedFile(models.Model):
    """One file; `sha256` is over its bytes, and the same bytes are taken in once."""

    is_append_only = False

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="files")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    bytes = models.BigIntegerField(default=0)
    format = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    rows = models.BigIntegerField(default=0)
    stored_name = models.CharField(max_length=255, blank=True)
    is_taken_in = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=models.Q(is_taken_in=True), name="imported_file_taken_in_once"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class SetAsideRow(models.Model):
    """A row of a file that was read but not counted, with its reason."""

    is_append_only = True

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="set_aside")
    file = models.ForeignKey(ImportedFile, on_delete=models.CASCADE, null=True, related_name="set_aside")
    sheet = models.CharField(max_length=120, blank=True)
    line = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=40, blank=True)
    case_no = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=80)
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=300, blank=True)
    advice = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.file} {self.sheet} {self.line}: {self.reason}"


class CoverageRow(models.Model):
    """How far the records of one agency and item can be trusted, from one source; `facts` is a row of COVERAGE."""

    is_append_only = True

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="coverage")
    agency_code = models.CharField(max_length=60, db_index=True)
    service_item = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["agency_code", "source", "service_item"]

    def __str__(self) -> str:
        return f"{self.agency_code} {self.service_item} {self.source}"


class SavedMapping(models.Model):
    """A mapping made by hand and kept under a name; `text` is the TOML that the core reads."""

    is_append_only = False

    name = models.CharField(_("name"), max_length=64, unique=True)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
