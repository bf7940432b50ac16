"""Reading an event log against rustxes: the rows alone, and the whole import down to typed cases and steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.engine import Engine
from ..core.intake import ReadOptions, raw_rows, read
from .records import write_xes
from .runner import RUNS, BenchError, BenchRow, in_child, interleaved, peak_mib, scratch


def rows(n: int = 150_000, log: str = "", runs: int = RUNS) -> list[BenchRow]:
    """A made-up log of `n` cases, or the log named (`log=PATH`), in turn with rustxes."""
    with scratch() as folder:
        path, source = log or str(Path(folder) / "made.xes"), Path(log).name if log else "made-up log"
        if not log:
            in_child(__name__, "made", path=path, cases=n)
        found = in_child(__name__, "measured", path=path, runs=runs)
        alone = {
            name: in_child(__name__, "read_once", path=path, whole=name == "import") for name in ("rows", "import")
        }
    return [
        BenchRow(
            f"xes, {name}",
            found[name],
            "rustxes",
            found["peer"],
            found[name] / found["peer"],
            alone[name]["peak_mib"],
            found["events"],
            "≤ 1.5×",
            f"{source}, {what}; n is events",
        )
        for name, what in (("rows", "every attribute as text"), ("import", "typed, checked, with cases and steps"))
    ]


def made(path: str, cases: int) -> None:
    """Write the made-up log."""
    write_xes(Path(path), cases)


def read_once(path: str, whole: bool) -> dict[str, float]:
    """The peak memory of one reading."""
    with Engine(threads=2) as engine:
        if whole:
            read([Path(path)], engine=engine)
        else:
            raw_rows([Path(path)], engine, ReadOptions())
    return {"peak_mib": peak_mib()}


def measured(path: str, runs: int) -> dict[str, Any]:
    """Median seconds of our two readings and of rustxes, in turn.

    Raises  BenchError where rustxes counts other events
    """
    import rustxes

    with Engine(threads=2) as engine:
        counted: dict[str, int] = {}

        def only_rows() -> None:
            for raw in raw_rows([Path(path)], engine, ReadOptions()):
                counted["ours"] = raw.source.rows
                engine.forget({raw.table.name, *([raw.cases.name] if raw.cases else [])})

        def whole() -> None:
            batch = read([Path(path)], engine=engine)
            engine.forget(table.name for table in batch.tables.values())

        def peer() -> None:
            counted["peer"] = len(rustxes.import_xes(path)[0])

        rows_seconds, whole_seconds, peer_seconds = interleaved(only_rows, whole, peer, runs=runs)
    if counted["ours"] != counted["peer"]:
        raise BenchError(f"{path}: {counted['ours']} events here, {counted['peer']} by rustxes")
    return {"rows": rows_seconds, "import": whole_seconds, "peer": peer_seconds, "events": counted["ours"]}
