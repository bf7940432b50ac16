"""The calendar agrees with a plain walk through the days, with published calendars, and with its own table."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.core.calendar import Calendar, calendars, load_calendar
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import CalendarError
from xiaoneng.core.tables import CALENDAR

ONE_DAY = timedelta(days=1)
starts = st.dates(date(2004, 1, 1), date(2035, 12, 31))
names = st.sampled_from(["cn", "nl", "it"])


def walked(calendar: Calendar, start: date, limit_workdays: int, counts_first_day: bool) -> date:
    """The due day by walking from day to day."""
    day, counted = start, int(counts_first_day and calendar.is_workday(start))
    while counted < limit_workdays:
        day += ONE_DAY
        counted += calendar.is_workday(day)
    return day


@given(names, starts, st.integers(1, 90), st.booleans())
def test_the_look_up_agrees_with_a_walk(name: str, start: date, limit_workdays: int, counts_first_day: bool) -> None:
    calendar = load_calendar(name)
    found = calendar.add_workdays(start, limit_workdays, counts_first_day=counts_first_day)
    assert found == walked(calendar, start, limit_workdays, counts_first_day)


@given(names, starts, st.integers(0, 400))
def test_a_difference_of_counts_agrees_with_counting(name: str, after: date, length: int) -> None:
    calendar = load_calendar(name)
    through = after + timedelta(days=length)
    counted = sum(calendar.is_workday(after + timedelta(days=step)) for step in range(1, length + 1))
    assert calendar.workdays_between(after, through) == counted
    assert calendar.workdays_between(through, after) == -counted


@given(names, starts)
def test_number_and_day_are_each_others_inverse_on_working_days(name: str, day: date) -> None:
    calendar = load_calendar(name)
    worked = calendar.next_workday(day)
    assert calendar.day_of(calendar.workdays_through(worked)) == worked
    assert worked >= day
    assert not any(calendar.is_workday(day + timedelta(days=step)) for step in range((worked - day).days))


@pytest.mark.parametrize("name", calendars())
def test_the_arrays_say_what_the_days_say(name: str) -> None:
    calendar = load_calendar(name)
    days = calendar.days(calendar.first, calendar.last)
    assert len(days) == len(calendar.through) == len(calendar.is_workday_array)
    assert calendar.is_workday_array.tolist() == [day.is_workday for day in days]
    worked = [index for index, day in enumerate(days) if day.is_workday]
    assert calendar.day_of_number[1:].tolist() == worked
    assert calendar.through[-1] == len(worked)
    assert calendar.through.dtype == calendar.day_of_number.dtype == "int32"


def test_nobody_can_change_a_calendar_that_others_share() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load_calendar("cn").through[0] = 7


@pytest.mark.parametrize("name", calendars())
def test_the_table_has_its_shape_and_the_same_days(name: str) -> None:
    calendar = load_calendar(name)
    with Engine() as engine:
        table = calendar.table(engine)
        CALENDAR.check(table)
        rows = table.rows()
    assert len(rows) == len(calendar.through)
    for row in rows[::97]:
        entry = calendar.entry(row["day"])
        assert (row["kind"], row["name"], row["notice"]) == (entry.kind, entry.name, entry.notice)
        assert row["workdays_through"] == calendar.workdays_through(row["day"])
        assert (row["is_workday"], row["is_provisional"]) == (entry.is_workday, entry.is_provisional)


def test_days_with_a_gap_make_no_calendar() -> None:
    days = load_calendar("cn").days(date(2026, 1, 1), date(2026, 1, 5))
    with pytest.raises(CalendarError, match="have a gap or a double"):
        Calendar("cn", days[:2] + days[3:], announced_through=date(2026, 1, 5))
    with pytest.raises(CalendarError, match="it has no day"):
        Calendar("cn", [], announced_through=date(2026, 1, 5))


def test_every_year_has_its_notice_and_only_the_doubtful_ones_are_unconfirmed() -> None:
    """Of 2004 and 2005 nothing was found, of 2008 no number, of 2009 no day; 2006 was read in a mirror only."""
    notices = load_calendar("cn").notices
    assert {notice.year for notice in notices if not notice.corrects} == set(range(2004, 2027))
    assert {notice.year for notice in notices if not notice.is_confirmed} == {2004, 2005, 2006, 2008, 2009}
    assert [notice.id for notice in notices if notice.corrects] == ["cn-2015-2", "cn-2019-2", "cn-2020-2"]
    assert all(notice.note for notice in notices if not notice.is_confirmed)


def test_the_working_days_of_a_year_are_those_that_were_published() -> None:
    """Counts a year as five published calendars give them (2005 with the correction of its last day)."""
    published = dict.fromkeys(range(2006, 2027), 250) | {
        2005: 251,
        2006: 251,
        2007: 249,
        2008: 251,
        2012: 249,
        2015: 249,
        2017: 249,
        2020: 249,
        2022: 249,
        2023: 249,
        2024: 251,
        2025: 248,
        2026: 248,
    }
    cn = load_calendar("cn")
    counted = {year: cn.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) for year in published}
    assert counted == published


@pytest.mark.shared_data
def test_working_days_equal_the_published_table_on_every_day(shared_data: Path) -> None:
    cn = load_calendar("cn")
    with (shared_data / "cn_holidays" / "cn_working_days_2005_2026.csv").open(encoding="utf-8") as file:
        rows = [(date.fromisoformat(row["date"]), row["is_working_day"] == "1") for row in csv.DictReader(file)]
    assert len(rows) == 8035
    assert [day for day, is_worked in rows if cn.is_workday(day) != is_worked] == []


@pytest.mark.shared_data
def test_working_days_equal_the_open_data_set_on_every_day_it_names(shared_data: Path) -> None:
    """NateScarlet/holiday-cn, 2007 to 2026: each file also holds days of its neighbours; none may contradict."""
    calendar = load_calendar("cn")
    named = [
        day
        for file in sorted((shared_data / "cn_holidays" / "holiday-cn").glob("*.json"))
        for day in json.loads(file.read_text(encoding="utf-8"))["days"]
    ]
    assert len(named) > 600
    assert [day for day in named if calendar.is_workday(date.fromisoformat(day["date"])) is day["isOffDay"]] == []


def test_working_days_equal_chinesecalendar_except_the_day_it_leaves_out() -> None:
    chinese_calendar = pytest.importorskip("chinese_calendar")
    cn = load_calendar("cn")
    days = (entry.day for entry in cn.days(date(2004, 1, 1), date(2026, 12, 31)))
    assert [day for day in days if chinese_calendar.is_workday(day) != cn.is_workday(day)] == [date(2005, 12, 31)]


def test_dutch_and_italian_holidays_equal_those_of_the_holidays_package() -> None:
    """It moves two Italian holidays to Sundays, which are rest days anyway, and names observances besides."""
    holidays = pytest.importorskip("holidays")
    years = range(1995, 2041)
    theirs = {
        "nl": holidays.Netherlands(years=years, categories=("public", "optional")),
        "it": holidays.Italy(years=years),
    }
    for name, listed in theirs.items():
        calendar = load_calendar(name)
        for entry in calendar.days(calendar.first, calendar.last):
            rests = entry.day in listed or entry.day.weekday() >= 5
            assert entry.is_workday != rests, (name, entry)
