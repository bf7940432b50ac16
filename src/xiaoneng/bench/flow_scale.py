"""A log of a hundred million steps (`n=100000000`) on a small machine: the process graph, and the staged tables within 8 GiB."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..core.calendar import Schedule, load_calendar
from ..core.engine import Engine, Table
from ..core.flow import directly_follows, process_graph, step_times, worked_steps
from ..core.tables import CASES, STEPS
from .flow_log import write_log
from .runner import BenchError, BenchRow, in_child, peak_mib, scratch

MEMORY_LIMIT_MIB = 5000  # of the engine; what it does not count, and the program, stay under 8 GiB with it
BOUND_MIB = 8192
_BOUND = "peak ≤ 8192 MiB"


def rows(n: int = 10_000_000) -> list[BenchRow]:
    """The graph and the staged tables of about `n` steps, each once; what both count must be the same."""
    with scratch() as folder:
        steps, cases, tenth = (str(Path(folder) / f"{name}.parquet") for name in ("steps", "cases", "tenth"))
        count = in_child(__name__, "made", path=steps, cases_path=cases, events=n)
        in_child(__name__, "made", path=tenth, cases_path="", events=n // 10)
        graph, smaller = (in_child(__name__, "graph_of", path=path) for path in (steps, tenth))
        staged = in_child(__name__, "staged", steps_path=steps, cases_path=cases, folder=folder)
    if staged["counted"] != graph["counted"]:
        raise BenchError(f"the stages count {staged['counted']}, the graph {graph['counted']}")
    note = "once, after a run on few rows; one pass over Parquet, rows by case"
    found = [
        BenchRow("flow_scale, graph", graph["seconds"], "–", None, None, graph["peak_mib"], count, _BOUND, note),
        BenchRow(
            "flow_scale, growth of the graph",
            graph["seconds"],
            "a tenth of the steps",
            smaller["seconds"],
            graph["seconds"] / smaller["seconds"],
            None,
            count,
            "≤ 11×",
            "once",
        ),
    ]
    note = f"once; engine limited to {MEMORY_LIMIT_MIB} MiB, database and spill on disk; peak of the process so far"
    return found + [
        BenchRow(f"flow_scale, {each['name']}", each["seconds"], "–", None, None, each["peak_mib"], count, _BOUND, note)
        for each in staged["stages"]
    ]


def made(path: str, cases_path: str, events: int) -> int:
    """Write the made-up log, and its cases where asked."""
    return write_log(Path(path), events, cases_path=Path(cases_path) if cases_path else None)


def graph_of(path: str) -> dict[str, Any]:
    """The process graph once, after the compiled code is there."""
    with scratch() as folder:
        small = Path(folder) / "small.parquet"
        write_log(small, 1000)
        process_graph(small)
    began = time.perf_counter()
    graph = process_graph(Path(path))
    seconds = time.perf_counter() - began
    moves = sum(graph.edges["moves"].to_pylist())
    return {
        "seconds": seconds,
        "peak_mib": peak_mib(),
        "counted": {
            "events": graph.events,
            "cases": graph.cases,
            "moves": moves,
            "edges": graph.edges.num_rows,
        },
    }


def staged(steps_path: str, cases_path: str, folder: str) -> dict[str, Any]:
    """WORKED_STEPS, DIRECTLY_FOLLOWS and STEP_TIMES in a database file, each stage with its seconds and the peak so far."""
    stages: list[dict[str, Any]] = []

    def timed(name: str, work: Callable[[], Table]) -> Table:
        began = time.perf_counter()
        table = work()
        stages.append({"name": name, "seconds": time.perf_counter() - began, "peak_mib": peak_mib()})
        return table

    spill, schedule = Path(folder) / "spill", Schedule("county", load_calendar("cn"))
    database = str(Path(folder) / "flow.duckdb")
    with Engine(database=database, memory_limit_mib=MEMORY_LIMIT_MIB, threads=2, spill_dir=spill) as engine:
        steps, cases = engine.empty(STEPS), engine.empty(CASES)
        engine.connection.execute(
            f'insert into "{steps.name}" by name select *, started_at::date as started_on, ended_at::date as ended_on '
            f"from read_parquet('{steps_path}')"
        )
        engine.connection.execute(
            f'insert into "{cases.name}" by name select *, service_item as service_item_name '
            f"from read_parquet('{cases_path}')"
        )
        worked = timed("waits", lambda: worked_steps(engine, cases=cases, steps=steps, schedule=schedule))
        steps.drop()
        edges = timed("what follows what", lambda: directly_follows(engine, worked))
        times = timed("step times", lambda: step_times(engine, worked))
        whole = [row for row in edges.rows() if row["agency"] is None]
        counted = {
            "events": sum(row["events"] for row in times.rows() if row["agency"] is None),
            "cases": sum(row["starts"] for row in times.rows() if row["agency"] is None),
            "moves": sum(row["moves"] for row in whole),
            "edges": len(whole),
        }
    return {"stages": stages, "counted": counted}
