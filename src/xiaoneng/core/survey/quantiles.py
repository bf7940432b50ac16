"""Quantiles of a weighted sample, with Woodruff's interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..errors import DesignError
from .coding import FloatArray, Labels, numbers
from .design import Design
from .estimates import domains, estimate_means
from .notes import Note
from .results import Estimates, interval, quantile_of


def estimate_quantiles(
    design: Design,
    values: Labels,
    shares: Sequence[float] = (0.5,),
    *,
    by: Labels | Mapping[str, Labels] | None = None,
    level: float = 0.95,
) -> Estimates:
    """The smallest value up to which at least the share of the weight lies.

    Out     the interval of the share of weight up to the estimate, by Student's t, is read back on the scale of the values;
            a bound whose share is below 0 or above 1 is NaN; the standard error is the interval's length over twice the
            quantile of t, so that it belongs to the level asked for
    Raises  DesignError where a share does not lie between 0 and 1
    Source  Woodruff 1952
    """
    value = numbers(values, "value", rows=design.rows)
    if wrong := [share for share in shares if not 0 < share < 1]:
        raise DesignError(f"there is no quantile of {wrong[0]:g}; give shares between 0 and 1, such as 0.5")
    domain, is_known = domains(design, by), ~np.isnan(value)
    # As after dropping the rows without a value: degrees of freedom of those that are left
    df = design.df_of(is_known)
    found, labels = [], []
    for code, label in enumerate(domain.labels):
        is_in = is_known & (domain.code == code)
        for share in shares:
            found.append(_quantile(design, value, is_in, share, df, level))
            labels.append((*label, *((share,) if len(shares) > 1 else ())))
    estimate, low, high, n, n_eff = (np.array(column) for column in zip(*found, strict=True))
    notes = (
        [Note("survey_values_missing", {"value": "value", "n": int((~is_known).sum())})] if not is_known.all() else []
    )
    return Estimates(
        columns=(*domain.columns, *(("quantile",) if len(shares) > 1 else ())),
        labels=tuple(labels),
        estimate=estimate,
        se=(high - low) / (2 * quantile_of((1 + level) / 2, df)),
        df=df,
        ci_low=low,
        ci_high=high,
        n=n.astype(np.int64),
        n_eff=n_eff,
        notes=(*design.notes, *notes),
        level=level,
    )


def _quantile(
    design: Design, value: FloatArray, is_in: np.ndarray, share: float, df: float, level: float
) -> tuple[float, float, float, int, float]:
    n = int(is_in.sum())
    if not n:
        return float("nan"), float("nan"), float("nan"), 0, float("nan")
    order = np.argsort(value[is_in], kind="stable")
    ordered, weight = value[is_in][order], design.weights[is_in][order]
    reached = np.cumsum(weight) / weight.sum()
    estimate = _at(ordered, reached, share)
    below = estimate_means(design, np.where(is_in, value <= estimate, np.nan), level=level)
    low, high = interval(below.estimate, below.se, df, level)
    bounds = [_at(ordered, reached, float(side[0])) for side in (low, high)]
    return estimate, bounds[0], bounds[1], n, float(below.n_eff[0])


def _at(ordered: FloatArray, reached: FloatArray, share: float) -> float:
    """The smallest value at which the share is reached; NaN outside 0 to 1."""
    if not 0 <= share <= 1:
        return float("nan")
    place = int(np.searchsorted(reached, share * (1 - 1e-13)))  # sums of weights reach a share but for rounding
    return float(ordered[min(place, len(ordered) - 1)])
