"""Which open cases' due days move when the calendar changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar


def moved_cases(old: Calendar, new: Calendar) -> list[dict[str, Any]]:
    """The open cases whose first due day lies elsewhere under the new calendar."""
    from .judging import moved

    return moved(old, new)
