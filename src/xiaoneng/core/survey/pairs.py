"""Which of these two served you better (两两比较): strengths from pairs, the question that straight-lining cannot spoil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit, xlogy

from ..errors import RatersError
from .reml import Floats

_ROUNDS = 100


@dataclass(frozen=True)
class Strengths:
    """Log odds of being preferred to the reference, which stands at 0; a standard error each, that of the reference 0."""

    strengths: Floats
    se: Floats
    deviance: float
    freedom: int


def bradley_terry(wins: Sequence[Sequence[float]] | Floats, *, reference: int = 0) -> Strengths:
    """Strengths of units from how often each was preferred to each.

    In      wins[i][j]: how often i was preferred to j
    Raises  RatersError where the table is not square or holds a count below zero, or where a group of units was never preferred to
            the rest, so that no strength fits
    Source  Bradley and Terry 1952; Ford 1957 (when the estimates exist); Newton's method
    """
    table = np.array(wins, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < 2 or not (table >= 0).all():
        raise RatersError("pairs need a square table of counts, one row and one column a unit, at least two units")
    np.fill_diagonal(table, 0)
    if sparse.csgraph.connected_components(sparse.csr_array(table), connection="strong")[0] > 1:
        raise RatersError(
            "some units were always preferred, or never: their strength has no bound; ask more pairs, or leave them out"
        )
    asked = table + table.T
    free = np.arange(len(table)) != reference
    strengths = np.zeros(len(table))
    information = np.empty_like(asked)
    for _ in range(_ROUNDS):
        chance = expit(strengths[:, None] - strengths[None, :])
        weight = asked * chance * (1 - chance)
        information = np.diag(weight.sum(axis=1)) - weight
        step = np.linalg.solve(information[np.ix_(free, free)], (table - asked * chance).sum(axis=1)[free])
        strengths[free] += step / max(1.0, float(np.abs(step).max()))  # never more than one in the log odds at once
        if np.abs(step).max() < 1e-12:
            break
    se = np.zeros(len(table))
    se[free] = np.sqrt(np.diagonal(np.linalg.inv(information[np.ix_(free, free)])))
    expected = asked * expit(strengths[:, None] - strengths[None, :])
    deviance = 2 * float(xlogy(table, np.where(table > 0, table / np.where(expected > 0, expected, 1), 1)).sum())
    pairs = int((np.triu(asked) > 0).sum())
    return Strengths(strengths, se, deviance, pairs - int(free.sum()))
