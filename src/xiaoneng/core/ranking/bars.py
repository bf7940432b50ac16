"""Two pictures that let a reader compare without ranks: bars made to be compared by eye, and the limits of a funnel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from ..errors import RankingError

Reals = npt.NDArray[np.float64]


def comparison_bars(
    scores: Sequence[float], standard_errors: Sequence[float], *, level: float = 0.95
) -> tuple[Reals, Reals]:
    """Ends of bars of which two that do not overlap differ at the level, on average over all pairs.

    With equal standard errors the half-width is 1.96 / √2 = 1.39 standard errors, not 1.96.

    Empty   fewer than two scores give the half-width of equal errors
    Raises  RankingError where a standard error is missing or negative
    Source  Goldstein and Healy (1995), "The graphical presentation of a collection of means", JRSS A 158:175-177
    """
    middle, errors = np.asarray(scores, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if middle.shape != errors.shape or not np.isfinite(errors).all() or (errors < 0).any():
        raise RankingError("bars: every score needs a standard error that is neither missing nor negative")
    first, second = np.triu_indices(len(errors), k=1)
    sums = errors[first] + errors[second]
    shares = np.hypot(errors[first], errors[second])[sums > 0] / sums[sums > 0]
    factor = float(stats.norm.ppf((1 + level) / 2)) * (float(shares.mean()) if len(shares) else np.sqrt(0.5))
    return middle - factor * errors, middle + factor * errors


def funnel_limits(target: float, ballots: int, *, level: float = 0.95, is_exact: bool = True) -> tuple[float, float]:
    """Between which shares a unit with so many ballots falls by chance, if its true share is the target.

    In      target: share from 0 to 1; is_exact: binomial quantiles, else the normal approximation, cut at 0 and 1
    Raises  RankingError where the target is no share or there is no ballot
    Source  Spiegelhalter (2005), "Funnel plots for comparing institutional performance", Statistics in Medicine 24:1185-1202
    """
    if not 0 <= target <= 1 or ballots < 1:
        raise RankingError(
            f"funnel: target {target} with {ballots} ballots; a share from 0 to 1 and one ballot are needed"
        )
    tail = (1 - level) / 2
    if is_exact:
        low, high = stats.binom.ppf((tail, 1 - tail), ballots, target) / ballots
        return float(low), float(high)
    reach = float(stats.norm.ppf(1 - tail)) * float(np.sqrt(target * (1 - target) / ballots))
    return max(0.0, target - reach), min(1.0, target + reach)
