"""The table and the single case agree under every rule of every pack, in every unit, with hours, and for steps as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.clocks import Counting, Matter, Pause, clock_of, judge, judge_case
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import CalendarGapError
from xiaoneng.core.law import Pack, Readings, load_pack
from xiaoneng.core.tables import CASE_CLOCKS, CASES, EXTENSIONS, PAUSES, STEPS
from xiaoneng.core.terms import PauseGround, Unit

# What is drawn is made into days and moments near each other, so that limits pass, pauses overlap and silence speaks.
days = st.one_of(st.dates(date(2019, 12, 1), date(2020, 3, 15)), st.dates(date(2024, 6, 1), date(2027, 2, 28)))
hours = st.one_of(st.none(), st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 30])))
limits = st.one_of(
    st.tuples(st.integers(0, 70), st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.HOUR])),
    st.tuples(st.integers(0, 14), st.sampled_from([Unit.MONTH, Unit.YEAR])),
)
stops = st.tuples(
    st.integers(-10, 60),
    st.one_of(st.none(), st.integers(-1, 30)),
    st.sampled_from([*PauseGround, PauseGround.HEARING, PauseGround.SUPPLEMENT]),
    st.sampled_from([True, None, False]),
)
grants = st.tuples(
    st.integers(1, 40),
    st.sampled_from(list(Unit)),
    st.one_of(st.none(), st.integers(-5, 90)),
    st.sampled_from([True, None, False]),
)
drawn_cases = st.fixed_dictionaries(
    {
        "rule": st.integers(0, 200),
        "received": st.one_of(st.none(), days, days, days),
        "accepted": st.one_of(st.none(), st.integers(-2, 15)),
        "concluded": st.one_of(st.none(), st.integers(-2, 110)),
        "noticed": st.one_of(st.none(), st.none(), st.integers(0, 12)),
        "hours": st.tuples(hours, hours, hours),
        "promised": st.one_of(st.none(), limits),
        "promised_due": st.one_of(st.none(), st.none(), st.integers(-3, 40)),
        "statutory": st.one_of(st.none(), st.none(), limits),
        "outcome": st.sampled_from([None, "granted", "refused", "not_accepted"]),
        "has_reasons": st.sampled_from([None, True, False]),
        "has_fee_basis": st.sampled_from([None, None, True, False]),
        "pauses": st.lists(stops, max_size=4),
        "extensions": st.lists(grants, max_size=2),
        "step": st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(-1, 60)), limits),
    }
)


def with_other_readings(pack: Pack) -> Pack:
    """The pack with the readings that its rules leave at their default turned the other way."""
    other = Readings(
        after_hours_receipt="next_workday",
        rest_day_receipt="next_workday",
        pause_days="with_both",
        late_extension="counted",
        extension_without_reasons="counted",
        pause_without_notice="counted",
        roll_over="none",
        closes_at_hour=17,
    )
    turned = {
        name: tuple(replace(rule, readings=other, counts_first_day=True) for rule in rules)
        for name, rules in pack.versions.items()
    }
    return replace(pack, versions=turned)


PACKS = {name: load_pack(name) for name in ("cn", "cn-anyang", "it")}
PACKS |= {f"{name}, other readings": with_other_readings(load_pack(name)) for name in ("cn", "cn-anyang", "nl")}


@pytest.fixture(scope="module", params=PACKS)
def pack(request: pytest.FixtureRequest) -> Pack:
    return PACKS[request.param]


@pytest.fixture(scope="module")
def engine(pack: Pack) -> Engine:
    return Engine(threads=1, zone=pack.zone)


def after(day: date | None, count: int | None) -> date | None:
    return None if day is None or count is None else day + timedelta(days=count)


def at(day: date | None, hour: time | None, zone: str) -> datetime | None:
    return None if day is None or hour is None else datetime.combine(day, hour, ZoneInfo(zone))


def as_case(number: int, drawn: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    rules = [None, "made.unknown", *pack.versions]
    received_on = drawn["received"]
    accepted_on = after(received_on, drawn["accepted"])
    concluded_on = after(accepted_on or received_on, drawn["concluded"])
    moments = [
        at(day, hour, pack.zone)
        for day, hour in zip((received_on, accepted_on, concluded_on), drawn["hours"], strict=True)
    ]
    return {
        "case_id": f"case-{number}",
        "law_rule": rules[drawn["rule"] % len(rules)],
        "received_on": received_on,
        "accepted_on": accepted_on,
        "concluded_on": concluded_on,
        **dict(zip(("received_at", "accepted_at", "concluded_at"), moments, strict=True)),
        "supplement_notified_on": after(received_on, drawn["noticed"]),
        **limit_columns("promised", drawn["promised"]),
        **limit_columns("statutory", drawn["statutory"]),
        "promised_due_on": after(accepted_on, drawn["promised_due"]),
        **{name: drawn[name] for name in ("outcome", "has_reasons", "has_fee_basis")},
    }


def limit_columns(name: str, limit: tuple[int, Unit] | None) -> dict[str, Any]:
    return {} if limit is None else {f"{name}_limit": limit[0], f"{name}_unit": str(limit[1])}


def side_rows(number: int, drawn: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    base = drawn["received"] or date(2026, 3, 2)
    pauses = [
        {
            "case_id": f"case-{number}",
            "pause_no": place,
            "started_on": after(base, first),
            "ended_on": after(after(base, first), lasted),
            "ground": str(ground),
            "has_written_notice": notice,
        }
        for place, (first, lasted, ground, notice) in enumerate(drawn["pauses"])
    ]
    extensions = [
        {
            "case_id": f"case-{number}",
            "extension_no": place,
            "length": length,
            "unit": str(unit),
            "approved_on": after(base, approved),
            "has_reasons": reasons,
        }
        for place, (length, unit, approved, reasons) in enumerate(drawn["extensions"])
    ]
    return pauses, extensions


def as_step(number: int, drawn: Mapping[str, Any], zone: str) -> dict[str, Any]:
    waited, lasted, limit = drawn["step"]
    started_on = after(drawn["received"], waited)
    ended_on = after(started_on, lasted)
    return {
        "case_id": f"case-{number}",
        "step_no": 1,
        "started_on": started_on,
        "ended_on": ended_on,
        "started_at": at(started_on, drawn["hours"][0], zone),
        "ended_at": at(ended_on, drawn["hours"][2], zone),
        "limit_length": limit[0],
        "limit_unit": str(limit[1]),
    }


@settings(max_examples=6, deadline=None, phases=[Phase.generate])  # many cases at once: shrinking takes minutes
@given(drawn=st.lists(drawn_cases, min_size=1, max_size=40), on=days)
def test_table_and_single_case_agree_under_every_rule(
    pack: Pack, engine: Engine, drawn: list[dict[str, Any]], on: date
) -> None:
    calendar = load_calendar(pack.calendar)
    cases = [as_case(number, one, pack) for number, one in enumerate(drawn)]
    sides = [side_rows(number, one) for number, one in enumerate(drawn)]
    steps = [as_step(number, one, pack.zone) for number, one in enumerate(drawn)]
    judged = judge(
        engine,
        cases=engine.from_rows(CASES, cases),
        steps=engine.from_rows(STEPS, steps),
        pauses=engine.from_rows(PAUSES, [row for pauses, _ in sides for row in pauses]),
        extensions=engine.from_rows(EXTENSIONS, [row for _, extensions in sides for row in extensions]),
        pack=pack,
        calendar=calendar,
        on=on,
    )
    table = {row["case_id"]: row for row in judged.case_clocks.rows()}
    step_table = {row["case_id"]: row for row in judged.step_clocks.rows()}
    assert list(step_table) == sorted(step_table)  # by case: however the threads ran, the edition keeps the same bytes
    for case, step, (pauses, extensions) in zip(cases, steps, sides, strict=True):
        found = judge_case(case, pauses=pauses, extensions=extensions, pack=pack, calendar=calendar, on=on)
        row = found.row()
        single = {name: str(row[name]) if isinstance(row[name], str) else row[name] for name in CASE_CLOCKS.names}
        assert {name: table[case["case_id"]][name] for name in CASE_CLOCKS.names} == single, (case, pauses, extensions)
        wanted = step_clock(step, pauses, found.rule and Counting.of(found.rule), calendar, on)
        assert {name: step_table[case["case_id"]][name] for name in wanted} == wanted, (step, pauses, found.law_rule)


def step_clock(
    step: Mapping[str, Any], pauses: list[dict[str, Any]], of_rule: Counting | None, calendar: Any, on: date
) -> dict[str, Any]:
    """The clock of a step as one matter: counted and paused as the case's rule says, received whenever it began."""
    started_on, ended_on = step["started_on"], step["ended_on"]
    unjudged = {"state": "unjudged", "due_on": None, "card": "none"}
    if started_on is None:
        return unjudged | {"reason": "no_start"}
    if ended_on is not None and ended_on < started_on:
        return unjudged | {"reason": "ended_before_started"}
    if started_on > on:
        return unjudged | {"reason": "starts_after_day"}
    counting = of_rule or Counting(pause_grounds=frozenset())
    plain = Readings(
        pause_days=counting.readings.pause_days, pause_without_notice=counting.readings.pause_without_notice
    )
    counting = replace(counting, readings=plain)
    matter = Matter(
        started_on,
        step["limit_length"],
        Unit(step["limit_unit"]),
        ended_on=ended_on,
        started_at=step["started_at"],
        ended_at=step["ended_at"],
        pauses=[Pause(row["started_on"], row["ended_on"], row["ground"], row["has_written_notice"]) for row in pauses]
        if of_rule
        else [],
    )
    try:
        clock = clock_of(matter, counting=counting, calendar=calendar, on=on)
    except CalendarGapError:
        return unjudged | {"reason": "calendar_gap"}
    return {
        "due_on": clock.due_on,
        "elapsed_workdays": clock.elapsed_workdays,
        "remaining_workdays": clock.remaining_workdays,
        "state": str(clock.state),
        "reason": None,
        "card": "yellow" if clock.is_late else "none",
        "is_provisional": clock.is_provisional,
    }
