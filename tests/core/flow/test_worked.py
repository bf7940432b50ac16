"""Steps with their waits: against a plain loop, in slices as well as at once; office hours and their refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import DEFAULT_HOURS, Calendar, Schedule, load_calendar, read_hours, worked_quarters
from xiaoneng.core.calendar import worked_time as quarters_of
from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.errors import CalendarError, TableShapeError
from xiaoneng.core.flow import directly_follows, graph, slices, step_times, worked_steps
from xiaoneng.core.tables import CASES, STEPS

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 2, 11), date(2026, 3, 8)  # the Spring Festival with its make-up Saturdays lies between
CALENDAR = Calendar("short", load_calendar("cn").days(FIRST, LAST), announced_through=LAST)
COUNTY = Schedule("county", CALENDAR)
COURT = Schedule("court", CALENDAR, read_hours("09:00-11:45，13:15-18:00"))
BEGIN = datetime(2026, 2, 10, tzinfo=ZONE)
SECONDS = 28 * 86_400  # a day more on either side than the calendar has

Row = tuple[str, str | None, str | None, int | None, int | None]  # case, agency, office, start, end
moments = st.none() | st.integers(0, SECONDS)
logs = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["water", "court", None]),
        st.sampled_from(["window", "review", None]),
        moments,
        moments,
    ),
    min_size=1,
    max_size=15,
)
AGENCY_OF = {"A": "water", "B": "court", "C": None}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=2) as made:
        yield made


# --- the plain loop ---------------------------------------------------------------------------------------------------


def worked_between(begin: int | None, end: int | None, schedule: Schedule) -> int | None:
    """Seconds of office hours between two moments, day after day; None where one of them is outside of the calendar."""
    if begin is None or end is None:
        return None
    first, last = BEGIN + timedelta(seconds=begin), BEGIN + timedelta(seconds=end)
    if not all(FIRST <= moment.date() <= LAST for moment in (first, last)):
        return None
    total, day = 0, first.date()
    while day <= last.date():
        if CALENDAR.is_workday(day):
            midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
            for opened, closed in schedule.hours.spans:
                from_at = max(first, midnight + timedelta(minutes=opened))
                to_at = min(last, midnight + timedelta(minutes=closed))
                total += max(int((to_at - from_at).total_seconds()), 0)
        day += timedelta(days=1)
    return total


def by_hand(log: Sequence[Row]) -> list[dict[str, Any]]:
    found = []
    for case in sorted({row[0] for row in log}):
        before: dict[str, Any] | None = None
        for number, (_, agency, office, start, end) in enumerate([row for row in log if row[0] == case], 1):
            arrived = start if start is not None else end
            left = max((one for one in (arrived, end) if one is not None), default=None)
            enabled = before["left"] if before else arrived
            doer = agency or AGENCY_OF[case]
            schedule = COURT if doer == "court" else COUNTY
            is_clipped = arrived is not None and enabled is not None and arrived <= enabled
            known = arrived is not None and enabled is not None
            row = {
                "case_id": case,
                "step_no": number,
                "agency": doer,
                "from_agency": before["agency"] if before else None,
                "from_office": before["office"] if before else None,
                "office": office,
                "left": left,
                "is_start_recorded": start is not None,
                "is_end_recorded": end is not None,
                "waited_seconds": (0 if is_clipped else arrived - enabled) if known else None,  # type: ignore[operator]
                "took_seconds": None if left is None else left - arrived,  # type: ignore[operator]
                "waited_workseconds": 0 if is_clipped else worked_between(enabled, arrived, schedule),
                "took_workseconds": worked_between(arrived, left, schedule),
                "workday_seconds": schedule.hours.workday_seconds,
                "is_first": before is None,
            }
            found.append(row)
            before = row
    return found


def tables(engine: Engine, log: Sequence[Row]) -> tuple[Table, Table]:
    numbers: dict[str, int] = {}
    rows = []
    for case, agency, office, start, end in log:
        numbers[case] = numbers.get(case, 0) + 1
        rows.append(
            {
                "case_id": case,
                "step_no": numbers[case],
                "agency": agency,
                "office": office,
                "name": f"step {numbers[case] % 3}",
                "started_at": None if start is None else BEGIN + timedelta(seconds=start),
                "ended_at": None if end is None else BEGIN + timedelta(seconds=end),
            }
        )
    cases = [{"case_id": case, "agency": agency, "service_item": "permit"} for case, agency in AGENCY_OF.items()]
    return engine.from_rows(CASES, cases), engine.from_rows(STEPS, rows)


def counted(engine: Engine, cases: Table, steps: Table) -> Table:
    return worked_steps(engine, cases=cases, steps=steps, schedule=COUNTY, agency_schedules={"court": COURT})


# --- agreement --------------------------------------------------------------------------------------------------------


@settings(max_examples=12)
@given(log=logs)
def test_waits_and_work_are_those_of_a_plain_loop(engine: Engine, log: list[Row]) -> None:
    """Moments on rest days, in breaks, missing, and on days that the calendar does not have."""
    before = engine.names()
    found = counted(engine, *tables(engine, log)).rows()
    expected = by_hand(log)
    names = [name for name in expected[0] if name != "left"]
    assert [{name: row[name] for name in names} for row in found] == [
        {name: row[name] for name in names} for row in expected
    ]
    last = {row["case_id"]: row["step_no"] for row in expected}
    assert [row["is_last"] for row in found] == [row["step_no"] == last[row["case_id"]] for row in found]
    engine.forget(engine.names() - before)


def test_slices_give_the_same_rows_in_the_same_order(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty cases at once and in slices of about seventeen steps: the same table, ordered by case and step."""
    log: list[Row] = [
        (f"{case % 60:03d}", "water", "window", 40_000 * case, 40_000 * case + 9_000) for case in range(150)
    ]
    cases, steps = tables(engine, log)
    whole = counted(engine, cases, steps)
    monkeypatch.setattr(slices, "SLICE_STEPS", 17)
    assert len(list(slices.in_slices(engine, steps=steps))) == 9
    sliced = counted(engine, cases, steps)
    assert sliced.rows() == whole.rows()
    assert [(row["case_id"], row["step_no"]) for row in sliced.rows()] == sorted(
        (row["case_id"], row["step_no"]) for row in whole.rows()
    )


def test_the_same_steps_in_another_order_give_the_same_tables(engine: Engine) -> None:
    log: list[Row] = [(case, None, None, 3_600 * hour, 3_600 * hour + 60) for hour, case in enumerate("ABACABBCA")]
    cases, steps = tables(engine, log)
    turned = engine.from_arrow("turned", steps.arrow().take(list(range(8, -1, -1))))
    first, second = counted(engine, cases, steps), counted(engine, cases, turned)
    assert first.rows() == second.rows()
    assert directly_follows(engine, first).rows() == directly_follows(engine, second).rows()
    assert step_times(engine, first).rows() == step_times(engine, second).rows()


def test_no_steps_give_no_rows(engine: Engine) -> None:
    table = counted(engine, engine.empty(CASES), engine.empty(STEPS))
    assert (table.count(), directly_follows(engine, table).count(), step_times(engine, table).count()) == (0, 0, 0)


def test_a_table_of_another_shape_is_refused(engine: Engine) -> None:
    cases = engine.empty(CASES)
    with pytest.raises(TableShapeError, match="steps: no column step_no"):
        worked_steps(engine, cases=cases, steps=cases, schedule=COUNTY)
    with pytest.raises(TableShapeError, match="worked_steps: no column step_no"):
        directly_follows(engine, cases)


# --- office hours -----------------------------------------------------------------------------------------------------


def test_office_hours_are_read_as_they_are_written() -> None:
    read = read_hours("08:30–12:00； 14:00-17:30")
    assert (read.spans, read.workday_seconds, read.is_confirmed) == (DEFAULT_HOURS.spans, 7 * 3600, True)
    assert str(read) == "08:30–12:00, 14:00–17:30"
    assert not DEFAULT_HOURS.is_confirmed
    assert read_hours("0:00-24:00").workday_seconds == 86_400


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cannot be read: write them as 08:30-12:00, 14:00-17:30"),
        ("morning", "cannot be read"),
        ("08:30-12:00, later", "cannot be read"),
        ("08:30-25:00", "cannot be read"),
        ("08:30-12:10", "on a quarter of an hour"),
        ("12:00-08:30", "must end after it begins"),
        ("08:30-12:00, 11:00-17:30", "after the one before"),
        ("08:30-24:15", "must end after it begins"),
        ("08:75-12:00", "cannot be read"),
    ],
)
def test_office_hours_that_cannot_be_are_refused(text: str, reason: str) -> None:
    with pytest.raises(CalendarError, match=reason):
        read_hours(text)


def test_working_time_ends_with_the_calendar() -> None:
    """From a day before the calendar to a day behind it, quarters are counted on its own days alone."""
    found = quarters_of(
        COUNTY, first_on=FIRST - timedelta(days=9), last_on=LAST + timedelta(days=9), zone="Asia/Shanghai"
    )
    days = (LAST - FIRST).days + 1
    workdays = sum(CALENDAR.is_workday(FIRST + timedelta(days=number)) for number in range(days))
    assert len(found.is_worked) == days * 96
    assert found.workseconds[-1] == workdays * 7 * 3600
    assert found.first_quarter == int(datetime(2026, 2, 11, tzinfo=ZONE).timestamp()) // 900
    outside = quarters_of(COUNTY, first_on=date(1999, 1, 1), last_on=date(1999, 2, 1), zone="Asia/Shanghai")
    assert (len(outside.is_worked), outside.workseconds.tolist()) == (0, [0])


def test_clocks_that_are_put_back_do_not_double_an_hour() -> None:
    """In Rome 25 October 2026 has 25 hours: 100 quarters, of which the office hours are as many as on any day."""
    days = load_calendar("cn").days(date(2026, 10, 24), date(2026, 10, 26))
    schedule = Schedule("rome", Calendar("rome", days, announced_through=date(2026, 10, 26)), read_hours("00:00-24:00"))
    found = quarters_of(schedule, first_on=date(2026, 10, 24), last_on=date(2026, 10, 26), zone="Europe/Rome")
    assert len(found.is_worked) == 96 + 100 + 96
    assert datetime.fromtimestamp(found.first_quarter * 900, UTC) == datetime(2026, 10, 23, 22, tzinfo=UTC)


def test_several_schedules_stand_in_one_table(engine: Engine) -> None:
    table = worked_quarters(engine, [COUNTY, COURT], first_on=FIRST, last_on=FIRST, zone="Asia/Shanghai")
    rows = table.rows()
    assert {row["schedule"] for row in rows} == {"county", "court"}
    hours = {name: sum(row["is_worked"] for row in rows if row["schedule"] == name) / 4 for name in ("county", "court")}
    assert hours == {"county": 7.0, "court": 7.5}


def test_a_log_summed_part_by_part_gives_the_same_tables(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moves and steps at once, and in parts of about five: the same rows in the same order, the whole before the agencies."""
    log: list[Row] = [
        (case, agency, None, 3_000 * turn, 3_000 * turn + 70 * turn % 5_000)
        for turn in range(8)
        for case, agency in (("A", "water"), ("B", "court"), ("C", None), ("A", "court"))
    ]
    table = counted(engine, *tables(engine, log))
    whole = directly_follows(engine, table).rows(), step_times(engine, table).rows()
    monkeypatch.setattr(graph, "_PART_STEPS", 5)
    divided = directly_follows(engine, table).rows(), step_times(engine, table).rows()
    assert divided == whole
    scopes = list(dict.fromkeys((row["agency"], row["service_item"]) for row in whole[1]))
    assert scopes == [(None, None), ("court", None), ("water", None), ("court", "permit"), ("water", "permit")]
    assert sum(row["moves"] for row in whole[0] if row["agency"] is None) == 29
