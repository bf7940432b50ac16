"""Who overtakes whom: of all pairs of a queue, those of which the later arrival was finished first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.flow import overtaking, queue_cases
from xiaoneng.core.tables import QUEUE_CASES

Draw = Callable[..., Any]
BEGINNING = datetime(2026, 3, 2, tzinfo=UTC)


def at(minute: int | None) -> datetime | None:
    return None if minute is None else BEGINNING + timedelta(minutes=minute)


def judged(
    arrived: Sequence[int | None], finished: Sequence[int | None]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One queue: its row, and the listed cases; case 1 is the first in the drawing."""
    with Engine(threads=1) as engine:
        rows = [
            {"queue": "q", "agency": "water", "case_id": str(number), "arrived_at": at(one), "finished_at": at(other)}
            for number, (one, other) in enumerate(zip(arrived, finished, strict=True), 1)
        ]
        queues, listed = overtaking(engine, engine.from_rows(QUEUE_CASES, rows))
        return queues.rows()[0], listed.rows()


def test_two_neighbours_changed_places_twice() -> None:
    """Arrivals 1 2 3 4 finished as second, first, fourth, third: 2 of the 6 pairs."""
    queue, _ = judged([1, 2, 3, 4], [12, 11, 14, 13])
    assert (queue["inversions"], queue["pairs"], queue["overtaken_share"]) == (2, 6, 2 / 6)


def test_one_case_left_lying_was_overtaken_by_all_that_came_later() -> None:
    """Arrivals 1 to 6 taken up at 10, 20, 11, 12, 13, 14: the second was overtaken by four, no one else: 4 of 15 pairs."""
    queue, listed = judged([1, 2, 3, 4, 5, 6], [10, 20, 11, 12, 13, 14])
    assert (queue["inversions"], queue["pairs"], queue["overtaken_share"]) == (4, 15, 4 / 15)
    assert (queue["most_overtaken"], queue["listed_cases"], listed) == (4, 0, [])


def test_a_case_overtaken_five_times_is_listed() -> None:
    """One more later arrival before it than above."""
    queue, listed = judged([1, 2, 3, 4, 5, 6, 7], [10, 20, 11, 12, 13, 14, 15])
    assert (queue["most_overtaken"], queue["listed_cases"]) == (5, 1)
    assert [(row["case_id"], row["overtaken_by"]) for row in listed] == [("2", 5)]


def test_arriving_or_finishing_together_is_no_overtaking() -> None:
    """Cases 1 and 2 came together, 3 and 4 were finished together: of 6 pairs only 3 before 1 and 4 before 1 are inversions.

    1 came with 2 and was finished after it (no inversion); 2 was finished first of all.
    """
    queue, _ = judged([1, 1, 2, 3], [20, 5, 10, 10])
    assert queue["inversions"] == 2


def test_only_cases_both_in_and_out_count() -> None:
    """The second is not finished and of the third it is not known when it came: one case is left, and it has no pairs."""
    queue, _ = judged([1, 2, None], [10, None, 3])
    assert (queue["cases"], queue["pairs"], queue["inversions"], queue["overtaken_share"]) == (1, 0, 0, None)


STEPS = """
    case | agency | office | step    | end
    -----+--------+--------+---------+---------
    A    | water  | window | receive | 02 08:30
    A    | water  | review | decide  | 06 08:30
    B    | water  | window | receive | 03 08:30
    B    | water  | review | decide  | 04 08:30
    C    | water  | window | receive | 03 09:00
    C    | water  | review | decide  | 05 08:30
    D    | water  | window | receive | 03 09:00
    """
CASES = """
    case | agency | item   | channel | ended
    -----+--------+--------+---------+------
    A    | water  | permit | window  | 06
    B    | water  | permit | express | 04
    C    | water  | permit | window  | 05
    D    | water  | permit | window  |
    """


@pytest.mark.parametrize(
    ("fast_lanes", "expected"),
    [
        ([], [("permit / window", 3, 2)]),
        (["express"], [("permit / window", 2, 1), ("permit / window / express", 1, 0)]),
    ],
)
def test_a_declared_fast_lane_is_a_queue_of_its_own(
    drawn_flow: Draw, fast_lanes: list[str], expected: list[tuple[str, int, int]]
) -> None:
    """A came first and was overtaken by B and C. B came by the express channel: once that is declared, only C overtook A.

    A queue is the item at the office that had the case first; D is open and in no queue.
    """
    flow = drawn_flow(STEPS, CASES)
    queued = queue_cases(flow.engine, flow.worked, cases=flow.cases, fast_lanes=fast_lanes)
    queues, _ = overtaking(flow.engine, queued)
    assert [(row["queue"], row["cases"], row["inversions"]) for row in queues.rows()] == expected
