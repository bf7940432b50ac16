"""Linear and logistic regression on a sample, with the standard errors of its design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import DesignError
from .coding import FloatArray, Labels, numbers
from .design import Design
from .results import quantile_of, two_sided
from .variance import covariance

_ROUNDS = 50
_NEAR = 1e-12


@dataclass(frozen=True)
class Regression:
    """Coefficients of a regression. df: clusters less strata of the rows used, plus 1, less the coefficients."""

    terms: tuple[str, ...]
    estimate: FloatArray
    se: FloatArray
    df: int
    covariance: FloatArray
    n: int
    level: float = 0.95

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a coefficient."""
        half = quantile_of((1 + self.level) / 2, self.df)
        return [
            {
                "term": term,
                "estimate": float(one),
                "se": float(se),
                "t": float(one / se),
                "p": two_sided(float(one / se), self.df),
                "ci_low": float(one - half * se),
                "ci_high": float(one + half * se),
            }
            for term, one, se in zip(self.terms, self.estimate, self.se, strict=True)
        ]


def regress(
    design: Design,
    outcome: Labels,
    predictors: Mapping[str, Labels],
    *,
    family: Literal["linear", "logit"] = "linear",
    level: float = 0.95,
) -> Regression:
    """Weighted regression of an outcome on numeric columns, with an intercept.

    In      outcome: a number, 0 or 1 for "logit"; predictors: columns by name; a row with anything unknown is left out,
            and counts as outside the domain of the others
    Raises  DesignError where the columns depend on each other, too few rows are left, or the fit does not settle
    Source  Binder 1983; Fuller 1975
    """
    columns = {"intercept": np.ones(design.rows)}
    columns |= {name: numbers(column, name, rows=design.rows) for name, column in predictors.items()}
    matrix, y = np.column_stack(list(columns.values())), numbers(outcome, "outcome", rows=design.rows)
    is_in = np.isfinite(matrix).all(axis=1) & np.isfinite(y)
    x, y, weight = matrix[is_in], y[is_in], design.weights[is_in]
    if len(y) <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        raise DesignError(
            f"{len(y)} rows cannot tell {x.shape[1]} coefficients apart ({', '.join(columns)}); leave out a column that "
            "the others already give"
        )
    weight = weight / weight.mean()
    if family == "logit" and not np.isin(y, (0, 1)).all():
        raise DesignError("the outcome of a logistic regression is 0 or 1; code it so, or choose a linear regression")
    estimate, inner, left = _linear(x, y, weight) if family == "linear" else _logit(x, y, weight)
    scores = np.zeros((design.rows, x.shape[1]))
    scores[is_in] = (x * (weight * left)[:, None]) @ inner
    matrix = covariance(design, scores)
    df = design.df_of(is_in) + 1 - x.shape[1]
    return Regression(tuple(columns), estimate, np.sqrt(np.diag(matrix)), df, matrix, len(y), level)


def _linear(x: FloatArray, y: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Coefficients, the inverse of the weighted squares, what is left of the outcome."""
    inner: FloatArray = np.linalg.inv(x.T @ (x * weight[:, None])).astype(np.float64)
    estimate = inner @ (x.T @ (weight * y))
    return estimate, inner, y - x @ estimate


def _logit(x: FloatArray, y: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The same for the log odds, by Newton's steps."""
    estimate: FloatArray = np.zeros(x.shape[1])
    inner: FloatArray
    for _ in range(_ROUNDS):
        share = 1 / (1 + np.exp(-x @ estimate))
        inner = np.linalg.inv(x.T @ (x * (weight * share * (1 - share))[:, None])).astype(np.float64)
        step = inner @ (x.T @ (weight * (y - share)))
        estimate = estimate + step
        if np.abs(step).max() < _NEAR * max(1.0, float(np.abs(estimate).max())):
            share = 1 / (1 + np.exp(-x @ estimate))
            inner = np.linalg.inv(x.T @ (x * (weight * share * (1 - share))[:, None])).astype(np.float64)
            return estimate, inner, y - share
        if np.abs(estimate).max() > 30:  # odds of 10^13: a column parts the yes from the no
            break
    raise DesignError("the logistic regression does not settle: a column tells yes from no entirely; leave it out")
