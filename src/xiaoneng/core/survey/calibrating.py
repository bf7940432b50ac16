"""Calibration (校准): weights as near as possible to those of the draw that meet known totals of any columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from scipy import sparse

from ..errors import WeightingError
from .adjusting import Adjustment
from .coding import FloatArray, Labels, numbers
from .design import Design
from .notes import Note

_ROUNDS = 100
_NEAR = 1e-12  # of a total, relative

Method = Literal["linear", "raking", "logit"]
_Growth = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


def calibrate(
    design: Design,
    columns: Mapping[str, Labels],
    totals: Mapping[str, float],
    *,
    method: Method = "linear",
    bounds: tuple[float, float] = (0.0, np.inf),
) -> Design:
    """The design with weights under which the columns sum to their known totals.

    In      columns: numbers by name (a column of ones for the size of the population, 0 and 1 for a category);
            totals: of each; method: "linear" (the regression estimator, whose weights may fall below 0), "raking"
            (factors by powers of e), "logit" (factors stay between the bounds); bounds: of the factor, for "logit"
    Out     standard errors take what the columns do not explain
    Raises  WeightingError where a total is missing, the columns depend on each other, or no weights meet the totals
    Source  Deville & Särndal 1992, cases 1, 2 and 6
    """
    matrix = np.column_stack([numbers(column, name, rows=design.rows) for name, column in columns.items()])
    if missing := [name for name in columns if name not in totals]:
        raise WeightingError(f"the total of {missing[0]} is not given; give one total a column")
    if not np.isfinite(matrix).all():
        name = list(columns)[int(np.argmax(~np.isfinite(matrix).all(axis=0)))]
        raise WeightingError(f"{name}: unknown in some row; weights are fitted to columns that every row has")
    target = np.array([float(totals[name]) for name in columns])
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise WeightingError(f"the columns {', '.join(columns)} depend on each other; leave one of them out")
    sizes = np.abs(matrix).max(axis=0)  # columns of one size, lest a column of large numbers drown the others
    factor, rounds = _fitted(matrix / sizes, design.weights, target / sizes, _growth(method, bounds), method)
    weights = design.weights * factor
    note = Note("survey_calibrated", {"columns": "、".join(columns), "rounds": rounds})
    notes = [note]
    if below := int((weights <= 0).sum()):
        notes.append(Note("survey_weights_below_zero", {"n": below}))
    safe = np.where(weights == 0, np.finfo(float).tiny, weights)
    return design.with_weights(weights, *notes, adjustment=Adjustment(sparse.csr_matrix(matrix), design.weights, safe))


def _growth(method: Method, bounds: tuple[float, float]) -> _Growth:
    """The factor of a weight as a function of the fit, with its slope."""
    if method == "linear":
        return lambda u: (1 + u, np.ones_like(u))
    if method == "raking":
        return lambda u: (np.exp(np.minimum(u, 50.0)), np.exp(np.minimum(u, 50.0)))
    low, high = bounds
    if not (0 <= low < 1 < high < np.inf):
        raise WeightingError(f"bounds {low:g} and {high:g}: the factors of a weight lie around 1, such as 0.5 and 2")
    pace = (high - low) / ((1 - low) * (high - 1))

    def logit(u: FloatArray) -> tuple[FloatArray, FloatArray]:
        grown = np.exp(np.clip(pace * u, -500.0, 500.0))
        below = (high - 1) + (1 - low) * grown
        factor = (low * (high - 1) + high * (1 - low) * grown) / below
        return factor, (factor - low) * (high - factor) * pace / (high - low)

    return logit


def _fitted(
    matrix: FloatArray, weights: FloatArray, target: FloatArray, growth: _Growth, method: str
) -> tuple[FloatArray, int]:
    """The factors, by Newton's steps on the totals that are still missed."""
    scale = np.maximum(np.abs(target), np.abs(matrix).T @ weights)
    pull = np.zeros(matrix.shape[1])
    for round_no in range(_ROUNDS):
        factor, slope = growth(matrix @ pull)
        missed = target - matrix.T @ (weights * factor)
        if (np.abs(missed) <= _NEAR * scale).all():
            return factor, round_no
        inner = matrix.T @ (matrix * (weights * slope)[:, None])
        step = np.linalg.lstsq(inner, missed, rcond=None)[0]
        if not np.isfinite(step).all():
            break
        pull = pull + step
    raise WeightingError(
        f"no weights of the kind {method} meet the totals: they lie too far from what the sample shows; widen the bounds, "
        "merge categories, or check the totals"
    )
