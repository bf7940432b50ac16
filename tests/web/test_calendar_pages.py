"""The calendar: next year's notice is proposed, looked at and approved; then every open case is judged by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xiaoneng.web.cases.models import CaseClock, ClockRun
from xiaoneng.web.registry import workdays
from xiaoneng.web.registry.models import HolidayNotice

from .conftest import NEXT_YEAR
from .importing import HEAD, Importer, csv_of

Deeds = Callable[[], list[str]]
TYPED = {
    "year": "2027",
    "title": "关于2027年部分节假日安排的通知（测试）",
    "document_no": "测试〔2026〕1号",
    "issued_on": "2026-11-20",
    "url": "https://example.org/2027",
    "is_confirmed": "on",
    "off1_name": "元旦",
    "off1_from": "2027-01-01",
    "off1_to": "2027-01-03",
    "off2_name": "春节",
    "off2_from": "2027-02-05",
    "off2_to": "2027-02-12",
    "off2_makeup": "2027-01-30，2027-02-13",
    "off3_name": "劳动节",
    "off3_from": "2027-05-01",
    "off3_to": "2027-05-05",
    "off4_name": "国庆节",
    "off4_from": "2027-10-01",
    "off4_to": "2027-10-07",
}


def _propose(client: Client, **changed: str) -> Any:
    return client.post("/calendar/notices/new/", {**TYPED, **changed})


def _upload(client: Client, text: str | bytes) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    return client.post("/calendar/notices/new/", {"by": "file", "file": SimpleUploadedFile("2027.toml", content)})


def _address(response: Any) -> str:
    assert response.status_code == 302, response.context["form"].errors
    return str(response.headers["Location"])


def _decide(importer: Importer, address: str, decision: str) -> Any:
    return importer.post(f"{address}decide/", {"decision": decision})


# --- proposing


def test_a_proposed_notice_moves_no_day_until_it_is_approved(office: Client, deeds: Deeds) -> None:
    before = workdays().announced_through
    page = office.get(_address(_propose(office)))
    assert page.status_code == 200
    assert workdays().announced_through == before == date(2026, 12, 31)
    changed = {change.day: (str(change.old.kind), str(change.new.kind)) for change in page.context["changes"]}
    assert changed[date(2027, 1, 30)] == ("weekend", "makeup_workday")
    assert changed[date(2027, 2, 12)] == ("workday", "public_holiday")
    assert date(2027, 3, 1) not in changed
    assert deeds() == ["holiday_notice_proposed"]


def test_a_notice_typed_in_and_the_same_as_a_file_are_one(office: Client) -> None:
    typed = _address(_propose(office))
    by_hand = office.get(typed).context["rows"]
    office.post(f"{typed}decide/", {"decision": "discard"})
    text = HolidayNotice.objects.get().text
    assert office.get(_address(_upload(office, text))).context["rows"] == by_hand


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"year": "1900"}, "year"),
        ({"year": "9" * 400}, "year"),
        ({"title": ""}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"issued_on": "soon"}, "issued_on"),
        ({"off2_to": "2027-02-01"}, "off2_to"),
        ({"off2_name": ""}, "off2_name"),
        ({"off1_from": ""}, "off1_from"),
        ({"off2_makeup": "the Saturday after"}, "off2_makeup"),
        ({"off2_makeup": "2027-02-30"}, "__all__"),
        ({"off2_makeup": "2027-02-06"}, "__all__"),  # a day off and a day worked at once
        ({"off1_from": "2025-01-01"}, "__all__"),  # another year's
        ({"off2_from": "2027-01-02"}, "__all__"),  # two holidays on one day
        ({"year": "2026", "off1_from": "2026-01-01", "off1_to": "2026-01-03"}, "__all__"),  # 2026 has its notice
        ({"document_no": ""}, "__all__"),  # confirmed without its number
        ({"corrects": "no such notice"}, "__all__"),
    ],
)
def test_a_notice_that_contradicts_itself_or_another_is_refused(
    changed: dict[str, str], field: str, office: Client, deeds: Deeds
) -> None:
    response = _propose(office, **changed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not HolidayNotice.objects.exists()
    assert deeds() == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "year = ",
        "year = 2027",
        "\xff\xfe",
        b"\xff\xfe\x00",
        b"\0\0\0",
        NEXT_YEAR + NEXT_YEAR,
        NEXT_YEAR.replace("2027-02-05", "2027-02-31"),
        NEXT_YEAR.replace("2027-01-30", "2027-02-06"),
        "x" * 100_000,
        "[" * 5000,
    ],
)
def test_a_file_that_is_no_notice_is_refused(content: str | bytes, office: Client, deeds: Deeds) -> None:
    response = _upload(office, content)
    assert response.status_code == 422
    assert response.context["file_form"].errors
    assert deeds() == []


def test_the_same_notice_cannot_be_proposed_twice_but_again_once_laid_aside(importer: Importer, deeds: Deeds) -> None:
    client = importer.client
    address = _address(_propose(client))
    assert _propose(client).status_code == 422
    _decide(importer, address, "discard")
    assert _propose(client).status_code == 302
    assert deeds() == ["holiday_notice_proposed", "holiday_notice_discarded", "holiday_notice_proposed"]


# --- what it moves, and deciding


@pytest.fixture
def waiting(importer: Importer) -> CaseClock:
    """A case received and accepted on Tuesday 24 November 2026, with a promise that the new year's holidays lie in."""
    row = ("L-1", "D9", "水利局", "W1", "取水许可", "2026-11-24 09:00:00", "2026-11-24 10:00:00", "", "60", "工作日")
    kind = (*HEAD, "法定时限", "statutory_unit")
    importer.take(csv_of(((*row, "90", "工作日"),), head=kind))
    return CaseClock.objects.get(case__case_no="L-1")


def test_the_page_shows_which_open_cases_move_and_approving_moves_them(
    importer: Importer, waiting: CaseClock, deeds: Deeds
) -> None:
    """60 working days from 25 November: 27 to the end of the year, 33 more from Monday 4 January.

    Without a notice the Spring Festival, three days by law and not known in advance, is what the calendar computes; with
    it, counted by pencil: 4 to 29 January 20 days, Saturday 30 January 1, 1 to 4 February 4 (25), Saturday 13 February 1
    (26), 15 to 19 February 5 (31), 22 and 23 February: Tuesday 23 February 2027.
    """
    before = waiting.promised_due_on
    assert waiting.is_provisional
    address = _address(_propose(importer.client))
    moved = {row["case_no"]: row for row in importer.client.get(address).context["moved"]}
    assert (moved["L-1"]["old_due_on"], moved["L-1"]["new_due_on"]) == (before, date(2027, 2, 23))
    assert before != date(2027, 2, 23)
    runs = ClockRun.objects.count()
    deeds()
    assert _decide(importer, address, "approve").headers["Location"] == "/calendar/2027/"
    assert workdays().announced_through == date(2027, 12, 31)
    assert ClockRun.objects.count() == runs + 1
    after = CaseClock.objects.get(case__case_no="L-1")
    assert (after.first_due_on, after.is_provisional) == (date(2027, 2, 23), False)
    assert deeds() == ["holiday_notice_approved", "clocks_run"]


def test_a_notice_is_decided_on_once(importer: Importer, deeds: Deeds) -> None:
    address = _address(_propose(importer.client))
    _decide(importer, address, "discard")
    assert _decide(importer, address, "approve").headers["Location"] == address
    assert HolidayNotice.objects.get().state == "discarded"
    assert workdays().announced_through == date(2026, 12, 31)
    assert deeds() == ["holiday_notice_proposed", "holiday_notice_discarded"]


def test_a_decision_that_is_neither_yes_nor_no_decides_nothing(importer: Importer, deeds: Deeds) -> None:
    address = _address(_propose(importer.client))
    for sent in ({}, {"decision": "maybe"}):
        assert importer.client.post(f"{address}decide/", sent).status_code == 404
    assert HolidayNotice.objects.get().state == "proposed"


def test_a_notice_that_clashes_with_one_approved_since_is_not_approved(
    importer: Importer, deeds: Deeds, without_clocks: None
) -> None:
    first = _address(_propose(importer.client))
    second = _address(_upload(importer.client, NEXT_YEAR.replace("cn-2027-test", "cn-2027-other")))
    _decide(importer, first, "approve")
    assert importer.client.get(second).context["clash"]
    assert _decide(importer, second, "approve").headers["Location"] == second
    assert HolidayNotice.objects.filter(state="approved").count() == 1


# --- reading


@pytest.mark.parametrize("year", [2004, 2026, 2027, 2028])
def test_a_year_of_the_calendar_opens(year: int) -> None:
    assert Client().get(f"/calendar/{year}/").status_code == 200


@pytest.mark.parametrize("year", ["1", "2003", "2029", "9999", "99999999999"])
def test_a_year_outside_of_the_calendar_is_not_found(year: str, db: None) -> None:
    assert Client().get(f"/calendar/{year}/").status_code == 404


pytestmark = pytest.mark.django_db
