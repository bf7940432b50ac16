"""The bridge (桥): models become tables, results become rows. The one doorway of the application to the analyses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .keepers import Keeper

__all__ = [
    "add_keeper",
    "coded_rows",
    "count_round",
    "draw_raters",
    "drill_round",
    "event_log",
    "frame_sizes",
    "give_list",
    "load_demo",
    "not_undoable",
    "plan_round",
    "run_clocks",
    "set_office_hours",
    "start_clocks",
]


def add_keeper(keeper: Keeper) -> None:
    """Let an app above keep its part of every import (see `keepers.Keeper`)."""
    from .keepers import add_keeper as add

    add(keeper)


def coded_rows(table: Any) -> list[dict[str, Any]]:
    """The rows of a table with registered agencies' codes in place of their names, in the agency and in the case's key."""
    from .keeping import coded, codes_by_name

    rows: list[dict[str, Any]] = coded(table.arrow(), codes_by_name()).to_pylist()
    return rows


def not_undoable(why: str) -> Exception:
    """The refusal of an import that cannot be taken out any more, for a keeper to raise."""
    from .actions import NotUndoableError

    return NotUndoableError(why)


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


def frame_sizes(**facts: Any) -> dict[str, Any]:
    """How many of a frame may be drawn and how many would be, stratum by stratum, and its hash (see `rounds.frame_sizes`).

    Raises  FrameError, DrawError, AllocationError or IntakeError where the roll or the rules do not do
    """
    from .asking import ask

    answer: dict[str, Any] = ask("frame_sizes", **facts)
    return answer


def draw_raters(**facts: Any) -> dict[str, Any]:
    """The public record of a draw and the drawn persons (see `rounds.draw_from`).

    Raises  FrameError, DrawError, AllocationError or IntakeError where the roll, the rules or the seed do not do
    """
    from .asking import ask

    answer: dict[str, Any] = ask("draw", **facts)
    return answer


def plan_round(**facts: Any) -> dict[str, Any]:
    """What a round can tell apart, before it is held (see `rounds.expected`)."""
    from .asking import ask

    answer: dict[str, Any] = ask("plan", **facts)
    return answer


def count_round(**facts: Any) -> dict[str, Any]:
    """The result of a closed round, within the publication limits (see `counting.count_round`)."""
    from .asking import ask

    answer: dict[str, Any] = ask("count", **facts)
    return answer


def drill_round(**facts: Any) -> dict[str, Any] | None:
    """Hit and false-alarm rates of a round's screening (see `counting.drill_round`)."""
    from .asking import ask

    answer: dict[str, Any] | None = ask("drill", **facts)
    return answer
