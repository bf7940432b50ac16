"""A workbook's rows into Parquet files, in blocks; run as a child process for large workbooks.

`python -m xiaoneng.core.intake.sheet_rows WORKBOOK OUT_DIR MEMORY_MIB` prints one JSON object a line: progress, sheets,
refusals.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import python_calamine

from xiaoneng.core.errors import IntakeError

from .delimited import header_of, unique_names

BLOCK_ROWS = 16384
MOST_WHOLE = (
    2.0**53
)  # from here on a number in a cell has lost digits: it is written as 1.2e+17, which no case number is
Tell = Callable[[dict[str, Any]], None]


def write_sheets(workbook: Path, out_dir: Path, tell: Tell) -> None:
    """Write every sheet that holds rows as `<number>.parquet`, all values as text, with the sheet's row in `_line`.

    Tells   {"sheet", "number", "rows", "columns", "is_hidden"} a sheet; {"done", "total", "sheet"} a block
    """
    book = python_calamine.CalamineWorkbook.from_path(str(workbook))
    visible = python_calamine.SheetVisibleEnum.Visible
    hidden = {about.name for about in book.sheets_metadata if about.visible != visible}
    for number, name in enumerate(book.sheet_names):
        sheet = book.get_sheet_by_name(name)
        if sheet.height == 0 or sheet.width == 0:
            continue
        _write_sheet(sheet, name, number, out_dir, _marked(tell, is_hidden=name in hidden))
        del sheet


def _marked(tell: Tell, *, is_hidden: bool) -> Tell:
    return lambda fact: tell(fact | {"is_hidden": is_hidden})


def _write_sheet(sheet: Any, name: str, number: int, out_dir: Path, tell: Tell) -> None:
    first_row = sheet.start[0] + 1 if sheet.start else 1
    rows = iter(sheet.iter_rows())
    head = list(itertools.islice(rows, 12))
    cells, at = header_of(head)
    columns = unique_names(cells, name)
    schema = pa.schema([(column, pa.string()) for column in columns] + [("_line", pa.int64())])
    line, written, total = first_row + at + 1, 0, sheet.height
    with pyarrow.parquet.ParquetWriter(out_dir / f"{number}.parquet", schema, compression="lz4") as writer:
        for block in _blocks(itertools.chain(head[at + 1 :], rows)):
            lines = list(range(line, line + len(block)))
            line += len(block)
            filled = [any(cell != "" for cell in row) for row in block]
            if not all(filled):
                lines = list(itertools.compress(lines, filled))
                block = list(itertools.compress(block, filled))
            if block:
                arrays = [texts(cells) for cells in zip(*block, strict=True)]
                writer.write_table(pa.table([*arrays, pa.array(lines, pa.int64())], schema=schema))
                written += len(block)
            tell({"done": min(line, total), "total": total, "sheet": name})
    if written:
        tell({"sheet": name, "number": number, "rows": written, "columns": list(columns)})


def _blocks(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    while block := list(itertools.islice(rows, BLOCK_ROWS)):
        yield block


def texts(cells: Sequence[Any]) -> pa.Array:
    """One column's cells as text: whole numbers without a point, moments as 2026-01-05 09:30:00, empty as unknown."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        array = pa.array(cells, pa.string())
        return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array) if "" in cells else array
    if kinds <= {float, int}:
        numbers = pa.array(cells, pa.float64())
        whole = pc.floor(numbers)
        if pc.all(pc.and_(pc.equal(whole, numbers), pc.less(pc.abs(numbers), MOST_WHOLE))).as_py():
            return whole.cast(pa.int64()).cast(pa.string())
    return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if abs(cell) >= MOST_WHOLE:
            return f"{cell:.15e}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def main(arguments: Sequence[str]) -> int:
    """The child process: limits itself, then writes the sheets."""
    workbook, out_dir, memory_mib = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory_mib << 20, memory_mib << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass

    def tell(fact: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(fact) + "\n")
        sys.stdout.flush()

    try:
        write_sheets(workbook, out_dir, tell)
    except MemoryError:
        tell({"refused": "memory"})
        return 3
    except IntakeError as error:
        tell({"refused": "intake", "message": str(error)})
        return 4
    except BaseException as error:
        # the workbook library raises its own panics outside of Exception on damaged files
        tell({"refused": "damaged", "message": f"{type(error).__name__}: {error}"[:300]})
        return 5
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
