"""The way of each case as one text, so that a part of it can be looked for."""

from __future__ import annotations

from ..engine import Engine, Table
from ..tables import CASE_PATHS, WORKED_STEPS


def case_paths(engine: Engine, worked: Table) -> Table:
    """The way of each case: its steps, the offices and the agencies that had it, each as one text.

    In      worked WORKED_STEPS
    Out     CASE_PATHS, ordered by case
    Empty   a case without steps gives no row; a name that is unknown is empty
    """
    WORKED_STEPS.check(worked)
    return engine.stage("flow/case_paths", out=CASE_PATHS, worked=worked)
