"""What pages say and draw: whole days at the end of a line, the time that open cases have, months without a record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from xiaoneng.web.dashboards import pictures, queries
from xiaoneng.web.shell import clock_strip
from xiaoneng.web.shell.templatetags import shell


def test_a_day_and_a_count_are_not_torn_apart_and_text_stays_text() -> None:
    drawn = shell.unbroken("<b>比到期日2026年11月18日晚了 2 个工作日。")
    assert drawn == (
        '&lt;b&gt;比到期日<span class="nowrap">2026年11月18日</span>晚了 <span class="nowrap">2 个工作日。</span>'
    )
    assert shell.unbroken("Due on 18 November 2026.") == "Due on 18 November 2026."


@pytest.mark.parametrize(
    ("language", "month", "none"), [("zh-hans", "2026年3月", "0 个工作日"), ("en", "Mar 2026", "0 working days")]
)
def test_months_and_no_days_at_all_are_written_in_the_language(language: str, month: str, none: str) -> None:
    with translation.override(language):
        assert shell.month("2026-03") == shell.month(date(2026, 3, 31)) == month
        assert shell.workdays(0) == none


@pytest.mark.parametrize(
    ("language", "told", "bare"),
    [("zh-hans", "《行政许可法》第42、45条", "《行政许可法》"), ("en", "行政许可法, art. 42, 45", "行政许可法")],
)
def test_an_article_is_cited_as_the_language_does(language: str, told: str, bare: str) -> None:
    with translation.override(language):
        assert shell.cited("行政许可法", "42, 45") == told
        assert shell.cited("行政许可法", "") == bare


def test_the_strip_of_a_phone_shows_the_same_days_in_shorter_lines() -> None:
    days = [{"day": date(2026, 3, 2) + timedelta(days=n), "state": "counted"} for n in range(20)]
    wide, narrow = clock_strip.draw(days, "wide"), clock_strip.draw(days, "narrow")
    assert wide is not None
    assert narrow is not None
    assert [cell.tell for cell in wide.cells] == [cell.tell for cell in narrow.cells]
    assert len({cell.y for cell in wide.cells}) == 2
    assert len({cell.y for cell in narrow.cells}) == 3


def test_a_limit_of_no_rule_is_not_called_a_promise() -> None:
    with translation.override("en"):
        strip = clock_strip.draw([{"day": date(2026, 3, 2), "state": "counted", "is_due": True}])
    assert strip is not None
    assert [cell.under for cell in strip.cells] == ["last day"]


def test_every_open_case_stands_in_one_span_of_the_time_left(office: Client) -> None:
    """Counted once by the page's query and once by hand, over the cases that the office sees."""
    from xiaoneng.web.accounts.models import User
    from xiaoneng.web.cases.models import CaseClock

    left = queries.days_left(User.objects.get(username="a-office_editor"))
    is_open = CaseClock.objects.filter(state__in=("running", "paused", "open_late"))
    days = list(is_open.values_list("remaining_workdays", flat=True))
    assert sum(left.counts) + left.stopped == len(days) > 0
    assert left.past == sum(1 for one in days if one is not None and one < 0)
    assert left.soon == sum(1 for one in days if one in (0, 1, 2))
    rows = list(csv.DictReader(io.StringIO(office.get("/figures/days_left.csv").content.decode("utf-8-sig"))))
    assert sum(int(row["open"]) for row in rows) == len(days)


def test_a_liaison_sees_the_time_left_of_the_own_agency_only(
    reader: Callable[[str], Client], agency_codes: list[str]
) -> None:
    from xiaoneng.web.accounts.models import User

    reader("liaison")
    liaison = User.objects.get(username="a-liaison")
    assert queries.days_left(liaison) == queries.days_left(liaison, agency=agency_codes[0])
    assert not any(queries.days_left(liaison, agency=agency_codes[1]).counts)


def test_a_month_without_a_record_is_hollow() -> None:
    drawn = pictures.months_held(date(2025, 11, 20), date(2026, 2, 1), ["2026-01"])
    assert drawn.count("<rect") == 4
    assert drawn.count("pic-month missing") == 1
    assert pictures.months_held(date(2025, 11, 20), date(2026, 2, 1), []) == ""


def test_an_upload_without_a_file_is_refused_and_leaves_nothing(office: Client) -> None:
    from xiaoneng.web.cases.models import ImportBatch

    before = ImportBatch.objects.count()
    answer = office.post("/import/", {})
    assert answer.status_code == 422
    assert "请至少选择一个文件。" in answer.content.decode()
    assert ImportBatch.objects.count() == before


def test_before_the_own_password_there_is_no_navigation_and_a_short_one_is_refused(
    reader: Callable[..., Client],
) -> None:
    fresh = reader("leader", must_change_password=True)
    page = fresh.get("/me/password/").content.decode()
    assert "site-nav" not in page
    answer = fresh.post("/me/password/", {"new": "short", "again": "short"})
    assert answer.status_code == 422
    assert "密码太短：至少 10 个字符。" in answer.content.decode()


def test_what_is_calculated_is_said_to_be_calculated(office: Client) -> None:
    from xiaoneng.web.cases.models import AgencyTotal

    total: Any = AgencyTotal.objects.filter(deemed__gt=0).first()
    assert total is not None
    for address in ("/overview/", f"/agencies/{total.agency_code}/"):
        assert "不代表机关承认" in office.get(address).content.decode()


def test_the_first_page_of_an_empty_county_is_a_list_of_steps_that_shows_what_is_done(office: Client) -> None:
    """The county's catalogue is there, its clocks have not run: the second step is done, the third is not."""
    from xiaoneng.web.cases.models import ClockRun
    from xiaoneng.web.registry.models import ServiceItem

    ClockRun.objects.all().delete()
    page = office.get("/overview/").content.decode()
    steps = page.partition('class="steps-list"')[2].partition("</ol>")[0].split("<li>")[1:]
    assert ["已完成" in step for step in steps] == [True, True, False]
    assert f"{ServiceItem.objects.count():,} 个事项" in steps[1]
