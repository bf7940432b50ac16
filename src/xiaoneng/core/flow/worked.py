"""Every step with the wait before it, in working time: the base of all that this room finds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from ..calendar import Schedule
from ..engine import Engine, Table
from ..tables import CASES, STEPS, WORKED_STEPS
from .scheduled import scheduled

_SLICE_STEPS = 4_000_000  # put in order and joined at once: more would not fit in a small memory
_SAMPLED_STEPS = 100_000


def worked_steps(
    engine: Engine,
    *,
    cases: Table,
    steps: Table,
    schedule: Schedule,
    agency_schedules: Mapping[str, Schedule] | None = None,
) -> Table:
    """Every step with the wait before it, in elapsed and in working time.

    In      cases CASES, steps STEPS; schedule: that of every agency without one of its own in `agency_schedules`
    Out     WORKED_STEPS, one row a step, ordered by case and step
    Units   waited_workseconds, took_workseconds: seconds on the schedule of the agency that does the step
    Empty   a moment outside the schedule's calendar has no working time (NULL), never zero
    Source  docs/methods/flow.md, "What counts as waiting"
    """
    CASES.check(cases)
    STEPS.check(steps)
    span = engine.stage("flow/step_span", steps=steps)
    days = span.rows()[0]
    span.drop()
    bounds = _slice_bounds(engine, steps)
    worked: Table | None = None
    with scheduled(engine, schedule=schedule, agency_schedules=agency_schedules, **days) as times:
        for from_case, to_case in pairwise(bounds):
            worked = engine.stage(
                "flow/worked_steps",
                out=WORKED_STEPS,
                into=worked,
                parameters={**times.parameters, "from_case": from_case, "to_case": to_case},
                cases=cases,
                steps=steps,
                **times.tables,
            )
    assert worked is not None
    return worked


def _slice_bounds(engine: Engine, steps: Table) -> list[str | None]:
    """The case ids between the slices in which the steps are done, with an open end before and behind them."""
    count = steps.count()
    if count <= _SLICE_STEPS:
        return [None, None]
    parameters = {"one_in": max(count // _SAMPLED_STEPS, 1), "slices": -(-count // _SLICE_STEPS)}
    bounds = engine.stage("flow/slice_bounds", parameters=parameters, steps=steps)
    found = [row["from_case"] for row in bounds.rows()]
    bounds.drop()
    return [None, *dict.fromkeys(found), None]
