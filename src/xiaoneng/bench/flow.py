"""The process graph of ten million steps: against reading them alone, against other programs, and as they grow."""

from __future__ import annotations

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ..core.calendar import Schedule, WorkedTime, load_calendar, worked_time
from ..core.engine import Engine
from ..core.flow import ProcessGraph, process_graph
from ..core.intake import read
from .flow_log import write_by_time, write_log
from .runner import RUNS, BenchError, BenchRow, in_child, interleaved, peak_mib, scratch

FIVE = ["case_id", "step_no", "name", "started_at", "ended_at"]
_CHECKOUT = Path(__file__).resolve().parents[3]
_PM4PY = _CHECKOUT / "scripts" / "flow_peer.py"  # a program of its own, because of its licence
_FINES = Path("road_traffic_fines", "road_traffic_fines.parquet")
PEERS = {"pm4py on pandas": "≤ 0.067×", "pm4py on polars": "≤ 0.2×", "r4pm": ""}


def rows(n: int = 10_000_000, log: str = "", runs: int = RUNS, peers: int = 1) -> list[BenchRow]:
    """A made-up log of about `n` steps by case and by time, its peers (`peers=0` leaves them out), growth, and a real log."""
    with scratch() as folder:
        by_case, by_time, tenth = (str(Path(folder) / f"{name}.parquet") for name in ("by_case", "by_time", "tenth"))
        steps = in_child(__name__, "made", path=by_case, by_time=by_time, events=n)
        in_child(__name__, "made", path=tenth, by_time="", events=n // 10)
        found = [
            *_against_reading(by_case, by_time, steps, runs),
            *_growth(tenth, by_case, n, runs),
            *(_against_peers(by_case, tenth, steps, runs) if peers else []),
        ]
    return found + _real_log(log, runs)


def made(path: str, by_time: str, events: int) -> int:
    """Write the made-up log, and once more in order of time."""
    count = write_log(Path(path), events)
    if by_time:
        write_by_time(Path(path), Path(by_time))
    return count


# --- against reading alone --------------------------------------------------------------------------------------------


def _against_reading(by_case: str, by_time: str, steps: int, runs: int) -> list[BenchRow]:
    found = []
    for name, path, working in (
        ("by case", by_case, False),
        ("by case, working time too", by_case, True),
        ("by time", by_time, False),
    ):
        seconds = in_child(__name__, "measured", path=path, working=working, runs=runs)
        alone = in_child(__name__, "told_by", who="ours", path=path)
        note = (
            f"graph with frequencies and mean waits, first and last steps, variants; rows lie {name.split(',')[0]}; peer: "
            f"every value of the five columns decoded by {seconds['reader']}, the quickest of {seconds['readers']}"
        )
        found.append(
            BenchRow(
                f"flow, graph {name}",
                seconds["ours"],
                "reading the columns",
                seconds["reading"],
                seconds["ours"] / seconds["reading"],
                alone["peak_mib"],
                steps,
                "≤ 6×",
                note,
            )
        )
    return found


def measured(path: str, working: bool, runs: int) -> dict[str, Any]:
    """Median seconds of ours and of the plain ways to decode every value of the five columns, in turn."""
    import polars

    schedule = _schedule() if working else None

    def by_engine() -> None:
        with Engine(threads=os.cpu_count()) as engine:
            # As Arrow columns: a sum over them would leave the engine free to skip texts that it has coded.
            for _ in engine.over_parquet("steps", Path(path)).batches(columns=FIVE, rows=131_072):
                pass

    readers: dict[str, Callable[[], Any]] = {
        "polars": lambda: polars.read_parquet(path, columns=FIVE),
        "pyarrow": lambda: pq.read_table(path, columns=FIVE),
        "the engine": by_engine,
    }
    ours, *reading = interleaved(lambda: process_graph(Path(path), time=schedule), *readers.values(), runs=runs)
    quickest, seconds = min(zip(readers, reading, strict=True), key=lambda pair: pair[1])
    return {"ours": ours, "reading": seconds, "reader": quickest, "readers": ", ".join(readers)}


def _schedule() -> WorkedTime:
    schedule = Schedule("county", load_calendar("cn"))
    return worked_time(schedule, first_on=date(2022, 12, 1), last_on=date(2027, 12, 31), zone="Asia/Shanghai")


def _growth(tenth: str, whole: str, n: int, runs: int) -> list[BenchRow]:
    small, large = in_child(__name__, "grown", paths=[tenth, whole], runs=runs)
    note = "peer: the same on a tenth of the steps, in turn"
    return [BenchRow("flow, growth", large, "a tenth of the steps", small, large / small, None, n, "≤ 11×", note)]


def grown(paths: list[str], runs: int) -> list[float]:
    """Median seconds of ours on each of some files, in turn, so that a busy moment of the machine meets them alike."""
    return interleaved(*(lambda path=path: process_graph(Path(path)) for path in paths), runs=runs)


# --- against other programs -------------------------------------------------------------------------------------------


def _against_peers(by_case: str, tenth: str, steps: int, runs: int) -> list[BenchRow]:
    """Each peer in a process of its own, once: they take minutes; r4pm, which holds every event as objects, on a tenth."""
    found = []
    for peer, bound in PEERS.items():
        if peer.startswith("pm4py") and not _PM4PY.is_file():
            continue  # an installed package has no scripts
        path = tenth if peer == "r4pm" else by_case
        alone = in_child(__name__, "told_by", who="ours", path=path)
        other = in_child(__name__, "told_by", who=peer, path=path)
        if not _agree(alone["graph"], other["graph"]):
            raise BenchError(f"{peer} and ours tell different graphs of {Path(path).name}")
        ours = in_child(__name__, "measured", path=path, working=False, runs=runs)["ours"]
        what = "frequencies and variants alone, mean waits it does not give" if peer == "r4pm" else "the same results"
        note = f"run once, from Parquet to {what}, same answers; peer peak {other['peak_mib']:.0f} MiB"
        n = pq.read_metadata(path).num_rows
        found.append(
            BenchRow(
                f"flow, graph against {peer}",
                ours,
                peer,
                other["seconds"],
                ours / other["seconds"],
                alone["peak_mib"],
                n,
                bound,
                note,
            )
        )
    return found


def told_by(who: str, path: str) -> dict[str, Any]:
    """The graph that one program tells of a Parquet file of steps, with its seconds and the most memory it held.

    Raises  BenchError where the peer fails
    """
    if who.startswith("pm4py"):
        done = subprocess.run(
            [sys.executable, str(_PM4PY), who.split()[-1], path], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchError(f"{_PM4PY.name} failed: {done.stderr.strip()[-2000:]}")
        told: dict[str, Any] = json.loads(done.stdout)
        return told
    if who == "r4pm":
        importlib.import_module("r4pm.bindings")  # imports are not counted
    began = time.perf_counter()
    graph = _ours(process_graph(Path(path))) if who == "ours" else _r4pm(path)
    return {"graph": graph, "seconds": time.perf_counter() - began, "peak_mib": peak_mib()}


def _ours(graph: ProcessGraph) -> dict[str, Any]:
    edges = graph.edges.to_pylist()
    return {
        "edges": {f"{row['from_name']}>{row['to_name']}": row["moves"] for row in edges},
        "waits": {f"{row['from_name']}>{row['to_name']}": row["waited_days_mean"] * 86_400 for row in edges},
        "starts": {row["name"]: row["cases"] for row in graph.starts.to_pylist()},
        "ends": {row["name"]: row["cases"] for row in graph.ends.to_pylist()},
        "variants": {row["path"]: row["cases"] for row in graph.variants.to_pylist()},
    }


def _r4pm(path: str) -> dict[str, Any]:
    import polars
    import r4pm
    from r4pm import bindings

    names = {"case_id": "case:concept:name", "name": "concept:name", "ended_at": "time:timestamp"}
    log = r4pm.import_item_from_df("EventLog", polars.read_parquet(path, columns=list(names)).rename(names))
    graph = bindings.discover_dfg(log)
    variants = bindings.get_variants(bindings.log_to_activity_projection(log))
    return {
        "edges": {f"{one}>{two}": count for (one, two), count in graph["directly_follows_relations"]},
        "variants": {" → ".join(each["activities"]): each["count"] for each in variants},
    }


def _agree(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Everything that the other tells is as ours; mean waits to a millionth."""
    waits = theirs.pop("waits", {})
    close = all(abs(ours["waits"][pair] - mean) <= 1e-6 * max(mean, 1.0) for pair, mean in waits.items())
    return close and all(ours[name] == told for name, told in theirs.items())


# --- a real log -------------------------------------------------------------------------------------------------------


def _real_log(log: str, runs: int) -> list[BenchRow]:
    """The road traffic fines beside the checkout (or `log=FILE`) against pm4py; no row where there is no such file."""
    beside = Path(os.environ.get("XIAONENG_SHARED_DATA") or _CHECKOUT.parent / "shared" / "data")
    path = Path(log) if log else beside / _FINES
    if not (path.is_file() and _PM4PY.is_file()):
        note = f"skipped: {path.name} is not here; name it with log=FILE"
        return [BenchRow("flow, real log", 0.0, "pm4py on pandas", None, None, None, 0, "≤ 0.2×", note)]
    with scratch() as folder:
        steps = str(Path(folder) / "steps.parquet")
        count = in_child(__name__, "taken_in", path=str(path), steps=steps)
        found = in_child(__name__, "measured_real", path=steps, runs=runs)
        alone = in_child(__name__, "told_by", who="ours", path=steps)
    note = f"{path.name}, steps as taken in, both from the same Parquet; same answers; peer peak {found['peak_mib']:.0f} MiB"
    return [
        BenchRow(
            "flow, real log",
            found["ours"],
            "pm4py on pandas",
            found["peer"],
            found["ours"] / found["peer"],
            alone["peak_mib"],
            count,
            "≤ 0.2×",
            note,
        )
    ]


def taken_in(path: str, steps: str) -> int:
    """Take the log in, and write its steps."""
    with Engine(threads=2) as engine:
        batch = read([Path(path)], engine=engine)
        batch.steps.write_parquet(Path(steps))
        return batch.steps.count()


def measured_real(path: str, runs: int) -> dict[str, Any]:
    """Median seconds of ours and of pm4py on a log of single moments, each in its own process in turn; the peer's peak."""
    ours, peer = [], []
    for _ in range(runs):
        ours.append(in_child(__name__, "measured", path=path, working=False, runs=1)["ours"])
        peer.append(told_by("pm4py on pandas", path))
    if not _agree(told_by("ours", path)["graph"], peer[0]["graph"]):
        raise BenchError(f"pm4py and ours tell different graphs of {path}")
    seconds = statistics.median(each["seconds"] for each in peer)
    return {"ours": statistics.median(ours), "peer": seconds, "peak_mib": max(each["peak_mib"] for each in peer)}
