"""Work done some cases at a time gives the tables that it gives when it is done at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from xiaoneng.core.calendar import Schedule, load_calendar
from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.flow import (
    FlowFiles,
    case_paths,
    causes_parts,
    comparing,
    flow_tables,
    graph,
    slices,
    variant_traces,
)
from xiaoneng.core.intake import Batch, ReadOptions, read
from xiaoneng.core.simulate import simulate

ON = date(2026, 11, 20)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a made-up county in which something is to be found."""
    folder: Path = tmp_path_factory.mktemp("county") / "files"
    simulate(folder, seed=3, agencies=8, cases=3_000, file_format="parquet", plants=("flow",))
    _ask_for_papers(folder)
    _turn_the_order_round(folder / "lists" / "item_steps.csv")
    return folder


def _ask_for_papers(folder: Path) -> None:
    """A drawn county gives no papers: here each case is asked for one, every fifth for the same one again."""
    numbers = pq.read_table(folder / "up_pro_accept.parquet").column("project_no").to_pylist()
    rows = [f"{number},营业执照" for number in (*numbers, *numbers[::5])]
    (folder / "lists" / "case_papers.csv").write_text("\n".join(["办件编号,材料", *rows]), encoding="utf-8")


def _turn_the_order_round(item_steps: Path) -> None:
    """No case of a drawn county goes against the order: here the list wants matters accepted before they are received."""
    swapped = {"收件": "受理", "受理": "收件"}
    text = item_steps.read_text(encoding="utf-8")
    item_steps.write_text(re.sub("收件|受理", lambda found: swapped[found[0]], text), encoding="utf-8")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(threads=1) as made:
        yield made


def read_in(engine: Engine, county: Path) -> tuple[Batch, Table]:
    files = sorted(county.glob("*.parquet"))
    batch = read(files, engine=engine, options=ReadOptions(accept_good_rows=True))
    return batch, engine.stage("edition/cases_with_limits", cases=batch.cases, service_items=batch.service_items)


def all_tables(engine: Engine, county: Path, batch: Batch, cases: Table) -> dict[str, list[dict[str, Any]]]:
    """Every table of the room, and the ways of the cases."""
    lists = FlowFiles(**{name: county / "lists" / f"{name}.csv" for name in ("item_steps", "leaders", "case_papers")})
    found = flow_tables(
        engine,
        cases=cases,
        steps=batch.steps,
        pauses=batch.pauses,
        schedule=Schedule("cn", load_calendar("cn")),
        on=ON,
        inputs=lists.read(engine),
    )
    found["case_paths"] = case_paths(engine, cases=cases, steps=batch.steps)
    found["variant_traces"] = variant_traces(engine, cases=cases, steps=batch.steps)
    return {name: table.rows() for name, table in found.items()}


def test_all_tables_are_the_same_in_slices(engine: Engine, county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, and in slices and parts so small that every stage has several."""
    batch, cases = read_in(engine, county)
    whole = all_tables(engine, county, batch, cases)
    empty = {name for name, rows in whole.items() if not rows}
    assert empty == set()
    assert {row["departure"] for row in whole["departure_cases"]} == {"order_break", "repeated_paper"}
    monkeypatch.setattr(slices, "SLICE_STEPS", batch.steps.count() // 5)
    monkeypatch.setattr(comparing, "PART_ROWS", 2_000)
    monkeypatch.setattr(graph, "_PART_STEPS", 1_000)
    monkeypatch.setattr(causes_parts, "PART_STEPS", 500)
    kept = engine.names()
    sliced = all_tables(engine, county, batch, cases)
    assert {name: len(rows) for name, rows in sliced.items()} == {name: len(rows) for name, rows in whole.items()}
    for name, rows in whole.items():
        assert sliced[name] == rows, name
    assert not [name for name in engine.names() - kept if name.startswith("between")]


def test_a_slice_holds_all_of_a_case(engine: Engine, county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, cases = read_in(engine, county)
    monkeypatch.setattr(slices, "SLICE_STEPS", batch.steps.count() // 4)
    steps, owners = list[int](), list[set[str]]()
    for some in slices.in_slices(engine, steps=batch.steps, cases=cases):
        steps.append(some["steps"].count())
        owners.append({row["case_id"] for row in some["cases"].rows()})
    assert sum(steps) == batch.steps.count()
    assert len(steps) > 3
    assert sum(len(own) for own in owners) == cases.count() == len(set[str]().union(*owners))
