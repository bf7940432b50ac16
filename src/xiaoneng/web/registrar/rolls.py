"""A roll from a file: CSV or XLSX with the columns stratum, name, contact (类别、姓名、联系方式)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import python_calamine

from .actions import RollRow
from .refusals import RollError

HEADS = {
    "stratum": ("stratum", "类别", "类别代码", "层"),
    "name": ("name", "姓名"),
    "contact": ("contact", "联系方式", "地址", "部门", "单位"),
}
MOST_BYTES = 32 * 1024 * 1024
MOST_UNPACKED = 512 * 1024 * 1024
# What a spreadsheet would take for a formula; a telephone number may begin with + or -
_FORMULA = re.compile(r"[=＝@＠\t\r]|[+＋\-－](?![0-9０-９ ])")


def read_roll(file: Path) -> list[RollRow]:
    """The persons of a roll, in the order of the file; empty lines are left out.

    Raises  RollError where it cannot be read, a column is missing, or a cell would run as a formula
    """
    if file.stat().st_size > MOST_BYTES:
        raise RollError(f"{file.name} is larger than {MOST_BYTES // 1024**2} MiB: a roll has three columns only")
    rows = _sheet(file) if file.suffix.lower() in (".xlsx", ".xls") else _lines(file)
    head = next(rows, [])
    names = [cell.strip().lower() for cell in head]
    places = {field: next((names.index(name) for name in known if name in names), -1) for field, known in HEADS.items()}
    for field in ("stratum", "name"):
        if places[field] < 0:
            raise RollError(
                f"{file.name} has no column {field} ({HEADS[field][1]}); it has {', '.join(names) or 'none'}"
            )
    people = []
    for line, row in enumerate(rows, 2):
        cells = {field: row[at].strip() if 0 <= at < len(row) else "" for field, at in places.items()}
        if not any(cells.values()):
            continue
        for field, cell in cells.items():
            if _FORMULA.match(cell):
                raise RollError(f"{file.name}, line {line}: {field} begins like a formula: write it as plain text")
        people.append(RollRow(**cells))
    return people


def _lines(file: Path) -> Iterator[list[str]]:
    data = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        yield from csv.reader(io.StringIO(text, newline=""))
        return
    raise RollError(f"{file.name} is no text in UTF-8 or GB18030: save it as CSV or XLSX once more")


def _sheet(file: Path) -> Iterator[list[str]]:
    try:
        if file.suffix.lower() == ".xlsx":
            with ZipFile(file) as packed:
                if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                    raise RollError(f"{file.name} unpacks to more than a roll can hold: save it once more")
        rows = python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    except (BadZipFile, OSError, IndexError, python_calamine.CalamineError) as error:
        raise RollError(f"{file.name} cannot be read as a workbook ({error}): save it once more") from None
    for row in rows:
        yield [_told(cell) for cell in row]


def _told(cell: object) -> str:
    """A number that is whole is written without its point: 13800000000, not 13800000000.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
