"""The engine: stages in, tables out, the same bytes every time."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import StageError, TableShapeError
from xiaoneng.core.tables import AGENCIES, CALENDAR, PAUSES


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(threads=1) as engine:
        yield engine


WATER = {"agency": "11330100MB0001", "agency_name": "水利局"}
LAND = {"agency": "11330100MB0002", "agency_name": "自然资源局"}


def test_rows_go_in_and_come_out_in_their_order(engine: Engine) -> None:
    table = engine.from_rows(AGENCIES, [WATER, LAND])
    assert table.rows() == [WATER, LAND]
    assert table.count() == 2
    AGENCIES.check(table)


def test_a_column_that_a_row_lacks_is_unknown(engine: Engine) -> None:
    assert engine.from_rows(AGENCIES, [{"agency": "A"}]).rows() == [{"agency": "A", "agency_name": None}]


def test_an_empty_table_has_its_columns(engine: Engine) -> None:
    table = engine.empty(PAUSES)
    PAUSES.check(table)
    assert table.count() == 0


def test_arrow_columns_come_out_as_they_went_in(engine: Engine) -> None:
    arrow = pa.table({"case_id": ["B", "A"], "day": [date(2026, 2, 14), None]})
    assert engine.from_arrow("days", arrow).arrow().equals(arrow)
    assert engine.from_arrow("days", arrow).arrow(columns=["day"]).column_names == ["day"]


@pytest.mark.parametrize(
    "stage", ["clocks/no_such_stage", "clocks/../../etc", "Clocks/due", "due_dates", "clocks/due; drop"]
)
def test_a_stage_that_is_not_there_is_refused(engine: Engine, stage: str) -> None:
    with pytest.raises(StageError, match="stage"):
        engine.stage(stage)


def test_a_stage_that_the_engine_refuses_names_itself_and_leaves_nothing_behind(engine: Engine) -> None:
    before = engine.connection.execute("select count(*) from duckdb_tables()").fetchone()
    with pytest.raises(StageError, match=r"stage clocks/step_clocks failed: .*case_id"):
        engine.stage("clocks/step_clocks", clocks=engine.empty(AGENCIES))
    after = engine.connection.execute("select count(*) from duckdb_tables()").fetchone()
    assert before is not None
    assert after == (before[0] + 1,)  # the empty table that went in


def test_a_stage_whose_rows_are_of_another_shape_is_refused(engine: Engine) -> None:
    calendar = engine.empty(CALENDAR)
    with pytest.raises(TableShapeError, match="agencies: no column agency"):
        engine.stage("clocks/calendar_lists", out=AGENCIES, calendar=calendar)


@pytest.mark.parametrize("name", ["", "Cases", "cases; drop table x", "案件", "1st"])
def test_a_name_that_is_no_name_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(StageError, match="is no name for a table"):
        engine.from_arrow(name, pa.table({"a": [1]}))


def test_the_same_rows_give_the_same_parquet_and_csv_bytes(tmp_path: Path) -> None:
    written = []
    for turn in range(2):
        with Engine(threads=1 + turn) as engine:
            table = engine.from_rows(AGENCIES, [{"agency": str(number), "agency_name": "局"} for number in range(500)])
            table.write_parquet(tmp_path / "agencies.parquet")
            table.write_csv(tmp_path / "agencies.csv")
            written.append([(tmp_path / f"agencies.{kind}").read_bytes() for kind in ("parquet", "csv")])
    assert written[0] == written[1]


def test_parquet_is_read_back_unchanged_even_from_a_folder_with_a_quote_in_its_name(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "o'neil"
    folder.mkdir()
    engine.from_rows(AGENCIES, [WATER, LAND]).write_parquet(folder / "agencies.parquet")
    assert engine.from_parquet("agencies", folder / "agencies.parquet").rows() == [WATER, LAND]


@pytest.mark.parametrize("live", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_no_formula_leaves_in_a_csv(engine: Engine, tmp_path: Path, live: str) -> None:
    engine.from_rows(AGENCIES, [{"agency": "A", "agency_name": live}]).write_csv(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["agency_name"] == "'" + live


def test_moments_keep_their_instant_and_local_days_follow_the_zone() -> None:
    """17:00 UTC on the 31st is already the first of the month in Shanghai, and still the 31st in Amsterdam."""
    instant = datetime(2026, 1, 31, 17, tzinfo=UTC)
    days = {}
    for zone in ("Asia/Shanghai", "Europe/Amsterdam"):
        with Engine(zone=zone) as engine:
            engine.from_arrow("moments", pa.table({"seen_at": [instant]}))
            row = engine.connection.execute("select seen_at, seen_at::date from moments_1").fetchone()
            assert row is not None
            assert row[0] == instant
            days[zone] = row[1]
    assert days == {"Asia/Shanghai": date(2026, 2, 1), "Europe/Amsterdam": date(2026, 1, 31)}


def test_inside_a_block_the_zone_is_another_and_afterwards_the_first_again(engine: Engine) -> None:
    def zone() -> tuple[str, ...] | None:
        return engine.connection.execute("select current_setting('TimeZone')").fetchone()

    def fail_inside() -> None:
        with engine.in_zone("Europe/Rome"):
            assert zone() == ("Europe/Rome",)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()
    assert zone() == ("Asia/Shanghai",)


def test_a_dropped_table_is_gone(engine: Engine) -> None:
    table = engine.from_rows(AGENCIES, [WATER])
    table.drop()
    assert engine.connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


def test_rows_come_in_pieces_in_their_order_or_sorted_with_ties_as_they_came(engine: Engine, tmp_path: Path) -> None:
    """Letters sorted, and the numbers behind equal letters in the order in which they stand; from a table and from a file."""
    rows = pa.table({"letter": ["b", "a", None, "b", "a"], "number": [9, 5, 4, 1, 7]})
    kept = engine.from_arrow("letters", rows)
    kept.write_parquet(tmp_path / "letters.parquet")
    for table in (kept, engine.over_parquet("letters", tmp_path / "letters.parquet")):
        pieces = list(table.batches(columns=["number"], rows=2048))
        assert [number for piece in pieces for number in piece["number"].to_pylist()] == [9, 5, 4, 1, 7]
        pieces = list(table.batches(columns=["number", "letter"], rows=2048, by=["letter"]))
        assert [number for piece in pieces for number in piece["number"].to_pylist()] == [5, 7, 9, 1, 4]


def test_other_stages_may_run_between_two_pieces(engine: Engine) -> None:
    table = engine.from_arrow("numbers", pa.table({"number": list(range(10_000))}))
    total = 0
    for piece in table.batches(columns=["number"], rows=2048):
        total += len(piece)
        assert table.count() == 10_000
    assert total == 10_000
