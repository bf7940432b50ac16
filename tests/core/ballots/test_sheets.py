"""Printed sheets: their bytes are the same each time, no number ties a code to a name, and nothing is cut off."""

from __future__ import annotations

import random
import re
import time
from datetime import UTC, date, datetime

import pytest

from xiaoneng.core.ballots import (
    Person,
    Printed,
    Sheet,
    code_sheet,
    envelope_labels,
    make_codes,
    public_notice,
    qr_png,
    qr_svg,
    signature_roll,
)
from xiaoneng.core.ballots.sheets import compose
from xiaoneng.core.errors import SheetError

SHEET = Sheet(
    title="2026 年度机关作风评议",
    closes_on=date(2026, 12, 11),
    page="http://box.example/ballot/2026-1/",
    made_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    strata={"staff": "机关干部职工"},
)
CODES = {"staff": make_codes(9, random.Random(5).randbytes), "firms": make_codes(2, random.Random(6).randbytes)}
PEOPLE = {"staff": [Person("张伟", "办公室"), Person("王芳", "综合科")]}


def pages(printed: Printed) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", printed.pdf))


def fonts(printed: Printed) -> set[bytes]:
    """The font families within a PDF."""
    return {name.split(b"-")[0] for name in re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", printed.pdf)}


def test_the_same_codes_give_the_same_bytes() -> None:
    assert code_sheet(SHEET, CODES) == code_sheet(SHEET, CODES)
    assert code_sheet(SHEET._replace(made_at=datetime(2026, 11, 26, tzinfo=UTC)), CODES) != code_sheet(SHEET, CODES)


def test_eight_slips_a_page_and_no_page_with_two_strata() -> None:
    """Nine of one stratum are two pages, two of another are one."""
    assert pages(code_sheet(SHEET, CODES)) == 3
    assert pages(envelope_labels(SHEET, {"staff": 15, "firms": 1})) == 3


def test_sheets_use_the_packaged_fonts_alone() -> None:
    assert fonts(code_sheet(SHEET, CODES)) == {b"NotoSansCJKsc", b"DejaVuSansMono"}


def test_the_qr_code_holds_the_address_with_the_code_behind_the_fragment_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(compose, "qr_svg", lambda address: seen.append(address) or qr_svg(address))
    code_sheet(SHEET, {"firms": CODES["firms"]})
    assert seen == [f"http://box.example/ballot/2026-1/#{code}" for code in CODES["firms"]]


def test_a_qr_code_comes_as_svg_and_as_png() -> None:
    assert qr_svg("http://box/#0").startswith("<svg")
    assert qr_png("http://box/#0").startswith(b"\x89PNG")
    assert qr_svg("http://box/#0") != qr_svg("http://box/#1")


def test_a_roll_and_a_notice_are_printed() -> None:
    assert pages(signature_roll(SHEET, PEOPLE)) == 1
    assert pages(signature_roll(SHEET, {"staff": [Person(f"王{n}") for n in range(50)], "firms": PEOPLE["staff"]})) == 4
    counts = {"staff": {"eligible": 12, "issued": 12, "ballots": 11}, "firms": {"eligible": 40}}
    roots = {"code_hashes": b"r" * 32, "ballots_root": b"b" * 32, "log_root": b"l" * 32}
    keys = {"staff": " ".join(["ab12"] * 16), "box": " ".join(["cd34"] * 16)}
    before, after = (public_notice(SHEET, counts, roots, keys, is_closed=closed) for closed in (False, True))
    assert pages(before) == pages(after) == 1
    assert before != after


def test_a_page_can_be_had_as_a_picture() -> None:
    printed = signature_roll(SHEET, PEOPLE, format="png", ppi=40)
    assert [page[:4] for page in printed.pages] == [b"\x89PNG"]


def test_a_rare_character_is_printed_by_the_machines_font_or_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """䶮 lies outside of GB 2312."""
    people = {"staff": [Person("李䶮")]}
    monkeypatch.setattr(compose, "_machine_fonts", lambda: ())
    assert "䶮" in signature_roll(SHEET, people).notes[0]
    monkeypatch.setattr(compose, "_machine_fonts", lambda: ("Some CJK",))
    assert signature_roll(SHEET, people).notes == ()
    assert signature_roll(SHEET, PEOPLE).notes == ()


def test_codes_are_printed_at_fifty_a_second() -> None:
    """Five hundred in ten seconds; here a fifth of it, by the processor's clock, since the machine is shared."""
    codes = {"staff": make_codes(100, random.Random(9).randbytes)}
    started = time.process_time()
    printed = code_sheet(SHEET, codes)
    assert time.process_time() - started < 2
    assert pages(printed) == 13


def test_nothing_to_print_and_what_has_no_room_is_refused() -> None:
    with pytest.raises(SheetError, match="no code"):
        code_sheet(SHEET, {"staff": []})
    with pytest.raises(SheetError, match="no label"):
        envelope_labels(SHEET, {"staff": 0})
    with pytest.raises(SheetError, match="roll is empty"):
        signature_roll(SHEET, {"staff": []})
    with pytest.raises(SheetError, match="98 places"):
        code_sheet(SHEET._replace(title="评" * 49), CODES)
    with pytest.raises(SheetError, match="no column turnout"):
        public_notice(SHEET, {"staff": {"turnout": 1}}, {}, {})
    with pytest.raises(SheetError, match="no root tree"):
        public_notice(SHEET, {"staff": {"issued": 1}}, {"tree": b""}, {})


def test_a_template_that_fails_is_a_refusal_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "_both", lambda code, **_: {"zh": code})
    with pytest.raises(SheetError, match="cannot be printed"):
        signature_roll(SHEET, PEOPLE)


def test_text_in_a_sheet_is_text_and_no_markup() -> None:
    """A title with typst's own signs is printed as it stands."""
    assert pages(code_sheet(SHEET._replace(title='#panic("x") *a* $b$ [c]'), CODES)) == 3
