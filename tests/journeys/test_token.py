"""A person fetches a voting token on a phone, from the registrar that runs alone; another server's key is refused."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import PHONE

pytestmark = pytest.mark.journey
STARTS_WITHIN_S = 90
_INSTALL = """
import json, random
import django; django.setup()
from datetime import date, timedelta
from django.core.management import call_command
from django.utils import timezone
from xiaoneng.core.appraisal import *
from xiaoneng.web import registrar
call_command("migrate", database="registrar", verbosity=0)
day = timezone.localdate()
days = RoundDays(*(day + timedelta(days=by) for by in (10, 15, 0, 7)))
named = {"zh": "企业", "en": "Firms"}
rules = RoundRules("walk", RoundKind.SOCIETY_RATES_AGENCIES, named, (Group("g", named),), (Appraisee("a", named, "g"),),
    (Stratum("firms", named, 200, 200, 1.0, Way.TOKEN),), default_questionnaire(), days, 5)
made = registrar.install_round(rules, [registrar.RollRow("firms", f"王{n}") for n in range(200)])
print(json.dumps([[one.code for one in made.invitations[:3]], made.fingerprints["firms"].replace(" ", "")]))
"""


@pytest.fixture(scope="module")
def registrar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str], str]]:
    """Address, three invitation codes and the fingerprint of the key."""
    folder: Path = tmp_path_factory.mktemp("registrar")
    environment = {**os.environ, "XIAONENG_DATA_DIR": str(folder)}
    environment["DJANGO_SETTINGS_MODULE"] = "xiaoneng.web.settings_registrar"
    done = subprocess.run([sys.executable, "-c", _INSTALL], env=environment, check=True, capture_output=True, text=True)
    codes, fingerprint = json.loads(done.stdout.splitlines()[-1])
    command = [sys.executable, "-m", "xiaoneng", "serve", "registrar", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        kill = threading.Timer(STARTS_WITHIN_S, server.kill)
        kill.start()
        try:
            assert server.stdout is not None
            address = next(
                (found.group() for line in server.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line))),
                None,
            )
            kill.cancel()
            assert address is not None
            yield address, codes, fingerprint
        finally:
            kill.cancel()
            server.terminate()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_token_is_fetched_kept_and_never_given_twice(
    registrar: tuple[str, list[str], str], page: Any, language: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    address, codes, fingerprint = registrar
    code = codes[0] if language == "zh" else codes[1]
    page.goto(f"{address}/token/walk/")
    if language == "en":
        page.click("button[name=language]")
    page.goto(f"{address}/token/walk/?letter#{code}.{fingerprint[:16]}")
    page.wait_for_selector("#token[data-ready]")
    assert "#" not in page.url  # the code left the address
    assert Axe().run(page).response["violations"] == []
    # the answer is lost on the way: the same request is sent again
    page.route("**/issue/", lambda route: (route.fetch(), route.abort())[1], times=1)
    page.click("#go")
    page.click("#again")
    page.wait_for_selector("#done:not([hidden])")
    token = page.input_value("#text")
    assert re.fullmatch(r"[\w-]{100,}\.[\w-]{512}", token)
    with page.expect_download() as saving:
        page.click("#save")
    assert Path(saving.value.path()).read_text() == token + "\n"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert Axe().run(page).response["violations"] == []
    page.click("#forget")
    page.wait_for_selector("#token[data-ready]")
    page.fill("#id_invitation", code)
    page.click("#go")
    page.wait_for_selector("[data-say=already_issued]:not([hidden])")


def test_a_key_that_was_not_published_is_refused(registrar: tuple[str, list[str], str], page: Any) -> None:
    """The letter names another key than the server shows: the page sends nothing to be signed."""
    address, codes, _ = registrar
    page.goto(f"{address}/token/walk/#{codes[2]}.{'0' * 16}")
    page.wait_for_selector("#token[data-ready]")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.click("#go")
    page.wait_for_selector("[data-say=key]:not([hidden])")
    assert not any(url.endswith("/issue/") for url in sent)
