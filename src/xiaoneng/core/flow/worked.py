"""Every step with the wait before it, in working time: the base of all that this room finds."""

from __future__ import annotations

from collections.abc import Mapping

from ..calendar import Schedule
from ..engine import Engine, Table
from ..tables import CASES, STEPS, WORKED_STEPS
from .scheduled import scheduled
from .slices import stage_by_case


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
    with scheduled(engine, schedule=schedule, agency_schedules=agency_schedules, **days) as times:
        return stage_by_case(
            engine,
            "flow/worked_steps",
            sliced={"steps": steps, "cases": cases},
            out=WORKED_STEPS,
            parameters=times.parameters,
            **times.tables,
        )
