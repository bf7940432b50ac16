"""Two crossed random effects by restricted maximum likelihood: y = mu + kept effect + eliminated effect + noise.

Henderson's equations (Henderson 1975; Patterson and Thompson 1971), in the scaled form in which a variance may be exactly zero
(Bates, Mächler, Bolker, Walker 2015): both effects are theta times a unit effect, theta the ratio of its standard deviation to
that of the noise. The block of the eliminated effect is diagonal, so it goes first; what remains, the Schur complement, has a row
a level of the kept effect and one for mu. It is dense as soon as ballots rate a dozen agencies each, so it is factorised dense; only
the table of counts is kept sparse. The slope of the likelihood is exact, so that a dozen factorisations suffice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize, sparse

from .threads import one_thread

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

_MOST_THETA = 1e4  # a standard deviation ten thousand times that of the noise: the scores have no noise
_ZERO_THETA = 1e-3  # below it the variance is tried at exactly zero
_NO_NOISE = 1e-14  # of the sum of squares: what is left below it is rounding
_SMALL = 256  # levels: fewer are inverted without threads, which on a busy machine cost more than the work


@dataclass(frozen=True)
class Crossed:
    """A fitted model; arrays hold one value a level.

    Units   mu, kept, eliminated: of the scores; variances: their square; log_likelihood: restricted, natural logarithm
    """

    mu: float
    kept_variance: float
    eliminated_variance: float
    residual_variance: float
    log_likelihood: float
    kept: Floats
    eliminated: Floats
    mu_variance: float
    kept_error_variance: Floats  # of (predicted - true), mu estimated too
    level_error_variance: Floats  # the same of mu + kept
    kept_information: Floats  # diagonal of Z' P Z: variance of the predicted effect over that of the effect squared


@dataclass(frozen=True)
class _Problem:
    """Sums that no theta changes."""

    counts: Any  # kept x eliminated, sparse by rows
    turned: Any  # the same the other way round, sparse by rows
    kept_n: Floats
    eliminated_n: Floats
    kept_sum: Floats
    eliminated_sum: Floats
    square_sum: float
    ratings: int
    shift: float  # taken off the scores before squaring

    def product(self, weights: Floats) -> Floats:
        """counts x weights x counts', dense: the pairs of kept levels that an eliminated level brings together."""
        turned = self.turned.copy()
        turned.data = turned.data * np.repeat(weights, np.diff(turned.indptr))
        return np.asarray((self.counts @ turned).toarray(), dtype=np.float64)


@dataclass(frozen=True)
class _Point:
    """What one pair of thetas gives: the deviance without its constants, its slope, and the parts of the solution."""

    deviance: float
    slope: Floats
    noise: float
    inverse: Floats
    solution: Floats
    eliminated: Floats
    information: Floats


def fit_crossed(scores: Floats, kept: Places, eliminated: Places) -> Crossed:
    """The REML fit of scores with a random effect a level of `kept` and one a level of `eliminated`.

    In      kept, eliminated: the level of each score, from 0 without gaps; the many levels (ballots) are the eliminated ones
    Empty   not for scores without spread: the caller refuses them
    Source  Henderson 1975; Patterson and Thompson 1971; Bates and others 2015
    """
    with one_thread():
        return _fitted(_sums(scores, kept, eliminated))


def _fitted(problem: _Problem) -> Crossed:
    began = _at(problem, np.ones(2)).deviance  # near zero, so that the stop rule is not blunted by a large constant

    def aim(theta: Floats) -> tuple[float, Floats]:
        point = _at(problem, theta)
        return point.deviance - began, point.slope

    found = optimize.minimize(
        aim,
        np.ones(2),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_MOST_THETA, _MOST_THETA)]
        * 2,  # a bound at zero would hold it there: the slope vanishes at zero by symmetry
        options={"ftol": 1e-13, "gtol": 1e-7, "maxiter": 200},
    )
    theta = np.abs(found.x)
    best = _at(problem, theta)
    for place in range(2):
        if 0 < theta[place] < _ZERO_THETA:
            tried = theta.copy()
            tried[place] = 0.0
            other = _at(problem, tried)
            if other.deviance <= best.deviance + 1e-6:
                theta, best = tried, other
    return _told(problem, theta, best)


def _sums(scores: Floats, kept: Places, eliminated: Places) -> _Problem:
    shape = (int(kept.max()) + 1, int(eliminated.max()) + 1)
    counts = sparse.coo_array((np.ones(len(scores)), (kept, eliminated)), shape=shape).tocsr()
    shift = float(scores.mean())
    centred = scores - shift
    return _Problem(
        counts=counts,
        turned=counts.T.tocsr(),
        kept_n=np.bincount(kept, minlength=shape[0]).astype(np.float64),
        eliminated_n=np.bincount(eliminated, minlength=shape[1]).astype(np.float64),
        kept_sum=np.bincount(kept, weights=centred, minlength=shape[0]).astype(np.float64),
        eliminated_sum=np.bincount(eliminated, weights=centred, minlength=shape[1]).astype(np.float64),
        square_sum=float(centred @ centred),
        ratings=len(scores),
        shift=shift,
    )


def _at(problem: _Problem, theta: Floats) -> _Point:
    """Deviance and slope at one pair of thetas: the eliminated block first, then one Cholesky of the Schur complement."""
    first, second = float(theta[0]), float(theta[1])
    levels = len(problem.kept_n)
    damped = 1 / (1 + second**2 * problem.eliminated_n)  # the inverse of the diagonal block
    taken = second**2 * damped
    block = -problem.product(taken)
    block[np.diag_indices(levels)] += problem.kept_n
    border = problem.counts @ damped  # kept against mu
    corner = float(problem.eliminated_n @ damped)
    right = problem.kept_sum - problem.counts @ (taken * problem.eliminated_sum)
    right_mu = float(damped @ problem.eliminated_sum)

    whole = np.empty((levels + 1, levels + 1))
    whole[:levels, :levels] = first**2 * block
    whole[np.diag_indices(levels)] += 1
    whole[levels, :levels] = whole[:levels, levels] = first * border
    whole[levels, levels] = corner
    log_size, inverse = _inverted(whole)
    log_size -= float(np.log(damped).sum())
    sides = np.append(first * right, right_mu)
    solution = _times(inverse, sides)
    unit, mu = solution[:levels], float(solution[levels])
    left = problem.square_sum - float(taken @ problem.eliminated_sum**2) - float(sides @ solution)
    left = max(left, _NO_NOISE * problem.square_sum)
    freedom = problem.ratings - 1
    noise = left / freedom

    # Slopes: trace of the inverse times the change of the matrix, less the squared residual sums over the noise
    kept_residual = right - first * _times(block, unit) - border * mu
    raw_residual = damped * (problem.eliminated_sum - first * (problem.counts.T @ unit) - problem.eliminated_n * mu)
    inner = inverse[:levels, :levels]
    beside = inverse[:levels, levels]
    kept_trace = 2 * first * _sum_of_products(inner, block) + 2 * float(beside @ border)
    squared = damped**2
    eliminated_trace = float(problem.eliminated_n @ damped) - (
        first**2 * _sum_of_products(inner, problem.product(squared))
        + 2 * first * float(beside @ (problem.counts @ (squared * problem.eliminated_n)))
        + float(inverse[levels, levels]) * float(squared @ problem.eliminated_n**2)
    )
    slope = np.array(
        [
            kept_trace - 2 * first * float(kept_residual @ kept_residual) / noise,
            2 * second * (eliminated_trace - float(raw_residual @ raw_residual) / noise),
        ]
    )
    plain = np.diagonal(block) - border**2 / corner  # at theta zero, where the general form is 0 / 0
    information = (1 - np.diagonal(inner)) / first**2 if first > _ZERO_THETA else plain
    deviance = freedom * float(np.log(left)) + log_size
    return _Point(deviance, slope, noise, inverse, solution, second**2 * raw_residual, information)


def _inverted(whole: Floats) -> tuple[float, Floats]:
    """The logarithm of the determinant and the inverse of a positive definite matrix."""
    if len(whole) <= _SMALL:
        return 2 * float(np.log(np.diagonal(np.linalg.cholesky(whole))).sum()), np.asarray(
            np.linalg.inv(whole), np.float64
        )
    lower, _ = linalg.cho_factor(whole, lower=True)
    half: Floats = np.tril(linalg.lapack.dpotri(lower, lower=1)[0])
    return 2 * float(np.log(np.diagonal(lower)).sum()), np.asarray(half + np.tril(half, -1).T, dtype=np.float64)


def _times(matrix: Floats, vector: Floats) -> Floats:
    # Not `@`: numpy's own threads are not held back
    return np.asarray(np.einsum("ij,j->i", matrix, vector), dtype=np.float64)


def _sum_of_products(one: Floats, other: Floats) -> float:
    return float(np.einsum("ij,ij", one, other))


def _told(problem: _Problem, theta: Floats, point: _Point) -> Crossed:
    first, second = float(theta[0]), float(theta[1])
    levels, noise = len(problem.kept_n), point.noise
    freedom = problem.ratings - 1
    mu_variance = noise * float(point.inverse[levels, levels])
    error = noise * first**2 * np.diagonal(point.inverse)[:levels]
    constant = freedom * (1 + float(np.log(2 * np.pi)) - float(np.log(freedom)))
    return Crossed(
        mu=problem.shift + float(point.solution[levels]),
        kept_variance=noise * first**2,
        eliminated_variance=noise * second**2,
        residual_variance=noise,
        log_likelihood=-(point.deviance + constant) / 2,
        kept=first * point.solution[:levels],
        eliminated=point.eliminated,
        mu_variance=mu_variance,
        kept_error_variance=error,
        level_error_variance=mu_variance + 2 * noise * first * point.inverse[:levels, levels] + error,
        kept_information=point.information,
    )
