"""Estimates with their uncertainty, as they are handed over; and what can be worked out from several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from ..errors import DesignError
from .coding import FloatArray, IntArray
from .notes import Note

Label = tuple[Any, ...]


@dataclass(frozen=True)
class Estimates:
    """One figure a row, each with its uncertainty.

    Out     columns: what the parts of a label are called; labels: one a figure; n: rows that answered;
            n_eff: (sum w)^2 / sum w^2 of these rows (Kish 1965, section 11.7); df: degrees of freedom of the whole design;
            covariance: between all figures, None where it was not asked for; notes: what the reader must know
    Empty   a domain in which nobody answered keeps its row, with NaN
    """

    columns: tuple[str, ...]
    labels: tuple[Label, ...]
    estimate: FloatArray
    se: FloatArray
    df: float
    ci_low: FloatArray
    ci_high: FloatArray
    n: IntArray
    n_eff: FloatArray
    covariance: FloatArray | None = None
    notes: tuple[Note, ...] = ()
    level: float = 0.95

    def __len__(self) -> int:
        return len(self.labels)

    def place(self, *label: Any) -> int:
        """Where a label stands.

        Raises  DesignError where there is none such
        """
        if label not in self.labels:
            raise DesignError(f"no estimate is labelled {label}; there are {', '.join(map(str, self.labels[:10]))}")
        return self.labels.index(label)

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a figure; what is not known is None."""
        figures = [
            {
                "estimate": _plain(self.estimate[at]),
                "se": _plain(self.se[at]),
                "df": _plain(self.df),
                "ci_low": _plain(self.ci_low[at]),
                "ci_high": _plain(self.ci_high[at]),
                "n": int(self.n[at]),
                "n_eff": _plain(self.n_eff[at]),
            }
            for at in range(len(self.labels))
        ]
        heads = (dict(zip(self.columns, label, strict=True)) for label in self.labels)
        return [head | figure for head, figure in zip(heads, figures, strict=True)]

    def correlation(self) -> FloatArray:
        """Correlations between the figures, from their covariance."""
        matrix = self.needed_covariance()
        with np.errstate(invalid="ignore", divide="ignore"):
            correlations: FloatArray = matrix / np.outer(self.se, self.se)
        return correlations

    def needed_covariance(self) -> FloatArray:
        """The covariance.

        Raises  DesignError where it was not asked for when the estimates were made
        """
        if self.covariance is None:
            raise DesignError("these estimates carry no covariance; make them with with_covariance=True")
        return self.covariance


def _plain(value: float) -> float | int | None:
    number = float(value)
    if not np.isfinite(number):
        return None
    return int(number) if isinstance(value, int | np.integer) else number


@dataclass(frozen=True)
class Contrast:
    """A sum of estimates, each times a factor: a difference, a mean of several, a change."""

    estimate: float
    se: float
    df: float
    ci_low: float
    ci_high: float
    t: float
    p: float


def quantile_of(share: float, df: float) -> float:
    """A quantile of Student's t; of the normal distribution where df is infinite; NaN where df is not above 0."""
    if np.isinf(df):
        return float(stats.norm.ppf(share))
    return float(stats.t.ppf(share, df)) if df > 0 else float("nan")


def interval(estimate: FloatArray, se: FloatArray, df: float, level: float) -> tuple[FloatArray, FloatArray]:
    """The symmetric interval; df infinite makes it the normal one."""
    half = quantile_of((1 + level) / 2, df) * se
    return estimate - half, estimate + half


def contrast(estimates: Estimates, factors: Sequence[float], *, df: float | None = None) -> Contrast:
    """The sum of all estimates, each times its factor, with the covariance between them taken into account.

    In      factors: one an estimate; df: degrees of freedom, those of the design where none are given
    Raises  DesignError where the estimates carry no covariance, or there are not as many factors
    """
    factor, freedom = np.asarray(factors, dtype=np.float64), estimates.df if df is None else df
    matrix = estimates.needed_covariance()
    if len(factor) != len(estimates):
        raise DesignError(f"{len(factor)} factors for {len(estimates)} estimates; give one each")
    used = factor != 0
    estimate = float(factor[used] @ estimates.estimate[used])
    se = float(np.sqrt(max(factor[used] @ matrix[np.ix_(used, used)] @ factor[used], 0.0)))
    half = quantile_of((1 + estimates.level) / 2, freedom) * se
    ratio = estimate / se if se > 0 else float("nan")
    return Contrast(estimate, se, freedom, estimate - half, estimate + half, ratio, two_sided(ratio, freedom))


def two_sided(t: float, df: float) -> float:
    """The two-sided p value of Student's t."""
    return float(2 * stats.t.sf(abs(t), df)) if df > 0 and np.isfinite(df) else float(2 * stats.norm.sf(abs(t)))


def difference(estimates: Estimates, first: Label, second: Label) -> Contrast:
    """The first estimate less the second; respondents that they share are taken into account."""
    factors = np.zeros(len(estimates))
    factors[estimates.place(*first)] += 1
    factors[estimates.place(*second)] -= 1
    return contrast(estimates, factors.tolist())
