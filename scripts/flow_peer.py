"""`python scripts/flow_peer.py pandas|polars FILE`: the process graph of a Parquet file of steps as pm4py tells it, as JSON.

A program of its own, which the benchmarks start: pm4py is under the AGPL, and nothing of ours imports it.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

COLUMNS = {
    "case_id": "case:concept:name",
    "name": "concept:name",
    "ended_at": "time:timestamp",
    "started_at": "start_timestamp",
}


def by_pandas(path: str) -> Any:
    import pandas

    frame = pandas.read_parquet(path, columns=list(COLUMNS)).rename(columns=COLUMNS)
    frame["start_timestamp"] = frame["start_timestamp"].fillna(frame["time:timestamp"])
    return frame


def by_polars(path: str) -> Any:
    import polars

    frame = polars.read_parquet(path, columns=list(COLUMNS)).rename(COLUMNS)
    return frame.with_columns(polars.col("start_timestamp").fill_null(polars.col("time:timestamp"))).lazy()


def graph_of(frame: Any) -> dict[str, Any]:
    frequencies, starts, ends = pm4py.discover_dfg(frame)
    waits, _, _ = pm4py.discover_performance_dfg(frame, perf_aggregation_key="mean")
    variants = pm4py.get_variants(frame)
    return {
        "edges": {f"{one}>{two}": int(count) for (one, two), count in frequencies.items()},
        "waits": {f"{one}>{two}": float(mean) for (one, two), mean in waits.items()},
        "starts": {name: int(cases) for name, cases in starts.items()},
        "ends": {name: int(cases) for name, cases in ends.items()},
        "variants": {" → ".join(names): int(cases) for names, cases in variants.items()},
    }


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):  # it greets
        import pandas  # noqa: F401 loaded before the clock starts
        import pm4py
        import polars  # noqa: F401 loaded before the clock starts
    began = time.perf_counter()
    graph = graph_of({"pandas": by_pandas, "polars": by_polars}[sys.argv[1]](sys.argv[2]))
    seconds = time.perf_counter() - began
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    json.dump({"graph": graph, "seconds": seconds, "peak_mib": int(peak[1]) / 1024 if peak else 0.0}, sys.stdout)
