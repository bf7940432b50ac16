"""What the tests of a batch look at: sums over its ballots, and the statistic made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .ballots import Ballots, Floats
from .likeness import likeness, likeness_sums
from .permuting import Statistic
from .residuals import Residuals, is_straight

FEWEST_FOR_STRAIGHT = 3  # two equal marks are no straight line
_NODES = 21  # of the Gauss-Hermite rule over the strictness of ballots
_SHIFTS = np.linspace(-0.25, 0.25, 7)  # of the scale: leniency of batches for which straight lines are reckoned
_LEAST_ROOM = 0.005  # of the squared scale: a mean within half a hundredth of its end
_LEAST_VARIANCE = 1e-3  # of the usual variance: copies without any noise have none, and its logarithm must exist


@dataclass(frozen=True)
class Features:
    """Columns a ballot, and the statistics that read them; `straight_expected` is the model's share of each ballot."""

    columns: Floats
    statistics: Mapping[str, Statistic]
    is_straight: Floats
    straight_expected: Floats
    is_top: Floats
    rated: Floats


def features(ballots: Ballots, found: Residuals) -> Features:
    """The columns and statistics of likeness, uniformity, straight lines and top marks."""
    width = ballots.marks.shape[1]
    rated = found.rated.astype(float)
    marked = rated.sum(axis=1)
    deviations, squares = found.deviations, (found.deviations**2).sum(axis=1)
    straight = (is_straight(ballots.marks) & (marked >= FEWEST_FOR_STRAIGHT)).astype(float)
    shifts = _SHIFTS * (ballots.top - ballots.lowest)
    expected = expected_straight(ballots, found, shifts)
    inside = (found.residuals**2).sum(axis=1) / np.maximum(marked - 1, 1)
    at_top = (ballots.marks == ballots.top).astype(float)
    above = at_top - np.where(found.rated, _shares(at_top, found)[found.strata], 0.0)
    usual = _usual_dispersion(ballots, found)
    room = ballots.top - ballots.lowest
    columns = np.column_stack(
        [
            likeness_sums(found),
            deviations,
            rated,
            np.where(found.rated, ballots.marks - ballots.lowest, 0.0),
            expected,
            found.rows,
            inside,
            squares,
            straight,
            above.sum(axis=1),
            marked,
        ]
    )
    ends = width + 1

    def uniformity(sums: Floats, _sizes: Floats) -> Floats:
        """Logarithm of the variance between the ballots of a batch, relative to what its own level of marks leaves room for.

        Contented people crowd at the top of the scale and differ little. So the variance is divided by (m − lowest)(top − m),
        the variance function of a bounded mark (Wedderburn 1974, Biometrika 61:439); at the very end of the scale it tells nothing.
        """
        total, counts = sums[:, ends : ends + width], sums[:, ends + width : ends + 2 * width]
        levels = sums[:, ends + 2 * width : ends + 3 * width] / np.maximum(counts, 1)
        inside = sums[:, -4] - (total**2 / np.maximum(counts, 1)).sum(axis=1)
        possible = (np.maximum(counts - 1, 0) * levels * (room - levels)).sum(axis=1)
        tells = possible > _LEAST_ROOM * room**2 * np.maximum(counts - 1, 0).sum(axis=1)
        dispersion = np.where(tells, inside / np.where(tells, possible, 1.0), usual)
        return np.asarray(np.log(np.maximum(dispersion, _LEAST_VARIANCE * usual)))

    def straight_lines(sums: Floats, sizes: Floats) -> Floats:
        """Share of straight lines beyond the share that the model expects at the batch's own level of strictness."""
        at = 3 * width + ends
        table, level = sums[:, at : at + len(shifts)], sums[:, -6] / sizes
        place = np.clip((level - shifts[0]) / (shifts[1] - shifts[0]), 0, len(shifts) - 1 - 1e-9)
        left, rows = place.astype(np.int64), np.arange(len(sums))
        fitted = table[rows, left] + (place - left) * (table[rows, left + 1] - table[rows, left])
        return np.asarray((sums[:, -3] - fitted) / sizes)

    statistics: dict[str, Statistic] = {
        "likeness": lambda sums, sizes: likeness(sums[:, :ends], sizes),
        "uniformity": uniformity,
        "straight_lines": straight_lines,
        "contrast": lambda sums, sizes: sums[:, -5] / sizes,
        "top_marks": lambda sums, _sizes: sums[:, -2] / np.maximum(sums[:, -1], 1.0),
    }
    return Features(columns, statistics, straight, expected[:, len(shifts) // 2], at_top.sum(axis=1), marked)


def _shares(at_top: Floats, found: Residuals) -> Floats:
    """Share of top marks of each appraisee in each stratum."""
    sums, counts = np.zeros_like(found.columns), np.zeros_like(found.columns)
    np.add.at(sums, found.strata, at_top)
    np.add.at(counts, found.strata, found.rated.astype(float))
    return sums / np.maximum(counts, 1)


def _usual_dispersion(ballots: Ballots, found: Residuals) -> float:
    levels = np.clip(found.columns - ballots.lowest, 0.0, ballots.top - ballots.lowest)
    possible = np.where(found.rated, (levels * (ballots.top - ballots.lowest - levels))[found.strata], 0.0).sum()
    return max(float((found.deviations**2).sum() / max(float(possible), 1e-12)), 1e-12)


def expected_straight(ballots: Ballots, found: Residuals, shifts: Floats) -> Floats:
    """The chance that an honest ballot gives one mark throughout, under the model, for the appraisees that it marked.

    In      shifts: how much more lenient than the round a batch may be, in steps of the scale
    Out     ballots × shifts

    The model: a latent opinion, appraisee in its stratum + strictness + noise, both normal with the variances found in the
    round, is rounded to the steps of the scale. Given its strictness the marks are independent, so that the chance is
    Σ_level ∫ Π_appraisee P(level | strictness) dΦ(strictness): a Gauss-Hermite sum, no chance drawn.

    Source  docs/methods/screening.md, "Straight lines"
    """
    marked = found.rated.sum(axis=1)
    freedom = max(float(found.rated.sum() - len(marked) - found.columns.size), 1.0)
    noise = max(float((found.residuals**2).sum() / freedom), 1e-6)
    noise = max(noise - 1 / 12, noise / 2)  # rounding to whole steps adds a twelfth (Sheppard 1898)
    strict = max(float(found.rows.var() - (noise / np.maximum(marked, 1)).mean()), 0.0) if len(marked) else 0.0
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    levels = np.arange(ballots.lowest, ballots.top + 0.5)
    below = np.concatenate(([-np.inf], levels[:-1] + 0.5))
    above = np.concatenate((levels[:-1] + 0.5, [np.inf]))
    deviate = np.sqrt(noise)
    chance = np.zeros((len(marked), len(shifts)))
    for stratum, columns in enumerate(found.columns):
        mine = np.flatnonzero(found.strata == stratum)
        marks_there = found.rated[mine].astype(float)
        for place, shift in enumerate(shifts):
            centre = columns[None, :, None] + shift + np.sqrt(strict) * nodes[:, None, None]  # nodes × appraisees × 1
            inside = stats.norm.cdf((above - centre) / deviate) - stats.norm.cdf((below - centre) / deviate)
            logs = np.log(np.maximum(inside, 1e-300))
            for node, weight in enumerate(weights):
                chance[mine, place] += weight * np.exp(marks_there @ logs[node]).sum(axis=1)
    return np.where((marked >= FEWEST_FOR_STRAIGHT)[:, None], np.minimum(chance, 1.0), 0.0)
