"""All or nothing: a refusal changes no table and writes no file; what is accepted without its bad rows says so."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xiaoneng.core.edition import analyse
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import (
    DamagedFileError,
    EncryptedFileError,
    IntakeError,
    MappingError,
    RowsRefusedError,
    UnreadableFileError,
    UnsafeFileError,
    WrongKindError,
)
from xiaoneng.core.intake import Batch, ReadOptions, dry_run, error_workbook, peek, read

Reader = Callable[..., Batch]
HEAD = "办件编号,受理部门,受理时间,办结时间\n"
GOOD = HEAD + "001,住建局,2026-03-02,2026-03-05\n002,住建局,2026-03-03,\n"
BAD = GOOD + "003,住建局,soon,\n004,住建局,2026-03-04,\n,住建局,2026-03-04,\n"


def parquet(rows: int = 3) -> bytes:
    held = io.BytesIO()
    pq.write_table(
        pa.table({"办件编号": ["1"] * rows, "受理部门": ["a"] * rows, "受理时间": ["2026-03-02"] * rows}), held
    )
    return held.getvalue()


def zipped(members: dict[str, bytes], *, is_encrypted: bool = False) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    made = bytearray(held.getvalue())
    if is_encrypted:
        made[6] |= 1
        made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


WORKBOOK = {"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}
REFUSED: dict[str, tuple[str, bytes, type[IntakeError]]] = {
    "a workbook named csv": ("a.csv", zipped(WORKBOOK), WrongKindError),
    "a table named xlsx": ("a.xlsx", GOOD.encode(), WrongKindError),
    "Parquet named csv": ("a.csv", parquet(), WrongKindError),
    "gzip without .gz": ("a.csv", gzip.compress(GOOD.encode()), WrongKindError),
    ".gz without gzip": ("a.csv.gz", GOOD.encode(), WrongKindError),
    "packed twice": ("a.csv.gz", gzip.compress(gzip.compress(GOOD.encode())), WrongKindError),
    "a page named csv": ("a.csv", b"<!DOCTYPE html><html><body>no records</body></html>", WrongKindError),
    "a picture": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(99), WrongKindError),
    "a document": ("a.csv", b"%PDF-1.7\n" + bytes(99), WrongKindError),
    "another ending": ("a.docx", GOOD.encode(), WrongKindError),
    "no ending": ("a", GOOD.encode(), WrongKindError),
    "an archive": ("a.zip", zipped({"a.csv": GOOD.encode()}), WrongKindError),
    "an archive named xlsx": ("a.xlsx", zipped({"a.csv": GOOD.encode()}), WrongKindError),
    "a list in JSON": ("a.json", b'[{"case_id": 1}]', WrongKindError),
    "XML of another kind": ("a.xes", b'<?xml version="1.0"?><svg/>', WrongKindError),
    "empty": ("a.csv", b"", DamagedFileError),
    "a head alone": ("a.csv", HEAD.encode(), DamagedFileError),
    "gzip cut off": ("a.csv.gz", gzip.compress(GOOD.encode() * 50)[:-20], DamagedFileError),
    "Parquet cut off": ("a.parquet", parquet()[:-20], DamagedFileError),
    "Parquet cut in the middle": ("a.parquet", parquet()[:60] + parquet()[-30:], DamagedFileError),
    "Parquet without rows": ("a.parquet", parquet(0), DamagedFileError),
    "broken JSON lines": ("a.jsonl", b'{"case_id": 1, "activity"\n{', DamagedFileError),
    "Parquet that is encrypted": ("a.parquet", b"PARE" + bytes(60) + b"PARE", UnreadableFileError),
    "a workbook with a password": ("a.xlsx", zipped(WORKBOOK, is_encrypted=True), EncryptedFileError),
    "a zip bomb": ("a.xlsx", zipped(WORKBOOK | {"xl/worksheets/sheet1.xml": bytes(200_000_000)}), UnsafeFileError),
    "too many parts": ("a.xlsx", zipped({f"{number}.xml": b"" for number in range(5000)}), UnsafeFileError),
    "a gzip bomb": ("a.csv.gz", gzip.compress(GOOD.encode() + b" " * 100_000_000), UnsafeFileError),
    "entities in a workbook": (
        "a.xlsx",
        zipped(WORKBOOK | {"xl/sharedStrings.xml": b'<!DOCTYPE a [<!ENTITY b "bb">]><sst>&b;</sst>'}),
        UnsafeFileError,
    ),
    "unknown columns": ("a.csv", b"colour,size\nred,3\n", MappingError),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_a_refused_file_leaves_no_table_and_no_file(tmp_path: Path, engine: Engine, what: str) -> None:
    name, content, refusal = REFUSED[what]
    path, out = tmp_path / name, tmp_path / "out"
    path.write_bytes(content)
    before = engine.names()
    with pytest.raises(refusal) as refused:
        read([path], engine=engine)
    assert engine.names() == before
    assert str(refused.value).startswith(name)
    assert len(str(refused.value)) > len(name) + 20  # what is wrong, and what to do
    with pytest.raises(refusal):
        analyse([path], out_dir=out)
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_good_file_beside_a_refused_one_is_not_kept_either(tmp_path: Path, engine: Engine) -> None:
    good, empty = tmp_path / "good.csv", tmp_path / "empty.csv"
    good.write_text(GOOD, encoding="utf-8")
    empty.write_bytes(b"")
    before = engine.names()
    for order in ([good, empty], [empty, good]):
        with pytest.raises(DamagedFileError, match=r"empty\.csv"):
            read(order, engine=engine)
    assert engine.names() == before


def test_folders_missing_files_and_files_that_may_not_be_read_are_refused(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WrongKindError, match="no such file"):
        read([tmp_path / "none.csv"], engine=engine)
    with pytest.raises(WrongKindError, match="a folder"):
        read([tmp_path], engine=engine)
    with pytest.raises(MappingError, match="no file was named"):
        read([], engine=engine)
    closed = tmp_path / "closed.csv"
    closed.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs this may be allowed everything
    with pytest.raises(UnreadableFileError, match="right to read"):
        read([closed], engine=engine)


def test_the_configured_size_is_a_limit_for_every_format(imported: Reader) -> None:
    for name, content in (
        ("a.csv", GOOD.encode()),
        ("a.parquet", parquet()),
        ("a.csv.gz", gzip.compress(GOOD.encode())),
    ):
        with pytest.raises(UnsafeFileError, match="raise the limit"):
            imported({name: content}, max_bytes=40)
    for name, content in (("b.csv.gz", gzip.compress(GOOD.encode())), ("b.parquet", parquet(500))):
        with pytest.raises(UnsafeFileError):
            imported({name: content}, max_unpacked_bytes=40)


def test_bad_rows_refuse_everything_until_the_good_ones_are_accepted(imported: Reader, engine: Engine) -> None:
    before = engine.names()
    with pytest.raises(RowsRefusedError, match="2 rows cannot be read") as refused:
        imported({"cases.csv": BAD}, accept_good_rows=False)
    assert engine.names() == before
    report: Any = refused.value.report
    assert [(row["reason"], row["first_line"]) for row in report.reasons] == [("no_case_no", 6), ("unreadable_time", 4)]
    batch = imported({"cases.csv": BAD})
    assert [row["case_no"] for row in batch.cases.rows()] == ["001", "002", "004"]
    assert [row["line"] for row in batch.cases.rows()] == [2, 3, 5]


def test_a_dry_run_reports_and_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(BAD, encoding="utf-8")
    report = dry_run([path])
    assert report.refused_rows == 2
    assert (report.counts["cases"], report.can_be_imported) == (3, False)
    unread = {note.column: note.unread for note in report.columns}
    assert unread == {"办件编号": 1, "受理部门": 0, "受理时间": 1, "办结时间": 0}
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_file_twice_counts_once_and_is_told(tmp_path: Path, engine: Engine) -> None:
    first, second = tmp_path / "march.csv", tmp_path / "march copy.csv"
    for path in (first, second):
        path.write_text(GOOD, encoding="utf-8")
    batch = read([first, second], engine=engine)
    assert batch.cases.count() == 2
    assert ("intake.same_file_twice", {"file": "march copy.csv", "other": "march.csv"}) in batch.report.warnings
    again = read([first], engine=engine)
    assert again.cases.arrow() == batch.cases.arrow()


def test_every_kept_row_names_its_file_sheet_and_line(imported: Reader) -> None:
    batch = imported({"a.csv": GOOD, "b.csv": GOOD.replace("00", "10")})
    hashes = {source.sha256: source.file_name for source in batch.sources}
    seen = [(row["case_no"], hashes[row["file_hash"]], row["sheet"], row["line"]) for row in batch.cases.rows()]
    assert seen == [("001", "a.csv", "", 2), ("002", "a.csv", "", 3), ("101", "b.csv", "", 2), ("102", "b.csv", "", 3)]


def test_the_error_workbook_is_the_sheet_with_its_reasons_and_opens_again(
    imported: Reader, tmp_path: Path, engine: Engine
) -> None:
    batch = imported({"cases.csv": BAD + "005,住建局\n=1+1,住建局,never,\n"})
    path = tmp_path / "errors.xlsx"
    assert error_workbook(batch, path) == 4
    (seen,) = peek([path], engine=engine, most=9)
    assert list(seen.samples)[:4] == HEAD.strip().split(",")
    assert seen.rows == 4
    line, reason, field = list(seen.samples)[4:]
    assert sorted(seen.samples[line]) == ["4", "6", "7", "8"]
    assert any("2026-01-05" in text for text in seen.samples[reason])
    assert seen.samples[field]
    assert "=1+1" in seen.samples["办件编号"]  # as text: no cell is a formula
    again = read([path], engine=engine, options=ReadOptions(accept_good_rows=True))
    assert again.cases.count() == 0  # nothing was mended yet, and the columns are known


def test_a_mended_error_workbook_can_be_imported(imported: Reader, workbook: Callable[..., bytes]) -> None:
    def mended(book: Any) -> None:
        sheet = book.add_worksheet("1 cases.csv")
        sheet.write_row(0, 0, [*HEAD.strip().split(","), "原文件行号", "原因与处理办法", "有问题的字段"])
        sheet.write_row(1, 0, ["003", "住建局", "2026-03-03", "", "4", "日期或时间无法识别", "受理时间"])

    assert [row["case_no"] for row in imported({"errors.xlsx": workbook(mended)}).cases.rows()] == ["003"]
