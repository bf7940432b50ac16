"""What is true of ratings: the ratings themselves, the links that were handed out, and how bad ones were dealt with."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaoneng.core.ratings import HandlingDays
from xiaoneng.web.audit.models import AppendOnlyQuerySet
from xiaoneng.web.cases.models import Case, ImportedFile


class Source(models.TextChoices):
    """How a rating came to us."""

    FILE = "import", _("file of the rating system")
    LINK = "link", _("link to the person served")


class RatingState(models.TextChoices):
    """Whether a rating counts."""

    COUNTS = "counts", _("counts")
    CONTESTED = "contested", _("under review, not counted")
    EXCLUDED = "excluded", _("excluded after review")


class Rating(models.Model):
    """A rating of one service, as it was given. A correction is a row of its own that says what it replaces.

    The case is found again by its key after a later import: a file may bring a newer row of it.
    """

    is_append_only = False  # case, is_current and state alone change

    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="ratings")
    case_key = models.CharField(max_length=200, db_index=True)
    agency_code = models.CharField(max_length=60, db_index=True)
    file = models.ForeignKey(ImportedFile, on_delete=models.PROTECT, null=True, related_name="+")
    sheet = models.CharField(max_length=120, blank=True)
    line = models.BigIntegerField(null=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    level = models.SmallIntegerField(null=True)
    channel = models.CharField(max_length=40, blank=True)
    rated_at = models.DateTimeField(null=True)
    rated_on = models.DateField(null=True)
    is_default = models.BooleanField(default=False)
    is_by_staff = models.BooleanField(default=False)
    is_valid = models.BooleanField(null=True)
    is_named = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)
    reasons_version = models.CharField(max_length=20, blank=True)
    remark = models.TextField(blank=True)
    contact = models.CharField(max_length=120, blank=True)  # for the call alone; no page but the handler's shows it
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    is_current = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RatingState.choices, default=RatingState.COUNTS)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case_key"], condition=Q(is_current=True), name="rating_current_once")
        ]
        indexes = [models.Index(fields=["agency_code", "is_current"], name="rating_by_agency")]

    def __str__(self) -> str:
        return f"{self.case_key} {self.level or '-'}"


class RatingLink(models.Model):
    """A link that was handed to the person served; only the hash of its token is kept, so that nobody here can use it."""

    is_append_only = False  # it is stopped, never deleted

    case_key = models.CharField(max_length=200)
    agency_code = models.CharField(max_length=60, db_index=True)
    token_hash = models.CharField(max_length=64, unique=True)
    open_until = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=60)
    used_on = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_key"], condition=Q(stopped_at__isnull=True), name="rating_link_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.case_key


class MatterState(models.TextChoices):
    """How far a bad rating has been dealt with."""

    OPEN = "open", _("not contacted yet")
    CONTACTED = "contacted", _("contacted")
    MENDED = "mended", _("mended or explained")
    CALLED_BACK = "called_back", _("called back")
    CLOSED = "closed", _("dealt with")
    WITHDRAWN = "withdrawn", _("changed by the rater")
    EXCLUDED = "excluded", _("excluded after review")


ACTIVE = (MatterState.OPEN, MatterState.CONTACTED, MatterState.MENDED, MatterState.CALLED_BACK)


class Mending(models.TextChoices):
    """What was done about it."""

    AT_ONCE = "at_once", _("mended at once")
    MENDED = "mended", _("mended by the due day")
    EXPLAINED = "explained", _("explained: what was asked has no ground in law")


class Matter(models.Model):
    """A bad rating (差评) that is dealt with: contact, mending or explanation, call back, closing."""

    is_append_only = False  # each step stands in the trace and in `MatterStep`

    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="matter")
    agency_code = models.CharField(max_length=60, db_index=True)
    state = models.CharField(max_length=12, choices=MatterState.choices, default=MatterState.OPEN, db_index=True)
    opened_on = models.DateField()
    contact_due_on = models.DateField()
    mend_due_on = models.DateField()
    is_named = models.BooleanField(default=False)
    is_repeated = models.BooleanField(default=False)
    contacted_on = models.DateField(null=True)
    contacted_by = models.CharField(max_length=60, blank=True)
    is_reached = models.BooleanField(null=True)
    mended_on = models.DateField(null=True)
    mended_by = models.CharField(max_length=60, blank=True)
    mending = models.CharField(max_length=12, choices=Mending.choices, blank=True)
    called_back_on = models.DateField(null=True)
    called_back_by = models.CharField(max_length=60, blank=True)
    is_satisfied = models.BooleanField(null=True)  # NULL: not reached when called back
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["contact_due_on", "pk"]
        indexes = [models.Index(fields=["agency_code", "state"], name="matter_by_agency")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.rating.case_key}"

    @property
    def is_active(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in ACTIVE


class MatterStep(models.Model):
    """One step on a bad rating, as it was written down."""

    is_append_only = True

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=60)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.kind}"


class Claim(models.TextChoices):
    """Why an agency holds that a rating should not count."""

    MALICIOUS = "malicious", _("malicious")
    MISTAKEN = "mistaken", _("given by mistake")


class Review(models.Model):
    """A review of a bad rating that its agency asked for: both sides, and the decision of somebody who is not of it."""

    is_append_only = False  # heard and decided once each

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="review")
    claim = models.CharField(max_length=12, choices=Claim.choices)
    agency_side = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.CharField(max_length=60)
    rater_reached = models.BooleanField(null=True)
    rater_side = models.TextField(blank=True)
    heard_at = models.DateTimeField(null=True)
    heard_by = models.CharField(max_length=60, blank=True)
    is_upheld = models.BooleanField(null=True)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.claim}"


class DaysSet(models.Model):
    """The days of handling that a county has set, with the document they rest on; the last row holds."""

    is_append_only = True

    contact_workdays = models.PositiveSmallIntegerField()
    mend_workdays = models.PositiveSmallIntegerField()
    change_days = models.PositiveSmallIntegerField()
    link_days = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=300)
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.CharField(max_length=60)

    objects: models.Manager[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ground

    def as_days(self) -> HandlingDays:
        """As the core reads them."""
        return HandlingDays(self.contact_workdays, self.mend_workdays, self.change_days, self.link_days)


def days_in_force() -> HandlingDays:
    """What the county has set, else the defaults."""
    row = DaysSet.objects.first()
    return row.as_days() if row else HandlingDays()


def is_open(link: RatingLink, on: date) -> bool:
    """Whether a rating can still be given by the link for the first time."""
    return link.stopped_at is None and on <= link.open_until
