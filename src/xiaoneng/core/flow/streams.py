"""Rows of steps as a stream of Arrow pieces, few in memory at a time: from Parquet files or from a table of the engine."""

from __future__ import annotations

import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..engine import Engine, Table
from ..errors import TableShapeError

COLUMNS = ("case_id", "step_no", "name", "started_at", "ended_at")
_PIECE_ROWS = 131_072
_LARGE_GROUP_ROWS = 1_048_576  # of a row group: above it, the group is read in pieces and not as a whole
_SORT_MIB = 2048  # for a sort of rows that do not lie in order
_READERS = 2  # decoding a row group leaves the interpreter alone: two are read while one is walked


@dataclass(frozen=True)
class Steps:
    """Where steps are to be had from: `pieces` in the order in which they lie, `ordered` by case and step."""

    pieces: Callable[[], Iterator[pa.Table]]
    ordered: Callable[[], Iterator[pa.Table]]


def steps_of(source: Table | Path | Sequence[Path]) -> Steps:
    """The steps of a table, or of Parquet files one after the other.

    Raises  TableShapeError where a column is missing
    """
    if isinstance(source, Table):
        _check(source.name, source.columns)
        return Steps(lambda: _engine_pieces(source), lambda: _engine_pieces(source, is_sorted=True))
    paths = [source] if isinstance(source, Path) else list(source)
    for path in paths:
        _check(path.name, pq.read_schema(path).names)
    return Steps(lambda: _parquet_pieces(paths), lambda: _sorted_parquet(paths))


def _check(name: str, columns: Iterable[str]) -> None:
    for column in COLUMNS:
        if column not in columns:
            raise TableShapeError(f"{name}: no column {column}; it has {', '.join(columns)}")


def _parquet_pieces(paths: Sequence[Path]) -> Iterator[pa.Table]:
    for path in paths:
        metadata = pq.read_metadata(path)
        most = max((metadata.row_group(each).num_rows for each in range(metadata.num_row_groups)), default=0)
        yield from _pieces_in_groups(path) if most > _LARGE_GROUP_ROWS else _groups(path)


def _groups(path: Path) -> Iterator[pa.Table]:
    """The row groups of a file, some read ahead."""
    own = threading.local()  # a file is read by one thread at a time: each reader opens its own

    def read(group: int) -> pa.Table:
        if not hasattr(own, "file"):
            own.file = pq.ParquetFile(path, read_dictionary=["name"])
        return own.file.read_row_group(group, columns=list(COLUMNS), use_threads=False)

    waiting: deque[Future[pa.Table]] = deque()
    with ThreadPoolExecutor(_READERS) as readers:
        try:
            for group in range(pq.read_metadata(path).num_row_groups):
                waiting.append(readers.submit(read, group))
                if len(waiting) > _READERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()


def _pieces_in_groups(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path, read_dictionary=["name"]) as file:
        for batch in file.iter_batches(batch_size=_PIECE_ROWS, columns=list(COLUMNS)):
            yield pa.Table.from_batches([batch])


def _sorted_parquet(paths: Sequence[Path]) -> Iterator[pa.Table]:
    """The rows of the files sorted, outside of memory where they are many."""
    with (
        tempfile.TemporaryDirectory(prefix="xiaoneng-sort-") as spill,
        Engine(memory_limit_mib=_SORT_MIB, spill_dir=Path(spill)) as engine,
    ):
        yield from _engine_pieces(engine.over_parquet("steps", *paths), is_sorted=True)


def _engine_pieces(table: Table, *, is_sorted: bool = False) -> Iterator[pa.Table]:
    """The rows as they lie, or sorted: case ids as texts then, so that the order is the one in which they are compared."""
    by, as_text = (("case_id", "step_no"), ("case_id",)) if is_sorted else ((), ())
    for batch in table.batches(columns=COLUMNS, rows=_PIECE_ROWS, by=by, as_text=as_text):
        yield pa.Table.from_batches([batch])
