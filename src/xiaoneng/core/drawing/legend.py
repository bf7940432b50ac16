"""The key of a picture: small marks with their words, in lines as wide as the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .svg import mark, words_at
from .text import Text, Words

_LINE = 22.0


@dataclass(frozen=True)
class Key:
    """One entry: marks drawn from (0, 0), which is the middle of the line at its left, how wide they are, and the words after."""

    marks: str
    width: float
    text: Text


def legend(
    keys: Sequence[Key], words: Words, *, left: float, top: float, right: float, line: float = _LINE
) -> tuple[list[str], float]:
    """The entries in lines, and where they end."""
    marks, x, y = [], left, top + line / 2
    for key in keys:
        wide = key.width + (6 if key.width else 0) + words.width(key.text)
        if x > left and x + wide > right:
            x, y = left, y + line
        if key.marks:
            marks.append(mark("g", key.marks, transform=f"translate({x:.1f} {y:.1f})"))
        marks.append(words_at(words, key.text, x + key.width + (6 if key.width else 0), y + 4, "key"))
        x += wide + 20
    return marks, y + line / 2
