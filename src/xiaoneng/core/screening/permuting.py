"""Chance worked out by permutation: the labels of batches are dealt anew among the ballots of each stratum.

Every statistic of a batch here is a function of sums over its ballots, so that one deal of ten thousand ballots costs one
pass over them, and no table of pairs is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .ballots import Batches, Floats, Ints

MOST_PERMUTATIONS = 999
_SMALLEST_P = 1e-6  # what the fitted tail may say at most
_MEDIAN_EFFICIENCY = 0.37  # of the median absolute departure as a measure of scale, for normal deviates
_SAME = 1e-9  # permutations that give the observed value again must count, whatever the rounding

Statistic = Callable[[Floats, Floats], Floats]  # sums (batches × features), sizes → one value a batch


@dataclass(frozen=True)
class Null:
    """A statistic of every batch as observed, and as it comes out when labels are dealt by chance (deals × batches)."""

    observed: Floats
    dealt: Floats
    freedom: Floats | None = None  # degrees of freedom of the scale, where it was learnt from few peers

    @property
    def mean(self) -> Floats:
        return np.asarray(self.dealt.mean(axis=0))

    @property
    def spread(self) -> Floats:
        return np.asarray(self.dealt.std(axis=0, ddof=1))


def deals(strata: Ints, *, permutations: int, seed: int) -> Iterator[Ints]:
    """Row numbers dealt anew inside each stratum, `permutations` times (at most 999)."""
    rng = np.random.default_rng(seed)
    order = np.argsort(strata, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(strata[order])) + 1) if len(strata) else []
    for _ in range(min(permutations, MOST_PERMUTATIONS)):
        dealt = np.empty(len(strata), np.int64)
        for group in groups:
            dealt[group] = rng.permutation(group)
        yield dealt


def dealt_statistics(
    features: Floats,
    strata: Ints,
    batches: Batches,
    statistics: Mapping[str, Statistic],
    *,
    permutations: int,
    seed: int,
) -> dict[str, Null]:
    """Each statistic of each batch, observed and under chance.

    In      features: ballots × features, of which statistics see the sums over a batch
    """
    by_batch = np.argsort(batches.codes, kind="stable")
    starts = np.concatenate(([0], np.cumsum(batches.sizes)[:-1]))
    sizes = batches.sizes.astype(np.float64)

    def values(rows: Ints) -> dict[str, Floats]:
        sums = np.add.reduceat(features[rows], starts, axis=0)
        return {name: statistic(sums, sizes) for name, statistic in statistics.items()}

    observed = values(by_batch)
    dealt: dict[str, list[Floats]] = {name: [] for name in statistics}
    for deal in deals(strata, permutations=permutations, seed=seed):
        for name, found in values(deal[by_batch]).items():
            dealt[name].append(found)
    return {name: Null(observed[name], np.array(dealt[name]).reshape(-1, len(batches))) for name in statistics}


def upper_p(null: Null) -> Floats:
    """The chance of a value as high: p = (1 + #) / (P + 1); where no deal came as high, the fitted tail may say less.

    999 deals cannot tell 1 in 1,000 from 1 in 100,000, and a correction for many batches needs to. Beyond the last deal the
    tail is that of a Pearson curve of type III with the deals' own mean, spread and skewness.

    Source  Phipson, Smyth 2010 (Stat. Appl. Genet. Mol. Biol. 9:39) for 1 + #; Mielke, Berry 2007 (Permutation Methods, 2.3) and
            Winkler et al. 2016 (NeuroImage 141:502) for the curve
    """
    drawn, deals_made = null.dealt, len(null.dealt)
    as_high = (drawn >= null.observed - _SAME * np.maximum(1.0, np.abs(null.observed))).sum(axis=0)
    counted = (1.0 + as_high) / (deals_made + 1.0)
    spread = null.spread
    moves = spread > _SAME
    skew = np.where(moves, stats.skew(np.where(moves, drawn, np.arange(deals_made)[:, None])), 0.0)
    standing = np.where(moves, (null.observed - null.mean) / np.where(moves, spread, 1.0), 0.0)
    tail = np.clip(stats.pearson3.sf(standing, skew), _SMALLEST_P, 1.0)
    found = np.where(moves & (as_high == 0), np.minimum(counted, tail), np.where(moves, counted, 1.0))
    if null.freedom is not None:
        found = np.where(found < 0.5, stats.t.sf(stats.norm.isf(found), null.freedom), found)
    return np.asarray(found)


def two_sided_p(null: Null) -> Floats:
    """Twice the smaller of the chances of a value as high and as low."""
    lower = upper_p(Null(-null.observed, -null.dealt, null.freedom))
    return np.asarray(np.minimum(1.0, 2 * np.minimum(lower, upper_p(null))))


def among_peers(null: Null) -> Null:
    """The observed values after what batches of this kind have in common and how much honest ones differ are taken out.

    Honest batches are not random draws: stations have their own public and their own experience. So a value counts by how far
    it lies from the median batch, in units that hold both chance and the honest differences between batches: with
    departures d_b and chance spreads s_b, τ² is such that the median of |d_b − m| / √(s_b² + τ²) is that of a normal
    deviate, 0.6745; the value becomes mean + (d_b − m)·s_b / √(s_b² + τ²). Medians, because up to half of the batches may be bad.
    A scale learnt from few peers is itself uncertain: where τ² matters the normal tail gives way to Student's, with
    0.37 (B − 1) ((s_b² + τ²) / τ²)² degrees of freedom (0.37 is the efficiency of the median departure).

    Source  Efron 2004 (JASA 99:96, the empirical null); Paule, Mandel 1982 (J. Res. NBS 87:377), with medians for means;
            Spiegelhalter 2005 (Statist. Med. 24:1185) for overdispersed peers; Satterthwaite 1946 (Biometrics 2:110)
    """
    spread = null.spread
    judged = spread > _SAME
    if not judged.any():
        return null
    departures = null.observed - null.mean
    # Against the median of the deals: the mean of a rare event lies above its median, and would make every batch stand out
    middle = float(np.median((null.observed - np.median(null.dealt, axis=0))[judged]))
    away, chance = np.abs(departures - middle), spread**2
    own = _honest_variance(away[judged], chance[judged])
    kept = np.where(judged, spread / np.sqrt(np.where(judged, chance + own, 1.0)), 0.0)
    total = np.where(judged, chance + own, 1.0)
    freedom = np.maximum(1.0, _MEDIAN_EFFICIENCY * (judged.sum() - 1) * np.minimum(total / max(own, 1e-300), 1e6) ** 2)
    return Null(null.mean + (departures - middle) * kept, null.dealt, np.minimum(freedom, 1e9))


def _honest_variance(away: Floats, chance: Floats) -> float:
    wanted = float(stats.norm.ppf(0.75))

    def median(own: float) -> float:
        return float(np.median(away / np.sqrt(chance + own)))

    if median(0.0) <= wanted:
        return 0.0
    low, high = 0.0, float((away.max() / wanted) ** 2) + float(chance.max())
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if median(middle) > wanted else (low, middle)
    return high
