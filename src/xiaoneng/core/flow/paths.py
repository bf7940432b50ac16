"""The way of each case as one text, in which a step, a move or a hand-over can be looked for."""

from __future__ import annotations

from ..engine import Engine, Table
from ..tables import CASE_PATHS, CASES, STEPS


def case_paths(engine: Engine, *, cases: Table, steps: Table) -> Table:
    """Each case's way by steps, by offices and by agencies.

    In      cases CASES, steps STEPS
    Out     CASE_PATHS, one row a case that has steps, ordered by case
    Empty   a step, office or agency without a name is an empty name
    """
    CASES.check(cases)
    STEPS.check(steps)
    return engine.stage("flow/case_paths", out=CASE_PATHS, cases=cases, steps=steps)
