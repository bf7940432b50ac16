"""The day table of one clock: each day counted, skipped or paused, with its reason, its article and its notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..calendar import Calendar
from ..law import Rule, describe, describe_readings
from ..terms import DayKind, Unit
from ..words import label, say
from .counting import ONE_DAY, OPEN_END, Range
from .single import Clock

LONGEST_DAYS = 1500  # a longer table helps nobody; the rest is said in one line


class DayState(StrEnum):
    """What a day does to a clock."""

    START = "start"  # the day of the start event; it does not count unless the rule says so
    COUNTED = "counted"
    SKIPPED = "skipped"  # a rest day, for limits in working days
    PAUSED = "paused"  # the clock lawfully stands still
    ROLLED = "rolled"  # a rest day over which the last day rolls on
    OVERDUE = "overdue"  # after the due day, and still not concluded


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a clock. `number` is the count reached, 0 where the day does not count."""

    day: date
    state: DayState
    number: int
    reason: str
    reason_facts: dict[str, str]
    kind: DayKind
    holiday: str
    notice: str
    is_today: bool
    is_due: bool
    is_end: bool
    is_provisional: bool

    def sentence(self, language: str = "zh") -> str:
        """Why the day counts or does not, in a sentence."""
        facts = {name: label(text, language) for name, text in self.reason_facts.items()}
        return say(f"day_{self.reason}", language, number=self.number, **facts)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clock with its day table, and the law and the readings it rests on."""

    clock: Clock
    rule: Rule | None
    rows: tuple[DayRow, ...]
    days_left_out: int

    def law(self, language: str = "zh") -> str:
        """What the rule says and where it stands in the law; a bare limit says that it rests on none."""
        return describe(self.rule, language) if self.rule is not None else say("clock_without_law", language)

    def readings(self, language: str = "zh") -> list[str]:
        """The readings that the count took where the law leaves one open, a sentence each."""
        code = "clock_first_day_counted" if self.clock.counting.counts_first_day else "clock_first_day_not_counted"
        return [say(code, language), *describe_readings(self.clock.counting.readings, language)]

    def findings(self, language: str = "zh") -> list[str]:
        """What is irregular about the pauses and extensions, a sentence each."""
        return [say(f"finding_{code}", language) for code in dict.fromkeys(self.clock.findings)]

    def sentence(self, language: str = "zh") -> str:
        """Where the clock stands, in one sentence."""
        return clock_sentence(self.clock, language)


def clock_sentence(clock: Clock, language: str = "zh") -> str:
    """Where a clock stands, in one sentence."""
    if clock.reason:
        return say(f"reason_{clock.reason}", language)
    provisional = say("clock_provisional", language) if clock.is_provisional else ""
    if clock.due_on is None:
        left = clock.remaining_workdays
        code = "clock_paused_open" if left is not None else "clock_paused_open_days"
        return say(code, language, left=left)
    facts = {"due_on": clock.due_on, "ended_on": clock.ended_on, "elapsed": clock.elapsed_workdays}
    days = abs(clock.remaining_workdays or 0)
    return say(f"clock_{clock.state}", language, days=days, **facts) + provisional


def explain(clock: Clock, *, calendar: Calendar, rule: Rule | None = None) -> Explanation:
    """The day table of a clock: from its start to its due day, its end or the day of judging, whichever is last.

    Out     one row a day; after LONGEST_DAYS rows the rest is counted in `days_left_out`
    """
    until = max(clock.started_on, clock.due_on or clock.on, clock.ended_on or min(clock.on, calendar.last))
    rows: list[DayRow] = []
    number, day = 0, clock.started_on
    while day <= until and len(rows) < LONGEST_DAYS:
        row = _row(day, number, clock, calendar)
        number = max(number, row.number)
        rows.append(row)
        day += ONE_DAY
    return Explanation(clock, rule, tuple(rows), max(0, (until - day).days + 1))


def _row(day: date, number: int, clock: Clock, calendar: Calendar) -> DayRow:
    entry = calendar.entry(day)
    pause = next((each for each in clock.paused if each.first_on <= day <= each.last_on), None)
    state, reason, facts = _state(day, number, clock, entry.is_workday, pause)
    if reason == "rest_day":
        reason = "public_holiday" if entry.kind == DayKind.PUBLIC_HOLIDAY else "weekend"
    if reason == "counted" and entry.kind == DayKind.MAKEUP_WORKDAY:
        reason = "makeup_workday"
    return DayRow(
        day=day,
        state=state,
        number=number + 1 if state == DayState.COUNTED else 0,
        reason=reason,
        reason_facts=facts,
        kind=entry.kind,
        holiday=entry.name,
        notice=entry.notice,
        is_today=day == clock.on,
        is_due=day == clock.due_on,
        is_end=day == clock.ended_on,
        is_provisional=entry.is_provisional,
    )


def _state(
    day: date, number: int, clock: Clock, is_workday: bool, pause: Range | None
) -> tuple[DayState, str, dict[str, str]]:
    in_workdays = clock.limit_unit == Unit.WORKDAY
    if clock.due_on is not None and day > clock.due_on:
        return DayState.OVERDUE, "overdue" if is_workday else "overdue_rest_day", {}
    if day == clock.started_on and not clock.counting.counts_first_day:
        return DayState.START, "start", {}
    if pause is not None:
        return DayState.PAUSED, "paused_open" if pause.last_on == OPEN_END else "paused", {"ground": pause.ground}
    if in_workdays and not is_workday:
        return DayState.SKIPPED, "rest_day", {}
    if not in_workdays and _is_rolled(day, number, clock):
        return DayState.ROLLED, "rolled", {}
    return DayState.COUNTED, "counted", {}


def _is_rolled(day: date, number: int, clock: Clock) -> bool:
    """Whether a limit in calendar days had been counted out before this day, which only rolls it on."""
    total = clock.limit_length + clock.extension_length
    return clock.limit_unit == Unit.DAY and number >= total
