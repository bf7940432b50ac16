"""A file of ballots for the drill: one line a ballot, one column an appraisee."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import ScreeningError
from ..text import decode
from .ballots import Ballots, BatchKind, Floats

STRATUM, BUCKET = "stratum", "bucket"


def read_ballots(path: Path, *, lowest: float = 1, top: float = 5, is_public: bool = False) -> Ballots:
    """Ballots from a CSV file.

    In      columns station, code_batch, device: labels of batches; stratum; bucket: number of a coarse stretch of time; every
            other column is an appraisee, its cells whole marks, empty where there was no contact
    Raises  ScreeningError naming line and column of the first cell that is no mark, and where there are no ballots or no batches
    """
    rows = list(csv.reader(io.StringIO(decode(path.read_bytes()).text)))
    if len(rows) < 2:
        raise ScreeningError(f"{path.name}: no ballots; one line a ballot below a line of column names is needed")
    heads, lines = [head.strip() for head in rows[0]], [row for row in rows[1:] if row]
    for number, row in enumerate(lines, 2):
        if len(row) != len(heads):
            raise ScreeningError(
                f"{path.name}, line {number}: {len(row)} cells for {len(heads)} columns; correct the line"
            )
    if len(set(heads)) != len(heads):
        raise ScreeningError(f"{path.name}: two columns have the same name; rename one")
    columns = {head: [row[place].strip() for row in lines] for place, head in enumerate(heads)}
    kinds = [kind for kind in BatchKind if kind in columns]
    if not kinds and BUCKET not in columns:
        raise ScreeningError(f"{path.name}: no batches; a column station, code_batch or device is needed")
    names = [head for head in heads if head not in {STRATUM, BUCKET, *BatchKind}]
    if not names:
        raise ScreeningError(f"{path.name}: no column of an appraisee; each holds the marks given to one")
    marks = np.column_stack([_numbers(path, name, columns[name]) for name in names])
    buckets = _numbers(path, BUCKET, columns[BUCKET]) if BUCKET in columns else None
    if buckets is not None and np.isnan(buckets).any():
        raise ScreeningError(
            f"{path.name}: a ballot has no bucket; give every ballot its stretch of time or leave out the column"
        )
    return Ballots(
        marks=marks,
        strata=np.array(columns.get(STRATUM, [""] * len(lines))),
        batches={str(kind): np.array(columns[kind]) for kind in kinds},
        lowest=lowest,
        top=top,
        buckets=None if buckets is None else buckets.astype(np.int64),
        is_public=is_public,
        appraisees=tuple(names),
    )


def _numbers(path: Path, name: str, cells: Sequence[str]) -> Floats:
    numbers = np.full(len(cells), np.nan)
    for place, cell in enumerate(cells):
        if cell:
            if not cell.lstrip("-").isdecimal():
                raise ScreeningError(
                    f"{path.name}, line {place + 2}, {name}: {cell!r} is no whole number; empty means no contact"
                )
            numbers[place] = int(cell)
    return numbers
