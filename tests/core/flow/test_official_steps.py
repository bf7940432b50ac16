"""The official list of steps as offices write it: read in either language and encoding, or refused with the place at fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import DamagedFileError, OfficialStepsError
from xiaoneng.core.flow import read_official_steps

CHINESE = """\
事项,环节,必经,权重,先行环节,依据
取水许可,受理,是,,,行政许可法第三十二条
取水许可,审查,是,2,受理,取水许可管理办法第十二条
取水许可,听证,否,0.5,受理; 审查,
取水许可,决定,是,3,审查；听证；审查,行政许可法第三十七条
采伐许可,受理,是,,,
"""
ENGLISH = """\
Item,Step,Required,Weight,After,Basis
取水许可,受理,yes,,,行政许可法第三十二条
取水许可,审查,Y,2,受理,取水许可管理办法第十二条
取水许可,听证,no,0.5,受理;审查,
取水许可,决定,1,3,审查;听证,行政许可法第三十七条
采伐许可,受理,true,,,
"""
STEPS = [
    ("取水许可", "受理", True, None, "行政许可法第三十二条"),
    ("取水许可", "审查", True, 2.0, "取水许可管理办法第十二条"),
    ("取水许可", "听证", False, 0.5, None),
    ("取水许可", "决定", True, 3.0, "行政许可法第三十七条"),
    ("采伐许可", "受理", True, None, None),
]
ORDER = [
    ("取水许可", "受理", "审查"),
    ("取水许可", "受理", "听证"),
    ("取水许可", "审查", "听证"),
    ("取水许可", "审查", "决定"),
    ("取水许可", "听证", "决定"),
]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(threads=1) as made:
        yield made


def read_bytes(engine: Engine, folder: Path, data: bytes, name: str = "steps.csv") -> tuple[list[tuple], list[tuple]]:  # type: ignore[type-arg]
    path = folder / name
    path.write_bytes(data)
    steps, order = read_official_steps(engine, path)
    return [tuple(row.values()) for row in steps.rows()], [tuple(row.values()) for row in order.rows()]


@pytest.mark.parametrize(
    "data",
    [
        CHINESE.encode(),
        CHINESE.encode("utf-8-sig"),
        CHINESE.encode("gbk"),
        CHINESE.replace("\n", "\r\n").encode("gb18030"),
        ENGLISH.encode(),
    ],
    ids=["utf-8", "utf-8-sig", "gbk", "gb18030 with CRLF", "English"],
)
def test_both_languages_and_encodings_give_the_same_list(engine: Engine, tmp_path: Path, data: bytes) -> None:
    assert read_bytes(engine, tmp_path, data) == (STEPS, ORDER)


def test_a_workbook_is_read_like_a_csv(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "steps.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("办理流程")
        for number, line in enumerate(CHINESE.splitlines()):
            sheet.write_row(number, 0, line.split(","))
    steps, order = read_official_steps(engine, path)
    assert [tuple(row.values()) for row in steps.rows()] == STEPS
    assert [tuple(row.values()) for row in order.rows()] == ORDER


def test_without_the_column_every_step_is_required(engine: Engine, tmp_path: Path) -> None:
    steps, order = read_bytes(engine, tmp_path, "事项,环节\n取水许可,受理\n取水许可,决定\n".encode())
    assert steps == [("取水许可", "受理", True, None, None), ("取水许可", "决定", True, None, None)]
    assert order == []


def test_the_same_step_may_stand_in_two_items(engine: Engine, tmp_path: Path) -> None:
    steps, _ = read_bytes(engine, tmp_path, "item,step\na,受理\nb,受理\n".encode())
    assert [row[:2] for row in steps] == [("a", "受理"), ("b", "受理")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("事项,环节,时限\na,受理,3\n", r"steps\.csv: there is no column '时限'; the columns are 事项 item, 环节 step"),
        ("事项,必经\na,是\n", r"steps\.csv: column 环节 step is missing; add it"),
        ("必经,权重\n是,1\n", "column 事项 item and 环节 step is missing"),
        ("事项,item,环节\na,a,受理\n", "columns '事项' and 'item' mean the same; leave one out"),
        ("事项,环节\na,受理\na,决定\na,受理\n", r"line 4: a has the step 受理 on line 2 already; leave one out"),
        ("事项,环节,先行环节\na,决定,审查\n", "line 2: 审查 is to come before 决定, but is no step of a"),
        ("事项,环节,先行环节\na,受理,\nb,决定,受理\n", "line 3: 受理 is to come before 决定, but is no step of b"),
        (
            "事项,环节,先行环节\na,受理,决定\na,审查,受理\na,决定,审查\n",
            r"the order of a runs in a circle \(.*受理.*\); break it",
        ),
        ("事项,环节,先行环节\na,受理,受理\n", r"the order of a runs in a circle \(受理 → 受理\)"),
        ("事项,环节,必经\na,受理,\n", "line 2: required .* is ''; write 是 or 否, yes or no"),
        ("事项,环节,必经\na,受理,大概\n", "line 2: required .* is '大概'; write 是 or 否"),
        ("事项,环节,权重\na,受理,重\n", "line 2: the weight .* is '重'; write a number of at least 0"),
        ("事项,环节,权重\na,受理,-1\n", "line 2: the weight .* is '-1'; write a number"),
        ("事项,环节,权重\na,受理,nan\n", "line 2: the weight .* is 'nan'; write a number"),
        ("事项,环节,权重\na,受理,inf\n", "line 2: the weight .* is 'inf'; write a number"),
        ("事项,环节\na,受理\n,决定\n", "line 3: the item is empty; write it in every row"),
        ("事项,环节,依据\na,,某条\n", "line 2: the step is empty; write it in every row"),
        ("事项,环节\na,受理,再来\nb,决定\nb,受理\n", "line 2: has not the columns of the header"),
    ],
)
def test_a_list_that_cannot_be_trusted_is_refused_with_the_place(
    engine: Engine, tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(OfficialStepsError, match=said):
        read_bytes(engine, tmp_path, text.encode())
    assert engine.names() == set()


def test_two_sheets_are_refused_by_their_names(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "steps.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("取水", "采伐"):
            book.add_worksheet(name).write_row(0, 0, ["事项", "环节"])
            book.get_worksheet_by_name(name).write_row(1, 0, ["a", "受理"])
    with pytest.raises(OfficialStepsError, match=r"has several sheets \(取水, 采伐\); keep the list in one"):
        read_official_steps(engine, path)


def test_a_file_without_rows_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="no row below the header"):
        read_bytes(engine, tmp_path, "事项,环节\n".encode())
