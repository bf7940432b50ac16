"""The clock of one matter, worked out in closed form: due day, elapsed and remaining days, state."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from ..calendar import Calendar
from ..errors import CalendarGapError, ClockError
from ..terms import ClockState, Unit
from .counting import ONE_DAY, Counting, Extension, Pause, Range, lawful_extension, paused_ranges

Between = Callable[[date, date], int]  # a count of days after one day and through another


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that is timed. `started_at` is the local moment of the start; only limits in hours need it.

    Where the record gives the due day itself, `given_due_on` holds it; pauses push it back as they push back a limit of as many
    working days. `judged_at` is the local moment of
    judging where the hour matters: a limit in hours, or an office that closes.
    """

    started_on: date
    limit_length: int = 0
    limit_unit: Unit = Unit.WORKDAY
    ended_on: date | None = None
    pauses: Sequence[Pause] = ()
    extensions: Sequence[Extension] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    given_due_on: date | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a legal clock stands. Days are local days; `remaining_workdays` below zero is overdue."""

    started_on: date
    ended_on: date | None
    on: date
    limit_length: int
    limit_unit: Unit
    extension_length: int
    due_on: date | None
    due_at: datetime | None
    paused: tuple[Range, ...]
    paused_workdays: int
    paused_days: int
    elapsed_workdays: int
    elapsed_days: int
    remaining_workdays: int | None
    remaining_days: int | None
    state: ClockState
    reason: str
    is_late: bool | None
    is_provisional: bool
    findings: tuple[str, ...]
    counting: Counting = field(repr=False)


def clock_of(matter: Matter, *, counting: Counting, calendar: Calendar, on: date) -> Clock:
    """The clock of one matter on the day `on`.

    A matter that ends after `on` is judged as it stood on that day: open.
    Raises  CalendarGapError where a day lies outside the calendar; ClockError where the limit is below zero
    """
    if matter.limit_length < 0:
        raise ClockError(f"a limit of {matter.limit_length} {matter.limit_unit} is below zero; give 0 or more")
    started_on = started_day(matter.started_on, matter.started_at, counting, calendar)
    ranges, pause_findings = paused_ranges(matter.pauses, counting, started_on=started_on)
    if started_on != matter.started_on:  # the hour of a moved start says nothing about its new day
        matter = replace(matter, started_at=None)
    count = _Count(matter, started_on, tuple(ranges), counting, calendar)
    base_due_on, _ = count.due(0)
    extension, extension_findings = lawful_extension(
        matter.extensions, counting, unit=matter.limit_unit, base_due_on=base_due_on
    )
    due_on, due_at = count.due(extension) if extension else count.due(0)
    ended_on = matter.ended_on if matter.ended_on is not None and matter.ended_on <= on else None
    till = ended_on or on
    is_late = _is_late(matter, due_on, due_at, ended_on, till, counting.readings.closes_at_hour)
    reason = _defect(started_on, matter.ended_on, on)
    state = _state(ended_on, is_late, any(one.first_on <= on <= one.last_on for one in ranges))
    return Clock(
        started_on=started_on,
        ended_on=ended_on,
        on=on,
        limit_length=matter.limit_length,
        limit_unit=matter.limit_unit,
        extension_length=extension,
        due_on=due_on,
        due_at=due_at,
        paused=tuple(ranges),
        paused_workdays=count.paused_workdays(till),
        paused_days=count.paused_days(till),
        elapsed_workdays=count.elapsed_workdays(till),
        elapsed_days=count.elapsed_days(till),
        remaining_workdays=count.remaining_workdays(till, due_on, extension),
        remaining_days=count.remaining_days(till, due_on, extension),
        state=ClockState.UNJUDGED if reason else state,
        reason=reason,
        is_late=None if reason else is_late,
        is_provisional=calendar.is_provisional(due_on) if due_on else False,
        findings=(*pause_findings, *extension_findings),
        counting=counting,
    )


def clock_before(matter: Matter, *, counting: Counting, calendar: Calendar, on: date) -> Clock:
    """The clock of what must be done so long before an event; `started_on` of the matter is the day of the event.

    The day reached by counting back, the day of the event left out, is the last on which it is done in time.
    Raises  CalendarGapError where a day lies outside the calendar; ClockError where the limit is in hours
    """
    event_on, length = matter.started_on, matter.limit_length
    if matter.limit_unit == Unit.HOUR:
        raise ClockError("a limit that counts back from an event cannot be in hours; write it in days")
    if matter.limit_unit == Unit.WORKDAY:
        due_on = calendar.day_of(calendar.workdays_through(event_on - ONE_DAY) + 1 - length) if length else event_on
    elif matter.limit_unit == Unit.DAY:
        due_on = event_on - timedelta(days=length)
    else:
        due_on = added_months(event_on, -length * (12 if matter.limit_unit == Unit.YEAR else 1))
    ended_on = matter.ended_on if matter.ended_on is not None and matter.ended_on <= on else None
    till = ended_on or on
    is_late = till > due_on
    return Clock(
        started_on=event_on,
        ended_on=ended_on,
        on=on,
        limit_length=length,
        limit_unit=matter.limit_unit,
        extension_length=0,
        due_on=due_on,
        due_at=None,
        paused=(),
        paused_workdays=0,
        paused_days=0,
        elapsed_workdays=0,
        elapsed_days=0,
        remaining_workdays=calendar.workdays_between(till, due_on),
        remaining_days=_days_between(till, due_on),
        state=_state(ended_on, is_late, False),
        reason="",
        is_late=is_late,
        is_provisional=calendar.is_provisional(due_on),
        findings=(),
        counting=counting,
    )


def started_day(started_on: date, started_at: datetime | None, counting: Counting, calendar: Calendar) -> date:
    """The day of the start event under the rule's reading of rest days and of hours after closing."""
    readings = counting.readings
    if readings.rest_day_receipt == "next_workday" and not calendar.is_workday(started_on):
        return calendar.next_workday(started_on)
    closes_at = readings.closes_at_hour
    if readings.after_hours_receipt == "next_workday" and started_at is not None and closes_at is not None:
        if _is_after_hour(started_at, closes_at):
            return calendar.next_workday(started_on + ONE_DAY)
    return started_on


def added_months(day: date, count: int) -> date:
    """The corresponding day `count` months on; the last day of the month where there is none (民法典 202)."""
    number = day.year * 12 + day.month - 1 + count
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class _Count:
    """The count of one matter: numbers of working days and of calendar days since its start, pauses left out."""

    matter: Matter
    started_on: date
    ranges: tuple[Range, ...]
    counting: Counting
    calendar: Calendar

    @property
    def before_on(self) -> date:
        """The last day that the count leaves out at its beginning."""
        return self.started_on - ONE_DAY if self.counting.counts_first_day else self.started_on

    def due(self, extension: int) -> tuple[date | None, datetime | None]:
        """The last day of the limit, and its moment where the limit is in hours; None while a pause is open."""
        if self.matter.given_due_on is not None:
            return self._given_due(self.matter.given_due_on), None
        length, unit = self.matter.limit_length + extension, self.matter.limit_unit
        if length == 0:
            return self.started_on, self.matter.started_at if unit == Unit.HOUR else None
        if unit == Unit.WORKDAY:
            skipped = self._skipped(length, self.calendar.workdays_between)
            if skipped is None:
                return None, None
            before = self.calendar.workdays_through(self.before_on)
            return self.calendar.day_of(before + length + skipped), None
        moment, length_days = self._raw_length(length, unit)
        skipped = self._skipped(length_days, _days_between)
        if skipped is None:
            return None, None
        due_on = self.before_on + timedelta(days=length_days + skipped)
        if unit == Unit.HOUR:
            return due_on, moment + timedelta(days=skipped) if moment else None
        if self.counting.rolls_over and not self.calendar.is_workday(due_on):
            due_on = self.calendar.next_workday(due_on)
        return due_on, None

    def _given_due(self, given_on: date) -> date | None:
        """The day that the record gives, pushed back by pauses."""
        length = self.given_workdays
        skipped = self._skipped(length, self.calendar.workdays_between) if length > 0 else 0
        if skipped:
            return self.calendar.day_of(self.calendar.workdays_through(self.before_on) + length + skipped)
        return given_on if skipped == 0 else None

    @property
    def given_workdays(self) -> int:
        """How many working days a day that the record gives amounts to, pauses aside."""
        given_on = self.matter.given_due_on
        return self.calendar.workdays_between(self.before_on, given_on) if given_on else 0

    def _raw_length(self, length: int, unit: Unit) -> tuple[datetime | None, int]:
        """The limit as a number of calendar days, pauses aside."""
        if unit == Unit.DAY:
            return None, length
        if unit == Unit.HOUR:
            if self.matter.started_at is None:  # the hour is unknown: count from the end of the day
                return None, -(-length // 24)
            moment = _hours_later(self.matter.started_at, length)
            return moment, (moment.date() - self.before_on).days
        last_on = added_months(self.started_on, length * (12 if unit == Unit.YEAR else 1))
        return None, (last_on - self.started_on).days

    def _skipped(self, length: int, between: Between) -> int | None:
        """How many days of the count's kind lawful pauses push the due day back; None while a pause is open."""
        skipped = 0
        for each in self.ranges:
            counted = between(self.before_on, each.first_on - ONE_DAY) - skipped
            if counted >= length:  # the limit had run out before this pause began
                break
            if each.is_open:
                return None
            skipped += between(each.first_on - ONE_DAY, each.last_on)
        return skipped

    def _within(self, till: date, between: Between) -> int:
        return sum(
            between(each.first_on - ONE_DAY, min(each.last_on, till)) for each in self.ranges if each.first_on <= till
        )

    def paused_workdays(self, till: date) -> int:
        return self._within(till, self.calendar.workdays_between)

    def paused_days(self, till: date) -> int:
        return self._within(till, _days_between)

    def elapsed_workdays(self, till: date) -> int:
        if till <= self.before_on:
            return 0
        return self.calendar.workdays_between(self.before_on, till) - self.paused_workdays(till)

    def elapsed_days(self, till: date) -> int:
        return max(0, _days_between(self.before_on, till) - self.paused_days(till))

    def remaining_workdays(self, till: date, due_on: date | None, extension: int) -> int | None:
        """Working days still to count; below zero, working days past the due day."""
        if due_on is None:
            if self.matter.given_due_on is not None:
                return self.given_workdays - self.elapsed_workdays(till)
            if self.matter.limit_unit != Unit.WORKDAY:
                return None
            return self.matter.limit_length + extension - self.elapsed_workdays(till)
        if till > due_on:
            return -self.calendar.workdays_between(due_on, till)
        return self.elapsed_workdays(due_on) - self.elapsed_workdays(till)

    def remaining_days(self, till: date, due_on: date | None, extension: int) -> int | None:
        """Calendar days still to count; below zero, calendar days past the due day."""
        if due_on is None:
            if self.matter.limit_unit != Unit.DAY or self.matter.given_due_on is not None:
                return None
            return self.matter.limit_length + extension - self.elapsed_days(till)
        if till > due_on:
            return -_days_between(due_on, till)
        return self.elapsed_days(due_on) - self.elapsed_days(till)


def _days_between(after: date, through: date) -> int:
    return (through - after).days


def _hours_later(moment: datetime, count: int) -> datetime:
    """The moment so many hours on, as the clock of its zone shows it then: summer time may begin in between."""
    if moment.tzinfo is None:
        return moment + timedelta(hours=count)
    return (moment.astimezone(UTC) + timedelta(hours=count)).astimezone(moment.tzinfo)


def _is_after_hour(moment: datetime, hour: int) -> bool:
    return moment.time().replace(tzinfo=None) > time(hour % 24) if hour % 24 else False


def _is_late(
    matter: Matter,
    due_on: date | None,
    due_at: datetime | None,
    ended_on: date | None,
    till: date,
    closes_at: int | None,
) -> bool | None:
    if due_on is None:
        return False
    moment = matter.ended_at if ended_on is not None else matter.judged_at
    if moment is None or till != due_on:
        return till > due_on
    if matter.limit_unit == Unit.HOUR and matter.given_due_on is None:
        return due_at is not None and moment > due_at
    return closes_at is not None and _is_after_hour(moment, closes_at)


def _defect(started_on: date, ended_on: date | None, on: date) -> str:
    if ended_on is not None and ended_on < started_on:
        return "ended_before_started"
    return "starts_after_day" if started_on > on else ""


def _state(ended_on: date | None, is_late: bool | None, is_paused: bool) -> ClockState:
    if ended_on is not None:
        return ClockState.LATE if is_late else ClockState.IN_TIME
    if is_late:
        return ClockState.OPEN_LATE
    return ClockState.PAUSED if is_paused else ClockState.RUNNING


__all__ = ["CalendarGapError", "Clock", "Matter", "added_months", "clock_before", "clock_of", "started_day"]
