"""The whole of where the time goes in one call: every table of the room from the records of cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..calendar import Schedule
from ..engine import Engine, Table
from ..tables import (
    CASES,
    LEADERS,
    OFFICIAL_ORDER,
    OFFICIAL_STEPS,
    PAUSES,
    STEPS,
)
from .bottlenecks import bottlenecks
from .causes import step_causes, wait_causes
from .comparing import compare
from .conformance import case_conformance, departures
from .directives import directive_levels
from .findings import findings
from .graph import directly_follows, item_peers, spectrum, step_times
from .handovers import absorption, case_flows, handover_counts, handovers, open_waits
from .inputs import FlowInputs
from .needless import needless_steps, steps_only_here
from .overtaking import overtaking, queue_cases
from .worked import worked_steps


def flow_tables(
    engine: Engine,
    *,
    cases: Table,
    steps: Table,
    pauses: Table,
    schedule: Schedule,
    on: date,
    inputs: FlowInputs | None = None,
    agency_schedules: Mapping[str, Schedule] | None = None,
    is_law_cn: bool = True,
) -> dict[str, Table]:
    """Where the time goes: every table of this room but those of one row a step.

    In      cases CASES, steps STEPS, pauses PAUSES; schedule: the working calendar and office hours of agencies without
            their own; on: the day of judging
    Out     tables by the name of their shape, in the order in which an edition keeps them
    Empty   without official steps nothing departs from them; without directives there are no levels
    Source  docs/methods/flow.md
    """
    CASES.check(cases)
    STEPS.check(steps)
    PAUSES.check(pauses)
    given = inputs or FlowInputs()
    official_steps = given.official_steps or engine.empty(OFFICIAL_STEPS)
    official_order = given.official_order or engine.empty(OFFICIAL_ORDER)
    worked = worked_steps(engine, cases=cases, steps=steps, schedule=schedule, agency_schedules=agency_schedules)
    causes = step_causes(
        engine,
        worked,
        cases=cases,
        pauses=pauses,
        schedule=schedule,
        agency_schedules=agency_schedules,
        leaders=given.leaders or engine.empty(LEADERS),
        on=on,
    )
    conformance = case_conformance(
        engine,
        worked,
        cases=cases,
        official_steps=official_steps,
        official_order=official_order,
        papers=given.case_papers,
    )
    departed = departures(
        engine,
        worked,
        cases=cases,
        official_steps=official_steps,
        official_order=official_order,
        papers=given.case_papers,
    )
    queues, overtaken = overtaking(engine, queue_cases(engine, worked, cases=cases, fast_lanes=given.fast_lanes))
    returns = engine.stage("flow/agency_returns", worked_steps=worked)
    comparisons = compare(engine, worked, cases=cases, step_causes=causes, agency_returns=returns)
    found, finding_cases = findings(
        engine,
        comparisons,
        worked,
        cases=cases,
        agency_returns=returns,
        departures=departed,
        steps_only_here=steps_only_here(engine, worked, cases=cases),
        needless_steps=needless_steps(engine, worked, steps=steps, cases=cases, official_steps=given.official_steps),
        official_steps=official_steps,
        is_law_cn=is_law_cn,
    )
    comparisons.scored.drop()
    edges = directly_follows(engine, worked)
    tables = {
        "flow_findings": found,
        "flow_finding_cases": finding_cases,
        "bottlenecks": bottlenecks(engine, worked, cases=cases),
        "directly_follows": edges,
        "step_times": step_times(engine, worked),
        "wait_causes": wait_causes(engine, causes, worked),
        "case_flows": case_flows(engine, worked, schedule=schedule, agency_schedules=agency_schedules),
        "handovers": handovers(engine, worked),
        "handover_counts": handover_counts(engine, worked),
        "absorption": absorption(engine, worked, cases=cases),
        "open_waits": open_waits(engine, worked, cases=cases, schedule=schedule, on=on),
        "case_conformance": conformance,
        "departures": departed,
        "overtaking": queues,
        "overtaken_cases": overtaken,
        "spectrum": spectrum(engine, worked=worked, edges=edges),
        "item_peers": item_peers(engine, worked=worked, cases=cases),
    }
    if given.directive_stages is not None:
        tables["directive_levels"] = directive_levels(engine, given.directive_stages, schedule=schedule, on=on)
    for table in (worked, causes, returns):
        table.drop()
    return tables
