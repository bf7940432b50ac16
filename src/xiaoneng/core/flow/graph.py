"""Which step follows which, how often and after how long a wait; each step's time; the same item across agencies."""

from __future__ import annotations

from ..engine import Engine, Table
from ..tables import CASES, DIRECTLY_FOLLOWS, ITEM_PEERS, SPECTRUM, STEP_TIMES, WORKED_STEPS, Shape
from .slices import stage_by_case

_PART_STEPS = 8_000_000  # summed at once: the quantiles of so many waits hold some 300 MiB
SPECTRUM_SEGMENTS = 12  # as many as a page shows without scrolling far
SPECTRUM_AGENCY_SEGMENTS = 6
SPECTRUM_MOVES = 300  # more lines than these cover each other


def directly_follows(engine: Engine, worked: Table) -> Table:
    """Which step comes directly after which, how often, and how long the later one was waited for.

    In      worked WORKED_STEPS
    Out     DIRECTLY_FOLLOWS, for all cases together, for each agency, and for each item of each agency
    Units   working days of the schedule of the agency that does the later step; elapsed days of 24 hours
    Empty   a case of a single step gives no pair; waits that are unknown count in `moves` and in no time
    Source  docs/methods/flow.md, "What follows what"
    """
    WORKED_STEPS.check(worked)
    repeated_steps = engine.stage("flow/repeated_steps", worked_steps=worked)
    repeated = engine.stage("flow/repeated_moves", worked_steps=worked, repeated_steps=repeated_steps)
    repeated_steps.drop()
    edges = _by_scope(
        engine, "flow/directly_follows", DIRECTLY_FOLLOWS, worked, parts="move_parts", repeated_moves=repeated
    )
    ordered = engine.stage("flow/ordered_edges", out=DIRECTLY_FOLLOWS, edges=edges)
    for table in (repeated, edges):
        table.drop()
    return ordered


def step_times(engine: Engine, worked: Table) -> Table:
    """How often each step happens, begins a case, ends it and is done again, and how much time it takes.

    In      worked WORKED_STEPS
    Out     STEP_TIMES, for all cases together, for each agency, and for each item of each agency
    Units   working days of the schedule of the agency that does the step
    Empty   steps whose working time is unknown count in `events` and in no time
    Source  docs/methods/flow.md, "What follows what"
    """
    WORKED_STEPS.check(worked)
    repeated = engine.stage("flow/repeated_steps", worked_steps=worked)
    times = _by_scope(engine, "flow/step_times", STEP_TIMES, worked, parts="step_parts", repeated_steps=repeated)
    ordered = engine.stage("flow/ordered_times", out=STEP_TIMES, times=times)
    for table in (repeated, times):
        table.drop()
    return ordered


def item_peers(engine: Engine, *, worked: Table, cases: Table) -> Table:
    """The same service item, known by its name, compared across the agencies that handle it.

    In      worked WORKED_STEPS; cases CASES
    Out     ITEM_PEERS; ended cases alone, and items alone that two agencies or more have
    Units   lasted_workdays: working days of the steps of a case, each with the wait before it; steps that overlap count each
    Empty   a case of which some working time is unknown counts in `cases` and in no quantile
    Source  docs/methods/flow.md, "The same item elsewhere"
    """
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    lasted = stage_by_case(engine, "flow/item_cases", sliced={"worked_steps": worked, "cases": cases})
    try:
        return engine.stage("flow/item_peers", out=ITEM_PEERS, item_cases=lasted)
    finally:
        lasted.drop()


def spectrum(
    engine: Engine,
    *,
    worked: Table,
    edges: Table,
    segments: int = SPECTRUM_SEGMENTS,
    agency_segments: int = SPECTRUM_AGENCY_SEGMENTS,
    moves: int = SPECTRUM_MOVES,
) -> Table:
    """The moves drawn in the performance spectrum: from leaving one step to beginning the next, coloured by quartile.

    In      worked WORKED_STEPS; edges DIRECTLY_FOLLOWS of the same; segments: how many in all, agency_segments: of each
            agency, those with the most working days waited; moves: how many are drawn of a segment at most
    Out     SPECTRUM
    Empty   a segment in which nothing is waited for is not drawn
    Source  docs/methods/flow.md, "Drawing the waits"; Denisov, Fahland, van der Aalst: Unbiased, fine-grained
            description of processes performance from event data (BPM 2018)
    """
    WORKED_STEPS.check(worked)
    DIRECTLY_FOLLOWS.check(edges)
    return engine.stage(
        "flow/spectrum",
        out=SPECTRUM,
        parameters={"segments": segments, "agency_segments": agency_segments, "moves": moves},
        worked_steps=worked,
        directly_follows=edges,
    )


def _by_scope(engine: Engine, stage: str, out: Shape, worked: Table, *, parts: str, **tables: Table) -> Table:
    """The rows of a stage for every scope, each scope part by part, so that a log of any size is summed in little memory."""
    found = engine.empty(out)
    for by_agency in (False, True):
        limits = {"by_agency": by_agency, "most": _PART_STEPS}
        divided = engine.stage(f"flow/{parts}", parameters=limits, worked_steps=worked)
        for part in dict.fromkeys(row["part"] for row in divided.rows()):
            for by_item in (False, True) if by_agency else (False,):
                engine.stage(
                    stage,
                    out=out,
                    into=found,
                    parameters={"by_agency": by_agency, "by_item": by_item, "part": part},
                    worked_steps=worked,
                    **{parts: divided},
                    **tables,
                )
        divided.drop()
    return found
