"""Exact rank sets of counts: how many chose each of several answers, without any normal approximation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from ..errors import RankingError
from .sets import LEAST_LEVEL, RankSets

Truths = npt.NDArray[np.bool_]


def count_rank_sets(counts: Sequence[int], *, level: float = 0.95, correction: str = "holm") -> RankSets:
    """The marginal and simultaneous rank sets of multinomial counts.

    Given both counts of a pair together, the first is binomial with one half where they are equally likely; each ordered pair
    is a one-sided exact test P(Bin(x_j + x_k, 1/2) >= x_j), and Holm's procedure (1979) holds the family together.

    In      correction: holm, or bonferroni (never narrower)
    Empty   no count gives empty sets; a pair without any vote cannot be told apart
    Raises  RankingError where a count is negative or no whole number
    Source  Mogstad et al. (2024), section 3.6; Bazylik, Mogstad, Romano, Shaikh, Wilhelm, "Finite- and large-sample inference
            for ranks using multinomial data"
    """
    values = np.asarray(counts, dtype=np.float64)
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any() or (values != np.floor(values)).any():
        raise RankingError("rank sets of counts: every count is a whole number from 0 on; correct the others")
    if not LEAST_LEVEL <= level < 1:
        raise RankingError(
            f"rank sets of counts: the level is {level}; write a share from 0.5 to below 1, such as 0.95"
        )
    if correction not in ("holm", "bonferroni"):
        raise RankingError(f"rank sets of counts: {correction!r} is no correction; write holm or bonferroni")
    chances = stats.binom.sf(values[:, None] - 1, values[:, None] + values[None, :], 0.5)
    size, alpha = len(values), 1 - level
    others = ~np.eye(size, dtype=np.bool_)
    ahead = _rejected(chances, others, alpha, correction)
    marginal = np.ones((size, 2), dtype=np.int64)
    for unit in range(size):
        family = np.zeros_like(others)
        family[unit], family[:, unit] = others[unit], others[:, unit]
        found = _rejected(chances, family, alpha, correction)
        marginal[unit] = 1 + found[:, unit].sum(), size - found[unit].sum()
    together = np.stack((1 + ahead.sum(axis=0), size - ahead.sum(axis=1))).astype(np.int64)
    return RankSets(marginal[:, 0], marginal[:, 1], together[0], together[1])


def _rejected(chances: npt.NDArray[np.float64], family: Truths, alpha: float, correction: str) -> Truths:
    """Which tests of the family are rejected: by Holm the smallest at alpha / m, the next at alpha / (m - 1) ... until one holds."""
    tested = chances[family]
    order = np.argsort(tested, kind="stable")
    steps = np.arange(len(tested)) if correction == "holm" else np.zeros(len(tested))
    holds = tested[order] > alpha / np.maximum(len(tested) - steps, 1)
    first = int(np.argmax(holds)) if holds.any() else len(tested)
    is_rejected = np.zeros(len(tested), dtype=np.bool_)
    is_rejected[order[:first]] = True
    found = np.zeros_like(family)
    found[family] = is_rejected
    return found
