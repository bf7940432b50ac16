"""What is estimated, as ranges on one axis: scores with their intervals, or the ranks that the data allow. Never bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .legend import Key, legend
from .svg import LINE_HEIGHT, Picture, block, drawn, linked, mark, told, words_at
from .text import Text, Words, listed

_WIDTH = {False: 720.0, True: 360.0}
_NAMES, _NUMBERS, _EDGE = 210.0, 96.0, 12.0


@dataclass(frozen=True)
class Range:
    """One row: from `low` to `high`, a dot at `value` where one is best; `tone` is upper, lower or nothing."""

    name: Text
    low: float
    high: float
    value: float | None
    number: Text
    tone: str = ""
    href: str | None = None


def range_rows(
    rows: Sequence[Range],
    *,
    first: float,
    last: float,
    ticks: Sequence[float],
    title: Text,
    words: Words,
    keys: Sequence[str],
    columns: tuple[str, ...],
    is_narrow: bool = False,
) -> Picture:
    """One row a unit, in the order given, on an axis from `first` to `last` (left to right, so ranks may run from 1 to p).

    In      keys: labels of what the line and the dot mean; the second is left out where no row has a dot
            columns: labels of the table beneath: name, low, value, high
    Empty   without rows the picture holds its axis alone
    """
    wide = _WIDTH[is_narrow]
    left, right = (_EDGE, wide - _EDGE) if is_narrow else (_NAMES + 12 + _EDGE, wide - _NUMBERS - _EDGE)

    def x(value: float) -> float:
        share = (value - first) / (last - first) if last != first else 0.5
        return left + min(max(share, 0.0), 1.0) * (right - left)

    top = 4.0
    y, marks = top, []
    for row in rows:
        if is_narrow:
            height, at = 44.0, y + 28
            name, _ = block(words, row.name, 0, y + 14, wide - words.width(row.number) - 12, most=1, kind="name")
        else:
            _, depth = block(words, row.name, 0, 0, _NAMES, most=2)
            height = max(depth * LINE_HEIGHT, 18.0) + 8
            at = y + height / 2
            name, _ = block(words, row.name, 0, at + 4, _NAMES, most=2, kind="name", is_middle=True)
        kind = f"range {row.tone}".strip()
        shown = [
            mark("line", kind="axis", x1=left, x2=right, y1=at, y2=at),
            mark("line", kind=kind, x1=x(row.low), x2=max(x(row.high), x(row.low) + 1), y1=at, y2=at),
            mark("line", kind=f"range-end {row.tone}".strip(), x1=x(row.low), x2=x(row.low), y1=at - 5, y2=at + 5),
            mark("line", kind=f"range-end {row.tone}".strip(), x1=x(row.high), x2=x(row.high), y1=at - 5, y2=at + 5),
            mark("circle", kind=f"range-dot {row.tone}".strip(), cx=x(row.value), cy=at, r=4.5)
            if row.value is not None
            else "",
            name,
            words_at(words, row.number, wide, y + 14 if is_narrow else at + 4, "number", "end"),
        ]
        marks.append(
            linked(told(f"{words.plain(row.name)}: {words.plain(row.number)}") + "".join(shown), row.href, kind="peer")
        )
        y += height
    axis = []
    for tick in ticks:
        axis.append(mark("line", kind="grid", x1=x(tick), x2=x(tick), y1=top, y2=y + 4))
        axis.append(words_at(words, f"{tick:g}", x(tick), y + 18, "tick", "middle"))
    has_dots = any(row.value is not None for row in rows)
    drawn_keys, end = legend(
        [
            Key(mark("line", kind="range", x1=0, x2=24, y1=0, y2=0), 24, words.label(keys[0])),
            *([Key(mark("circle", kind="range-dot", cx=5, cy=0, r=4.5), 10, words.label(keys[1]))] if has_dots else []),
        ],
        words,
        left=0,
        top=y + 28,
        right=wide,
    )
    alternative = words.say(
        "drawing_ranges_alternative",
        rows=listed([f"{words.plain(row.name)} {words.plain(row.number)}" for row in rows]) or "–",
    )
    svg = drawn(
        "ranges", wide, end + 2, [*axis, *marks, *drawn_keys],
        words=words, title=title, alternative=alternative, is_narrow=is_narrow,
        has_links=any(row.href for row in rows),
    )  # fmt: skip
    return Picture(
        svg,
        words.plain(title),
        words.plain(alternative),
        columns,
        tuple((row.name, row.low, row.value, row.high) for row in rows),
    )
