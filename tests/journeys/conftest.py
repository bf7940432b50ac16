"""A running application with a small invented county, as its users meet it: a server, a browser, jobs in processes of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

STARTS_WITHIN_S = 90
WORD = "cranes over the reservoir"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
_FILL = """
import django; django.setup()
from xiaoneng.web.ops.starting import prepare
from xiaoneng.web.bridge import demo
prepare()
demo.fill(7, cases=1000, agencies=4)
"""
_ACCOUNT = f"""
import django; django.setup()
from xiaoneng.web.accounts.models import User
User.objects.create_user("walker", {WORD!r}, role="office_editor", full_name="王办")
"""


@dataclass(frozen=True)
class Served:
    """The address of the running application, and the one-time password that it printed."""

    address: str
    password: str


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, chromium_path: Path) -> Iterator[Served]:
    """The application, served from an empty folder that was filled with the county."""
    folder = tmp_path_factory.mktemp("served")
    environment = {**os.environ, "XIAONENG_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "xiaoneng.web.settings"}
    subprocess.run([sys.executable, "-c", _FILL], env=environment, check=True, timeout=STARTS_WITHIN_S)
    with subprocess.Popen(
        [sys.executable, "-m", "xiaoneng", "serve", "--port", "0", "--data", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as server:
        kill = threading.Timer(STARTS_WITHIN_S, server.kill)
        kill.start()
        try:
            started = _started(server, environment)
            kill.cancel()
            yield started
        finally:
            kill.cancel()
            server.terminate()


def _started(server: subprocess.Popen[str], environment: dict[str, str]) -> Served:
    assert server.stdout is not None
    told = ""
    for line in server.stdout:
        told += line
        address = re.search(r"http://127\.0\.0\.1:\d+", told)
        password = re.search(r"one-time password: (\S+)", told)
        if address and password:
            subprocess.run([sys.executable, "-c", _ACCOUNT], env=environment, check=True, timeout=STARTS_WITHIN_S)
            return Served(address.group(), password.group(1))
    pytest.fail(f"the server did not start: {told}")


@dataclass
class Walk:
    """A page in the browser, and every complaint of the browser on the way."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._heard)
        self.page.on("requestfailed", self._failed)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and "422" not in message.text:  # a refused form is no fault of the page
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # what the next click made needless
            self.complaints.append(f"{request.url}: {request.failure}")

    def to(self, path: str) -> Any:
        """Open a page of the application."""
        return self.page.goto(self.address + path)

    @property
    def path(self) -> str:
        """Where we are."""
        return str(self.page.url).removeprefix(self.address)

    def heading(self) -> str:
        """The sentence at the head of the page."""
        return str(self.page.locator("h1").first.inner_text())

    def is_wider_than_the_screen(self) -> bool:
        """Whether a reader would have to scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def log_in(self, name: str = "walker", word: str = WORD) -> None:
        """Through the form, like everyone."""
        self.to("/login/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", word)
        self.page.click("main form button")


@pytest.fixture
def walk(served: Served, browser: Any) -> Iterator[Callable[..., Walk]]:
    """A new walk: nobody is logged in, and nothing is remembered from another walk. No complaint may be left at its end."""
    contexts: list[Any] = []
    walks: list[Walk] = []

    def start(size: dict[str, int] = DESK, **options: Any) -> Walk:
        contexts.append(browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", **options))
        contexts[-1].set_default_timeout(30_000)
        walks.append(Walk(contexts[-1].new_page(), served.address))
        return walks[-1]

    yield start
    for context in contexts:
        context.close()
    assert [complaint for one in walks for complaint in one.complaints] == []
