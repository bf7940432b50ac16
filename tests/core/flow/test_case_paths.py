"""The way of a case as one text: a part of the text is a part of the way, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import TableShapeError
from xiaoneng.core.flow import case_paths
from xiaoneng.core.tables import CASES, STEPS

BEGINNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
NAME, PART = "\x1f", "\x1e"
Step = tuple[str, str | None, str | None]  # name, agency, office


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as made:
        yield made


def paths_of(engine: Engine, log: Sequence[Sequence[Step]]) -> list[dict[str, Any]]:
    cases = [{"case_id": f"{number:02}", "agency": "X", "service_item": "W"} for number in range(len(log))]
    steps = [
        {
            "case_id": f"{number:02}",
            "step_no": step_no,
            "name": name,
            "agency": agency,
            "office": office,
            "ended_at": BEGINNING + timedelta(hours=step_no),
        }
        for number, case in enumerate(log)
        for step_no, (name, agency, office) in enumerate(case, 1)
    ]
    tables = {"cases": engine.from_rows(CASES, cases), "steps": engine.from_rows(STEPS, steps)}
    found = case_paths(engine, **tables)
    rows = found.rows()
    for table in (*tables.values(), found):
        table.drop()
    return rows


def test_a_case_that_comes_back_has_its_offices_in_order_each_run_once(engine: Engine) -> None:
    """Window, twice in a row; then the review of another agency; then the window again."""
    (row,) = paths_of(engine, [[("a", None, "1"), ("b", None, "1"), ("c", "Y", None), ("a", None, "1")]])
    assert row["step_path"] == f"{NAME}a{NAME}b{NAME}c{NAME}a{NAME}"
    assert row["office_path"] == f"{NAME}X{PART}1{NAME}Y{PART}{NAME}X{PART}1{NAME}"
    assert row["agency_path"] == f"{NAME}X{NAME}Y{NAME}X{NAME}"
    assert (row["agency"], row["service_item"], row["last_name"]) == ("X", "W", "a")


def test_a_name_that_holds_the_signs_between_names_cannot_pass_for_two(engine: Engine) -> None:
    (row,) = paths_of(engine, [[(f"a{NAME}b", None, f"1{PART}2")]])
    assert row["step_path"] == f"{NAME}a b{NAME}"
    assert row["office_path"] == f"{NAME}X{PART}1 2{NAME}"


steps = st.tuples(st.sampled_from("ab"), st.sampled_from(["X", "Y", None]), st.sampled_from(["1", None]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(steps, min_size=1, max_size=6), min_size=1, max_size=12))
def test_the_paths_are_those_of_a_plain_loop(engine: Engine, log: list[list[Step]]) -> None:
    found = paths_of(engine, log)
    for row, case in zip(found, log, strict=True):
        holders = [(agency or "X", office or "") for _, agency, office in case]
        assert row["step_path"].split(NAME)[1:-1] == [name for name, _, _ in case]
        assert row["office_path"].split(NAME)[1:-1] == [PART.join(one) for one, _ in groupby(holders)]
        assert row["agency_path"].split(NAME)[1:-1] == [one for one, _ in groupby(agency for agency, _ in holders)]


def test_a_table_of_another_shape_is_refused(engine: Engine) -> None:
    with pytest.raises(TableShapeError):
        case_paths(engine, cases=engine.empty(CASES), steps=engine.empty(CASES))
