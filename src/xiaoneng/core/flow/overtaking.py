"""Overtaking in a queue (插队): how often a case that came later was finished before one that came earlier."""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..engine import Engine, Table
from ..tables import CASES, OVERTAKEN_CASES, OVERTAKING, QUEUE_CASES, WORKED_STEPS
from .slices import stage_by_case

LISTED_FROM = 5  # a case overtaken so often is listed: a single overtaking may be chance or a batch


def queue_cases(engine: Engine, worked: Table, *, cases: Table, fast_lanes: Sequence[str] = ()) -> Table:
    """The ended cases in their queues: one queue an item and the office that had the case first.

    In      worked WORKED_STEPS, cases CASES; fast_lanes: channels declared beforehand as fast lanes (绿色通道), each a queue
            of its own, so that a lawful lane does not count as overtaking
    Out     QUEUE_CASES, one row an ended case, from its first moment to its last
    Empty   an open case is in no queue
    Source  docs/methods/flow.md, "Who overtakes whom"
    """
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    return stage_by_case(
        engine,
        "flow/queue_cases",
        sliced={"worked": worked, "cases": cases},
        out=QUEUE_CASES,
        parameters={"fast_lanes": list(fast_lanes)},
    )


def overtaking(engine: Engine, queued: Table) -> tuple[Table, Table]:
    """How often later arrivals were finished first: by queue, and the cases that were overtaken at least five times.

    Two cases that arrive together, or are finished together, do not overtake each other.

    In      queued QUEUE_CASES; only a case that is both in and out counts
    Out     OVERTAKING, one row a queue; OVERTAKEN_CASES, one row a case overtaken LISTED_FROM times or more
    Units   overtaken_share: inversions / pairs
    Empty   a queue of one case has no pairs, and no share
    Source  docs/methods/flow.md, "Who overtakes whom"
    """
    QUEUE_CASES.check(queued)
    order = engine.stage("flow/queue_order", queue_cases=queued)
    places = order.arrow(columns=["queue_no", "arrived_us", "finish_place"])
    counted = overtaken_by(*(places[name].to_numpy() for name in ("queue_no", "arrived_us", "finish_place")))
    found = engine.with_column("overtaken", order, "overtaken_by", pa.array(counted))
    order.drop()
    parameters = {"listed_from": LISTED_FROM}
    try:
        return (
            engine.stage("flow/overtaking", out=OVERTAKING, parameters=parameters, overtaken=found),
            engine.stage("flow/overtaken_cases", out=OVERTAKEN_CASES, parameters=parameters, overtaken=found),
        )
    finally:
        found.drop()


def overtaken_by(
    queue_no: npt.NDArray[np.int64], arrived: npt.NDArray[np.int64], finish_place: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """By how many later arrivals of its queue each case was overtaken: they came strictly later and ended strictly earlier.

    In      rows in the order of queue and arrival; finish_place: places in the order of finish, from 1 in each queue,
            without gaps
    """
    counted: npt.NDArray[np.int64] = np.zeros(len(queue_no), np.int64)
    if len(queue_no):
        _count(queue_no, arrived, finish_place, np.zeros(int(finish_place.max()) + 1, np.int64), counted)
    return counted


@numba.njit(cache=True, nogil=True)
def _count(queue_no, arrived, finish_place, tree, counted):  # type: ignore[no-untyped-def]  # typed when compiled
    """From the last arrival back, how many of those seen were finished earlier; `tree` sums by place (Fenwick 1994)."""
    end = len(queue_no)
    while end > 0:
        begin = end
        while begin > 0 and queue_no[begin - 1] == queue_no[end - 1]:
            begin -= 1
        places = 0
        for row in range(begin, end):
            places = max(places, finish_place[row])
        tree[: places + 1] = 0
        last = end
        while last > begin:
            first = last - 1
            while first > begin and arrived[first - 1] == arrived[last - 1]:
                first -= 1
            for row in range(first, last):  # those that arrived together are asked before any of them is put in
                place = finish_place[row] - 1
                while place > 0:
                    counted[row] += tree[place]
                    place -= place & -place
            for row in range(first, last):
                place = finish_place[row]
                while place <= places:
                    tree[place] += 1
                    place += place & -place
            last = first
        end = begin
