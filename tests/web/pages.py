"""Every page of the application that can be opened, for the tests that ask the same of all of them."""

from __future__ import annotations

from collections.abc import Mapping

from .test_who_sees_what import PAGES, _rows

FILES = (
    ".csv",
    ".xlsx",
    ".css",
    ".json",
    "/csv/",
    "/json/",
    "/healthz/",
    "/file/",
    "/progress/",
)  # the last is a part of a page


def pages_of(role: str, named: Mapping[str, str | int], *, status: int = 200) -> list[str]:
    """The addresses that answer someone of this role with a page of text."""
    rows = [(page.format(**named), answers[role]) for page, answers in _rows(PAGES)]
    return [page for page, answer in rows if answer == status and not page.endswith(FILES)]
