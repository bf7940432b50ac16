"""Why people wait: working days a wait as a bar, divided by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import shades
from .legend import Key, legend
from .svg import LINE_HEIGHT, Picture, block, drawn, linked, mark, told, words_at
from .text import Text, Words, count, days, listed

_WIDTH = {False: 720.0, True: 360.0}
_NAMES, _NUMBERS = 190.0, 116.0
_BAR = 18.0
PATTERNS = 8
# What a bar is the mean of: its number, its unit, the column that counts it, and the alternative text
_WORDS = {
    "waits": ("drawing_cause_number", "drawing_days_each", "drawing_waits", "drawing_cause_alternative"),
    "directives": (
        "drawing_directive_number",
        "drawing_days_directive",
        "drawing_directives",
        "drawing_directive_alternative",
    ),
}


@dataclass(frozen=True)
class CauseRow:
    """One bar: working days a wait by cause, and how many waits that is the mean of."""

    name: Text
    workdays: Mapping[str, float]
    waits: int
    href: str | None = None


def cause_bars(
    rows: Sequence[CauseRow],
    *,
    causes: Sequence[tuple[str, Text]],
    title: Text,
    words: Words,
    is_narrow: bool = False,
    of: str = "waits",
) -> Picture:
    """Working days a wait, by cause, one bar a row, in the order of the rows.

    In      rows: agencies, items or steps; causes: (id, label), at most eight, in the order in which a bar holds them;
            of: waits, or directives where a bar is the mean of what each of them took at a level
    Empty   without rows the picture holds its key alone
    """
    wide = _WIDTH[is_narrow]
    said_number, said_unit, said_count, said_all = _WORDS[of]
    left = 0.0 if is_narrow else _NAMES + 12
    room = wide - left - (0 if is_narrow else _NUMBERS)
    totals = [sum(row.workdays.get(cause, 0.0) for cause, _ in causes) for row in rows]
    ticks = shades.axis(max(totals, default=0.0), most=4)
    scale = (room - 8) / ticks[-1]
    has_any = [place for place, (cause, _) in enumerate(causes) if any(row.workdays.get(cause) for row in rows)]
    keys = [
        Key(_swatch(place, 0, -7, 20, 14), 20, label)
        for place, (_, label) in enumerate(causes)
        if place in has_any or not rows
    ]
    marks, y = legend(keys, words, left=0, top=0, right=wide)
    y += 14
    top = y
    bars: list[str] = []
    for row, total in zip(rows, totals, strict=True):
        number = words.say(said_number, days=days(total), waits=count(row.waits))
        if is_narrow:
            name, _ = block(words, row.name, 0, y + 12, wide - words.width(number) - 12, most=1, kind="name")
            bars.append(words_at(words, number, wide, y + 12, "number", "end"))
            at = y + 19
            y = at + _BAR + 14
        else:
            _, depth = block(words, row.name, 0, 0, _NAMES, most=2)
            height = max(depth * LINE_HEIGHT, _BAR) + 12
            at = y + (height - _BAR) / 2
            name, _ = block(words, row.name, 0, at + 13, _NAMES, most=2, kind="name", is_middle=True)
            bars.append(words_at(words, number, wide, at + 13, "number", "end"))
            y += height
        bars.append(name)
        bars.append(linked(_bar(row, causes, words, left, at, scale), row.href, kind="bar"))
    axis = []
    for tick in ticks:
        x = left + tick * scale
        axis.append(mark("line", kind="grid", x1=x, x2=x, y1=top - 4, y2=y))
        anchor = "start" if is_narrow and tick == 0 else "middle"
        axis.append(words_at(words, days(tick), x, y + 16, "tick", anchor))
    unit = words.label(said_unit)
    axis.append(words_at(words, unit, wide, y + 34, "tick", "end"))  # on a line of its own, clear of the last tick
    alternative = words.say(
        said_all,
        rows=_told_in_all(rows, totals, words),
    )
    svg = drawn(
        "causes", wide, y + 40, [_patterns(), *marks, *axis, *bars],
        words=words, title=title, alternative=alternative, is_narrow=is_narrow,
        has_links=any(row.href for row in rows),
    )  # fmt: skip
    return Picture(
        svg,
        words.plain(title),
        words.plain(alternative),
        ("drawing_name", said_count, said_unit, *(cause for cause, _ in causes)),
        tuple(
            (row.name, row.waits, total, *(row.workdays.get(cause) for cause, _ in causes))
            for row, total in zip(rows, totals, strict=True)
        ),
    )


def _told_in_all(rows: Sequence[CauseRow], totals: Sequence[float], words: Words) -> str:
    return listed([f"{words.plain(row.name)} {days(total)}" for row, total in zip(rows, totals, strict=True)]) or "–"


def _bar(row: CauseRow, causes: Sequence[tuple[str, Text]], words: Words, left: float, y: float, scale: float) -> str:
    marks, x = "", left
    for place, (cause, label) in enumerate(causes):
        value = row.workdays.get(cause, 0.0)
        if value <= 0:
            continue
        says = words.plain(words.say("drawing_cause_told", cause=label, days=days(value)))
        marks += mark("g", told(f"{words.plain(row.name)}: {says}") + _swatch(place, x, y, value * scale, _BAR))
        x += value * scale
    return marks


def _swatch(place: int, x: float, y: float, wide: float, high: float) -> str:
    return mark(
        "rect",
        kind="cause",
        x=float(x),
        y=float(y),
        width=float(wide),
        height=float(high),
        fill=f"url(#@id-{place + 1})",
    )


def _patterns() -> str:
    """Eight fills that differ in shade and in pattern, so that they differ in print as well."""
    size = {"patternUnits": "userSpaceOnUse", "width": 6, "height": 6}
    ground = "".join(mark("rect", kind=f"p{place}", width=6, height=6) + "|" for place in range(1, PATTERNS + 1)).split(
        "|"
    )
    over = {
        2: mark("path", kind="stroke-deep", d="M-1 1L1 -1M0 6L6 0M5 7L7 5"),
        3: mark("circle", kind="dot-deep", cx=3, cy=3, r=1.2),
        5: mark("path", kind="stroke-deep", d="M0 3H6"),
        7: mark("path", kind="stroke-light", d="M-1 5L1 7M0 0L6 6M5 -1L7 1"),
        8: mark("path", kind="stroke-soft", d="M3 0V6"),
    }
    drawn_ = [
        mark("pattern", ground[place - 1] + over.get(place, ""), id=f"@id-{place}", **size)
        for place in range(1, PATTERNS + 1)
    ]
    return mark("defs", "".join(drawn_))
