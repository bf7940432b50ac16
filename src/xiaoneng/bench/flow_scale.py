"""A log of a hundred million steps (`n=100000000`) on a small machine: the process graph, and all tables of the flow within 8 GiB."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..core.calendar import Schedule, load_calendar
from ..core.engine import Engine, Table
from ..core.flow import FlowInputs, flow_tables, process_graph, variant_traces
from ..core.tables import CASES, OFFICIAL_ORDER, OFFICIAL_STEPS, PAUSES, STEPS
from .flow_log import ITEMS, NAMES, write_log
from .runner import BenchError, BenchRow, in_child, peak_mib, scratch

MEMORY_LIMIT_MIB = 5000  # of the engine; what it does not count, and the program, stay under 8 GiB with it
_BOUND = "peak ≤ 8192 MiB"
_TOLD_SHARE = 0.04  # of the time: stages that take less have no row of their own


def rows(n: int = 10_000_000) -> list[BenchRow]:
    """The graph and all tables of about `n` steps, each once; what both count must be the same."""
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
    note = f"once; engine limited to {MEMORY_LIMIT_MIB} MiB, database and spill on disk"
    found += [
        BenchRow(
            f"flow_scale, {name}", staged["seconds"][key], "–", None, None, staged["peak_mib"], count, _BOUND, note
        )
        for name, key in (("variants", "variants"), ("all tables of the flow", "tables"))
    ]
    note = "all its runs together; peak of the process so far"
    slowest = sorted(staged["stages"].items(), key=lambda one: -one[1]["seconds"])
    return found + [
        BenchRow(f"flow_scale, {stage}", kept["seconds"], "–", None, None, kept["peak_mib"], count, "–", note)
        for stage, kept in slowest
        if kept["seconds"] >= _TOLD_SHARE * staged["seconds"]["tables"]
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
    """The variants and every table of the flow in a database file: the seconds of each stage and the peak at its end."""
    spill, schedule = Path(folder) / "spill", Schedule("county", load_calendar("cn"))
    database = str(Path(folder) / "flow.duckdb")
    with _TimedEngine(database=database, memory_limit_mib=MEMORY_LIMIT_MIB, threads=2, spill_dir=spill) as engine:
        steps, cases, pauses = engine.empty(STEPS), engine.empty(CASES), engine.empty(PAUSES)
        for sql in (
            f'insert into "{steps.name}" by name select *, started_at::date as started_on, ended_at::date as ended_on '
            f"from read_parquet('{steps_path}')",
            f'insert into "{cases.name}" by name select *, service_item as service_item_name '
            f"from read_parquet('{cases_path}')",
            # A correction of some days in one case of ten, before its end
            f'insert into "{pauses.name}" by name select case_id, 1 as pause_no, '
            "'supplement' as ground, concluded_on - 9 as started_on, concluded_on - 3 as ended_on "
            f'from "{cases.name}" where concluded_on is not null and hash(case_id) % 10 = 0',
        ):
            engine.connection.execute(sql)
        began = time.perf_counter()
        variants = variant_traces(engine, cases=cases, steps=steps)
        seconds = {"variants": time.perf_counter() - began}
        variants.drop()
        began = time.perf_counter()
        tables = flow_tables(
            engine,
            cases=cases,
            steps=steps,
            pauses=pauses,
            schedule=schedule,
            on=date(2026, 12, 31),
            inputs=_lists(engine),
        )
        seconds["tables"] = time.perf_counter() - began
        whole = [row for row in tables["directly_follows"].rows() if row["agency"] is None]
        names = [row for row in tables["step_times"].rows() if row["agency"] is None]
        return {
            "seconds": seconds,
            "stages": engine.stages,
            "peak_mib": peak_mib(),
            "table_rows": {name: table.count() for name, table in tables.items()},
            "counted": {
                "events": sum(row["events"] for row in names),
                "cases": sum(row["starts"] for row in names),
                "moves": sum(row["moves"] for row in whole),
                "edges": len(whole),
            },
        }


class _TimedEngine(Engine):
    """An engine that keeps how long each stage took, all its runs together, and the peak of the process at the last."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.stages: dict[str, dict[str, float]] = {}

    def stage(self, stage: str, **asked: Any) -> Table:
        began = time.perf_counter()
        try:
            return super().stage(stage, **asked)
        finally:
            kept = self.stages.setdefault(stage, {"seconds": 0.0, "runs": 0, "peak_mib": 0.0})
            kept["seconds"] += time.perf_counter() - began
            kept["runs"] += 1
            kept["peak_mib"] = peak_mib()


def _lists(engine: Engine) -> FlowInputs:
    """An official list for every item of the log: the usual course, of which three steps are required."""
    items, course = [f"{number + 1}号事项" for number in range(ITEMS)], [name for name in NAMES if name != "部门会签"]
    required = ("收件", "受理", "审批")
    return FlowInputs(
        official_steps=engine.from_rows(
            OFFICIAL_STEPS,
            [
                {"service_item": item, "name": name, "is_required": name in required}
                for item in items
                for name in course
            ],
        ),
        official_order=engine.from_rows(
            OFFICIAL_ORDER,
            [
                {"service_item": item, "before_name": before, "after_name": after}
                for item in items
                for before, after in pairwise(course[:9])  # the usual course; what is sent back comes when it comes
            ],
        ),
    )
