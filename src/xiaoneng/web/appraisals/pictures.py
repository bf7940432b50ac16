"""The pictures of a result: scores with their intervals, and the ranks that the ballots allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xiaoneng.core.drawing import IN_CHINESE, IN_ENGLISH, Picture, Range, range_rows
from xiaoneng.web.shell.formats import is_chinese

_TONES = {"upper_half": "upper", "lower_half": "lower"}
_MOST_TICKS = 10


def named(title: Mapping[str, str]) -> str:
    """A title in the reader's language."""
    return title["zh" if is_chinese() else "en"]


def score_picture(
    rows: Sequence[Mapping[str, Any]], *, title: str, code: str, is_narrow: bool, has_links: bool = True
) -> Picture:
    """Scores of one group with their 95 % intervals, best first."""
    known = [row for row in rows if row["score"] is not None]
    lowest = min((row["low"] if row["low"] is not None else row["score"] for row in known), default=0.0)
    first = max(0.0, math.floor(lowest / 10) * 10)
    return range_rows(
        [
            Range(
                name=named(row["title"]),
                low=row["low"] if row["low"] is not None else row["score"],
                high=row["high"] if row["high"] is not None else row["score"],
                value=row["score"],
                number=f"{row['score']:.1f}",
                tone=_TONES.get(row["tier"], ""),
                href=reverse("appraisals:appraisee", args=[code, row["appraisee"]]) if has_links else None,
            )
            for row in known
        ],
        first=first,
        last=100.0,
        ticks=[first + step for step in range(0, int(100 - first) + 1, 10 if 100 - first <= 60 else 20)],
        title=title,
        words=IN_CHINESE if is_chinese() else IN_ENGLISH,
        keys=("drawing_key_interval", "drawing_key_score"),
        columns=("drawing_name", "drawing_low", "drawing_score", "drawing_high"),
        is_narrow=is_narrow,
    )


def rank_picture(rows: Sequence[Mapping[str, Any]], *, title: str, code: str, is_narrow: bool) -> Picture:
    """The ranks that each may have, all together at 95 %."""
    known = [row for row in rows if row["rank_lower_simultaneous"] is not None]
    count = len(known)
    step = max(1, math.ceil(count / _MOST_TICKS))
    return range_rows(
        [
            Range(
                name=named(row["title"]),
                low=float(row["rank_lower_simultaneous"]),
                high=float(row["rank_upper_simultaneous"]),
                value=float(row["rank_lower_simultaneous"]) if _is_one(row) else None,
                number=rank_text(row["rank_lower_simultaneous"], row["rank_upper_simultaneous"]),
                tone=_TONES.get(row["tier"], ""),
                href=reverse("appraisals:appraisee", args=[code, row["appraisee"]]),
            )
            for row in known
        ],
        first=1.0,
        last=float(max(count, 2)),
        ticks=[float(place) for place in sorted({1, *range(step, count + 1, step)})],
        title=title,
        words=IN_CHINESE if is_chinese() else IN_ENGLISH,
        keys=("drawing_key_ranks", "drawing_rank"),
        columns=("drawing_name", "drawing_rank_from", "drawing_rank", "drawing_rank_to"),
        is_narrow=is_narrow,
    )


def marks(pictures: Sequence[Picture]) -> SafeString:
    """The marks of a wide and of a narrow picture, of which the style sheet shows one. Every text in them is escaped."""
    return mark_safe("".join(picture.svg for picture in pictures))  # noqa: S308


def _is_one(row: Mapping[str, Any]) -> bool:
    """Whether the ballots leave one rank alone."""
    return bool(row["rank_lower_simultaneous"] == row["rank_upper_simultaneous"])


def rank_text(lower: int, upper: int) -> str:
    """A rank as the range that it is."""
    if lower == upper:
        return _("%(rank)s") % {"rank": ordinal(lower)}
    return _("%(lower)s to %(upper)s") % {"lower": ordinal(lower), "upper": ordinal(upper)}


def ordinal(rank: int) -> str:
    """第4, 4th."""
    if is_chinese():
        return f"第{rank}"
    ending = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"
