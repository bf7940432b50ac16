"""The lists that a county gives beside its records: leaders and papers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import CountyListError
from xiaoneng.core.flow import FlowFiles, read_case_papers, read_leaders
from xiaoneng.core.tables import CASES


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def written(folder: Path, text: str, *, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_leaders_are_read_by_chinese_and_english_headings(engine: Engine, tmp_path: Path, encoding: str) -> None:
    text = "机关,办理人\n水务局,签发人甲\n城关镇,签发人乙\n"
    rows = read_leaders(engine, written(tmp_path, text, encoding=encoding)).rows()
    assert rows == [{"agency": "水务局", "handler": "签发人甲"}, {"agency": "城关镇", "handler": "签发人乙"}]
    assert read_leaders(engine, written(tmp_path, "agency,handler\nA,h1\n")).rows() == [
        {"agency": "A", "handler": "h1"}
    ]


def test_a_leader_without_a_name_is_refused_with_the_line(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(CountyListError, match=r"list\.csv: line 3: handler is empty; write it in every row"):
        read_leaders(engine, written(tmp_path, "agency,handler\nA,h1\nB,\n"))


def test_a_column_that_is_missing_or_unknown_is_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(CountyListError, match="column 办理人 handler is missing; add it"):
        read_leaders(engine, written(tmp_path, "agency\nA\n"))
    with pytest.raises(CountyListError, match="there is no column '电话'; the columns are 机关 agency, 办理人 handler"):
        read_leaders(engine, written(tmp_path, "agency,handler,电话\nA,h1,1\n"))


def test_papers_find_their_case_by_identifier_or_by_a_number_that_is_the_only_one(
    engine: Engine, tmp_path: Path
) -> None:
    """No. 7 is used by two agencies and names neither; No. 8 by one; A/7 is an identifier; No. 9 is no case."""
    named = [("A/7", "7"), ("B/7", "7"), ("B/8", "8")]
    cases = engine.from_rows(CASES, [{"case_id": case_id, "case_no": case_no} for case_id, case_no in named])
    text = "办件编号,材料,要求日期\n7,营业执照,2026-03-02\n8,营业执照,2026-03-03\nA/7,身份证,\n9,身份证,\n"
    papers = read_case_papers(engine, written(tmp_path, text))
    found = engine.stage("flow/papers_of_cases", case_papers=papers, cases=cases).rows()
    assert found == [
        {"case_id": "A/7", "paper": "身份证", "asked_on": None},
        {"case_id": "B/8", "paper": "营业执照", "asked_on": date(2026, 3, 3)},
    ]


def test_the_manifest_learns_each_list_by_its_hash(tmp_path: Path) -> None:
    """SHA-256 of the three bytes "abc" as published in FIPS 180-2, appendix B.1."""
    path = tmp_path / "leaders.csv"
    path.write_bytes(b"abc")
    (told,) = FlowFiles(leaders=path).digests()
    assert told == {
        "role": "leaders",
        "file_name": "leaders.csv",
        "bytes": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    }
