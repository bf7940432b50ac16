"""What the walk through a round of appraisal needs: a server whose day can be moved, eyes for each page, many more voters."""

from __future__ import annotations

import http.cookiejar
import json
import os
import secrets
import subprocess
import sys
import threading
import urllib.request
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from xiaoneng.core import ballots
from xiaoneng.core.ballots import Variant

from .conftest import DESK, PHONE, STARTS_WITHIN_S, WORD, Walk

LEVELS = (5, 4, 2, 4)  # what the many answer of the first appraisee, in turn; of each further one a level less
_VARIANT = Variant.PSS_RANDOMIZED
_WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}


@dataclass(frozen=True)
class Movable:
    """A running application, and the folder in which its day is moved and its codes can be read."""

    address: str
    folder: Path

    def days_go_on(self, by: int) -> None:
        """Move its day."""
        file = self.folder / "days"
        file.write_text(str(int(file.read_text(encoding="ascii")) + by), encoding="ascii")

    def on_paper(self) -> dict[str, list[str]]:
        """The codes on slips and in letters."""
        told: dict[str, list[str]] = json.loads((self.folder / "told.json").read_text(encoding="ascii"))
        return told


@contextmanager
def movable(folder: Path) -> Iterator[Movable]:
    """The application, served from an empty folder."""
    command = [sys.executable, str(Path(__file__).with_name("movable.py")), str(folder), WORD]
    with subprocess.Popen(command, env={**os.environ}, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        kill = threading.Timer(STARTS_WITHIN_S, server.kill)
        kill.start()
        try:
            assert server.stdout is not None
            address = next((line.split()[-1] for line in server.stdout if "http://127" in line), None)
            kill.cancel()
            assert address, "the server did not start"
            yield Movable(address.rstrip("/"), folder)
        finally:
            kill.cancel()
            server.terminate()


@dataclass
class Eyes:
    """Looks at a page as its readers do: a program that reads aloud, a phone, both languages; keeps what it saw as pictures."""

    folder: Path
    faults: list[str] = field(default_factory=list)
    seen: int = 0

    def look(self, page: Any, name: str) -> None:
        """Look at the page as it stands."""
        from axe_playwright_python.sync_playwright import Axe

        for one in Axe().run(page, options=_WCAG).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                self.faults.append(f"{name}: {one['id']}: {one['nodes'][0]['html'][:200]}")
        self.glance(page, name)

    def glance(self, page: Any, name: str) -> None:
        """Keep a picture, and see that nothing sticks out."""
        self.seen += 1
        page.screenshot(path=self.folder / f"{self.seen:02}-{name}.png", full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.faults.append(f"{name}: wider than the screen")

    def look_in_both(self, one: Walk, name: str) -> None:
        """Look at a page that can be opened again: in English and in Chinese, wide and on a phone."""
        for language in ("en", "zh-hans"):
            one.page.context.add_cookies([{"name": "language", "value": language, "url": one.address}])
            one.page.reload()
            self.look(one.page, f"{name}-{language}")
            one.page.set_viewport_size(PHONE)
            self.glance(one.page, f"{name}-{language}-phone")
            one.page.set_viewport_size(DESK)


# --- many more voters, without a browser


def answers_of(number: int, appraisees: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """What voter `number` answers: appraisee -> how many levels below the first one."""
    asked = ("attitude", "fairness", "results")
    return {
        who: {one: max(1, LEVELS[(number + place) % len(LEVELS)] - below) for place, one in enumerate(asked)}
        for who, below in appraisees.items()
    }


def cast(address: str, round: str, told: Mapping[str, Any]) -> None:
    """One ballot, as the page sends it."""
    _post(f"{address}/vote/{round}/cast", {"receipt": secrets.token_hex(16), "remark": "", **told})


def token_of(address: str, round: str, code: str) -> dict[str, str]:
    """A blind token for a code of a letter, drawn and blinded here as the page does it."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(f"{address}/token/{round}/").read()
    csrf = {"X-CSRFToken": next(str(cookie.value) for cookie in jar if cookie.name == "csrftoken")}
    told = _post(f"{address}/token/{round}/begin/", {"code": code}, csrf, opener)
    key = ballots.read_public(told["key"].encode(), RSAPublicKey)
    message = ballots.token_message(round, told["stratum"], secrets.token_bytes)
    prepared = ballots.prepare(message, _VARIANT, secrets.token_bytes)
    made = ballots.blind(key, prepared, _VARIANT, secrets.token_bytes)
    signed = _post(
        f"{address}/token/{round}/issue/", {"code": code, "blinded": _base64(made.blinded_msg)}, csrf, opener
    )
    blind_signature = urlsafe_b64decode(signed["signature"] + "==")
    signature = ballots.finalize(key, prepared, blind_signature, made.inverse, _VARIANT)
    return {"token": _base64(prepared), "signature": _base64(signature)}


def _post(
    address: str, told: Mapping[str, Any], headers: Mapping[str, str] | None = None, opener: Any = urllib.request
) -> dict[str, Any]:
    request = urllib.request.Request(
        address, json.dumps(told).encode(), {"Content-Type": "application/json", **(headers or {})}
    )
    opened = opener.urlopen(request) if opener is urllib.request else opener.open(request)
    with opened as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
