"""Ratings: shares against published values, what stands, limits, flags and refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.errors import RatingsError
from xiaoneng.core.ratings import (
    Counts,
    Given,
    HandlingDays,
    flags_of,
    is_bad,
    reason_versions,
    reasons_on,
    shares_of,
    signal,
    told_rows,
    wilson,
    within,
)

CN = load_calendar("cn")


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_agrees_with_newcombe(hits: int, n: int, low: float, high: float) -> None:
    """Table I, method 3 (score, without continuity correction) of Newcombe, Statistics in Medicine 17 (1998) 857."""
    assert wilson(hits, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 400), st.data())
def test_the_share_lies_in_its_interval_and_the_interval_between_0_and_1(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1


def test_a_share_of_nothing_is_unknown_and_not_zero() -> None:
    shares = shares_of(Counts(services=7))
    assert shares["active"] is not None
    assert shares["active"].share == 0
    assert shares["good"] is None
    assert shares["called_back"] is None


@pytest.mark.parametrize(
    "facts", [{"given": 3, "services": 2}, {"services": -1}, {"services": 5, "given": 3, "good": 4}]
)
def test_counts_that_contradict_each_other_are_refused(facts: dict[str, int]) -> None:
    with pytest.raises(RatingsError, match="count again"):
        Counts(**facts)


@pytest.mark.parametrize(("hits", "n"), [(1, 0), (3, 2), (-1, 4)])
def test_no_interval_without_a_share(hits: int, n: int) -> None:
    with pytest.raises(RatingsError, match="is no share"):
        wilson(hits, n)


@given(st.lists(st.integers(0, 12), max_size=9), st.integers(1, 6))
def test_what_is_left_untold_is_nothing_or_as_much_as_the_limit(counts: list[int], least: int) -> None:
    told = told_rows(counts, least=least)
    untold = sum(count for count, is_told in zip(counts, told, strict=True) if not is_told)
    assert all(count >= least for count, is_told in zip(counts, told, strict=True) if is_told)
    assert untold == 0 or untold >= least or not any(told)


def test_a_limit_or_count_that_means_nothing_is_refused() -> None:
    with pytest.raises(RatingsError, match="from 1 up"):
        told_rows([3], least=0)
    with pytest.raises(RatingsError, match="below 0"):
        told_rows([-3], least=5)


@pytest.mark.parametrize("facts", [{"contact_workdays": 0}, {"mend_workdays": 61}, {"change_days": True}])
def test_days_that_make_no_sense_are_refused(facts: dict[str, int]) -> None:
    with pytest.raises(RatingsError, match="write a whole number"):
        HandlingDays(**facts)


def test_every_default_day_says_what_it_rests_on_or_that_it_is_unconfirmed() -> None:
    grounds = HandlingDays.grounds()
    assert {name: facts["default"] for name, facts in grounds.items()} == vars(HandlingDays())
    assert all(facts["note"] for facts in grounds.values())
    assert all(facts["source"] for facts in grounds.values() if facts["is_confirmed"])


def test_second_level_questions_begin_on_a_day() -> None:
    first = reason_versions()[0]
    assert reasons_on(first.first_on).version == first.version
    with pytest.raises(RatingsError, match="no second-level questions"):
        reasons_on(first.first_on - timedelta(days=1))
    assert {one["code"] for one in first.fitting("online")} >= {"platform"}
    assert "platform" not in {one["code"] for one in first.fitting("on_site")}


def test_a_step_that_is_done_is_judged_by_its_day_and_one_that_is_not_by_today() -> None:
    due = date(2026, 11, 20)
    assert signal(due, done_on=due, on=date(2026, 12, 1), calendar=CN) == "in_time"
    assert signal(due, done_on=date(2026, 11, 23), on=date(2026, 12, 1), calendar=CN) == "late"
    assert signal(due, done_on=None, on=date(2026, 11, 19), calendar=CN) == "running"
    assert signal(due, done_on=None, on=due, calendar=CN) == "early_warning"
    assert signal(due, done_on=None, on=date(2026, 11, 21), calendar=CN) == "open_late"
    assert within(due, due, 7)
    assert not within(due, due + timedelta(days=8), 7)


def test_no_level_is_not_a_bad_rating() -> None:
    assert [is_bad(level) for level in (None, 5, 3, 2, 1)] == [False, False, False, True, True]


def _row(number: int, at: datetime, **facts: object) -> Given:
    return Given(f"C{number}", 4, at, at - timedelta(days=1), **facts)  # type: ignore[arg-type]


def test_ratings_spread_over_the_days_show_no_cluster() -> None:
    start = datetime(2026, 11, 2, 9, 3, tzinfo=UTC)
    spread = [_row(n, start + timedelta(days=n // 8, minutes=55 * (n % 8))) for n in range(80)]
    assert flags_of(spread) == []


def test_a_day_without_a_time_is_no_moment() -> None:
    """Files that give days only put all of a day at midnight: that is neither a cluster nor before the end."""
    midnight = datetime(2026, 11, 2, tzinfo=UTC)
    batch = [Given(f"C{n}", 4, midnight, midnight + timedelta(hours=9)) for n in range(60)]
    assert flags_of(batch) == []


def test_the_tail_of_a_poisson_count() -> None:
    """P(N >= 10) with mean 1 is 1.1142548e-7 (R: ppois(9, 1, lower.tail = FALSE))."""
    from xiaoneng.core.ratings.flags import _tail

    assert _tail(10, 1.0) == pytest.approx(1.1142548e-7, rel=1e-6)
    assert _tail(0, 1.0) == 1.0
