"""Cases against the official list of their item (办理流程): what is missing, hidden, out of order, or done again.

The list is a set of steps, some of them required, and a partial order: which step must come before which. A case departs
from it by a required step that it lacks (only once it has ended), a step that is not on the list, a pair in the wrong
order, and a step or paper that comes again. The edit cost adds the weights of the first three.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..engine import Engine, Table
from ..tables import CASE_CONFORMANCE, CASE_PAPERS, CASES, DEPARTURES, OFFICIAL_ORDER, OFFICIAL_STEPS, WORKED_STEPS


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
    with _compared(engine, worked, cases, official_steps, official_order, papers) as found:
        return engine.stage(
            "flow/case_conformance",
            out=CASE_CONFORMANCE,
            official_steps=official_steps,
            listed_cases=found.listed_cases,
            listed_names=found.listed_names,
            order_breaks=found.order_breaks,
            paper_repeats=found.paper_repeats,
        )


def departures(
    engine: Engine,
    worked: Table,
    *,
    cases: Table,
    official_steps: Table,
    official_order: Table,
    papers: Table | None = None,
) -> Table:
    """Which departures from the official lists happen at which agency and item, how often, and what they took.

    In      as `case_conformance`
    Out     DEPARTURES, one row an agency, item and departure
    Units   spent_workdays: wait and work of the steps beside the list, or of those done again; of the known ones
    Empty   a departure that never happens gives no row
    Source  docs/methods/flow.md, "Cases against the official list"
    """
    with _compared(engine, worked, cases, official_steps, official_order, papers) as found:
        return engine.stage(
            "flow/departures",
            out=DEPARTURES,
            official_steps=official_steps,
            listed_cases=found.listed_cases,
            listed_names=found.listed_names,
            order_breaks=found.order_breaks,
            paper_repeats=found.paper_repeats,
        )


@dataclass(frozen=True)
class _Compared:
    """The judged cases, their steps by name, their pairs in the wrong order, and the papers asked for."""

    listed_cases: Table
    listed_names: Table
    order_breaks: Table
    paper_repeats: Table


@contextmanager
def _compared(
    engine: Engine, worked: Table, cases: Table, official_steps: Table, official_order: Table, papers: Table | None
) -> Iterator[_Compared]:
    """The cases laid beside the lists, while the block runs."""
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    OFFICIAL_STEPS.check(official_steps)
    OFFICIAL_ORDER.check(official_order)
    asked = papers or engine.empty(CASE_PAPERS)
    CASE_PAPERS.check(asked)
    listed = engine.stage("flow/listed_cases", worked=worked, cases=cases, official_steps=official_steps)
    names = engine.stage("flow/listed_names", worked=worked, listed_cases=listed, official_steps=official_steps)
    closure = engine.stage("flow/order_closure", official_order=official_order)
    breaks = engine.stage("flow/order_breaks", listed_names=names, order_closure=closure)
    repeats = engine.stage("flow/paper_repeats", papers=asked, listed_cases=listed)
    closure.drop()
    if papers is None:
        asked.drop()
    try:
        yield _Compared(listed, names, breaks, repeats)
    finally:
        for table in (listed, names, breaks, repeats):
            table.drop()
