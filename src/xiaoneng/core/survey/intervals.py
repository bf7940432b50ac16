"""Intervals of a share: of a few plain ballots, and of a weighted sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from scipy import stats

from ..errors import DesignError
from .coding import FloatArray, Labels, numbers
from .design import Design
from .estimates import estimate_means
from .notes import Note
from .results import Estimates, quantile_of

Kind = Literal["logit", "wilson", "korn_graubard", "t"]


def wilson(hits: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a share; `n` may be an effective number that is not whole.

    Raises  DesignError where n is not above 0, or the hits are not between 0 and n
    Source  Wilson 1927; method 3 of Newcombe 1998
    """
    share = _share(hits, n)
    z = quantile_of((1 + level) / 2, float("inf"))
    middle = share + z * z / (2 * n)
    half = z * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    grown = 1 + z * z / n
    # Exactly 0 or 1 at the ends, where rounding would leave 1e-17
    return (0.0 if hits == 0 else (middle - half) / grown), (1.0 if hits == n else (middle + half) / grown)


def agresti_coull(hits: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    """The interval around the middle of Wilson's.

    Raises  DesignError where n is not above 0, or the hits are not between 0 and n
    Source  Agresti & Coull 1998
    """
    _share(hits, n)
    z = quantile_of((1 + level) / 2, float("inf"))
    grown = n + z * z
    middle = (hits + z * z / 2) / grown
    half = z * float(np.sqrt(middle * (1 - middle) / grown))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def clopper_pearson(hits: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    """The interval that inverts the exact binomial test; never shorter than its level promises.

    Raises  DesignError where n is not above 0, or the hits are not between 0 and n
    Source  Clopper & Pearson 1934
    """
    _share(hits, n)
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(stats.beta.ppf(tail, hits, n - hits + 1))
    high = 1.0 if hits == n else float(stats.beta.ppf(1 - tail, hits + 1, n - hits))
    return low, high


def _share(hits: float, n: float) -> float:
    if not n > 0:
        raise DesignError(f"a share of {n} ballots has no interval; give a number above 0")
    if not 0 <= hits <= n:
        raise DesignError(f"{hits} of {n}: the hits lie between 0 and the number of ballots; correct one of them")
    return hits / n


def estimate_shares(
    design: Design,
    is_yes: Labels | Mapping[str, Labels],
    *,
    by: Labels | Mapping[str, Labels] | None = None,
    level: float = 0.95,
    interval: Kind = "logit",
    with_covariance: bool = True,
) -> Estimates:
    """Weighted shares: means of 0 and 1 whose intervals stay between 0 and 1.

    In      is_yes: true, false or 1, 0; unknown (NaN) is left out; interval: "logit" symmetric on the scale of the log odds;
            "korn_graubard" exact with an effective number of ballots, for few; "wilson" the score interval with it;
            "t" the plain symmetric one, which may leave 0 to 1
    Out     a share of 0 or 1 has no spread of its own: "logit" then gives Wilson's interval, which is noted
    Raises  DesignError where a value is neither 0 nor 1
    Source  Korn & Graubard 1998; Korn & Graubard 1999, section 3.2 on the log odds
    """
    columns = is_yes if isinstance(is_yes, Mapping) else {"value": is_yes}
    for name, column in columns.items():
        found = numbers(column, name, rows=design.rows)
        if not np.isin(found[~np.isnan(found)], (0, 1)).all():
            place = int(np.argmax(~np.isnan(found) & ~np.isin(found, (0, 1))))
            raise DesignError(
                f"{name}: {found[place]:g} in row {place + 1} is neither 0 nor 1; a share is made of yes and no"
            )
    means = estimate_means(design, is_yes, by=by, level=level, with_covariance=with_covariance)
    if interval == "t":
        return means
    bounds = {"logit": _logit, "wilson": _wilson, "korn_graubard": _korn_graubard}[interval]
    found_bounds = [bounds(means, at) for at in range(len(means))]
    notes = means.notes
    if interval == "logit" and (edge := int(np.isin(means.estimate, (0.0, 1.0)).sum())):
        notes = (*notes, Note("survey_share_at_the_end", {"n": edge}))
    low, high = (np.array(side, dtype=np.float64) for side in zip(*found_bounds, strict=True))
    return replace(means, ci_low=low, ci_high=high, notes=notes)


def effective_number(means: Estimates, at: int) -> float:
    """How many ballots of a plain draw would tell the share as surely, degrees of freedom allowed for.

    Where everybody answered alike the sample's own spread says nothing: the number by the weights alone.
    Source  Korn & Graubard 1998
    """
    share, variance, n = float(means.estimate[at]), float(means.se[at]) ** 2, int(means.n[at])
    if not variance > 0 or n < 2 or not means.df > 0:
        return float(means.n_eff[at])
    ratio = quantile_of((1 + means.level) / 2, n - 1) / quantile_of((1 + means.level) / 2, means.df)
    return share * (1 - share) / variance * ratio**2


def _logit(means: Estimates, at: int) -> tuple[float, float]:
    share, se = float(means.estimate[at]), float(means.se[at])
    if share in (0.0, 1.0):
        return wilson(share * float(means.n_eff[at]), float(means.n_eff[at]), level=means.level)
    if np.isnan(share):
        return float("nan"), float("nan")
    half = quantile_of((1 + means.level) / 2, means.df) * se / (share * (1 - share))
    odds = np.log(share / (1 - share))
    return float(1 / (1 + np.exp(half - odds))), float(1 / (1 + np.exp(-half - odds)))


def _wilson(means: Estimates, at: int) -> tuple[float, float]:
    share, n = float(means.estimate[at]), effective_number(means, at)
    return wilson(share * n, n, level=means.level) if n > 0 else (float("nan"), float("nan"))


def _korn_graubard(means: Estimates, at: int) -> tuple[float, float]:
    share, n = float(means.estimate[at]), effective_number(means, at)
    return clopper_pearson(share * n, n, level=means.level) if n > 0 else (float("nan"), float("nan"))


def kish_n_eff(weights: FloatArray) -> float:
    """(sum w)^2 / sum w^2: how many equally weighted rows tell as much (Kish 1965, section 11.7)."""
    return float(weights.sum() ** 2 / (weights @ weights))


def kish_deff(weights: FloatArray) -> float:
    """Rows over their effective number: by how much unequal weights alone raise a variance (Kish 1965, section 11.7)."""
    return len(weights) / kish_n_eff(weights)
