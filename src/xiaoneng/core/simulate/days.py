"""Working time as one number: 12.5 is the middle of the office hours of the thirteenth working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from ..calendar import Calendar

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Moments = npt.NDArray[Any]

_MORNING_SECONDS = int(3.5 * 3600)  # 08:30–12:00
_OFFICE_SECONDS = 7 * 3600  # and 14:00–17:30
_OPENS = int(8.5 * 3600)
_LUNCH_SECONDS = 2 * 3600
_TAIL_DAYS = 500  # how far past the last day a case may still run


@dataclass(frozen=True)
class Days:
    """The calendar days and working days of a simulation.

    Units   workdays: the working days as dates; next_number: per calendar day, the place of the first working day
            on or after it
    """

    first: np.datetime64
    is_workday: npt.NDArray[np.bool_]
    workdays: Moments
    next_number: Ints

    @classmethod
    def of(cls, calendar: Calendar, start_on: date, end_on: date) -> Days:
        last = end_on + timedelta(days=_TAIL_DAYS)
        is_workday = np.array([day.is_workday for day in calendar.days(start_on, last)])
        first = np.datetime64(start_on, "D")
        return cls(
            first=first,
            is_workday=is_workday,
            workdays=first + np.flatnonzero(is_workday),
            next_number=np.cumsum(is_workday) - is_workday,
        )

    def number(self, days: Ints) -> Ints:
        """Place of the first working day on or after each day, counted from the first day of the simulation."""
        return np.asarray(self.next_number[days])

    def moments(self, worktime: Floats) -> Moments:
        """Worktime as local moments, to the minute; lunch and nights lie between."""
        number = np.floor(worktime).astype(np.int64)
        seconds = (worktime - number) * _OFFICE_SECONDS
        seconds = np.where(seconds >= _MORNING_SECONDS, seconds + _LUNCH_SECONDS, seconds) + _OPENS
        whole = (seconds // 60 * 60).astype("timedelta64[s]")
        return np.asarray(self.workdays[np.minimum(number, len(self.workdays) - 1)].astype("datetime64[s]") + whole)

    def dates(self, number: Ints) -> Moments:
        """The dates of working days."""
        return np.asarray(self.workdays[np.minimum(number, len(self.workdays) - 1)])
