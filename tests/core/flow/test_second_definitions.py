"""The tables beside the definitions of another school: those of bupaR's edeaR and processmapR, in plain Python.

Janssenswillen et al., bupaR: Enabling reproducible business process analysis (Knowledge-Based Systems 163, 2019):
activity presence is the share of cases that contain an activity, trace coverage the share of cases that the most frequent
traces make up together, a repetition is an activity done again in a case, a self-loop one done again at once, and the precedence
matrix counts how often one activity comes directly before another.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import Schedule, load_calendar
from xiaoneng.core.engine import Engine
from xiaoneng.core.flow import directly_follows, step_times, variant_traces, worked_steps
from xiaoneng.core.tables import CASES, STEPS, VARIANTS

traces = st.lists(
    st.lists(st.sampled_from(["受理", "审查", "决定", "b"]), min_size=1, max_size=6), min_size=1, max_size=12
)


@settings(max_examples=25)
@given(log=traces)
def test_the_tables_agree_with_the_definitions_of_bupar(log: list[list[str]]) -> None:
    with Engine() as engine:
        ids = [f"case-{number:02d}" for number in range(len(log))]
        cases = engine.from_rows(CASES, [{"case_id": case_id, "agency": "A"} for case_id in ids])
        rows = [
            {"case_id": case_id, "step_no": place, "agency": "A", "name": name}
            for case_id, trace in zip(ids, log, strict=True)
            for place, name in enumerate(trace, start=1)
        ]
        steps = engine.from_rows(STEPS, rows)
        worked = worked_steps(engine, cases=cases, steps=steps, schedule=Schedule("cn", load_calendar("cn")))
        names = {row["name"]: row for row in step_times(engine, worked).rows() if row["agency"] is None}
        moves = [row for row in directly_follows(engine, worked).rows() if row["agency"] is None]
        kept = variant_traces(engine, cases=cases, steps=steps)
        variants = engine.stage("flow/variants", out=VARIANTS, variant_traces=kept).rows()
    for name in {name for trace in log for name in trace}:
        row = names[name]
        assert row["cases"] == sum(name in trace for trace in log)  # activity presence, as a count
        assert row["repeats"] == sum(max(trace.count(name) - 1, 0) for trace in log)  # repetitions
        assert row["self_loops"] == sum((name, name) == pair for trace in log for pair in pairwise(trace))
        assert (row["starts"], row["ends"]) == (
            sum(trace[0] == name for trace in log),
            sum(trace[-1] == name for trace in log),
        )
    assert {(row["from_name"], row["to_name"]): row["moves"] for row in moves} == Counter(
        pair for trace in log for pair in pairwise(trace)
    )  # precedence matrix
    counted = sorted(Counter(map(tuple, log)).values(), reverse=True)
    whole = [row for row in variants if row["agency"] is None]
    assert [row["cases"] for row in whole] == counted
    covered = [sum(counted[: place + 1]) / len(log) for place in range(len(counted))]
    assert [row["coverage"] for row in whole] == pytest.approx(covered)  # trace coverage
