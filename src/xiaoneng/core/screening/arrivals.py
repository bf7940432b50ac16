"""Bursts: more ballots at one time than their arrival otherwise explains. Public rounds only."""

from __future__ import annotations

import numpy as np
from scipy import stats

from ..errors import ScreeningError
from .ballots import Ballots, Batches, Floats, Ints
from .permuting import Null, deals


def scan_statistic(times: Floats, window: float) -> int:
    """The most arrivals that any window of this length holds; times and window in the same unit."""
    ordered = np.sort(np.asarray(times, np.float64))
    if not len(ordered):
        return 0
    ends = np.searchsorted(ordered, ordered + window, side="right")
    return int((ends - np.arange(len(ordered))).max())


def scan_probability(most: int, arrivals: int, window: float) -> float:
    """The chance that some window of length w in the unit interval holds `most` or more of N arrivals at random.

    In      most: k, at least 1; arrivals: N; window: w, as a share of the whole time, above 0 and below 1
    Out     exact for k ≤ 1, k = 2, k = N and k > N; else by the approximation, cut at 1
            P ≈ (k/w − N − 1) b(k; N, w) + 2 P(Bin(N, w) ≥ k)
    Raises  ScreeningError where window is not inside 0 to 1
    Source  Naus 1965 (JASA 60:532) for the ends; Wallenstein, Neff 1987 (Statist. Med. 6:197) between them
    """
    if not 0 < window < 1:
        raise ScreeningError(f"a scan window of {window:g}: give its share of the whole time, above 0 and below 1")
    if most <= 1:
        return 1.0 if arrivals >= most else 0.0
    if most > arrivals:
        return 0.0
    if most == 2:
        return 1.0 - max(0.0, 1.0 - (arrivals - 1) * window) ** arrivals
    if most == arrivals:
        return float(arrivals * window ** (arrivals - 1) - (arrivals - 1) * window**arrivals)
    chance = stats.binom.pmf(most, arrivals, window)
    found = (most / window - arrivals - 1) * chance + 2 * stats.binom.sf(most - 1, arrivals, window)
    return float(np.clip(found, 0.0, 1.0))


def bursts(ballots: Ballots, batches: Batches, strata: Ints, *, permutations: int, seed: int) -> Null:
    """How far the fullest stretch of each batch exceeds the round's own rhythm, observed and with labels dealt anew.

    The day has its rhythm: doors open, people come after work. The deal keeps every ballot's time and hands out the labels, so
    that only what is peculiar to a batch counts: max over stretches of (found − expected) / √(expected + 1).

    Raises  ScreeningError where the round is not public or has no times
    """
    _, bucket = np.unique(ballots.times(), return_inverse=True)
    stretches = int(bucket.max(initial=0)) + 1
    expected = batches.sizes[:, None] * np.bincount(bucket, minlength=stretches)[None, :] / max(len(bucket), 1)

    def fullest(codes: Ints) -> Floats:
        found = np.bincount(codes * stretches + bucket, minlength=len(batches) * stretches)
        return np.asarray(((found.reshape(-1, stretches) - expected) / np.sqrt(expected + 1)).max(axis=1))

    dealt = []
    for deal in deals(strata, permutations=permutations, seed=seed):
        codes = np.empty(len(strata), np.int64)
        codes[deal] = batches.codes
        dealt.append(fullest(codes))
    return Null(fullest(batches.codes), np.array(dealt))
