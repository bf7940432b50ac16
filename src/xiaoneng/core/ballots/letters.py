"""Invitation letters (邀请信): one page a person, with the code that fetches a token. Printed once, and kept nowhere.

The QR code holds the page's address and, behind #, which browsers never send, the code and the beginning of the
fingerprint of the stratum's key: the person's browser refuses a key that was made for somebody alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib import resources
from typing import NamedTuple

from xiaoneng.core.errors import SheetError
from xiaoneng.core.words import LANGUAGES, say

from .codes import ballot_address, grouped
from .sheets import qr_svg

PRINT_CHARACTERS = 16  # of the fingerprint in the QR code: 64 bits


class Letters(NamedTuple):
    """What all letters of a round share."""

    title: str
    page: str  # address of the token page of this round
    issue_opens_on: date
    issue_closes_on: date
    opens_on: date
    closes_on: date
    strata: Mapping[str, str]  # printed names
    fingerprints: Mapping[str, str]  # of the published keys
    made_at: datetime  # goes into the PDF as its date, with a zone


class Invited(NamedTuple):
    """One letter."""

    stratum: str
    name: str
    contact: str
    code: str


def invitation_letters(letters: Letters, invited: Iterable[Invited]) -> bytes:
    """The letters as one PDF, in the order given.

    Raises  SheetError where there is none, or its stratum has no published key
    """
    import typst

    rows = []
    for one in invited:
        if one.stratum not in letters.fingerprints:
            raise SheetError(f"stratum {one.stratum} has no published key: it gets no letters with codes")
        fingerprint = letters.fingerprints[one.stratum]
        rows.append(
            {
                "stratum": letters.strata.get(one.stratum, one.stratum),
                "name": one.name,
                "contact": one.contact,
                "code": grouped(one.code),
                "fingerprint": fingerprint,
                "qr": qr_svg(token_address(letters.page, one.code, fingerprint)),
            }
        )
    if not rows:
        raise SheetError("there is no letter to print: nobody of the round fetches a token")
    days = {
        "first": letters.issue_opens_on.isoformat(),
        "last": letters.issue_closes_on.isoformat(),
        "opens": letters.opens_on.isoformat(),
        "closes": letters.closes_on.isoformat(),
    }
    words = {
        name: {language: say(f"ballots_letter_{name}", language, page=letters.page, **days) for language in LANGUAGES}
        for name in ("head", "what", "how", "keep", "secret", "key")
    }
    data = {"title": letters.title, "words": words, "letters": rows}
    with resources.as_file(resources.files("xiaoneng") / "fonts") as fonts:
        try:
            made = typst.compile(
                (resources.files(__package__) / "letters.typ").read_bytes(),
                font_paths=typst.Fonts(include_system_fonts=True, font_paths=[fonts]),
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                timestamp=letters.made_at,
            )
        except typst.TypstError as error:
            raise SheetError(f"the letters cannot be printed: {error.message}") from error
    assert isinstance(made, bytes)
    return made


def token_address(page: str, code: str, fingerprint: str) -> str:
    """The address in the QR code of a letter."""
    return f"{ballot_address(page, code)}.{fingerprint.replace(' ', '')[:PRINT_CHARACTERS]}"
