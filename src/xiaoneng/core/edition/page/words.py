"""Text in both languages at once, and values as the page prints them."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

from ...words import has_sentence, label, say

DASH = "–"


def both(zh: str, en: str) -> str:
    """The same text in both languages, escaped; the page shows one."""
    if zh == en:
        return escape(zh)
    return f'<span class="zh">{escape(zh)}</span><span class="en" lang="en">{escape(en)}</span>'


def named(identifier: str | None) -> str:
    """The printed name of an identifier in both languages."""
    return both(label(identifier, "zh"), label(identifier, "en"))


def told(code: str, **facts: Any) -> str:
    """The sentence of a code in both languages. A fact may be a pair (zh, en)."""
    zh = {name: fact[0] if isinstance(fact, tuple) else fact for name, fact in facts.items()}
    en = {name: fact[1] if isinstance(fact, tuple) else fact for name, fact in facts.items()}
    return both(say(code, "zh", **zh), say(code, "en", **en))


def explained(kind: str, code: str) -> str:
    """What a code of the clocks or of the import means: its sentence, else its label."""
    for sentence in (f"{kind}_{code}", f"intake.{kind}.{code}"):
        if has_sentence(sentence):
            return told(sentence)
    return named(code)


def in_both(code: str) -> tuple[str, str]:
    """A label as a pair, to stand as a fact in a sentence."""
    return label(code, "zh"), label(code, "en")


def number(value: int | None) -> str:
    """A count with thousands apart; unknown is a dash."""
    return DASH if value is None else f"{value:,}"


def percent(share: float | None) -> str:
    """A share from 0 to 1 as a percentage; unknown is a dash."""
    if share is None:
        return DASH
    return f"{share * 100:.2f}%" if 0 < share < 0.001 else f"{share * 100:.1f}%"


def day(value: date | None) -> str:
    return DASH if value is None else f'<span class="day">{value.isoformat()}</span>'


def text(value: Any) -> str:
    """Any value from a record, escaped; empty is a dash."""
    return DASH if value is None or value == "" else escape(str(value))
