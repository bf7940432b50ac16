"""What is true: agencies and what belongs to them, each with the days from and to which it holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiaoneng.core.terms import CaseKind, Unit


class UnitChoice(models.TextChoices):
    """The unit of a limit."""

    WORKDAY = Unit.WORKDAY.value, _("working days")
    DAY = Unit.DAY.value, _("calendar days")
    HOUR = Unit.HOUR.value, _("hours")
    MONTH = Unit.MONTH.value, _("months")
    YEAR = Unit.YEAR.value, _("years")


class CaseKindChoice(models.TextChoices):
    """办件类型."""

    INSTANT = CaseKind.INSTANT.value, _("instant case")
    PROMISED = CaseKind.PROMISED.value, _("promised case")
    JOINT = CaseKind.JOINT.value, _("joint case")
    FORWARDED = CaseKind.FORWARDED.value, _("forwarded case")


class Dated(models.Model):
    """Something that holds from a day to a day, both in; an empty day is open."""

    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_to = models.DateField(_("in force to"), null=True, blank=True)
    is_append_only = False

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        """Whether it holds on the day."""
        return (self.in_force_from or date.min) <= day <= (self.in_force_to or date.max)


def _ordered_days(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(in_force_from__isnull=True) | Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
        name=f"{name}_days_in_order",
    )


class Agency(Dated):
    """An agency (机关); `code` is the one in the records, as text."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)

    class Meta:
        ordering = ["name", "code"]
        constraints = [_ordered_days("agency")]

    def __str__(self) -> str:
        return self.name

    @property
    def agency_code(self) -> str:
        """Its own code, under the name by which permissions ask every record."""
        return self.code


class Office(Dated):
    """An office (科室) of an agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="offices")
    code = models.CharField(_("code"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["agency", "name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "name", "in_force_from"], name="office_name_once"),
            _ordered_days("office"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def agency_code(self) -> str:
        return self.agency.code


class PostLevel(models.TextChoices):
    """Where a post stands in its agency."""

    LEADERSHIP = "leadership", _("leadership")
    MIDDLE_MANAGER = "middle_manager", _("middle manager")
    STAFF = "staff", _("staff")


class Post(Dated):
    """A post (岗位). Those of the level `leadership` together are the agency's leadership (班子)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="posts", null=True, blank=True)
    name = models.CharField(_("name"), max_length=120)
    level = models.CharField(_("level"), max_length=20, choices=PostLevel.choices, default=PostLevel.STAFF)
    is_sensitive = models.BooleanField(_("sensitive post (rotation applies)"), default=False)

    class Meta:
        ordering = ["agency", "name"]
        constraints = [_ordered_days("post")]

    def __str__(self) -> str:
        return self.name

    @property
    def agency_code(self) -> str:
        return self.agency.code


class Official(models.Model):
    """A person who holds posts, a leader (领导) or anyone else; nothing more is kept of them than the post needs."""

    staff_no = models.CharField(_("staff number"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=60)
    is_append_only = False

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Tenure(Dated):
    """Who held which post, from when to when (任职)."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tenures")
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="tenures")

    class Meta:
        ordering = ["-in_force_from"]
        constraints = [_ordered_days("tenure")]

    def __str__(self) -> str:
        return f"{self.official}, {self.post}"


class ServiceItem(models.Model):
    """A service item (事项) of an agency; what holds of it when stands in its versions."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="service_items")
    code = models.CharField(_("code"), max_length=80)
    name = models.CharField(_("name"), max_length=300)  # of the latest version, for lists and searches
    is_append_only = False

    class Meta:
        ordering = ["agency__name", "name", "code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="service_item_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def agency_code(self) -> str:
        return self.agency.code


class ServiceItemVersion(Dated):
    """What holds of an item from a day on: its limits, and the rule of law under the statutory one."""

    service_item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(_("name"), max_length=300)
    catalog_code = models.CharField(_("catalogue code"), max_length=40, blank=True)
    item_kind = models.CharField(_("kind of power"), max_length=60, blank=True)
    case_kind = models.CharField(_("kind of case"), max_length=20, blank=True, choices=CaseKindChoice.choices)
    promised_limit = models.PositiveIntegerField(_("promised limit"), null=True, blank=True)
    promised_unit = models.CharField(_("unit"), max_length=10, choices=UnitChoice.choices, default=UnitChoice.WORKDAY)
    statutory_limit = models.PositiveIntegerField(_("statutory limit"), null=True, blank=True)
    statutory_unit = models.CharField(_("unit"), max_length=10, choices=UnitChoice.choices, default=UnitChoice.WORKDAY)
    law_rule = models.CharField(_("rule of law"), max_length=80, blank=True)
    source_file = models.CharField(max_length=200, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    line = models.PositiveIntegerField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["service_item", "-in_force_from", "-pk"]
        constraints = [_ordered_days("service_item_version")]

    def __str__(self) -> str:
        return self.name

    @property
    def promise_exceeds_law(self) -> bool:
        """A promise longer than the law allows, where both are in the same unit."""
        if self.promised_limit is None or self.statutory_limit is None or self.promised_unit != self.statutory_unit:
            return False
        return self.promised_limit > self.statutory_limit > 0

    def facts(self) -> dict[str, Any]:
        """What it says, for the trace."""
        names = ("name", "catalog_code", "item_kind", "case_kind", "promised_limit", "promised_unit")
        more = ("statutory_limit", "statutory_unit", "law_rule", "in_force_from", "in_force_to")
        return {name: getattr(self, name) for name in (*names, *more)}


class CatalogueImport(models.Model):
    """One file of service items that was taken in; the same file again changes nothing."""

    is_append_only = True

    source = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    items_added = models.PositiveIntegerField()
    versions_added = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    refused = models.JSONField(default=list)
    imported_at = models.DateTimeField(auto_now_add=True)
    imported_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.source


class NoticeState(models.TextChoices):
    """Whether the clocks use a notice."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    DISCARDED = "discarded", _("discarded")


class HolidayNotice(models.Model):
    """A holiday notice that the county has added to those of the package; `text` is the TOML that the core reads."""

    is_append_only = False

    notice_id = models.CharField(max_length=60, unique=True)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    document_no = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.PROPOSED)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["year", "notice_id"]

    def __str__(self) -> str:
        return self.title


class ListRole(models.TextChoices):
    """What a list is for; the names are those by which the core takes the files."""

    ITEM_STEPS = "item_steps", _("Official steps of the items")
    LEADERS = "leaders", _("Leaders who sign")
    CASE_PAPERS = "case_papers", _("Papers asked of applicants")
    DIRECTIVES = "directives", _("Directives passed down the levels")
    OFFICE_HOURS = "office_hours", _("Office hours")


class CountyList(models.Model):
    """A list that the county gives beside its records, byte for byte, or its office hours as text.

    Of each role one at most is in use; those before it stay, so that any of them can be put back.
    """

    is_append_only = False

    role = models.CharField(max_length=20, choices=ListRole.choices)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    content = models.BinaryField()
    is_current = models.BooleanField(default=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["role", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["role"], condition=Q(is_current=True), name="county_list_in_use_once")
        ]

    def __str__(self) -> str:
        return self.file_name or self.text

    @property
    def text(self) -> str:
        """The office hours as they were set."""
        return bytes(self.content).decode()

    def facts(self) -> dict[str, Any]:
        """What it is, for the trace."""
        if self.role == ListRole.OFFICE_HOURS:
            return {"office_hours": self.text}
        return {"file_name": self.file_name, "rows": self.rows, "sha256": self.sha256}
