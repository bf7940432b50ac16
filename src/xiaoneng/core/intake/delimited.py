"""CSV in any of the usual encodings and separators, read by the engine; a line number for every row."""

from __future__ import annotations

import csv
import io
import itertools
import mmap
import re
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
# A line below the table that has not its columns: the words of xn_is_note in sql/macros.sql, and nothing else in its first cell.
_NOTE = re.compile(
    r'"?(合\s*计|总\s*计|小\s*计|共\s*计|备\s*注|注|说\s*明|附\s*注|制\s*表人?|填\s*表人?|填报人|填报单位|审核人?|负责人|联系人'
    r'|单位负责人|totals?|subtotals?|notes?)\s*([:：,;\t|"]|$)',
    re.IGNORECASE,
)
_DOUBTFUL = ("\ufffd".encode(), b"\0")
_DOUBTFUL_MARK = re.compile(b"|".join(_DOUBTFUL))


@dataclass(frozen=True)
class Layout:
    """How a delimited text is laid out: separator, column names, and how many lines and records stand before the rows.

    A record has several lines where a quoted cell, such as a title or a column's name, is broken in two.
    """

    separator: str
    columns: tuple[str, ...]
    lines_before: int
    records_before: int


@dataclass(frozen=True)
class Plain:
    """A UTF-8 file with the text of the original, whose encoding is kept.

    Out     newlines: -1 is not counted; doubtful: it may hold zero bytes, or U+FFFD for bytes that could not be read
    """

    path: Path
    encoding: str
    newlines: int
    doubtful: bool = False


def read_delimited(
    path: Path, kind: Kind, source: Source, engine: Engine, options: ReadOptions, spill: Path
) -> list[Raw]:
    """The rows of a CSV under its own column names, every value as text.

    In      spill: a folder for the UTF-8 copy that a file in another encoding, or a packed one, needs
    Out     one Raw; rows with too few or too many cells are `bad_rows` with their line and text
    Raises  DamagedFileError, UnreadableFileError
    """
    plain = _as_utf8(path, kind, options, spill)
    with plain.path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    text = head.decode("utf-8", "ignore").removeprefix("\ufeff")
    layout = layout_of(text, path.name)
    try:
        table, rejects = _rows(plain, layout, engine)
    except EngineError:  # the engine takes one kind of line ends only
        plain = _with_one_line_end(plain, spill / f"{kind.sha256[:16]}.lines.csv")
        try:
            table, rejects = _rows(plain, layout, engine)
        except (EngineError, UnicodeDecodeError) as error:
            why = _first_line(error)
            raise DamagedFileError(f"{path.name}: cannot be read as CSV ({why}); export it again") from None
    # of a copy that was written as UTF-8 the engine says so too, where text follows a closing quotation mark
    if kind.newlines >= 0 and any(one["error_type"] == "INVALID ENCODING" for one in rejects):
        table.drop()
        return read_delimited(path, replace(kind, newlines=-1), source, engine, options, spill)
    rows = table.count()
    if rows == 0 and not rejects:
        raise DamagedFileError(
            f"{path.name}: no row below the header ({', '.join(layout.columns[:10])}); export it again"
        )
    line = f"+{layout.lines_before + 1}"
    bad: list[dict[str, Any]] = []
    if rejects or plain.doubtful or plain.newlines not in (rows + layout.lines_before, rows + layout.lines_before - 1):
        table, bad = _with_lines(table, plain, layout, rejects, engine)
        line = "_line"
    source = replace(source, rows=table.count() + len(bad), encoding=plain.encoding, sample_lines=sample_lines(text))
    return [Raw(table, source, line=line, bad_rows=tuple(bad[:_MOST_LISTED]))]


def _rows(plain: Plain, layout: Layout, engine: Engine) -> tuple[Table, list[dict[str, Any]]]:
    return engine.from_csv(
        "raw_rows", plain.path, columns=layout.columns, separator=layout.separator, skip=layout.records_before
    )


def _with_one_line_end(plain: Plain, copy: Path) -> Plain:
    """The same text, its lines ended by LF alone."""
    newlines = 0
    with plain.path.open(encoding="utf-8", newline=None) as text, copy.open("w", encoding="utf-8", newline="\n") as out:
        while block := text.read(4 * MIB):
            newlines += block.count("\n")
            out.write(block)
    return replace(plain, path=copy, newlines=newlines)


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
    cells, last = header_of([[cell.strip() for cell in record] for record in records])
    return Layout(separator, unique_names(cells, file_name), ends[last], last + 1)


def header_of(records: Sequence[Sequence[Any]]) -> tuple[list[Any], int]:
    """The cells of the header and the index of its last row, which is its second one where merged cells span columns.

    A second row fills only gaps of the first, or stands under the beginning of a span: 受理 and 办结 under 时间.
    """
    at = header_at(records)
    top = list(records[at])
    low = list(records[at + 1])[: len(top)] if at + 1 < len(records) else []
    low += [""] * (len(top) - len(low))
    gap = [cell in (None, "") for cell in [*top, "end"]]
    under = [index for index, cell in enumerate(low) if cell not in (None, "")]
    names = all(isinstance(low[index], str) and not low[index][:1].isdigit() for index in under)
    fits = all(gap[index] or gap[index + 1] for index in under) and any(gap[index] for index in under)
    if not (top and not gap[0] and under and under[0] > 0 and names and fits):
        return top, at
    span, cells = "", list[Any]()
    for index, cell in enumerate(top):
        span = span if gap[index] else str(cell)
        own = low[index]
        cells.append((own if low.count(own) == 1 else f"{span}{own}") if own not in (None, "") else cell)
    return cells, at + 1


def header_at(records: Sequence[Sequence[Any]]) -> int:
    """The index of the header: the first of the first rows that names most of the columns."""
    filled = [[str(cell) for cell in record if cell not in (None, "")] for record in records[:_HEADER_WITHIN]]
    # a title that was written into every cell names nothing
    counts = [len(cells) if 2 * len(set(cells)) > len(cells) else 1 for cells in filled]
    most = max(counts, default=0)
    return next((index for index, count in enumerate(counts) if count >= max(1, 0.6 * most)), 0)


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


def _as_utf8(path: Path, kind: Kind, options: ReadOptions, spill: Path) -> Plain:
    """The file itself where it is UTF-8, else a copy in `spill`."""

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
            return Plain(path, encoding, kind.newlines, doubtful=kind.zeros > 0)
    encoding = encoding_of(blocks())
    copy = spill / f"{kind.sha256[:16]}.csv"
    newlines, doubtful = 0, False
    with copy.open("wb") as out:
        for block in transcoded(blocks(), encoding):
            newlines += block.count(b"\n")
            doubtful = doubtful or any(mark in block for mark in _DOUBTFUL)
            out.write(block)
    return Plain(copy, encoding, newlines, doubtful)


def _with_lines(
    table: Table, plain: Plain, layout: Layout, rejects: Sequence[dict[str, Any]], engine: Engine
) -> tuple[Table, list[dict[str, Any]]]:
    """The rows with the line on which each begins, and the rows that do not fit the header or hold unreadable bytes."""
    lines, starts = _record_lines(plain.path, layout.lines_before)
    data: npt.NDArray[np.uint8] = np.memmap(plain.path, np.uint8, "r")
    ends = np.flatnonzero(data == 10)
    bad, bad_at = {}, set()
    for one in rejects:
        place = one["line_byte_position"] - 1
        bad_at.add(int(np.searchsorted(starts, place)))
        line, text = int(np.searchsorted(ends, place)) + 1, str(one["csv_line"]).strip()
        reason = "note_row" if _NOTE.match(text) else "ragged_row"
        bad[line] = {"line": line, "reason": reason, "value": text[:200]}
    kept = np.delete(lines, sorted(at for at in bad_at if at < len(lines)))
    if len(kept) != table.count():  # the engine saw other rows than we did: lines are then the rows' numbers
        kept = np.arange(table.count()) + layout.lines_before + 1
    elif plain.doubtful:
        whole = np.ones(len(kept), bool)
        for place in _doubtful_places(plain.path):
            at = int(np.searchsorted(starts, place, "right")) - 1
            if at < 0 or at in bad_at:
                continue
            end = starts[at + 1] if at + 1 < len(starts) else len(data)
            text = data[starts[at] : end].tobytes().decode("utf-8", "replace").strip()
            bad[int(lines[at])] = {"line": int(lines[at]), "reason": "unreadable_bytes", "value": text[:200]}
            whole[int(np.searchsorted(kept, lines[at]))] = False
        table, kept = engine.chosen_rows("raw_rows", table, pa.array(whole)), kept[whole]
    numbered = engine.with_column("raw_rows", table, "_line", pa.array(kept))
    table.drop()
    return numbered, [bad[line] for line in sorted(bad)]


def _doubtful_places(path: Path) -> list[int]:
    """The byte offsets at which text could not be read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return [found.start() for found in _DOUBTFUL_MARK.finditer(data)]


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
