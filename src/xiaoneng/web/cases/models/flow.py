"""Stored results of the daily run on where the time goes: what pictures are drawn from, findings, and the way of each case.

All of it is made anew by each run of the clocks, from the same records and in the same transaction.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from .records import Case

PATH_SIGN, OFFICE_SIGN = "\x1f", "\x1e"  # between the parts of a path; between agency and office


class FlowScope(models.TextChoices):
    """Over which cases a table of the flow counts."""

    COUNTY = "county", "county"
    AGENCY = "agency", "agency"
    ITEM = "item", "item"  # one item of one agency


class FlowTable(models.Model):
    """The rows of one table (shapes in core/tables) over some cases, so that a picture reads one row."""

    is_append_only = False

    table = models.CharField(max_length=40)
    scope = models.CharField(max_length=10, choices=FlowScope.choices)
    agency_code = models.CharField(max_length=60, blank=True)
    service_item = models.CharField(max_length=300, blank=True)
    part = models.CharField(max_length=620, blank=True)  # a segment, an item's name, a queue
    columns = models.JSONField()
    rows = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "scope", "agency_code", "service_item", "part"], name="flow_table_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.agency_code} {self.service_item} {self.part}"

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class FlowFinding(models.Model):
    """A finding about where the time goes: a question to the agency, which nothing follows from before its reply."""

    is_append_only = False

    finding_no = models.IntegerField(primary_key=True)
    kind = models.CharField(max_length=30)
    certainty = models.CharField(max_length=12)
    agency_code = models.CharField(max_length=60, blank=True, db_index=True)
    agency_name = models.CharField(max_length=120, blank=True)
    office = models.CharField(max_length=120, blank=True)
    other_agency = models.CharField(max_length=120, blank=True)
    other_agency_name = models.CharField(max_length=120, blank=True)
    service_item = models.CharField(max_length=300, blank=True)
    service_item_name = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=200, blank=True)
    cases = models.IntegerField()
    cost_workdays = models.FloatField(null=True)
    case_workdays = models.FloatField(null=True)
    peer_workdays = models.FloatField(null=True)
    saved_workdays = models.FloatField(null=True)
    saved_low = models.FloatField(null=True)
    saved_high = models.FloatField(null=True)
    share = models.FloatField(null=True)
    peer_share = models.FloatField(null=True)
    compared_with = models.CharField(max_length=30, blank=True)
    peers = models.IntegerField(null=True)
    p_value = models.FloatField(null=True)
    q_value = models.FloatField(null=True)
    law = models.CharField(max_length=120, blank=True)
    article = models.CharField(max_length=60, blank=True)
    told = models.JSONField(default=dict)  # by language (zh, en): the sentence, and the grounds that it rests on

    class Meta:
        ordering = ["finding_no"]

    def __str__(self) -> str:
        return f"{self.finding_no} {self.kind}"


class FlowFindingCase(models.Model):
    """A case that a finding opens to, and the working days that it cost there."""

    is_append_only = False

    finding = models.ForeignKey(FlowFinding, on_delete=models.CASCADE, related_name="found_cases")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    workdays = models.FloatField(null=True)

    class Meta:
        ordering = ["finding", "-workdays", "pk"]
        constraints = [models.UniqueConstraint(fields=["finding", "case"], name="flow_finding_case_once")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.case_id}"


class FlowDepartureCase(models.Model):
    """A case with two steps in the wrong order, or with a paper that was asked for again: what its way does not tell."""

    is_append_only = False

    departure = models.CharField(max_length=20)  # order_break or repeated_paper
    name = models.CharField(max_length=300)
    other_name = models.CharField(max_length=300, blank=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    times = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["departure", "name", "other_name"], name="flow_departure_by_name")]

    def __str__(self) -> str:
        return f"{self.departure} {self.name} {self.case_id}"


class CaseWait(models.Model):
    """Why a case waited at an agency that did steps of it: the working days of one cause."""

    is_append_only = False

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agency_code = models.CharField(max_length=60, blank=True)
    cause = models.CharField(max_length=20)  # one of core.tables.CAUSES
    workdays = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["cause", "agency_code"], name="case_wait_by_cause")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.agency_code} {self.cause}"


class FlowPathKind(models.TextChoices):
    """What a path is a path of."""

    STEP = "step", "step"
    OFFICE = "office", "office"
    AGENCY = "agency", "agency"


class FlowPath(models.Model):
    """A way that cases went: the names of their steps, or the offices or agencies that had them, in order.

    `names` holds the names between signs that no name holds, one at either end, so that a part of the way can be looked for.
    """

    is_append_only = False

    kind = models.CharField(max_length=10, choices=FlowPathKind.choices)
    code = models.CharField(max_length=16, db_index=True)  # made from the names: it stays the same from run to run
    names = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["kind"], name="flow_path_by_kind")]

    def __str__(self) -> str:
        return self.names

    @property
    def steps(self) -> list[str]:
        """The names, one by one."""
        return self.names.strip(PATH_SIGN).split(PATH_SIGN)


class CaseFlow(models.Model):
    """The way of one current case, by which lists find the cases behind a figure."""

    is_append_only = False

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="flow")
    agency_code = models.CharField(max_length=60, blank=True)
    service_item = models.CharField(max_length=300, blank=True)
    step_path = models.ForeignKey(FlowPath, on_delete=models.CASCADE, related_name="step_cases")
    office_path = models.ForeignKey(FlowPath, on_delete=models.CASCADE, related_name="office_cases")
    agency_path = models.ForeignKey(FlowPath, on_delete=models.CASCADE, related_name="agency_cases")
    lasted_workdays = models.FloatField(null=True)
    waited_workdays = models.FloatField(null=True)
    orphan_workdays = models.FloatField(null=True)
    office_returns = models.IntegerField(default=0)
    last_name = models.CharField(max_length=200, blank=True)
    last_agency = models.CharField(max_length=60, blank=True)
    last_office = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency_code", "service_item"], name="case_flow_by_agency")]

    def __str__(self) -> str:
        return f"{self.case_id}"
