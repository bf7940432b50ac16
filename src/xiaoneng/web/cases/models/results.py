"""Stored results of the daily run: clocks and cards, and the totals that pages open with. They can be made anew any day."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .records import Case, Step


class ClockRun(models.Model):
    """One run of the clocks over all cases, as of the day `on`."""

    is_append_only = True

    on = models.DateField()
    ran_at = models.DateTimeField()
    ran_by = models.CharField(max_length=60)
    seconds = models.FloatField()
    pack = models.CharField(max_length=60)
    card_rules = models.CharField(max_length=60)
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.on}"


class CaseClock(models.Model):
    """The clock and card of one current case. What lists filter by stands here again, so that a list reads one table."""

    is_append_only = False

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="clock")
    judged_on = models.DateField()
    agency_code = models.CharField(max_length=60)
    service_item = models.CharField(max_length=80, blank=True)
    received_on = models.DateField(null=True)
    law_rule = models.CharField(max_length=80, blank=True)
    promised_limit = models.IntegerField(null=True)  # the case's own, else that of its item
    promised_unit = models.CharField(max_length=10, blank=True)
    statutory_limit = models.IntegerField(null=True)
    statutory_unit = models.CharField(max_length=10, blank=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    first_due_on = models.DateField(null=True)  # the earlier of the two
    paused_workdays = models.IntegerField(null=True)
    elapsed_workdays = models.IntegerField(null=True)
    remaining_workdays = models.IntegerField(null=True)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, blank=True)
    is_late_promised = models.BooleanField(null=True)
    is_late_statutory = models.BooleanField(null=True)
    is_late_deadline = models.BooleanField(null=True)
    deemed_outcome = models.CharField(max_length=20, blank=True)
    deemed_on = models.DateField(null=True)
    card = models.CharField(max_length=15)
    card_rule = models.CharField(max_length=80, blank=True)
    card_fell_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    findings = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["first_due_on", "pk"]
        indexes = [
            models.Index(fields=["state", "first_due_on"], name="clock_by_state"),
            models.Index(fields=["agency_code", "state", "first_due_on"], name="clock_by_agency"),
            models.Index(fields=["card", "card_fell_on"], name="clock_by_card"),
            models.Index(fields=["first_due_on"], name="clock_by_due"),
            models.Index(fields=["service_item", "first_due_on"], name="clock_by_item"),
            models.Index(fields=["-received_on"], name="clock_by_received"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"

    @property
    def overdue_workdays(self) -> int | None:
        """Working days past the first limit; None where it has not run out."""
        left = self.remaining_workdays
        return -left if left is not None and left < 0 else None

    @property
    def finding_codes(self) -> list[str]:
        """The codes of irregularities, one by one."""
        return [code for code in self.findings.split(",") if code]


class CardState(models.TextChoices):
    """How far a card has come. Replies and what is decided on them are added by those who receive them."""

    ISSUED = "issued", _("issued")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Card(models.Model):
    """A card that the daily run drew: on which day it fell due in law, and on which day it was written down.

    It stands without the case's row, of which a later file may bring a newer one.
    """

    is_append_only = False  # a card that the corrected records no longer draw is withdrawn, never deleted

    case_key = models.CharField(max_length=200)
    agency_code = models.CharField(max_length=60, db_index=True)
    card = models.CharField(max_length=15)
    card_rule = models.CharField(max_length=80)
    fell_on = models.DateField(null=True)
    issued_on = models.DateField()
    state = models.CharField(max_length=10, choices=CardState.choices, default=CardState.ISSUED)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        ordering = ["-issued_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_key", "card_rule", "fell_on"],
                condition=models.Q(state="issued"),
                name="card_issued_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_key} {self.card}"


class StepClock(models.Model):
    """The clock of one step that has a limit of its own."""

    is_append_only = False

    step = models.OneToOneField(Step, on_delete=models.CASCADE, primary_key=True, related_name="clock")
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    elapsed_workdays = models.IntegerField(null=True)
    remaining_workdays = models.IntegerField(null=True)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, blank=True)
    card = models.CharField(max_length=15)
    card_rule = models.CharField(max_length=80, blank=True)
    is_provisional = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.step_id} {self.state}"


class Totals(models.Model):
    """Counts over some cases; the shares are those of the base `due`."""

    is_append_only = False

    agency_code = models.CharField(max_length=60, db_index=True)
    cases = models.IntegerField(default=0)
    ended = models.IntegerField(default=0)
    open = models.IntegerField(default=0)
    due = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    late_promised = models.IntegerField(default=0)
    late_statutory = models.IntegerField(default=0)
    open_late = models.IntegerField(default=0)
    unjudged = models.IntegerField(default=0)
    late_share = models.FloatField(null=True)
    late_share_low = models.FloatField(null=True)
    late_share_high = models.FloatField(null=True)
    median_workdays = models.FloatField(null=True)
    early_warning = models.IntegerField(default=0)
    yellow = models.IntegerField(default=0)
    red = models.IntegerField(default=0)
    irregular = models.IntegerField(default=0)
    deemed = models.IntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def numbers(self) -> dict[str, Any]:
        """Every count and share by name."""
        return {field.name: getattr(self, field.name) for field in Totals._meta.get_fields()}


class AgencyTotal(Totals):
    """The totals of one agency."""

    agency_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["agency_code"]

    def __str__(self) -> str:
        return self.agency_name or self.agency_code


class ItemTotal(Totals):
    """The totals of one service item of an agency."""

    agency_name = models.CharField(max_length=120, blank=True)
    service_item = models.CharField(max_length=80, blank=True, db_index=True)
    service_item_name = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["agency_code", "service_item"]

    def __str__(self) -> str:
        return self.service_item_name or self.service_item


class MonthTotal(models.Model):
    """One month of an agency, or of all agencies where `agency_code` is empty, by the day on which the limit ran out."""

    is_append_only = False

    agency_code = models.CharField(max_length=60, blank=True, db_index=True)
    month_on = models.DateField()
    due = models.IntegerField()
    late = models.IntegerField()
    late_share = models.FloatField(null=True)
    late_share_low = models.FloatField(null=True)
    late_share_high = models.FloatField(null=True)
    is_complete = models.BooleanField()

    class Meta:
        ordering = ["agency_code", "month_on"]

    def __str__(self) -> str:
        return f"{self.agency_code} {self.month_on:%Y-%m}"
