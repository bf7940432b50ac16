"""Signs of stuffing in a batch of ratings. They speak of batches, never of persons, and prove nothing by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from typing import Any, NamedTuple

WINDOW = timedelta(minutes=10)
CHANCE = 0.001  # what chance may do once in a thousand batches is not told
WORKED_HOURS = 8  # of a day on which ratings came: wider is milder
_LEAST_CLUSTER = 5


class Given(NamedTuple):
    """One row of a batch, also one that does not count."""

    case: str
    level: int | None
    rated_at: datetime | None  # a moment without a time of day (midnight) is a day only
    concluded_at: datetime | None
    has_text: bool = False
    is_default: bool = False
    is_by_staff: bool = False


@dataclass(frozen=True)
class Flag:
    """One sign: `ratings_flag_<code>` is its sentence, with its facts."""

    code: str
    facts: dict[str, Any]


def flags_of(batch: Sequence[Given], *, best_share: float | None = None) -> list[Flag]:
    """What is odd about a batch, in a fixed order.

    In      best_share: share of the best level among all given ratings of the county; None is not known, and 0.9 is taken
    Out     before_end: given before the case was concluded; cluster: more in ten minutes than chance brings; all_best: nothing
            but the best level and not one word; by_staff, by_default: how many; several: cases with more than one rating
    Empty   nothing odd, or no row, gives none
    Source  docs/methods/ratings.md, "Signs of stuffing"
    """
    given = [one for one in batch if one.level is not None and not one.is_default and not one.is_by_staff]
    flags = []
    early = sum(
        1
        for one in given
        if one.rated_at and one.concluded_at and _has_time(one.rated_at) and one.rated_at < one.concluded_at
    )
    if early:
        flags.append(Flag("before_end", {"n": early, "given": len(given)}))
    if cluster := _cluster(given):
        flags.append(cluster)
    share = 0.9 if best_share is None else min(max(best_share, 0.5), 0.999)
    if given and all(one.level == 5 and not one.has_text for one in given) and share ** len(given) < CHANCE:
        flags.append(Flag("all_best", {"n": len(given)}))
    for code, n in (
        ("by_staff", sum(one.is_by_staff for one in batch)),
        ("by_default", sum(one.is_default for one in batch)),
    ):
        if n:
            flags.append(Flag(code, {"n": n, "all": len(batch)}))
    if several := sum(1 for n in Counter(one.case for one in given).values() if n > 1):
        flags.append(Flag("several", {"n": several}))
    return flags


def _has_time(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) != (0, 0, 0)


def _cluster(given: Sequence[Given]) -> Flag | None:
    """The fullest ten minutes, if chance would bring so many less than once in a thousand batches.

    Ratings of a day are taken to fall evenly on its worked hours. Behind each of the n ratings the number of others within ten
    minutes is Poisson with the day's mean, and n times its tail bounds the chance that any window is so full (union bound).
    """
    times = sorted(one.rated_at for one in given if one.rated_at and _has_time(one.rated_at))
    per_day = Counter(moment.date() for moment in times)
    best: tuple[float, int, datetime] | None = None
    first = 0
    for last, moment in enumerate(times):
        while moment - times[first] > WINDOW:
            first += 1
        n = last - first + 1
        if n < _LEAST_CLUSTER:
            continue
        mean = (per_day[moment.date()] - 1) * WINDOW / timedelta(hours=WORKED_HOURS)
        chance = len(times) * _tail(n - 1, mean)
        if chance < CHANCE and (best is None or (chance, -n) < (best[0], -best[1])):
            best = chance, n, times[first]
    if best is None:
        return None
    minutes = int(WINDOW.total_seconds() // 60)
    return Flag("cluster", {"n": best[1], "minutes": minutes, "at": f"{best[2]:%Y-%m-%d %H:%M}", "given": len(given)})


def _tail(k: int, mean: float) -> float:
    """The chance of k or more where the mean of a Poisson count is given; summed upwards, so that small tails stay exact."""
    if k <= 0:
        return 1.0
    term = exp(-mean)
    for number in range(1, k + 1):
        term *= mean / number
    total, number = 0.0, k
    while term > total * 1e-16:
        total += term
        number += 1
        term *= mean / number
    return min(total, 1.0)
