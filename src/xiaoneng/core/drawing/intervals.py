"""The same thing compared: where the middle half of each row lies, its median, and its ninth decile, on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import shades
from .legend import Key, legend
from .svg import LINE_HEIGHT, Picture, block, drawn, linked, mark, told, words_at
from .text import Text, Words, count, days, listed

_WIDTH = {False: 720.0, True: 360.0}
_NAMES, _NUMBERS, _EDGE = 190.0, 116.0, 10.0


@dataclass(frozen=True)
class Peer:
    """One row, such as an agency: working days a case."""

    name: Text
    cases: int
    p25: float
    median: float
    p75: float
    p90: float
    href: str | None = None


@dataclass(frozen=True)
class Limit:
    """A limit in working days, and the article or document that sets it."""

    workdays: float
    article: Text


def interval_rows(
    rows: Sequence[Peer], *, title: Text, words: Words, limit: Limit | None = None, is_narrow: bool = False
) -> Picture:
    """One row a peer, in the order given: a bar from the first to the third quartile, a dot at the median, a tick at the ninth decile.

    In      limit: drawn as a line through all rows, with its article
    Empty   without rows the picture holds its axis alone
    """
    wide = _WIDTH[is_narrow]
    left, right = (_EDGE, wide - _EDGE) if is_narrow else (_NAMES + 12 + _EDGE, wide - _NUMBERS - _EDGE)
    highest = max([row.p90 for row in rows] + ([limit.workdays] if limit else []), default=0.0)
    ticks = shades.axis(highest, most=4 if is_narrow else 6)

    def x(value: float) -> float:
        return left + min(max(value, 0.0), ticks[-1]) / ticks[-1] * (right - left)

    top = 24.0 if limit else 4.0
    y, marks = top, []
    for row in rows:
        number = words.say("drawing_peer_number", days=days(row.median), cases=count(row.cases))
        if is_narrow:
            height, at = 44.0, y + 28
            name, _ = block(words, row.name, 0, y + 14, wide - words.width(number) - 12, most=1, kind="name")
        else:
            _, depth = block(words, row.name, 0, 0, _NAMES, most=2)
            height = max(depth * LINE_HEIGHT, 18.0) + 10
            at = y + height / 2
            name, _ = block(words, row.name, 0, at + 4, _NAMES, most=2, kind="name", is_middle=True)
        facts = {"p25": days(row.p25), "median": days(row.median), "p75": days(row.p75), "p90": days(row.p90)}
        says = words.plain(words.say("drawing_peer_told", name=row.name, cases=count(row.cases), **facts))
        shown = [
            mark("line", kind="axis", x1=left, x2=right, y1=at, y2=at),
            mark("line", kind="reach", x1=x(row.p75), x2=x(row.p90), y1=at, y2=at),
            mark("rect", kind="half", x=x(row.p25), y=at - 5, width=max(x(row.p75) - x(row.p25), 1.0), height=10, rx=2),
            mark("line", kind="decile", x1=x(row.p90), x2=x(row.p90), y1=at - 6, y2=at + 6),
            mark("circle", kind="median", cx=x(row.median), cy=at, r=4.5),
            name,
            words_at(words, number, wide, y + 14 if is_narrow else at + 4, "number", "end"),
        ]
        marks.append(linked(told(says) + "".join(shown), row.href, kind="peer"))
        y += height
    axis = []
    for tick in ticks:
        axis.append(mark("line", kind="grid", x1=x(tick), x2=x(tick), y1=top, y2=y + 4))
        axis.append(words_at(words, days(tick), x(tick), y + 18, "tick", "middle"))
    if limit:
        at = x(limit.workdays)
        axis.append(mark("line", kind="limit", x1=at, x2=at, y1=top - 4, y2=y + 4))
        text = words.say("drawing_limit", days=days(limit.workdays), article=limit.article)
        half = words.width(text) / 2
        axis.append(words_at(words, text, min(max(at, half), wide - half), top - 10, "limit-text", "middle"))
    keys = [
        Key(mark("rect", kind="half", x=0, y=-5, width=24, height=10, rx=2), 24, words.label("drawing_key_half")),
        Key(mark("circle", kind="median", cx=5, cy=0, r=4.5), 10, words.label("drawing_key_median")),
        Key(mark("line", kind="decile", x1=3, x2=3, y1=-6, y2=6), 6, words.label("drawing_key_p90")),
        Key("", 0, words.label("drawing_unit")),
    ]
    drawn_keys, end = legend(keys, words, left=0, top=y + 28, right=wide)
    told_rows = [f"{words.plain(row.name)} {days(row.median)} ({days(row.p25)}–{days(row.p75)})" for row in rows]
    alternative = words.say("drawing_peers_alternative", rows=listed(told_rows) or "–")
    svg = drawn(
        "intervals", wide, end + 2, [*axis, *marks, *drawn_keys],
        words=words, title=title, alternative=alternative, is_narrow=is_narrow,
        has_links=any(row.href for row in rows),
    )  # fmt: skip
    return Picture(
        svg,
        words.plain(title),
        words.plain(alternative),
        ("drawing_name", "drawing_cases", "drawing_p25", "drawing_median", "drawing_p75", "drawing_p90"),
        tuple((row.name, row.cases, row.p25, row.median, row.p75, row.p90) for row in rows),
    )
