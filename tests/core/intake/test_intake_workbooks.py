"""Workbooks as counties keep them: titles, split heads, hidden sheets, numbers that are none, and the old format."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from xiaoneng.core.errors import DamagedFileError, EncryptedFileError, WrongKindError
from xiaoneng.core.intake import Batch

Reader = Callable[..., Batch]
Told = Callable[[Batch], list[tuple[int, str]]]
Workbook = Callable[[Callable[[Any], None]], bytes]
HEAD = ["办件编号", "受理部门", "受理时间", "办结时间"]


def put(sheet: Any, rows: Sequence[Sequence[Any]], first: int = 0) -> None:
    for down, row in enumerate(rows, first):
        for across, cell in enumerate(row):
            if cell is not None:
                sheet.write(down, across, cell)


def seen(batch: Batch) -> list[tuple[str, str, int]]:
    return [(row["case_no"], f"{row['received_at']:%Y-%m-%d %H:%M}", row["line"]) for row in batch.cases.rows()]


def test_a_county_ledger_is_read_below_its_title_and_above_its_remarks(
    imported: Reader, told: Told, workbook: Workbook
) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("办件")
        sheet.merge_range(0, 0, 0, 3, "某县2026年3月办件台账")
        sheet.write(1, 0, "填报单位：住建局")
        sheet.write(1, 3, "单位：件")
        put(sheet, [HEAD, ["001", "住建局", "2026年3月2日", "2026-03-05"], ["002", "住建局", 46083.5]], 2)
        sheet.write_row(5, 0, ["003", "住建局"])
        moment = datetime(2026, 3, 2, 9, 5)
        sheet.write_datetime(5, 2, moment, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        put(sheet, [["合计", 3], ["制表人：张三"]], 7)

    batch = imported({"ledger.xlsx": workbook(fill)})
    assert seen(batch) == [
        ("001", "2026-03-02 00:00", 4),
        ("002", "2026-03-02 12:00", 5),
        ("003", "2026-03-02 09:05", 6),
    ]
    assert told(batch) == [(8, "note_row"), (9, "note_row")]
    assert {row["sheet"] for row in batch.cases.rows()} == {"办件"}
    assert {len(row["file_hash"]) for row in batch.cases.rows()} == {64}


def test_a_head_of_two_rows_with_merged_cells_is_one_head(imported: Reader, workbook: Workbook) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        for column, name in enumerate(HEAD[:2]):
            sheet.merge_range(0, column, 1, column, name)
        sheet.merge_range(0, 2, 0, 3, "时间")
        put(sheet, [[None, None, "受理时间", "办结时间"], ["001", "住建局", "2026-03-02", "2026-03-05"]], 1)

    batch = imported({"merged.xlsx": workbook(fill)})
    assert seen(batch) == [("001", "2026-03-02 00:00", 3)]
    assert str(batch.cases.rows()[0]["concluded_on"]) == "2026-03-05"


def test_names_below_a_merged_cell_that_repeat_take_its_words_before_them(imported: Reader, workbook: Workbook) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD[:2])
        sheet.merge_range(0, 2, 0, 3, "受理")
        sheet.merge_range(0, 4, 0, 5, "办结")
        put(sheet, [[None, None, "时间", "人", "时间", "人"], ["001", "x", "2026-03-02", "张", "2026-03-05", "李"]], 1)

    (case,) = imported({"merged.xlsx": workbook(fill)}).cases.rows()
    assert (str(case["received_on"]), str(case["concluded_on"])) == ("2026-03-02", "2026-03-05")


def test_the_first_row_of_data_is_no_second_head(imported: Reader, workbook: Workbook) -> None:
    def fill(book: Any) -> None:
        put(
            book.add_worksheet(),
            [[*HEAD, None], ["001", "住建局", "2026-03-02", None, "无"], ["002", "x", "2026-03-03"]],
        )

    assert [number for number, _, _ in seen(imported({"plain.xlsx": workbook(fill)}))] == ["001", "002"]


def test_every_shown_sheet_is_read_and_the_others_are_named(imported: Reader, workbook: Workbook) -> None:
    def fill(book: Any) -> None:
        for month, number in (("三月", "001"), ("四月", "002"), ("旧", "003"), ("很旧", "004")):
            put(book.add_worksheet(month), [HEAD, [number, "住建局", "2026-03-02", "2026-03-05"]])
        book.get_worksheet_by_name("旧").hide()
        book.get_worksheet_by_name("很旧").very_hidden()
        put(book.add_worksheet("说明"), [["口径"], ["按月统计"]])
        book.add_worksheet("空")

    batch = imported({"months.xlsx": workbook(fill)})
    assert [(row["case_no"], row["sheet"]) for row in batch.cases.rows()] == [("001", "三月"), ("002", "四月")]
    left_out = [(code, facts.get("sheet")) for code, facts in batch.report.warnings]
    assert left_out == [
        ("intake.hidden_sheet", "旧"),
        ("intake.hidden_sheet", "很旧"),
        ("intake.sheet_left_out", "说明"),
    ]


def test_the_sheets_of_one_export_are_read_together(imported: Reader, told: Told, workbook: Workbook) -> None:
    def fill(book: Any) -> None:
        accept = ["project_no", "org_code", "apply_date", "accept_date"]
        put(book.add_worksheet("up_pro_accept"), [accept, ["P1", "A", "2026-03-02", "2026-03-03"]])
        put(
            book.add_worksheet("up_pro_result"),
            [["project_no", "result_date"], ["P1", "2026-03-09"], ["P9", "2026-03-09"]],
        )

    batch = imported({"export.xlsx": workbook(fill)})
    assert [(row["case_no"], str(row["concluded_on"])) for row in batch.cases.rows()] == [("P1", "2026-03-09")]
    assert told(batch) == [(3, "no_such_case")]


def test_numbers_keep_their_digits_or_are_refused(imported: Reader, told: Told, workbook: Workbook) -> None:
    def fill(book: Any) -> None:
        numbers = [1234567890123456, 123456789012345678, "0012", 12, "110105194912310021"]
        put(book.add_worksheet(), [HEAD, *([number, "住建局", 20260302] for number in numbers)])

    batch = imported({"numbers.xlsx": workbook(fill)})
    assert [number for number, _, _ in seen(batch)] == ["1234567890123456", "0012", "12", "110105194912310021"]
    assert told(batch) == [(3, "digits_lost")]


def test_formulas_give_their_values_and_very_long_cells_are_kept(imported: Reader, workbook: Workbook) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        put(sheet, [HEAD, ["001", "长" * 32767, "2026-03-02"]])
        sheet.write_formula(2, 0, '="00"&"2"', None, "002")
        sheet.write_row(2, 1, ["住建局", "2026-03-03"])

    batch = imported({"cells.xlsx": workbook(fill)})
    assert [number for number, _, _ in seen(batch)] == ["001", "002"]
    assert len(batch.cases.rows()[0]["agency_name"]) == 32767


def test_a_large_workbook_is_read_the_same_in_a_child_process(imported: Reader, workbook: Workbook) -> None:
    def fill(book: Any) -> None:
        put(book.add_worksheet("办件"), [HEAD, ["001", "住建局", "2026-03-02"]])
        put(book.add_worksheet("旧"), [HEAD, ["002", "住建局", "2026-03-02"]])
        book.get_worksheet_by_name("旧").hide()

    content = workbook(fill)
    here, child = imported({"a.xlsx": content}), imported({"b.xlsx": content}, in_child_above_bytes=0)
    assert here.cases.rows() == child.cases.rows()
    assert len(child.report.warnings) == 1


# -- the old format: a compound file that holds one stream of records --------------------------------------------------


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def label(row: int, column: int, text: str) -> bytes:
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def old_stream(cells: bytes, *, protection: bytes = b"") -> bytes:
    """The stream of a workbook of BIFF8 with one sheet."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)) + protection
    name = "办件".encode("utf-16-le")
    where = len(begin) + 4 + 8 + len(name) + 4
    sheet = record(0x0085, struct.pack("<IBBBB", where, 0, 0, 2, 1) + name)
    begin_sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    return begin + sheet + record(0x000A) + begin_sheet + cells + record(0x000A)


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file (OLE2) with one stream, long enough to stand in whole sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * (108 * 4)

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        coded = title.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(coded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return coded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream))
    return head + struct.pack("<128I", *table) + folder.ljust(512, b"\0") + stream


CELLS = b"".join(label(0, column, name) for column, name in enumerate(HEAD[:3]))
CELLS += label(1, 0, "001") + label(1, 1, "住建局") + label(1, 2, "2026-03-02")
CELLS += number(2, 0, 1234567890123456.0) + label(2, 1, "住建局") + number(2, 2, 46083.5)


def test_an_old_workbook_is_read(imported: Reader) -> None:
    batch = imported({"old.xls": compound(old_stream(CELLS))})
    assert seen(batch) == [("001", "2026-03-02 00:00", 2), ("1234567890123456", "2026-03-02 12:00", 3)]
    assert batch.sources[0].sheet == "办件"


def test_an_old_workbook_with_a_password_is_refused(imported: Reader) -> None:
    locked = compound(old_stream(CELLS, protection=record(0x002F, struct.pack("<HHH", 0, 0x1234, 0x5678))))
    with pytest.raises(EncryptedFileError, match="password"):
        imported({"locked.xls": locked})


def test_a_new_workbook_with_a_password_is_refused(imported: Reader) -> None:
    with pytest.raises(EncryptedFileError, match="password"):
        imported({"locked.xlsx": compound(b"x" * 4096, "EncryptedPackage")})


def test_other_old_office_files_and_other_names_are_refused(imported: Reader) -> None:
    with pytest.raises(WrongKindError, match="no Excel workbook"):
        imported({"letter.xls": compound(b"x" * 4096, "WordDocument")})
    with pytest.raises(WrongKindError, match="right ending"):
        imported({"old.xlsx": compound(old_stream(CELLS))})


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_workbook_that_was_cut_off_is_refused(imported: Reader, workbook: Workbook, share: float) -> None:
    whole = workbook(lambda book: put(book.add_worksheet(), [HEAD, ["001", "住建局", "2026-03-02"]]))
    with pytest.raises(DamagedFileError, match=r"book\.xlsx"):
        imported({"book.xlsx": whole[: int(len(whole) * share)]})


def test_a_workbook_without_rows_is_refused(imported: Reader, workbook: Workbook) -> None:
    for name, fill in {
        "empty.xlsx": lambda book: book.add_worksheet(),
        "head.xlsx": lambda book: put(book.add_worksheet(), [HEAD]),
    }.items():
        with pytest.raises(DamagedFileError, match="header and rows"):
            imported({name: workbook(fill)})
