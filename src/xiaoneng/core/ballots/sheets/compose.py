"""What stands on each sheet, and its PDF by typst. The same input gives the same bytes.

The packaged font holds the characters of GB 2312; the fonts of the machine are asked only where a text needs another
character, so that the usual sheet looks the same on every machine (docs/decisions/0010-chinese-font.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from xiaoneng.core.errors import SheetError
from xiaoneng.core.words import LANGUAGES, say

from ..codes import ballot_address, grouped
from .qr import qr_svg

Format = Literal["pdf", "png"]
_FAMILIES = (
    "cjk",
    "source han",
    "simsun",
    "simhei",
    "yahei",
    "pingfang",
    "wenquanyi",
    "fangsong",
    "kaiti",
    "harmonyos",
)
_MORE = "−≤≥≈≠±×÷·•…–—‘’“”€£¥←↑→↓■□▲△▼▽◆◇○●★☆✓✗〇"
_LONG_TITLE, _WIDEST_TITLE = 52, 96  # two lines of a slip in large type, three in small


class Sheet(NamedTuple):
    """What all sheets of a round share."""

    title: str
    closes_on: date
    page: str  # address of the ballot page
    made_at: datetime  # goes into the PDF as its date, with a zone
    strata: Mapping[str, str] = {}  # printed names, where they differ from the identifiers


class Person(NamedTuple):
    """One line of the signature roll."""

    name: str
    office: str = ""


class Printed(NamedTuple):
    """A printed document: one PDF, or one PNG a page; and what the office should know about it."""

    pages: tuple[bytes, ...]
    notes: tuple[str, ...] = ()

    @property
    def pdf(self) -> bytes:
        return self.pages[0]


def code_sheet(sheet: Sheet, codes: Mapping[str, Sequence[str]], *, format: Format = "pdf", ppi: int = 110) -> Printed:
    """Slips to be cut and put into envelopes, eight a page, each stratum on pages of its own.

    In      codes: stratum -> codes. A slip carries no number: nothing but the code tells two of a stratum apart
    Raises  SheetError where there is no code
    """
    if not any(codes.values()):
        raise SheetError("there is no code to print: make codes for at least one stratum")
    slips: list[dict[str, str] | None] = []
    for stratum, mine in codes.items():
        for code in mine:
            qr = qr_svg(ballot_address(sheet.page, code))
            slips.append({"stratum": _named(sheet, stratum), "code": grouped(code), "qr": qr})
        slips += [None] * (-len(mine) % 8)
    words = {
        "closes": _both("ballots_sheet_closes"),
        "how": _both("ballots_sheet_how", page=sheet.page.split("#")[0]),
    }
    return _printed(sheet, "codes", {"slips": slips}, words, format, ppi)


def envelope_labels(sheet: Sheet, counts: Mapping[str, int], *, format: Format = "pdf", ppi: int = 110) -> Printed:
    """Labels for the envelopes, fourteen a page, all of a stratum alike.

    Raises  SheetError where none is asked for
    """
    labels: list[str | None] = []
    for stratum, count in counts.items():
        labels += [_named(sheet, stratum)] * count + [None] * (-count % 14)
    if not labels:
        raise SheetError("no label was asked for: give how many envelopes each stratum gets")
    return _printed(sheet, "labels", {"labels": labels}, {"envelope": _both("ballots_sheet_envelope")}, format, ppi)


def signature_roll(
    sheet: Sheet, people: Mapping[str, Sequence[Person]], *, format: Format = "pdf", ppi: int = 110
) -> Printed:
    """The roll on which each person signs for an envelope: no code, no time, and no number that a slip carries too.

    Raises  SheetError where it has nobody
    """
    if not any(people.values()):
        raise SheetError("the roll is empty: give the names of those who may vote")
    parts = [
        {"stratum": _named(sheet, stratum), "people": [person._asdict() for person in mine]}
        for stratum, mine in people.items()
        if mine
    ]
    words = {
        "roll": _both("ballots_sheet_roll"),
        "roll_how": _both("ballots_sheet_roll_how"),
        "roll_heads": [_both(f"ballots_sheet_roll_{head}") for head in ("place", "name", "office", "signature")],
        "roll_foot": [_both(f"ballots_sheet_roll_{foot}") for foot in ("drawn", "left_over", "witness")],
    }
    return _printed(sheet, "roll", {"parts": parts}, words, format, ppi)


def public_notice(
    sheet: Sheet,
    counts: Mapping[str, Mapping[str, int]],
    roots: Mapping[str, bytes],
    fingerprints: Mapping[str, str],
    *,
    is_closed: bool = False,
    format: Format = "pdf",
    ppi: int = 110,
) -> Printed:
    """The notice that is put up before envelopes are drawn, or after the close.

    In      counts: stratum -> {eligible, issued, ballots} as far as known, printed in this order
            roots: of code_hashes, ballots_root, log_root, as far as known
            fingerprints: stratum or `box` -> fingerprint of its key
    Raises  SheetError where a count or a root has a name that is none of these
    """
    heads = [head for head in ("eligible", "issued", "ballots") if any(head in mine for mine in counts.values())]
    known = {"eligible", "issued", "ballots"}
    if strange := sorted({name for mine in counts.values() for name in mine} - known):
        raise SheetError(f"a notice has no column {strange[0]}: it has eligible, issued, ballots")
    if strange := sorted(set(roots) - {"code_hashes", "ballots_root", "log_root"}):
        raise SheetError(f"a notice has no root {strange[0]}: it has code_hashes, ballots_root, log_root")
    told = {
        "counts": [
            [_named(sheet, stratum), *(_figure(mine.get(head)) for head in heads)] for stratum, mine in counts.items()
        ],
        "roots": [{"words": _both(f"ballots_sheet_{name}"), "value": _hex(value)} for name, value in roots.items()],
        "keys": [
            {"stratum": _named(sheet, name) if name != "box" else say("ballots_sheet_box_key"), "fingerprint": value}
            for name, value in fingerprints.items()
        ],
    }
    when = "closed" if is_closed else "before"
    words = {
        "notice": _both(f"ballots_sheet_notice_{when}"),
        "notice_says": _both(f"ballots_sheet_notice_{when}_says", closes=_day(sheet.closes_on)),
        "notice_heads": [_both(f"ballots_sheet_head_{head}") for head in ("stratum", *heads)],
        "keys": _both("ballots_sheet_keys"),
        "notice_check": _both(f"ballots_sheet_notice_{when}_check"),
        "notice_signed": [_both(f"ballots_sheet_signed_{who}") for who in ("registrar", "box", "witness")],
    }
    return _printed(sheet, "notice", told, words, format, ppi)


def _printed(
    sheet: Sheet, kind: str, told: Mapping[str, Any], words: Mapping[str, Any], format: Format, ppi: int
) -> Printed:
    import typst

    wide = sum(2 if sign > "\u2e7f" else 1 for sign in sheet.title)
    if wide > _WIDEST_TITLE:
        raise SheetError(
            f"the title takes {wide} places and a slip has room for {_WIDEST_TITLE} "
            "(a Chinese character takes two): shorten it"
        )
    data = {
        "kind": kind,
        "title": sheet.title,
        "has_long_title": wide > _LONG_TITLE,
        "closes": _day(sheet.closes_on),
        "words": words,
        **told,
    }
    text = json.dumps(data, ensure_ascii=False)
    others = sorted({sign for sign in text if not _is_packaged(sign)})
    notes: tuple[str, ...] = ()
    if others and not _machine_fonts():
        notes = (say("ballots_sheet_no_font", signs=" ".join(others)),)
    with resources.as_file(resources.files("xiaoneng") / "fonts") as fonts:
        try:
            made = typst.compile(
                (resources.files(__package__) / "sheets.typ").read_bytes(),
                font_paths=typst.Fonts(include_system_fonts=bool(others), font_paths=[fonts]),
                format=format,
                ppi=float(ppi),
                sys_inputs={"data": text},
                timestamp=sheet.made_at,
            )
        except typst.TypstError as error:
            raise SheetError(f"the sheet cannot be printed: {error.message}") from error
    return Printed((made,) if isinstance(made, bytes) else tuple(made or ()), notes)


@cache
def _machine_fonts() -> tuple[str, ...]:
    """Chinese font families of this machine."""
    import typst

    families = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).families()
    return tuple(sorted(name for name in families if any(part in name.lower() for part in _FAMILIES)))


def _is_packaged(sign: str) -> bool:
    if " " <= sign <= "\xff" or sign in _MORE or sign in "\n\t":
        return True
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _both(code: str, **facts: Any) -> dict[str, str]:
    return {language: say(code, language, **facts) for language in LANGUAGES}


def _named(sheet: Sheet, stratum: str) -> str:
    return sheet.strata.get(stratum, stratum)


def _day(day: date) -> str:
    return day.isoformat()


def _figure(count: int | None) -> str:
    return "—" if count is None else f"{count:,}"


def _hex(value: bytes) -> str:
    told = value.hex()
    return " ".join(told[place : place + 4] for place in range(0, len(told), 4))
