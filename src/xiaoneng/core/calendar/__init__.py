"""Working calendars (工作日历): which day counts, how many have counted, and which notice says so."""

from .calendar import Calendar, CalendarDay
from .compare import DayChange, compare
from .hours import (
    DEFAULT_HOURS,
    OfficeHours,
    Schedule,
    WorkedTime,
    read_hours,
    worked_quarters,
    worked_time,
)
from .loading import calendars, load_calendar
from .notices import DaysOff, MakeupDays, Notice, read_notice, read_notices, write_notice

__all__ = [
    "DEFAULT_HOURS",
    "Calendar",
    "CalendarDay",
    "DayChange",
    "DaysOff",
    "MakeupDays",
    "Notice",
    "OfficeHours",
    "Schedule",
    "WorkedTime",
    "calendars",
    "compare",
    "load_calendar",
    "read_hours",
    "read_notice",
    "read_notices",
    "worked_quarters",
    "worked_time",
    "write_notice",
]
