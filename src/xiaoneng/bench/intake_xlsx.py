"""Reading a workbook of a million rows in a child process under a memory limit."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

from ..core.engine import Engine
from ..core.intake import ReadOptions, raw_rows
from .records import write_xlsx
from .runner import BenchRow, in_child, scratch


def rows(n: int = 1_000_000, runs: int = 1) -> list[BenchRow]:
    """`n` rows of twelve columns; the peer is the workbook library alone, all cells into Python."""
    with scratch() as folder:
        path = str(Path(folder) / "cases.xlsx")
        in_child(__name__, "made", path=path, cases=n)
        ours = [in_child(__name__, "read_once", path=path) for _ in range(runs)]
        peers = [in_child(__name__, "library_once", path=path) for _ in range(runs)]
        mebibytes = Path(path).stat().st_size / 2**20
    best, peer = (min(found, key=lambda one: one["seconds"]) for found in (ours, peers))
    return [
        BenchRow(
            "xlsx",
            best["seconds"],
            "calamine alone",
            peer["seconds"],
            best["seconds"] / peer["seconds"],
            max(one["peak_mib"] for one in ours),
            n,
            "≤ 60 s and ≤ 1,536 MiB",
            f"twelve columns, {mebibytes:.0f} MiB; peak of the child process that reads it; the limit is enforced",
        )
    ]


def made(path: str, cases: int) -> None:
    """Write the workbook."""
    write_xlsx(Path(path), cases)


def read_once(path: str) -> dict[str, Any]:
    """Seconds of one reading, and the most memory that this process and its child held."""
    began = time.perf_counter()
    with Engine(threads=2) as engine:
        raws = raw_rows([Path(path)], engine, ReadOptions())
        seconds, rows = time.perf_counter() - began, sum(raw.source.rows for raw in raws)
    held = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"seconds": seconds, "peak_mib": held / 1024, "rows": rows}


def library_once(path: str) -> dict[str, Any]:
    """Seconds that the workbook library needs to hand over every cell."""
    import python_calamine

    began = time.perf_counter()
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    rows = sum(1 for _ in sheet.iter_rows())
    return {"seconds": time.perf_counter() - began, "rows": rows}
