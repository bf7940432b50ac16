"""The same log in every format, and under every usual name of its columns, is the same log."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import quoteattr

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoneng.core.intake import Batch, summarise

Reader = Callable[..., Batch]
Row = tuple[str, str, datetime, str]  # case, activity, moment, resource
XES_NAMES = ("case:concept:name", "concept:name", "time:timestamp", "org:resource")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn")), min_size=1, max_size=8
)
words = texts.filter(lambda text: text.upper() not in ("NA", "NAN", "NAT", "NONE", "NULL", "\\N") and "\\" not in text)
rows = st.lists(
    st.tuples(
        st.sampled_from(["001", "1", "甲-2", "A/3"]),
        st.sampled_from(["受理", "审核", "a,b", 'say "x"', "a;b", "<&>"]) | words,
        st.integers(0, 60 * 24 * 90).map(lambda minutes: BEGIN + timedelta(minutes=minutes)),
        st.sampled_from(["张三", "李四", "Émile"]),
    ),
    min_size=2,
    max_size=12,
)


def as_xes(log: Sequence[Row]) -> bytes:
    traces = []
    for case_no in dict.fromkeys(row[0] for row in log):
        events = "".join(
            f'<event><string key="concept:name" value={quoteattr(name)}/><string key="org:resource" value="{who}"/>'
            f'<date key="time:timestamp" value="{at.isoformat()}"/></event>'
            for case, name, at, who in log
            if case == case_no
        )
        traces.append(f'<trace><string key="concept:name" value="{case_no}"/>{events}</trace>')
    return f'<?xml version="1.0" encoding="UTF-8"?><log>{"".join(traces)}</log>'.encode()


def as_csv(log: Sequence[Row], names: Sequence[str] = XES_NAMES) -> bytes:
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(names)
    writer.writerows([case, name, at.isoformat(), who] for case, name, at, who in log)
    return held.getvalue().encode()


def as_parquet(log: Sequence[Row]) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table(dict(zip(XES_NAMES, map(list, zip(*log, strict=True)), strict=True))), held)
    return held.getvalue()


def as_lines(log: Sequence[Row]) -> bytes:
    values = [dict(zip(XES_NAMES, (case, name, at.isoformat(), who), strict=True)) for case, name, at, who in log]
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in values).encode()


def as_workbook(log: Sequence[Row]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for down, cells in enumerate([XES_NAMES, *((case, name, at.isoformat(), who) for case, name, at, who in log)]):
            for across, cell in enumerate(cells):
                sheet.write_string(down, across, cell)
    return held.getvalue()


FORMATS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "log.xes": as_xes,
    "log.csv": as_csv,
    "log.parquet": as_parquet,
    "log.jsonl": as_lines,
    "log.xlsx": as_workbook,
}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=rows)
def test_every_format_gives_the_same_summary_cases_and_steps(imported: Reader, log: list[Row]) -> None:
    known: tuple[Any, ...] | None = None
    for name, write in FORMATS.items():
        batch = imported({name: write(log)})
        found = summarise(batch)
        cases = sorted((row["case_no"], row["received_at"]) for row in batch.cases.rows())
        steps = sorted(
            (row["case_id"], row["step_no"], row["name"], row["ended_at"], row["handler"]) for row in batch.steps.rows()
        )
        assert found["events"] == len(log)
        assert known is None or known == (found, cases, steps), name
        known = (found, cases, steps)


SPELLINGS = [
    ("CaseID", "Activity", "Timestamp", "Resource"),
    ("Case ID", "Activity", "Complete Timestamp", "Resource"),
    ("Case_ID", "ActivityID", "CompleteTimestamp", "Resource"),
    ("case_id", "activity", "time", "org:resource"),
    ("case", "event", "date", "user"),
    ("case concept:name", "event concept:name", "event time:timestamp", "event org:resource"),
    ("CASE_concept_name", "activity_id", "timestamp", "resource_id"),
    ("办件编号", "环节名称", "办理时间", "办理人"),
    ("案件编号", "活动", "时间戳", "经办人"),
    ("案例编号", "活动名称", "发生时间", "操作人"),
    ("工單編號", "環節", "時間", "處理人"),
    ("case_id", "activity", "created_at", "user"),
]
LOG = [("1", name, BEGIN + timedelta(hours=hour), "r") for hour, name in enumerate("ABA")] + [("2", "A", BEGIN, "r")]


@pytest.mark.parametrize("names", SPELLINGS)
def test_columns_are_known_by_their_usual_names(imported: Reader, names: tuple[str, ...]) -> None:
    batch = imported({"log.csv": as_csv(LOG, names)})
    found = summarise(batch)
    assert batch.profile.name == "event_log"
    assert [found[key] for key in ("cases", "events", "activities", "variants")] == [2, 4, 2, 2]
    assert {row["handler"] for row in batch.steps.rows()} == {"r"}


def test_other_columns_of_a_log_change_nothing(imported: Reader) -> None:
    more = b"".join(
        line + (b",Variant,Variant index,case:LoanGoal\n" if number == 0 else b",Variant 1,1,Car\n")
        for number, line in enumerate(as_csv(LOG).split(b"\r\n")[:-1])
    )
    assert summarise(imported({"log.csv": more})) == summarise(imported({"plain.csv": as_csv(LOG)}))


def test_a_column_that_only_bears_the_name_of_a_day_is_left_out_and_named(imported: Reader) -> None:
    table = "case_id,activity,timestamp,deadline,end_time\n1,A,2026-03-02,soon,phase 2\n1,B,2026-03-03,,phase 3\n"
    batch = imported({"log.csv": table}, accept_good_rows=False)
    assert summarise(batch)["events"] == 2
    left_out = [facts["column"] for code, facts in batch.report.warnings if code == "intake.no_days"]
    assert sorted(left_out) == ["deadline", "end_time"]
    assert {note.column: note.note for note in batch.report.columns}["deadline"] == "left_out"


def test_a_column_of_days_that_cannot_be_read_is_not_left_out(imported: Reader) -> None:
    batch = imported(
        {"log.csv": "case_id,activity,start_time,end_time\n1,A,03/04/2026,04/04/2026\n1,B,2026-03-02,2026-02-30\n"}
    )
    assert [(row["line"], row["reason"]) for row in batch.set_aside.rows()] == [
        (2, "unreadable_time"),
        (3, "unreadable_time"),
    ]


def test_starts_and_ends_in_one_row_are_one_step(imported: Reader) -> None:
    table = "Case ID,Activity,Resource,Start Timestamp,Complete Timestamp\n1,A,r,2012/01/29 23:24:00.000,2012/01/30 05:43:00.000\n"
    (step,) = imported({"log.csv": table}).steps.rows()
    assert (str(step["started_on"]), str(step["ended_on"])) == ("2012-01-29", "2012-01-30")


def test_ties_keep_the_order_of_the_file_in_every_format(imported: Reader) -> None:
    tied = [("1", name, BEGIN, "r") for name in ("B", "A", "C")] + [("2", name, BEGIN, "r") for name in ("C", "A", "B")]
    for name, write in FORMATS.items():
        batch = imported({name: write(tied)})
        assert [row["name"] for row in batch.steps.rows()] == ["B", "A", "C", "C", "A", "B"]
        assert summarise(batch)["variants"] == 2


def test_types_of_columns_do_not_matter(imported: Reader) -> None:
    """Whole numbers, days, zoneless moments (which are local), dictionaries: what other programs write into Parquet."""
    moments = pa.array([datetime(2026, 3, 2, 9), datetime(2026, 3, 3, 9)], pa.timestamp("ns"))
    table = pa.table(
        {
            "case_id": pa.array([7, 7], pa.int64()),
            "activity": pa.array(["A", "B"]).dictionary_encode(),
            "timestamp": moments,
            "due_on": pa.array([datetime(2026, 3, 5).date(), None], pa.date32()),
        }
    )
    held = io.BytesIO()
    pq.write_table(table, held)
    batch = imported({"log.parquet": held.getvalue()})
    assert [(row["case_id"], row["name"], f"{row['ended_at']:%d %H:%M}") for row in batch.steps.rows()] == [
        ("7", "A", "02 09:00"),
        ("7", "B", "03 09:00"),
    ]
