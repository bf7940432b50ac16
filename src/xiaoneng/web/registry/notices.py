"""Holiday notices that a county adds: what each would move, asked of the apps that know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar

MovedCases = Callable[["Calendar", "Calendar"], Any]
_moved_cases: list[MovedCases] = []
_recounts: list[Callable[[], None]] = []


def set_moved_cases(find: MovedCases) -> None:
    """The app that holds the cases tells which open ones move."""
    _moved_cases[:] = [find]


def set_recount(start: Callable[[], None]) -> None:
    """The app that holds the clocks starts a run over all open cases."""
    _recounts[:] = [start]


def recount() -> None:
    """Every clock is to be run anew: the calendar has changed."""
    for start in _recounts:
        start()


def moved_cases(old: Calendar, new: Calendar) -> Any:
    """The open cases whose due day moves; None where no app can tell."""
    return _moved_cases[0](old, new) if _moved_cases else None
