"""The bridge (桥): models become tables, results become rows. The one doorway of the application to the analyses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["event_log", "give_list", "load_demo", "run_clocks", "set_office_hours", "start_clocks"]


def load_demo(seed: int = 2026, *, tell: Callable[[str], None] | None = None) -> list[str]:
    """Fill the application with an invented county; nothing happens where it is there already.

    Out     a line for each step that was taken; the same lines go to `tell` as they come
    """
    from .demo import load

    return load(seed, tell=tell)


def run_clocks(*, on: Any, by: Any = "system", tell: Any = None) -> Any:
    """Judge every case on the day `on` and keep the results (see `actions.run_clocks`)."""
    from .actions import run_clocks as run

    return run(on=on, by=by, tell=tell)


def event_log(path: Any, *, agency: str = "", service_item: str = "") -> dict[str, Any]:
    """Write the event log of the current cases to `path`, whose ending names the format; handlers under pseudonyms.

    Out     what was written: cases, events, and what could not be written as it stands
    Raises  ExportError where there is nothing to write
    """
    from .asking import ask

    answer: dict[str, Any] = ask("event_log", path=str(path), agency=agency or None, service_item=service_item or None)
    return answer


def give_list(role: str, file: Any, *, by: Any) -> bool:
    """Put an uploaded list of the county in use (see `county_lists.give_list`).

    Out     whether anything changed
    Raises  OfficialStepsError, CountyListError, DirectivesError or IntakeError where the list is refused
    """
    from .county_lists import give_list as give

    return give(role, file, by=by)


def set_office_hours(text: str, *, by: Any) -> bool:
    """Count working time by these office hours; empty goes back to the default (see `county_lists.set_office_hours`).

    Out     whether anything changed
    Raises  CalendarError where they cannot be read
    """
    from .county_lists import set_office_hours as set_hours

    return set_hours(text, by=by)


def start_clocks(*, by: Any) -> None:
    """Judge every case as of today, in a process of its own (see `actions.start_clocks`)."""
    from .actions import start_clocks as start

    start(by=by)
