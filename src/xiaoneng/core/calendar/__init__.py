"""Working calendars (工作日历): which day counts, how many have counted, and which notice says so."""

from .calendar import Calendar, CalendarDay
from .compare import DayChange, compare
from .loading import calendars, load_calendar
from .notices import DaysOff, MakeupDays, Notice, read_notice, read_notices, write_notice

__all__ = [
    "Calendar",
    "CalendarDay",
    "DayChange",
    "DaysOff",
    "MakeupDays",
    "Notice",
    "calendars",
    "compare",
    "load_calendar",
    "read_notice",
    "read_notices",
    "write_notice",
]
