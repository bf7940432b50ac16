"""What is left of a mark when the appraisee, the stratum and the strictness of the ballot are taken out.

Every stratum has its own effect of each appraisee, so that a township that rightly finds its own office better than others do
does not make its ballots look alike; every ballot has its own strictness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .ballots import Ballots, Bools, Floats, Ints

_ROUNDS = 200
_ENOUGH = 1e-10


@dataclass(frozen=True)
class Residuals:
    """Parts of the marks: `deviations` still hold the strictness of the ballot, `residuals` do not; both 0 where no mark is.

    units are the residuals at length 1; a ballot whose residuals do not vary has length 0 (`has_direction` false).
    """

    rated: Bools
    strata: Ints
    columns: Floats  # strata × appraisees
    rows: Floats
    deviations: Floats
    residuals: Floats
    units: Floats
    has_direction: Bools


def residuals(ballots: Ballots) -> Residuals:
    """Fit mark = appraisee in its stratum + strictness of the ballot by alternating means, and keep what is left.

    In      ballots: with gaps; the fit is least squares over the marks that are there
    Out     Residuals; a straight-lined ballot has no direction: after its stratum's columns it would only mirror their means
    Source  docs/methods/screening.md, "What is compared"
    """
    marks = ballots.marks
    rated = ~np.isnan(marks)
    _, strata = np.unique(ballots.strata, return_inverse=True)
    filled = np.where(rated, marks, 0.0)
    count = int(strata.max(initial=-1)) + 1
    in_row = np.maximum(rated.sum(axis=1), 1)
    in_column = np.maximum(_by_stratum(rated.astype(float), strata, count), 1)
    rows = np.zeros(len(marks))
    columns = np.zeros((count, marks.shape[1]))
    scale = max(1.0, ballots.top - ballots.lowest)
    for _ in range(_ROUNDS):
        columns = _by_stratum(np.where(rated, filled - rows[:, None], 0.0), strata, count) / in_column
        fitted = np.where(rated, filled - columns[strata], 0.0).sum(axis=1) / in_row
        moved = np.abs(fitted - rows).max(initial=0.0)
        rows = fitted
        if moved < _ENOUGH * scale:
            break
    # Strictness is centred inside its stratum: otherwise columns and rows could trade a constant.
    centre = np.bincount(strata, rows, count) / np.maximum(np.bincount(strata, minlength=count), 1)
    rows, columns = rows - centre[strata], columns + centre[:, None]
    deviations = np.where(rated, filled - columns[strata], 0.0)
    left = np.where(rated, deviations - rows[:, None], 0.0)
    if ballots.weights is not None:
        weighed = left * np.sqrt(ballots.weights / ballots.weights.mean())
    else:
        weighed = left
    lengths = np.sqrt((weighed**2).sum(axis=1))
    has_direction = (lengths > 1e-9 * scale) & ~is_straight(marks)
    units = np.where(has_direction[:, None], weighed / np.where(has_direction, lengths, 1.0)[:, None], 0.0)
    return Residuals(rated, strata.astype(np.int64), columns, rows, deviations, left, units, has_direction)


def is_straight(marks: Floats) -> Bools:
    """Whether a ballot gave one and the same mark throughout; ballots with fewer than two marks have no variance either."""
    filled_low = np.where(np.isnan(marks), np.inf, marks).min(axis=1)
    filled_high = np.where(np.isnan(marks), -np.inf, marks).max(axis=1)
    return np.asarray(filled_low >= filled_high, np.bool_)


def _by_stratum(values: Floats, strata: Ints, count: int) -> Floats:
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, strata, values)
    return sums
