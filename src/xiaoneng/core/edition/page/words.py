"""Text in both languages at once, and values as the page prints them."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

from ...words import has_sentence, label, say

DASH = "–"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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


def in_days(value: date) -> tuple[str, str]:
    """A day as a pair, to stand as a fact in a sentence: 2026年3月4日, 4 Mar 2026."""
    return f"{value.year}年{value.month}月{value.day}日", f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def in_months(value: date) -> tuple[str, str]:
    """The month of a day as a pair: 2026年3月, Mar 2026."""
    return f"{value.year}年{value.month}月", f"{_MONTHS[value.month - 1]} {value.year}"


def month_names(value: date) -> tuple[str, str]:
    """The name of a day's month alone, as a pair."""
    return f"{value.month}月", _MONTHS[value.month - 1]


def day(value: date | None) -> str:
    """A day in both languages; unknown is a dash."""
    return DASH if value is None else f'<span class="day">{both(*in_days(value))}</span>'


def text(value: Any) -> str:
    """Any value from a record, escaped; empty is a dash."""
    return DASH if value is None or value == "" else escape(str(value))
