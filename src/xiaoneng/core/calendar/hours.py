"""Office hours (办公时间) and schedules: which quarters of an hour are worked, by whose calendar and in which time zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..engine import Engine, Table
from ..errors import CalendarError
from ..tables import WORKED_QUARTERS
from .calendar import Calendar

QUARTER_SECONDS = 900
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–—]\s*(\d{1,2}):([0-5]\d)")  # 08:30-12:00


@dataclass(frozen=True)
class OfficeHours:
    """The spans of a working day on which an office is open, as minutes after local midnight, in order."""

    spans: tuple[tuple[int, int], ...]
    is_confirmed: bool = False

    @property
    def workday_seconds(self) -> int:
        """Length of a working day."""
        return 60 * sum(end - begin for begin, end in self.spans)

    def __str__(self) -> str:
        return ", ".join(
            f"{begin // 60:02d}:{begin % 60:02d}–{end // 60:02d}:{end % 60:02d}" for begin, end in self.spans
        )


# A county sets its own (no national rule names the hours, only eight a day): unconfirmed until it does.
DEFAULT_HOURS = OfficeHours(((510, 720), (840, 1050)))


def read_hours(text: str) -> OfficeHours:
    """Office hours written as `08:30-12:00, 14:00-17:30`; whoever writes them confirms them.

    Raises  CalendarError where they cannot be read, overlap, or do not begin and end on a quarter of an hour
    """
    parts = [part.strip() for part in re.split(r"[,，;；、]", text) if part.strip()]
    found = [_SPAN.fullmatch(part) for part in parts]
    spans = [
        (int(one[1]) * 60 + int(one[2]), int(one[3]) * 60 + int(one[4])) for one in found if one and int(one[3]) <= 24
    ]
    if not parts or len(spans) != len(parts):
        raise CalendarError(f"office hours {text!r} cannot be read: write them as 08:30-12:00, 14:00-17:30")
    last = 0
    for begin, end in spans:
        if begin % 15 or end % 15:
            raise CalendarError(f"office hours {text!r}: begin and end each span on a quarter of an hour")
        if begin < last or end <= begin or end > 24 * 60:
            raise CalendarError(f"office hours {text!r}: each span must end after it begins, and after the one before")
        last = end
    return OfficeHours(tuple(spans), is_confirmed=True)


@dataclass(frozen=True)
class Schedule:
    """Whose time counts: the working days of a calendar, the hours of those days."""

    name: str
    calendar: Calendar
    hours: OfficeHours = DEFAULT_HOURS


@dataclass(frozen=True)
class WorkedTime:
    """The quarters of an hour from `first_quarter` on (counted from 1970-01-01T00:00Z), and which are worked.

    Units   workseconds: seconds worked up to the beginning of each quarter; one entry more than there are quarters
    """

    schedule: Schedule
    first_quarter: int
    is_worked: npt.NDArray[np.bool_]
    workseconds: npt.NDArray[np.int64]


def worked_time(schedule: Schedule, *, first_on: date, last_on: date, zone: str) -> WorkedTime:
    """The worked quarters of a schedule from the local day `first_on` to `last_on`, both in.

    Empty   days outside the schedule's calendar are left out, so that moments on them have no working time
    """
    calendar, local = schedule.calendar, ZoneInfo(zone)
    first_on, last_on = max(first_on, calendar.first), min(last_on, calendar.last)
    if last_on < first_on:
        return WorkedTime(schedule, 0, np.zeros(0, bool), np.zeros(1, np.int64))
    first = _quarter(first_on, 0, local)
    is_worked = np.zeros(_quarter(last_on + timedelta(days=1), 0, local) - first, bool)
    for day in calendar.days(first_on, last_on):
        if day.is_workday:
            for begin, end in schedule.hours.spans:
                is_worked[_quarter(day.day, begin, local) - first : _quarter(day.day, end, local) - first] = True
    workseconds = np.concatenate(([0], np.cumsum(is_worked, dtype=np.int64) * QUARTER_SECONDS))
    return WorkedTime(schedule, first, is_worked, workseconds)


def _quarter(day: date, minute: int, zone: ZoneInfo) -> int:
    """The quarter that begins at this local minute; 24:00 is the next midnight."""
    moment = datetime.combine(day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60), zone)
    return int(moment.timestamp()) // QUARTER_SECONDS


def worked_quarters(
    engine: Engine, schedules: Sequence[Schedule], *, first_on: date, last_on: date, zone: str
) -> Table:
    """The worked quarters of some schedules as a table of shape WORKED_QUARTERS."""
    parts = []
    for schedule in schedules:
        found = worked_time(schedule, first_on=first_on, last_on=last_on, zone=zone)
        count = len(found.is_worked)
        parts.append(
            pa.table(
                {
                    "schedule": pa.array([schedule.name] * count, pa.string()),
                    "quarter": pa.array(np.arange(found.first_quarter, found.first_quarter + count), pa.int64()),
                    "workseconds": pa.array(found.workseconds[:-1], pa.int64()),
                    "is_worked": pa.array(found.is_worked),
                }
            )
        )
    table = engine.from_arrow("worked_quarters", pa.concat_tables(parts))
    WORKED_QUARTERS.check(table)
    return table
