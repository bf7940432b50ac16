"""Ratings of services: what counts, what stands, what is told, how the days run, what is odd."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.ratings import (
    Counts,
    Given,
    HandlingDays,
    contact_due_on,
    counted,
    flags_of,
    mend_due_on,
    shares_of,
    standing,
    told_rows,
)

from .conftest import rows_of

CN = load_calendar("cn")


def rating(row: dict[str, str]) -> dict[str, Any]:
    mark = row["mark"]
    return {
        "level": int(row["level"]) if row["level"] else None,
        "is_default": mark == "default",
        "is_by_staff": mark == "staff",
        "is_valid": False if mark == "invalid" else None,
        "is_own_link": mark == "link",
        "rated_at": datetime(2026, 11, int(row.get("day", 1)), tzinfo=UTC),
    }


def test_a_rating_counts_only_if_somebody_served_gave_it() -> None:
    """What a system sets after days of silence is no rating, nor is what staff give or a device of the agency's own."""
    drawn = rows_of("""
        level | mark    | counts
        ------+---------+-------
        5     |         | yes
        1     | link    | yes
        3     | default | no
        5     | staff   | no
        2     | invalid | no
              |         | no
        """)
    assert [counted(rating(row)) for row in drawn] == [row["counts"] == "yes" for row in drawn]


def test_of_several_rows_of_files_the_first_given_stands() -> None:
    """A later row cannot better a bad rating."""
    rows = rows_of("""
        level | mark    | day
        ------+---------+----
        3     | default | 1
        5     | staff   | 2
        2     |         | 3
        5     |         | 4
        """)
    assert standing([rating(row) for row in rows]) == 2


def test_what_the_person_served_said_by_their_own_link_goes_before_every_file() -> None:
    """And the last that they said."""
    rows = rows_of("""
        level | mark | day
        ------+------+----
        5     |      | 1
        2     | link | 2
        4     | link | 3
        5     |      | 4
        """)
    assert standing([rating(row) for row in rows]) == 2
    assert standing([]) is None


def test_the_share_that_rated_and_the_share_that_was_content_are_two_figures() -> None:
    """Of 200 services 50 were rated, 45 of them good: 25 % rated, 90 % of the ratings are good. 100 defaults change neither."""
    counts = Counts(services=200, given=50, good=45, by_default=100)
    shares = shares_of(counts)
    assert shares["active"] is not None
    assert shares["good"] is not None
    assert shares["bad"] is not None
    assert (shares["active"].share, shares["good"].share, shares["bad"].hits) == (0.25, 0.9, 5)


def test_bad_ratings_are_told_by_how_they_were_dealt_with() -> None:
    """Of 10 bad ratings 8 were due for contact and 6 of them contacted in time; 5 left a name and 4 were called back."""
    shares = shares_of(
        Counts(
            services=100,
            given=40,
            good=30,
            contact_due=8,
            contacted_in_time=6,
            mend_due=5,
            mended_in_time=4,
            named_bad=5,
            called_back=4,
            decided=2,
            upheld=1,
            repeated_bad=3,
        )
    )
    found = {name: share.share for name, share in shares.items() if share is not None}
    assert found["contacted"] == 0.75
    assert found["mended"] == 0.8
    assert found["called_back"] == 0.8
    assert found["upheld"] == 0.5
    assert found["repeated"] == 0.3


def test_fewer_than_the_limit_are_not_told_nor_what_the_total_would_leave_over() -> None:
    """The limit is 5. C alone has 3, and the total less A and B would tell it: so B is left out as well."""
    drawn = rows_of("""
        row | ratings | told
        ----+---------+-----
        A   | 40      | yes
        B   | 9       | no
        C   | 3       | no
        """)
    assert told_rows([int(row["ratings"]) for row in drawn], least=5) == [row["told"] == "yes" for row in drawn]


def test_two_small_rows_hide_each_other() -> None:
    """C and D have 6 together: nothing smaller than the limit can be had by subtraction. E has none, which tells nothing."""
    drawn = rows_of("""
        row | ratings | told
        ----+---------+-----
        A   | 40      | yes
        B   | 9       | yes
        C   | 3       | no
        D   | 3       | no
        E   | 0       | no
        """)
    assert told_rows([int(row["ratings"]) for row in drawn], least=5) == [row["told"] == "yes" for row in drawn]


def test_the_rater_is_contacted_within_one_working_day_and_it_is_mended_within_five() -> None:
    """A rating of Friday 13 February 2026: Saturday 14 is a make-up working day, then the Spring Festival until Monday 23.

    The days run on Saturday 14, Tuesday 24, Wednesday 25, Thursday 26, Friday 27.
    """
    rated_on, days = date(2026, 2, 13), HandlingDays()
    assert contact_due_on(rated_on, days, CN) == date(2026, 2, 14)
    assert mend_due_on(rated_on, days, CN) == date(2026, 2, 27)


def test_a_county_sets_its_own_days() -> None:
    """Fifteen working days from Monday 2 November 2026, in a month without a holiday: Monday 23."""
    assert mend_due_on(date(2026, 11, 2), HandlingDays(mend_workdays=15), CN) == date(2026, 11, 23)


def _at(minute: float, day: int = 3) -> datetime:
    return datetime(2026, 11, day, 9, tzinfo=UTC) + timedelta(minutes=minute)


def test_many_ratings_within_minutes_are_odd() -> None:
    """Forty of a day evenly over eight hours are twelve minutes apart; twenty within five minutes are no chance."""
    even = [Given(f"A{n}", 4, _at(12 * n), _at(0, 1)) for n in range(40)]
    assert flags_of(even) == []
    rush = [Given(f"B{n}", 4, _at(400 + n / 4), _at(0, 1)) for n in range(20)]
    (flag,) = flags_of(even + rush)
    assert flag.code == "cluster"
    assert flag.facts["n"] >= 20


def test_a_rating_before_the_case_was_concluded_is_odd() -> None:
    early = Given("A", 5, _at(0), _at(60), has_text=True)
    (flag,) = flags_of([early, Given("B", 4, _at(90), _at(60))])
    assert (flag.code, flag.facts) == ("before_end", {"n": 1, "given": 2})


def test_nothing_but_the_best_level_without_a_word_is_odd_where_there_are_many() -> None:
    """Where 80 % of the county give the best level, thirty-one in a row come by chance once in a thousand (0.8^31 = 0.00099)."""
    best = [Given(f"A{n}", 5, _at(n * 7, 3), _at(0, 1)) for n in range(31)]
    assert [flag.code for flag in flags_of(best, best_share=0.8)] == ["all_best"]
    assert flags_of(best[:30], best_share=0.8) == []
    assert flags_of([best[0]._replace(has_text=True), *best[1:]], best_share=0.8) == []


def test_staff_defaults_and_repeats_are_counted_and_shown() -> None:
    batch = [
        Given("A", 5, _at(0), None, is_by_staff=True),
        Given("B", 3, _at(30), None, is_default=True),
        Given("C", 4, _at(60), None),
        Given("C", 5, _at(90), None),
    ]
    assert [(flag.code, flag.facts["n"]) for flag in flags_of(batch)] == [
        ("by_staff", 1),
        ("by_default", 1),
        ("several", 1),
    ]
