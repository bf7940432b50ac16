"""One working calendar: every day carries the count of working days up to and including it.

So a due day is one look-up of (count at the start + limit), and elapsed time is a difference of two counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..engine import Engine, Table
from ..errors import CalendarError, CalendarGapError
from ..tables import CALENDAR
from ..terms import DayKind
from .notices import Notice

_WORKED = (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What one day is: its kind, the holiday it belongs to, and the notice (or rule) that says so."""

    day: date
    kind: DayKind
    name: str
    notice: str
    is_workday: bool
    is_provisional: bool


class Calendar:
    """The working days from `first` to `last`; from `provisional_from` on no notice covers them yet.

    In      days: every day from the first to the last without a gap, in order
    Units   through, day_of_number: working days, days since `first`
    """

    def __init__(
        self,
        name: str,
        days: Sequence[CalendarDay],
        *,
        announced_through: date,
        notices: tuple[Notice, ...] = (),
        is_confirmed: bool = False,
    ) -> None:
        if not days:
            raise CalendarError(f"calendar {name}: it has no day")
        self.name = name
        self.first: date = days[0].day
        self.last: date = days[-1].day
        if (self.last - self.first).days != len(days) - 1:
            raise CalendarError(f"calendar {name}: its days from {self.first} to {self.last} have a gap or a double")
        self.announced_through = announced_through
        self.provisional_from: date = announced_through + timedelta(days=1)
        self.notices = notices
        self.is_confirmed = is_confirmed
        self._days = tuple(days)
        self.is_workday_array: npt.NDArray[np.bool_] = np.fromiter((day.is_workday for day in days), bool, len(days))
        self.through: npt.NDArray[np.int32] = np.cumsum(self.is_workday_array, dtype=np.int32)
        self.day_of_number: npt.NDArray[np.int32] = np.concatenate(
            ([-1], np.flatnonzero(self.is_workday_array))
        ).astype(np.int32)
        for array in (self.is_workday_array, self.through, self.day_of_number):
            array.flags.writeable = False

    def __repr__(self) -> str:
        return f"Calendar({self.name!r}, {self.first} to {self.last}, announced through {self.announced_through})"

    def _index(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise CalendarGapError(
                f"calendar {self.name}: {day} is outside {self.first} to {self.last}: check the date, "
                "or extend the calendar with the notices of the missing years"
            )
        return (day - self.first).days

    def entry(self, day: date) -> CalendarDay:
        """What the day is.

        Raises  CalendarGapError where the day is outside the calendar
        """
        return self._days[self._index(day)]

    def days(self, first: date, last: date) -> tuple[CalendarDay, ...]:
        """The days from `first` to `last`, both in; none where `last` comes before `first`."""
        return self._days[self._index(first) : self._index(last) + 1]

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked."""
        return self.entry(day).is_workday

    def is_provisional(self, day: date) -> bool:
        """Whether no notice covers the day yet."""
        return self.entry(day).is_provisional

    def workdays_through(self, day: date) -> int:
        """Working days from the calendar's first day up to and including this one."""
        return int(self.through[self._index(day)])

    def workdays_between(self, after: date, through: date) -> int:
        """Working days after `after`, up to and including `through`; negative where they stand the other way round."""
        return self.workdays_through(through) - self.workdays_through(after)

    def day_of(self, number: int) -> date:
        """The working day with this number, counted from 1 at the calendar's first day.

        Raises  CalendarGapError where the calendar has no such number
        """
        if not 1 <= number < len(self.day_of_number):
            raise CalendarGapError(
                f"calendar {self.name}: it holds working days 1 to {len(self.day_of_number) - 1} "
                f"({self.first} to {self.last}), not {number}: extend the calendar"
            )
        return self.first + timedelta(days=int(self.day_of_number[number]))

    def add_workdays(self, start: date, limit_workdays: int, *, counts_first_day: bool = False) -> date:
        """The last day of a limit that starts on `start`: its n-th working day, the starting day left out.

        Empty   a limit of 0 ends on the starting day itself, or on the first working day after a rest day
        Raises  CalendarGapError where the calendar ends before the limit does; CalendarError where the limit is
                negative
        """
        if limit_workdays < 0:
            raise CalendarError(f"a limit of {limit_workdays} working days: write a number from 0 up")
        if limit_workdays == 0:
            return self.next_workday(start)
        number = self.workdays_through(start) + limit_workdays
        if counts_first_day and self.is_workday(start):
            number -= 1
        if number >= len(self.day_of_number):
            raise CalendarGapError(
                f"the working calendar {self.name} ends on {self.last}; {limit_workdays} workdays from {start} need "
                "more: check the limit, or extend the calendar"
            )
        return self.day_of(number)

    def next_workday(self, day: date) -> date:
        """The first working day on or after the day.

        Raises  CalendarGapError where the calendar ends first
        """
        if self.is_workday(day):
            return day
        return self.day_of(self.workdays_through(day) + 1)

    def table(self, engine: Engine) -> Table:
        """The calendar as a table of shape CALENDAR, one row a day, in order."""
        schema = pa.schema(
            [
                ("calendar", pa.string()),
                ("day", pa.date32()),
                ("is_workday", pa.bool_()),
                ("workdays_through", pa.int32()),
                ("kind", pa.string()),
                ("name", pa.string()),
                ("notice", pa.string()),
                ("is_provisional", pa.bool_()),
            ]
        )
        columns = [
            [self.name] * len(self._days),
            [day.day for day in self._days],
            self.is_workday_array,
            self.through,
            [day.kind.value for day in self._days],
            [day.name for day in self._days],
            [day.notice for day in self._days],
            [day.is_provisional for day in self._days],
        ]
        arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
        table = engine.from_arrow("calendar", pa.table(arrays, schema=schema))
        CALENDAR.check(table)
        return table


def is_worked(kind: DayKind) -> bool:
    """Whether a day of this kind is worked."""
    return kind in _WORKED
