"""Hand-overs agree with a plain loop on made-up cases, and with the published counts of a public log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import Schedule, load_calendar
from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.errors import TableShapeError
from xiaoneng.core.flow import absorption, case_flows, handover_counts, handovers, open_waits, worked_steps
from xiaoneng.core.intake import read
from xiaoneng.core.tables import CASES, STEPS

SCHEDULE = Schedule("cn", load_calendar("cn"))
BEGINNING = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as made:
        yield made


@pytest.fixture(scope="module")
def receipt(shared_data: Path, engine: Engine) -> tuple[Table, Table]:
    """The worked steps and the cases of the receipt log."""
    batch = read([shared_data / "receipt_wabo" / "receipt.xes.gz"], engine=engine)
    return worked_steps(engine, cases=batch.cases, steps=batch.steps, schedule=SCHEDULE), batch.cases


Place = tuple[str, str | None, str | None]  # agency, office, handler
places = st.tuples(st.sampled_from("XY"), st.sampled_from(["1", "2", None]), st.sampled_from(["Li", "Wang", None]))
logs = st.lists(st.lists(places, min_size=1, max_size=7), min_size=10, max_size=40)


def taken_in(engine: Engine, log: Sequence[Sequence[Place]]) -> tuple[Table, Table]:
    cases = [{"case_id": f"{number}", "agency": "X", "concluded_on": date(2026, 3, 31)} for number in range(len(log))]
    steps = [
        {
            "case_id": f"{number}",
            "step_no": step_no,
            "agency": agency,
            "office": office,
            "handler": handler,
            "name": "step",
            "ended_at": BEGINNING + timedelta(hours=step_no),
        }
        for number, case in enumerate(log)
        for step_no, (agency, office, handler) in enumerate(case, 1)
    ]
    tables = engine.from_rows(CASES, cases), engine.from_rows(STEPS, steps)
    return worked_steps(engine, cases=tables[0], steps=tables[1], schedule=SCHEDULE), tables[0]


HOLDING = {
    "agency": lambda place: (place[0], None),
    "office": lambda place: (place[0], place[1]),
    "handler": lambda place: (place[0], place[2]),
}


def runs_of(case: Sequence[Place], holder: str) -> list[tuple[str, str | None]]:
    return [held for held, _ in groupby(map(HOLDING[holder], case))]


def returns_of(runs: Sequence[Any]) -> int:
    return sum(runs[place] == runs[place + 2] for place in range(len(runs) - 2))


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs)
def test_counts_and_pairs_are_those_of_a_plain_loop(engine: Engine, log: list[list[Place]]) -> None:
    worked, cases = taken_in(engine, log)
    for row in handover_counts(engine, worked).rows():
        runs = [runs_of(case, row["holder"]) for case in log]
        assert row["moves"] == sum(len(case) - 1 for case in log)
        assert row["handovers"] == sum(len(one) - 1 for one in runs)
        assert row["returns"] == sum(map(returns_of, runs))
        assert row["revisits"] == sum(len(one) - len(set(one)) for one in runs)
        assert row["cases"] == sum(len(one) > 1 for one in runs)
    pairs: Counter[Any] = Counter()
    back: Counter[Any] = Counter()
    for holder in ("agency", "office"):
        for case in log:
            runs_here = runs_of(case, holder)
            for place in range(1, len(runs_here)):
                pair = (holder, *runs_here[place - 1], *runs_here[place])
                pairs[pair] += 1
                back[pair] += runs_here[place + 1 : place + 2] == [runs_here[place - 1]]
    found = handovers(engine, worked).rows()
    names = ("holder", "from_agency", "from_office", "to_agency", "to_office")
    assert {tuple(row[name] for name in names): row["handovers"] for row in found} == dict(pairs)
    assert {tuple(row[name] for name in names): row["returns"] for row in found} == {one: back[one] for one in pairs}
    for row in found:
        other = pairs[(row["holder"], row["to_agency"], row["to_office"], row["from_agency"], row["from_office"])]
        assert row["imbalance"] == (row["handovers"] - other) / (row["handovers"] + other)
    for row in case_flows(engine, worked, schedule=SCHEDULE).rows():
        case = log[int(row["case_id"])]
        for holder in ("agency", "office"):
            runs_here = runs_of(case, holder)
            assert row[f"{holder}_handovers"] == len(runs_here) - 1
            assert row[f"{holder}_returns"] == returns_of(runs_here)
            assert row[f"{holder}_revisits"] == len(runs_here) - len(set(runs_here))
        assert (row["first_agency"], row["first_office"]) == case[0][:2]
        assert (row["last_agency"], row["last_office"]) == case[-1][:2]
    had: dict[Any, list[tuple[bool, bool]]] = {}
    for case in log:
        for office in {place[:2] for place in case}:
            had.setdefault(office, []).append((case[0][:2] == office, case[-1][:2] == office))
    assert {
        (row["agency"], row["office"]): (row["cases"], row["received_first"], row["passed_for_good"])
        for row in absorption(engine, worked, cases=cases).rows()
    } == {
        office: (len(marks), sum(first for first, _ in marks), sum(not last for _, last in marks))
        for office, marks in had.items()
    }


@pytest.mark.shared_data
def test_the_receipt_log_has_its_published_hand_overs_and_returns(engine: Engine, receipt: tuple[Table, Table]) -> None:
    """Runs of the same holder taken together. There an agency is the department of the case, so that no case leaves it."""
    worked, cases = receipt
    found = {row["holder"]: row for row in handover_counts(engine, worked).rows()}
    assert {holder: [row[name] for name in ("moves", "handovers", "returns")] for holder, row in found.items()} == {
        "agency": [7143, 0, 0],
        "office": [7143, 5440, 439],
        "handler": [7143, 1208, 129],
    }
    flows = case_flows(engine, worked, schedule=SCHEDULE).rows()
    assert len(flows) == 1434
    assert sum(row["office_handovers"] for row in flows) == 5440
    assert sum(row["office_returns"] for row in flows) == 439
    assert sum(row["handler_handovers"] for row in flows) == 1208
    pairs = handovers(engine, worked).rows()
    assert sum(row["handovers"] for row in pairs) == 5440
    assert sum(row["returns"] for row in pairs) == 439
    on = date(2012, 1, 31)
    waits = open_waits(engine, worked, cases=cases, schedule=SCHEDULE, on=on).rows()
    still_open = [row for row in cases.rows() if row["concluded_on"] is None or row["concluded_on"] > on]
    assert sum(row["cases"] for row in waits) == len(still_open)


@pytest.mark.shared_data
def test_the_tables_are_the_same_whatever_the_threads_and_the_order_of_the_rows(
    engine: Engine, receipt: tuple[Table, Table]
) -> None:
    """One engine with one thread is given the rows turned round."""
    found = []
    with Engine(threads=1) as other:
        turned = [
            other.from_arrow(name, rows.take(list(reversed(range(rows.num_rows)))))
            for name, rows in zip(("worked", "cases"), (table.arrow() for table in receipt), strict=True)
        ]
        for one, (worked, cases) in ((engine, receipt), (other, turned)):
            found.append(
                [
                    case_flows(one, worked, schedule=SCHEDULE).arrow(),
                    handovers(one, worked).arrow(),
                    absorption(one, worked, cases=cases).arrow(),
                    open_waits(one, worked, cases=cases, schedule=SCHEDULE, on=date(2012, 1, 31)).arrow(),
                ]
            )
    assert all(first.num_rows > 0 and first.equals(second) for first, second in zip(*found, strict=True))


def test_nothing_is_left_in_the_engine_but_the_result(engine: Engine) -> None:
    worked, cases = taken_in(engine, [[("X", "1", "Li"), ("X", "2", "Wang")]])
    before = engine.names()
    found = [
        case_flows(engine, worked, schedule=SCHEDULE),
        handovers(engine, worked),
        handover_counts(engine, worked),
        absorption(engine, worked, cases=cases),
        open_waits(engine, worked, cases=cases, schedule=SCHEDULE, on=date(2026, 3, 3)),
    ]
    assert engine.names() - before == {table.name for table in found}


def test_without_steps_every_table_is_empty(engine: Engine) -> None:
    worked, cases = taken_in(engine, [])
    assert case_flows(engine, worked, schedule=SCHEDULE).count() == 0
    assert handovers(engine, worked).count() == 0
    assert [row["handovers"] for row in handover_counts(engine, worked).rows()] == [0, 0, 0]
    assert absorption(engine, worked, cases=cases).count() == 0
    assert open_waits(engine, worked, cases=cases, schedule=SCHEDULE, on=date(2026, 3, 3)).count() == 0


def test_a_table_that_holds_no_steps_is_refused_with_what_it_lacks(engine: Engine) -> None:
    cases = engine.empty(CASES)
    with pytest.raises(TableShapeError, match="worked_steps: no column"):
        case_flows(engine, cases, schedule=SCHEDULE)
    with pytest.raises(TableShapeError, match="worked_steps: no column"):
        handovers(engine, cases)
