"""CSV in any of the usual encodings and separators, read by the engine; a line number for every row."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from xiaoneng.core.engine import Engine, EngineError, Table
from xiaoneng.core.errors import DamagedFileError, UnreadableFileError
from xiaoneng.core.text import encoding_of, sample_lines, transcoded

from .batch import MIB, Raw, ReadOptions, Source
from .formats import Kind, gunzipped

_SAMPLE_BYTES = 256 * 1024
_SEPARATORS = (",", "\t", ";", "|", "，")
_HEADER_WITHIN = 12  # a title and notes may stand above the header
_MOST_LISTED = 1000


@dataclass(frozen=True)
class Layout:
    """How a delimited text is laid out: its separator, its column names, and how many lines stand before the rows."""

    separator: str
    columns: tuple[str, ...]
    lines_before: int


def read_delimited(
    path: Path, kind: Kind, source: Source, engine: Engine, options: ReadOptions, spill: Path
) -> list[Raw]:
    """The rows of a CSV under its own column names, every value as text.

    In      spill: a folder for the UTF-8 copy that a file in another encoding, or a packed one, needs
    Out     one Raw; rows with too few or too many cells are `bad_rows` with their line and text
    Raises  DamagedFileError, UnreadableFileError
    """
    plain, encoding, newlines = _as_utf8(path, kind, options, spill)
    with plain.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    text = head.decode("utf-8", "ignore").removeprefix("\ufeff")
    layout = layout_of(text, path.name)
    try:
        table, rejects = engine.from_csv(
            "raw_rows", plain, columns=layout.columns, separator=layout.separator, skip=layout.lines_before
        )
    except (EngineError, UnicodeDecodeError) as error:
        raise DamagedFileError(f"{path.name}: cannot be read as CSV ({_first_line(error)}); export it again") from None
    if any(one["error_type"] == "INVALID ENCODING" for one in rejects):
        table.drop()
        return read_delimited(path, replace(kind, newlines=-1), source, engine, options, spill)
    rows = table.count()
    if rows == 0 and not rejects:
        raise DamagedFileError(
            f"{path.name}: no row below the header ({', '.join(layout.columns[:10])}); export it again"
        )
    line = f"+{layout.lines_before + 1}"
    bad: tuple[dict[str, Any], ...] = ()
    if rejects or newlines not in (rows + layout.lines_before, rows + layout.lines_before - 1):
        table, bad = _with_lines(table, plain, layout, rejects, engine)
        line = "_line"
    source = replace(source, rows=rows + len(bad), encoding=encoding, sample_lines=sample_lines(text))
    return [Raw(table, source, line=line, bad_rows=bad)]


def layout_of(text: str, file_name: str) -> Layout:
    """Separator and header of a delimited text, from its first lines.

    Raises  UnreadableFileError where no header can be made out
    """
    best: tuple[float, int, str, list[list[str]], list[int]] | None = None
    for order, separator in enumerate(_SEPARATORS):
        records, ends = _records(text, separator)
        widths = [len(record) for record in records if any(record)]
        if not widths:
            continue
        usual = max(set(widths), key=widths.count)
        score = (widths.count(usual) / len(widths)) * (usual > 1) * min(usual, 3)
        if best is None or (score, -order) > best[:2]:
            best = (score, -order, separator, records, ends)
    if best is None:
        raise UnreadableFileError(f"{file_name}: no text in the first lines; export it again")
    _, _, separator, records, ends = best
    if separator == "，":
        raise UnreadableFileError(
            f"{file_name}: the columns are separated by the full-width comma ，; export with a plain one"
        )
    at = header_at([[cell.strip() for cell in record] for record in records])
    return Layout(separator, unique_names(records[at], file_name), ends[at])


def header_at(records: Sequence[Sequence[Any]]) -> int:
    """The index of the header: the first of the first rows that names most of the columns."""
    filled = [len({str(cell) for cell in record if cell not in (None, "")}) for record in records[:_HEADER_WITHIN]]
    most = max(filled, default=0)
    return next((index for index, count in enumerate(filled) if count >= max(1, 0.6 * most)), 0)


def unique_names(cells: Sequence[Any], file_name: str) -> tuple[str, ...]:
    """Column names without repetition: a second 日期 becomes 日期_2, a nameless column column_7.

    Raises  UnreadableFileError where there are more columns than any table of records has
    """
    if len(cells) > 2000:
        raise UnreadableFileError(f"{file_name}: {len(cells)} columns; this is no table of records")
    names: list[str] = []
    seen: set[str] = set()
    for number, cell in enumerate(cells, 1):
        plain = " ".join(str(cell).split()) if cell not in (None, "") else f"column_{number}"
        name, again = plain, 1
        while name.casefold() in seen or name in ("_line", "_trace"):
            again += 1
            name = f"{plain}_{again}"
        seen.add(name.casefold())
        names.append(name)
    return tuple(names)


def _records(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first records and the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    records, ends = [], []
    try:
        for record in itertools.islice(reader, 40):
            records.append(record)
            ends.append(reader.line_num)
    except csv.Error:
        pass
    return records, ends


def _as_utf8(path: Path, kind: Kind, options: ReadOptions, spill: Path) -> tuple[Path, str, int]:
    """A UTF-8 file with the same text, its original encoding, and its number of line ends (-1 unknown)."""

    def blocks() -> Iterator[bytes]:
        if kind.gzipped:
            yield from gunzipped(path, options)
            return
        with path.open("rb") as file:
            while block := file.read(4 * MIB):
                yield block

    if kind.newlines >= 0 and not kind.gzipped:
        # A file that begins as UTF-8 is handed to the engine as it is; the engine finds out if it does not go on so.
        with path.open("rb") as file:
            head = file.read(MIB)
        encoding = encoding_of([head[: head.rfind(b"\n") + 1] or head])
        if encoding in ("utf-8", "utf-8-sig"):
            return path, encoding, kind.newlines
    encoding = encoding_of(blocks())
    copy = spill / f"{kind.sha256[:16]}.csv"
    newlines = 0
    with copy.open("wb") as out:
        for block in transcoded(blocks(), encoding):
            newlines += block.count(b"\n")
            out.write(block)
    return copy, encoding, newlines


def _with_lines(
    table: Table, plain: Path, layout: Layout, rejects: Sequence[dict[str, Any]], engine: Engine
) -> tuple[Table, tuple[dict[str, Any], ...]]:
    """The rows with the line on which each begins, and the rows that do not fit the header."""
    lines, starts = _record_lines(plain, layout.lines_before)
    bad_at = sorted({int(np.searchsorted(starts, one["line_byte_position"] - 1)) for one in rejects})
    bad_at = [at for at in bad_at if at < len(lines)]
    text_of = {int(np.searchsorted(starts, one["line_byte_position"] - 1)): one["csv_line"] for one in rejects}
    bad = tuple(
        {"line": int(lines[at]), "reason": "ragged_row", "value": str(text_of.get(at, "")).strip()[:200]}
        for at in bad_at
    )
    kept = np.delete(lines, bad_at)
    if len(kept) != table.count():  # the engine saw other rows than we did: lines are then the rows' numbers
        kept = np.arange(table.count()) + layout.lines_before + 1
    numbered = engine.with_column("raw_rows", table, "_line", pa.array(kept))
    table.drop()
    return numbered, bad[:_MOST_LISTED] if len(bad) > _MOST_LISTED else bad


def _record_lines(plain: Path, lines_before: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Line and byte offset at which each record after the header begins: a line end inside quotes ends no record."""
    data: npt.NDArray[np.uint8] = np.memmap(plain, np.uint8, "r")
    quotes = np.flatnonzero(data == 34)
    ends = np.flatnonzero(data == 10)
    if not len(ends):
        ends = np.flatnonzero(data == 13)
    is_end = np.searchsorted(quotes, ends) % 2 == 0
    is_end[:lines_before] = True
    starts = np.concatenate(([0], ends[is_end] + 1))
    lines = np.concatenate(([1], np.flatnonzero(is_end) + 2))
    keep = (lines > lines_before) & (starts < len(data))
    starts, lines = starts[keep], lines[keep]
    following = np.append(starts[1:], len(data))
    # a line of nothing but its end is no record
    short = following - starts <= 2
    blank = np.array(
        [not data[a:b].tobytes().strip() for a, b in zip(starts[short], following[short], strict=True)], bool
    )
    empty = np.zeros(len(starts), bool)
    empty[np.flatnonzero(short)[blank]] = True
    return lines[~empty], starts[~empty]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
