"""The performance spectrum: every move of one segment as a line, from when it left to when it arrived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from .legend import Key, legend
from .svg import Picture, drawn, linked, mark, told, words_at
from .text import Text, Words, count, days, shortened

_WIDTH, _HEIGHT = {False: 1040.0, True: 360.0}, {False: 240.0, True: 260.0}
_SIDE, _TOP = 14.0, 26.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUARTERS = (1, 2, 3, 4)
_SHORT = 70  # so many days are marked by days and weeks, not by months


@dataclass(frozen=True)
class Passage:
    """One case passing the segment; quartile 1 is the quickest quarter, 4 the slowest."""

    left_at: datetime
    arrived_at: datetime
    quartile: int
    case_id: str = ""
    href: str | None = None


def spectrum(
    passages: Sequence[Passage],
    *,
    from_name: str,
    to_name: str,
    title: Text,
    words: Words,
    moves: int | None = None,
    is_narrow: bool = False,
) -> Picture:
    """Every move from one step to another over time: steep lines are quick, flat ones slow, and a fan that meets is a batch.

    In      passages: those drawn, at most some 300; moves: how many there are in all, where more than are drawn
    Empty   without passages the picture holds its two levels alone
    """
    wide, high = _WIDTH[is_narrow], _HEIGHT[is_narrow]
    top, bottom = _TOP, _TOP + high
    ordered = sorted(passages, key=lambda passage: (passage.quartile, passage.left_at, passage.case_id))
    marks = [mark("line", kind="level", x1=_SIDE, x2=wide - _SIDE, y1=at, y2=at) for at in (top, bottom)]
    marks.append(words_at(words, shortened(from_name, wide - 2 * _SIDE), _SIDE, top - 8, "name"))
    marks.append(words_at(words, shortened(to_name, wide - 2 * _SIDE), _SIDE, bottom + 54, "name"))
    if ordered:
        first = min(passage.left_at for passage in ordered)
        last = max(passage.arrived_at for passage in ordered)
        span = max((last - first).total_seconds(), 3600.0)

        def x(at: datetime) -> float:
            return _SIDE + (at - first).total_seconds() / span * (wide - 2 * _SIDE)

        marks += _axis(first, last, words, bottom, most=5 if is_narrow else 14, x=x)
        for passage in ordered:
            took = (passage.arrived_at - passage.left_at).total_seconds() / 86400
            says = f"{passage.case_id} {passage.left_at:%Y-%m-%d} → {passage.arrived_at:%Y-%m-%d}".strip()
            line = mark("line", x1=x(passage.left_at), x2=x(passage.arrived_at), y1=top, y2=bottom)
            note = words.plain(words.say("drawing_elapsed", days=days(took)))
            marks.append(linked(told(f"{says}, {note}") + line, passage.href, kind=f"q{passage.quartile}"))
    keys = [
        Key(mark("line", kind=f"q{quarter}", x1=0, x2=26, y1=0, y2=0), 26, words.label(f"drawing_quarter_{quarter}"))
        for quarter in _QUARTERS
    ]
    if moves is not None and moves > len(passages):
        keys.append(Key("", 0, words.say("drawing_spectrum_some", drawn=count(len(passages)), moves=count(moves))))
    drawn_keys, end = legend(keys, words, left=_SIDE, top=bottom + 64, right=wide - _SIDE)
    took_days = [(passage.arrived_at - passage.left_at).total_seconds() / 86400 for passage in passages]
    alternative = words.say(
        "drawing_spectrum_alternative",
        moves=count(len(passages)),
        from_name=from_name,
        to_name=to_name,
        first=f"{min(passage.left_at for passage in passages):%Y-%m-%d}" if passages else "–",
        last=f"{max(passage.arrived_at for passage in passages):%Y-%m-%d}" if passages else "–",
        median=days(median(took_days)) if passages else "–",
        longest=days(max(took_days)) if passages else "–",
    )
    svg = drawn(
        "spectrum", wide, end + 2, [*marks, *drawn_keys],
        words=words, title=title, alternative=alternative, is_narrow=is_narrow,
        has_links=any(passage.href for passage in passages),
    )  # fmt: skip
    rows = sorted(passages, key=lambda passage: (passage.left_at, passage.arrived_at, passage.case_id))
    return Picture(
        svg,
        words.plain(title),
        words.plain(alternative),
        ("drawing_case", "drawing_left", "drawing_arrived", "drawing_quartile"),
        tuple((passage.case_id, passage.left_at, passage.arrived_at, passage.quartile) for passage in rows),
    )


def _axis(
    first: datetime,
    last: datetime,
    words: Words,
    bottom: float,
    *,
    most: int,
    x: Callable[[datetime], float],
) -> list[str]:
    """Months, or weeks where the whole is short, or years where it is long; the year stands below its first mark."""
    marks, year = [], None
    for day in _ticks(first.date(), last.date(), most):
        at = x(first.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0))
        marks.append(mark("line", kind="notch", x1=at, x2=at, y1=bottom, y2=bottom + 5))
        is_new_year, year = day.year != year, day.year
        text = _day_name(day, is_short=(last - first).days < _SHORT)
        marks.append(words_at(words, text, at, bottom + 18, "tick", "middle"))
        if is_new_year:
            marks.append(words_at(words, str(day.year), at, bottom + 33, "tick", "middle"))
    return marks


def _day_name(day: date, *, is_short: bool) -> Text:
    if is_short:
        return f"{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{day.month}月", _MONTHS[day.month - 1]


def _ticks(first: date, last: date, most: int) -> list[date]:
    if (last - first).days < _SHORT:
        step = next(step for step in (1, 7, 14, 28) if (last - first).days / step <= most)
        start = first + timedelta(days=1 if step == 1 else (7 - first.weekday()) % 7 or 7)
        return [
            start + timedelta(days=step * place)
            for place in range(most + 1)
            if start + timedelta(days=step * place) <= last
        ]
    whole = (last.year - first.year) * 12 + last.month - first.month
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if whole / step <= most), 120)
    months = [first.year * 12 + first.month + place for place in range(whole)]
    return [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
