"""What the pages on the time read, for some reader: tables that the daily run kept, findings, ways, and the cases behind a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import StrIndex
from django.http import Http404

from xiaoneng.web.cases import queries as cases
from xiaoneng.web.cases.models import (
    CaseClock,
    CaseFlow,
    CaseWait,
    FlowDepartureCase,
    FlowFinding,
    FlowPath,
    FlowPathKind,
    FlowScope,
    FlowTable,
)
from xiaoneng.web.cases.models.flow import OFFICE_SIGN, PATH_SIGN

from .asking import Behind, Scope

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


def cases_behind(user: Any, scope: Scope, behind: Behind) -> QuerySet[CaseClock]:
    """The cases behind a figure, with their ways, those that lasted longest first.

    Raises  Http404 where a finding is asked for that there is not
    """
    found = cases.found(user, cases.Wanted(text=behind.text)).select_related("case__flow")
    found = found.filter(case__flow__isnull=False)
    if behind.finding is not None:
        finding = finding_for(user, behind.finding)
        found = found.filter(case__in=finding.found_cases.values("case"))
    # A figure of who did the work counts cases of any agency; what the reader may not see is left out by `cases.found`.
    of_others = behind.holder or behind.because or behind.queue or behind.at is not None or behind.finding is not None
    if scope.agency and not of_others:
        found = found.filter(case__flow__agency_code=scope.agency)
    if scope.item:
        found = found.filter(case__flow__service_item=scope.item)
    for field, names in _parts(behind):
        holding = FlowPath.objects.annotate(at=StrIndex("names", Value(names))).filter(at__gt=0)
        kind = field.removesuffix("_path")
        found = found.filter(**{f"case__flow__{field}__in": holding.filter(kind=kind).values("pk")})
    if behind.twice:
        paths = _paths_with(behind.twice)
        again = [path.pk for path in paths if path.steps.count(behind.twice) > 1]
        found = found.filter(case__flow__step_path__in=again)
    if behind.without:  # a step is missing only once the case has ended
        found = found.filter(case__concluded_on__isnull=False)
        found = found.exclude(case__flow__step_path__in=_paths_with(behind.without).values("pk"))
    if behind.early and behind.late:
        found = found.filter(case__in=_departed("order_break", behind.early, behind.late).values("case"))
    if behind.paper:
        found = found.filter(case__in=_departed("repeated_paper", behind.paper).values("case"))
    if behind.because:
        found = found.filter(case__in=_waits(behind.because, scope).values("case"))
    if behind.is_orphan:
        found = found.filter(case__flow__orphan_workdays__gt=0)
    if behind.named:
        found = found.filter(case__service_item_name=behind.named)
    if behind.is_ended:
        found = found.filter(case__concluded_on__isnull=False)
    if behind.queue:
        overtaken = FlowTable.objects.filter(table="overtaken_cases", agency_code=scope.agency, part=behind.queue)
        found = found.filter(case__case_id__in=[row["case_id"] for table in overtaken for row in table.records])
    if behind.way:
        found = found.filter(case__flow__step_path__in=FlowPath.objects.filter(code=behind.way).values("pk"))
    if behind.at is not None:
        found = found.filter(ended_on__isnull=True, case__concluded_on__isnull=True, case__flow__last_agency=behind.at)
        if behind.office is not None:
            found = found.filter(case__flow__last_office=behind.office)
        if behind.stands is not None:
            found = found.filter(case__flow__last_name=behind.stands)
    elif behind.is_return:
        found = found.filter(case__flow__office_returns__gt=0)
    return _longest_first(found, scope, behind)


def _longest_first(found: QuerySet[CaseClock], scope: Scope, behind: Behind) -> QuerySet[CaseClock]:
    """Sorted by the days that the figure is about; `figure_workdays` where these are not those of the whole case."""
    if behind.because:
        waits = _waits(behind.because, scope).filter(case=OuterRef("case")).values("case")
        found = found.annotate(figure_workdays=Subquery(waits.annotate(days=Sum("workdays")).values("days")))
    elif behind.is_orphan:
        found = found.annotate(figure_workdays=F("case__flow__orphan_workdays"))
    else:
        return found.order_by(F("case__flow__lasted_workdays").desc(nulls_last=True), "pk")
    return found.order_by(F("figure_workdays").desc(nulls_last=True), "pk")


def _waits(cause: str, scope: Scope) -> QuerySet[CaseWait]:
    """The waits for a cause at the agency of the scope, or at all of them."""
    waits = CaseWait.objects.filter(cause=cause)
    return waits.filter(agency_code=scope.agency) if scope.agency else waits


def times_asked(clocks: Iterable[CaseClock], paper: str) -> dict[int, int]:
    """How often each of the cases was asked for a paper, where that was more than once."""
    asked = _departed("repeated_paper", paper).filter(case__in=[clock.pk for clock in clocks])
    return {one.case_id: one.times for one in asked}


def _departed(departure: str, name: str, other_name: str = "") -> QuerySet[FlowDepartureCase]:
    return FlowDepartureCase.objects.filter(departure=departure, name=name, other_name=other_name)


def _paths_with(step: str) -> QuerySet[FlowPath]:
    """The ways that have a step."""
    ways = FlowPath.objects.filter(kind=FlowPathKind.STEP)
    return ways.annotate(at=StrIndex("names", Value(_joined([step])))).filter(at__gt=0)


def _parts(behind: Behind) -> Iterable[tuple[str, str]]:
    """The parts of a way that are looked for: which path, and the names with the signs between."""
    if behind.step:
        yield "step_path", _joined([behind.step])
    if behind.from_ or behind.to:
        yield "step_path", _joined([name for name in (behind.from_, behind.to) if name])
    holders = [behind.giver] + ([behind.taker] if behind.taker else [])
    if behind.holder == "agency":
        yield "agency_path", _joined([agency for agency, _ in holders])
    if behind.holder == "office":
        yield "office_path", _joined([OFFICE_SIGN.join(one) for one in holders])


def _joined(names: Sequence[str]) -> str:
    return PATH_SIGN + PATH_SIGN.join(names) + PATH_SIGN


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
