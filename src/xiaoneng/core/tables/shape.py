"""What the shape of a table is: its columns, their types, units and meaning.

Types are those of the embedded engine: VARCHAR, INTEGER, BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMPTZ.
A column in `_at` is an instant (TIMESTAMPTZ); a column in `_on` is the local calendar day of the records' own time zone.
Unknown is NULL: it is neither zero nor false.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..errors import TableShapeError


class HasColumns(Protocol):
    """Anything that can tell its columns and their types."""

    @property
    def columns(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, engine type and meaning."""

    name: str
    type: str
    meaning: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Shape:
    """The declared shape of a table; `key` names the columns that make a row unique."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def types(self) -> dict[str, str]:
        return {column.name: column.type for column in self.columns}

    def check(self, table: HasColumns) -> None:
        """Refuse a table that lacks a declared column or holds it in another type."""
        there = dict(table.columns)
        for column in self.columns:
            if column.name not in there:
                raise TableShapeError(f"{self.name}: no column {column.name}; it has {', '.join(there)}")
            if not _same_type(column.type, there[column.name]):
                raise TableShapeError(
                    f"{self.name}: column {column.name} is {there[column.name]}, it must be {column.type}"
                )

    def with_columns(self, name: str, row: str, *columns: Column) -> Shape:
        """This shape with more columns, under another name."""
        return Shape(name, row, self.columns + columns, self.key)


_SAME = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ", "STRING": "VARCHAR", "TEXT": "VARCHAR", "INT": "INTEGER"}


def _same_type(declared: str, found: str) -> bool:
    found = found.upper()
    return _SAME.get(found, found) == declared.upper()


def drawn_columns(drawn: str) -> tuple[Column, ...]:
    """Read columns drawn as `name | TYPE | meaning` lines."""
    columns = []
    for line in filter(str.strip, drawn.splitlines()):
        name, kind, meaning = (part.strip() for part in line.split("|", 2))
        columns.append(Column(name, kind, meaning))
    return tuple(columns)
