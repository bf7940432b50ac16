"""The command line, command by command: what is printed for reading, what is kept, and what is not loaded."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xiaoneng.cli import main
from xiaoneng.cli.speaking import drawn, width
from xiaoneng.core.edition import calendar_of, open_edition
from xiaoneng.core.words import language_of

NOTICE = """
year = 2027
[[notices]]
id = "cn-2027-drawn"
title = "Drawn for this test"
off = [{ name = "元旦", from = 2027-01-01, to = 2027-01-03 }, { name = "培训日", from = 2027-01-04, to = 2027-01-04 },
       { name = "劳动节", from = 2027-05-01, to = 2027-05-01 }, { name = "国庆节", from = 2027-10-01, to = 2027-10-03 }]
"""


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


def told(*arguments: str) -> Any:
    code, out, err = run(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    assert run("simulate", "--seed", "3", "--agencies", "6", "--cases", "1000", "--out", str(folder / "county"))[0] == 0
    assert run("analyse", str(folder / "county"), "--on", "2026-11-20", "--out", str(folder / "edition"))[0] == 0
    return folder / "edition"


def test_help_is_shown_without_loading_the_analyses() -> None:
    """Engines and number libraries would make every --help slow."""
    heavy = "numpy", "duckdb", "pyarrow", "numba", "rich", "structlog", "django"
    script = (
        "import sys\nfrom xiaoneng.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    for name in ("analyse", "explain", "due", "simulate", "calendar", "law", "profiles", "bench", "serve"):
        assert name in done.stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ((), {}, "zh"),
        ((), {"LANG": "C.UTF-8"}, "zh"),
        ((), {"LANG": "en_GB.UTF-8"}, "en"),
        ((), {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        (("due", "--lang", "en"), {}, "en"),
        (("--lang=zh",), {"LANG": "en_US.UTF-8"}, "zh"),
    ],
)
def test_the_language_is_the_one_asked_for_else_that_of_the_terminal(
    arguments: tuple[str, ...], environment: dict[str, str], language: str
) -> None:
    assert language_of(arguments, environment) == language


def test_columns_line_up_under_chinese_heads() -> None:
    lines = list(drawn(["机关", "n"], [["县水利局", 7], ["A", 12]], right=[1]))
    assert lines == ["机关       n", "────────  ──", "县水利局   7", "A         12"]
    assert {width(line) for line in lines} == {12}


def test_due_lists_each_day_and_why() -> None:
    """From Thursday 12 February 2026 the third working day is the 24th, after the make-up Saturday and the holiday."""
    found = told("due", "2026-02-12", "--limit", "3wd", "--days")
    days = {row["day"]: row for row in found["explanation"]["days"]}
    assert (len(days), found["due_on"]) == (13, "2026-02-24")
    assert [day for day, row in days.items() if row["state"] == "counted"] == ["2026-02-13", "2026-02-14", "2026-02-24"]
    assert days["2026-02-17"]["holiday"] == "春节"
    assert all(row["notice"] for row in days.values())


def test_due_takes_pauses_extensions_and_a_rule() -> None:
    """行政许可法 42 and 45: 20 working days from 2 March 2026 end on the 30th; a hearing from the 4th to the 9th takes 2."""
    plain = told("due", "2026-03-02", "--law", "cn.licence_decision")
    paused = told("due", "2026-03-02", "--law", "cn.licence_decision", "--pause", "2026-03-04..2026-03-09:hearing")
    assert (plain["due_on"], paused["due_on"]) == ("2026-03-30", "2026-04-01")
    still_open = told("due", "2026-03-02", "--limit", "20wd", "--pause", "2026-03-04..")
    assert still_open["due_on"] is None
    extended = told("due", "2026-03-02", "--limit", "5wd", "--extension", "2wd")
    assert extended["due_on"] == "2026-03-11"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("due", "2026-03-02"), "--limit"),
        (("due", "2026-03-02", "--limit", "20wd", "--pause", "yesterday"), "yesterday"),
        (("due", "2026-03-02", "--limit", "20wd", "--on", "2026-02-30"), "2026-02-30"),
        (("due", "2026-03-02", "--limit", "20 fortnights"), "20 fortnights"),
        (("due", "--batch", "/nowhere/questions.json"), "/nowhere/questions.json"),
        (("calendar", "add", "/nowhere/notice.toml", "--into", "/nowhere"), "/nowhere/notice.toml"),
        (("analyse", "/nowhere/cases.csv", "--out", "/nowhere/out"), "cases.csv"),
        (("explain", "/nowhere", "A"), "/nowhere"),
        (("simulate", "--seed", "1", "--cases", "5", "--out", "/nowhere/out"), "--cases"),
        (("simulate", "--seed", "1", "--plants", "ping_pang", "--out", "/nowhere/out"), "ping_pong"),
        (("bench", "nothing"), "nothing"),
        (("law", "show", "cn.licence_decison"), "cn.licence_decision"),
    ],
)
def test_every_refusal_names_what_is_wrong(arguments: tuple[str, ...], words: str) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_a_refusal_is_json_where_json_was_asked_for() -> None:
    code, out, err = run("explain", "/nowhere", "A", "--json")
    assert code == 2
    assert json.loads(out)["kind"] == "EditionError"
    assert json.loads(out)["error"] in err


def test_a_batch_that_is_no_list_is_refused(tmp_path: Path) -> None:
    batch = tmp_path / "questions.json"
    batch.write_text('{"questions": "2026-03-02"}', encoding="utf-8")
    assert run("due", "--batch", str(batch))[0] == 2
    batch.write_text("[1, ", encoding="utf-8")
    assert run("due", "--batch", str(batch))[0] == 2


def test_a_question_that_cannot_be_answered_does_not_stop_the_others(tmp_path: Path) -> None:
    batch = tmp_path / "questions.json"
    asked = [{"id": "a", "start": "2026-02-12", "limit": "2wd"}, 7, {"start": "2026-02-12", "limit": "2 moons"}]
    batch.write_text(json.dumps(asked), encoding="utf-8")
    answers = told("due", "--batch", str(batch))
    assert answers[0]["due_on"] == "2026-02-14"
    assert [("error" in answer) for answer in answers] == [False, True, True]


def test_a_notice_is_kept_only_when_it_is_approved(edition: Path, tmp_path: Path) -> None:
    notice, into = tmp_path / "2027.toml", tmp_path / "own"
    notice.write_text(NOTICE, encoding="utf-8")
    asked = told("calendar", "add", str(notice), "--into", str(into), "--edition", str(edition))
    assert asked["approved"] is False
    assert not into.exists()
    assert asked["changed_counts"] == 1
    approved = told("calendar", "add", str(notice), "--into", str(into), "--edition", str(edition), "--yes")
    assert approved["approved"] is True
    assert approved["moved"] == asked["moved"]
    assert [path.name for path in into.iterdir()] == ["cn-2027-drawn.toml"]
    assert told("due", "2026-12-31", "--limit", "1wd")["due_on"] == "2027-01-04"
    moved = told("due", "2026-12-31", "--limit", "1wd", "--calendar", str(into))
    assert (moved["due_on"], moved["is_provisional"]) == ("2027-01-05", False)


def test_an_edition_keeps_the_notices_it_was_counted_by(edition: Path, tmp_path: Path) -> None:
    """Explained later, without the county's folder, its days still rest on the county's notice."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "cn-2027-drawn.toml").write_text(NOTICE, encoding="utf-8")
    county, out = edition.parent / "county", tmp_path / "edition"
    counted = told("analyse", str(county), "--calendar", str(own), "--on", "2026-11-20", "--out", str(out))
    assert counted["cases"] == 1000
    (own / "cn-2027-drawn.toml").unlink()
    assert not calendar_of(open_edition(out)).is_workday(date(2027, 1, 4))


def test_a_case_is_explained_with_its_file_and_line(edition: Path) -> None:
    first = (edition.parent / "county" / "up_pro_accept.csv").read_text(encoding="utf-8").splitlines()[1]
    number = first.split(",")[1].strip('"')
    code, out, err = run("explain", str(edition), number)
    assert code == 0, err
    assert "up_pro_accept.csv" in out
    assert number in out


def test_logs_are_structured_and_only_written_where_asked_for(tmp_path: Path) -> None:
    county = str(tmp_path / "county")
    asked = [sys.executable, "-m", "xiaoneng", "simulate", "--seed", "1", "--agencies", "6", "--cases", "1000"]
    quiet = subprocess.run([*asked, "--out", county], capture_output=True, text=True, check=True)
    assert quiet.stderr == ""
    loud = subprocess.run([*asked, "--out", county, "--verbose"], capture_output=True, text=True, check=True)
    assert [json.loads(line)["stage"] for line in loud.stderr.splitlines()] == ["draw", "records", "write"]


def test_the_calendar_of_a_year_is_shown_with_its_signs() -> None:
    """2026 has the make-up Saturday of 14 February and the holiday from the 15th."""
    days = {row["day"]: row["kind"] for row in told("calendar", "show", "2026")}
    assert len(days) == 365
    assert (days["2026-02-14"], days["2026-02-15"]) == ("makeup_workday", "public_holiday")
    code, out, _ = run("calendar", "show", "2026")
    assert code == 0
    assert " 14+  15*" in out
