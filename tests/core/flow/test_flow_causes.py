"""The causes of waiting: against sets of minutes in a plain loop, against the published log, in parts, and twice the same."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import Schedule, load_calendar, read_hours
from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.errors import TableShapeError
from xiaoneng.core.flow import case_causes, causes_parts, split_waits, step_causes, wait_causes, worked_steps
from xiaoneng.core.tables import CASES, CAUSES, LEADERS, PAUSES, STEPS

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = load_calendar("cn")
FIRST = date(2026, 3, 6)  # a Friday, so that the weekend is among the days
MIDNIGHT = datetime(2026, 3, 6, tzinfo=ZONE)
OFFICE = Schedule("office", CALENDAR, read_hours("09:00-12:00, 13:00-17:00"))
SHORT = Schedule("short", CALENDAR, read_hours("10:00-15:00"))
LATE = Schedule("late", CALENDAR, read_hours("12:00-20:00"))
AGENCIES, HANDLERS = {"B": SHORT}, {"Li": LATE, "Chen": SHORT}
ON = FIRST + timedelta(days=4)
Minutes = set[int]


@dataclass(frozen=True)
class Step:
    """A step in minutes after the first midnight; `start` None is not recorded."""

    case: str
    agency: str
    office: str | None
    handler: str | None
    name: str
    start: int | None
    end: int
    enabled: int = 0
    is_first: bool = False
    is_inferred: bool = False


@dataclass(frozen=True)
class Pause:
    """A stop of the clock in days after the first; `to` None is open."""

    case: str
    ground: str
    begin: int
    to: int | None


# --- the oracle: every cause is a set of minutes ----------------------------------------------------------------------


def causes_by_hand(
    steps: Sequence[Step], pauses: Sequence[Pause], *, batch_steps: int, gap: int
) -> dict[int, tuple[dict[str, int], dict[str, int]]]:
    """Each wait by cause, elapsed and working minutes, under the place of its step."""
    placed = with_starts(with_enabling(steps))
    batches = batches_of(placed, batch_steps=batch_steps, gap=gap)
    found = {}
    for place, step in enumerate(placed):
        left = set(range(step.enabled, begun(step)))
        if not left:
            continue
        parts: dict[str, Minutes] = {}
        ready = max((placed[one].enabled for one in batches.get(place, ())), default=step.enabled)
        others = [
            one for one in placed if one is not step and holder(one) == holder(step) and holder(step)[1:] != NOBODY
        ]
        later = [one for one in others if one.enabled > step.enabled]
        at_other = [one for one in placed if one.case == step.case and one.agency != "A"]
        is_signed = (step.agency, step.handler) == ("A", "Chen") or step.name == "签发"
        for cause, minutes in (
            ("batching", set(range(step.enabled, ready))),
            ("prioritisation", minutes_of(later)),
            ("contention", minutes_of(others)),
            ("unavailability", left - open_minutes(HANDLERS.get(str(step.handler)) or agency_hours(step))),
            ("applicant", paused(pauses, step.case, {"supplement"})),
            ("other_agency", left if step.agency != "A" else minutes_of(at_other)),
            (
                "other_agency",
                paused(pauses, step.case, {"other_agency_opinion", "third_party_opinion", "expert_review"}),
            ),
            ("signature", left if is_signed else set()),
            ("unexplained", left),
        ):
            parts[cause] = parts.get(cause, set()) | (left & minutes)
            left = left - minutes
        worked = open_minutes(agency_hours(step))
        found[place] = (
            {cause: len(parts[cause]) for cause in CAUSES},
            {cause: len(parts[cause] & worked) for cause in CAUSES},
        )
    return found


NOBODY = (None, None)


def holder(step: Step) -> tuple[str, str | None, str | None]:
    return step.agency, step.handler, None if step.handler else step.office


def agency_hours(step: Step) -> Schedule:
    return AGENCIES.get(step.agency, OFFICE)


def begun(step: Step) -> int:
    assert step.start is not None
    return step.start


def minutes_of(steps: Sequence[Step]) -> Minutes:
    return {minute for step in steps for minute in range(begun(step), step.end)}


def open_minutes(schedule: Schedule) -> Minutes:
    return {
        day * 1440 + minute
        for day in range(30)
        if CALENDAR.is_workday(FIRST + timedelta(days=day))
        for begin, end in schedule.hours.spans
        for minute in range(begin, end)
    }


def paused(pauses: Sequence[Pause], case: str, grounds: set[str]) -> Minutes:
    last_day = (ON - FIRST).days
    return {
        minute
        for pause in pauses
        if pause.case == case and pause.ground in grounds
        for minute in range(pause.begin * 1440, (1 + (last_day if pause.to is None else pause.to)) * 1440)
    }


def with_enabling(steps: Sequence[Step]) -> list[Step]:
    ended: dict[str, int] = {}
    found = []
    for step in steps:
        own = step.end if step.start is None else step.start
        found.append(replace(step, enabled=ended.get(step.case, own), is_first=step.case not in ended))
        ended[step.case] = max(step.end, own)
    return found


def with_starts(steps: Sequence[Step]) -> list[Step]:
    found = []
    for step in steps:
        start = step.start
        if start is None and step.is_first:
            start = step.end
        if start is None:
            before = [one.end for one in steps if holder(one) == holder(step) and one.end < step.end]
            start = min(step.end, max([step.enabled, *(before if holder(step)[1:] != NOBODY else ())]))
        is_inferred = step.start is None and not step.is_first
        found.append(replace(step, start=start, enabled=min(step.enabled, start), is_inferred=is_inferred))
    return found


def batches_of(steps: Sequence[Step], *, batch_steps: int, gap: int) -> dict[int, list[int]]:
    """The members of each batch, under the place of each of them."""
    lanes = defaultdict(list)
    for place, step in enumerate(steps):
        if step.name and holder(step)[1:] != NOBODY:
            lanes[(holder(step), step.name)].append(place)
    found: dict[int, list[int]] = {}
    for lane in lanes.values():
        lane.sort(
            key=lambda place: (begun(steps[place]), steps[place].end, steps[place].is_inferred, steps[place].enabled)
        )
        runs: list[list[int]] = []
        for place in lane:
            step, run = steps[place], runs[-1] if runs else []
            ends = [steps[one].end for one in run]
            touches = run and (step.end == ends[-1] if step.is_inferred else begun(step) <= max(ends) + gap)
            if touches and step.enabled <= begun(steps[run[0]]):
                run.append(place)
            else:
                runs.append([place])
        found |= {place: run for run in runs if len(run) >= batch_steps for place in run}
    return found


# --- made-up counties -------------------------------------------------------------------------------------------------


def drawn_steps(random_: random.Random, *, cases: int, longest: int) -> list[Step]:
    """Steps mostly in office hours, on a grid and some odd minutes, crowded enough that all causes occur."""
    steps = []
    for number in range(cases):
        at = random_.choice((0, 3, 4, 5)) * 1440 + random_.randrange(8 * 60, 17 * 60, 15)
        for _ in range(random_.randint(1, longest)):
            start = at + random_.choice((-30, 0, 0, 15, 30, 60, 120, 240, 1440))
            if random_.random() < 0.4:  # kept for the next sitting: 8:00, 12:00, 16:00 ...
                start += -start % 240
            end = start + random_.choice((0, 7, 15, 15, 30, 60, 180))
            handler = random_.choice(("Li", "Li", "Chen", "Wang", None))
            office = random_.choice(("planning", None))
            name = random_.choice(("check", "check", "check", "签发", ""))
            agency = random_.choice("AAAAB")
            known = random_.random() < 0.8
            steps.append(Step(f"case-{number}", agency, office, handler, name, start if known else None, end))
            at = max(end, at) if random_.random() < 0.9 else at
    return steps


def drawn_pauses(random_: random.Random, *, cases: int) -> list[Pause]:
    grounds = ("supplement", "supplement", "other_agency_opinion", "third_party_opinion", "expert_review", "suspension")
    pauses = []
    for _ in range(cases):
        begin = random_.randrange(5)
        to = random_.choice((None, begin, begin + 1, begin + 3))
        pauses.append(Pause(f"case-{random_.randrange(cases)}", random_.choice(grounds), begin, to))
    return pauses


def at(minute: int | None) -> datetime | None:
    return None if minute is None else MIDNIGHT + timedelta(minutes=minute)


def day(number: int | None) -> date | None:
    return None if number is None else FIRST + timedelta(days=number)


def tables(engine: Engine, steps: Sequence[Step], pauses: Sequence[Pause]) -> tuple[Table, dict[str, Any]]:
    """WORKED_STEPS of these steps, and what else the causes ask for."""
    names = dict.fromkeys(step.case for step in steps)
    cases = engine.from_rows(CASES, [{"case_id": name, "agency": "A", "service_item": "permit"} for name in names])
    numbers: dict[str, int] = defaultdict(int)
    rows = []
    for step in steps:
        numbers[step.case] += 1
        rows.append(
            {"case_id": step.case, "step_no": numbers[step.case], "agency": step.agency, "office": step.office}
            | {"handler": step.handler, "name": step.name, "started_at": at(step.start), "ended_at": at(step.end)}
        )
    stops = [
        {"case_id": one.case, "pause_no": number, "ground": one.ground, "started_on": day(one.begin)}
        | {"ended_on": day(one.to)}
        for number, one in enumerate(pauses)
    ]
    worked = worked_steps(
        engine, cases=cases, steps=engine.from_rows(STEPS, rows), schedule=OFFICE, agency_schedules=AGENCIES
    )
    asked = {
        "cases": cases,
        "pauses": engine.from_rows(PAUSES, stops),
        "leaders": engine.from_rows(LEADERS, [{"agency": "A", "handler": "Chen"}]),
        "schedule": OFFICE,
        "agency_schedules": AGENCIES,
        "handler_schedules": HANDLERS,
        "on": ON,
    }
    return worked, asked


def places_of(steps: Sequence[Step]) -> dict[tuple[str, int], int]:
    numbers: dict[str, int] = defaultdict(int)
    found = {}
    for place, step in enumerate(steps):
        numbers[step.case] += 1
        found[(step.case, numbers[step.case])] = place
    return found


def measured(row: Mapping[str, Any], unit: str) -> dict[str, int]:
    assert all(row[f"{cause}_{unit}"] % 60 == 0 for cause in CAUSES)
    return {cause: row[f"{cause}_{unit}"] // 60 for cause in CAUSES}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(threads=1, zone=str(ZONE))


@settings(max_examples=10)
@given(
    seed=st.integers(0, 10**6),
    cases=st.integers(1, 25),
    longest=st.integers(1, 5),
    batch_steps=st.integers(2, 3),
    gap=st.sampled_from((0, 15)),
)
def test_the_causes_are_those_of_plain_sets_of_minutes(
    engine: Engine, seed: int, cases: int, longest: int, batch_steps: int, gap: int
) -> None:
    random_ = random.Random(seed)
    steps, pauses = drawn_steps(random_, cases=cases, longest=longest), drawn_pauses(random_, cases=cases)
    expected = causes_by_hand(steps, pauses, batch_steps=batch_steps, gap=gap)
    worked, asked = tables(engine, steps, pauses)
    places = places_of(steps)
    rows = split_waits(engine, worked, **asked, batch_steps=batch_steps, batch_gap_seconds=gap * 60).rows()
    found = {
        places[(row["case_id"], row["step_no"])]: (measured(row, "seconds"), measured(row, "workseconds"))
        for row in rows
    }
    assert found == expected


def test_the_made_up_counties_hold_every_cause() -> None:
    """Otherwise the comparison above would say little: over some seeds, every cause takes time in both measures."""
    seen = [set[str](), set[str]()]
    for seed in range(6):
        random_ = random.Random(seed)
        steps, pauses = drawn_steps(random_, cases=14, longest=5), drawn_pauses(random_, cases=14)
        for both in causes_by_hand(steps, pauses, batch_steps=2, gap=0).values():
            for names, parts in zip(seen, both, strict=True):
                names |= {cause for cause, minutes in parts.items() if minutes}
    assert seen == [set(CAUSES), set(CAUSES)]


def test_the_causes_add_up_to_the_wait_and_closed_time_is_the_rest_of_the_elapsed_time(engine: Engine) -> None:
    """In both measures; and where the start is recorded, the wait is that of the steps, counted another way."""
    random_ = random.Random(7)
    steps, pauses = drawn_steps(random_, cases=60, longest=6), drawn_pauses(random_, cases=60)
    worked, asked = tables(engine, steps, pauses)
    of_step = {(row["case_id"], row["step_no"]): row for row in worked.rows()}
    rows = split_waits(engine, worked, **asked).rows()
    for row in rows:
        for unit in ("seconds", "workseconds"):
            assert min(row[f"{cause}_{unit}"] for cause in CAUSES) >= 0
            assert sum(row[f"{cause}_{unit}"] for cause in CAUSES) == row[f"waited_{unit}"]
        step = of_step[(row["case_id"], row["step_no"])]
        assert row["is_start_inferred"] == (not step["is_start_recorded"])
        if step["is_start_recorded"]:
            assert (row["waited_seconds"], row["waited_workseconds"]) == (
                step["waited_seconds"],
                step["waited_workseconds"],
            )
        else:
            assert 0 < row["waited_seconds"] <= step["waited_seconds"]
    recorded = {key for key, step in of_step.items() if step["is_start_recorded"] and step["waited_seconds"]}
    assert recorded <= {(row["case_id"], row["step_no"]) for row in rows}
    assert len(rows) > len(recorded) > 50


def test_the_same_steps_in_small_parts_in_another_order_and_on_two_threads_give_the_same_table(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    random_ = random.Random(11)
    steps, pauses = drawn_steps(random_, cases=80, longest=5), drawn_pauses(random_, cases=80)
    worked, asked = tables(engine, steps, pauses)
    whole = step_causes(engine, worked, **asked).arrow()
    monkeypatch.setattr(causes_parts, "PART_STEPS", 20)
    assert step_causes(engine, worked, **asked).arrow() == whole
    by_case = defaultdict(list)
    for step in steps:
        by_case[step.case].append(step)
    turned = [step for case in reversed(by_case) for step in by_case[case]]
    with Engine(threads=2, zone=str(ZONE)) as other:
        again, asked_again = tables(other, turned, list(reversed(pauses)))
        found = step_causes(other, again, **asked_again)
        assert found.arrow() == whole
        summed = wait_causes(other, found, again).arrow()
    assert wait_causes(engine, step_causes(engine, worked, **asked), worked).arrow() == summed


def test_every_scope_sums_up_to_the_whole(engine: Engine) -> None:
    random_ = random.Random(13)
    worked, asked = tables(engine, drawn_steps(random_, cases=60, longest=5), drawn_pauses(random_, cases=60))
    rows = wait_causes(engine, step_causes(engine, worked, **asked), worked).rows()
    (whole,) = (row for row in rows if row["scope"] == "all")
    for scope in ("agency", "agency_item", "agency_item_name", "agency_name"):
        parts = [row for row in rows if row["scope"] == scope]
        assert sum(row["waits"] for row in parts) == whole["waits"] > 0
        for column in ("waited_workdays", "waited_days", "closed_days", *(f"{cause}_workdays" for cause in CAUSES)):
            assert sum(row[column] for row in parts) == pytest.approx(whole[column], abs=1e-9)
    for row in rows:
        assert sum(row[f"{cause}_workdays"] for cause in CAUSES) == pytest.approx(row["waited_workdays"], abs=1e-9)


def test_the_cases_of_an_agency_sum_up_to_its_row(engine: Engine) -> None:
    random_ = random.Random(17)
    worked, asked = tables(engine, drawn_steps(random_, cases=60, longest=5), drawn_pauses(random_, cases=60))
    steps = step_causes(engine, worked, **asked)
    of_agency = {row["agency"]: row for row in wait_causes(engine, steps, worked).rows() if row["scope"] == "agency"}
    cases = case_causes(engine, steps, worked).rows()
    assert len({(row["case_id"], row["agency"]) for row in cases}) == len(cases)
    assert {row["agency"] for row in cases} == set(of_agency)
    for agency, whole in of_agency.items():
        own = [row for row in cases if row["agency"] == agency]
        assert sum(row["waits"] for row in own) == whole["waits"]
        for column in ("waited_workdays", *(f"{cause}_workdays" for cause in CAUSES)):
            assert sum(row[column] for row in own) == pytest.approx(whole[column], abs=1e-4)


def test_no_table_is_left_behind_but_the_result(engine: Engine) -> None:
    worked, asked = tables(engine, drawn_steps(random.Random(1), cases=4, longest=3), [])
    before = engine.names()
    found = split_waits(engine, worked, **asked)
    assert engine.names() - before == {found.name}


def test_no_steps_give_no_waits(engine: Engine) -> None:
    worked, asked = tables(engine, [], [])
    steps = step_causes(engine, worked, **asked)
    assert (steps.rows(), wait_causes(engine, steps, worked).rows()) == ([], [])


def test_another_table_than_the_one_asked_for_is_refused(engine: Engine) -> None:
    worked, asked = tables(engine, drawn_steps(random.Random(1), cases=2, longest=2), [])
    with pytest.raises(TableShapeError, match="pauses: no column"):
        split_waits(engine, worked, **(asked | {"pauses": asked["cases"]}))
    with pytest.raises(TableShapeError, match="leaders: no column"):
        split_waits(engine, worked, **(asked | {"leaders": asked["cases"]}))
    with pytest.raises(TableShapeError, match="worked_steps: no column"):
        split_waits(engine, asked["cases"], **asked)
    with pytest.raises(TableShapeError, match="step_causes: no column"):
        wait_causes(engine, worked, worked)
    with pytest.raises(TableShapeError, match="step_causes: no column"):
        case_causes(engine, worked, worked)


def test_the_published_log_is_divided_as_published_in_every_cell(shared_data: Path) -> None:
    """Test log 1 of waiting-time-analysis 1.3.8 (Apache-2.0); open Monday to Friday 10 to 20, Marcus not 12 to 12:30."""
    folder = shared_data / "wta_manual_log"
    with (folder / "manual_log_1.csv").open(encoding="utf-8") as file:
        log = list(csv.DictReader(file))
    with (folder / "manual_log_1_expected.csv").open(encoding="utf-8") as file:
        expected = {
            tuple(
                row[name] for name in ("source_activity", "source_resource", "target_activity", "target_resource")
            ): row
            for row in csv.DictReader(file)
        }
    numbers: dict[str, int] = defaultdict(int)
    steps = []
    for row in log:
        numbers[row["case_id"]] += 1
        steps.append(
            {"case_id": row["case_id"], "step_no": numbers[row["case_id"]], "name": row["Activity"]}
            | {"handler": row["Resource"]}
            | {
                column: datetime.fromisoformat(row[text]).replace(tzinfo=ZONE)
                for column, text in (("started_at", "start_time"), ("ended_at", "end_time"))
            }
        )
    everyone = Schedule("everyone", CALENDAR, read_hours("10:00-20:00"))
    marcus = Schedule("Marcus", CALENDAR, read_hours("10:00-12:00, 12:30-20:00"))
    with Engine(threads=1, zone=str(ZONE)) as engine:
        cases = engine.from_rows(CASES, [{"case_id": case, "agency": "A"} for case in numbers])
        worked = worked_steps(engine, cases=cases, steps=engine.from_rows(STEPS, steps), schedule=everyone)
        splits = split_waits(
            engine,
            worked,
            cases=cases,
            pauses=engine.empty(PAUSES),
            schedule=everyone,
            handler_schedules={"Marcus": marcus},
            on=date(2022, 5, 31),
        )
        waited = {(row["case_id"], row["step_no"]): row for row in splits.rows()}
        moves = {(row["case_id"], row["step_no"]): row for row in worked.rows() if not row["is_first"]}
    columns = {
        "wt_batching": ("batching",),
        "wt_prioritization": ("prioritisation",),
        "wt_contention": ("contention",),
        "wt_unavailability": ("unavailability",),
        "wt_extraneous": ("applicant", "other_agency", "signature", "unexplained"),
        "wt_total": CAUSES,
    }
    found = {}
    for key, move in moves.items():
        row = waited.get(key, {})
        names = (move["from_name"], move["from_handler"], move["name"], move["handler"])
        found[names] = {
            column: sum(row.get(f"{cause}_seconds", 0) for cause in causes) for column, causes in columns.items()
        }
    assert len(moves) == len(expected) == 8
    assert found == {
        names: {column: elapsed_seconds(row[column]) for column in columns} for names, row in expected.items()
    }


def elapsed_seconds(text: str) -> int:
    """`0 days 02:30:00` or `0 days`."""
    days, _, clock = text.partition(" days")
    hours, minutes, seconds = (int(part) for part in (clock.strip() or "0:0:0").split(":"))
    return int(days) * 86400 + hours * 3600 + minutes * 60 + seconds
