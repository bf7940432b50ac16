"""The command line: what each command prints, and that a refusal is one clear message with exit code 2."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from xiaoneng import __version__
from xiaoneng.cli import main

LOG = """case_id,activity,timestamp,resource
A1,received,2026-03-02 09:00:00,desk 1
A1,decided,2026-03-09 10:00:00,desk 2
A2,received,2026-03-02 11:00:00,desk 1
"""


@dataclass(frozen=True)
class Said:
    """What a run of the command line printed, and how it ended."""

    exit_code: int
    stdout: str
    output: str


def run(*arguments: str) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return Said(int(ended.value.code or 0), out.getvalue(), out.getvalue() + err.getvalue())


def told(*arguments: str) -> Any:
    """What a command says as JSON."""
    result = run("--json", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def edition(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("editions") / "first"
    assert run("analyse", str(log), "--law", "cn", "--on", "2026-04-01", "--out", str(out)).exit_code == 0
    return out


def test_the_version_is_printed() -> None:
    assert __version__ in run("--version").output


@pytest.mark.parametrize(("limit", "due_on"), [("2wd", "2026-02-14"), ("3wd", "2026-02-24"), ("60d", "2026-04-13")])
def test_due_tells_the_last_day(limit: str, due_on: str) -> None:
    assert told("due", "2026-02-12", "--limit", limit)["due_on"] == due_on


def test_a_date_in_a_year_without_notice_is_provisional() -> None:
    assert told("due", "2026-12-20", "--limit", "20wd")["is_provisional"] is True
    assert "暂定" in run("--lang", "zh", "due", "2026-12-20", "--limit", "20wd").output
    assert "provisional" in run("--lang", "en", "due", "2026-12-20", "--limit", "20wd").output


def test_many_questions_are_answered_from_a_file(tmp_path: Path) -> None:
    questions = tmp_path / "questions.json"
    questions.write_text(
        json.dumps([{"id": 1, "start": "2026-02-12", "limit": "2wd"}, {"id": 2, "start": "2026-02-12", "limit": "x"}]),
        encoding="utf-8",
    )
    first, second = told("due", "--batch", str(questions))
    assert (first["due_on"], "such as 20wd" in second["error"]) == ("2026-02-14", True)


def test_an_edition_holds_counts_tables_and_a_page(edition: Path) -> None:
    summary = json.loads((edition / "summary.json").read_text(encoding="utf-8"))
    assert {key: summary[key] for key in ("cases", "events", "activities", "variants")} == {
        "cases": 2,
        "events": 3,
        "activities": 2,
        "variants": 2,
    }
    assert {"late_statutory", "late_promised", "on_time_share", "cards", "set_aside", "ended", "open"} <= set(summary)
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["inputs"][0]["sha256"]) == 64
    page = (edition / "index.html").read_text(encoding="utf-8")
    assert "<html" in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert {path.suffix for path in (edition / "tables").iterdir()} == {".csv", ".parquet"}


def test_the_same_inputs_give_the_same_bytes(edition: Path, log: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    command = [sys.executable, "-m", "xiaoneng", "analyse", str(log), "--law", "cn", "--on", "2026-04-01"]
    subprocess.run([*command, "--out", str(again)], check=True, capture_output=True)
    files = sorted(path.relative_to(edition) for path in edition.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [path for path in files if (edition / path).read_bytes() != (again / path).read_bytes()] == []


def test_a_case_is_explained_day_by_day(edition: Path) -> None:
    output = run("--lang", "en", "explain", str(edition), "A2").output
    assert "2026-03-03" in output
    assert "weekend" in output


@pytest.mark.parametrize(
    "arguments",
    [
        ("due", "2026-02-12", "--limit", "soon"),
        ("due", "1999-02-12", "--limit", "2wd"),
        ("due", "2026-02-12", "--law", "cn.no_such_rule"),
        ("explain", "nowhere", "A1"),
        ("analyse", "nowhere.csv", "--out", "out"),
        ("law", "show", "cn.no_such_rule"),
    ],
)
def test_a_refusal_is_one_message_and_exit_code_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert result.output.strip()


def test_an_unknown_case_is_refused_by_name(edition: Path) -> None:
    result = run("explain", str(edition), "no-such-case")
    assert result.exit_code == 2
    assert "no-such-case" in result.output


def test_laws_and_profiles_are_listed() -> None:
    assert "cn.licence_decision" in run("law", "list").output
    assert "42" in run("--lang", "zh", "law", "show", "cn.licence_decision").output
    assert "bpic15" in run("profiles", "list").output
