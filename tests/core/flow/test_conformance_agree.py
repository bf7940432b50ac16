"""Departures from official lists agree with a plain loop over made-up cases, lists and orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import Schedule, load_calendar
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import TableShapeError
from xiaoneng.core.flow import case_conformance, departures, needless_steps, steps_only_here, worked_steps
from xiaoneng.core.tables import CASE_PAPERS, CASES, OFFICIAL_ORDER, OFFICIAL_STEPS, STEPS

SCHEDULE = Schedule("cn", load_calendar("cn"))
BEGINNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
NAMES = "abcde"
OPENED = ("departure", "name", "other_name", "case_id", "times")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as made:
        yield made


listed = st.dictionaries(
    st.sampled_from(NAMES), st.tuples(st.booleans(), st.sampled_from([None, 0.1, 0.25, 2.0])), min_size=1
)
ordered = st.sets(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] < pair[1])
)  # earlier in the alphabet comes before, so that there is no circle
logs = st.lists(
    st.tuples(st.booleans(), st.lists(st.sampled_from(NAMES + "xy"), min_size=1, max_size=8)), min_size=10, max_size=40
)


def closed(order: set[tuple[str, str]]) -> set[tuple[str, str]]:
    found = set(order)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def breaks_of(names: Sequence[str], order: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Pairs (early, late) whose later step came first, unless a step of the case belongs between them."""
    pairs, there = closed(order), set(names)
    return {
        (b, a)
        for a, b in pairs
        if {a, b} <= there
        and names.index(b) < names.index(a)
        and not any((a, c) in pairs and (c, b) in pairs for c in there)
    }


papers_asked = st.lists(st.tuples(st.integers(0, 9), st.sampled_from("pq")), max_size=20)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs, steps=listed, order=ordered, papers=papers_asked)
def test_the_departures_are_those_of_a_plain_loop(
    engine: Engine,
    log: list[tuple[bool, list[str]]],
    steps: Mapping[str, tuple[bool, float | None]],
    order: set[tuple[str, str]],
    papers: list[tuple[int, str]],
) -> None:
    tables = {
        "cases": engine.from_rows(
            CASES,
            [
                {
                    "case_id": f"{number}",
                    "agency": "water",
                    "service_item": "permit",
                    "concluded_on": date(2026, 3, 31) if ended else None,
                }
                for number, (ended, _) in enumerate(log)
            ],
        ),
        "official_steps": engine.from_rows(
            OFFICIAL_STEPS,
            [
                {"service_item": "permit", "name": name, "is_required": must, "weight": weight}
                for name, (must, weight) in steps.items()
            ],
        ),
        "official_order": engine.from_rows(
            OFFICIAL_ORDER,
            [{"service_item": "permit", "before_name": one, "after_name": other} for one, other in sorted(order)],
        ),
        "papers": engine.from_rows(CASE_PAPERS, [{"case_id": f"{case}", "paper": paper} for case, paper in papers]),
    }
    drawn = engine.from_rows(
        STEPS,
        [
            {
                "case_id": f"{number}",
                "step_no": step_no,
                "name": name,
                "ended_at": BEGINNING + timedelta(minutes=step_no),
            }
            for number, (_, names) in enumerate(log)
            for step_no, name in enumerate(names, 1)
        ],
    )
    worked = worked_steps(engine, cases=tables["cases"], steps=drawn, schedule=SCHEDULE)
    weights = {name: 1.0 if weight is None else weight for name, (_, weight) in steps.items()}
    expected: Counter[Any] = Counter()
    opened: list[tuple[Any, ...]] = []
    for row in case_conformance(engine, worked, **tables).rows():
        ended, names = log[int(row["case_id"])]
        missing = {name for name, (must, _) in steps.items() if must and name not in names and ended}
        extra = [name for name in names if name not in steps]
        broken = breaks_of(names, order)
        repeats = [name for name in steps if names.count(name) > 1]
        assert row["missing_steps"] == len(missing)
        assert row["extra_steps"] == len(extra)
        assert row["order_breaks"] == len(broken)
        assert row["repeated_steps"] == sum(names.count(name) - 1 for name in repeats)
        cost = sum(weights[name] for name in missing) + len(extra) + sum(weights.get(early, 1.0) for early, _ in broken)
        assert row["cost"] == pytest.approx(cost)
        expected.update(("missing_step", name, None) for name in missing)
        expected.update(("extra_step", name, None) for name in set(extra))
        expected.update(("repeated_step", name, None) for name in repeats)
        expected.update(("order_break", early, late) for early, late in broken)
        opened += [("order_break", early, late, row["case_id"], 1) for early, late in broken]
        asked = Counter(paper for case, paper in papers if f"{case}" == row["case_id"])
        again = {paper: times for paper, times in asked.items() if times > 1}
        assert row["repeated_papers"] == (sum(times - 1 for times in asked.values()) if asked else None)
        expected.update(("repeated_paper", paper, None) for paper in again)
        opened += [("repeated_paper", paper, None, row["case_id"], times) for paper, times in again.items()]
    departed, departed_cases = departures(engine, worked, **tables)
    found = departed.rows()
    assert {(row["departure"], row["name"], row["other_name"]): row["cases"] for row in found} == dict(expected)
    judged = {"missing_step": sum(ended for ended, _ in log), "repeated_paper": len({case for case, _ in papers})}
    for row in found:
        assert row["judged"] == judged.get(row["departure"], len(log))
    rows = departed_cases.rows()
    assert [tuple(row[name] for name in OPENED) for row in rows] == sorted(
        opened, key=lambda one: (one[3], *one[:2], one[2] or "")
    )
    assert {(row["agency"], row["service_item"]) for row in rows} <= {("water", "permit")}


def test_without_a_list_nothing_is_judged_and_nothing_is_left_behind(engine: Engine) -> None:
    cases = engine.from_rows(CASES, [{"case_id": "A", "agency": "water", "service_item": "permit"}])
    drawn = engine.from_rows(STEPS, [{"case_id": "A", "step_no": 1, "name": "a", "ended_at": BEGINNING}])
    worked = worked_steps(engine, cases=cases, steps=drawn, schedule=SCHEDULE)
    lists = {"official_steps": engine.empty(OFFICIAL_STEPS), "official_order": engine.empty(OFFICIAL_ORDER)}
    before = engine.names()
    found = [
        case_conformance(engine, worked, cases=cases, **lists),
        *departures(engine, worked, cases=cases, **lists),
        steps_only_here(engine, worked, cases=cases),
        needless_steps(engine, worked, steps=drawn, cases=cases),
    ]
    assert [table.count() for table in found] == [0, 0, 0, 0, 0]
    assert engine.names() - before == {table.name for table in found}


def test_lists_of_another_shape_are_refused(engine: Engine) -> None:
    cases, drawn = engine.empty(CASES), engine.empty(STEPS)
    worked = worked_steps(engine, cases=cases, steps=drawn, schedule=SCHEDULE)
    with pytest.raises(TableShapeError, match="official_steps: no column name"):
        case_conformance(engine, worked, cases=cases, official_steps=cases, official_order=cases)
