"""Holiday notices that a county adds: what each would move, asked of the apps that know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar

MovedCases = Callable[["Calendar", "Calendar"], Any]
_moved_cases: list[MovedCases] = []


def set_moved_cases(find: MovedCases) -> None:
    """The app that holds the cases tells which open ones move."""
    _moved_cases[:] = [find]


def moved_cases(old: Calendar, new: Calendar) -> Any:
    """The open cases whose due day moves; None where no app can tell."""
    return _moved_cases[0](old, new) if _moved_cases else None
