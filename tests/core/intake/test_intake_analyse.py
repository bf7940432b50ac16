"""`xiaoneng analyse` from a terminal: what summary.json holds, and that only the records decide about its bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KEYS = {
    *("cases", "events", "activities", "variants", "ended", "open", "set_aside", "late_statutory", "late_promised"),
    *("on_time_share", "cards", "late_vs_deadline"),
}
EPOCH = "1970-01-01T00:00:00.000+01:00"


def event(name: str, at: str) -> str:
    return f'<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{at}"/></event>'


def trace(number: int, end: str, deadline: str) -> str:
    dates = f'<date key="startdate" value="2026-03-01T09:00:00+01:00"/><date key="enddate" value="{end}"/>'
    dates += f'<date key="deadline" value="{deadline}"/>'
    steps = event("A", "2026-03-01T09:00:00+01:00") + event("B", "2026-03-02T23:30:00+01:00")
    return f'<trace><string key="concept:name" value="{number}"/>{dates}{steps}</trace>'


LOG = (
    '<?xml version="1.0" encoding="UTF-8"?><log xes.version="1.0"><global scope="trace">'
    f'<date key="startdate" value="{EPOCH}"/><date key="enddate" value="{EPOCH}"/><date key="deadline" value="{EPOCH}"/></global>'
    + trace(1, "2026-03-20T10:00:00+01:00", "2026-03-20T09:30:00+01:00")  # late by half an hour of the same day
    + trace(2, "2026-03-20T09:00:00Z", "2026-03-20T10:30:00+01:00")  # half an hour before, in another zone
    + trace(3, EPOCH, "2026-03-20T10:00:00+01:00")  # still open
    + trace(4, "2026-03-20T10:00:00+01:00", "1969-12-31T23:00:00Z")  # without a deadline
    + trace(5, "2026-03-20T10:00:00+01:00", "2026-03-20T10:00:00+01:00")  # at the very moment
    + "</log>"
)
TABLE = "办件编号,受理部门,事项名称,受理时间,办结时间,承诺时限\n" + "".join(
    f"{number:03},部门{number % 4},许可,2026-03-{1 + number % 20:02} 23:40:00,2026-03-{2 + number % 25:02},{number % 9}个工作日\n"
    for number in range(200)
)


def run(tmp_path: Path, name: str, *arguments: str, expect: int = 0, **environment: str) -> dict[str, Any]:
    """One call in its own process; the answer as JSON."""
    command = [sys.executable, "-m", "xiaoneng", "--json", "analyse", *arguments, "--out", str(tmp_path / name)]
    done = subprocess.run(
        command,
        env=os.environ | environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout or "{}")
    return answer


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(LOG.encode(), mtime=0))
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_bytes(TABLE.encode("gb18030"))
    return path


def test_the_summary_holds_what_was_promised_and_deadlines_compare_instants(tmp_path: Path, log: Path) -> None:
    """Cases 1, 2 and 5 ended and have a deadline; case 1 alone is after it. A declared default is no date."""
    run(tmp_path, "out", str(log), "--law", "nl")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert set(summary) >= KEYS
    assert [summary[name] for name in ("cases", "events", "activities", "variants")] == [5, 10, 2, 1]
    assert (summary["ended"], summary["open"], summary["set_aside"]) == (4, 1, {})
    assert summary["late_vs_deadline"] == {"n": 3, "late": 1}


def test_a_file_without_deadlines_says_nothing_about_them(tmp_path: Path, table: Path) -> None:
    run(tmp_path, "out", str(table))
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert set(summary) >= KEYS
    assert (summary["cases"], summary["events"], summary["late_vs_deadline"]) == (200, 0, None)
    assert set(summary["cards"]) == {"early_warning", "yellow", "red"}


def test_zone_hash_seed_threads_and_language_of_the_machine_change_no_byte(
    tmp_path: Path, log: Path, table: Path
) -> None:
    machines = [
        {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "0"},
        {"TZ": "America/New_York", "PYTHONHASHSEED": "4711", "OMP_NUM_THREADS": "1", "LANG": "C", "LC_ALL": "C"},
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "99", "PYTHONUTF8": "0", "LANG": "de_DE.UTF-8"},
    ]
    for path, law in ((log, "nl"), (table, "cn")):
        made = []
        for number, machine in enumerate(machines):
            name = f"{path.stem}-{number}"
            run(tmp_path, name, str(path), "--law", law, **machine)
            made.append(hashes(tmp_path / name))
        assert made[0] == made[1] == made[2]
        assert len(made[0]) > 10


def test_threads_of_the_engine_change_no_row(tmp_path: Path, table: Path) -> None:
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.intake import read

    found = []
    for threads in (1, 4):
        with Engine(threads=threads) as engine:
            batch = read([table], engine=engine)
            found.append({name: each.arrow() for name, each in batch.tables.items()})
    assert found[0] == found[1]


def test_a_second_run_over_the_first_gives_the_same_bytes(tmp_path: Path, table: Path) -> None:
    run(tmp_path, "out", str(table))
    first = hashes(tmp_path / "out")
    run(tmp_path, "out", str(table))
    assert hashes(tmp_path / "out") == first


def test_a_refusal_leaves_an_edition_as_it_was(tmp_path: Path, table: Path) -> None:
    run(tmp_path, "out", str(table))
    first = hashes(tmp_path / "out")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 and no more")
    answer = run(tmp_path, "out", str(broken), expect=2)
    assert "broken.xlsx" in json.dumps(answer, ensure_ascii=False)
    run(tmp_path, "new", str(broken), expect=2)
    assert hashes(tmp_path / "out") == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.xlsx", "cases.csv", "out"]


def test_bad_rows_are_listed_or_refused_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(TABLE + "900,部门1,许可,soon,,\n合计,,,,,\n", encoding="utf-8")
    run(tmp_path, "out", str(path))
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["set_aside"]["unreadable_time"] == 1
    assert summary["set_aside"]["note_row"] == 1
    run(tmp_path, "strict", str(path), "--strict", expect=2)
    assert not (tmp_path / "strict").exists()


def test_a_file_beyond_the_size_that_was_named_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    table.write_bytes(b"case_no,agency,received_at\n" + b"A1,a,2026-03-02\n" * 70_000)
    refused = run(tmp_path, "out", str(table), "--max-mib", "1", expect=2)
    assert refused["kind"] == "UnsafeFileError"
    assert not (tmp_path / "out").exists()
