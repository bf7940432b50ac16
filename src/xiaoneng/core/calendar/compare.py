"""What a new notice changes: the days on which two calendars disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..errors import CalendarError
from .calendar import Calendar, CalendarDay


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that the new calendar holds otherwise than the old one."""

    day: date
    old: CalendarDay
    new: CalendarDay

    @property
    def changes_count(self) -> bool:
        """Whether the day is worked in one and not in the other, so that due days may move."""
        return self.old.is_workday != self.new.is_workday


def compare(old: Calendar, new: Calendar) -> list[DayChange]:
    """Every day of both calendars whose kind, name or provisional mark differs, in order.

    Empty   the same calendar gives none
    Raises  CalendarError where the two have no day in common
    """
    first, last = max(old.first, new.first), min(old.last, new.last)
    if first > last:
        raise CalendarError(f"{old!r} and {new!r} have no day in common")
    changes = []
    for before, after in zip(old.days(first, last), new.days(first, last), strict=True):
        if (before.kind, before.name, before.is_provisional) != (after.kind, after.name, after.is_provisional):
            changes.append(DayChange(before.day, before, after))
    return changes
