"""Directives: a planted knot is found, files are read as they are written, and refusals say where and what to do."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.csv
import pytest

from xiaoneng.core.calendar import Schedule, load_calendar, read_hours
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import DirectivesError, IntakeError, TableShapeError, XiaonengError
from xiaoneng.core.flow import directive_levels, read_directives
from xiaoneng.core.tables import DIRECTIVE_STAGES

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Schedule("office", load_calendar("cn"), read_hours("09:00-17:00"))
HEAD = "directive,level_no,level_name,agency,arrived_at,read_at,split_at,passed_at,limit_on,targets\n"
GOOD = (
    HEAD + "D1,1,county,C,2026-03-02 09:00,,,2026-03-02 10:00,2026-03-31,3\n"
    "D1,2,agency,A,2026-03-02 10:00,2026-03-02 11:00,2026-03-02 12:00,2026-03-03 09:30,2026-03-20,4\n"
)


@pytest.fixture
def engine() -> Engine:
    return Engine(threads=1, zone=str(ZONE))


def written(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "directives.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("knot", [1, 2, 3, 4])
def test_a_planted_knot_comes_out_as_the_knot(engine: Engine, knot: int) -> None:
    """Sixty directives over four levels with five bodies each lie one to three days; one body of one level, ten more."""
    random_ = random.Random(knot)
    rows = []
    for number in range(60):
        at = datetime(2026, 3, 2, 9, tzinfo=ZONE) + timedelta(hours=number)
        for level in range(1, 5):
            body = f"body {level}.{number % 5}"
            left = at + timedelta(hours=random_.randint(24, 72))
            if body == f"body {knot}.3":
                left += timedelta(days=10)
            rows.append(
                {"directive": f"D{number}", "level_no": level, "level_name": f"level {level}", "agency": body}
                | {"arrived_at": at, "passed_at": left}
            )
            at = left
    found = directive_levels(
        engine, engine.from_rows(DIRECTIVE_STAGES, rows), schedule=OFFICE, on=date(2026, 6, 30)
    ).rows()
    assert [row["level_no"] for row in found if row["is_knot"]] == [knot]
    (level,) = (row for row in found if row["is_knot"])
    assert level["slowest_agency"] == f"body {knot}.3"
    assert 5 < level["excess_workdays"] < 11
    assert max(found, key=lambda row: row["held_share"])["level_no"] == knot
    assert sum(row["held_share"] for row in found) == pytest.approx(1)


def test_no_directives_give_no_levels(engine: Engine) -> None:
    stages = engine.empty(DIRECTIVE_STAGES)
    assert directive_levels(engine, stages, schedule=OFFICE, on=date(2026, 3, 6)).rows() == []


def test_the_order_of_the_rows_makes_no_difference_and_nothing_is_left_behind(engine: Engine, tmp_path: Path) -> None:
    stages = read_directives(engine, written(tmp_path, GOOD))
    turned = engine.from_rows(DIRECTIVE_STAGES, list(reversed(stages.rows())))
    before = engine.names()
    one = directive_levels(engine, stages, schedule=OFFICE, on=date(2026, 3, 6))
    two = directive_levels(engine, turned, schedule=OFFICE, on=date(2026, 3, 6))
    assert one.arrow() == two.arrow()
    assert engine.names() - before == {one.name, two.name}


def test_another_table_is_refused(engine: Engine) -> None:
    levels = directive_levels(engine, engine.empty(DIRECTIVE_STAGES), schedule=OFFICE, on=date(2026, 3, 6))
    with pytest.raises(TableShapeError, match="directive_stages: no column directive;"):
        directive_levels(engine, levels, schedule=OFFICE, on=date(2026, 3, 6))


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_file_is_read_as_it_is_written(engine: Engine, tmp_path: Path) -> None:
    """By the English or the Chinese names of the columns, in UTF-8 or GBK, with the usual ways to write a time."""
    plain = read_directives(engine, written(tmp_path, GOOD)).rows()
    chinese = (
        "督办件,层级,层级名称,单位,收到时间,签收时间,分解时间,转出时间,时限,目标数\n"
        "D1,1,county,C,2026年3月2日 9:00,,,2026/3/2 10:00,2026年3月31日,3\n"
        "D1,2,agency,A,2026-03-02T10:00:00+08:00,2026-3-2 11:00:00,2026.3.2 12:00,2026-03-03 01:30:00Z,2026/3/20,4\n"
    )
    assert read_directives(engine, written(tmp_path, chinese, encoding="gbk")).rows() == plain
    first, second = plain
    assert first["arrived_at"] == datetime(2026, 3, 2, 9, tzinfo=ZONE)
    assert (first["read_at"], first["limit_on"], first["targets"]) == (None, date(2026, 3, 31), 3)
    assert (second["level_no"], second["agency"]) == (2, "A")
    assert second["passed_at"] == datetime(2026, 3, 3, 9, 30, tzinfo=ZONE)


def test_parquet_gives_the_same(engine: Engine, tmp_path: Path) -> None:
    stages = read_directives(engine, written(tmp_path, GOOD))
    stages.write_parquet(tmp_path / "directives.parquet")
    assert read_directives(engine, tmp_path / "directives.parquet").rows() == stages.rows()


def test_columns_that_may_be_left_out_are_unknown(engine: Engine, tmp_path: Path) -> None:
    short = "directive,level_no,arrived_at,passed_at\nD1,1,2026-03-02 09:00,\n"
    (row,) = read_directives(engine, written(tmp_path, short)).rows()
    assert (row["agency"], row["passed_at"], row["targets"]) == (None, None, None)


TWICE = GOOD + "D1,2,agency,B,2026-03-02 10:00,,,,,\n"
GAP = HEAD + "D1,1,county,C,2026-03-02 09:00,,,,,\nD1,3,office,A,2026-03-02 10:00,,,,,\n"
EARLY = HEAD + "D1,1,county,C,2026-03-02 09:00,,,,,\nD1,2,agency,A,2026-03-02 08:00,,,,,\n"
SKIPPED = HEAD + "D1,1,county,C,,,,,,\nD1,2,agency,A,2026-03-02 08:00,,,,,\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace(",passed_at", ",handed_at"), "there is no column 'handed_at'; the columns are 督办件 directive,"),
        (GOOD.replace("targets", "目标数").replace("limit_on", "targets"), "mean the same; leave one out"),
        ("directive,level_no,arrived_at\nD1,1,\n", "column 转出时间 passed_at is missing; add it"),
        (
            GOOD.replace("2026-03-02 11:00", "after lunch"),
            "line 3: 签收时间 read_at is 'after lunch'; write a time such as 2026-03-02 09:30",
        ),
        (
            GOOD.replace("2026-03-31", "2026-02-31"),
            "line 2: 时限 limit_on is '2026-02-31'; write a day such as 2026-03-02",
        ),
        (GOOD.replace("D1,2,", "D1,two,"), "line 3: 层级 level_no is 'two'; write a whole number from 1 up"),
        (GOOD.replace("D1,1,", "D1,0,"), "line 2: 层级 level_no is '0'; write a whole number from 1 up"),
        (GOOD.replace("D1,2,", ",2,"), "line 3: 督办件 directive is empty; write it in every row"),
        (TWICE, "line 4: level 2 of D1 stands on line 3 already; leave one out"),
        (GAP, "line 2: D1 has level 3 and not level 2; number them from 1 on"),
        (EARLY, "line 3: D1 arrived at level 2 before level 1 had it .line 2.; correct the times or the levels"),
        (SKIPPED, "line 3: D1 arrived at level 2 before level 1 had it .line 2.; correct the times or the levels"),
        (
            GOOD.replace("2026-03-03 09:30", "2026-03-02 09:30"),
            "line 3: passed_at is before split_at; correct the one that is wrong",
        ),
        (
            HEAD + "D1,1,county,C,2026-03-02 09:00,,,2026-03-02 08:59,,\n",
            "line 2: passed_at is before arrived_at; correct the one that is wrong",
        ),
        (
            HEAD + "D1,1,county,C,,2026-03-02 09:00,,,,\n",
            "line 2: read_at is given and arrived_at is not; add when it arrived",
        ),
        (GOOD + "D2,1\n", "line 4: has not the columns of the header"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_line_and_remedy(
    engine: Engine, tmp_path: Path, text: str, message: str
) -> None:
    before = engine.names()
    with pytest.raises(DirectivesError, match=message) as refused:
        read_directives(engine, written(tmp_path, text))
    assert str(refused.value).startswith("directives.csv: ")
    assert isinstance(refused.value, XiaonengError)
    assert engine.names() == before


def test_many_faults_are_listed_in_the_order_of_the_lines_and_counted(engine: Engine, tmp_path: Path) -> None:
    text = HEAD + "".join(f"D{number},1,county,C,soon,,,,,\n" for number in range(14))
    with pytest.raises(DirectivesError) as refused:
        read_directives(engine, written(tmp_path, text))
    told = str(refused.value).split("; line ")
    assert told[0].startswith("directives.csv: line 2: 收到时间 arrived_at is 'soon'")
    assert [part.split(":")[0] for part in told[1:]] == [str(line) for line in range(3, 12)]
    assert str(refused.value).endswith("; and 4 more")


def test_a_file_that_is_none_is_refused_by_the_reading_of_files(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(IntakeError):
        read_directives(engine, written(tmp_path, ""))


def test_a_written_file_is_read_back(engine: Engine, tmp_path: Path) -> None:
    """Our own CSV of the shape is a file that we can read."""
    stages = read_directives(engine, written(tmp_path, GOOD))
    pyarrow.csv.write_csv(stages.arrow(), tmp_path / "again.csv")
    assert read_directives(engine, tmp_path / "again.csv").rows() == stages.rows()
