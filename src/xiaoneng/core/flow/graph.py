"""Which step follows which, how often and after how long a wait; each step's time; the same item across agencies."""

from __future__ import annotations

from ..engine import Engine, Table
from ..tables import CASES, DIRECTLY_FOLLOWS, ITEM_PEERS, SPECTRUM, STEP_TIMES, WORKED_STEPS

# Divided by agency and by item: everything together, each agency, each item of each agency.
_SCOPES = ((False, False), (True, False), (True, True))
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
    repeated_moves = engine.stage("flow/repeated_moves", worked_steps=worked, repeated_steps=repeated_steps)
    repeated_steps.drop()
    parts = [
        engine.stage(
            "flow/directly_follows",
            out=DIRECTLY_FOLLOWS,
            parameters={"by_agency": by_agency, "by_item": by_item},
            worked_steps=worked,
            repeated_moves=repeated_moves,
        )
        for by_agency, by_item in _SCOPES
    ]
    return _united(engine, "directly_follows", parts, repeated_moves)


def step_times(engine: Engine, worked: Table) -> Table:
    """How often each step happens, begins a case, ends it and is done again, and how much time it takes.

    In      worked WORKED_STEPS
    Out     STEP_TIMES, for all cases together, for each agency, and for each item of each agency
    Units   working days of the schedule of the agency that does the step
    Empty   steps whose working time is unknown count in `events` and in no time
    Source  docs/methods/flow.md, "What follows what"
    """
    WORKED_STEPS.check(worked)
    repeated_steps = engine.stage("flow/repeated_steps", worked_steps=worked)
    parts = [
        engine.stage(
            "flow/step_times",
            out=STEP_TIMES,
            parameters={"by_agency": by_agency, "by_item": by_item},
            worked_steps=worked,
            repeated_steps=repeated_steps,
        )
        for by_agency, by_item in _SCOPES
    ]
    return _united(engine, "step_times", parts, repeated_steps)


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
    return engine.stage("flow/item_peers", out=ITEM_PEERS, worked_steps=worked, cases=cases)


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


def _united(engine: Engine, name: str, parts: list[Table], *used: Table) -> Table:
    """The parts one after the other, each in its own order; they and what they were made of are dropped."""
    whole = engine.union(name, None, parts)
    for table in (*parts, *used):
        table.drop()
    return whole
