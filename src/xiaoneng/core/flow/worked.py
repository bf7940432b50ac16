"""Every step with the wait before it, in working time: the base of all that this room finds."""

from __future__ import annotations

from collections.abc import Mapping

from ..calendar import Schedule, worked_quarters
from ..engine import Engine, Table
from ..tables import CASES, STEPS, WORKED_STEPS, Column, Shape

_AGENCY_SCHEDULES = Shape(
    "agency_schedules",
    "one row an agency with a schedule of its own",
    (
        Column("agency", "VARCHAR", "code of the agency"),
        Column("schedule", "VARCHAR", "its schedule"),
        Column("workday_seconds", "BIGINT", "length of its working day"),
    ),
    key=("agency",),
)


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
    Out     WORKED_STEPS, one row a step
    Units   waited_workseconds, took_workseconds: seconds on the schedule of the agency that does the step
    Empty   a moment outside the schedule's calendar has no working time (NULL), never zero
    Source  docs/methods/flow.md, "What counts as waiting"
    """
    CASES.check(cases)
    STEPS.check(steps)
    own = dict(agency_schedules or {})
    span = engine.stage("flow/step_span", steps=steps)
    first_on, last_on = (span.rows()[0][name] for name in ("first_on", "last_on"))
    span.drop()
    by_name = {one.name: one for one in (schedule, *own.values())}
    first_on, last_on = first_on or schedule.calendar.first, last_on or schedule.calendar.first
    quarters = worked_quarters(engine, list(by_name.values()), first_on=first_on, last_on=last_on, zone=engine.zone)
    rows = [
        {"agency": agency, "schedule": one.name, "workday_seconds": one.hours.workday_seconds}
        for agency, one in own.items()
    ]
    engine.define("flow/macros")
    try:
        return engine.stage(
            "flow/worked_steps",
            out=WORKED_STEPS,
            parameters={"schedule": schedule.name, "workday_seconds": schedule.hours.workday_seconds},
            cases=cases,
            steps=steps,
            worked_quarters=quarters,
            agency_schedules=engine.from_rows(_AGENCY_SCHEDULES, rows),
        )
    finally:
        quarters.drop()
