"""The bridge (桥): models become tables, results become rows. The one doorway of the application to the analyses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["load_demo", "run_clocks"]


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
