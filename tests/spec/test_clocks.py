"""How a legal clock runs, one rule a test. Expected days are worked out on the wall calendar of 2026.

March 2026: the 1st is a Sunday, and Monday to Friday are worked. Off in spring: 15 to 23 February, 4 to 6 April.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from xiaoneng.core.calendar import Calendar, load_calendar
from xiaoneng.core.clocks import Clock, Counting, Extension, Matter, Pause, clock_of, judge_case
from xiaoneng.core.law import Readings, load_pack, rule
from xiaoneng.core.terms import Card, ClockState, PauseGround, Unit

CN = load_calendar("cn")
LICENCE = rule("cn.licence_decision")


def day(text: str) -> date:
    """A day of 2026 written month-day."""
    return date.fromisoformat(f"2026-{text}")


def clock(started_on: str, limit: int, unit: Unit = Unit.WORKDAY, *, on: str = "12-31", **more: Any) -> Clock:
    counting = more.pop("counting", Counting.plain())
    return clock_of(Matter(day(started_on), limit, unit, **more), counting=counting, calendar=CN, on=day(on))


def case(**known: Any) -> dict[str, Any]:
    return {"case_id": "A", "received_on": day("03-02"), "accepted_on": day("03-02"), **known}


def judged(known: dict[str, Any], on: str, **more: Any) -> Any:
    return judge_case(known, pack=load_pack("cn"), calendar=CN, on=day(on), **more)


def test_working_days_are_counted_from_the_day_after() -> None:
    """Monday 2 March, 5 working days: Monday 9. On Thursday 12 February, 3 working days: Tuesday 24."""
    assert clock("03-02", 5).due_on == day("03-09")
    assert clock("02-12", 3).due_on == day("02-24")


def test_calendar_days_that_end_on_a_rest_day_roll_to_the_next_working_day() -> None:
    """2 March and 60 days: 1 May, a holiday until the 5th; so Wednesday 6 May. Without rolling over it stays 1 May."""
    assert clock("03-02", 60, Unit.DAY).due_on == day("05-06")
    assert clock("03-02", 60, Unit.DAY, counting=Counting.plain(rolls_over=False)).due_on == day("05-01")


def test_a_month_ends_on_the_corresponding_day_or_on_the_last() -> None:
    """民法典 202: 31 March and one month is 30 April; 30 January and one month is 28 February, a make-up day."""
    assert clock("03-31", 1, Unit.MONTH).due_on == day("04-30")
    assert clock("01-30", 1, Unit.MONTH).due_on == day("02-28")
    assert CN.is_workday(day("02-28"))


def test_hours_run_from_the_moment() -> None:
    """24 hours from Friday 6 March, 16:30: Saturday 7 March, 16:30; concluded at 16:31 is late."""
    started_at = datetime(2026, 3, 6, 16, 30)
    asked = {"started_at": started_at, "ended_on": day("03-07")}
    late = clock("03-06", 24, Unit.HOUR, ended_at=datetime(2026, 3, 7, 16, 31), **asked)
    assert (late.due_at, late.is_late) == (datetime(2026, 3, 7, 16, 30), True)
    assert clock("03-06", 24, Unit.HOUR, ended_at=datetime(2026, 3, 7, 16, 29), **asked).is_late is False


def test_days_strictly_inside_a_pause_are_skipped() -> None:
    """From Monday 2 March, 5 working days, paused Wednesday 4 to Monday 9: Thursday 5 and Friday 6 are skipped."""
    paused = [Pause(day("03-04"), day("03-09"))]
    assert clock("03-02", 5, pauses=paused).due_on == day("03-11")


def test_a_promised_day_in_the_record_moves_with_a_lawful_pause() -> None:
    """Promised for Monday 9 March as its record says, paused Wednesday 4 to Monday 9: two days later, Wednesday 11."""
    paused = Pause(day("03-04"), day("03-09"))
    assert clock("03-02", 0, given_due_on=day("03-09")).due_on == day("03-09")
    assert clock("03-02", 0, given_due_on=day("03-09"), pauses=[paused]).due_on == day("03-11")
    assert clock("03-02", 0, given_due_on=day("03-09"), pauses=[Pause(day("03-10"), day("03-20"))]).due_on == day(
        "03-09"
    )
    still = clock("03-02", 0, given_due_on=day("03-09"), pauses=[Pause(day("03-04"))], on="03-31")
    assert (still.due_on, still.state, still.remaining_workdays) == (None, ClockState.PAUSED, 3)


@pytest.mark.parametrize(
    ("reading", "due_on"),
    [("strictly_inside", "03-11"), ("with_first", "03-12"), ("with_last", "03-12"), ("with_both", "03-13")],
)
def test_the_rule_says_which_edge_of_a_pause_stands_still(reading: Any, due_on: str) -> None:
    counting = Counting.plain(readings=Readings(pause_days=reading))
    assert clock("03-02", 5, pauses=[Pause(day("03-04"), day("03-09"))], counting=counting).due_on == day(due_on)


def test_overlapping_pauses_are_counted_once() -> None:
    """4–9 and 6–11 March together skip 5, 6, 9 and 10: the fifth day after Monday 2 is Friday 13."""
    both = [Pause(day("03-04"), day("03-09")), Pause(day("03-06"), day("03-11"))]
    assert clock("03-02", 5, pauses=both).due_on == day("03-13")
    assert clock("03-02", 5, pauses=both).paused_workdays == 4


def test_a_pause_after_the_due_day_changes_nothing() -> None:
    assert clock("03-02", 5, pauses=[Pause(day("03-09"), day("03-20"))]).due_on == day("03-09")


def test_an_open_pause_gives_no_due_day_yet() -> None:
    """Two of five days are counted when the pause of 4 March begins; its own day still counts."""
    paused = clock("03-02", 5, pauses=[Pause(day("03-04"))], on="03-20")
    assert (paused.due_on, paused.state, paused.remaining_workdays) == (None, ClockState.PAUSED, 3)


def test_an_extension_adds_to_the_limit() -> None:
    """行政许可法 42: 20 working days from 2 March end on 30 March; ten more, 6 April being off, on 14 April."""
    granted = [Extension(10, approved_on=day("03-27"), has_reasons=True)]
    counting = Counting.of(LICENCE)
    assert clock("03-02", 20, counting=counting).due_on == day("03-30")
    assert clock("03-02", 20, counting=counting, extensions=granted).due_on == day("04-14")


@pytest.mark.parametrize(
    ("extension", "finding"),
    [
        (Extension(10, approved_on=day("03-31"), has_reasons=True), "extension_late"),
        (Extension(10, approved_on=day("03-27"), has_reasons=False), "extension_without_reasons"),
        (Extension(10, Unit.DAY, approved_on=day("03-27"), has_reasons=True), "extension_other_unit"),
    ],
)
def test_an_irregular_extension_does_not_count_and_is_named(extension: Extension, finding: str) -> None:
    found = clock("03-02", 20, counting=Counting.of(LICENCE), extensions=[extension])
    assert (found.due_on, found.findings) == (day("03-30"), (finding,))


def test_an_extension_longer_than_the_rule_allows_is_cut_to_it() -> None:
    granted = [Extension(15, approved_on=day("03-27"), has_reasons=True)]
    found = clock("03-02", 20, counting=Counting.of(LICENCE), extensions=granted)
    assert (found.due_on, found.findings) == (day("04-14"), ("extension_beyond_limit",))


@pytest.mark.parametrize(
    ("ground", "notice", "due_on", "finding"),
    [
        (PauseGround.HEARING, True, "04-01", None),
        (PauseGround.HEARING, None, "04-01", "pause_notice_not_recorded"),
        (PauseGround.HEARING, False, "03-30", "pause_without_notice"),
        (PauseGround.SUPPLEMENT, True, "03-30", "pause_without_ground"),
    ],
)
def test_only_the_eight_grounds_with_written_notice_stop_a_licence_clock(
    ground: PauseGround, notice: bool | None, due_on: str, finding: str | None
) -> None:
    """行政许可法 45. The pause of 4 to 9 March skips two working days where it is lawful."""
    paused = [Pause(day("03-04"), day("03-09"), ground, notice)]
    found = clock("03-02", 20, counting=Counting.of(LICENCE), pauses=paused)
    assert found.due_on == day(due_on)
    assert found.findings == ((finding,) if finding else ())


def test_a_supplement_that_came_in_before_acceptance_is_no_stop_of_the_clock() -> None:
    """Told on Friday 27 February what is missing, brought on Monday 2 March, accepted that day: nothing is irregular."""
    before = [Pause(day("02-27"), day("03-02"), PauseGround.SUPPLEMENT, True)]
    found = clock("03-02", 20, counting=Counting.of(LICENCE), pauses=before)
    assert (found.due_on, found.findings) == (day("03-30"), ())


def test_silence_for_five_working_days_is_acceptance_from_receipt() -> None:
    """行政许可法 32: received Monday 2 March, no notice by Monday 9; on the 10th it is accepted as of the 2nd."""
    waiting = {"case_id": "A", "received_on": day("03-02")}
    assert judged(waiting, "03-09").reason == "not_yet_accepted"
    deemed = judged(waiting, "03-10").row()
    assert (deemed["deemed_outcome"], deemed["deemed_on"]) == ("deemed_accepted", day("03-02"))
    assert deemed["statutory_due_on"] == day("03-30")
    assert deemed["card"] == Card.YELLOW


def test_a_notice_of_what_is_missing_in_time_keeps_the_clock_from_starting() -> None:
    noticed = case(accepted_on=None, supplement_notified_on=day("03-06"))
    assert judged(noticed, "03-31").reason == "awaiting_supplement"
    completed = case(accepted_on=day("03-20"), supplement_notified_on=day("03-06"))
    assert judged(completed, "03-31").row()["statutory_due_on"] == day("04-20")


def test_acceptance_later_than_the_notice_limit_starts_the_clock_at_receipt() -> None:
    late = judged(case(accepted_on=day("03-12")), "03-13").row()
    assert (late["started_on"], late["deemed_outcome"]) == (day("03-02"), "deemed_accepted")


def test_silence_on_a_reconsideration_is_acceptance_when_the_five_days_are_over() -> None:
    """行政复议法 30: admitted from the day the review period ends, Monday 9 March; 60 days on is Friday 8 May."""
    waiting = {"case_id": "A", "received_on": day("03-02"), "law_rule": "cn.reconsideration_decision"}
    deemed = judged(waiting, "03-10").row()
    assert (deemed["deemed_on"], deemed["statutory_due_on"]) == (day("03-09"), day("05-08"))


def test_a_penalty_is_decided_in_ninety_calendar_days() -> None:
    """行政处罚法 60, 85: filed on 2 March; 90 calendar days end on Sunday 31 May and roll to Monday 1 June."""
    found = judged(case(law_rule="cn.penalty_decision"), "03-31").row()
    assert found["statutory_due_on"] == day("06-01")


@pytest.mark.parametrize(
    ("concluded_on", "on", "state", "card"),
    [
        (None, "03-12", ClockState.RUNNING, Card.NONE),
        (None, "03-13", ClockState.RUNNING, Card.EARLY_WARNING),
        (None, "03-16", ClockState.RUNNING, Card.EARLY_WARNING),
        (None, "03-17", ClockState.OPEN_LATE, Card.YELLOW),
        (None, "03-30", ClockState.OPEN_LATE, Card.YELLOW),
        (None, "03-31", ClockState.OPEN_LATE, Card.RED),
        ("03-16", "03-31", ClockState.IN_TIME, Card.NONE),
        ("03-17", "03-31", ClockState.LATE, Card.YELLOW),
        ("03-31", "03-31", ClockState.LATE, Card.RED),
    ],
)
def test_the_card_follows_the_promise_and_the_law(
    concluded_on: str | None, on: str, state: ClockState, card: Card
) -> None:
    """Promised in 10 working days (Monday 16 March), by law 20 (Monday 30): warned a day before, yellow, then red."""
    known = case(
        promised_limit=10, promised_unit=Unit.WORKDAY, concluded_on=day(concluded_on) if concluded_on else None
    )
    found = judged(known, on)
    assert (found.state, found.card.card) == (state, card)
    assert card == Card.NONE or "@" in (found.card.rule or "")


def test_an_irregular_pause_draws_a_red_card_on_its_first_day() -> None:
    paused = [{"started_on": day("03-04"), "ended_on": day("03-09"), "ground": PauseGround.SUSPENSION}]
    found = judged(case(), "03-05", pauses=paused)
    assert (found.card.card, found.card.fell_on) == (Card.RED, day("03-04"))


@pytest.mark.parametrize(
    ("known", "card"),
    [
        ({"outcome": "refused", "has_reasons": False}, Card.RED),
        ({"outcome": "refused", "has_reasons": None}, Card.NONE),
    ],
)
def test_a_refusal_without_reasons_is_red_and_what_is_not_recorded_is_not(known: dict[str, Any], card: Card) -> None:
    assert judged(case(concluded_on=day("03-06"), **known), "03-09").card.card == card


def test_a_due_day_after_the_last_notice_is_provisional() -> None:
    assert clock("12-20", 20).is_provisional is True
    assert clock("11-02", 20).is_provisional is False


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"received_on": None, "accepted_on": None}, "no_start"),
        ({"concluded_on": day("03-01")}, "ended_before_started"),
        ({"received_on": date(2003, 5, 6), "accepted_on": date(2003, 5, 6)}, "rule_not_in_force"),
        ({"law_rule": "cn.nothing_of_the_kind"}, "rule_not_in_force"),
        ({"accepted_on": day("04-20"), "received_on": day("04-20")}, "starts_after_day"),
    ],
)
def test_what_cannot_be_judged_is_listed_with_its_reason(known: dict[str, Any], reason: str) -> None:
    found = judged(case(**known), "03-31")
    assert (found.state, found.reason) == (ClockState.UNJUDGED, reason)
    assert found.row()["is_late_statutory"] is None


def test_the_calendar_of_a_county_can_be_another(tmp_path: Any) -> None:
    other: Calendar = load_calendar("nl")
    found = clock_of(Matter(day("02-12"), 3), counting=Counting.plain(), calendar=other, on=day("03-01"))
    assert found.due_on == day("02-17")
