"""An invented county for a first look. Each app above offers a filler; here they are called in order."""

from __future__ import annotations

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
    for fill_part in _fillers:
        yield from fill_part()
    marker.write_text("This folder holds demo data.\n", encoding="utf-8")
