"""Digits: the last one of marks from 0 to 100, and the first one of sums of money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..errors import ScreeningError
from .ballots import Ballots, Batches, Floats, Ints
from .permuting import Null, dealt_statistics

LEAST_ORDERS = 3  # of magnitude that sums must span
_LEAST_SHARE = 0.001  # a digit that nobody used last year must not make one mark infinite evidence


def last_digit_counts(marks: Floats) -> Floats:
    """How often each ballot ends a mark with 0 to 9 (ballots × 10)."""
    whole = np.where(np.isnan(marks), -1, np.round(marks)).astype(np.int64)
    return np.stack([((whole >= 0) & (whole % 10 == digit)).sum(axis=1) for digit in range(10)], axis=1).astype(float)


def last_digits(
    ballots: Ballots, batches: Batches, strata: Ints, last_year: Floats, *, permutations: int, seed: int
) -> Null:
    """χ² of the last digits of each batch against last year's own distribution, observed and with labels dealt anew.

    People like 0 and 5, honestly: digits are never compared with ten equal shares.

    In      last_year: ten shares or counts
    Raises  ScreeningError where the scale is not 0 to 100, or last year's digits are not ten numbers above 0 in all
    """
    if (ballots.lowest, ballots.top) != (0.0, 100.0):
        raise ScreeningError(
            f"last digits of a scale {ballots.lowest:g} to {ballots.top:g} tell nothing: only of 0 to 100"
        )
    known = np.asarray(last_year, np.float64)
    if known.shape != (10,) or not np.all(known >= 0) or not known.sum() > 0:
        raise ScreeningError("last year's digits: give ten shares or counts, of 0 to 9")
    shares = np.maximum(known / known.sum(), _LEAST_SHARE)
    shares = shares / shares.sum()

    def chi_square(sums: Floats, _sizes: Floats) -> Floats:
        expected = sums.sum(axis=1, keepdims=True) * shares
        return np.asarray(((sums - expected) ** 2 / np.maximum(expected, 1e-12)).sum(axis=1))

    counts = last_digit_counts(ballots.marks)
    return dealt_statistics(counts, strata, batches, {"digits": chi_square}, permutations=permutations, seed=seed)[
        "digits"
    ]


@dataclass(frozen=True)
class FirstDigits:
    """First digits of sums of money against Benford's shares."""

    counts: tuple[int, ...]
    expected: tuple[float, ...]
    chi_square: float
    p_value: float


def first_digits(values: Floats, *, of: str) -> FirstDigits:
    """First digits against log10(1 + 1/d), for money alone, and only where it spans three orders of magnitude.

    In      values: sums; zeros, negative and unknown ones are left out; of: "money" or what else the values are
    Raises  ScreeningError for anything but money (marks of 1 to 5 or 0 to 100 do not follow the law), and for a narrow span
    Source  Benford 1938; Deckert, Myagkov, Ordeshook 2011 (Political Analysis 19:245) on why not for ballots
    """
    if of != "money":
        raise ScreeningError(
            f"first digits of {of}: Benford's law is for sums over three orders of magnitude; marks of a scale never follow it"
        )
    kept = np.asarray(values, np.float64)
    kept = kept[np.isfinite(kept) & (kept > 0)]
    orders = float(np.log10(kept.max() / kept.min())) if len(kept) else 0.0
    if orders < LEAST_ORDERS:
        raise ScreeningError(
            f"the sums span {orders:.1f} orders of magnitude: Benford's law needs {LEAST_ORDERS}; use no first digits here"
        )
    leading = np.array([int(f"{value:.15e}"[0]) for value in kept])
    counts = np.bincount(leading, minlength=10)[1:]
    shares = np.log10(1 + 1 / np.arange(1, 10))
    chi = float(((counts - len(kept) * shares) ** 2 / (len(kept) * shares)).sum())
    return FirstDigits(
        tuple(int(count) for count in counts),
        tuple(float(share) for share in shares),
        chi,
        float(stats.chi2.sf(chi, 8)),
    )
