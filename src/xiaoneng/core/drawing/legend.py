"""The key of a picture: small marks with their words, in lines as wide as the picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .svg import LINE_HEIGHT, block, mark
from .text import Text, Words

_LINE = 22.0


@dataclass(frozen=True)
class Key:
    """One entry: marks drawn from (0, 0), which is the middle of the line at its left, how wide they are, and the words after."""

    marks: str
    width: float
    text: Text


def legend(
    keys: Sequence[Key], words: Words, *, left: float, top: float, right: float, line: float = _LINE, column: float = 0
) -> tuple[list[str], float]:
    """The entries in lines, and where they end; in columns where a width of these is given."""
    marks, x, y = [], left, top + line / 2
    for key in keys:
        wide = key.width + (6 if key.width else 0) + words.width(key.text)
        if x > left and x + wide > right:
            x, y = left, y + line
        if key.marks:
            marks.append(mark("g", key.marks, transform=f"translate({x:.1f} {y:.1f})"))
        begin = x + key.width + (6 if key.width else 0)
        text, deep = block(words, key.text, begin, y + 4, max(right - begin, 40.0) + 1, most=3, kind="key")
        marks.append(text)
        y += (deep - 1) * LINE_HEIGHT
        x = left + math.ceil((x + wide + 10 - left) / column) * column if column else x + wide + 20
    return marks, y + line / 2
