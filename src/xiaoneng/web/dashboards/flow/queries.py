"""What the pages on the time read, for some reader: tables that the daily run kept, findings, and ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q, Sum
from django.http import Http404

from xiaoneng.web.cases import queries as cases
from xiaoneng.web.cases.models import (
    CaseFlow,
    FlowFinding,
    FlowPath,
    FlowPathKind,
    FlowScope,
    FlowTable,
)
from xiaoneng.web.cases.models.flow import PATH_SIGN

from .asking import Scope

Row = dict[str, Any]
MOST_WAYS = 60
FEWEST_CASES = 5  # below, a median is one case or another


def tables_of(scope: Scope, *names: str, part: str | None = None) -> dict[str, list[Row]]:
    """The rows of some tables over the scope, by the table's name; a table without rows is an empty list."""
    found = FlowTable.objects.filter(
        table__in=names, scope=scope.level, agency_code=scope.agency, service_item=scope.item
    )
    if part is not None:
        found = found.filter(part=part)
    rows: dict[str, list[Row]] = {name: [] for name in names}
    for table in found:
        rows[table.table] += table.records
    return rows


def by_agency(scope: Scope, *names: str, part: str | None = None) -> dict[str, list[Row]]:
    """The rows of every agency, or of the chosen one (always a liaison's), one after the other, with `agency` as a column."""
    found = FlowTable.objects.filter(table__in=names, scope=FlowScope.AGENCY).order_by("agency_code", "pk")
    if part is not None:
        found = found.filter(part=part)
    if scope.agency:
        found = found.filter(agency_code=scope.agency)
    rows: dict[str, list[Row]] = {name: [] for name in names}
    for table in found:
        rows[table.table] += [{**row, "agency": table.agency_code, "part": table.part} for row in table.records]
    return rows


def of_county(*names: str) -> dict[str, list[Row]]:
    """The rows of tables that are not divided: hand-overs and their counts."""
    rows: dict[str, list[Row]] = {name: [] for name in names}
    for table in FlowTable.objects.filter(table__in=names, scope=FlowScope.COUNTY, agency_code="", part=""):
        rows[table.table] += table.records
    return rows


def departures_of(scope: Scope) -> list[Row]:
    """What departs from the official lists in a scope, with `agency` and `service_item` as columns."""
    found = FlowTable.objects.filter(table="departures", scope=FlowScope.ITEM).order_by("agency_code", "service_item")
    if scope.agency:
        found = found.filter(agency_code=scope.agency)
    if scope.item:
        found = found.filter(service_item=scope.item)
    return [
        {**row, "agency": table.agency_code, "service_item": table.service_item}
        for table in found
        for row in table.records
    ]


def findings_for(user: Any, scope: Scope | None = None) -> list[FlowFinding]:
    """The findings that the reader may see, the gravest first: a liaison sees those about their own agency."""
    found = FlowFinding.objects.all()
    if not user.has_perm("overview.read"):
        found = found.filter(agency_code=user.agency_code)
    if scope is not None and scope.agency:
        found = found.filter(agency_code=scope.agency)
    if scope is not None and scope.item:
        found = found.filter(service_item=scope.item)
    return list(found)


def finding_for(user: Any, number: int) -> FlowFinding:
    """One finding.

    Raises  Http404 where there is none, or the reader may not see it
    """
    found = next((one for one in findings_for(user) if one.finding_no == number), None)
    if found is None:
        raise Http404("no such finding")
    return found


def segments_of(scope: Scope) -> list[tuple[str, str]]:
    """The segments that a spectrum is drawn of, those with most days waited first."""
    found = FlowTable.objects.filter(table="spectrum", scope=scope.whole_agency.level, agency_code=scope.agency)
    parts = found.order_by("pk").values_list("part", flat=True)
    return [(first, last) for first, _, last in (part.partition(PATH_SIGN) for part in parts)]


def spectrum_of(scope: Scope, segment: tuple[str, str]) -> list[Row]:
    """The moves drawn of a segment."""
    return tables_of(scope.whole_agency, "spectrum", part=PATH_SIGN.join(segment))["spectrum"]


def way(code: str) -> list[str]:
    """The steps of a way; none where there is no such way."""
    found = FlowPath.objects.filter(kind=FlowPathKind.STEP, code=code).first()
    return found.steps if found else []


@dataclass(frozen=True)
class Way:
    """A way that cases went, with how many, and of how many all together."""

    code: str
    steps: list[str]
    cases: int
    share: float
    coverage: float
    lasted_workdays: float | None
    waited_workdays: float | None


@dataclass(frozen=True)
class Ways:
    """The most frequent ways of a scope, and how many there are."""

    shown: list[Way]
    ways: int
    cases: int
    found: int
    found_cases: int


def ways_of(scope: Scope, *, step: str = "", most: int = MOST_WAYS) -> Ways:
    """The ways of the cases of a scope, the most frequent first; `step` keeps those in which a step's name holds the text.

    Share and coverage are of all cases of the scope, also where a step is searched for.
    """
    flows = CaseFlow.objects.all()
    if scope.agency:
        flows = flows.filter(agency_code=scope.agency)
    if scope.item:
        flows = flows.filter(service_item=scope.item)
    counted = list(
        flows.values("step_path")
        .annotate(n=Count("pk"), lasted=Avg("lasted_workdays"), waited=Avg("waited_workdays"))
        .order_by("-n", "step_path")
    )
    total = sum(one["n"] for one in counted)
    paths = FlowPath.objects.filter(kind=FlowPathKind.STEP)
    if step:
        paths = paths.filter(names__icontains=step)
    fitting = set(paths.values_list("pk", flat=True)) if step else None
    chosen: list[tuple[Any, int]] = []
    coverage, found_cases, found = 0, 0, 0
    for one in counted:
        coverage += one["n"]
        if fitting is None or one["step_path"] in fitting:
            found, found_cases = found + 1, found_cases + one["n"]
            if len(chosen) < most:
                chosen.append((one, coverage))
    names = {path.pk: path for path in FlowPath.objects.filter(pk__in=[one["step_path"] for one, _ in chosen])}
    shown = [
        Way(
            code=names[one["step_path"]].code,
            steps=names[one["step_path"]].steps,
            cases=one["n"],
            share=one["n"] / total,
            coverage=sofar / total,
            lasted_workdays=one["lasted"],
            waited_workdays=one["waited"],
        )
        for one, sofar in chosen
    ]
    return Ways(shown, len(counted), total, found, found_cases)


def item_names(user: Any) -> dict[str, str]:
    """The names of items by their codes."""
    return dict(cases.item_totals_for(user).exclude(service_item="").values_list("service_item", "service_item_name"))


def items_of(agency: str, table: str, *, part: str) -> list[Row]:
    """The rows of every item of an agency."""
    found = FlowTable.objects.filter(table=table, scope=FlowScope.ITEM, agency_code=agency, part=part).order_by("pk")
    return [row for one in found for row in one.records]


def item_peers(scope: Scope, name: str = "") -> dict[str, list[Row]]:
    """The same item at several agencies, by its name; with an agency, the items that it handles alone."""
    kept = FlowTable.objects.filter(table="item_peers", scope=FlowScope.COUNTY).order_by("part")
    found = {}
    for table in kept.filter(part=name) if name else kept:
        rows = table.records
        if not scope.agency or any(row["agency"] == scope.agency for row in rows):
            found[table.part] = rows
    return found


def has_enough(peer: Row) -> bool:
    """Whether an agency has so many ended cases of an item that their times can be compared."""
    return peer["cases"] >= FEWEST_CASES and peer["lasted_workdays_median"] is not None


@dataclass(frozen=True)
class Orphans:
    """Days in which no office had a case: over how many cases they are known, and how many had any."""

    cases: int
    known: int
    with_any: int
    workdays: float


def orphan_days(scope: Scope) -> Orphans:
    """Days in which no office had a case of the scope."""
    flows = CaseFlow.objects.all()
    if scope.agency:
        flows = flows.filter(agency_code=scope.agency)
    if scope.item:
        flows = flows.filter(service_item=scope.item)
    summed = flows.aggregate(
        cases=Count("pk"),
        known=Count("orphan_workdays"),
        with_any=Count("pk", filter=Q(orphan_workdays__gt=0)),
        workdays=Sum("orphan_workdays"),
    )
    return Orphans(**{name: value or 0 for name, value in summed.items()})
