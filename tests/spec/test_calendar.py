"""How working days are counted, one rule a test. Expected days are read off the notices and the wall calendar."""

from __future__ import annotations

from datetime import date

import pytest

from xiaoneng.core.calendar import Calendar, load_calendar
from xiaoneng.core.errors import CalendarError, CalendarGapError
from xiaoneng.core.terms import DayKind


@pytest.fixture(scope="module")
def cn() -> Calendar:
    return load_calendar("cn")


def test_a_makeup_saturday_counts_and_the_spring_festival_does_not(cn: Calendar) -> None:
    """From Thursday 12 February 2026: Friday 13, make-up Saturday 14; then 15 to 23 off; Tuesday 24."""
    drawn = """
        2026-02-12 | 1 | 2026-02-13
        2026-02-12 | 2 | 2026-02-14
        2026-02-12 | 3 | 2026-02-24
        """
    for line in filter(str.strip, drawn.splitlines()):
        start, limit_workdays, due = (part.strip() for part in line.split("|"))
        assert cn.add_workdays(date.fromisoformat(start), int(limit_workdays)) == date.fromisoformat(due)


def test_the_starting_day_is_left_out_unless_the_rule_counts_it(cn: Calendar) -> None:
    """Monday 2 March 2026, two working days: Wednesday 4; with the first day counted, Tuesday 3."""
    assert cn.add_workdays(date(2026, 3, 2), 2) == date(2026, 3, 4)
    assert cn.add_workdays(date(2026, 3, 2), 2, counts_first_day=True) == date(2026, 3, 3)


def test_a_first_day_that_is_a_rest_day_adds_nothing_even_where_it_counts(cn: Calendar) -> None:
    """Saturday 7 March 2026: the first working day is Monday 9 either way."""
    assert cn.add_workdays(date(2026, 3, 7), 1) == date(2026, 3, 9)
    assert cn.add_workdays(date(2026, 3, 7), 1, counts_first_day=True) == date(2026, 3, 9)


def test_a_limit_of_no_days_ends_the_same_day_or_the_next_day_worked(cn: Calendar) -> None:
    assert cn.add_workdays(date(2026, 3, 6), 0) == date(2026, 3, 6)
    assert cn.add_workdays(date(2026, 3, 7), 0) == date(2026, 3, 9)


def test_the_last_day_of_2005_was_worked() -> None:
    """国办发明电〔2005〕35号: 12月31日（星期六）上班. Several published calendars leave it out."""
    entry = load_calendar("cn").entry(date(2005, 12, 31))
    assert (entry.kind, entry.is_workday, entry.notice) == (DayKind.MAKEUP_WORKDAY, True, "国办发明电〔2005〕35号")


def test_a_later_notice_has_the_last_word(cn: Calendar) -> None:
    """国办发明电〔2020〕1号 of 26 January made the make-up Saturday 1 February a day off."""
    day = date(2020, 2, 1)
    assert cn.entry(day).kind == DayKind.PUBLIC_HOLIDAY
    assert cn.entry(day).notice == "国办发明电〔2020〕1号"
    assert load_calendar("cn", known_on=date(2020, 1, 25)).entry(day).kind == DayKind.MAKEUP_WORKDAY


def test_labour_day_2019_was_one_day_until_the_notice_of_march(cn: Calendar) -> None:
    """国办发明电〔2018〕15号: 5月1日放假. 国办发明电〔2019〕3号: 1日至4日, 4月28日 and 5月5日 worked."""
    before = load_calendar("cn", known_on=date(2019, 3, 21))
    days = [date(2019, 4, 28), date(2019, 5, 1), date(2019, 5, 2), date(2019, 5, 3), date(2019, 5, 5)]
    assert [before.is_workday(day) for day in days] == [False, False, True, True, False]
    assert [cn.is_workday(day) for day in days] == [True, False, False, False, True]


def test_beyond_the_last_notice_every_day_is_provisional(cn: Calendar) -> None:
    assert cn.announced_through == date(2026, 12, 31)
    assert cn.provisional_from == date(2027, 1, 1)
    assert not cn.is_provisional(date(2026, 12, 31))
    assert all(day.is_provisional for day in cn.days(date(2027, 1, 1), date(2040, 12, 31)))


def test_a_provisional_day_off_is_one_of_the_fixed_holidays_or_a_weekend(cn: Calendar) -> None:
    """全国年节及纪念日放假办法: 1 January, 1 and 2 May, 1 to 3 October stand still; in 2029 none falls on a weekend
    but 6 and 7 October do."""
    off = [day.day for day in cn.days(date(2029, 1, 1), date(2029, 12, 31)) if day.kind == DayKind.PUBLIC_HOLIDAY]
    fixed = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
    assert off == [date(2029, month, day) for month, day in fixed]
    assert not [day for day in cn.days(date(2029, 1, 1), date(2029, 12, 31)) if day.kind == DayKind.MAKEUP_WORKDAY]


def test_a_notice_for_next_year_makes_its_days_certain(cn: Calendar) -> None:
    assert cn.notices[-1].id == "cn-2026"
    assert cn.entry(date(2026, 10, 10)).notice == "国办发明电〔2025〕7号"
    assert cn.entry(date(2026, 3, 2)).notice == "国办发明电〔2025〕7号"


def test_every_question_outside_the_calendar_is_refused_with_advice(cn: Calendar) -> None:
    with pytest.raises(CalendarGapError, match=r"2003-12-31 is outside 2004-01-01 to 2040-12-31: check the date"):
        cn.is_workday(date(2003, 12, 31))
    with pytest.raises(CalendarGapError, match=r"60 workdays from 2040-12-01 need more"):
        cn.add_workdays(date(2040, 12, 1), 60)
    with pytest.raises(CalendarGapError, match="not 0: extend"):
        cn.day_of(0)
    with pytest.raises(CalendarError, match="write a number from 0 up"):
        cn.add_workdays(date(2026, 3, 2), -1)


def test_in_the_netherlands_good_friday_and_ascension_are_no_working_days() -> None:
    """2011: Easter on 24 April, so 22 April, 25 April, 2 June (Ascension) and 13 June are off."""
    nl = load_calendar("nl")
    assert not any(map(nl.is_workday, [date(2011, 4, 22), date(2011, 4, 25), date(2011, 6, 2), date(2011, 6, 13)]))
    assert nl.next_workday(date(2011, 4, 22)) == date(2011, 4, 26)


def test_the_kings_day_moves_to_saturday_where_it_falls_on_a_sunday() -> None:
    """27 April 2025 is a Sunday, so 26 April; 30 April 2006 was a Sunday, so 29 April (Koninginnedag)."""
    nl = load_calendar("nl")
    assert [nl.entry(day).name for day in (date(2025, 4, 26), date(2006, 4, 29))] == ["Koningsdag", "Koninginnedag"]


def test_in_italy_the_second_of_june_is_a_holiday_again_since_2001() -> None:
    it = load_calendar("it")
    assert it.is_workday(date(2000, 6, 2))
    assert not it.is_workday(date(2003, 6, 2))


def test_a_calendar_that_follows_from_a_rule_is_unconfirmed_and_takes_no_notice(cn: Calendar) -> None:
    assert not load_calendar("nl").is_confirmed
    with pytest.raises(CalendarError, match="takes no notices"):
        load_calendar("it", notices=cn.notices[:1])
    with pytest.raises(CalendarError, match="there is no calendar 'fr'; there are cn, it, nl"):
        load_calendar("fr")
