"""Shapes at the doorway: what is let in, and what is said to what is not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from xiaoneng.core.errors import TableShapeError
from xiaoneng.core.tables import Column, Shape

VISITS = Shape(
    "visits", "one row a visit", (Column("case_id", "VARCHAR", "the case"), Column("visited_on", "DATE", "the day"))
)


@dataclass
class Held:
    columns: dict[str, str]


def test_a_table_of_the_shape_passes_in_any_order_and_with_more_columns() -> None:
    VISITS.check(Held({"note": "VARCHAR", "visited_on": "DATE", "case_id": "VARCHAR"}))


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(TableShapeError, match="visits: no column visited_on; it has case_id, day"):
        VISITS.check(Held({"case_id": "VARCHAR", "day": "DATE"}))


def test_a_column_of_another_type_is_named_with_both_types() -> None:
    with pytest.raises(TableShapeError, match="visits: column visited_on is VARCHAR, it must be DATE"):
        VISITS.check(Held({"case_id": "VARCHAR", "visited_on": "VARCHAR"}))


@pytest.mark.parametrize(
    ("declared", "found"),
    [("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"), ("VARCHAR", "TEXT"), ("INTEGER", "INT"), ("DATE", "date")],
)
def test_the_engines_other_names_of_a_type_are_the_same_type(declared: str, found: str) -> None:
    Shape("one", "one row", (Column("value", declared),)).check(Held({"value": found}))


def test_a_shape_with_more_columns_keeps_its_own_and_its_key() -> None:
    judged = Shape("cases", "one row a case", (Column("case_id", "VARCHAR"),), key=("case_id",)).with_columns(
        "judged", "one row a case", Column("card", "VARCHAR")
    )
    assert judged.names == ("case_id", "card")
    assert judged.key == ("case_id",)
