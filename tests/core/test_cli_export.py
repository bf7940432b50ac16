"""`xiaoneng export`: which file comes of which name, what is said, and what is refused."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from xiaoneng.cli import main
from xiaoneng.core.engine import Engine
from xiaoneng.core.intake import read, summarise

LOG = """case_id,activity,timestamp,resource,group,agency,agency_name,item_code
1,受理,2026-03-02 09:00,张三,窗口,A,县水利局,i1
1,审核,2026-03-03 09:00,李四,审批科,A,县水利局,i1
2,受理,2026-03-02 10:00,张三,窗口,B,县教育局,i2
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
    folder = tmp_path_factory.mktemp("export")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    code, _, err = run("analyse", str(folder / "log.csv"), "--out", str(folder / "edition"))
    assert code == 0, err
    return folder / "edition"


def text_of(path: Path) -> str:
    held = path.read_bytes()
    return (gzip.decompress(held) if path.name.endswith(".gz") else held).decode("utf-8")


@pytest.mark.parametrize(
    ("name", "options", "format", "media_type"),
    [
        ("log.xes", (), "xes", "application/xml"),
        ("log.xes.gz", (), "xes", "application/gzip"),
        ("log.json", (), "ocel", "application/json"),
        ("log.json.gz", (), "ocel", "application/gzip"),
        ("log.dat", ("--format", "xes"), "xes", "application/xml"),
        ("log.dat.gz", ("--format", "ocel"), "ocel", "application/gzip"),
    ],
)
def test_the_name_tells_the_format(
    edition: Path, tmp_path: Path, name: str, options: tuple[str, ...], format: str, media_type: str
) -> None:
    found = told("export", str(edition), str(tmp_path / name), *options)
    assert (found["format"], found["media_type"]) == (format, media_type)
    assert (found["cases"], found["steps"], found["events"], found["handlers"]) == (2, 3, 3, 2)
    assert text_of(tmp_path / name).startswith("<?xml" if format == "xes" else '{"objectTypes"')


def test_an_exported_log_is_the_same_log_when_it_comes_back(edition: Path, tmp_path: Path) -> None:
    told("export", str(edition), str(tmp_path / "log.xes.gz"), "--handlers")
    with Engine(threads=1) as engine:
        first = read([edition.parent / "log.csv"], engine=engine)
        again = read([tmp_path / "log.xes.gz"], engine=engine)
        assert summarise(again) == summarise(first)
        columns = ("case_id", "step_no", "agency", "office", "handler", "name", "started_at", "ended_at")
        rows = [sorted(batch.steps.arrow(columns=columns).to_pylist(), key=str) for batch in (first, again)]
        assert rows[0] == rows[1]


def test_persons_leave_under_pseudonyms_unless_asked_for_and_that_is_said(edition: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    code, out, err = run("export", str(edition), str(path), "--lang", "en")
    assert (code, err) == (0, "")
    assert "2 cases, 3 events" in out
    assert "A pseudonym is not anonymity." in out
    assert "张三" not in text_of(path)
    assert "H0001" in text_of(path)
    _, out, _ = run("export", str(edition), str(path), "--handlers")
    assert "个人信息" in out
    assert "张三" in text_of(path)
    help_text = run("export", "--help")[1]
    assert "H0001" in help_text
    assert "--handlers" in help_text


def test_an_agency_an_item_and_two_events_a_step_can_be_asked_for(edition: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "log.xes")
    assert told("export", str(edition), path, "--agency", "县水利局")["steps"] == 2
    assert told("export", str(edition), path, "--item", "i2")["steps"] == 1
    assert told("export", str(edition), path, "--agency", "A", "--item", "i1", "--lifecycle", "both")["cases"] == 1


def test_every_refusal_names_what_is_wrong_and_writes_nothing(edition: Path, tmp_path: Path) -> None:
    halved = tmp_path / "halved"
    shutil.copytree(edition, halved)
    (halved / "tables" / "steps.parquet").unlink()
    place = tmp_path / "place"
    place.mkdir()
    here, out = str(edition), str(place / "log.xes")
    for arguments, words in (
        ((here, str(place / "log.csv")), "its ending names no format"),
        ((here, str(place / "log.json"), "--format", "xes"), "named as ocel and chosen as xes"),
        ((str(tmp_path / "nowhere"), out), "nowhere is no edition"),
        ((str(place), out), "is no edition"),
        ((str(halved), out), "has no table steps"),
        ((here, out, "--agency", "C"), "no case is of the agency 'C'"),
        ((here, out, "--item", "i3"), "no case is of the service item 'i3'"),
        ((here, str(place / "deeper" / "log.xes")), "does not exist"),
        ((here, str(edition / "summary.json"), "--lang", "en"), "do not write into the edition"),
        ((here, str(place / "log.json"), "--lifecycle", "both", "--lang", "en"), "--lifecycle both is for XES"),
    ):
        code, _, err = run("export", *arguments)
        assert (code, words in err, "Traceback" in err) == (2, True, False), (arguments, err)
    assert list(place.iterdir()) == []
    assert json.loads((edition / "summary.json").read_text(encoding="utf-8"))["cases"] == 2


def test_what_could_not_be_written_as_it_stands_is_said(edition: Path, tmp_path: Path) -> None:
    """A step without a moment, and one whose name holds a control character."""
    log = '<log><trace><string key="concept:name" value="1"/>{}</trace></log>'
    one = '<event><string key="concept:name" value="a\x01"/><date key="time:timestamp" value="2026-03-02T09:00:00+08:00"/></event>'
    (tmp_path / "log.xes").write_text(log.format(one + one.partition("<date")[0] + "</event>"), encoding="utf-8")
    folder = str(tmp_path / "edition")
    assert run("analyse", str(tmp_path / "log.xes"), "--out", folder)[0] == 0
    _, out, _ = run("export", folder, str(tmp_path / "again.xes"), "--lang", "en")
    assert "2 control characters" in out
    assert "1 steps have no moment; they are events without a time" in out
    _, out, _ = run("export", folder, str(tmp_path / "again.json"), "--lang", "en")
    assert "1 steps have no moment and are left out" in out
