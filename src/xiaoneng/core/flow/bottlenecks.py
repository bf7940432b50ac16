"""Bottlenecks (瓶颈): which step, move or hand-over costs people the most days, and how surely it is that one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from ..engine import Engine, Table
from ..tables import BOTTLENECKS, CASES, WORKED_STEPS
from .slices import stage_by_case

DRAWS = 400
_SEED = 20_131_018  # any number: the same records give the same ranges
_DAY = 86_400
_MOST = 60  # rows of a kind kept in a scope
_THING = ("from_name", "name", "from_agency", "from_office", "to_agency", "to_office")


def bottlenecks(engine: Engine, worked: Table, *, cases: Table) -> Table:
    """Steps, moves and hand-overs by the working days they cost, each with the ranks that the data allow.

    In      worked WORKED_STEPS, cases CASES
    Out     BOTTLENECKS, the county and each agency: the dearest 60 of each kind
    Empty   a scope whose cases began in one week has no interval: its ends are NULL, its ranks 1 to the last
    Source  bootstrap over the weeks in which the cases began (Efron and Tibshirani 1993, ch. 8); ranks by the percentile
            method; docs/methods/flow.md, "How sure it is"
    """
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    strata = stage_by_case(engine, "flow/case_strata", sliced={"worked_steps": worked, "cases": cases})
    of_slices = stage_by_case(engine, "flow/bottleneck_weeks", sliced={"worked_steps": worked, "case_strata": strata})
    weeks = engine.stage("flow/bottleneck_scopes", bottleneck_weeks=of_slices)
    scopes: dict[tuple[str, bool, str], list[dict[str, Any]]] = defaultdict(list)
    for row in weeks.rows():
        scopes[row["kind"], row["is_whole"], row["agency"] or ""].append(row)
    for table in (strata, of_slices, weeks):
        table.drop()
    rows = [
        {"kind": kind, "agency": None if is_whole else agency, **row}
        for (kind, is_whole, agency), found in scopes.items()
        for row in _ranked(found)
    ]
    return engine.from_rows(BOTTLENECKS, rows)


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of one scope and kind, summed over the weeks."""
    things = sorted({_thing(row) for row in rows}, key=lambda thing: tuple(part or "" for part in thing))
    all_weeks = sorted({row["week"] for row in rows})
    place, week_place = {thing: n for n, thing in enumerate(things)}, {week: n for n, week in enumerate(all_weeks)}
    seconds = np.zeros((len(all_weeks), len(things)))
    times, cases = np.zeros(len(things), np.int64), np.zeros(len(things), np.int64)
    for row in rows:
        column = place[_thing(row)]
        seconds[week_place[row["week"]], column] += row["seconds"]
        times[column] += row["times"]
        cases[column] += row["cases"]
    total = seconds.sum(axis=0)
    order = np.argsort(-total, kind="stable")
    low = high = None
    rank_low, rank_high = np.ones(len(things), np.int64), np.full(len(things), len(things), np.int64)
    if len(all_weeks) > 1:
        rng = np.random.default_rng(_SEED)
        drawn = rng.multinomial(len(all_weeks), np.full(len(all_weeks), 1 / len(all_weeks)), size=DRAWS) @ seconds
        low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
        ranks = np.argsort(np.argsort(-drawn, axis=1, kind="stable"), axis=1, kind="stable") + 1
        rank_low, rank_high = np.percentile(ranks, [2.5, 97.5], axis=0, method="nearest").astype(np.int64)
    whole = float(total.sum())
    return [
        {
            **dict(zip(_THING, things[column], strict=True)),
            "cases": int(cases[column]),
            "times": int(times[column]),
            "cost_workdays": total[column] / _DAY,
            "cost_low": None if low is None else low[column] / _DAY,
            "cost_high": None if high is None else high[column] / _DAY,
            "share": total[column] / whole if whole else None,
            "rank": number,
            "rank_low": int(min(rank_low[column], number)),
            "rank_high": int(max(rank_high[column], number)),
        }
        for number, column in enumerate(order[:_MOST].tolist(), start=1)
    ]


def _thing(row: dict[str, Any]) -> tuple[str | None, ...]:
    return tuple(row[name] for name in _THING)
