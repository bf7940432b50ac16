"""Voting as a voter meets it: the ballot box as a process of its own, a phone, a bad line, a device that others use next."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .conftest import PHONE, STARTS_WITHIN_S
from .test_reach import _faults

pytestmark = pytest.mark.journey
_HERE = Path(__file__).resolve().parents[1]
_SET_UP = """
import dataclasses, json, os, sys
sys.path.insert(0, sys.argv[1])
import django; django.setup()
from datetime import date, timedelta
from xiaoneng.core.appraisal import RoundDays
from xiaoneng.web.ops.starting import prepare
from tests.web.ballotbox.rounds import a_round, a_staff_round, a_token, handed, install, text64
prepare()
day, today = timedelta(days=1), date.today()
days = RoundDays(today - day, today + 2 * day, today - 9 * day, today - 5 * day)
voting = install(handed(a_round(days=days)))
closing = install(handed(a_staff_round(days=RoundDays(today - day, today)), seed=2))
token = ".".join(map(text64, a_token(99)))
print(json.dumps({"codes": voting.codes["staff"], "closing": closing.codes["staff"], "token": token}))
"""
_LOOK = """
import json, sys
import django; django.setup()
from xiaoneng.web.ballotbox import storage
with storage.reading() as cursor:
    print(json.dumps([row.answers.decode() for row in storage.ballots_of(cursor, "2026-society")]))
"""
_CLOSE = """
import sys
import django; django.setup()
from datetime import date
from xiaoneng.web import ballotbox
ballotbox.close_round("2026-leadership", date.today())
"""


@dataclass(frozen=True)
class Box:
    """A running ballot box, and what its voters hold."""

    address: str
    environment: dict[str, str]
    codes: list[str]
    closing: list[str]
    token: str

    def run(self, code: str) -> str:
        """Run a few lines beside the box, on its database."""
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def ballots(self) -> list[str]:
        """The answers that lie in the box."""
        found: list[str] = json.loads(self.run(_LOOK))
        return found


@pytest.fixture(scope="module")
def voting(tmp_path_factory: pytest.TempPathFactory, chromium_path: Path) -> Iterator[Box]:
    """The box, served alone, with one round to vote in and one to be closed."""
    folder = tmp_path_factory.mktemp("box")
    environment = {
        **os.environ,
        "XIAONENG_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "xiaoneng.web.settings_box",
        "PYTHONPATH": str(_HERE.parent),
    }
    made = subprocess.run(
        [sys.executable, "-c", _SET_UP, str(_HERE.parent)],
        env=environment, check=True, capture_output=True, text=True, timeout=STARTS_WITHIN_S,
    )  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "xiaoneng", "serve", "box", "--port", "0", "--data", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as server:
        kill = threading.Timer(STARTS_WITHIN_S, server.kill)
        kill.start()
        try:
            told = ""
            for line in server.stdout or ():
                told += line
                if address := re.search(r"http://127\.0\.0\.1:\d+", told):
                    break
            kill.cancel()
            assert address is not None, told
            yield Box(address.group(), environment, **json.loads(made.stdout.splitlines()[-1]))
        finally:
            kill.cancel()
            server.terminate()


@dataclass
class Voter:
    """A phone with the voter's page open."""

    page: Any
    box: Box

    def open(self, query: str = "", round: str = "2026-society") -> None:
        self.page.goto(f"{self.box.address}/vote/{round}/{query}")
        self.page.wait_for_selector("#loading", state="hidden")

    def begin(self, code: str) -> None:
        self.page.fill("#code", code)
        self.page.click("#begin")
        self.page.wait_for_selector("[data-screen=list]:not([hidden])")

    def rate(self, name: str, level: str) -> None:
        """From the list: rate one, the same on every question, and come back to the list."""
        self.page.click(f"#list button:has-text('{name}')")
        for group in self.page.locator("#questions fieldset").all():
            group.locator(f"input[value='{level}']").check()
        self.page.click("#to-list")

    def go_to_review(self) -> None:
        self.page.click("#list-on")
        self.page.click("#die-on")
        self.page.click("#remark-on")

    def cast(self) -> None:
        self.page.click("#cast")
        self.page.wait_for_selector("[data-screen=done]:not([hidden])", timeout=60_000)

    @property
    def screen(self) -> str:
        return str(self.page.locator("[data-screen]:not([hidden])").get_attribute("data-screen"))


@pytest.fixture
def voter(voting: Box, browser: Any) -> Iterator[Callable[..., Voter]]:
    """A new phone each time; no complaint of the browser may be left."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def start(**options: Any) -> Voter:
        contexts.append(browser.new_context(viewport=PHONE, locale="zh-CN", **options))
        contexts[-1].set_default_timeout(30_000)
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if _is_complaint(told) else None)
        return Voter(page, voting)

    yield start
    for context in contexts:
        assert context.cookies() == []
        context.close()
    assert complaints == []


def _is_complaint(told: Any) -> bool:
    expected = (
        "ERR_FAILED",
        "ERR_INTERNET_DISCONNECTED",
        "403",
        "503",
        "422",
    )  # a line cut by the test, a ballot refused
    return told.type in ("error", "warning") and not any(part in told.text for part in expected)


def _shot(one: Voter, name: str) -> None:
    if folder := os.environ.get("XIAONENG_SHOTS"):
        one.page.screenshot(path=str(Path(folder) / f"ballot_{name}.png"), full_page=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_ballot_is_cast_from_the_code_in_the_address_and_every_screen_can_be_read_by_everyone(
    voter: Callable[..., Voter], voting: Box, language: str
) -> None:
    one, code = voter(), voting.codes[0 if language == "zh" else 1]
    one.open(f"?lang={language}#{code}")
    assert code not in one.page.url
    faults = _faults(one.page)
    _shot(one, f"start_{language}")
    one.page.click("#begin")
    one.page.wait_for_selector("[data-screen=list]:not([hidden])")
    faults += _faults(one.page)
    _shot(one, f"list_{language}")
    assert one.page.locator("#list button").count() == 2  # staff may not rate housing
    one.page.locator("#list button").first.click()
    for group in one.page.locator("#questions fieldset").all():
        group.locator("input[value='4']").check()
    faults += _faults(one.page)
    _shot(one, f"one_{language}")
    one.page.click("#to-list")
    one.page.click("#list-on")
    one.page.click("#die-roll")
    one.page.locator("#die-questions input[value=no]").check()
    faults += _faults(one.page)
    _shot(one, f"die_{language}")
    one.page.click("#die-on")
    one.page.fill("#remark", "窗口排队太久")
    faults += _faults(one.page)
    _shot(one, f"remark_{language}")
    one.page.click("#remark-on")
    faults += _faults(one.page)
    _shot(one, f"review_{language}")
    assert "窗口排队太久" in one.page.locator("#review").inner_text()
    one.cast()
    faults += _faults(one.page)
    _shot(one, f"done_{language}")
    assert faults == []
    assert not one.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert len(one.page.locator("#done-leaf").inner_text()) == 64
    assert one.page.evaluate("sessionStorage.length") == 0
    wanted = '{"_":{"favour":"no"},"water":{"attitude":4,"fairness":4,"results":4}}'
    assert wanted in voting.ballots()


def test_the_whole_page_is_lighter_than_fifty_kilobytes_on_the_line(voter: Callable[..., Voter]) -> None:
    """Page, style, script, sign and the data of the round, as they travel."""
    one = voter()
    line = one.page.context.new_cdp_session(one.page)
    line.send("Network.enable")
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    one.open()
    one.page.wait_for_timeout(300)
    assert len(sizes) >= 4
    assert sum(sizes) <= 50 * 1024


def test_a_ballot_whose_answer_is_lost_is_sent_again_by_itself_and_counts_once(
    voter: Callable[..., Voter], voting: Box
) -> None:
    """The first answer is lost after the box stored the ballot; the page is loaded anew meanwhile; the third try comes through."""
    one = voter()
    one.open()
    one.begin(voting.codes[2])
    one.rate("税务局", "2")
    one.go_to_review()
    before, sent = len(voting.ballots()), []

    def lose(route: Any) -> None:
        sent.append(json.loads(route.request.post_data)["receipt"])
        if len(sent) == 1:
            route.fetch()  # it reaches the box, and the answer is lost
        if len(sent) < 3:
            route.abort()
        else:
            route.continue_()

    one.page.route("**/cast*", lose)
    one.page.click("#cast")
    one.page.locator("#sending-text", has_text="第 1 次").wait_for()
    one.page.reload()
    one.page.wait_for_selector("[data-screen=done]:not([hidden])", timeout=60_000)
    assert len(sent) == 3
    assert len(set(sent)) == 1
    assert len(voting.ballots()) == before + 1


def test_voting_again_replaces_the_ballot(voter: Callable[..., Voter], voting: Box) -> None:
    one = voter()
    one.open()
    one.begin(voting.codes[3])
    one.rate("税务局", "1")
    one.go_to_review()
    one.cast()
    before = len(voting.ballots())
    one.page.click("#vote-again")
    one.rate("税务局", "no_contact")
    one.go_to_review()
    one.cast()
    assert len(voting.ballots()) == before
    assert '{"tax":{"attitude":"no_contact","fairness":"no_contact","results":"no_contact"}}' in voting.ballots()


def test_a_token_is_pasted_and_rates_all_agencies(voter: Callable[..., Voter], voting: Box) -> None:
    one = voter()
    one.open()
    one.page.click("#by-token summary")
    one.page.fill("#token", voting.token)
    one.page.click("#begin")
    one.page.wait_for_selector("[data-screen=list]:not([hidden])")
    assert one.page.locator("#list button").count() == 3
    one.rate("住建局", "5")
    one.go_to_review()
    one.cast()
    assert '{"housing":{"attitude":5,"fairness":5,"results":5}}' in voting.ballots()


def test_a_wrong_code_is_told_in_the_page_and_an_unknown_one_before_anything_is_filled_in(
    voter: Callable[..., Voter], voting: Box
) -> None:
    one = voter()
    one.open()
    one.page.fill("#code", voting.codes[4][:-2])
    one.page.click("#begin")
    assert "您输入了 15 位" in one.page.locator("#code-told").inner_text()
    one.page.fill("#code", voting.closing[0])  # of another round
    one.page.click("#begin")
    one.page.locator("#start-error", has_text="没有发放").wait_for()
    assert one.screen == "start"


def test_a_shared_device_forgets_everything(voter: Callable[..., Voter], voting: Box) -> None:
    one = voter()
    one.open("?kiosk=1")
    one.begin(voting.codes[5])
    one.rate("水务局", "3")
    one.go_to_review()
    one.cast()
    assert not one.page.locator("#save").is_visible()
    one.page.wait_for_selector("[data-screen=start]:not([hidden])")
    assert one.page.evaluate("sessionStorage.length") == 0
    assert one.page.input_value("#code") == ""


def test_after_the_close_a_code_is_looked_up_on_the_device(voter: Callable[..., Voter], voting: Box) -> None:
    one = voter()
    one.open(round="2026-leadership")
    one.begin(voting.closing[0])
    one.rate("水务局", "5")
    one.page.click("#list-on")
    one.page.click("#remark-on")
    one.cast()
    voting.run(_CLOSE)
    sent: list[str] = []
    one.page.on("request", lambda request: sent.append(request.url))
    one.page.goto(f"{voting.address}/vote/2026-leadership/check/")
    assert _faults(one.page) == []
    for code, word in (
        (voting.closing[0], "已在公示日志中"),
        (voting.closing[1], "公示日志中没有"),
        ("NOT A CODE", "既不是"),
    ):
        one.page.fill("#leaf", code)
        one.page.click("#check button")
        one.page.locator("#answer", has_text=word).wait_for()
    _shot(one, "check_zh")
    assert not any(code in url for url in sent for code in voting.closing[:2])


def test_without_scripts_a_paper_code_can_vote(voter: Callable[..., Voter], voting: Box) -> None:
    one = voter(java_script_enabled=False)
    one.page.goto(f"{voting.address}/vote/2026-society/plain/?lang=en")
    one.page.fill("#code", voting.codes[6])
    one.page.check("input[name='tax/results'][value='2']")
    one.page.click("button.main")
    assert "Your ballot is in the box" in one.page.locator("h2").first.inner_text()
    assert '{"tax":{"results":2}}' in voting.ballots()
