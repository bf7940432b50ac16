"""Texts as counties send them: encodings, separators, broken lines. Nothing is replaced or lost without its line being told."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import pytest

from xiaoneng.core.errors import DamagedFileError, UnreadableFileError, WrongKindError
from xiaoneng.core.intake import Batch
from xiaoneng.core.text import decode, encoding_of

HEAD = "办件编号,受理部门,受理时间,办结时间\n"
TABLE = HEAD + "001,住建局,2026-03-02 09:00:00,2026-03-05\n002,𠀀㐂局,2026-03-03,\n"
BIG5 = "工單編號,承辦單位,受理時間,辦結時間\n001,建設局,2026-03-02 09:00:00,2026-03-05\n002,建設局,2026-03-03,\n"
Reader = Callable[..., Batch]
Told = Callable[[Batch], list[tuple[int, str]]]


def numbers(batch: Batch) -> list[str]:
    return [row["case_no"] for row in batch.cases.rows()]


def lines(batch: Batch) -> dict[str, int]:
    return {row["case_no"]: row["line"] for row in batch.cases.rows()}


@pytest.mark.parametrize(
    ("content", "encoding", "agencies"),
    [
        (TABLE.encode(), "utf-8", ["住建局", "𠀀㐂局"]),
        (codecs.BOM_UTF8 + TABLE.encode(), "utf-8-sig", ["住建局", "𠀀㐂局"]),
        (TABLE.encode("gb18030"), "gb18030", ["住建局", "𠀀㐂局"]),  # the rare characters take four bytes
        (TABLE.replace("𠀀㐂", "民政").encode("gbk"), "gb18030", ["住建局", "民政局"]),
        (BIG5.encode("big5"), "big5", ["建設局", "建設局"]),
        (TABLE.encode("utf-16"), "utf-16", ["住建局", "𠀀㐂局"]),
        (TABLE.encode("utf-16-le"), "utf-16-le", ["住建局", "𠀀㐂局"]),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "utf-16", ["住建局", "𠀀㐂局"]),
    ],
)
def test_every_usual_encoding_is_recognised(
    imported: Reader, content: bytes, encoding: str, agencies: list[str]
) -> None:
    batch = imported({"cases.csv": content})
    assert [row["agency_name"] for row in batch.cases.rows()] == agencies
    assert numbers(batch) == ["001", "002"]  # leading zeros stay
    assert batch.sources[0].encoding == encoding
    told = [code for code, _ in batch.report.warnings]
    assert ("intake.confirm_encoding" in told) == (encoding not in ("utf-8", "utf-8-sig"))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_bytes_that_are_no_text_are_named_with_their_line_and_the_other_rows_stay(
    imported: Reader, told: Told, encoding: str
) -> None:
    table = BIG5 if encoding == "big5" else TABLE
    damaged = table.encode(encoding) + b"003,a\xffb,2026-03-03,\n" + "004,建局,2026-03-04,\n".encode(encoding)
    batch = imported({"cases.csv": damaged})
    assert numbers(batch) == ["001", "002", "004"]
    assert told(batch) == [(4, "unreadable_bytes")]
    assert lines(batch)["004"] == 5
    assert not batch.report.can_be_imported


def test_a_file_cut_through_a_character_stays_utf8() -> None:
    assert encoding_of(["办件编号受理部门".encode()[:-1]]) == "utf-8"
    assert encoding_of(["漏洞".encode("gb18030")]) == "gb18030"  # its first two bytes are valid UTF-8 by chance
    decoded = decode("第一行\n第二".encode() + b"\xff\n")
    assert decoded.warnings == ((2, "unreadable_bytes"),)


def test_zero_bytes_are_refused_at_the_beginning_and_named_further_on(imported: Reader, told: Told) -> None:
    with pytest.raises(WrongKindError, match="neither text"):
        imported({"cases.csv": TABLE.encode() + b"003,a\0b,2026-03-03,\n"})
    far = TABLE.encode() + b"".join(b"%05d,x,2026-03-03,\n" % number for number in range(400))
    batch = imported({"far.csv": far + b"9,a\0b,2026-03-03,\n"})
    assert batch.cases.count() == 402
    assert told(batch) == [(404, "unreadable_bytes")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(imported: Reader, separator: str) -> None:
    assert numbers(imported({"cases.csv": TABLE.replace(",", separator)})) == ["001", "002"]
    assert numbers(imported({"hinted.csv": f"sep={separator}\n" + TABLE.replace(",", separator)})) == ["001", "002"]


def test_the_full_width_comma_is_refused_with_advice(imported: Reader) -> None:
    with pytest.raises(UnreadableFileError, match="full-width comma"):
        imported({"cases.csv": TABLE.replace(",", "，")})


def test_lines_are_those_of_the_file_where_quoted_cells_are_broken(imported: Reader) -> None:
    batch = imported({"cases.csv": TABLE + '003,"住\n建""局",2026-03-03,\n004,"a,b",2026-03-04,\n'})
    assert lines(batch) == {"001": 2, "002": 3, "003": 4, "004": 6}
    assert batch.cases.rows()[2]["agency_name"] == '住\n建"局'


def test_a_broken_title_or_head_takes_no_row_with_it(imported: Reader) -> None:
    """The engine counts records, an editor lines: a title of two lines is one record."""
    titled = imported({"titled.csv": '"某县\n2026年3月办件台账",,,\n' + TABLE})
    assert lines(titled) == {"001": 4, "002": 5}
    headed = imported({"headed.csv": TABLE.replace("受理部门", '"受理\n部门"')})
    assert lines(headed) == {"001": 3, "002": 4}


def test_titles_and_notes_above_the_head_are_passed_over(imported: Reader) -> None:
    batch = imported({"cases.csv": "某县2026年3月办件台账\n\n填报单位：住建局,,,\n" + TABLE})
    assert lines(batch) == {"001": 5, "002": 6}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(imported: Reader, end: str) -> None:
    assert lines(imported({"cases.csv": TABLE.replace("\n", end)})) == {"001": 2, "002": 3}


def test_mixed_line_ends_are_read(imported: Reader) -> None:
    assert lines(imported({"cases.csv": TABLE.replace("\n", "\r\n", 1)})) == {"001": 2, "002": 3}
    assert lines(imported({"other.csv": TABLE + "003,x,2026-03-04,\r\n"})) == {"001": 2, "002": 3, "003": 4}


def test_blank_lines_and_rows_of_nothing_but_separators_are_no_records(imported: Reader, told: Told) -> None:
    batch = imported({"cases.csv": TABLE.replace("\n", "\n\n") + ",,,\n"})
    assert lines(batch) == {"001": 3, "002": 5}
    assert told(batch) == [(7, "note_row")]
    assert batch.report.can_be_imported


def test_rows_with_other_widths_are_named_with_their_line_and_text(imported: Reader) -> None:
    batch = imported({"cases.csv": TABLE + "003,住建局,2026-03-03\n004,x,2026-03-04,,\n005,x,2026-03-04,,7,8\n"})
    aside = [(row["line"], row["reason"], row["value"]) for row in batch.set_aside.rows()]
    assert aside[0] == (4, "ragged_row", "003,住建局,2026-03-03")
    assert {line for line, reason, _ in aside if reason == "ragged_row"} >= {4, 6}


def test_an_open_quotation_mark_names_the_line_where_it_opens(imported: Reader) -> None:
    batch = imported({"cases.csv": TABLE + '003,5" pipe,2026-03-03,\n004,"open,2026-03-03,\n005,x,2026-03-03,\n'})
    assert [row["line"] for row in batch.set_aside.rows() if row["reason"] == "ragged_row"] == [5]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_text_after_a_closing_quotation_mark_makes_its_row_unreadable(
    imported: Reader, told: Told, encoding: str
) -> None:
    """The engine takes it for bytes that are no UTF-8, however often the file is written anew."""
    batch = imported({"cases.csv": (TABLE + '"003"县,住建局,2026-03-03,\n004,x,2026-03-04,\n').encode(encoding)})
    assert numbers(batch) == ["001", "002", "004"]
    assert told(batch) == [(4, "ragged_row")]


def test_names_that_repeat_or_lack_stay_apart(imported: Reader) -> None:
    batch = imported({"cases.csv": "办件编号,受理部门,受理时间,受理时间,,\n001,住建局,2026-03-02,2026-03-09,x,y\n"})
    assert [str(row["received_on"]) for row in batch.cases.rows()] == ["2026-03-02"]  # the first of the two
    assert [note.column for note in batch.report.columns][2:] == ["受理时间", "受理时间_2", "column_5", "column_6"]


@pytest.mark.parametrize("content", [HEAD, HEAD + "\n\n", "\n", "办件编号\n"])
def test_a_table_without_rows_is_refused(imported: Reader, content: str) -> None:
    with pytest.raises(UnreadableFileError):
        imported({"cases.csv": content})


def test_very_long_cells_are_kept_and_what_is_longer_is_named(imported: Reader, told: Told) -> None:
    long, longer = "长" * 200_000, "长" * 6_000_000
    batch = imported({"cases.csv": TABLE + f'003,"{long}",2026-03-03,\n004,"{longer}",2026-03-04,\n'})
    assert batch.cases.rows()[2]["agency_name"] == long
    assert [line for line, _ in told(batch)] == [5]


def test_a_damaged_table_is_refused_by_name(imported: Reader) -> None:
    with pytest.raises((DamagedFileError, UnreadableFileError), match=r"wide\.csv"):
        imported({"wide.csv": ",".join(f"c{number}" for number in range(2500)) + "\n" + ",".join("1" * 2500) + "\n"})


def test_notes_mean_the_same_to_the_text_reader_and_to_the_engine(imported: Reader, engine: Any) -> None:
    """Below a table stand totals and remarks; where they have not the table's columns, the text reader names them."""
    notes = ["合计,4", "总 计,4", "备注：截至三月底", "制表人：张三", "说明", "注：见附件", "Total,4", "审核：李四"]
    batch = imported({"cases.csv": TABLE + "\n".join(notes) + "\n注册变更,4\n"})
    reasons = [row["reason"] for row in batch.set_aside.rows()]
    assert reasons == ["note_row"] * len(notes) + ["ragged_row"]
    whole = imported({"whole.csv": TABLE + "".join(f"{note.split(',')[0]},,,\n" for note in notes)})
    assert [row["reason"] for row in whole.set_aside.rows()] == ["note_row"] * len(notes)
    assert whole.cases.count() == 2
