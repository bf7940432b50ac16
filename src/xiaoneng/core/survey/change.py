"""Change since the last round (比上轮): whose score moved, when some of the same people may have answered both times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from ..errors import RatersError
from ..words import say
from .reml import Floats

LEAST_MATCHED = 10  # codes; with fewer, how the two rounds hang together cannot be told
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Changes:
    """One value an agency; NaN where it was not in both rounds.

    Units   of the scores; low, high: 95 %; sure_low, sure_high: widened for the number of agencies, so that they leave out 0
            for just those agencies that `is_improved` or `is_worse` names
    """

    difference: Floats
    se: Floats
    low: Floats
    high: Floats
    p: Floats
    p_adjusted: Floats
    sure_low: Floats
    sure_high: Floats
    is_improved: Flags
    is_worse: Flags
    has_overlap: Flags  # that some people answered twice is reckoned in

    def told(self, place: int, language: str = "zh") -> str:
        """What may be said of one agency."""
        if np.isnan(self.difference[place]):
            return say("raters_change_unknown", language)
        code = ("raters_unchanged", "raters_improved", "raters_worse")[
            1 if self.is_improved[place] else 2 if self.is_worse[place] else 0
        ]
        facts = {"difference": self.difference[place], "low": self.low[place], "high": self.high[place]}
        return say(code, language, **facts)


def changes(
    before: Sequence[float] | Floats,
    after: Sequence[float] | Floats,
    *,
    variance_before: Sequence[float] | Floats,
    variance_after: Sequence[float] | Floats,
    covariance: Sequence[float] | Floats | None = None,
    false_share: float = 0.05,
) -> Changes:
    """How each agency's score changed, how surely, and who may be called improved.

    In      one value an agency, higher is better, NaN for an agency that was not in a round. covariance: of its two estimates;
            left out, or NaN, the rounds count as independent, which makes the error too large rather than too small.
            false_share: of the agencies called improved or worse, those who are not, on average
    Raises  RatersError where the columns differ in length, a variance is below zero, or a covariance is larger than they allow
    Source  var(after - before) = V1 + V2 - 2 C; Benjamini and Hochberg 1995 over agencies; Benjamini and Yekutieli 2005 (intervals)
    """
    columns = [np.asarray(column, dtype=np.float64) for column in (before, after, variance_before, variance_after)]
    first, second, spread_first, spread_second = columns
    shared = np.full(len(first), np.nan) if covariance is None else np.asarray(covariance, dtype=np.float64)
    if {len(column) for column in (*columns, shared)} != {len(first)}:
        raise RatersError(
            "the two rounds, their variances and covariances differ in length: give one of each an agency"
        )
    if (spread_first < 0).any() or (spread_second < 0).any():
        raise RatersError("a variance is below zero: give NaN for an agency that was not in the round")
    has_overlap = ~np.isnan(shared)
    bound = np.sqrt(spread_first * spread_second) * (1 + 1e-9)
    if (np.abs(np.where(has_overlap, shared, 0.0)) > bound).any():
        raise RatersError(
            "a covariance of the two rounds is larger than their variances allow: leave it out, the rounds then count as independent"
        )
    difference = second - first
    se = np.sqrt(np.maximum(spread_first + spread_second - 2 * np.where(has_overlap, shared, 0.0), 0.0))
    known = ~np.isnan(difference / np.where(se > 0, se, np.nan))
    p = np.full(len(first), np.nan)
    p[known] = 2 * stats.norm.sf(np.abs(difference[known]) / se[known])
    adjusted = np.full(len(first), np.nan)
    if known.any():
        adjusted[known] = stats.false_discovery_control(p[known], method="bh")
    found = adjusted <= false_share
    named = max(int(found.sum()), 1)
    half = float(stats.norm.ppf(0.975)) * se
    sure = float(stats.norm.isf(named * false_share / max(int(known.sum()), 1) / 2)) * se
    return Changes(
        difference=difference,
        se=se,
        low=difference - half,
        high=difference + half,
        p=p,
        p_adjusted=adjusted,
        sure_low=difference - sure,
        sure_high=difference + sure,
        is_improved=found & (difference > 0),
        is_worse=found & (difference < 0),
        has_overlap=has_overlap,
    )


def matched_covariance(
    codes_before: Sequence[str], before: Sequence[float], codes_after: Sequence[str], after: Sequence[float]
) -> float:
    """The covariance of an agency's two means, from panel codes that raters keep themselves: n12 / (n1 n2) S12.

    In      code and score of each ballot of a round; the code is empty where a rater gave none. A code binds two ballots and
            nothing else: it does not lead to a person
    Empty   NaN with fewer than ten codes in both rounds
    Raises  RatersError where a code stands twice in a round, or the columns differ in length
    Source  Kish 1965, "Survey Sampling", 12.4 (partial overlap of simple random samples)
    """
    first, second = _by_code(codes_before, before), _by_code(codes_after, after)
    both = sorted(first.keys() & second.keys())
    if len(both) < LEAST_MATCHED:
        return float("nan")
    pairs = np.array([[first[code], second[code]] for code in both])
    return len(both) / (len(before) * len(after)) * float(np.cov(pairs.T)[0, 1])


def _by_code(codes: Sequence[str], scores: Sequence[float]) -> dict[str, float]:
    if len(codes) != len(scores):
        raise RatersError(
            f"{len(scores)} scores but {len(codes)} codes: give one of each a ballot, an empty code for none"
        )
    named = [code for code in codes if code]
    if len(set(named)) < len(named):
        raise RatersError("a panel code stands twice in one round: leave such ballots without a code")
    return {code: float(score) for code, score in zip(codes, scores, strict=True) if code}
