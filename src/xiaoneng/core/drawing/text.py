"""Texts of a picture: in one language or in both, their width, and names cut into lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..words import LANGUAGES, label, say

Text = str | tuple[str, str]
"""A text as it stands (a name from the records), or the same in Chinese and in English."""

_NARROW_SIGNS = frozenset("iljtfrI.,:;'|!()[]- ·")
_WIDE_SIGNS = frozenset("mwMWQOGDNHU@%&—")
_NO_LINE_BEGINS_WITH = frozenset("，。、；：）》」』？！…,.;:)]")


@dataclass(frozen=True)
class Words:
    """The languages that a picture is to show: one, or both at once for a page that switches between them by itself.

    With both, every text that differs is written twice, classed `zh` and `en`, and the page hides one of them.
    """

    languages: tuple[str, ...] = LANGUAGES

    def label(self, code: str) -> Text:
        """The printed name of an identifier."""
        return label(code, "zh"), label(code, "en")

    def say(self, code: str, **facts: Any) -> Text:
        """The sentence of a code; a fact may be a pair (Chinese, English)."""
        zh, en = (
            say(
                code,
                language,
                **{name: fact[place] if isinstance(fact, tuple) else fact for name, fact in facts.items()},
            )
            for place, language in enumerate(LANGUAGES)
        )
        return zh, en

    def shown(self, text: Text) -> tuple[str, ...]:
        """The text in each language of the picture, once where they do not differ."""
        if isinstance(text, str):
            return (text,)
        return tuple(dict.fromkeys(text[LANGUAGES.index(language)] for language in self.languages))

    def plain(self, text: Text) -> str:
        """The text for a place that cannot switch (an alternative text, a tooltip), not escaped."""
        return " / ".join(part for part in self.shown(text) if part)

    def marked(self, text: Text) -> str:
        """The text as the content of an SVG text, escaped."""
        shown = self.shown(text)
        if len(shown) == 1:
            return escape(shown[0])
        return "".join(
            f'<tspan class="{language}" lang="{language}">{escape(part)}</tspan>'
            for language, part in zip(self.languages, shown, strict=True)
        )

    def width(self, text: Text, size: float = 12) -> float:
        """About how wide the text is, in SVG units: the widest of its languages."""
        return max((width(part, size) for part in self.shown(text)), default=0.0)


IN_CHINESE, IN_ENGLISH, IN_BOTH = Words(("zh",)), Words(("en",)), Words()


def width(text: str, size: float = 12) -> float:
    """About how wide a text is at a size of type: a Chinese character is as wide as it is high."""
    return sum(_ems(sign) for sign in text) * size


def _ems(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in _NARROW_SIGNS:
        return 0.33
    if sign in _WIDE_SIGNS:
        return 0.86
    return 0.66 if sign.isupper() else 0.57


def shortened(text: str, room: float, size: float = 12) -> str:
    """The text, its end replaced by … where it is wider than its room."""
    if width(text, size) <= room:
        return text
    kept = ""
    for sign in text:
        if width(kept + sign + "…", size) > room:
            break
        kept += sign
    return kept.rstrip() + "…"


def lines(text: str, room: float, size: float = 12, *, most: int = 2) -> list[str]:
    """A name in at most so many lines of a width; the last one is shortened where the name is longer.

    Chinese breaks between any two characters, other scripts at blanks, hyphens, low lines and before a capital inside.
    """
    found: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width((line + piece).rstrip(), size) > room:
            found.append(line)
            line = ""
            piece = piece.lstrip()
        while width(piece.rstrip(), size) > room:  # one word wider than the room
            cut = max(next(n for n in range(len(piece), 0, -1) if n == 1 or width(piece[:n], size) <= room), 1)
            found.append(line + piece[:cut])
            line, piece = "", piece[cut:]
        line += piece
    found = [part.strip() for part in [*found, line] if part.strip()]
    if len(found) > most:
        found = [*found[: most - 1], shortened(" ".join(found[most - 1 :]) + "…", room, size)]
    return found or [""]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for sign in text:
        is_wide = unicodedata.east_asian_width(sign) in "WF"
        last = pieces[-1] if pieces else ""
        is_hump = bool(last) and last[-1].islower() and sign.isupper()
        ends = not last or is_hump or last[-1] in " -_/" or unicodedata.east_asian_width(last[-1]) in "WF"
        if last and (sign in _NO_LINE_BEGINS_WITH or sign == " " or (not is_wide and not ends)):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def days(value: float | None) -> str:
    """Working days as a picture prints them: one decimal below ten; unknown is a dash."""
    if value is None:
        return "–"
    if round(value, 1) < 10:
        return f"{value:.1f}".replace("-0.0", "0.0").removesuffix(".0") if value >= 0.05 or value == 0 else "<0.1"
    return f"{value:,.0f}"


def count(value: int) -> str:
    """A count, thousands apart."""
    return f"{value:,}"


def percent(share: float) -> str:
    """A share from 0 to 1 as a whole percentage, never rounded to all or nothing."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{share * 100:.0f}%"


def listed(parts: Sequence[str]) -> str:
    """Several facts in one line."""
    return "; ".join(part for part in parts if part)
