"""What the pages show, for some reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xiaoneng.web.cases import queries as cases
from xiaoneng.web.cases.models import AgencyTotal, CaseClock, ClockRun, CoverageRow, ItemTotal, MonthTotal

AGENCY_SORTS = ("open_late", "late_share", "due", "open", "red", "agency_name")


@dataclass(frozen=True)
class Level:
    """Counts over everything a reader may see."""

    open: int
    open_late: int
    due: int
    late: int
    deemed: int
    unjudged: int

    @property
    def late_share(self) -> float | None:
        return self.late / self.due if self.due else None


def level_of(totals: Iterable[Any]) -> Level:
    """The sum of the totals."""
    totals = list(totals)
    return Level(**{name: sum(getattr(one, name) for one in totals) for name in Level.__dataclass_fields__})


def agencies_for(user: Any, sort: str = "") -> list[AgencyTotal]:
    """Every agency's totals, those with most open cases past their limit first."""
    name = sort.lstrip("-") if sort.lstrip("-") in AGENCY_SORTS else "open_late"
    is_down = sort.startswith("-") or not sort or name != sort.lstrip("-")
    totals = list(cases.agency_totals_for(user))

    def key(one: AgencyTotal) -> tuple[Any, ...]:
        value = getattr(one, name)
        return (value if value is not None else -1, one.late_share or 0)

    if name == "agency_name":
        return sorted(totals, key=lambda one: one.agency_name, reverse=is_down)
    return sorted(totals, key=key, reverse=is_down)


def months_by_agency(user: Any) -> dict[str, list[MonthTotal | None]]:
    """The months of every agency on one axis: a month without limits that ran out is None."""
    rows = list(cases.months_for(user))
    months = sorted({row.month_on for row in rows})
    by_agency: dict[str, dict[date, MonthTotal]] = defaultdict(dict)
    for row in rows:
        by_agency[row.agency_code][row.month_on] = row
    return {code: [found.get(month) for month in months] for code, found in by_agency.items()}


def three_months(months: Sequence[MonthTotal]) -> tuple[list[MonthTotal], list[MonthTotal]]:
    """The last three finished months, and the three before them; both empty where there are fewer than six."""
    finished = [month for month in months if month.is_complete]
    return (finished[-3:], finished[-6:-3]) if len(finished) >= 6 else ([], [])


def share_of(months: Sequence[MonthTotal]) -> float | None:
    """The late share of some months together."""
    due = sum(month.due for month in months)
    return sum(month.late for month in months) / due if due else None


def cards_this_week(user: Any, run: ClockRun) -> list[CaseClock]:
    """The cards that fell due in the week of the run, the gravest first."""
    monday = run.on - timedelta(days=run.on.weekday())
    found = (
        cases.clocks_for(user)
        .select_related("case")
        .filter(card__in=("red", "yellow"), card_fell_on__gte=monday, card_fell_on__lte=monday + timedelta(days=6))
    )
    return sorted(found, key=lambda clock: (cases.CARDS.index(clock.card), clock.agency_code, clock.pk))


def longest_overdue(user: Any, *, agency: str = "", item: str = "", most: int = 8) -> list[CaseClock]:
    """The open cases past their limit, those that wait longest first."""
    found = cases.clocks_for(user).filter(state="open_late").select_related("case")
    if agency:
        found = found.filter(agency_code=agency)
    if item:
        found = found.filter(service_item=item)
    return list(found.order_by("first_due_on", "pk")[:most])


# Working days until the first limit ends, as far as they are told apart: from, to
LEFT = ((None, -21), (-20, -6), (-5, -1), (0, 2), (3, 5), (6, 10), (11, 20), (21, None))


@dataclass(frozen=True)
class LeftRow:
    """Open cases with so many working days left; both ends are empty where the clock stands still."""

    from_workdays: int | None
    to_workdays: int | None
    open: int


@dataclass(frozen=True)
class DaysLeft:
    """Open cases by the working days until their first limit ends: a count for each span of LEFT, and those without."""

    counts: tuple[int, ...]
    stopped: int

    @property
    def rows(self) -> list[LeftRow]:
        """A row for each span, and one without days for the clocks that stand still."""
        spans = [LeftRow(first, last, count) for (first, last), count in zip(LEFT, self.counts, strict=True)]
        return [*spans, LeftRow(None, None, self.stopped)]

    @property
    def past(self) -> int:
        return sum(count for (_, last), count in zip(LEFT, self.counts, strict=True) if last is not None and last < 0)

    @property
    def soon(self) -> int:
        """Those whose limit ends within two working days."""
        return self.counts[LEFT.index((0, 2))]


def days_left(user: Any, *, agency: str = "") -> DaysLeft:
    """How much time the open cases have; a case whose clock stands still has no last day."""
    found = cases.clocks_for(user).filter(state__in=("running", "paused", "open_late"))
    if agency:
        found = found.filter(agency_code=agency)
    counts, stopped = [0] * len(LEFT), 0
    for left in found.values_list("remaining_workdays", flat=True):
        if left is None:
            stopped += 1
            continue
        place = next(at for at, (_, last) in enumerate(LEFT) if last is None or left <= last)
        counts[place] += 1
    return DaysLeft(tuple(counts), stopped)


def count_due(user: Any, run: ClockRun, *, days: int) -> int:
    """Open cases whose first limit ends from the day of the run to so many days on."""
    last = run.on + timedelta(days=days)
    found = cases.clocks_for(user).filter(state__in=("running", "paused"))
    return found.filter(first_due_on__gte=run.on, first_due_on__lte=last).count()


@dataclass(frozen=True)
class Coverage:
    """One source of an agency's or item's records, and how far it can be trusted."""

    source: str
    cases: int
    first_on: date | None
    last_on: date | None
    missing_months: list[str]
    lag_hours: tuple[float, float] | None
    late_arrival_share: float | None
    claimed_ahead_share: float | None


def coverage_of(rows: Iterable[CoverageRow]) -> list[Coverage]:
    """The rows of each source together. A month is missing where every item lacks it."""
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row.facts)
    return [_coverage(source, facts) for source, facts in sorted(by_source.items())]


def _coverage(source: str, facts: list[dict[str, Any]]) -> Coverage:
    def weighted(name: str) -> float | None:
        known = [(one[name], one["cases"]) for one in facts if one.get(name) is not None]
        total = sum(cases for _, cases in known)
        return sum(value * cases for value, cases in known) / total if total else None

    def days(name: str) -> list[date]:
        return [date.fromisoformat(str(one[name])[:10]) for one in facts if one.get(name)]

    lags = [one["arrival_lag_hours_median"] for one in facts if one.get("arrival_lag_hours_median") is not None]
    missing = [set(filter(None, str(one.get("missing_months") or "").split(","))) for one in facts]
    return Coverage(
        source=source,
        cases=sum(int(one.get("cases") or 0) for one in facts),
        first_on=min(days("first_on"), default=None),
        last_on=max(days("last_on"), default=None),
        missing_months=sorted(set.intersection(*missing)) if missing else [],
        lag_hours=(min(lags), max(lags)) if lags else None,
        late_arrival_share=weighted("late_arrival_share"),
        claimed_ahead_share=weighted("claimed_ahead_share"),
    )


def items_of(user: Any, *, agency: str = "", item: str = "") -> list[ItemTotal]:
    """The totals of an agency's items, or of one item at every agency, the highest late share first."""
    found = cases.item_totals_for(user)
    if agency:
        found = found.filter(agency_code=agency)
    if item:
        found = found.filter(service_item=item)
    return sorted(found, key=lambda one: (-one.open_late, -(one.late_share or 0), -one.cases))
