"""Where the time goes, walked: rare paths are hidden, a path is reached by keyboard, and it opens its cases."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import PHONE, Walk

pytestmark = pytest.mark.journey
Start = Callable[..., Walk]
LINES = ".drawing.wide .edge"


def _shown(one: Walk, lines: str = LINES) -> int:
    return sum(
        1 for line in one.page.locator(lines).all() if line.evaluate("line => getComputedStyle(line).display") != "none"
    )


def test_the_slider_hides_a_rare_path_and_no_step_loses_its_last(walk: Start) -> None:
    one = walk()
    one.log_in()
    one.to("/time/map/?detail=100")
    before, core = _shown(one), one.page.locator(f"{LINES}.core").count()
    _slide(one, "30")
    assert core <= _shown(one) < before
    assert "30%" in one.page.locator("#detail-told").inner_text()
    _slide(one, "100")
    assert _shown(one) == before


def test_more_than_was_drawn_is_drawn_anew(walk: Start) -> None:
    one = walk()
    one.log_in()
    one.to("/time/map/?detail=30")
    few = one.page.locator(LINES).count()
    _slide(one, "100")
    one.page.dispatch_event("#detail", "change")
    one.page.wait_for_url("**detail=100**")
    assert one.page.locator(LINES).count() > few


def _slide(one: Walk, value: str) -> None:
    one.page.locator("#detail").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def test_without_scripts_the_slider_is_a_form(walk: Start) -> None:
    one = walk(java_script_enabled=False)
    one.log_in()
    one.to("/time/map/")
    one.page.get_by_role("button", name="重画").click()
    assert "detail=" in one.path
    assert one.page.locator(LINES).count() > 0


def test_the_keyboard_reaches_a_path_and_it_opens_its_cases(walk: Start) -> None:
    one = walk()
    one.log_in()
    one.to("/time/map/")
    one.page.locator("#detail").focus()
    for _ in range(60):
        one.page.keyboard.press("Tab")
        address = one.page.evaluate("document.activeElement.getAttribute('href') || ''")
        if "from=" in address:
            break
    told = one.page.evaluate("document.activeElement.querySelector('title').textContent")
    moves = int(re.search(r"([\d,]+) 次", told).group(1).replace(",", ""))  # type: ignore[union-attr]
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/time/cases/**")
    cases = int(re.search(r"([\d,]+) 件", one.heading()).group(1).replace(",", ""))  # type: ignore[union-attr]
    assert 0 < cases <= moves
    one.page.locator("tbody th a").first.click()
    assert re.fullmatch(r"/cases/\d+/", one.path)


def test_a_leader_goes_from_the_summary_to_a_finding_and_its_cases(walk: Start) -> None:
    """On a phone, as in a meeting; where chance confirmed nothing in so small a county, from what is to be looked at."""
    one = walk(PHONE, has_touch=True)
    one.log_in()
    one.to("/time/")
    assert not one.is_wider_than_the_screen()
    for folded in one.page.locator("details:has(.findings) > summary").all():
        folded.click()
    findings = one.page.locator(".findings a[href*='/time/findings/']")
    if findings.count() == 0:
        assert "没有哪一处" in one.heading()
        return
    findings.first.click()
    assert "还不是结论" in one.page.content()
    one.page.locator("a[href*='/time/cases/?finding=']").first.click()
    assert re.search(r"\d", one.heading())
    assert not one.is_wider_than_the_screen()


def test_a_picture_is_taken_along_and_the_map_prints_across(walk: Start, tmp_path: Path) -> None:
    one = walk()
    one.log_in()
    one.to("/time/map/")
    with one.page.expect_download() as taken:
        one.page.get_by_role("link", name="map.svg").click()
    svg = Path(str(taken.value.path())).read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "<style>" in svg
    one.page.emulate_media(media="print")
    shown: Any = one.page.evaluate("getComputedStyle(document.querySelector('.slider')).display")
    assert shown == "none"
    one.page.pdf(path=str(tmp_path / "map.pdf"))
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (tmp_path / "map.pdf").read_bytes())
    assert any(float(wide) > float(high) for wide, high in sizes)
