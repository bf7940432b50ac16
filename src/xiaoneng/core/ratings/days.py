"""The days in which a bad rating is dealt with: contact, mending, and how far a due day is away."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ..errors import RatingsError

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar

_LONGEST = {"contact_workdays": 30, "mend_workdays": 60, "change_days": 90, "link_days": 365, "repeat_days": 365}


@dataclass(frozen=True)
class HandlingDays:
    """How many days each step may take; defaults and their grounds stand in days.toml.

    Raises  RatingsError where a number is no whole number between 1 and what makes sense
    """

    contact_workdays: int = 1
    mend_workdays: int = 5
    change_days: int = 7
    link_days: int = 30
    repeat_days: int = 90

    def __post_init__(self) -> None:
        for name, most in _LONGEST.items():
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value <= most:
                raise RatingsError(f"{name} is {value!r}: write a whole number from 1 to {most}")

    @staticmethod
    @cache
    def grounds() -> dict[str, dict[str, Any]]:
        """For each number where it comes from: source, quote, is_confirmed, note."""
        text = resources.files(__package__).joinpath("days.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)


def contact_due_on(rated_on: date, days: HandlingDays, calendar: Calendar) -> date:
    """The last day on which the rater is contacted; the day of the rating does not count."""
    return calendar.add_workdays(rated_on, days.contact_workdays)


def mend_due_on(rated_on: date, days: HandlingDays, calendar: Calendar) -> date:
    """The last day on which it is mended or explained; the day of the rating does not count."""
    return calendar.add_workdays(rated_on, days.mend_workdays)


def signal(due_on: date, *, done_on: date | None, on: date, calendar: Calendar) -> str:
    """Where a step stands on a day: in_time, late, open_late, early_warning (on the last day), running."""
    if done_on is not None:
        return "in_time" if done_on <= due_on else "late"
    if on > due_on:
        return "open_late"
    return "early_warning" if calendar.workdays_between(on, due_on) == 0 else "running"


def within(rated_on: date, on: date, days: int) -> bool:
    """Whether `on` lies on the day itself or in so many calendar days after it."""
    return rated_on <= on <= rated_on + timedelta(days=days)
