"""Months and years, hours, readings, promises and limits that count back: each worked out on the wall calendar."""

from __future__ import annotations

from typing import Any

import pytest

from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.clocks import answer, answer_all
from xiaoneng.core.law import load_pack, rule

SOURCES: dict[str, Any] = {
    "rule_of": lambda name, on: rule(name, on=on),
    "pack_of": load_pack,
    "calendar": load_calendar("cn"),
}


def rows(drawing: str) -> list[list[str]]:
    lines = [line for line in drawing.strip().splitlines() if "-+-" not in line]
    return [[part.strip() for part in line.split("|")] for line in lines[1:]]


def asked(start: str, limit: str, **more: Any) -> dict[str, Any]:
    return answer({"start": start, "limit": limit, **more}, **SOURCES)


def test_months_and_years_end_on_the_corresponding_day_or_the_last_of_the_month() -> None:
    """民法典 202, 203. 28 February 2026 is a make-up Saturday, 1 to 7 October a holiday; 2027 and later is provisional."""
    for start, limit, due in rows("""
        start      | limit | due
        -----------+-------+------------
        2026-01-31 | 1m    | 2026-02-28
        2024-01-31 | 1m    | 2024-02-29
        2025-01-31 | 1m    | 2025-02-28
        2024-02-29 | 1y    | 2025-02-28
        2024-02-29 | 4y    | 2028-02-29*
        2026-03-31 | 1m    | 2026-04-30
        2026-09-01 | 1m    | 2026-10-08
        2025-12-31 | 2m    | 2026-02-28
        2026-08-30 | 6m    | 2027-03-01*
        2025-12-01 | 1m    | 2026-01-04
        """):
        found = asked(start, limit)
        assert found["due_on"] + ("*" if found["is_provisional"] else "") == due, (start, limit)


def test_the_reading_decides_on_after_hours_and_rest_days() -> None:
    """Friday 6 March 2026, an office that closes at 17: what comes in at 18 waits for Monday where the rule reads it so, and
    what is done after 17 on the last day is too late. Exactly 17:00 is still within the hours.
    """
    after_hours = {"closes_at_hour": 17, "after_hours_receipt": "next_workday"}
    assert asked("2026-03-06T18:00", "5wd")["due_on"] == "2026-03-13"
    assert asked("2026-03-06T18:00", "5wd", readings=after_hours)["due_on"] == "2026-03-16"
    assert asked("2026-03-06T17:00", "5wd", readings=after_hours)["due_on"] == "2026-03-13"
    assert asked("2026-03-07", "5wd")["due_on"] == "2026-03-13"
    assert asked("2026-03-07", "5wd", readings={"rest_day_receipt": "next_workday"})["due_on"] == "2026-03-16"
    for ended, is_late in (("2026-03-13T17:00", False), ("2026-03-13T17:01", True), ("2026-03-13", False)):
        found = asked("2026-03-06", "5wd", ended_on=ended, on="2026-03-20", readings={"closes_at_hour": 17})
        assert found["is_late"] is is_late
    assert asked("2026-03-06", "5wd", ended_on="2026-03-13T23:59", on="2026-03-20")["is_late"] is False


def test_hours_run_on_and_are_judged_at_the_moment_asked() -> None:
    """24 hours from Friday 16:30 end on Saturday 16:30; without an hour they end with the next day."""
    assert asked("2026-03-06T16:30", "24h")["due_at"] == "2026-03-07T16:30"
    assert asked("2026-03-06T16:30", "24h", on="2026-03-07T16:30")["state"] == "running"
    assert asked("2026-03-06T16:30", "24h", on="2026-03-07T16:31")["state"] == "open_late"
    assert (asked("2026-03-06", "24h")["due_at"], asked("2026-03-06", "24h")["due_on"]) == (None, "2026-03-07")
    assert asked("2026-03-06T08:30Z", "24h")["due_at"] == "2026-03-07T16:30"


def test_a_bare_limit_is_a_promise_and_a_rule_is_the_law() -> None:
    """From Monday 2 March 2026: ten working days end on Monday 16, twenty on Monday 30."""
    for on, promise, both in rows("""
        on         | 10wd alone    | 10wd promised under the law of 20
        -----------+---------------+----------------------------------
        2026-03-12 | none          | none
        2026-03-13 | early_warning | early_warning
        2026-03-16 | early_warning | early_warning
        2026-03-17 | yellow        | yellow
        2026-03-30 | yellow        | yellow
        2026-03-31 | yellow        | red
        """):
        assert asked("2026-03-02", "10wd", on=on)["card"] == promise
        under_law = answer(
            {"start": "2026-03-02", "rule": "cn.licence_decision", "promised": "10wd", "on": on}, **SOURCES
        )
        assert (under_law["card"], under_law["promised_due_on"], under_law["due_on"]) == (
            both,
            "2026-03-16",
            "2026-03-30",
        )


def test_an_extension_moves_the_law_and_not_the_promise() -> None:
    granted = {"length": 10, "approved_on": "2026-03-12", "has_reasons": True}
    question = {"start": "2026-03-02", "rule": "cn.licence_decision", "promised": "10wd", "extensions": [granted]}
    found = answer(question | {"on": "2026-03-31"}, **SOURCES)
    assert (found["due_on"], found["promised_due_on"], found["card"]) == ("2026-04-14", "2026-03-16", "yellow")


def test_a_bare_limit_takes_every_extension_that_came_in_time() -> None:
    """5 working days from 2 March 2026 end on the 9th; 5 and 3 more end on the 19th."""
    assert asked("2026-03-02", "5wd", extensions=["5wd", "3wd"])["due_on"] == "2026-03-19"
    late = {"length": 3, "approved_on": "2026-03-10"}
    assert asked("2026-03-02", "5wd", extensions=["5wd", late])["findings"] == ["extension_late"]


def test_what_must_be_done_before_an_event_is_counted_back_from_it() -> None:
    """处罚法 64, 许可法 48, 50, 复议法 51: the day of the event is left out; 19 June 2026 and 1 to 5 May are holidays."""
    for name, event, last in rows("""
        rule                         | event      | last day
        -----------------------------+------------+-----------
        penalty_hearing_notice       | 2026-03-20 | 2026-03-11
        licence_hearing_notice       | 2026-05-08 | 2026-04-24
        reconsideration_hearing_notice | 2026-03-02 | 2026-02-24
        licence_renewal_request      | 2026-06-30 | 2026-05-18
        """):
        found = answer({"start": event, "rule": f"cn.{name}", "on": last}, **SOURCES)
        assert (found["due_on"], found["state"], found["remaining_workdays"]) == (last, "running", 0), name
        assert found["readings_in_words"][0].startswith("自事件之日向前数")
        late = answer({"start": event, "rule": f"cn.{name}", "ended_on": event, "on": event}, **SOURCES)
        assert late["state"] == "late"
        assert late["card"] == ("none" if name == "licence_renewal_request" else "red")


def test_silence_has_its_effect_whether_or_not_the_agency_acts_later() -> None:
    """许可法 32: a notice on 11 March 2026 comes two days late; the application is accepted from its receipt on the 2nd.
    许可法 50: expired on 3 May 2026 without a decision: renewed from that day. 复议法 30: from the end of the five days.
    """
    for name, start, ended, outcome, deemed_on in rows("""
        rule                          | start      | ended      | deemed          | from
        ------------------------------+------------+------------+-----------------+-----------
        licence_correction_notice     | 2026-03-02 | 2026-03-11 | deemed_accepted | 2026-03-02
        licence_correction_notice     | 2026-03-02 |            | deemed_accepted | 2026-03-02
        licence_renewal               | 2026-05-03 | 2026-05-20 | deemed_renewed  | 2026-05-03
        reconsideration_admissibility | 2026-03-02 |            | deemed_accepted | 2026-03-09
        """):
        question = {"start": start, "rule": f"cn.{name}", "ended_on": ended or None, "on": "2026-06-01"}
        found = answer(question, **SOURCES)
        assert (found["deemed_outcome"], found["deemed_on"], found["deemed_is"]) == (outcome, deemed_on, "calculated")


def test_before_the_calendar_and_before_the_law_nothing_is_guessed() -> None:
    early, unlawful = answer_all(
        [{"start": "2003-12-31", "limit": "5wd"}, {"start": "2004-06-30", "rule": "cn.licence_decision"}], **SOURCES
    )
    assert "outside 2004-01-01 to 2040-12-31" in early["error"]
    assert "no version is in force on 2004-06-30" in unlawful["error"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_reading_is_printed_in_the_answer(language: str) -> None:
    found = answer({"start": "2026-03-02", "rule": "cn.penalty_decision"}, **SOURCES, language=language)
    assert len(found["readings_in_words"]) == 8
    said = {"zh": "末日是休息日的，顺延到下一个工作日", "en": "ends on a rest day ends on the next working day"}[
        language
    ]
    assert said in found["readings_in_words"][-1]
