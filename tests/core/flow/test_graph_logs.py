"""Graph, variants and rework of the public logs as published or counted by another program, and of made-up logs by pm4py."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import Schedule, load_calendar
from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.flow import ProcessGraph, directly_follows, process_graph, step_times, worked_steps
from xiaoneng.core.intake import Batch, read
from xiaoneng.core.tables import STEPS


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as made:
        yield made


def reference(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def told(graph: ProcessGraph) -> dict[str, Any]:
    """A graph in the words of the references."""
    edges, variants = graph.edges.to_pylist(), graph.variants.to_pylist()
    names = {row["to_name"] for row in edges} | {row["name"] for row in graph.starts.to_pylist()}
    return {
        "cases": graph.cases,
        "events": graph.events,
        "activities": len(names),
        "variants": len(variants),
        "dfg_edges": len(edges),
        "dfg_total_frequency": sum(row["moves"] for row in edges),
        "top5_dfg_edges": [[row["from_name"], row["to_name"], row["moves"]] for row in edges[:5]],
        "top5_variants": [{"trace": row["path"].split(" → "), "cases": row["cases"]} for row in variants[:5]],
        "start_activities": {row["name"]: row["cases"] for row in graph.starts.to_pylist()},
        "end_activities": {row["name"]: row["cases"] for row in graph.ends.to_pylist()},
        "cases_with_rework": graph.reworked_cases,
    }


def agree(found: dict[str, Any], known: dict[str, Any]) -> None:
    """Everything found is as known; of the last steps a reference lists the ten most frequent and the number of all."""
    ends = found["end_activities"]
    assert len(ends) == known["n_end_activities"]
    listed = {name: ends[name] for name in known["end_activities"]}
    assert found | {"end_activities": listed} == {name: known[name] for name in found}


def staged(batch: Batch, engine: Engine) -> dict[str, Any]:
    """The same from DIRECTLY_FOLLOWS and STEP_TIMES, as far as they hold it."""
    worked = worked_steps(
        engine, cases=batch.cases, steps=batch.steps, schedule=Schedule("county", load_calendar("cn"))
    )
    edges = [row for row in directly_follows(engine, worked).rows() if row["agency"] is None]
    times = [row for row in step_times(engine, worked).rows() if row["agency"] is None]
    repeated = engine.stage("flow/repeated_steps", worked_steps=worked).rows()
    return {
        "cases": sum(row["starts"] for row in times),
        "events": sum(row["events"] for row in times),
        "activities": len(times),
        "dfg_edges": len(edges),
        "dfg_total_frequency": sum(row["moves"] for row in edges),
        "top5_dfg_edges": [[row["from_name"], row["to_name"], row["moves"]] for row in edges[:5]],
        "start_activities": {row["name"]: row["starts"] for row in times if row["starts"]},
        "end_activities": {row["name"]: row["ends"] for row in times if row["ends"]},
        "cases_with_rework": len({row["case_id"] for row in repeated}),
    }


@pytest.mark.shared_data
def test_the_graph_of_the_receipt_log_is_that_of_the_reference(shared_data: Path, engine: Engine) -> None:
    folder = shared_data / "receipt_wabo"
    batch = read([folder / "receipt.xes.gz"], engine=engine)
    known = reference(folder / "reference.json")
    agree(told(process_graph(batch.steps)), known)
    agree(staged(batch, engine), known)


@pytest.mark.shared_data
def test_the_graph_of_five_municipalities_is_that_of_the_reference(shared_data: Path, engine: Engine) -> None:
    """2,502 variants of 5,649 cases; and the same for each municipality by itself."""
    folder = shared_data / "bpic2015_permits"
    batch = read([folder / "BPIC15_all5_subprocess.parquet"], engine=engine)
    known = reference(folder / "BPIC15_all5_subprocess.reference.json")
    agree(told(process_graph(batch.steps)), known)
    agree(staged(batch, engine), known)
    by_municipality = reference(folder / "BPIC15_all5_subprocess.by_municipality.reference.json")
    steps = batch.steps.arrow()
    agency_of = {row["case_id"]: row["agency"] for row in batch.cases.rows()}
    of_case = [agency_of[case] for case in steps["case_id"].to_pylist()]
    assert len(by_municipality) == 5
    for municipality, known in by_municipality.items():
        chosen = steps.filter([agency == municipality for agency in of_case])
        agree(told(process_graph(engine.from_arrow("chosen", chosen))), known)


@pytest.mark.shared_data
def test_the_graph_of_the_fines_is_that_of_the_reference(shared_data: Path, engine: Engine) -> None:
    folder = shared_data / "road_traffic_fines"
    batch = read([folder / "road_traffic_fines.parquet"], engine=engine)
    agree(told(process_graph(batch.steps)), reference(folder / "reference.json"))


# --- pm4py on made-up logs --------------------------------------------------------------------------------------------


Step = tuple[str, int]  # name, seconds after the step before it
logs = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["受理", "审核", "会签", "审批", "办结"]),
            st.sampled_from([0, 1, 59, 3_600]) | st.integers(0, 400_000),
        ),
        min_size=1,
        max_size=8,
    ),
    min_size=1,
    max_size=40,
)


def made_up(engine: Engine, log: list[list[Step]]) -> tuple[Table, list[dict[str, Any]]]:
    """A log of single moments, some steps of a case at the same moment."""
    rows = []
    for number, case in enumerate(log):
        at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=7_919 * number % 50_000)
        for step_no, (name, seconds) in enumerate(case, 1):
            at += timedelta(seconds=seconds)
            rows.append({"case_id": f"{number:02d}", "step_no": step_no, "name": name, "ended_at": at})
    return engine.from_rows(STEPS, rows), rows


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(log=logs)
def test_pm4py_finds_the_same_graph_waits_and_variants(engine: Engine, log: list[list[Step]]) -> None:
    """Frequency and mean wait of every edge, first and last steps and variants of a log in which a step is one moment."""
    for needed in ("pandas", "pm4py"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"missing here: {needed}")
    pandas, pm4py = importlib.import_module("pandas"), importlib.import_module("pm4py")
    steps, rows = made_up(engine, log)
    frame = pandas.DataFrame(
        {
            "case:concept:name": [row["case_id"] for row in rows],
            "concept:name": [row["name"] for row in rows],
            "time:timestamp": pandas.to_datetime([row["ended_at"] for row in rows], utc=True),
        }
    )
    frequencies, starts, ends = pm4py.discover_dfg(frame)
    waits, _, _ = pm4py.discover_performance_dfg(frame)
    variants = pm4py.get_variants(frame)
    graph = process_graph(steps)
    edges = {(row["from_name"], row["to_name"]): row for row in graph.edges.to_pylist()}
    assert {pair: row["moves"] for pair, row in edges.items()} == {pair: int(n) for pair, n in frequencies.items()}
    for pair, row in edges.items():
        assert row["waited_days_mean"] * 86_400 == pytest.approx(waits[pair]["mean"], rel=1e-9)
    assert {row["name"]: row["cases"] for row in graph.starts.to_pylist()} == {n: int(k) for n, k in starts.items()}
    assert {row["name"]: row["cases"] for row in graph.ends.to_pylist()} == {n: int(k) for n, k in ends.items()}
    assert {row["path"]: row["cases"] for row in graph.variants.to_pylist()} == {
        " → ".join(names): int(cases) for names, cases in variants.items()
    }
