"""The five levels, and which rating of a service stands where there are several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

LEVELS: Final = (5, 4, 3, 2, 1)  # 非常满意 满意 基本满意 不满意 非常不满意, five stars to one
GOOD_FROM: Final = 3  # the last two are bad ratings (差评), the others good ones (好评)
ON_SITE: Final = frozenset(("window", "self_service", "paper"))
_LAST = datetime.max.replace(tzinfo=UTC)


def is_bad(level: int | None) -> bool:
    """Whether the level is one of the last two; no level is not."""
    return level is not None and level < GOOD_FROM


def channel_of(channel: str) -> str:
    """Whether the second-level questions of the counter or those of the network fit: on_site or online."""
    return "on_site" if channel in ON_SITE else "online"


def counted(rating: Mapping[str, Any]) -> bool:
    """Whether a rating was given by somebody served: a level, set by no system and by no staff, and not marked invalid.

    In      rating: level, is_default, is_by_staff, is_valid
    """
    return (
        rating["level"] is not None
        and not rating["is_default"]
        and not rating["is_by_staff"]
        and rating["is_valid"] is not False
    )


def standing(ratings: Sequence[Mapping[str, Any]]) -> int | None:
    """The place of the rating that stands for a service; one service has one rating, however many are on record.

    What the person served wrote by the link that only they were sent goes before a file's row; a given rating before a
    default or one of staff; of several rows of files the first given stands, for a later row cannot better it. Among
    the rater's own words the last ones stand.

    In      rating: what `counted` reads, with is_own_link and rated_at
    Empty   no rating gives None
    """
    if not ratings:
        return None
    own = [place for place, one in enumerate(ratings) if one["is_own_link"] and one["level"] is not None]
    if own:
        return own[-1]

    def order(place: int) -> tuple[int, datetime, int]:
        one = ratings[place]
        rank = 0 if counted(one) else 1 if one["is_by_staff"] else 2 if one["is_default"] else 3
        return rank, one["rated_at"] or _LAST, place

    return min(range(len(ratings)), key=order)
