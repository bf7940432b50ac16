"""The cases behind a figure: what an address asks for, and which cases these are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import StrIndex
from django.http import HttpRequest

from xiaoneng.web.cases import queries as cases
from xiaoneng.web.cases.models import CaseClock, CaseWait, FlowDepartureCase, FlowPath, FlowPathKind, FlowTable
from xiaoneng.web.cases.models.flow import OFFICE_SIGN, PATH_SIGN
from xiaoneng.web.shell import asked

from .asking import CAUSES, LONGEST_NAME, Scope
from .queries import finding_for


@dataclass(frozen=True)
class Behind:
    """Which cases: those that took a step (once, twice, or never), a move, a way or a hand-over, that an office had, that a
    finding names, that stand somewhere now, that took a step too early (before the late one), that were asked for a paper again,
    that waited for a cause, that nobody had for a while, or that are of an item of this name; all, or the ended ones."""

    text: str = ""
    step: str = ""
    from_: str = ""
    to: str = ""
    twice: str = ""
    without: str = ""
    early: str = ""
    late: str = ""
    paper: str = ""
    because: str = ""
    is_orphan: bool = False
    named: str = ""
    is_ended: bool = False
    way: str = ""
    finding: int | None = None
    holder: str = ""
    giver: tuple[str, str] = ("", "")
    taker: tuple[str, str] | None = None
    is_return: bool = False
    stands: str | None = None
    office: str | None = None
    at: str | None = None
    queue: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Behind:
        """The wish in an address; a part that makes no sense is left out."""

        def said(name: str) -> str:
            return asked(request, name, most=LONGEST_NAME)

        number, holder = said("finding"), said("holder")
        return cls(
            text=asked(request, "q"),
            step=said("step"),
            from_=said("from"),
            to=said("to"),
            twice=said("twice"),
            without=said("without"),
            early=said("early"),
            late=said("late"),
            paper=said("paper"),
            because=said("because") if said("because") in CAUSES else "",
            is_orphan=said("orphan") == "1",
            named=said("named"),
            is_ended=said("ended") == "1",
            way=said("way")[:16],
            finding=int(number) if number.isdecimal() and len(number) < 8 else None,
            holder=holder if holder in ("agency", "office") else "",
            giver=(said("from_agency"), said("from_office")),
            taker=(said("to_agency"), said("to_office")) if said("had") != "1" else None,
            is_return=said("returned") == "1",
            stands=said("stands") if "stands" in request.GET else None,
            office=said("office") if "office" in request.GET else None,
            at=said("at") if "at" in request.GET else None,
            queue=said("queue"),
        )


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
    elif behind.is_return and not behind.holder:
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
    holders = [behind.giver] + ([behind.taker] if behind.taker else []) + ([behind.giver] if behind.is_return else [])
    if behind.holder == "agency":
        yield "agency_path", _joined([agency for agency, _ in holders])
    if behind.holder == "office":
        yield "office_path", _joined([OFFICE_SIGN.join(one) for one in holders])


def _joined(names: Sequence[str]) -> str:
    return PATH_SIGN + PATH_SIGN.join(names) + PATH_SIGN
