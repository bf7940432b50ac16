"""Overtaking agrees with the loop over all pairs on made-up queues, and with the count on a public log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import Schedule, load_calendar
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import TableShapeError
from xiaoneng.core.flow import LISTED_FROM, case_flows, overtaking, worked_steps
from xiaoneng.core.flow.overtaking import overtaken_by
from xiaoneng.core.intake import read
from xiaoneng.core.tables import CASES, QUEUE_CASES

BEGINNING = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as made:
        yield made


times = st.tuples(st.sampled_from(["q1", "q2"]), st.integers(0, 9) | st.none(), st.integers(0, 12) | st.none())


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(times, min_size=1, max_size=60))
def test_the_count_is_that_of_all_pairs(engine: Engine, drawn: list[tuple[str, int | None, int | None]]) -> None:
    rows = [
        {
            "queue": queue,
            "agency": "water",
            "case_id": f"{number:02d}",
            "arrived_at": None if came is None else BEGINNING + timedelta(minutes=came),
            "finished_at": None if went is None else BEGINNING + timedelta(minutes=went),
        }
        for number, (queue, came, went) in enumerate(drawn)
    ]
    queues, listed = overtaking(engine, engine.from_rows(QUEUE_CASES, rows))
    whole = [(place, *row) for place, row in enumerate(drawn) if row[1] is not None and row[2] is not None]
    skipped = {
        f"{place:02d}": sum(other[1] == queue and other[2] > came and other[3] < went for other in whole)
        for place, queue, came, went in whole
    }
    queue_of = {f"{place:02d}": queue for place, queue, _, _ in whole}
    expected = []
    for queue in sorted(set(queue_of.values())):
        mine = [skipped[case] for case in skipped if queue_of[case] == queue]
        pairs = len(mine) * (len(mine) - 1) // 2
        expected.append((queue, len(mine), pairs, sum(mine), max(mine), sum(one >= LISTED_FROM for one in mine)))
    names = ("queue", "cases", "pairs", "inversions", "most_overtaken", "listed_cases")
    assert [tuple(row[name] for name in names) for row in queues.rows()] == expected
    assert {row["case_id"]: row["overtaken_by"] for row in listed.rows()} == {
        case: count for case, count in skipped.items() if count >= LISTED_FROM
    }


@pytest.mark.shared_data
def test_the_receipt_log_as_one_queue(shared_data: Path, engine: Engine) -> None:
    """All 1,434 cases from their first event to their last: 19,312 inversions of 1,027,461 pairs."""
    batch = read([shared_data / "receipt_wabo" / "receipt.parquet"], engine=engine)
    schedule = Schedule("cn", load_calendar("cn"))
    worked = worked_steps(engine, cases=batch.cases, steps=batch.steps, schedule=schedule)
    rows = [
        {"queue": "all", "case_id": row["case_id"], "arrived_at": row["began_at"], "finished_at": row["last_at"]}
        for row in case_flows(engine, worked, schedule=schedule).rows()
    ]
    queues, _ = overtaking(engine, engine.from_rows(QUEUE_CASES, rows))
    (row,) = queues.rows()
    assert (row["cases"], row["pairs"], row["inversions"]) == (1434, 1_027_461, 19_312)


def test_a_queue_turned_round_is_counted_without_a_loop_over_pairs() -> None:
    """200,000 cases, the last in being the first out: each is overtaken by all later ones; 2·10^10 pairs in well under a second."""
    count = 200_000
    order = np.arange(count, dtype=np.int64)
    found = overtaken_by(np.ones(count, np.int64), order, count - order)
    assert found.tolist() == (count - 1 - order).tolist()


def test_no_cases_give_no_queues(engine: Engine) -> None:
    queues, listed = overtaking(engine, engine.empty(QUEUE_CASES))
    assert (queues.count(), listed.count()) == (0, 0)


def test_a_table_of_another_shape_is_refused(engine: Engine) -> None:
    with pytest.raises(TableShapeError, match="queue_cases: no column queue"):
        overtaking(engine, engine.empty(CASES))
