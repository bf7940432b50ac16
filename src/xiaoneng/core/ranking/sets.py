"""Confidence sets for ranks from scores and their standard errors, or from their full covariance.

Mogstad, Romano, Shaikh and Wilhelm (2024), "Inference for Ranks with Applications to Mobility across Neighbourhoods and
Academic Achievement across Countries", Review of Economic Studies 91(1), doi 10.1093/restud/rdad006. Every ordered pair is
a test whether one unit is better than the other; the sets follow from the pairs that the tests tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from ..errors import RankingError

Reals = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
_BLOCK = 512  # draws worked on at once: a block of them for a hundred units stays in the cache of a core
_NOUGHT = 1e-12  # share of the two variances below which a difference counts as known for certain
LEAST_LEVEL, FEWEST_REPLICATES = 0.5, 100


@dataclass(frozen=True)
class RankSets:
    """For each unit the lowest and highest rank that it may have; rank 1 is the highest score.

    Units   lower, upper: each unit by itself at the level; *_simultaneous: all of them together at the level
    """

    lower: npt.NDArray[np.int64]
    upper: npt.NDArray[np.int64]
    lower_simultaneous: npt.NDArray[np.int64]
    upper_simultaneous: npt.NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.lower)


def rank_sets(
    scores: Sequence[float] | Reals,
    *,
    standard_errors: Sequence[float] | Reals | None = None,
    covariance: Any = None,
    level: float = 0.95,
    replicates: int = 10_000,
    seed: int = 1,
    has_stepdown: bool = True,
) -> RankSets:
    """The marginal and the simultaneous rank confidence sets, by stepdown.

    In      scores: higher is better; standard_errors: of independent scores, or covariance: of dependent ones;
            level: from 0.5 to below 1; has_stepdown: False stops after one step (never narrower)
    Out     RankSets in the order of the scores, which does not sway them; the same seed gives the same sets
    Empty   no score gives empty sets; a single one has the rank 1
    Raises  RankingError where a figure is missing, negative or of the wrong size
    Source  Mogstad et al. (2024), sections 3.1 and 3.2
    """
    values, spread = _checked(scores, standard_errors, covariance)
    _check_settings(level, replicates)
    order = np.lexsort((np.diag(spread), -values))  # so that the order of the rows changes neither draw nor set
    values, spread = values[order], spread[np.ix_(order, order)]
    duel = _Duel(values, spread, _draws(spread, replicates, seed), level)
    marginal = np.array([duel.marginal(unit, has_stepdown) for unit in range(len(values))]).reshape(-1, 2)
    ahead = duel.simultaneous(has_stepdown)
    back = np.argsort(order)
    found = (marginal[:, 0], marginal[:, 1], 1 + ahead.sum(axis=0), len(values) - ahead.sum(axis=1))
    return RankSets(*(side.astype(np.int64)[back] for side in found))


class _Duel:
    """All ordered pairs of units: how far apart they are, in standard errors, and how far chance alone would take them."""

    def __init__(self, values: Reals, spread: Reals, draws: Reals, level: float) -> None:
        variances = np.diag(spread)
        both = variances[:, None] + variances[None, :]
        squared = both - 2 * spread
        is_sure = squared <= _NOUGHT * both
        gaps = values[:, None] - values[None, :]
        with np.errstate(divide="ignore"):
            self.weights = np.where(is_sure, 0.0, 1 / np.sqrt(np.where(is_sure, 1.0, squared)))
        # Two scores without error are compared as they stand; equal ones stay together.
        self.distances = np.where(is_sure, np.where(gaps > 0, np.inf, -np.inf), gaps * self.weights)
        self.draws, self.level = draws, level
        self.first = self._first()

    def marginal(self, unit: int, has_stepdown: bool) -> tuple[int, int]:
        """The lowest and highest rank of one unit: only the pairs with it are tested, in both directions."""
        won, lost = self.distances[unit], self.distances[:, unit]
        is_ahead, is_behind, greatest = won == np.inf, lost == np.inf, self.first[unit]
        while True:
            critical = self._critical(greatest)
            before = is_ahead.sum() + is_behind.sum()
            is_ahead, is_behind = is_ahead | (won > critical), is_behind | (lost > critical)
            if not has_stepdown or is_ahead.sum() + is_behind.sum() == before:
                return 1 + int(is_behind.sum()), len(won) - int(is_ahead.sum())
            up, down = np.where(is_ahead, 0.0, self.weights[unit]), np.where(is_behind, 0.0, self.weights[unit])
            greatest = self._lowered(greatest, partial(self._of_one, unit, up, down))

    def simultaneous(self, has_stepdown: bool) -> Truths:
        """Which unit (row) is better than which (column), all pairs tested together."""
        is_ahead: Truths = self.distances == np.inf
        greatest = self.first.max(axis=0, initial=0.0)
        while True:
            critical, before = self._critical(greatest), is_ahead.sum()
            is_ahead = is_ahead | (self.distances > critical)
            if not has_stepdown or is_ahead.sum() == before:
                return is_ahead
            greatest = self._lowered(greatest, partial(self._of_all, np.where(is_ahead, 0.0, self.weights)))

    def _first(self) -> Reals:
        """For each unit and draw the greatest weighted distance to any other: what both kinds of sets begin with."""
        found = np.zeros_like(self.draws)
        for first in range(0, found.shape[1], _BLOCK):
            block = self.draws[:, first : first + _BLOCK]
            for unit in range(len(found)):
                leads = (block[unit] - block) * self.weights[unit][:, None]
                found[unit, first : first + _BLOCK] = np.maximum(leads.max(axis=0), -leads.min(axis=0))
        return found

    def _lowered(self, greatest: Reals, anew: Callable[[Any], Reals]) -> Reals:
        """The greatest distances after pairs were taken out, as far as the critical value needs them.

        They can only become smaller, so the highest are worked out anew, a block at a time, until no other can reach the
        quantile any more; below it the former ones stay, as bounds. The quantile is the same as if all were worked out.
        """
        order = np.argsort(-greatest)  # which of equal draws comes first changes no quantile
        needed = len(greatest) - int((len(greatest) - 1) * self.level) + 1
        found = greatest.copy()
        for first in range(0, len(order), _BLOCK):
            chosen, rest = order[first : first + _BLOCK], order[first + _BLOCK :]
            found[chosen] = anew(chosen)
            if len(rest) and (found[order[: first + _BLOCK]] >= greatest[rest[0]]).sum() >= needed:
                break
        return found

    def _of_one(self, unit: int, up: Reals, down: Reals, columns: Any) -> Reals:
        """The greatest weighted lead of the unit over the others, or of the others over it, never below nought."""
        block = self.draws[:, columns]
        leads = block[unit] - block
        best = np.maximum((leads * up[:, None]).max(axis=0), -(leads * down[:, None]).min(axis=0))
        floored: Reals = np.maximum(best, 0.0)
        return floored

    def _of_all(self, weights: Reals, columns: Any) -> Reals:
        """The greatest weighted lead of any unit over any other."""
        block = self.draws[:, columns]
        most = np.zeros(block.shape[1])
        for unit, up in enumerate(weights):
            np.maximum(most, ((block[unit] - block) * up[:, None]).max(axis=0), out=most)
        return most

    def _critical(self, greatest: Reals) -> float:
        """Never below nought, so that no unit is put before one with a higher score."""
        return max(0.0, float(np.quantile(greatest, self.level)))


def _draws(spread: Reals, replicates: int, seed: int) -> Reals:
    """Normal deviates with the covariance of the scores: one row a unit, one column a replicate.

    They are a Latin hypercube (McKay, Beckman, Conover 1979): each coordinate takes one deviate from every `replicates`-th part
    of the normal law, in random order, so that the bounds vary less from seed to seed than with independent draws.
    """
    chance = np.random.default_rng(seed)
    size = (len(spread), replicates)
    places = chance.permuted(np.broadcast_to(np.arange(replicates, dtype=np.float64), size), axis=1)
    plain = special.ndtri((places + chance.uniform(1e-9, 1 - 1e-9, size)) / replicates)
    if np.array_equal(spread, np.diag(np.diag(spread))):
        return np.ascontiguousarray(plain * np.sqrt(np.diag(spread))[:, None])
    roots, axes = np.linalg.eigh(spread)
    return np.ascontiguousarray(axes @ (np.sqrt(np.clip(roots, 0, None))[:, None] * plain))


def _checked(scores: Any, standard_errors: Any, covariance: Any) -> tuple[Reals, Reals]:
    values = np.asarray(scores, dtype=np.float64)
    if (standard_errors is None) == (covariance is None):
        raise RankingError("rank sets: give standard errors or a covariance, one of the two")
    if values.ndim != 1 or not np.isfinite(values).all():
        raise RankingError("rank sets: a score is missing or not a number; leave such units out, they are not ranked")
    if standard_errors is not None:
        errors = np.asarray(standard_errors, dtype=np.float64)
        if errors.shape != values.shape or not np.isfinite(errors).all() or (errors < 0).any():
            raise RankingError(
                f"rank sets: {len(values)} scores need as many standard errors, none of them missing or negative"
            )
        return values, np.diag(errors**2)
    spread = np.asarray(covariance, dtype=np.float64)
    if spread.shape != (len(values), len(values)) or not np.isfinite(spread).all():
        raise RankingError(
            f"rank sets: the covariance of {len(values)} scores has {len(values)} rows and columns, all of them known; give it so"
        )
    if not np.allclose(spread, spread.T, rtol=1e-8) or (
        len(spread) and np.linalg.eigvalsh(spread)[0] < -1e-8 * np.trace(spread)
    ):
        raise RankingError(
            "rank sets: the covariance is not symmetric, or has a negative variance; check how it was made"
        )
    return values, (spread + spread.T) / 2


def _check_settings(level: float, replicates: int) -> None:
    if not LEAST_LEVEL <= level < 1:
        raise RankingError(f"rank sets: the level is {level}; write a share from 0.5 to below 1, such as 0.95")
    if replicates < FEWEST_REPLICATES:
        raise RankingError(f"rank sets: {replicates} replicates are too few; write at least {FEWEST_REPLICATES}")
