"""The score of each appraisee: the strata's means, put together with the weights that were fixed before the round.

    S_a = sum over strata h of W_ha * mean_ha          (stratified mean; Cochran, Sampling Techniques, 1977, ch. 5)

W_ha are the weights of the rules, over the strata in which the appraisee has ratings. Appraisees who are rated on the same
ballots are not independent of one another: their covariance is kept, because ranks need the error of a difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from .ballots import Floats, Ints, Ratings

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Scores:
    """One value an appraisee, in the order of the rules; NaN where nothing can be said.

    Units   points from 0 to 100, `df` degrees of freedom, `n_eff` ballots of equal weight that would be worth as much (Kish 1965)
    """

    score: Floats
    se: Floats
    df: Floats
    low: Floats
    high: Floats
    n: Ints  # ballots that rate the appraisee
    n_eff: Floats
    covariance: Floats
    lonely: tuple[
        tuple[str, str], ...
    ]  # (appraisee, stratum) with one rating alone: its spread is borrowed from the other strata
    missing: tuple[tuple[str, str], ...]  # (appraisee, stratum) without a rating: its weight was shared out


def scores(ratings: Ratings, values: Floats | None = None, *, level: float = 0.95) -> Scores:
    """Scores with their errors and covariance.

    In      values: one value a row of `ratings`, NaN where there is none; left out, the score over all questions
    Empty   an appraisee without a rating has n = 0 and NaN; with one rating alone its error is unknown
    """
    rules = ratings.rules
    strata, appraisees = len(rules.strata), len(rules.appraisees)
    given = ratings.score if values is None else values
    is_known = ~np.isnan(given)
    value, who, where = given[is_known], ratings.appraisee[is_known], ratings.stratum[is_known]
    ballot = ratings.ballot[is_known]
    cell = where * appraisees + who

    n = np.bincount(cell, minlength=strata * appraisees).reshape(strata, appraisees)
    total = np.bincount(cell, value, minlength=strata * appraisees).reshape(strata, appraisees)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
    weights = _shared_out(np.array([one.weight for one in rules.strata]), n)
    score = np.where(n.sum(axis=0) > 0, np.nansum(weights * np.nan_to_num(mean), axis=0), np.nan)

    # Linearised: one ballot's part in the error of each appraisee; their products are variance and covariance.
    scale = weights / np.maximum(n, 1) * _bessel(n) * _finite(ratings)[:, None]
    part = (value - mean.reshape(-1)[cell]) * scale.reshape(-1)[cell]
    matrix = sparse.csr_matrix((part, (ballot, who)), shape=(len(ratings.batch), appraisees))
    covariance = np.asarray((matrix.T @ matrix).todense(), dtype=np.float64).reshape(appraisees, appraisees)
    borrowed, can_tell = _borrowed(ratings, value, who, cell, n, mean, weights)
    covariance[np.diag_indices(appraisees)] += borrowed
    unknown = ~can_tell
    covariance[unknown, :] = np.nan
    covariance[:, unknown] = np.nan

    se = np.sqrt(np.diag(covariance))
    df = np.maximum(n - 1, 0).sum(axis=0).astype(np.float64)
    reach = stats.t.ppf((1 + level) / 2, np.maximum(df, 1)) * se
    with np.errstate(invalid="ignore", divide="ignore"):
        n_eff = np.where(n.sum(axis=0) > 0, 1 / (weights**2 / np.maximum(n, 1)).sum(axis=0), 0.0)
    return Scores(
        score=score,
        se=se,
        df=df,
        low=np.clip(score - reach, 0, 100),
        high=np.clip(score + reach, 0, 100),
        n=n.sum(axis=0).astype(np.int64),
        n_eff=n_eff,
        covariance=covariance,
        lonely=_named(ratings, n == 1),
        missing=_named(ratings, (n == 0) & (n.sum(axis=0) > 0)[None, :] & _asked(ratings)),
    )


def _shared_out(weights: Floats, n: Ints) -> Floats:
    """The weights of the strata that have ratings of an appraisee, adding up to 1 for each."""
    there = np.where(n > 0, weights[:, None], 0.0)
    total = there.sum(axis=0)
    shared: Floats = np.divide(there, total, out=np.zeros_like(there), where=total > 0)
    return shared


def _bessel(n: Ints) -> Floats:
    """Makes the mean square of n deviations an unbiased variance; 0 where one rating alone has none."""
    many = n > 1
    return np.where(many, np.sqrt(n / np.where(many, n - 1, 1)), 0.0)


def _finite(ratings: Ratings) -> Floats:
    """How much of the error is left of each stratum when so many of the eligible have answered (finite population)."""
    eligible = np.array([one.eligible for one in ratings.rules.strata], dtype=np.float64)
    return np.sqrt(np.clip(1 - ratings.ballots / (eligible * ratings.rounds), 0, 1))


def _borrowed(
    ratings: Ratings, value: Floats, who: Ints, cell: Ints, n: Ints, mean: Floats, weights: Floats
) -> tuple[Floats, Flags]:
    """The variance of strata with one rating alone, from the spread inside the appraisee's other strata; and whether there is any."""
    squares = np.bincount(who, (value - mean.reshape(-1)[cell]) ** 2, minlength=n.shape[1])
    freedom = np.maximum(n - 1, 0).sum(axis=0)
    pooled = np.divide(squares, freedom, out=np.full(n.shape[1], np.nan), where=freedom > 0)
    alone = (weights**2 * (n == 1) * (_finite(ratings) ** 2)[:, None]).sum(axis=0)
    return np.where(freedom > 0, alone * np.nan_to_num(pooled), 0.0), freedom > 0


def _asked(ratings: Ratings) -> Flags:
    """Strata x appraisees: whether the stratum may rate the appraisee at all."""
    rules = ratings.rules
    return np.array(
        [[not one.appraisees or who.code in one.appraisees for who in rules.appraisees] for one in rules.strata]
    )


def _named(ratings: Ratings, cells: Flags) -> tuple[tuple[str, str], ...]:
    rules = ratings.rules
    return tuple(
        (rules.appraisees[int(who)].code, rules.strata[int(where)].code) for who, where in np.argwhere(cells.T)
    )
