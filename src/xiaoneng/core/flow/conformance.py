"""Cases against the official list of their item (办理流程): what is missing, hidden, out of order, or done again.

The list is a set of steps, some of them required, and a partial order: which step must come before which. A case departs
from it by a required step that it lacks (only once it has ended), a step that is not on the list, a pair in the wrong
order, and a step or paper that comes again. The edit cost adds the weights of the first three.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..engine import Engine, Table
from ..tables import (
    CASE_CONFORMANCE,
    CASE_PAPERS,
    CASES,
    DEPARTURE_CASES,
    DEPARTURES,
    OFFICIAL_ORDER,
    OFFICIAL_STEPS,
    WORKED_STEPS,
)
from .slices import in_slices


def case_conformance(
    engine: Engine,
    worked: Table,
    *,
    cases: Table,
    official_steps: Table,
    official_order: Table,
    papers: Table | None = None,
) -> Table:
    """How each case departs from the official list of its item, and the edit cost.

    In      worked WORKED_STEPS, cases CASES, official_steps OFFICIAL_STEPS, official_order OFFICIAL_ORDER; papers CASE_PAPERS,
            where they are recorded. An item is found by its code, else by its name
    Out     CASE_CONFORMANCE, one row a case that has steps and whose item has a list
    Units   cost: a missing step its weight, a step beside the list 1 each time, a pair in the wrong order the weight of the
            step that came too early
    Empty   repeated_papers is unknown where no paper of the case is recorded
    Source  docs/methods/flow.md, "Cases against the official list"
    """
    found: Table | None = None
    for laid in _laid_beside(engine, worked, cases, official_steps, official_order, papers):
        found = engine.stage(
            "flow/case_conformance",
            out=CASE_CONFORMANCE,
            into=found,
            official_steps=official_steps,
            listed_cases=laid.listed_cases,
            listed_names=laid.listed_names,
            order_breaks=laid.order_breaks,
            paper_repeats=laid.paper_repeats,
        )
    assert found is not None
    return found


def departures(
    engine: Engine,
    worked: Table,
    *,
    cases: Table,
    official_steps: Table,
    official_order: Table,
    papers: Table | None = None,
) -> tuple[Table, Table]:
    """Which departures from the official lists happen at which agency and item, how often, what they took, and in which cases.

    In      as `case_conformance`
    Out     DEPARTURES, one row an agency, item and departure; DEPARTURE_CASES, the cases of those that no list of steps tells:
            a pair in the wrong order, a paper asked for again
    Units   spent_workdays: wait and work of the steps beside the list, or of those done again; of the known ones
    Empty   a departure that never happens gives no row
    Source  docs/methods/flow.md, "Cases against the official list"
    """
    judged: Table | None = None
    counted: Table | None = None
    opened: Table | None = None
    for laid in _laid_beside(engine, worked, cases, official_steps, official_order, papers):
        judged = engine.stage(
            "flow/judged_counts", into=judged, listed_cases=laid.listed_cases, paper_repeats=laid.paper_repeats
        )
        counted = engine.stage(
            "flow/departure_counts",
            into=counted,
            listed_names=laid.listed_names,
            order_breaks=laid.order_breaks,
            paper_repeats=laid.paper_repeats,
        )
        opened = engine.stage(
            "flow/departure_cases",
            out=DEPARTURE_CASES,
            into=opened,
            order_breaks=laid.order_breaks,
            paper_repeats=laid.paper_repeats,
        )
    assert judged is not None
    assert counted is not None
    assert opened is not None
    try:
        found = engine.stage(
            "flow/departures",
            out=DEPARTURES,
            official_steps=official_steps,
            judged_counts=judged,
            departure_counts=counted,
        )
    finally:
        judged.drop()
        counted.drop()
    return found, opened


@dataclass(frozen=True)
class _LaidBeside:
    """The judged cases, their steps by name, their pairs in the wrong order, and the papers asked for."""

    listed_cases: Table
    listed_names: Table
    order_breaks: Table
    paper_repeats: Table


def _laid_beside(
    engine: Engine, worked: Table, cases: Table, official_steps: Table, official_order: Table, papers: Table | None
) -> Iterator[_LaidBeside]:
    """The cases laid beside the lists, some cases at a time; what is given lives until the next is asked for."""
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    OFFICIAL_STEPS.check(official_steps)
    OFFICIAL_ORDER.check(official_order)
    asked = papers or engine.empty(CASE_PAPERS)
    CASE_PAPERS.check(asked)
    closure = engine.stage("flow/order_closure", official_order=official_order)
    for some in in_slices(engine, worked=worked, cases=cases, papers=asked):
        listed = engine.stage(
            "flow/listed_cases", worked=some["worked"], cases=some["cases"], official_steps=official_steps
        )
        names = engine.stage(
            "flow/listed_names", worked=some["worked"], listed_cases=listed, official_steps=official_steps
        )
        breaks = engine.stage("flow/order_breaks", listed_names=names, order_closure=closure)
        repeats = engine.stage("flow/paper_repeats", papers=some["papers"], listed_cases=listed)
        yield _LaidBeside(listed, names, breaks, repeats)
        for table in (listed, names, breaks, repeats):
            table.drop()
    closure.drop()
    if papers is None:
        asked.drop()
