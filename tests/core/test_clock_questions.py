"""Questions about one limit asked as plain data, and the day table that explains the answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.clocks import (
    FINDINGS,
    REASONS,
    Counting,
    DayState,
    Matter,
    Pause,
    answer,
    answer_all,
    clock_of,
    explain,
    read_limit,
)
from xiaoneng.core.errors import ClockError
from xiaoneng.core.law import load_pack, rule
from xiaoneng.core.terms import ClockState, Unit
from xiaoneng.core.words import LANGUAGES, say

CN = load_calendar("cn")
ASKED: dict[str, Any] = {"rule_of": lambda name, on: rule(name, on=on), "pack_of": load_pack, "calendar": CN}


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("20wd", (20, Unit.WORKDAY)),
        ("60d", (60, Unit.DAY)),
        ("24h", (24, Unit.HOUR)),
        ("2 months", (2, Unit.MONTH)),
        ("1y", (1, Unit.YEAR)),
        ("5个工作日", (5, Unit.WORKDAY)),
        ("15日", (15, Unit.DAY)),
        ("3个月", (3, Unit.MONTH)),
    ],
)
def test_limits_are_read_as_people_write_them(text: str, limit: tuple[int, Unit]) -> None:
    assert read_limit(text) == limit


@pytest.mark.parametrize("text", ["twenty", "20", "-3wd", "20 fortnights", "", "1.5wd"])
def test_a_limit_that_is_not_understood_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ClockError, match="such as 20wd"):
        read_limit(text)


def test_a_rule_of_law_is_answered_with_pauses_extensions_and_card() -> None:
    """20 working days from Thursday 12 February 2026 end on Wednesday 18 March; the hearing of 2–12 March skips 7."""
    asked = {"start": "2026-02-12", "rule": "cn.licence_decision", "on": "2026-04-01"}
    assert answer(asked, **ASKED)["due_on"] == "2026-03-18"
    hearing = {"from": "2026-03-02", "to": "2026-03-12", "ground": "hearing", "has_written_notice": True}
    found = answer(asked | {"pauses": [hearing]}, **ASKED)
    assert (found["due_on"], found["state"], found["card"]) == ("2026-03-27", "open_late", "red")
    granted = {"length": 10, "unit": "workday", "approved_on": "2026-03-20", "has_reasons": True}
    found = answer(asked | {"pauses": [hearing], "extensions": [granted]}, **ASKED)
    assert (found["due_on"], found["extension"], found["is_late"]) == ("2026-04-13", 10, False)


def test_a_reading_can_be_changed_and_is_printed() -> None:
    asked = {"start": "2026-03-02", "limit": "5wd", "pauses": [{"from": "2026-03-04", "to": "2026-03-09"}]}
    assert answer(asked, **ASKED)["due_on"] == "2026-03-11"
    found = answer(asked | {"readings": {"pause_days": "with_both"}}, **ASKED)
    assert (found["due_on"], found["readings"]["pause_days"]) == ("2026-03-13", "with_both")


def test_silence_on_a_renewal_or_a_notice_is_marked_as_calculated() -> None:
    found = answer({"start": "2026-03-02", "rule": "cn.licence_correction_notice", "on": "2026-03-10"}, **ASKED)
    assert (found["due_on"], found["deemed_outcome"], found["deemed_is"]) == (
        "2026-03-09",
        "deemed_accepted",
        "calculated",
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "needs a start"),
        ({"start": "2026-02-12"}, "needs a limit"),
        ({"start": "12.2.2026", "limit": "2wd"}, "is not a day"),
        ({"start": "2026-02-12", "limit": "2wd", "holidays": []}, "no key 'holidays'"),
        ({"start": "2026-02-12", "limit": 2, "unit": "fortnight"}, "unit 'fortnight'"),
        ({"start": "2026-02-12", "limit": "2wd", "pauses": [{"to": "2026-02-14"}]}, "needs the day on which it began"),
        ({"start": "2026-02-12", "limit": "2wd", "readings": {"mood": "good"}}, "no reading 'mood'"),
        ({"start": "2026-02-12", "limit": "2wd", "readings": {"pause_days": "none"}}, "pause_days"),
        ({"start": "2026-02-12", "rule": "cn.licence_renewal_request", "pauses": ["2026-01-05.."]}, "counts back"),
        ({"start": "2026-02-12", "rule": "cn.licence_decisions"}, "did you mean"),
        ({"start": "1999-02-12", "limit": "2wd"}, "1999"),
        ({"start": "2026-02-12", "limit": "-2"}, "not understood"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_is_wrong(question: dict[str, Any], said: str) -> None:
    (found,) = answer_all([question], **ASKED)
    assert said in found["error"]


def test_one_bad_question_does_not_stop_the_others() -> None:
    found = answer_all([{"id": "a"}, {"id": "b", "start": "2026-02-12", "limit": "2wd"}], **ASKED)
    assert [each.get("due_on") for each in found] == [None, "2026-02-14"]


def test_the_day_table_names_each_day() -> None:
    """12 February 2026, 3 working days, paused 13 to 16 by a hearing: the 14th and 15th stand still."""
    matter = Matter(date(2026, 2, 12), 3, pauses=[Pause(date(2026, 2, 13), date(2026, 2, 16), "hearing", True)])
    counting = Counting.of(rule("cn.licence_decision"))
    told = explain(
        clock_of(matter, counting=counting, calendar=CN, on=date(2026, 2, 27)),
        calendar=CN,
        rule=rule("cn.licence_decision"),
    )
    states = {row.day.day: row.state for row in told.rows}
    assert [states[12], states[13], states[14], states[16]] == [
        DayState.START,
        DayState.COUNTED,
        DayState.PAUSED,
        DayState.SKIPPED,
    ]
    assert [row.number for row in told.rows if row.state == DayState.COUNTED] == [1, 2, 3]
    assert next(row.day for row in told.rows if row.is_due) == date(2026, 2, 25)
    assert told.rows[-1].state == DayState.OVERDUE
    assert "听证" in next(row for row in told.rows if row.state == DayState.PAUSED).sentence("zh")
    assert "国办发明电〔2025〕7号" in {row.notice for row in told.rows}
    assert "42" in told.law("zh")
    assert told.readings("en")
    assert told.sentence("en").startswith("Overdue")


def test_a_very_long_day_table_is_cut_and_says_how_much() -> None:
    matter = Matter(date(2010, 1, 4), 3)
    told = explain(clock_of(matter, counting=Counting.plain(), calendar=CN, on=date(2026, 1, 4)), calendar=CN)
    assert len(told.rows) == 1500
    assert told.days_left_out == (date(2026, 1, 4) - date(2010, 1, 4)).days + 1 - 1500


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_reason_and_state_has_its_sentence(language: str) -> None:
    for code in (*(f"finding_{each}" for each in FINDINGS), *(f"reason_{each}" for each in REASONS)):
        assert say(code, language)
    facts = {"due_on": "2026-03-02", "ended_on": "2026-03-03", "days": 1, "elapsed": 2}
    for state in set(ClockState) - {ClockState.UNJUDGED}:
        assert "2026-03-02" in say(f"clock_{state}", language, **facts)
