"""A handful of walks through the running application, each by the buttons that a user sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import PHONE, WORD, Served, Walk

pytestmark = pytest.mark.journey
Start = Callable[..., Walk]
FOREIGN = """\
甲,乙,丙,丁,戊
J-1,水利局,2026-11-02,取水许可,2026-11-10
J-2,水利局,2026-11-03,取水许可,
J-3,水利局,不知何时,取水许可,
"""
FIELDS = {"甲": "case_no", "乙": "agency_name", "丙": "received_at", "丁": "service_item_name", "戊": "concluded_at"}


def test_the_first_login_asks_for_a_password_of_ones_own_and_leads_to_the_overview(served: Served, walk: Start) -> None:
    one = walk()
    one.log_in("office", served.password)
    assert one.path == "/me/password/"
    one.to("/overview/")
    assert one.path == "/me/password/"
    one.page.fill("#id_new", "12345")
    one.page.fill("#id_again", "12345")
    one.page.click("main form button:not([type=button])")
    assert one.page.locator("#id_new-error").count() == 1
    one.page.fill("#id_new", WORD)
    one.page.fill("#id_again", WORD)
    one.page.click("main form button:not([type=button])")
    one.page.wait_for_url("**/overview/")
    assert re.search(r"\d", one.heading())
    one.page.get_by_role("button", name="退出").click()
    one.log_in("office", WORD)
    assert one.path == "/overview/"


def test_a_file_that_nobody_knows_is_mapped_looked_into_taken_in_found_and_undone(walk: Start, tmp_path: Path) -> None:
    file = tmp_path / "foreign.csv"
    file.write_text(FOREIGN, encoding="gb18030")
    one = walk()
    one.log_in()
    one.to("/import/")
    one.page.set_input_files("input[type=file]", str(file))
    one.page.get_by_role("button", name="查看文件").click()
    one.page.get_by_role("link", name="逐列对应").click()
    for label, field in FIELDS.items():
        one.page.get_by_label(label, exact=True).select_option(field)
    one.page.fill("#id_name", "水利局台账")
    one.page.locator("main form button").last.click()
    good_rows = one.page.locator("button[name=good_rows]")
    good_rows.wait_for()
    with one.page.expect_download() as workbook:
        one.page.locator("a[href$='rows.xlsx']").click()
    assert workbook.value.suggested_filename.endswith(".xlsx")
    good_rows.click()
    one.page.locator("form[action$='/undo/'] button").wait_for()
    imported = one.path
    _until(one, "J-", ["J-2", "J-1"])
    one.page.get_by_role("link", name="J-1").click()
    assert "foreign.csv" in one.page.content()
    one.to(imported)
    one.page.locator("form[action$='/undo/'] button").click()
    one.page.locator("form[action$='/undo/']").wait_for(state="detached")
    _until(one, "J-", [])


def _until(one: Walk, text: str, expected: list[str]) -> None:
    """The clocks are run anew in a process of their own; the list follows when they are through."""
    for _ in range(60):
        if _found(one, text) == expected:
            return
        one.page.wait_for_timeout(500)
    assert _found(one, text) == expected


def _found(one: Walk, text: str) -> list[str]:
    one.to(f"/cases/?q={text}")
    return [str(cell).strip() for cell in one.page.locator("tbody th a").all_inner_texts()]


def test_next_years_notice_is_typed_in_looked_at_and_approved(walk: Start) -> None:
    one = walk()
    one.log_in()
    one.to("/calendar/")
    one.page.locator("a[href='/calendar/notices/new/']").first.click()
    days = (
        ("元旦", "2027-01-01", "2027-01-03", ""),
        ("春节", "2027-02-05", "2027-02-12", "2027-01-30, 2027-02-13"),
        ("劳动节", "2027-05-01", "2027-05-05", ""),
        ("国庆节", "2027-10-01", "2027-10-07", ""),
    )
    page = one.page
    page.fill("#id_year", "2027")
    page.fill("#id_title", "关于2027年部分节假日安排的通知（测试）")
    for number, (name, first, last, worked) in enumerate(days, start=1):
        page.fill(f"#id_off{number}_name", name)
        page.fill(f"#id_off{number}_from", first)
        page.fill(f"#id_off{number}_to", last)
        page.fill(f"#id_off{number}_makeup", worked)
    page.locator("form:has(#id_year) button").last.click()
    page.wait_for_url(re.compile(r"/calendar/notices/\d+/$"))
    assert page.locator("button[value=approve]").count() == 1
    assert "2027" in page.content()
    page.click("button[value=approve]")
    page.wait_for_url("**/calendar/2027/")
    assert "春节" in page.content()


def test_a_shopkeeper_asks_the_calculator_on_a_phone(walk: Start) -> None:
    """Accepted Thursday 12 February 2026, three working days: Tuesday 24, since the Spring Festival lies between."""
    one = walk(PHONE, has_touch=True)
    one.to("/")
    one.page.locator("a[href^='/deadline/']").first.click()
    one.page.fill("#id_start", "2026-02-12")
    one.page.fill("#id_length", "3")
    one.page.locator("main form button:not([type=button])").first.click()
    assert "2月24日" in one.heading().replace(" ", "")
    assert not one.is_wider_than_the_screen()
    one.page.get_by_role("button", name="English").click()
    assert "24 February 2026" in one.heading().replace("\xa0", " ")
    one.page.fill("#id_length", "")
    one.page.locator("main form button:not([type=button])").first.click()
    assert one.page.locator("[aria-invalid=true]").count() == 1


def test_the_list_of_cases_is_narrowed_sorted_and_taken_away(walk: Start) -> None:
    one = walk()
    one.log_in()
    one.to("/cases/")
    one.page.select_option("#state", "open_late")
    one.page.wait_for_url("**state=open_late**")
    with one.page.expect_download() as taken:
        one.page.locator("a[href*='export.csv']").click()
    content = Path(str(taken.value.path())).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "超时" in content.decode("utf-8-sig")


def test_large_type_is_one_switch_and_stays_on(walk: Start) -> None:
    one = walk(PHONE)
    one.to("/deadline/")
    before = _type_size(one)
    one.page.get_by_role("button", name="大字").click()
    assert _type_size(one) > before
    one.to("/calendar/")
    assert _type_size(one) > before
    assert not one.is_wider_than_the_screen()


def _type_size(one: Walk) -> float:
    found: Any = one.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    return float(found)
