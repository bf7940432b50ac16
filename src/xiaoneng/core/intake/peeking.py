"""A first look at a file: its columns with some values, for the page on which columns are mapped by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xiaoneng.core.engine import Engine

from .batch import ReadOptions
from .mapping import columns_of
from .reading import raw_rows

_LONGEST_SAMPLE = 60  # characters


@dataclass(frozen=True)
class Peek:
    """One file or sheet: its columns in order, and some different values of each."""

    file_name: str
    sheet: str
    rows: int
    samples: dict[str, list[str]]


def peek(paths: Sequence[Path], *, engine: Engine, options: ReadOptions | None = None, most: int = 3) -> list[Peek]:
    """What the columns of these files are called, and what stands in them.

    Raises  IntakeError where a file cannot be read
    """
    found = []
    for raw in raw_rows(paths, engine, options or ReadOptions()):
        samples: dict[str, list[str]] = {}
        for table in filter(None, (raw.table, raw.cases)):
            named = [column for column in columns_of(raw) if column in table.columns]
            for column in named:
                values = table.head(column, rows=200)
                known = dict.fromkeys(str(value)[:_LONGEST_SAMPLE] for value in values if value not in (None, ""))
                samples[column] = list(known)[:most]
        found.append(Peek(raw.source.file_name, raw.source.sheet, raw.source.rows, samples))
    return found
