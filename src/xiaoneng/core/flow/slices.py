"""Work by case done some cases at a time: a log of any size then fits in a small memory, with the same rows in the same order."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from itertools import pairwise
from typing import Any

from ..engine import Engine, Table
from ..tables import Shape

SLICE_STEPS = 4_000_000  # grouped, put in order and joined at once: more would not fit in a small memory
_SAMPLED_STEPS = 100_000


def in_slices(engine: Engine, **tables: Table) -> Generator[dict[str, Table]]:
    """The same tables, all of them of some cases at a time, slice after slice in the order of the case ids.

    In      tables: each with a case_id; the first says how many cases make a slice
    """
    sized = next(iter(tables.values()))
    if sized.count() <= SLICE_STEPS:
        yield tables
        return
    for first, end in pairwise(_bounds(engine, sized)):
        views = {name: engine.between(table, "case_id", first, end) for name, table in tables.items()}
        try:
            yield views
        finally:
            for view in views.values():
                view.drop()


def stage_by_case(
    engine: Engine,
    stage: str,
    *,
    sliced: Mapping[str, Table],
    out: Shape | None = None,
    parameters: Mapping[str, Any] | None = None,
    **whole: Table,
) -> Table:
    """Run a stage over some cases at a time and keep the rows of all of them, slice after slice.

    In      sliced: tables with a case_id, each slice of which holds all rows of its cases; whole: tables given as they are
    """
    found: Table | None = None
    with closing(in_slices(engine, **sliced)) as slices:
        for views in slices:
            found = engine.stage(stage, out=out, into=found, parameters=parameters, **views, **whole)
    assert found is not None
    return found


def _bounds(engine: Engine, table: Table) -> list[str | None]:
    """The case ids between the slices, with an open end before and behind them."""
    count = table.count()
    parameters = {"one_in": max(count // _SAMPLED_STEPS, 1), "slices": -(-count // SLICE_STEPS)}
    bounds = engine.stage("flow/slice_bounds", parameters=parameters, steps=table)
    found = [row["from_case"] for row in bounds.rows()]
    bounds.drop()
    return [None, *dict.fromkeys(found), None]
