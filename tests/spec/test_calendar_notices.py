"""How a county adds a holiday notice, and which notices are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from xiaoneng.core.calendar import Calendar, Notice, compare, load_calendar, read_notice, read_notices, write_notice
from xiaoneng.core.errors import CalendarError, NoticeError
from xiaoneng.core.terms import DayKind

# An invented notice for 2027: the real one is not out
NEXT_YEAR = """
year = 2027

[[notices]]
id = "cn-2027"
title = "关于2027年部分节假日安排的通知（测试）"
document_no = "测试〔2026〕1号"
issued_on = 2026-11-20
url = "https://example.org/2027"
is_confirmed = true
off = [
    { name = "元旦", from = 2027-01-01, to = 2027-01-03 },
    { name = "春节", from = 2027-02-05, to = 2027-02-12 },
    { name = "劳动节", from = 2027-05-01, to = 2027-05-05 },
    { name = "国庆节", from = 2027-10-01, to = 2027-10-07 },
]
makeup = [
    { name = "元旦", days = [2026-12-27] },
    { name = "春节", days = [2027-01-30, 2027-02-13] },
]
"""


def changed(old: str, new: str) -> str:
    assert old in NEXT_YEAR
    return NEXT_YEAR.replace(old, new)


def test_next_years_notice_moves_the_due_days_that_run_into_it() -> None:
    """Ten working days from Wednesday 27 January 2027 end on 10 February by weekdays alone; the notice takes out
    5 to 12 February and adds Saturdays 30 January and 13 February."""
    old, new = load_calendar("cn"), load_calendar("cn", notices=[read_notice(NEXT_YEAR)])
    assert old.add_workdays(date(2027, 1, 27), 10) == date(2027, 2, 10)
    assert new.add_workdays(date(2027, 1, 27), 10) == date(2027, 2, 16)
    assert old.is_provisional(date(2027, 2, 10))
    assert not new.is_provisional(date(2027, 2, 16))
    assert new.announced_through == date(2027, 12, 31)
    assert new.entry(date(2027, 2, 13)).notice == "测试〔2026〕1号"


def test_the_comparison_tells_which_days_change_and_which_of_them_move_due_days() -> None:
    """31 December of the year in force can change with the next year's notice: here Sunday 27 December 2026."""
    changes = compare(load_calendar("cn"), load_calendar("cn", notices=[read_notice(NEXT_YEAR)]))
    assert changes[0].day == date(2026, 12, 27)
    assert changes[0].changes_count
    assert changes[0].new.kind == DayKind.MAKEUP_WORKDAY
    by_day = {change.day: change for change in changes}
    assert not by_day[date(2027, 1, 1)].changes_count  # off before and after, certain now
    assert by_day[date(2027, 2, 5)].changes_count
    assert not any(day.year > 2027 for day in by_day)


def test_a_calendar_does_not_differ_from_itself() -> None:
    assert compare(load_calendar("cn"), load_calendar("cn")) == []


def test_calendars_without_a_common_day_cannot_be_compared() -> None:
    with pytest.raises(CalendarError, match="no day in common"):
        compare(_one_year(2004), _one_year(2010))


def _one_year(year: int) -> Calendar:
    whole = load_calendar("cn")
    days = whole.days(date(year, 1, 1), date(year, 12, 31))
    return Calendar("cn", days, announced_through=date(year, 12, 31))


def test_a_notice_is_written_and_read_back_unchanged(tmp_path: Path) -> None:
    for notice in (*load_calendar("cn").notices, read_notice(NEXT_YEAR)):
        assert read_notice(write_notice(notice)) == notice
    file = tmp_path / "2027.toml"
    file.write_text(write_notice(read_notice(NEXT_YEAR)), encoding="utf-8")
    assert read_notice(file).id == "cn-2027"


def test_a_title_with_quotation_marks_survives() -> None:
    notice = read_notice(changed("（测试）", '\\"测试\\"\\\\'))
    assert notice.title.endswith('"测试"\\')
    assert read_notice(write_notice(notice)) == notice


def test_a_correction_may_call_a_weekday_back_to_work() -> None:
    """A notice that corrects another may name weekdays; they are worked again."""
    correction = read_notice("""
        year = 2026
        [[notices]]
        id = "cn-2026-2"
        title = "调整"
        issued_on = 2026-04-20
        corrects = "cn-2026"
        makeup = [{ name = "劳动节", days = [2026-05-05] }]
        """)
    calendar = load_calendar("cn", notices=[correction])
    assert calendar.entry(date(2026, 5, 5)).kind == DayKind.WORKDAY
    assert calendar.announced_through == date(2026, 12, 31)
    assert not calendar.is_confirmed


REFUSED = {
    "off and worked": (changed("2027-01-30, ", "2027-02-06, "), "2027-02-06 is named as a day off and as a day worked"),
    "named twice": (changed("[2026-12-27]", "[2026-12-27, 2026-12-27]"), "2026-12-27 is named twice"),
    "a weekday as make-up": (changed("2027-01-30", "2027-01-29"), "2027-01-29 is a Friday, worked anyway"),
    "ends before it begins": (changed("to = 2027-02-12", "to = 2027-02-01"), "before it begins"),
    "a month off": (changed("to = 2027-02-12", "to = 2027-03-02"), "26 days: check it"),
    "another year": (changed("10-07 }", "10-07 }, { name = '春节', from = 2028-01-26, to = 2028-01-27 }"),
                     "2028-01-26 .春节. lies outside"),
    "no National Day": (changed('{ name = "国庆节", from = 2027-10-01, to = 2027-10-07 },', ""),
                        "2027-10-01, 2027-10-02, 2027-10-03 must be off in every year"),
    "no title": (changed("关于2027年部分节假日安排的通知（测试）", " "), "it has no title"),
    "no number though confirmed": (changed("测试〔2026〕1号", ""), "a confirmed notice names its document_no"),
    "issued after the year": (changed("2026-11-20", "2028-01-20"), "one of them is wrong"),
    "a day as text": (changed("from = 2027-01-01", 'from = "2027-01-01"'), "from must be a day"),
    "an unknown key": (changed("title =", "titel ="), "unknown key titel"),
    "an incomplete holiday": (changed('name = "元旦", from', "from"), "an entry lacks name"),
    "a holiday without name": (changed('name = "元旦", from', 'name = " ", from'), "has no holiday name"),
    "no notice": ("year = 2027", "it has no .*notices"),
    "no year": (changed("year = 2027", ""), "write the year"),
    "a year out of sight": (changed("year = 2027", "year = 27"), "is no year for a notice"),
    "a bad id": (changed('"cn-2027"', '"CN 2027"'), "its id must be lower-case"),
    "no TOML": ("year = = 2027", "it is no TOML"),
    "confirmed as a word": (changed("is_confirmed = true", 'is_confirmed = "yes"'), "must be true or false"),
    "a list that is none": (changed("makeup = [\n", "makeup = 3\nnote = [\n"), "makeup must be a list of tables"),
    "days that are none": (changed("[2026-12-27]", "2026-12-27"), "days must be a list of days"),
    "a title that is no text": (changed('"关于2027年部分节假日安排的通知（测试）"', "3"), "title must be text"),
    "nothing in it": ("year = 2027\n[[notices]]\nid = 'x'\ntitle = 'x'\ncorrects = 'y'\noff = []", "names no day off"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_notice_is_refused(case: str) -> None:
    text, message = REFUSED[case]
    with pytest.raises(NoticeError, match=message):
        read_notice(text)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoticeError, match="cannot be read"):
        read_notice(tmp_path / "none.toml")


def test_two_notices_of_one_id_in_a_file_are_refused() -> None:
    with pytest.raises(NoticeError, match="two notices have the same id"):
        read_notices(NEXT_YEAR + NEXT_YEAR.partition("year = 2027")[2])


def test_one_notice_is_wanted_where_one_is_asked_for() -> None:
    second = NEXT_YEAR.partition("year = 2027")[2].replace('"cn-2027"', '"cn-2027-2"')
    with pytest.raises(NoticeError, match="2 notices where one is wanted"):
        read_notice(NEXT_YEAR + second)


def added(**change: object) -> Notice:
    return replace(read_notice(NEXT_YEAR), **change)  # type: ignore[arg-type]


def test_a_second_notice_for_a_year_must_say_what_it_corrects() -> None:
    with pytest.raises(NoticeError, match=r"2027 has its notice already \(cn-2027\); a change of it says corrects"):
        load_calendar("cn", notices=[added(), added(id="cn-2027-2")])


def test_an_id_that_is_there_already_is_refused() -> None:
    with pytest.raises(NoticeError, match="there is a notice of this id already"):
        load_calendar("cn", notices=[added(), added()])


def test_a_correction_of_a_notice_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoticeError, match="it corrects cn-2031, which is not there"):
        load_calendar("cn", notices=[added(corrects="cn-2031")])


def test_a_correction_must_come_after_what_it_corrects() -> None:
    early = added(id="cn-2027-2", corrects="cn-2027", issued_on=date(2026, 11, 1))
    with pytest.raises(NoticeError, match="must say that it was issued after cn-2027"):
        load_calendar("cn", notices=[added(), early])
