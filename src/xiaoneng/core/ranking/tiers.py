"""What the sets allow one to say: three tiers, and the units that may belong to the best or to the worst."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..errors import RankingError
from .sets import RankSets

UPPER_HALF, LOWER_HALF, NOT_DISTINGUISHABLE, NOT_RANKED = (
    "upper_half",
    "lower_half",
    "not_distinguishable",
    "not_ranked",
)


def tiers(sets: RankSets) -> list[str]:
    """For each unit the half in which its whole simultaneous set lies, else `not_distinguishable`.

    The tiers follow from the sets, not from cut points: upper where the highest rank is at most floor(p/2), lower where the
    lowest is above ceil(p/2). A middle one of an odd number belongs to neither half.
    """
    half, other = sets.count // 2, (sets.count + 1) // 2
    return [
        UPPER_HALF if upper <= half else LOWER_HALF if lower > other else NOT_DISTINGUISHABLE
        for lower, upper in zip(sets.lower_simultaneous.tolist(), sets.upper_simultaneous.tolist(), strict=True)
    ]


def top_set(sets: RankSets, count: int) -> npt.NDArray[np.bool_]:
    """The units that may be among the `count` best: together they hold all of these at the level of the sets.

    Source  Mogstad et al. (2024), section 3.3: lower confidence bound of the rank at most `count`
    """
    _check_count(count)
    return np.asarray(sets.lower_simultaneous <= count, dtype=np.bool_)


def bottom_set(sets: RankSets, count: int) -> npt.NDArray[np.bool_]:
    """The units that may be among the `count` worst."""
    _check_count(count)
    return np.asarray(sets.upper_simultaneous > sets.count - count, dtype=np.bool_)


def _check_count(count: int) -> None:
    if count < 1:
        raise RankingError(f"best units: {count} of them were asked for; write a number from 1 on")
