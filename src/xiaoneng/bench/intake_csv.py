"""Reading a CSV of cases against the engine's own reader, which neither hashes the file nor numbers its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.engine import Engine
from ..core.intake import ReadOptions, raw_rows
from .records import write_csv
from .runner import RUNS, BenchRow, in_child, interleaved, peak_mib, scratch


def rows(n: int = 1_000_000, runs: int = RUNS) -> list[BenchRow]:
    """`n` rows of twelve columns, decoded, checked, hashed and numbered, in turn with the plain reader."""
    with scratch() as folder:
        path = str(Path(folder) / "cases.csv")
        in_child(__name__, "made", path=path, cases=n)
        alone = in_child(__name__, "read_once", path=path)
        found = in_child(__name__, "measured", path=path, runs=runs)
    return [
        BenchRow(
            "csv",
            found["seconds"],
            "the engine's own reader",
            found["peer_seconds"],
            found["seconds"] / found["peer_seconds"],
            alone["peak_mib"],
            n,
            "≤ 1.2×",
            "twelve columns, all as text; ours also hashes the file and knows each row's line",
        )
    ]


def made(path: str, cases: int) -> None:
    """Write the CSV."""
    write_csv(Path(path), cases)


def read_once(path: str) -> dict[str, float]:
    """The peak memory of one reading."""
    with Engine(threads=2) as engine:
        raw_rows([Path(path)], engine, ReadOptions())
    return {"peak_mib": peak_mib()}


def measured(path: str, runs: int) -> dict[str, Any]:
    """Median seconds of both readers, in turn."""
    with Engine(threads=2) as engine:

        def ours() -> None:
            for raw in raw_rows([Path(path)], engine, ReadOptions()):
                raw.table.drop()

        def plain() -> None:
            engine.connection.execute(
                f"create or replace table plain as select * from read_csv('{path}', all_varchar = true)"
            )

        seconds, peer_seconds = interleaved(ours, plain, runs=runs)
    return {"seconds": seconds, "peer_seconds": peer_seconds}
