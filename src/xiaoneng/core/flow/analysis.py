"""The whole of where the time goes in one call: every table of the room from the records of cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from ..calendar import Schedule
from ..engine import Engine, Table
from ..tables import (
    CASE_PAPERS,
    CASES,
    OFFICIAL_ORDER,
    OFFICIAL_STEPS,
    PAUSES,
    STEPS,
)
from .bottlenecks import bottlenecks
from .causes import case_causes, step_causes, wait_causes
from .comparing import compare
from .conformance import case_conformance, departures
from .directives import directive_levels
from .findings import findings
from .graph import directly_follows, item_peers, spectrum, step_times
from .handovers import absorption, case_flows, handover_counts, handovers, open_waits
from .inputs import FlowInputs
from .needless import needless_steps, steps_only_here
from .overtaking import overtaking, queue_cases
from .slices import stage_by_case
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
    given = inputs or FlowInputs()
    with flow_findings(
        engine,
        cases=cases,
        steps=steps,
        pauses=pauses,
        schedule=schedule,
        on=on,
        inputs=given,
        agency_schedules=agency_schedules,
        is_law_cn=is_law_cn,
    ) as found:
        worked = found.worked
        edges = directly_follows(engine, worked)
        queues, overtaken = overtaking(engine, queue_cases(engine, worked, cases=cases, fast_lanes=given.fast_lanes))
        tables = {
            "flow_findings": found.findings,
            "flow_finding_cases": found.finding_cases,
            "bottlenecks": bottlenecks(engine, worked, cases=cases),
            "directly_follows": edges,
            "step_times": step_times(engine, worked),
            "wait_causes": wait_causes(engine, found.step_causes, worked),
            "case_causes": case_causes(engine, found.step_causes, worked),
            "case_flows": case_flows(engine, worked, schedule=schedule, agency_schedules=agency_schedules),
            "handovers": handovers(engine, worked),
            "handover_counts": handover_counts(engine, worked),
            "absorption": absorption(engine, worked, cases=cases),
            "open_waits": open_waits(
                engine, worked, cases=cases, schedule=schedule, on=on, agency_schedules=agency_schedules
            ),
            "case_conformance": case_conformance(
                engine,
                worked,
                cases=cases,
                official_steps=found.official.steps,
                official_order=found.official.order,
                papers=found.official.papers,
            ),
            "departures": found.departures,
            "departure_cases": found.departure_cases,
            "overtaking": queues,
            "overtaken_cases": overtaken,
            "spectrum": spectrum(engine, worked=worked, edges=edges),
            "item_peers": item_peers(engine, worked=worked, cases=cases),
        }
    if given.directive_stages is not None:
        tables["directive_levels"] = directive_levels(engine, given.directive_stages, schedule=schedule, on=on)
    return tables


@dataclass(frozen=True)
class Official:
    """What cases are laid beside: the official steps, their order, and the papers that were asked for."""

    steps: Table
    order: Table
    papers: Table | None


@dataclass(frozen=True)
class Findings:
    """The findings with what they were found in; `worked` and `step_causes` live as long as the block that asked for them."""

    findings: Table
    finding_cases: Table
    departures: Table
    departure_cases: Table
    worked: Table
    step_causes: Table
    official: Official


@contextmanager
def flow_findings(
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
) -> Iterator[Findings]:
    """The findings alone, as `flow_tables` tells them; the tables of one row a step are dropped when the block ends."""
    CASES.check(cases)
    STEPS.check(steps)
    PAUSES.check(pauses)
    given = inputs or FlowInputs()
    official = Official(
        given.official_steps or engine.empty(OFFICIAL_STEPS),
        given.official_order or engine.empty(OFFICIAL_ORDER),
        _papers(engine, given.case_papers, cases),
    )
    worked = worked_steps(engine, cases=cases, steps=steps, schedule=schedule, agency_schedules=agency_schedules)
    causes = step_causes(
        engine,
        worked,
        cases=cases,
        pauses=pauses,
        schedule=schedule,
        agency_schedules=agency_schedules,
        leaders=given.leaders,
        on=on,
    )
    returns = stage_by_case(engine, "flow/agency_returns", sliced={"worked_steps": worked})
    departed, departed_cases = departures(
        engine,
        worked,
        cases=cases,
        official_steps=official.steps,
        official_order=official.order,
        papers=official.papers,
    )
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
        official_steps=official.steps,
        is_law_cn=is_law_cn,
    )
    comparisons.scores.drop()
    returns.drop()
    try:
        yield Findings(found, finding_cases, departed, departed_cases, worked, causes, official)
    finally:
        worked.drop()
        causes.drop()


def _papers(engine: Engine, papers: Table | None, cases: Table) -> Table | None:
    """The papers by the case's identifier, however the list names the case."""
    if papers is None:
        return None
    return engine.stage("flow/papers_of_cases", out=CASE_PAPERS, case_papers=papers, cases=cases)
