"""Take the screenshots of the README from the running demo: overview, where the time goes, an agency, an explained case; both languages, desktop and phone.

    python scripts/screenshots.py [--out DIR] [--full]

The demo county is simulated from a fixed seed, so the pictures stay the same until the pages change.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SIZES = {"desktop": (1280, 900, 1), "phone": (390, 844, 2)}  # width, height, pixels a CSS pixel
LARGEST_BYTES = 200_000


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """A server with the demo county in a folder of its own: its address and the one-time password."""
    with tempfile.TemporaryDirectory(prefix="xiaoneng-shots-") as folder:
        environment = {**os.environ, "XIAONENG_DATA_DIR": folder, "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "xiaoneng", "serve", "--demo", "--port", "0", "--data", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as server:
            try:
                yield _told(server)
            finally:
                server.terminate()


def _told(server: Any) -> tuple[str, str]:
    address = ""
    for line in server.stdout:
        sys.stderr.write(line)
        if found := re.search(r"http://\S+", line):
            address = found.group().rstrip("/")
        if found := re.search(r"password: (\S+)", line):
            return address, found.group(1)
    raise SystemExit("the server ended before it said its address")


def log_in(page: Any, address: str, password: str) -> None:
    """Use the one-time password and choose another."""
    page.goto(f"{address}/login/")
    page.fill("input[name=username]", "office")
    page.fill("input[name=password]", password)
    page.click("main button.button")
    page.fill("input[name=new]", "a calm afternoon at the desk")
    page.fill("input[name=again]", "a calm afternoon at the desk")
    page.click("main button.button")


def places(page: Any, address: str) -> dict[str, str]:
    """The pages to show: the agency with most open cases past their limit, and a late case that had a stop."""
    page.goto(f"{address}/overview/")
    agency = page.get_attribute("table.agencies-table tbody th a", "href")
    page.goto(f"{address}/cases/?state=late&sort=-received")
    cases = [link.get_attribute("href") for link in page.query_selector_all("table.cases-table tbody th a")]
    chosen = cases[0]
    for case in cases:
        page.goto(address + case)
        days = len(page.query_selector_all(".wide .strip-day"))
        if page.query_selector(".strip-day.paused") and page.query_selector(".strip-day.late") and days < 50:
            chosen = case
            break
    return {"overview": "/overview/", "time": "/time/", "map": "/time/map/", "agency": agency, "case": chosen}


def shoot(out: Path, *, full: bool) -> None:
    """All pictures, into `out`."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("XIAONENG_CHROMIUM") or shutil.which("chromium")
    with demo() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        first = browser.new_context(viewport={"width": 1280, "height": 900})
        page = first.new_page()
        log_in(page, address, password)
        shown, state = places(page, address), first.storage_state()
        for size, (width, height, scale) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, device_scale_factor=scale, storage_state=state
            )
            page = context.new_page()
            for language, code in (("zh", "zh-hans"), ("en", "en")):
                context.add_cookies([{"name": "language", "value": code, "url": address}])
                for name, path in shown.items():
                    page.goto(address + path)
                    file = out / f"{name}-{language}-{size}.png"
                    page.screenshot(path=str(file), full_page=full)
                    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                    note = f"  wider than the screen by {wide}" if wide > 0 else ""
                    sys.stderr.write(f"{file.name} {file.stat().st_size:,} bytes{note}\n")
                    if not full and file.stat().st_size > LARGEST_BYTES:
                        raise SystemExit(f"{file.name} is larger than {LARGEST_BYTES:,} bytes")
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--full", action="store_true", help="the whole page instead of one screen")
    asked = parser.parse_args()
    shoot(asked.out, full=asked.full)


if __name__ == "__main__":
    main()
