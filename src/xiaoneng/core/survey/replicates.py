"""Replicates: the same figure from many slightly different samples, for figures that no formula covers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import DesignError
from .coding import FloatArray
from .design import Design

Statistic = Callable[[FloatArray], Any]
Refit = Callable[[FloatArray], FloatArray]
_MOST_KEPT = 50_000  # replicates; beyond that the fast path or the formulas answer


@dataclass(frozen=True)
class Replicates:
    """How often the sample is taken anew, each with its weights and how much its square counts.

    Out     counts_of: of each replicate, its share in the variance; is_mse: deviations are from the full sample's
            figure (the mse form), else from the mean of the replicates
    """

    design: Design
    counts_of: FloatArray
    factors: Callable[[int], FloatArray]
    refit: Refit | None = None
    is_mse: bool = False

    def __len__(self) -> int:
        return len(self.counts_of)

    def weights(self) -> Iterator[FloatArray]:
        """The weights of each replicate; fitted anew where the design asks for it."""
        base = self.design.adjustments[0].before if self.refit and self.design.adjustments else self.design.weights
        for number in range(len(self)):
            weights = base * self.factors(number)
            yield self.refit(weights) if self.refit else weights

    def refitted(self, refit: Refit) -> Replicates:
        """The same replicates whose weights are each fitted anew, such as raked: `refit` gives new weights for weights."""
        return replace(self, refit=refit)

    def estimate(self, statistic: Statistic) -> tuple[FloatArray, FloatArray]:
        """A figure, or several, and the covariance between them.

        In      statistic: gives a number, or a list of numbers, for weights of the rows
        Raises  DesignError where it gives none in some replicate
        """
        full = np.atleast_1d(np.asarray(statistic(self.design.weights), dtype=np.float64))
        found = np.array([np.atleast_1d(np.asarray(statistic(each), dtype=np.float64)) for each in self.weights()])
        if not np.isfinite(found).all():
            place = int(np.argmax(~np.isfinite(found).all(axis=1)))
            raise DesignError(
                f"the figure is unknown in replicate {place + 1} of {len(self)}; use one that every sample has"
            )
        counted = found[self.counts_of > 0]  # those of a stratum that was drawn whole do not count
        away = found - (counted.mean(axis=0) if len(counted) and not self.is_mse else full)
        covariance: FloatArray = (away * self.counts_of[:, None]).T @ away
        return full, covariance


def jackknife(design: Design, *, is_mse: bool = False) -> Replicates:
    """Leave out one cluster (row, where there are none) at a time; the others of its stratum stand in for it.

    In      is_mse: deviations from the full sample's figure, else from the mean of the replicates
    Out     with one stratum this is JK1, else JKn; the correction of the first stage enters, later stages do not
    Raises  DesignError where a stratum has one unit, or there are too many clusters to leave out one by one
    Source  Wolter 2007, chapter 4; Rao & Shao 1985 on the stratified form
    """
    first = design.stages[0]
    if len(first.group) > _MOST_KEPT:
        raise DesignError(
            f"{len(first.group)} clusters cannot be left out one by one; use the formulas, or the bootstrap"
        )
    left = 1 - first.fraction
    if ((first.sampled < 2) & (left > 1e-9)).any():
        raise DesignError("a stratum of one unit cannot do without it; take it together with a neighbour")
    sampled = first.sampled.astype(np.float64)
    counts = (left * (sampled - 1) / sampled)[first.group]
    row_group = first.group[first.unit]

    def factors(number: int) -> FloatArray:
        group = first.group[number]
        if sampled[group] < 2:  # the whole of its stratum: nobody stands in for it, and it does not vary
            return np.ones(design.rows)
        grown = np.where(row_group == group, sampled[group] / (sampled[group] - 1), 1.0)
        return np.where(first.unit == number, 0.0, grown)

    return Replicates(design, counts, factors, is_mse=is_mse)


def bootstrap(design: Design, *, replicates: int, seed: int) -> Replicates:
    """Draw n - 1 clusters of every stratum anew, with replacement; the same seed draws the same.

    Out     the draw counts as with replacement: population sizes are not used
    Raises  DesignError where a stratum has one unit, or fewer than 2 replicates are asked for
    Source  Rao & Wu 1988; Rao, Wu & Yue 1992
    """
    first = design.stages[0]
    if replicates < 2:
        raise DesignError(f"{replicates} replicates show no spread; ask for some hundreds")
    if (first.sampled < 2).any():
        raise DesignError("a stratum of one unit cannot be drawn anew; take it together with a neighbour")
    members = [np.flatnonzero(first.group == group) for group in range(len(first.sampled))]

    def factors(number: int) -> FloatArray:
        chance = np.random.Generator(np.random.PCG64([seed, number]))
        drawn = np.zeros(len(first.group))
        for units in members:
            n = len(units)
            drawn[units] = chance.multinomial(n - 1, np.full(n, 1 / n)) * n / (n - 1)
        return drawn[first.unit]

    return Replicates(design, np.full(replicates, 1 / replicates), factors)
