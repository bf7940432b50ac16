"""Every main page can be read by everyone: by a program that reads aloud, by keyboard, on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import DESK, PHONE, Walk

pytestmark = pytest.mark.journey
Start = Callable[..., Walk]
OPEN = ("/", "/deadline/", "/deadline/?start=2026-02-12&length=20", "/calendar/", "/login/")
INSIDE = (
    *("/overview/", "/cases/", "/cards/", "/import/", "/import/1/", "/registry/agencies/", "/registry/items/"),
    *("/registry/items/import/", "/calendar/notices/new/", "/trace/", "/me/", "/me/password/"),
    *("/time/", "/time/map/", "/time/steps/", "/time/causes/", "/time/spectrum/", "/time/variants/"),
    *("/time/handovers/", "/time/items/", "/time/cases/"),
)
LINKED = ("a[href^='/agencies/']", "a[href^='/items/']", "a[href^='/cases/'][href$='/']")


def _faults(page: Any) -> list[str]:
    """Violations that shut somebody out, each with the first element at fault."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response["violations"]
    return [
        f"{page.url}: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def _all_pages(one: Walk) -> list[str]:
    one.log_in()
    pages = list(INSIDE)
    one.to("/overview/")
    for link in LINKED[:1]:
        pages.append(str(one.page.locator(link).first.get_attribute("href")))
    one.to(pages[-1])
    pages.append(str(one.page.locator(LINKED[1]).first.get_attribute("href")))
    one.to("/cases/")
    pages.append(str(one.page.locator("tbody th a").first.get_attribute("href")))
    return pages


def test_a_program_that_reads_aloud_finds_its_way(walk: Start) -> None:
    """In Chinese: the two languages differ in words only, and each page takes the program a second."""
    one = walk(DESK)
    faults: list[str] = []
    for path in OPEN:
        one.to(path)
        faults += _faults(one.page)
    for path in _all_pages(one):
        one.to(path)
        faults += _faults(one.page)
    assert faults == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_is_wider_than_a_phone(language: str, walk: Start) -> None:
    one = walk(PHONE)
    _choose(one, language)
    wide: list[str] = []
    for path in OPEN:
        one.to(path)
        wide += [path] * one.is_wider_than_the_screen()
    for path in _all_pages(one):
        one.to(path)
        wide += [path] * one.is_wider_than_the_screen()
    assert wide == []


def test_the_keyboard_reaches_the_content_at_once(walk: Start) -> None:
    one = walk()
    one.to("/deadline/")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.id") == "main"


def _choose(one: Walk, language: str) -> None:
    one.page.context.add_cookies([{"name": "language", "value": language, "url": one.address}])
