"""The table version, the single-case version and a plain day-by-day loop give the same clock on made-up cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.clocks import Clock, Counting, Extension, Matter, Pause, clock_of, judge, judge_case
from xiaoneng.core.engine import Engine
from xiaoneng.core.law import CardCondition, CardRule, CardRules, MustAct, Pack, Readings, Rule
from xiaoneng.core.tables import CASE_CLOCKS, CASES, EXTENSIONS, PAUSES, STEPS
from xiaoneng.core.terms import Card, PauseGround, StartEvent, Unit

CALENDAR = load_calendar("cn")
ONE_DAY = timedelta(days=1)
GROUNDS = (PauseGround.HEARING, PauseGround.TESTING)


def made_rule(name: str, **changed: Any) -> Rule:
    values: dict[str, Any] = {
        "id": f"made.{name}",
        "name_zh": "测试规则",
        "name_en": "made-up rule",
        "starts_with": StartEvent.ACCEPTED,
        "limit": 20,
        "unit": Unit.WORKDAY,
        "extension_limit": 10,
        "extension_unit": Unit.WORKDAY,
        "extension_needs_reasons": True,
        "pause_grounds": GROUNDS,
        "pause_notice_required": True,
        "law": "made-up law",
    }
    return Rule(**(values | changed))


RULES = (
    made_rule("workdays"),
    made_rule("notice", starts_with=StartEvent.RECEIVED, limit=5, deemed_outcome="deemed_accepted"),
    made_rule("days", limit=60, unit=Unit.DAY, extension_limit=30, extension_unit=Unit.DAY, law="other law"),
    made_rule("months", limit=2, unit=Unit.MONTH, extension_limit=1, extension_unit=Unit.MONTH, law="other law"),
    made_rule("silent", limit=30, unit=Unit.DAY, law="other law", readings=Readings(roll_over="none")),
    made_rule(
        "generous",
        counts_first_day=True,
        law="other law",
        readings=Readings(
            pause_days="with_both",
            late_extension="counted",
            extension_without_reasons="counted",
            pause_without_notice="counted",
            rest_day_receipt="next_workday",
        ),
    ),
    made_rule("edge", law="other law", limit=0, readings=Readings(pause_days="with_first")),
    made_rule("restart", law="other law", starts_with=StartEvent.RECEIVED, restarts_on_supplement=True),
    made_rule("admission", law="third law"),
    made_rule(
        "admitted",
        law="third law",
        starts_with=StartEvent.RECEIVED,
        limit=5,
        deemed_outcome="deemed_accepted",
        deemed_from="limit_end",
    ),
    made_rule("receipt", law="other law", starts_with=StartEvent.RECEIVED, readings=Readings(pause_days="with_last")),
)
LEVELS = {
    CardCondition.PROMISED_WITHIN_WORKDAYS: Card.EARLY_WARNING,
    CardCondition.PROMISED_PASSED: Card.YELLOW,
    CardCondition.CORRECTION_NOTICE_MISSED: Card.YELLOW,
    CardCondition.STATUTORY_PASSED: Card.RED,
    CardCondition.REFUSAL_WITHOUT_REASONS: Card.RED,
    CardCondition.CHARGE_WITHOUT_BASIS: Card.RED,
    CardCondition.IRREGULAR_PAUSE: Card.RED,
}
CARD_RULES = CardRules(
    id="made",
    version="1",
    name_zh="测试规则集",
    name_en="made-up rule set",
    in_force_from=None,
    is_confirmed=False,
    checked_by="",
    review_by=None,
    note="",
    rules=tuple(
        CardRule(
            id=str(condition),
            name_zh="规则",
            name_en="rule",
            level=level,
            condition=condition,
            workdays=1 if condition == CardCondition.PROMISED_WITHIN_WORKDAYS else None,
            must_act=MustAct.HANDLER,
            reply_workdays=3,
            decide_workdays=10,
            basis="",
            source="",
        )
        for condition, level in LEVELS.items()
    ),
)
PACK = Pack(
    id="made",
    name_zh="测试包",
    name_en="made-up pack",
    zone="Asia/Shanghai",
    calendar="cn",
    default_rule="made.workdays",
    is_confirmed=False,
    source="made up",
    note="",
    place="",
    card_rules=CARD_RULES,
    versions={rule.id: (rule,) for rule in RULES},
)

days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
lengths = st.integers(0, 40)
pauses = st.builds(
    lambda started_on, length, is_open, ground, notice: Pause(
        started_on, None if is_open else started_on + timedelta(days=length), ground, notice
    ),
    days,
    st.integers(-1, 30),
    st.sampled_from([False, False, False, False, True]),
    st.sampled_from([*GROUNDS, PauseGround.SUPPLEMENT]),
    st.sampled_from([True, True, None, False]),
)
extensions = st.builds(
    Extension,
    st.integers(1, 15),
    st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.MONTH]),
    st.one_of(st.none(), days),
    st.sampled_from([True, None, False]),
)


def skipped_days(matter: Matter, counting: Counting, until: date) -> set[date]:
    """Every day on which the clock stands still, listed one by one."""
    skipped: set[date] = set()
    for pause in matter.pauses:
        if pause.ended_on is not None and pause.ended_on < pause.started_on:
            continue
        if counting.pause_grounds is not None and pause.ground not in counting.pause_grounds:
            continue
        strict = counting.pause_notice_required and counting.readings.pause_without_notice == "ignored"
        if strict and pause.has_written_notice is False:
            continue
        day = pause.started_on
        while day <= (pause.ended_on or until):
            is_first = day == pause.started_on and counting.readings.pause_days in ("strictly_inside", "with_last")
            is_last = day == pause.ended_on and counting.readings.pause_days in ("strictly_inside", "with_first")
            if not is_first and not is_last:
                skipped.add(day)
            day += ONE_DAY
    return skipped


def looped(matter: Matter, counting: Counting, length: int, until: date) -> date | None:
    """The due day, counted off one day at a time; None where the count never ends before `until`."""
    skipped = skipped_days(matter, counting, until)
    if length == 0:
        return matter.started_on
    if matter.limit_unit == Unit.MONTH:
        month = matter.started_on.month - 1 + length
        last_on = date(matter.started_on.year + month // 12, month % 12 + 1, 1)
        while last_on.day < matter.started_on.day and (last_on + ONE_DAY).month == last_on.month:
            last_on += ONE_DAY
        length = (last_on - matter.started_on).days
    day = matter.started_on - (ONE_DAY if counting.counts_first_day else timedelta())
    counted = 0
    while counted < length:
        day += ONE_DAY
        if day > until:
            return None
        if day in skipped or (matter.limit_unit == Unit.WORKDAY and not CALENDAR.is_workday(day)):
            continue
        counted += 1
    while counting.rolls_over and matter.limit_unit != Unit.WORKDAY and not CALENDAR.is_workday(day):
        day += ONE_DAY
    return day


def looped_elapsed(matter: Matter, counting: Counting, till: date) -> int:
    skipped = skipped_days(matter, counting, till)
    day = matter.started_on - (ONE_DAY if counting.counts_first_day else timedelta())
    counted = 0
    while day < till:
        day += ONE_DAY
        counted += CALENDAR.is_workday(day) and day not in skipped
    return counted


@settings(max_examples=120, deadline=None)
@given(
    started_on=days,
    length=lengths,
    unit=st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.MONTH]),
    paused=st.lists(pauses, max_size=5),
    rule=st.sampled_from(RULES),
    open_days=st.integers(0, 120),
)
def test_the_closed_form_gives_what_counting_off_the_days_gives(
    started_on: date, length: int, unit: Unit, paused: list[Pause], rule: Rule, open_days: int
) -> None:
    counting = replace(Counting.of(rule), readings=replace(rule.readings, rest_day_receipt="same_day"))
    matter = Matter(started_on, length if unit != Unit.MONTH else length % 6, unit, pauses=paused)
    on = started_on + timedelta(days=open_days)
    clock = clock_of(matter, counting=counting, calendar=CALENDAR, on=on)
    due_on = looped(matter, counting, matter.limit_length, until=date(2029, 12, 31))
    assert clock.due_on == due_on
    assert clock.elapsed_workdays == looped_elapsed(matter, counting, on)
    assert clock.is_late is (due_on is not None and on > due_on)
    if due_on is not None and on <= due_on:
        left = looped_elapsed(matter, counting, due_on) - looped_elapsed(matter, counting, on)
        assert clock.remaining_workdays == left


@settings(max_examples=120, deadline=None)
@given(started_on=days, paused=st.lists(pauses, max_size=4), given_days=st.integers(-3, 60))
def test_a_day_that_the_record_gives_is_pushed_back_as_a_limit_of_as_many_working_days(
    started_on: date, paused: list[Pause], given_days: int
) -> None:
    counting = Counting.of(RULES[0])
    given_on = started_on + timedelta(days=given_days)
    limit = sum(CALENDAR.is_workday(started_on + timedelta(days=number)) for number in range(1, given_days + 1))
    undisturbed, pushed = (
        looped(Matter(started_on, limit, pauses=stops), counting, limit, until=date(2029, 12, 31))
        for stops in ([], paused)
    )
    clock = clock_of(
        Matter(started_on, given_due_on=given_on, pauses=paused), counting=counting, calendar=CALENDAR, on=started_on
    )
    assert clock.due_on == (given_on if pushed == undisturbed else pushed)


@settings(max_examples=80, deadline=None)
@given(started_on=days, paused=st.lists(pauses, max_size=3), granted=st.lists(extensions, min_size=1, max_size=2))
def test_an_extension_counts_once_in_its_own_unit_and_only_when_it_came_in_time(
    started_on: date, paused: list[Pause], granted: list[Extension]
) -> None:
    counting = Counting.of(RULES[0])
    matter = Matter(started_on, 20, pauses=paused, extensions=granted)
    base_due_on = looped(matter, counting, 20, until=date(2029, 12, 31))
    first = min(granted, key=lambda one: one.approved_on or date.min)
    is_in_time = first.approved_on is None or base_due_on is None or first.approved_on <= base_due_on
    counts = first.unit == Unit.WORKDAY and first.has_reasons is not False and is_in_time
    expected = looped(matter, counting, 20 + (min(first.length, 10) if counts else 0), until=date(2029, 12, 31))
    assert clock_of(matter, counting=counting, calendar=CALENDAR, on=started_on).due_on == expected


maybe_days = st.one_of(st.none(), days)
case_rows = st.fixed_dictionaries(
    {
        "law_rule": st.sampled_from([None, *(rule.id for rule in RULES), "made.unknown"]),
        "received_on": maybe_days,
        "wait_days": st.one_of(st.none(), st.integers(0, 15)),
        "lasted_days": st.one_of(st.none(), st.integers(-1, 90)),
        "noticed_days": st.one_of(st.none(), st.none(), st.integers(0, 12)),
        "promised_limit": st.one_of(st.none(), st.integers(0, 30)),
        "promised_unit": st.sampled_from([Unit.WORKDAY, Unit.WORKDAY, Unit.DAY, Unit.MONTH]),
        "promised_due_days": st.one_of(st.none(), st.none(), st.none(), st.integers(-3, 40)),
        "statutory_limit": st.one_of(st.none(), st.none(), st.integers(0, 60)),
        "statutory_unit": st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.MONTH]),
        "outcome": st.sampled_from([None, "granted", "refused", "not_accepted"]),
        "has_reasons": st.sampled_from([None, True, False]),
        "has_fee_basis": st.sampled_from([None, None, True, False]),
        "pauses": st.lists(pauses, max_size=5),
        "extensions": st.lists(extensions, max_size=2),
    }
)


def as_case(number: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    def after(day: date | None, length: int | None) -> date | None:
        return None if day is None or length is None else day + timedelta(days=length)

    received_on = drawn["received_on"]
    accepted_on = after(received_on, drawn["wait_days"])
    row = {name: value for name, value in drawn.items() if name in CASES.names}
    return row | {
        "case_id": f"case-{number}",
        "accepted_on": accepted_on,
        "concluded_on": after(accepted_on or received_on, drawn["lasted_days"]),
        "supplement_notified_on": after(received_on, drawn["noticed_days"]),
        "promised_due_on": after(accepted_on, drawn["promised_due_days"]),
        "statutory_limit": drawn["statutory_limit"]
        if drawn["statutory_unit"] != Unit.MONTH
        else (drawn["statutory_limit"] or 0) % 4,
    }


def side_rows(number: int, drawn: Sequence[Any], key: str) -> list[dict[str, Any]]:
    names = {"pause_no": ("started_on", "ended_on", "ground", "has_written_notice")}.get(
        key, ("length", "unit", "approved_on", "has_reasons")
    )
    return [
        {"case_id": f"case-{number}", key: place, **{name: getattr(one, name) for name in names}}
        for place, one in enumerate(drawn)
    ]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(threads=1)


@settings(max_examples=40, deadline=None)
@given(drawn=st.lists(case_rows, min_size=1, max_size=40), on=days)
def test_the_table_gives_what_the_single_case_gives(engine: Engine, drawn: list[dict[str, Any]], on: date) -> None:
    cases = [as_case(number, one) for number, one in enumerate(drawn)]
    paused = [row for number, one in enumerate(drawn) for row in side_rows(number, one["pauses"], "pause_no")]
    granted = [row for number, one in enumerate(drawn) for row in side_rows(number, one["extensions"], "extension_no")]
    judged = judge(
        engine,
        cases=engine.from_rows(CASES, cases),
        steps=engine.empty(STEPS),
        pauses=engine.from_rows(PAUSES, paused),
        extensions=engine.from_rows(EXTENSIONS, granted),
        pack=PACK,
        calendar=CALENDAR,
        on=on,
    )
    table = {row["case_id"]: {name: row[name] for name in CASE_CLOCKS.names} for row in judged.case_clocks.rows()}
    for case in cases:
        single = judge_case(
            case,
            pauses=[row for row in paused if row["case_id"] == case["case_id"]],
            extensions=[row for row in granted if row["case_id"] == case["case_id"]],
            pack=PACK,
            calendar=CALENDAR,
            on=on,
        ).row()
        assert table[case["case_id"]] == {name: _plain(single[name]) for name in CASE_CLOCKS.names}, case


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def test_a_clock_is_the_same_each_time_it_is_asked() -> None:
    matter = Matter(date(2026, 2, 12), 2)
    clocks: list[Clock] = [clock_of(matter, counting=Counting(), calendar=CALENDAR, on=date(2026, 2, 20)) for _ in "ab"]
    assert clocks[0] == clocks[1]
