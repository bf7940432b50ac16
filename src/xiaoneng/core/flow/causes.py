"""Why it waited (等待原因): every wait before a step divided, without overlap, among the causes that the records show.

A wait runs from the moment at which a step could begin to the moment at which it began. From it are taken, in this order:
batching, the handler's other work (prioritisation, contention), the handler's absence (unavailability), and of the rest the
time in which the applicant, another agency, or a leader's signature was waited for; what then remains is unexplained.
Each part is a set of moments, measured twice: in elapsed seconds and in working seconds of the agency's schedule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from importlib import resources

from ..calendar import Schedule
from ..engine import Engine, Table
from ..tables import (
    CASE_CAUSES,
    CASES,
    LEADERS,
    PAUSES,
    STEP_CAUSES,
    WAIT_CAUSES,
    WAIT_SPLITS,
    WORKED_STEPS,
    Column,
    Shape,
)
from .causes_parts import split_in_parts
from .slices import stage_by_case

_AGENCY_SCHEDULES = Shape(
    "cause_agency_schedules",
    "one row an agency with a schedule of its own",
    (
        Column("agency", "VARCHAR", "code of the agency"),
        Column("schedule_no", "BIGINT", "its schedule, numbered within the call"),
    ),
    key=("agency",),
)
_HANDLER_SCHEDULES = Shape(
    "cause_handler_schedules",
    "one row a handler with a schedule of their own",
    (
        Column("handler", "VARCHAR", "the person or account"),
        Column("schedule_no", "BIGINT", "their schedule, numbered within the call"),
    ),
    key=("handler",),
)
_SIGNATURE_NAMES = Shape(
    "signature_names",
    "one row a name of a step at which a leader signs",
    (Column("name", "VARCHAR", "name of the step, in lower case"),),
    key=("name",),
)


@cache
def default_signature_names() -> tuple[str, ...]:
    """Names of steps at which a leader signs, as they come with the package: unconfirmed until a county checks them."""
    file = resources.files(__package__).joinpath("signature_names.toml")
    return tuple(tomllib.loads(file.read_text(encoding="utf-8"))["names"])


def step_causes(
    engine: Engine,
    worked: Table,
    *,
    cases: Table,
    pauses: Table,
    schedule: Schedule,
    agency_schedules: Mapping[str, Schedule] | None = None,
    handler_schedules: Mapping[str, Schedule] | None = None,
    leaders: Table | None = None,
    signature_names: Collection[str] | None = None,
    on: date,
    batch_steps: int = 2,
    batch_gap_seconds: int = 0,
) -> Table:
    """The wait before every step by cause, in working days: see `split_waits`, which gives the same in seconds.

    In      as `split_waits`
    Out     STEP_CAUSES, one row a step that was waited for
    Units   working days of the step's agency; waited_days, closed_days: elapsed days
    Empty   a step that was not waited for gives no row
    Source  docs/methods/flow.md, "Why it waited"
    """
    splits = split_waits(
        engine,
        worked,
        cases=cases,
        pauses=pauses,
        schedule=schedule,
        agency_schedules=agency_schedules,
        handler_schedules=handler_schedules,
        leaders=leaders,
        signature_names=signature_names,
        on=on,
        batch_steps=batch_steps,
        batch_gap_seconds=batch_gap_seconds,
    )
    try:
        return engine.stage("flow/step_causes", out=STEP_CAUSES, wait_splits=splits)
    finally:
        splits.drop()


def wait_causes(engine: Engine, step_causes: Table, worked: Table) -> Table:
    """The causes of waiting summed up: in all, and by agency, item and step.

    In      step_causes STEP_CAUSES, worked WORKED_STEPS
    Out     WAIT_CAUSES, one row a scope and what it tells apart
    Units   working days, each wait in those of its agency; waited_days, closed_days: elapsed days
    Empty   a wait outside the calendar of the schedules is counted among the waits, and has no working days
    Source  docs/methods/flow.md, "Why it waited"
    """
    STEP_CAUSES.check(step_causes)
    WORKED_STEPS.check(worked)
    sums = stage_by_case(engine, "flow/cause_sums", sliced={"worked_steps": worked, "step_causes": step_causes})
    try:
        return engine.stage("flow/wait_causes", out=WAIT_CAUSES, cause_sums=sums)
    finally:
        sums.drop()


def case_causes(engine: Engine, step_causes: Table, worked: Table) -> Table:
    """Why each case waited, at each agency that did steps of it: by this the cases behind a cause are found.

    In      step_causes STEP_CAUSES, worked WORKED_STEPS
    Out     CASE_CAUSES, one row a case and agency
    Units   working days of the agency that did the steps
    Empty   a case that was never waited for gives no row
    Source  docs/methods/flow.md, "Why it waited"
    """
    STEP_CAUSES.check(step_causes)
    WORKED_STEPS.check(worked)
    sliced = {"worked_steps": worked, "step_causes": step_causes}
    return stage_by_case(engine, "flow/case_causes", sliced=sliced, out=CASE_CAUSES)


def split_waits(
    engine: Engine,
    worked: Table,
    *,
    cases: Table,
    pauses: Table,
    schedule: Schedule,
    agency_schedules: Mapping[str, Schedule] | None = None,
    handler_schedules: Mapping[str, Schedule] | None = None,
    leaders: Table | None = None,
    signature_names: Collection[str] | None = None,
    on: date,
    batch_steps: int = 2,
    batch_gap_seconds: int = 0,
) -> Table:
    """The wait before every step by cause, in whole seconds of both measures.

    In      worked WORKED_STEPS, made with the same `schedule` and `agency_schedules`; cases CASES; pauses PAUSES;
            handler_schedules: of handlers whose hours are not those of their agency; leaders LEADERS;
            signature_names: whole names of steps at which a leader signs, None takes the shipped list;
            on: the day of judging, to whose end a stop still open lasts
            batch_steps, batch_gap_seconds: how many steps make a batch, and how far apart they may begin
    Out     WAIT_SPLITS, one row a step that was waited for; the causes add up to the wait in each measure
    Units   *_seconds elapsed; *_workseconds on the schedule of the step's agency
    Empty   a step that was not waited for gives no row; a wait outside the calendar of the schedules has no causes (NULL)
    Source  Lashkevich, Milani, Chapela-Campa, Suvorau, Dumas, "Why am I waiting?", CAiSE 2023; docs/methods/flow.md
    """
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    PAUSES.check(pauses)
    if leaders is not None:
        LEADERS.check(leaders)
    names = default_signature_names() if signature_names is None else signature_names
    numbers = {schedule: 0}
    of_agencies, of_handlers = dict(agency_schedules or {}), dict(handler_schedules or {})
    for one in (*of_agencies.values(), *of_handlers.values()):
        numbers.setdefault(one, len(numbers))
    agency_rows = [{"agency": agency, "schedule_no": numbers[one]} for agency, one in of_agencies.items()]
    handler_rows = [{"handler": handler, "schedule_no": numbers[one]} for handler, one in of_handlers.items()]
    name_rows = [{"name": name} for name in sorted({name.strip().lower() for name in names})]
    kept: list[Table] = []

    def keep(table: Table) -> Table:
        kept.append(table)
        return table

    try:
        resource_table = keep(
            engine.stage(
                "flow/cause_resources",
                worked_steps=worked,
                agency_schedules=keep(engine.from_rows(_AGENCY_SCHEDULES, agency_rows)),
                handler_schedules=keep(engine.from_rows(_HANDLER_SCHEDULES, handler_rows)),
            )
        )
        placed = keep(
            engine.stage(
                "flow/cause_placed",
                worked_steps=worked,
                cause_resources=resource_table,
                leaders=keep(engine.empty(LEADERS)) if leaders is None else leaders,
                signature_names=keep(engine.from_rows(_SIGNATURE_NAMES, name_rows)),
            )
        )
        steps = keep(engine.stage("flow/cause_steps", cause_placed=placed))
        placed.drop()
        spans = keep(
            engine.stage("flow/outside_spans", parameters={"on": on}, pauses=pauses, cases=cases, cause_steps=steps)
        )
        split_rows = keep(
            split_in_parts(
                engine,
                resources=resource_table,
                steps=steps,
                spans=spans,
                span_cases=keep(engine.stage("flow/span_cases", outside_spans=spans)),
                schedules=list(numbers),
                batch_steps=batch_steps,
                batch_gap_seconds=batch_gap_seconds,
            )
        )
        return stage_by_case(
            engine, "flow/wait_splits", sliced={"cause_steps": steps}, out=WAIT_SPLITS, split_rows=split_rows
        )
    finally:
        for table in kept:
            table.drop()
