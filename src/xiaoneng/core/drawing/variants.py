"""Variants: the sequences of steps that cases take, as rows of small labelled chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .legend import Key, legend
from .svg import Picture, drawn, linked, mark, told, words_at
from .text import Text, Words, count, percent, shortened, width

_WIDTH = {False: 1040.0, True: 360.0}
_CHIP, _HIGH, _APART = 26.0, 20.0, 4.0
_NUMBERS = 232.0


@dataclass(frozen=True)
class Variant:
    """One sequence of steps and the cases that take it."""

    steps: tuple[str, ...]
    cases: int
    href: str | None = None


def variant_strips(
    rows: Sequence[Variant], *, cases: int, title: Text, words: Words, is_narrow: bool = False
) -> Picture:
    """Each variant as a row of chips, one a step; the letter of a step is told below. A filled chip is a step done again.

    In      rows: in the order to be shown; cases: all cases, of which these variants are a part
    Empty   without rows the picture is its key
    """
    wide = _WIDTH[is_narrow]
    codes = _codes(rows)
    marks, y, covered = [], 1.0, 0
    for row in rows:
        covered += row.cases
        part, height = _row(row, covered, cases, codes, words, y, wide, is_narrow=is_narrow)
        marks.append(part)
        y += height
    keys = [
        Key(
            _chip(code, 0, -_HIGH / 2, width_=_CHIP, is_again=False),
            _CHIP,
            shortened(name or words.plain(words.label("drawing_unnamed")), 290),
        )
        for name, code in codes.items()
    ]
    if any(len(set(row.steps)) < len(row.steps) for row in rows):
        keys.append(
            Key(_chip("·", 0, -_HIGH / 2, width_=_CHIP, is_again=True), _CHIP, words.label("drawing_key_repeated"))
        )
    drawn_keys, end = legend(
        keys, words, left=1, top=y + 6, right=wide, line=26, column=wide if is_narrow else wide / 3
    )
    share = percent(covered / cases) if cases else "–"
    first = " → ".join(rows[0].steps) if rows else "–"
    alternative = words.say(
        "drawing_variants_alternative",
        variants=count(len(rows)), share=share, most=count(rows[0].cases) if rows else "–", first=first,
    )  # fmt: skip
    svg = drawn(
        "variants", wide, end + 2, [*marks, *drawn_keys],
        words=words, title=title, alternative=alternative, is_narrow=is_narrow,
        has_links=any(row.href for row in rows),
    )  # fmt: skip
    table, so_far = [], 0
    for row in rows:
        so_far += row.cases
        table.append(
            (" → ".join(row.steps), row.cases, row.cases / cases if cases else None, so_far / cases if cases else None)
        )
    columns = ("drawing_variant", "drawing_cases", "drawing_share", "drawing_coverage")
    return Picture(svg, words.plain(title), words.plain(alternative), columns, tuple(table))


def _codes(rows: Sequence[Variant]) -> dict[str, str]:
    """A letter for each step, in the order in which the rows first show it; after Z come A2, B2 and so on."""
    names = dict.fromkeys(name for row in rows for name in row.steps)
    return {
        name: chr(65 + place % 26) + (str(place // 26 + 1) if place >= 26 else "") for place, name in enumerate(names)
    }


def _row(
    row: Variant,
    covered: int,
    cases: int,
    codes: dict[str, str],
    words: Words,
    top: float,
    wide: float,
    *,
    is_narrow: bool,
) -> tuple[str, float]:
    left, right = (1.0, wide) if is_narrow else (_NUMBERS, wide)
    share, so_far = (row.cases / cases, covered / cases) if cases else (0.0, 0.0)
    number = words.say("drawing_variant_number", cases=count(row.cases), share=percent(share))
    bar = 100.0
    at = wide - bar if is_narrow else 124.0
    marks = [
        words_at(words, number, 0 if is_narrow else 116, top + 14, "number", None if is_narrow else "end"),
        mark("rect", kind="rest", x=at, y=top + 6, width=bar - 10, height=8, rx=2),
        mark("rect", kind="covered", x=at, y=top + 6, width=(bar - 10) * min(so_far, 1.0), height=8, rx=2),
        mark(
            "rect",
            kind="own",
            x=at + (bar - 10) * min(so_far - share, 1.0),
            y=top + 6,
            width=max((bar - 10) * share, 1.0),
            height=8,
        ),
    ]
    y = top + 24 if is_narrow else top
    x, seen = left, set()
    for name, run in groupby(row.steps):
        times = len(list(run))
        text = codes[name] + (f"×{times}" if times > 1 else "")
        room = max(_CHIP, width(text) + 10)
        if x + room > right:
            x, y = left, y + _HIGH + _APART
        chip = _chip(text, x, y, width_=room, is_again=name in seen or times > 1)
        marks.append(mark("g", told(name + (f" ×{times}" if times > 1 else "")) + chip))
        seen.add(name)
        x += room + _APART
    says = words.plain(
        words.say("drawing_variant_told", cases=count(row.cases), share=percent(share), covered=percent(so_far))
    )
    return linked(told(says) + "".join(marks), row.href, kind="variant"), y + _HIGH + 10 - top


def _chip(text: str, x: float, y: float, *, width_: float, is_again: bool) -> str:
    rect = mark("rect", x=float(x), y=float(y), width=float(width_), height=_HIGH, rx=3)
    inside = rect + mark("text", text, x=x + width_ / 2, y=y + 14.0, text_anchor="middle")
    return mark("g", inside, kind="chip again" if is_again else "chip")
