"""What is said instead of an exact figure: a bound where all agree, a rounded mean where the team is small."""

from __future__ import annotations

import math
from collections.abc import Sequence

AT_LEAST_80, AT_MOST_20 = "at_least_80", "at_most_20"
SHARE_BOUNDS = (AT_LEAST_80, AT_MOST_20)
_STEPS = 8  # half a point on a scale from 1 to 5 is an eighth of its width
_NOUGHT = 1e-9


def agreement(
    *,
    n_valid: int,
    counts: Sequence[int] | None = None,
    n_positive: int | None = None,
    positive_from: int = 2,
    estimate: float | None = None,
    standard_error: float | None = None,
    scale: tuple[float, float] = (1.0, 5.0),
) -> str | None:
    """`at_least_80` or `at_most_20` where all, or all but one, of the ballots agree; else None.

    Whoever knows that all said the same knows what each of them said, however many they are.

    In      counts: ballots per level, from the worst level to the best; n_positive: ballots on the good side; positive_from:
            place of the first good level (of five levels the last three are good); estimate, standard_error: looked at where
            nothing was counted: a mean at an end of the scale, or one without any spread, is unanimous
    """
    if n_valid <= 0:
        return None
    if counts is not None and len(counts):
        most = max(range(len(counts)), key=lambda level: counts[level])
        if counts[most] >= n_valid - 1:
            return AT_LEAST_80 if most >= positive_from else AT_MOST_20
    if n_positive is not None:
        if n_positive >= n_valid - 1:
            return AT_LEAST_80
        return AT_MOST_20 if n_positive <= 1 else None
    if counts is not None or estimate is None:
        return None
    low, high = scale
    # One ballot that differs moves the mean by at most a whole scale divided by the ballots.
    reach = (high - low) / n_valid * (1 + _NOUGHT)
    if estimate >= high - reach:
        return AT_LEAST_80
    if estimate <= low + reach:
        return AT_MOST_20
    if standard_error is not None and standard_error <= _NOUGHT:
        return AT_LEAST_80 if estimate >= (low + high) / 2 else AT_MOST_20
    return None


def rounded(estimate: float, scale: tuple[float, float] = (1.0, 5.0)) -> float:
    """The estimate to half a point on a scale from 1 to 5, or to as large a part of another scale; halves go up."""
    low, high = scale
    step = (high - low) / _STEPS
    return min(high, max(low, low + step * math.floor((estimate - low) / step + 0.5)))


def chance_of_agreement(share: float, n_valid: int) -> float:
    """How likely it is that all of so many ballots say the same, where each says yes with this chance."""
    return share**n_valid + (1 - share) ** n_valid
