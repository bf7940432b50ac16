"""Cells into values: days and moments in every spelling, numbers, codes, and what only looks like a value."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from xiaoneng.core.intake import Batch, mapped_profile

Reader = Callable[..., Batch]
Told = Callable[[Batch], list[tuple[int, str]]]
HEAD = "办件编号,受理部门,受理时间,办结时间,承诺时限\n"


def received(batch: Batch) -> list[str]:
    return [f"{row['received_at']:%Y-%m-%d %H:%M:%S}" for row in batch.cases.rows()]


MOMENTS = [
    ("2026-03-02", "2026-03-02 00:00:00"),
    ("2026/3/2 9:05", "2026-03-02 09:05:00"),
    ("2026.3.2 9:05", "2026-03-02 09:05:00"),
    ("2026年3月2日", "2026-03-02 00:00:00"),
    ("2026年03月02日 09:05:07", "2026-03-02 09:05:07"),
    ("2026年3月2日9时5分", "2026-03-02 09:05:00"),
    ("2026年3月2日 09时05分07秒", "2026-03-02 09:05:07"),
    ("2026年3月2日下午3时20分", "2026-03-02 15:20:00"),
    ("2026-03-02 12:30 AM", "2026-03-02 00:30:00"),
    ("20260302", "2026-03-02 00:00:00"),
    ("20260302090507", "2026-03-02 09:05:07"),
    ("20260302T0905", "2026-03-02 09:05:00"),
    ("20260302 09:05", "2026-03-02 09:05:00"),
    ("２０２６－０３－０２　０９：０５", "2026-03-02 09:05:00"),
    ("2026-03-02T09:05:00+08:00", "2026-03-02 09:05:00"),
    ("2026-03-02T01:05:00Z", "2026-03-02 09:05:00"),
    ("2026-03-02 01:05:00 UTC", "2026-03-02 09:05:00"),
    ("2026-03-02 02:05:00 +0100", "2026-03-02 09:05:00"),
    ("1772413500", "2026-03-02 09:05:00"),  # seconds since 1970: 2026-03-02T01:05:00Z
    ("1772413500000", "2026-03-02 09:05:00"),
    ("46083", "2026-03-02 00:00:00"),  # day 46,083 from 1899-12-30
    ("46083.378472", "2026-03-02 09:05:00"),
    ("  2026-03-02  ", "2026-03-02 00:00:00"),
]
NO_MOMENTS = (
    "soon",
    "2026-02-30",
    "2026-13-01",
    "2026",
    "03/04/2026",
    "26-3-2",
    "now",
    "infinity",
    "9999-12-31",
    "7",
    "9:05",
)
NO_MOMENTS += ("2026-03-02 09:05:00 CST",)  # China's time or Chicago's


def test_a_moment_is_read_in_every_usual_spelling(imported: Reader) -> None:
    rows = "".join(f"{number},住建局,{written},,\n" for number, (written, _) in enumerate(MOMENTS))
    assert received(imported({"cases.csv": HEAD + rows})) == [moment for _, moment in MOMENTS]


def test_what_is_no_moment_or_not_surely_one_is_told_and_not_guessed(imported: Reader) -> None:
    rows = "".join(f"{number},住建局,{written},,\n" for number, written in enumerate(NO_MOMENTS))
    batch = imported({"cases.csv": HEAD + rows})
    assert batch.cases.count() == 0
    told = [(row["reason"], row["column"], row["value"]) for row in batch.set_aside.rows()]
    assert told == [("unreadable_time", "received_at", written) for written in NO_MOMENTS]
    assert all("2026-01-05" in row["advice"] for row in batch.set_aside.rows())


@pytest.mark.parametrize(
    ("first", "second", "days", "order"),
    [
        ("31/12/2025 23:00:00", "01/02/2026 10:00", ["2025-12-31 23:00:00", "2026-02-01 10:00:00"], "dd/mm/yyyy"),
        ("31-12-2025", "01.02.2026", ["2025-12-31 00:00:00", "2026-02-01 00:00:00"], "dd/mm/yyyy"),
        ("12/31/2025 11:00 PM", "01/02/2026", ["2025-12-31 23:00:00", "2026-01-02 00:00:00"], "mm/dd/yyyy"),
    ],
)
def test_the_order_of_day_and_month_is_found_from_all_dates_of_a_file(
    imported: Reader, first: str, second: str, days: list[str], order: str
) -> None:
    batch = imported({"cases.csv": f"{HEAD}001,住建局,{first},,\n002,住建局,{second},,\n"})
    assert received(batch) == days
    assert ("intake.day_order", {"file": "cases.csv", "order": order}) in batch.report.warnings


def test_another_column_may_tell_the_order(imported: Reader) -> None:
    batch = imported({"cases.csv": f"{HEAD}001,住建局,03/04/2026,25/04/2026,\n"})
    assert received(batch) == ["2026-04-03 00:00:00"]


@pytest.mark.parametrize("pair", [("01/02/2026", "03/04/2026"), ("31/01/2026", "01/31/2026")])
def test_an_order_that_no_date_tells_or_two_contradict_is_not_guessed(
    imported: Reader, told: Told, pair: tuple[str, str]
) -> None:
    batch = imported({"cases.csv": f"{HEAD}001,住建局,{pair[0]},,\n002,住建局,{pair[1]},,\n"})
    assert told(batch) == [(2, "unreadable_time"), (3, "unreadable_time")]
    assert batch.cases.count() == 0


def test_limits_are_whole_numbers_or_unknown(imported: Reader) -> None:
    limits = {
        "20个工作日": (20, "workday"),
        "２０工作日": (20, "workday"),
        '"1,000日"': (1000, "day"),
        "20.0": (20, "workday"),  # 许可法 82
        "3 天": (3, "day"),
        "3-5个工作日": (None, None),  # two numbers
        "1.5": (None, None),
        "-5": (None, None),
        "": (None, None),
    }
    rows = "".join(f"{number},住建局,2026-03-02,,{written}\n" for number, written in enumerate(limits))
    cases = imported({"cases.csv": HEAD + rows}).cases.rows()
    assert [(case["promised_limit"], case["promised_unit"]) for case in cases] == list(limits.values())


def test_fines_may_have_thousands_separators(imported: Reader) -> None:
    head = "CF_WSH,CF_CFJG,CF_JDRQ,CF_NR_FK\n"
    (fine,) = imported({"fines.csv": head + 'A〔2026〕1号,城管局,2026-03-02,"1,234.5"\n'}).published_decisions.rows()
    assert fine["fine_yuan"] == 12_345_000


def test_words_for_nothing_are_unknown_in_tables(imported: Reader) -> None:
    words = ["NA", "N/A", "#N/A", "NULL", "(null)", "\\N", "nan", "None", "　", ""]
    rows = "".join(f"{number},住建局,2026-03-02,{word},\n" for number, word in enumerate(words))
    cases = imported({"cases.csv": HEAD + rows}).cases.rows()
    assert [case["concluded_at"] for case in cases] == [None] * len(words)


def test_a_needed_name_na_is_told_and_never_dropped(imported: Reader, told: Told) -> None:
    """NA may be a code or a name; a table cannot tell, so the row is refused where the name is needed."""
    batch = imported({"cases.csv": f"{HEAD}001,NA,2026-03-02,,\nNA,住建局,2026-03-02,,\nNAN7,NAB,2026-03-02,,\n"})
    assert told(batch) == [(2, "no_agency"), (3, "no_case_no")]
    assert [(row["case_no"], row["agency"]) for row in batch.cases.rows()] == [("NAN7", "NAB")]
    assert not batch.report.can_be_imported


def test_a_saved_mapping_says_which_other_words_mean_nothing(imported: Reader) -> None:
    columns = {"编号": "case_no", "单位": "agency_name", "收件": "received_at", "办结": "concluded_at"}
    made = mapped_profile("own", "cases", columns)
    table = "编号,单位,收件,办结\n001,住建局,2026-03-02,未办结\n"
    own = dataclasses.replace(made, missing=("未办结", "1900-01-01"))
    (case,) = imported({"cases.csv": table}, profile=own).cases.rows()
    assert case["concluded_at"] is None
    assert imported({"again.csv": table}, profile=made).cases.count() == 0  # without it the word is an unreadable time


def test_numbers_that_lost_their_digits_are_refused_and_never_merged(imported: Reader, told: Told) -> None:
    """A spreadsheet shows 110105194912310021 as 1.10105E+17: two cases would become one."""
    rows = "1.10105E+17,住建局,2026-03-02,,\n1.10105E+17,住建局,2026-03-03,,\n110105194912310021,住建局,2026-03-04,,\n"
    batch = imported({"cases.csv": HEAD + rows})
    assert told(batch) == [(2, "digits_lost"), (3, "digits_lost")]
    assert [row["case_no"] for row in batch.cases.rows()] == ["110105194912310021"]
    log = imported({"log.csv": "case_id,activity,timestamp\n1.1E+17,a,2026-03-02\n1,a,2026-03-02\n"})
    assert log.cases.count() == 1


def test_totals_and_remarks_below_a_table_are_no_cases(imported: Reader, told: Told) -> None:
    batch = imported({"cases.csv": f"{HEAD}001,住建局,2026-03-02,,\n合计,1,,,\n备注：截至三月底,,,,\n"})
    assert told(batch) == [(3, "note_row"), (4, "note_row")]
    assert batch.cases.count() == 1
    assert batch.report.can_be_imported  # nothing is lost by leaving them out
    log = imported({"log.csv": "case_id,activity,timestamp\n1,a,2026-03-02\n合计,,\n"})
    assert told(log) == [(3, "note_row")]
