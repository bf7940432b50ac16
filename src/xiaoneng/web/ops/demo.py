"""An invented county for a first look. Each app offers a filler; here they are called in order."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

from django.conf import settings

from xiaoneng.web import appraisals, bridge

Filler = Callable[[], Iterator[str]]
_fillers: list[Filler] = [appraisals.load_demo]


def add_filler(fill_part: Filler) -> None:
    """Take a function that fills one part of the application and yields a line for each step."""
    _fillers.append(fill_part)


def fill() -> Iterator[str]:
    """Fill an empty application with the demo county; what is there already stays as it is."""
    marker = settings.DATA_DIR / "demo"
    if marker.exists():
        return
    lines = bridge.load_demo()
    yield from lines
    if not lines:  # records are there already: they are real, and must not be called a demo
        return
    yield from _apart() if settings.BRIDGE_WORKS_APART else fill_parts()
    marker.write_text("This folder holds demo data.\n", encoding="utf-8")


def fill_parts() -> Iterator[str]:
    """What the apps add to the county's records."""
    for fill_part in _fillers:
        yield from fill_part()


def _apart() -> Iterator[str]:
    """The same in a process of its own, so that what it loads does not stay in the server."""
    environment = {**os.environ, "XIAONENG_DATA_DIR": str(settings.DATA_DIR)}
    command = [sys.executable, "-m", "xiaoneng.web.ops.filling"]
    with subprocess.Popen(  # noqa: S603 a command of our own, without a shell
        command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            yield line.rstrip("\n")
    if running.returncode:
        raise RuntimeError("the demo county is not complete: see the lines above")
