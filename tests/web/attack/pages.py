"""Everything that the pages of a SQLite file tell of a row besides its contents: page, place, offset, row number.

Source  SQLite, "Database File Format", sections 1.6 (b-tree pages) and 2.1 (records)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

INTERIOR_INDEX, INTERIOR_TABLE, LEAF_INDEX, LEAF_TABLE = 2, 5, 10, 13
_FIXED = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # serial type -> bytes of an integer


class Cell(NamedTuple):
    """One row where it lies."""

    page: int
    place: int  # among the pointers of its page: the order of the key
    offset: int  # within the page: what was written last lies lowest
    rowid: int | None
    values: tuple[Any, ...]


def tables(file: Path) -> dict[str, int]:
    """The first page of each table."""
    with sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True) as opened:
        found = dict(opened.execute("select name, rootpage from sqlite_master where type = 'table'").fetchall())
    opened.close()
    return found


def cells(file: Path, table: str) -> list[Cell]:
    """The rows of a table as they lie in the pages, in the order of the tree."""
    data = file.read_bytes()
    size = int.from_bytes(data[16:18]) if data[16:18] != b"\0\1" else 65536
    usable = size - data[20]
    return list(_walk(data, size, usable, tables(file)[table]))


def _walk(data: bytes, size: int, usable: int, number: int) -> Iterator[Cell]:
    start = (number - 1) * size
    page = data[start : start + size]
    head = 100 if number == 1 else 0
    kind, count = page[head], int.from_bytes(page[head + 3 : head + 5])
    is_interior = kind in (INTERIOR_INDEX, INTERIOR_TABLE)
    pointers = head + (12 if is_interior else 8)
    for place in range(count):
        offset = at = int.from_bytes(page[pointers + 2 * place : pointers + 2 * place + 2])
        if is_interior:
            yield from _walk(data, size, usable, int.from_bytes(page[at : at + 4]))
            at += 4
            if kind == INTERIOR_TABLE:
                continue
        length, at = _varint(page, at)
        rowid = None
        if kind == LEAF_TABLE:
            rowid, at = _varint(page, at)
        yield Cell(number, place, offset, rowid, _record(page, at, min(length, size - at)))
    if is_interior:
        yield from _walk(data, size, usable, int.from_bytes(page[head + 8 : head + 12]))


def _record(page: bytes, start: int, length: int) -> tuple[Any, ...]:
    """The values of a record, as far as they lie on this page."""
    head, at = _varint(page, start)
    body, end = start + head, start + length
    values: list[Any] = []
    while at < start + head:
        kind, at = _varint(page, at)
        if kind == 0:
            values.append(None)
        elif kind in _FIXED:
            values.append(int.from_bytes(page[body : body + _FIXED[kind]], signed=True))
            body += _FIXED[kind]
        elif kind in (8, 9):
            values.append(kind - 8)
        elif kind == 7:
            values.append(page[body : body + 8])
            body += 8
        else:
            size = (kind - 12) // 2
            raw = page[body : min(body + size, end)]
            values.append(raw.decode(errors="replace") if kind % 2 else raw)
            body += size
    return tuple(values)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(9):
        byte = page[at + step]
        if step == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at + step + 1
    raise AssertionError
