"""Parquet and JSON lines: the engine reads them itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from xiaoneng.core.engine import Engine, EngineError
from xiaoneng.core.errors import DamagedFileError, StageError, UnsafeFileError

from .batch import MIB, Raw, ReadOptions, Source
from .formats import PARQUET, Kind, gunzipped


def read_columnar(
    path: Path, kind: Kind, source: Source, engine: Engine, options: ReadOptions, spill: Path
) -> list[Raw]:
    """The file's rows under its own column names.

    Raises  DamagedFileError where the engine cannot read it to its end; UnsafeFileError where it would unpack too far
    """
    try:
        if kind.format == PARQUET:
            _check_size(path, options)
            table = engine.from_parquet("raw_rows", path)
        else:
            table = engine.from_json("raw_rows", _unpacked(path, kind, options, spill))
        rows = table.count()
    except (EngineError, StageError, UnicodeDecodeError, pa.ArrowException, OSError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise DamagedFileError(f"{path.name}: damaged or cut off ({first}); send it again") from None
    if not rows:
        raise DamagedFileError(f"{path.name}: the file holds no row; export it again")
    return [Raw(table, replace(source, rows=rows, encoding="" if kind.format == PARQUET else "utf-8"), line="+1")]


def _check_size(path: Path, options: ReadOptions) -> None:
    about = pyarrow.parquet.read_metadata(path)
    unpacked = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    if unpacked > options.max_unpacked_bytes:
        raise UnsafeFileError(
            f"{path.name}: would unpack to {unpacked // MIB} MiB, more than the "
            f"{options.max_unpacked_bytes // MIB} MiB allowed; split it or raise the limit (max_unpacked_bytes)"
        )


def _unpacked(path: Path, kind: Kind, options: ReadOptions, spill: Path) -> Path:
    if not kind.gzipped:
        return path
    copy = spill / f"{kind.sha256[:16]}.jsonl"
    with copy.open("wb") as file:
        for block in gunzipped(path, options):
            file.write(block)
    return copy
