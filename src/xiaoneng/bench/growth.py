"""Time of the clock stage from one million cases to ten: it must not grow faster than the cases."""

from __future__ import annotations

from pathlib import Path

from .clocks import judged, opened
from .county import prepare
from .runner import RUNS, BenchRow, in_child, interleaved, scratch


def rows(n: int = 10_000_000, runs: int = RUNS) -> list[BenchRow]:
    """Seconds at `n` cases against seconds at a tenth of them."""
    small, large = (in_child(__name__, "seconds_of", cases=cases, runs=runs)["seconds"] for cases in (n // 10, n))
    note = "peer: the same stage on a tenth of the cases"
    return [BenchRow("clocks, growth", large, "a tenth of the cases", small, large / small, None, n, "≤ 11×", note)]


def seconds_of(cases: int, runs: int) -> dict[str, float]:
    """Median seconds of the clock stage on so many cases."""
    with scratch() as folder:
        database = str(Path(folder) / "county.duckdb")
        prepare(database, cases)
        with opened(database) as engine:
            (seconds,) = interleaved(lambda: judged(engine).drop(), runs=runs)
    return {"seconds": seconds}
