"""The process graph: the compiled walk, the staged SQL and a plain loop give the same graph, however the rows lie."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import Calendar, Schedule, load_calendar, worked_time
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import TableShapeError, UnplacedStepError
from xiaoneng.core.flow import (
    ProcessGraph,
    directly_follows,
    kernel,
    process_graph,
    step_times,
    streams,
    variant_traces,
    worked_steps,
)
from xiaoneng.core.tables import CASES, STEPS

FIRST, LAST = date(2026, 2, 10), date(2026, 3, 20)  # the Spring Festival and make-up days lie between
CALENDAR = Calendar("short", load_calendar("cn").days(FIRST, LAST), announced_through=LAST)
SCHEDULE = Schedule("county", CALENDAR)  # 08:30-12:00 and 14:00-17:30: seven hours
TIME = worked_time(SCHEDULE, first_on=FIRST, last_on=LAST, zone="Asia/Shanghai")
BEGIN = datetime(2026, 2, 10, tzinfo=UTC)
SPAN = 40 * 86_400  # seconds; two days more than the schedule above covers


@dataclass(frozen=True)
class Step:
    """A step of a case; moments are seconds after BEGIN, None is not recorded."""

    case: str
    step_no: int
    name: str | None
    start: int | None
    end: int | None


moments = st.none() | st.integers(0, SPAN)
logs = st.lists(
    st.tuples(
        st.sampled_from(["1", "10", "2", "case-with-a-long-id/2", "case-with-a-long-id/3", "甲-7"]),
        st.sampled_from(["受理", "审核", "办结", "b", None]),
        moments,
        moments,
    ),
    min_size=1,
    max_size=24,
)


def numbered(log: Sequence[tuple[str, str | None, int | None, int | None]]) -> list[Step]:
    """The rows with their numbers within their case."""
    counts: Counter[str] = Counter()
    steps = []
    for case, name, start, end in log:
        counts[case] += 1
        steps.append(Step(case, counts[case], name, start, end))
    return steps


# --- the plain loop ---------------------------------------------------------------------------------------------------


IS_WORKED = TIME.is_worked.tolist()
WORKED_BEFORE = [0, *accumulate(900 * worked for worked in IS_WORKED)]


def worked_until(second: int) -> int | None:
    """Seconds worked up to a moment, one quarter of an hour after the other; None where the schedule ends before."""
    at = int((BEGIN + timedelta(seconds=second)).timestamp())
    place = at // 900 - TIME.first_quarter
    if not 0 <= place < len(IS_WORKED):
        return None
    return WORKED_BEFORE[place] + (at % 900 if IS_WORKED[place] else 0)


def by_hand(steps: Sequence[Step]) -> dict[str, Any]:
    """The graph in plain Python: moves with their waits, first and last steps, variants, cases with a repeated step."""
    cases: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        cases[step.case].append(step)
    waits: dict[tuple[str, str], list[tuple[int | None, int | None]]] = defaultdict(list)
    starts, ends, variants = Counter[str](), Counter[str](), Counter[tuple[str, ...]]()
    for rows in cases.values():
        rows.sort(key=lambda step: step.step_no)  # a stable sort: ties stay in the order of the rows
        names = [step.name or "" for step in rows]
        starts[names[0]] += 1
        ends[names[-1]] += 1
        variants[tuple(names)] += 1
        for before, after in pairwise(rows):
            waits[before.name or "", after.name or ""].append(wait_of(before, after))
    return {
        "edges": {pair: (len(found), mean(found, 0, 86_400), mean(found, 1, 25_200)) for pair, found in waits.items()},
        "starts": dict(starts),
        "ends": dict(ends),
        "variants": {" → ".join(names): cases for names, cases in variants.items()},
        "counts": (
            len(steps),
            len(cases),
            sum(many for names, many in variants.items() if len(set(names)) < len(names)),
        ),
    }


def wait_of(before: Step, after: Step) -> tuple[int | None, int | None]:
    """Elapsed and working seconds from leaving one step to beginning the next."""
    left = max((one for one in (before.start, before.end) if one is not None), default=None)
    arrived = after.start if after.start is not None else after.end
    if left is None or arrived is None:
        return None, None
    if arrived <= left:
        return 0, 0
    begun, ended = worked_until(left), worked_until(arrived)
    return arrived - left, None if begun is None or ended is None else ended - begun


def mean(waits: Sequence[tuple[int | None, int | None]], which: int, day_seconds: int) -> float | None:
    known = [wait[which] for wait in waits if wait[which] is not None]
    return sum(known) / len(known) / day_seconds if known else None  # type: ignore[arg-type]


# --- the two of ours --------------------------------------------------------------------------------------------------


def as_arrow(steps: Sequence[Step], ids: pa.DataType | None = None) -> pa.Table:
    def at(second: int | None) -> datetime | None:
        return None if second is None else BEGIN + timedelta(seconds=second)

    moment = pa.timestamp("us", "UTC")
    return pa.table(
        {
            "case_id": pa.array([step.case for step in steps], pa.string()).cast(ids or pa.string()),
            "step_no": pa.array([step.step_no for step in steps], pa.int64()),
            "name": pa.array([step.name for step in steps], pa.string()),
            "started_at": pa.array([at(step.start) for step in steps], moment),
            "ended_at": pa.array([at(step.end) for step in steps], moment),
        }
    )


def told(graph: ProcessGraph) -> dict[str, Any]:
    """A graph in the form of `by_hand`."""
    return {
        "edges": {
            (row["from_name"], row["to_name"]): (row["moves"], row["waited_days_mean"], row["waited_workdays_mean"])
            for row in graph.edges.to_pylist()
        },
        "starts": {row["name"]: row["cases"] for row in graph.starts.to_pylist()},
        "ends": {row["name"]: row["cases"] for row in graph.ends.to_pylist()},
        "variants": {row["path"]: row["cases"] for row in graph.variants.to_pylist()},
        "counts": (graph.events, graph.cases, graph.reworked_cases),
    }


def same(found: dict[str, Any], known: dict[str, Any]) -> None:
    """Two graphs are the same; working days may differ by the parts of seconds that a stage cuts off."""
    assert {name: found[name] for name in found if name != "edges"} == {
        name: known[name] for name in known if name != "edges"
    }
    assert found["edges"].keys() == known["edges"].keys()
    for pair, (moves, elapsed, worked) in known["edges"].items():
        assert found["edges"][pair][0] == moves
        assert found["edges"][pair][1] == pytest.approx(elapsed, abs=1e-12)
        assert found["edges"][pair][2] == pytest.approx(worked, abs=2e-5)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=2) as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graphs")


def by_stages(engine: Engine, steps: Sequence[Step]) -> dict[str, Any]:
    """The same from the staged SQL: WORKED_STEPS, DIRECTLY_FOLLOWS, STEP_TIMES and the variants of an edition."""
    before = engine.names()
    table = engine.from_arrow("drawn", as_arrow(steps))
    rows = engine.empty(STEPS)
    cases = engine.from_rows(CASES, [{"case_id": case} for case in sorted({step.case for step in steps})])
    engine.connection.execute(f'insert into "{rows.name}" by name select * from "{table.name}"')
    worked = worked_steps(engine, cases=cases, steps=rows, schedule=SCHEDULE)
    edges = [row for row in directly_follows(engine, worked).rows() if row["agency"] is None]
    times = [row for row in step_times(engine, worked).rows() if row["agency"] is None]
    repeated = engine.stage("flow/repeated_steps", worked_steps=worked)
    variants = engine.stage("flow/variants", variant_traces=variant_traces(engine, cases=cases, steps=rows)).rows()
    found = {
        "edges": {
            (row["from_name"], row["to_name"]): (row["moves"], row["waited_days_mean"], row["waited_workdays_mean"])
            for row in edges
        },
        "starts": {row["name"]: row["starts"] for row in times if row["starts"]},
        "ends": {row["name"]: row["ends"] for row in times if row["ends"]},
        "variants": {row["path"]: row["cases"] for row in variants},
        "counts": (
            sum(row["events"] for row in times),
            sum(row["starts"] for row in times),
            len({row["case_id"] for row in repeated.rows()}),
        ),
    }
    engine.forget(engine.names() - before)
    return found


def written(folder: Path, rows: pa.Table, group_rows: int = 5) -> Path:
    path = folder / "steps.parquet"
    pq.write_table(rows, path, row_group_size=group_rows)
    return path


def by_time(steps: Sequence[Step]) -> list[Step]:
    """Any order of cases that keeps the steps of each in order: the first steps of all, then the second ..."""
    return sorted(steps, key=lambda step: step.step_no)


# --- agreement --------------------------------------------------------------------------------------------------------


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs, shuffled=st.randoms(use_true_random=False))
def test_the_walk_agrees_with_a_plain_loop_in_every_order_of_rows(folder: Path, log: Any, shuffled: Any) -> None:
    """Rows by case are walked as they come, rows by time with a place for every case, others are sorted first."""
    steps = numbered(log)
    known = by_hand(steps)
    ordered = sorted(steps, key=lambda step: (step.case.encode(), step.step_no))
    graph = process_graph(written(folder, as_arrow(ordered)), time=TIME)
    same(told(graph), known)
    assert graph.reading == "by_case"
    graph = process_graph(written(folder, as_arrow(by_time(steps))), time=TIME)
    same(told(graph), known)
    shuffled.shuffle(steps)
    same(told(process_graph(written(folder, as_arrow(steps)), time=TIME)), known)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs)
def test_the_walk_agrees_with_the_staged_tables(engine: Engine, log: Any) -> None:
    """A step with neither start nor end, or on a day outside of the calendar, leaves a wait unknown, and not zero."""
    steps = numbered(log)
    table = engine.from_arrow("drawn", as_arrow(steps))
    same(by_stages(engine, steps), told(process_graph(table, time=TIME)))
    table.drop()


@pytest.mark.parametrize(
    "kind",
    [pa.int64(), pa.int32(), pa.uint64(), pa.float64(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())],
)
def test_case_ids_may_be_numbers_or_any_kind_of_text(folder: Path, kind: pa.DataType) -> None:
    """10 comes after 2 as a number and before it as a text: both orders are read, and give the same graph."""
    steps = numbered([(case, name, 60, 120) for case in ("2", "10", "1") for name in "aba"])
    known = by_hand(steps)
    for order in (sorted(steps, key=lambda step: int(step.case)), steps, by_time(steps), steps[::-1]):
        same(told(process_graph(written(folder, as_arrow(order, kind)))), known | {"edges": elapsed_only(known)})


def elapsed_only(known: dict[str, Any]) -> dict[Any, Any]:
    return {pair: (moves, elapsed, None) for pair, (moves, elapsed, _) in known["edges"].items()}


def test_each_order_is_read_in_its_own_way(folder: Path) -> None:
    steps = numbered([(case, name, 60, 120) for case in ("1", "2") for name in "ab"])
    readings = [process_graph(written(folder, as_arrow(rows))).reading for rows in (steps, by_time(steps), steps[::-1])]
    assert readings == ["by_case", "any_order", "sorted"]


def test_a_case_that_comes_again_later_is_one_case(folder: Path) -> None:
    """Case 1 lies in the first and in the last row group; its parts are not two cases."""
    steps = [Step("1", 1, "a", 0, 1), Step("2", 1, "a", 0, 1), Step("1", 2, "b", 2, 3)]
    graph = process_graph(written(folder, as_arrow(steps), group_rows=1))
    assert told(graph)["variants"] == {"a → b": 1, "a": 1}


def test_steps_of_one_number_stay_in_the_order_of_the_file(folder: Path, engine: Engine) -> None:
    tied = [Step("2", 1, "a", 0, 1), Step("1", 2, "c", 0, 1), Step("1", 1, "b", 0, 1), Step("1", 1, "a", 0, 1)]
    for source in (written(folder, as_arrow(tied)), engine.from_arrow("tied", as_arrow(tied))):
        assert told(process_graph(source))["variants"] == {"a": 1, "b → a → c": 1}


def test_the_arrays_of_a_walk_grow_as_far_as_they_must(folder: Path) -> None:
    """40 names in 1,000 random cases: more different beginnings, pairs and cases than there is room for at first."""
    names = [f"step {number}" for number in range(40)]
    log = [
        (f"{case:04d}", names[(case * 7 + place * place * 13) % 40], place, place)
        for case in range(1000)
        for place in range(9)
    ]
    steps = numbered(log)
    known = by_hand(steps)
    known["edges"] = elapsed_only(known)
    for order in (steps, by_time(steps)):
        same(told(process_graph(written(folder, as_arrow(order), group_rows=700))), known)
    assert len(known["edges"]) > 256
    tables = kernel.Tree()
    assert (len(tables.nodes), len(tables.pairs)) == (512, 256)


def test_several_files_are_one_log_and_a_large_row_group_is_read_in_pieces(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = numbered([(case, name, 60, 120) for case in ("1", "2", "3") for name in "abc"])
    paths = [folder / "first.parquet", folder / "second.parquet"]
    pq.write_table(as_arrow(steps[:4]), paths[0])
    pq.write_table(as_arrow(steps[4:]), paths[1])
    monkeypatch.setattr(streams, "_LARGE_GROUP_ROWS", 2)
    monkeypatch.setattr(streams, "_PIECE_ROWS", 2)
    assert told(process_graph(paths))["variants"] == {"a → b → c": 3}


def test_variants_and_edges_come_in_one_order(folder: Path) -> None:
    """The most frequent first; equally frequent ones by name, a shorter way before those that go on from it."""
    steps = numbered(
        [
            (case, name, 0, 0)
            for case, names in enumerate(("b", "ab", "a", "ba", "ab", "b"))
            for name in names
            for case in [str(case)]
        ]
    )
    graph = process_graph(written(folder, as_arrow(steps)))
    assert graph.variants["path"].to_pylist() == ["a → b", "b", "a", "b → a"]
    assert graph.variants["variant_no"].to_pylist() == [1, 2, 3, 4]
    assert [(row["from_name"], row["to_name"]) for row in graph.edges.to_pylist()] == [("a", "b"), ("b", "a")]


def test_no_rows_give_a_graph_without_edges(folder: Path, engine: Engine) -> None:
    for source in (written(folder, as_arrow([])), engine.empty(STEPS)):
        graph = process_graph(source)
        assert (graph.events, graph.cases, graph.edges.num_rows, graph.variants.num_rows) == (0, 0, 0, 0)


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["case_id", "step_no"])
def test_a_step_without_a_case_or_a_number_is_refused(folder: Path, column: str) -> None:
    rows = as_arrow([Step("1", 1, "a", 0, 1), Step("2", 1, "a", 0, 1)])
    holed = pa.array([None, rows[column][1].as_py()], rows[column].type)
    path = written(folder, rows.set_column(rows.column_names.index(column), column, holed))
    with pytest.raises(UnplacedStepError, match=f"1 steps have no {column}: leave them out"):
        process_graph(path)


def test_a_file_or_table_without_a_needed_column_is_refused(folder: Path, engine: Engine) -> None:
    rows = as_arrow([Step("1", 1, "a", 0, 1)]).drop_columns("ended_at")
    with pytest.raises(TableShapeError, match=r"steps\.parquet: no column ended_at; it has case_id, step_no"):
        process_graph(written(folder, rows))
    with pytest.raises(TableShapeError, match="no column ended_at"):
        process_graph(engine.from_arrow("holed", rows))
