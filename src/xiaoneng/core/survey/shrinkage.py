"""Few ballots (票数少): estimates drawn towards the mean, the more the less sure they are.

Where agencies differ no more than chance explains, every one of them gets the mean, and the result says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from ..errors import RatersError
from ..words import say
from .reml import Floats

LEAST_AREAS = 15  # for a regression mean
_RUNGS = 80  # tried values of the variance between units, each a quarter above the one before


@dataclass(frozen=True)
class Shrunk:
    """Estimates and what they become; one value a unit, NaN where the estimate or its variance is unknown.

    Units   of the estimates; tau2: their square; i2: per cent of the spread that chance does not explain; kept_share: 0 to 1
    """

    estimates: Floats
    shrunk: Floats
    shrunk_se: Floats
    kept_share: Floats  # of the distance to the mean
    means: Floats  # what each is drawn towards
    coefficients: Floats  # of the mean: one alone, or one a column of the regression
    coefficients_se: Floats
    tau2: float
    q: float  # Cochran's
    freedom: int
    i2: float
    knapp_hartung: tuple[float, float]  # interval of the mean; NaN for a regression
    prediction: tuple[float, float]  # where a further unit's true value lies, 95 %; NaN for a regression

    @property
    def mu(self) -> float:
        return float(self.coefficients[0])

    @property
    def mu_se(self) -> float:
        return float(self.coefficients_se[0])

    @property
    def has_difference(self) -> bool:
        """Whether the units differ by more than chance; where not, they must not be ranked."""
        return self.tau2 > 0

    def told(self, language: str = "zh") -> str:
        """Whether a difference was shown, in words."""
        return say("raters_difference" if self.has_difference else "raters_no_difference", language)


def james_stein(estimates: Sequence[float] | Floats, *, variance: float) -> tuple[Floats, float]:
    """Estimates of equal precision drawn towards their mean, and the share of the distance that each keeps.

    In      variance: of each estimate
    Raises  RatersError for fewer than four estimates, an unknown one, or a variance that is not above zero
    Source  Efron and Morris 1975 (the positive part)
    """
    values = np.asarray(estimates, dtype=np.float64)
    if len(values) < 4 or np.isnan(values).any() or not variance > 0:
        raise RatersError("drawing towards the mean needs at least four known estimates and a variance above zero")
    mean = float(values.mean())
    spread = float(((values - mean) ** 2).sum())
    kept = max(0.0, 1 - (len(values) - 3) * variance / spread) if spread else 0.0
    return mean + kept * (values - mean), kept


def shrink(estimates: Sequence[float] | Floats, variances: Sequence[float] | Floats, *, method: str = "reml") -> Shrunk:
    """Estimates of unequal precision, each drawn towards the common mean.

    In      variances: of each estimate, taken as known; NaN for either where unknown. method: "reml", or "dl" (DerSimonian-Laird)
    Out     Shrunk; the standard errors of the shrunk values take tau2 as known
    Raises  RatersError for fewer than three known units, a variance that is not above zero, or another method
    Source  DerSimonian and Laird 1986; Viechtbauer 2005 (REML); Knapp and Hartung 2003; Higgins, Thompson, Spiegelhalter 2009
    """
    values, spreads = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    known = _known(values, spreads, least=3)
    design = np.ones((len(values), 1))
    tau2 = _tau2(values[known], spreads[known], design[known], method)
    return _shrunk(values, spreads, design, known, tau2, extra=False)


def shrink_to_regression(
    estimates: Sequence[float] | Floats,
    variances: Sequence[float] | Floats,
    covariates: Sequence[Sequence[float]] | Floats,
) -> Shrunk:
    """Estimates of areas, each drawn towards what its covariates foretell (Fay-Herriot).

    In      covariates: one row an area, one column a covariate, all known; the constant is added
    Out     Shrunk; the standard errors count that tau2 is estimated
    Raises  RatersError for fewer than 15 areas, fewer than three more areas than coefficients, or covariates that repeat each other
    Source  Fay and Herriot 1979; Datta and Lahiri 2000 (mean squared error with REML)
    """
    values, spreads = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    known = _known(values, spreads, least=LEAST_AREAS)
    given = np.asarray(covariates, dtype=np.float64).reshape(len(values), -1)
    design = np.column_stack([np.ones(len(values)), given])
    if np.isnan(design).any():
        raise RatersError("a covariate is unknown for some area: complete it, or leave the covariate out")
    if np.linalg.matrix_rank(design[known]) < design.shape[1] or known.sum() < design.shape[1] + 3:
        raise RatersError(
            f"{design.shape[1] - 1} covariates over {int(known.sum())} areas repeat each other or are too many: "
            "leave some out"
        )
    tau2 = _tau2(values[known], spreads[known], design[known], "reml")
    return _shrunk(values, spreads, design, known, tau2, extra=True)


def _known(values: Floats, spreads: Floats, *, least: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if values.shape != spreads.shape:
        raise RatersError(f"{len(values)} estimates but {len(spreads)} variances: give one of each a unit")
    known = ~(np.isnan(values) | np.isnan(spreads))
    if known.sum() < least:
        raise RatersError(
            f"only {int(known.sum())} units have an estimate with a known variance, at least {least} are needed: "
            "publish the estimates as they are, with their intervals"
        )
    if (spreads[known] <= 0).any():
        raise RatersError(
            "a variance is not above zero: an estimate without uncertainty cannot be weighed; give NaN if unknown"
        )
    return np.asarray(known)


def _projection(spreads: Floats, design: Floats, tau2: float) -> Floats:
    """W - W X (X' W X)^-1 X' W, with W the inverse of variance plus tau2."""
    weighted = design / (spreads + tau2)[:, None]
    found = np.diag(1 / (spreads + tau2)) - weighted @ np.linalg.solve(design.T @ weighted, weighted.T)
    return np.asarray(found, dtype=np.float64)


def _tau2(values: Floats, spreads: Floats, design: Floats, method: str) -> float:
    """The variance between units: by moments, or at the top of the restricted likelihood."""
    plain = _projection(spreads, design, 0.0)
    freedom = len(values) - design.shape[1]
    moments: float = max(0.0, (float(values @ plain @ values) - freedom) / float(np.trace(plain)))
    if method == "dl":
        return moments
    if method != "reml":
        raise RatersError(f"there is no method {method!r} for the variance between units: it is 'reml' or 'dl'")
    return _highest(values, spreads, design)


def _highest(values: Floats, spreads: Floats, design: Floats) -> float:
    """The top of the restricted likelihood: the best of a ladder, then the root of the slope beside it.

    Scoring step by step may swing about its aim for ever, and may climb the lower of two tops.
    """

    def slope(tau2: float) -> float:
        matrix = _projection(spreads, design, tau2)
        rest = matrix @ values
        return float(rest @ rest) - float(np.trace(matrix))

    def height(tau2: float) -> float:
        weights = 1 / (spreads + tau2)
        size = np.linalg.slogdet(design.T @ (design * weights[:, None]))[1] - np.log(weights).sum()
        return -float(size) - float(values @ _projection(spreads, design, tau2) @ values)

    room = len(values) * float(np.ptp(values)) ** 2
    top = room + float(np.sqrt(room * spreads.max()))  # above it the slope is below zero
    if top == 0:
        return 0.0
    ladder = np.concatenate([[0.0], np.geomspace(top * 1e-8, top, _RUNGS)])
    best = int(np.argmax([height(tau2) for tau2 in ladder]))
    first, last = (best, best + 1) if slope(ladder[best]) > 0 else (best - 1, best)
    if first < 0:
        return 0.0
    if last > _RUNGS or slope(ladder[first]) * slope(ladder[last]) >= 0:
        return float(ladder[best])
    return float(optimize.brentq(slope, ladder[first], ladder[last], xtol=1e-14 * top, rtol=1e-14))


def _shrunk(
    values: Floats,
    spreads: Floats,
    design: Floats,
    known: np.ndarray[tuple[int], np.dtype[np.bool_]],
    tau2: float,
    *,
    extra: bool,
) -> Shrunk:
    there, of_there, rows = values[known], spreads[known], design[known]
    freedom = len(there) - design.shape[1]
    weights = 1 / (of_there + tau2)
    covariance = np.linalg.inv(rows.T @ (rows * weights[:, None]))
    coefficients = covariance @ (rows.T @ (weights * there))
    q = float(there @ _projection(of_there, rows, 0.0) @ there)
    means = design @ coefficients
    kept = tau2 / (spreads + tau2)
    own = np.einsum("ij,jk,ik->i", design, covariance, design)
    error = kept * spreads + (1 - kept) ** 2 * own
    if extra:  # that tau2 is estimated, twice (Datta and Lahiri 2000)
        error = error + 2 * spreads**2 / (spreads + tau2) ** 3 * 2 / float((weights**2).sum())
    unknown = np.where(known, 0.0, np.nan)
    alone = design.shape[1] == 1
    return Shrunk(
        estimates=values,
        shrunk=means + kept * (values - means) + unknown,
        shrunk_se=np.sqrt(error) + unknown,
        kept_share=kept + unknown,
        means=means,
        coefficients=coefficients,
        coefficients_se=np.sqrt(np.diagonal(covariance)),
        tau2=tau2,
        q=q,
        freedom=freedom,
        i2=max(0.0, 100 * (q - freedom) / q) if q else 0.0,
        knapp_hartung=_knapp_hartung(there, weights, coefficients[0]) if alone else (np.nan, np.nan),
        prediction=_prediction(coefficients[0], covariance[0, 0], tau2) if alone else (np.nan, np.nan),
    )


def _knapp_hartung(values: Floats, weights: Floats, mu: float) -> tuple[float, float]:
    freedom = len(values) - 1
    error = float(np.sqrt((weights * (values - mu) ** 2).sum() / (freedom * weights.sum())))
    half = float(stats.t.ppf(0.975, freedom)) * error
    return float(mu) - half, float(mu) + half


def _prediction(mu: float, variance: float, tau2: float) -> tuple[float, float]:
    half = float(stats.norm.ppf(0.975)) * float(np.sqrt(tau2 + variance))
    return float(mu) - half, float(mu) + half


@dataclass(frozen=True)
class ShrunkShares:
    """Shares drawn towards the common share; `pull` is the number of imagined ballots that draw, infinite without a difference."""

    shares: Floats  # as counted; NaN without ballots
    shrunk: Floats
    shrunk_se: Floats
    mean_share: float
    pull: float

    @property
    def has_difference(self) -> bool:
        return bool(np.isfinite(self.pull))

    def told(self, language: str = "zh") -> str:
        """Whether a difference was shown, in words."""
        return say("raters_difference" if self.has_difference else "raters_no_difference", language)


def shrink_shares(yes: Sequence[float] | Floats, ballots: Sequence[float] | Floats) -> ShrunkShares:
    """Shares of satisfied ballots, drawn towards the common share: (yes + m k) / (ballots + k).

    In      yes, ballots: counts a unit
    Out     a unit without ballots gets the mean share as its shrunk value and NaN as its share
    Raises  RatersError where fewer than two units have ballots, or a count is below zero or above its ballots
    Source  Kleinman 1973 (moments of the beta-binomial; weights are the ballots)
    """
    counted, sizes = np.asarray(yes, dtype=np.float64), np.asarray(ballots, dtype=np.float64)
    if counted.shape != sizes.shape or not ((counted >= 0) & (counted <= sizes)).all() or (sizes > 0).sum() < 2:
        raise RatersError(
            "shares need counts between 0 and the number of ballots, one of each a unit, and ballots in two units at least"
        )
    shares = np.divide(counted, sizes, out=np.full(len(sizes), np.nan), where=sizes > 0)
    total, units = float(sizes.sum()), int((sizes > 0).sum())
    mean = float(counted.sum()) / total
    spread = mean * (1 - mean)
    pull = float("inf")
    if spread > 0:
        beyond = float(np.nansum(sizes * (shares - mean) ** 2)) / spread - (units - 1)
        room = total - float((sizes**2).sum()) / total - (units - 1)
        if beyond > 0 and room > 0:
            likeness = min(beyond / room, 1.0)  # the correlation of two ballots on the same unit
            pull = (1 - likeness) / likeness
    if not np.isfinite(pull):
        error = float(np.sqrt(spread / total))
        return ShrunkShares(shares, np.full(len(sizes), mean), np.full(len(sizes), error), mean, pull)
    drawn = np.divide(counted + mean * pull, sizes + pull, out=np.full(len(sizes), mean), where=sizes + pull > 0)
    return ShrunkShares(shares, drawn, np.sqrt(drawn * (1 - drawn) / (sizes + pull + 1)), mean, pull)
