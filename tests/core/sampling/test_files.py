"""Frames from files and from the records of cases; `xiaoneng draw` and `xiaoneng plan`: what is written, said and refused."""

from __future__ import annotations

import csv
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from xiaoneng.cli import main
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import DrawError, FrameError
from xiaoneng.core.sampling import FrameTerms, frame_from_cases, read_conflicts, read_frame
from xiaoneng.core.tables import CASES

HEADS = ("序号", "类别", "单位", "干部", "姓名", "电话")
COLUMNS = {"person_key": "序号", "stratum": "类别", "is_cadre": "干部", "name": "姓名"}
TERMS = FrameTerms("roll", "decision", "office", date(2026, 3, 2), date(2026, 9, 1))
NUMBER = "03 08 11 19 25 31 07"


def people() -> list[tuple[str, ...]]:
    """Forty people; the keys and names of some would run as formulas in a spreadsheet."""
    rows = []
    for number in range(40):
        key = ("=", "-", "+", "")[number % 4] + f"key{number:02}"
        rows.append(
            (key, ("企业", "群众")[number % 2], "", ("是", "否", "否")[number % 3], f"=HYPERLINK({number})", "139")
        )
    return rows


@pytest.fixture
def roll(tmp_path: Path) -> Path:
    with (tmp_path / "roll.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADS, *people()])
    return tmp_path / "roll.csv"


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


def drawing(roll: Path, *more: str) -> tuple[str, ...]:
    return ("draw", str(roll), "--key", "序号", "--strata", "类别", "--name", "姓名", "--ground", "某决定", *more)


def seeded(out: Path, *more: str) -> tuple[str, ...]:
    return ("--sample-size", "10", "--seed-text", "规则", "--seed-number", NUMBER, "--out", str(out), *more)


def test_the_same_roll_as_csv_workbook_and_parquet_is_the_same_frame(roll: Path, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "roll.xlsx"), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADS, *people()]):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
    columns = {name: [row[place] for row in people()] for place, name in enumerate(HEADS)}
    pq.write_table(pa.table(columns), tmp_path / "roll.parquet")
    with Engine(threads=1) as engine:
        before = engine.names()
        frames = [
            read_frame(engine, tmp_path / f"roll.{kind}", columns=COLUMNS, terms=TERMS)
            for kind in ("csv", "xlsx", "parquet")
        ]
        assert [frame.rows for frame in frames] == [40, 40, 40]
        assert len({frame.digest for frame in frames}) == 1
        kept = {table.name for frame in frames for table in (frame.units, frame.set_aside, frame.experiences)}
        assert engine.names() - before == kept


def test_a_person_served_by_several_agencies_stands_in_the_frame_once(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("id,kind,agency\n7,users,water\n7,users,fire\n8,users,fire\n", encoding="utf-8")
    columns = {"person_key": "id", "stratum": "kind", "agency": "agency"}
    with Engine(threads=1) as engine:
        frame = read_frame(engine, tmp_path / "log.csv", columns=columns, terms=TERMS)
        assert [row["person_key"] for row in frame.units.rows()] == ["7", "8"]
        assert [(row["person_key"], row["agency"]) for row in frame.experiences.rows()] == [
            ("7", "fire"),
            ("7", "water"),
            ("8", "fire"),
        ]


def test_of_imported_cases_those_that_ended_in_the_period_are_drawn() -> None:
    cases = [
        {
            "case_id": "1",
            "agency": "A",
            "agency_name": "县水利局",
            "concluded_on": date(2026, 1, 31),
            "applicant_kind": "firm",
        },
        {
            "case_id": "2",
            "agency": "A",
            "agency_name": "县水利局",
            "concluded_on": date(2026, 2, 1),
            "applicant_kind": "firm",
        },
        {"case_id": "3", "agency": "B", "concluded_on": date(2026, 2, 28), "applicant_kind": "person"},
        {"case_id": "4", "agency": "B", "applicant_kind": "person"},
    ]
    with Engine(threads=1) as engine:
        table = engine.from_rows(CASES, cases)
        given: dict[str, Any] = {"first_on": date(2026, 2, 1), "last_on": date(2026, 2, 28), "terms": TERMS}
        frame = frame_from_cases(engine, table, **given)
        rows = frame.units.rows()
        assert [(row["person_key"], row["stratum"], row["agency"]) for row in rows] == [
            ("2", "县水利局", "A"),
            ("3", "B", "B"),
        ]
        assert frame.reasons() == {"ineligible": 2}
        by_kind = frame_from_cases(engine, table, stratum="applicant_kind", **given)
        assert [row["stratum"] for row in by_kind.units.rows()] == ["firm", "person"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"person_key": "序号"}, "no column was named for stratum; the file has 序号"),
        ({"person_key": "编号", "stratum": "类别"}, "there is no column '编号'; the file has 序号"),
    ],
)
def test_a_roll_without_the_columns_is_refused(roll: Path, columns: dict[str, str], told: str) -> None:
    with Engine(threads=1) as engine:
        before = engine.names()
        with pytest.raises(FrameError, match=told):
            read_frame(engine, roll, columns=columns, terms=TERMS)
        assert engine.names() == before


def test_a_roll_with_a_row_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roll.csv").write_text("id,kind\n1,firms\n2,firms\n3,firms,water\n4,firms\n", encoding="utf-8")
    with (
        Engine(threads=1) as engine,
        pytest.raises(FrameError, match=r"roll.csv: 1 rows have not the columns .*line 4"),
    ):
        read_frame(engine, tmp_path / "roll.csv", columns={"person_key": "id", "stratum": "kind"}, terms=TERMS)


def test_a_list_of_conflicts_is_read_by_either_heading_and_its_faults_are_told(tmp_path: Path) -> None:
    file = tmp_path / "conflicts.csv"
    with Engine(threads=1) as engine:
        file.write_text("编号,机关,原因\n１２,,relative\n 13 ,县水利局,\n,,\n", encoding="utf-8")
        held = [(one.person_key, one.agency, one.reason) for one in read_conflicts(engine, file)]
        assert held == [("12", None, "relative"), ("13", "县水利局", "recusal")]
        file.write_text("编号,机关\n,县水利局\n", encoding="utf-8")
        with pytest.raises(DrawError, match=r"conflicts.csv: the key is empty in line 2; write it"):
            read_conflicts(engine, file)
        file.write_text("机关\n县水利局\n", encoding="utf-8")
        with pytest.raises(DrawError, match="column person_key is missing; it has 机关"):
            read_conflicts(engine, file)


def test_the_roll_holder_releases_the_drawn_and_a_record_and_nothing_else(roll: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, err = run(*drawing(roll, "--cadre", "干部", "--cadre-cap", "0.4", *seeded(out)), "--lang", "en")
    assert code == 0, err
    assert sorted(path.name for path in out.iterdir()) == ["drawn.csv", "record.json"]
    with (out / "drawn.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    assert sum(row["is_cadre"] == "true" for row in rows) == 4
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(40)
    live = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    assert not any(cell.startswith(live) for row in rows for cell in row.values())
    assert any(row["person_key"].startswith("'") for row in rows)
    record = (out / "record.json").read_text(encoding="utf-8")
    assert "HYPERLINK" not in record
    assert not any(key[0].lstrip("=+-") in record for key in people())
    assert "10 of 40 people were drawn" in said
    assert "places went to others" in said
    assert "Nothing else of the frame was written." in said


def test_a_draw_is_checked_by_its_record_and_its_list(roll: Path, tmp_path: Path) -> None:
    """The quotes that keep a spreadsheet from running a cell do not disturb the check; a changed roll and a swapped line do."""
    out = tmp_path / "out"
    assert run(*drawing(roll, *seeded(out)))[0] == 0
    check = (*drawing(roll)[:8], "--verify", str(out / "record.json"), "--lang", "en")
    code, said, _ = run(*check, "--drawn", str(out / "drawn.csv"))
    assert (code, said) == (0, "The draw made again agrees with the record.\n")
    assert run(*check)[1].splitlines()[1].startswith("Without the list of the drawn")
    lines = (out / "drawn.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "short.csv").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    code, said, _ = run(*check, "--drawn", str(tmp_path / "short.csv"))
    assert code == 1
    assert said.startswith("It differs from the record, first in the people drawn")
    roll.write_text(roll.read_text(encoding="utf-8") + "9999,企业,,否,a,b\n", encoding="utf-8")
    code, said, _ = run(*check, "--json")
    assert code == 1
    assert json.loads(said)["difference"]["part"] == "frame"


def test_the_hash_of_the_frame_is_told_before_and_demanded_at_the_draw(roll: Path, tmp_path: Path) -> None:
    (tmp_path / "salt").write_text("winter plum\n", encoding="utf-8")
    salted = ("--salt-file", str(tmp_path / "salt"))
    dated = ("--made-on", "2026-03-02", "--delete-by", "2026-09-01", "--holder", "office")
    said = run(*drawing(roll, *dated, "--frame-hash"), "--lang", "en")[1]
    assert "Ground: 某决定. Holder: office. The roll is to be deleted by 2026-09-01." in said
    code, said, err = run(*drawing(roll, "--frame-hash", "--json"))
    assert code == 0, err
    plain = json.loads(said)["frame_hash"]
    other = json.loads(run(*drawing(roll, *salted, "--frame-hash", "--json"))[1])["frame_hash"]
    assert plain != other
    code, _, err = run(*drawing(roll, *seeded(tmp_path / "out", "--expect-hash", other)), "--lang", "zh")
    assert code == 2
    assert not (tmp_path / "out").exists()
    assert plain in err
    assert run(*drawing(roll, *salted, *seeded(tmp_path / "out", "--expect-hash", other)))[0] == 0


def test_rules_from_a_file_take_the_place_of_options(roll: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('sample_size = 6\nmethod = "equal"\nreserve = 2\n', encoding="utf-8")
    seed = ("--seed-text", "规则", "--seed-number", NUMBER, "--out", str(tmp_path / "out"))
    code, said, err = run(*drawing(roll, "--rule", str(tmp_path / "rules.toml"), *seed, "--json"))
    assert code == 0, err
    assert [cell["sample_size"] for cell in json.loads(said)["record"]["cells"]] == [3, 3]
    code, _, err = run(
        *drawing(roll, "--rule", str(tmp_path / "rules.toml"), *seeded(tmp_path / "two")), "--lang", "en"
    )
    assert code == 2
    assert "leave out --sample-size" in err


def test_a_draw_is_never_written_over_another(roll: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(*drawing(roll, *seeded(out)))[0] == 0
    held = (out / "record.json").read_bytes()
    code, _, err = run(*drawing(roll, *seeded(out)), "--lang", "en")
    assert code == 2
    assert "holds a draw already" in err
    assert (out / "record.json").read_bytes() == held


def test_what_is_missing_is_named_and_nothing_is_written(roll: Path, tmp_path: Path) -> None:
    for left_out, told in (
        ("--ground", "--ground"),
        ("--seed-number", "--seed-number"),
        ("--sample-size", "--sample-size"),
    ):
        given = list(drawing(roll, *seeded(tmp_path / "out")))
        place = given.index(left_out)
        code, _, err = run(*given[:place], *given[place + 2 :], "--lang", "en")
        assert code == 2
        assert f"{told} missing" in err
        assert not (tmp_path / "out").exists()
    code, _, err = run(*drawing(roll, *seeded(tmp_path / "out", "--spread", "企业")), "--lang", "en")
    assert code == 2
    assert "企业 is no spread; write STRATUM=SPREAD" in err


def test_the_planner_says_in_sentences_and_figures_what_a_sample_can_do() -> None:
    """Two strata, ten agencies on every ballot, half of 800 people answer: an error of about 1 point."""
    asked = (
        "plan",
        "--stratum",
        "firms=1000000:20",
        "--stratum",
        "users=1000000",
        "--sd",
        "20",
        "--sample-size",
        "800",
    )
    asked = (
        *asked,
        "--agencies",
        "10",
        "--response",
        "0.5",
        "--wanted",
        "2",
        "--body",
        "archive=12",
        "--agency-spread",
        "4",
    )
    code, said, err = run(*asked, "--lang", "en")
    assert code == 0, err
    assert "The standard error of an agency's score is about 1." in said
    assert "Only 12 people may rate archive" in said
    assert "Smallest difference found, any two agencies" in said
    zh = run(*asked, "--lang", "zh")[1]
    assert "不能排出先后" in zh
    held = json.loads(run(*asked, "--json")[1])
    assert held["standard_error"] == pytest.approx(1.0, abs=1e-3)
    assert held["needed"] > 800
    assert held["small_bodies"] == {"archive": 12}


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        (("--sample-size", "10", "--sd", "20"), "--population missing"),
        (("--sample-size", "10", "--stratum", "firms"), "firms is no stratum; write NAME=PEOPLE"),
        (("--sample-size", "10", "--population", "100"), "no spread is known"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused(given_: tuple[str, ...], told: str) -> None:
    code, _, err = run("plan", *given_, "--lang", "en")
    assert code == 2
    assert told in err
