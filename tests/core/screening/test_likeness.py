"""Likeness of ballots: the fast sums against a plain loop, chance that is uniform, and the power of the test."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.core.screening import Ballots, Honest, honest_ballots, orchestrated_batches
from xiaoneng.core.screening.ballots import batches_of
from xiaoneng.core.screening.likeness import near_pairs, near_shares
from xiaoneng.core.screening.permuting import Null, among_peers, two_sided_p, upper_p
from xiaoneng.core.screening.residuals import residuals


def some_ballots(seed: int, count: int, width: int, gaps: float, strata: int = 2) -> Ballots:
    rng = np.random.default_rng(seed)
    marks = rng.integers(1, 6, (count, width)).astype(float)
    absent = rng.random(marks.shape) < gaps
    absent[:, 0] = False
    marks[absent] = np.nan
    return Ballots(
        marks, rng.integers(strata, size=count).astype(str), {"station": rng.integers(4, size=count).astype(str)}
    )


@given(st.integers(0, 10_000), st.integers(6, 30), st.integers(2, 6), st.sampled_from([0.0, 0.2, 0.5]))
def test_the_sums_give_what_a_loop_over_pairs_gives(seed: int, count: int, width: int, gaps: float) -> None:
    ballots = some_ballots(seed, count, width, gaps)
    found, units = orchestrated_batches(ballots, "station", permutations=19, seed=1), residuals(ballots).units
    batches = batches_of(ballots, "station")
    for place, size in enumerate(batches.sizes):
        mine = np.flatnonzero(batches.codes == place)
        pairs = sum(float(units[one] @ units[other]) for one in mine for other in mine if one != other)
        assert found.statistics[place] == pytest.approx(pairs / np.sqrt(size * (size - 1)), abs=1e-9)


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3]))
def test_residuals_are_those_of_least_squares(seed: int, gaps: float) -> None:
    """Dummy variables of appraisee within stratum and of ballot, fitted by numpy's least squares."""
    ballots = some_ballots(seed, 14, 4, gaps)
    found = residuals(ballots)
    rows, columns = np.nonzero(found.rated)
    cell = found.strata[rows] * 4 + columns
    design = np.zeros((len(rows), 14 + 8))
    design[np.arange(len(rows)), rows] = 1
    design[np.arange(len(rows)), 14 + cell] = 1
    marks = ballots.marks[rows, columns]
    left = marks - design @ np.linalg.lstsq(design, marks, rcond=None)[0]
    assert found.residuals[rows, columns] == pytest.approx(left, abs=1e-4)


def test_weights_of_appraisees_weigh_their_residuals() -> None:
    """With all weight on the first two appraisees, the third cannot make ballots unlike."""
    marks = np.array([[5, 1, 1], [5, 1, 5], [5, 1, 3], [1, 5, 1], [1, 5, 5], [1, 5, 3]], float)
    station = {"station": np.array(["a"] * 3 + ["b"] * 3)}
    plain = orchestrated_batches(Ballots(marks, np.full(6, ""), station), "station", seed=1)
    weighed = Ballots(marks, np.full(6, ""), station, weights=np.array([1.0, 1.0, 0.0]))
    assert orchestrated_batches(weighed, "station", seed=1).highest > plain.highest


def test_near_pairs_are_the_nearest_of_all_pairs() -> None:
    ballots = some_ballots(5, 60, 8, 0.1, strata=1)
    found = residuals(ballots)
    pairs = near_pairs(found)
    assert pairs is not None
    kept = {tuple(sorted(pair)) for pair in pairs.tolist()}
    nearness = {pair: float(found.units[pair[0]] @ found.units[pair[1]]) for pair in combinations(range(60), 2)}
    least = min(nearness[pair] for pair in kept)
    assert kept == {pair for pair, value in nearness.items() if value >= least}
    assert 60 <= len(kept) < 65  # one a ballot; ties come along


def test_near_duplicates_are_counted_beyond_what_their_ballots_have_anyway() -> None:
    """Pairs 0-1, 1-2, 0-2 lie in batch a; of 4 pairs in all its ballots have 6 of 8 ends: 3 − 6²/16 = 0.75, of 3 pairs."""
    pairs = np.array([[0, 1], [1, 2], [0, 2], [3, 4]])
    ballots = Ballots(np.full((6, 5), 3.0), np.full(6, ""), {"station": np.array(list("aaabbb"))})
    null = near_shares(pairs, np.zeros(6, np.int64), batches_of(ballots, "station"), permutations=19, seed=1)
    assert null.observed == pytest.approx([0.75 / 3, (1 - 2**2 / 16) / 3])


def test_with_few_appraisees_near_says_nothing() -> None:
    assert near_pairs(residuals(some_ballots(1, 50, 3, 0.0))) is None


def test_p_values_of_chance_are_those_of_chance() -> None:
    """Normal values among 199 normal deals, 4,000 times: 5 % lie at or below 0.05 (three standard errors: 0.0103)."""
    rng = np.random.default_rng(2)
    null = Null(rng.normal(size=4000), rng.normal(size=(199, 4000)))
    assert abs((upper_p(null) <= 0.05).mean() - 0.05) < 0.0103
    assert abs((two_sided_p(null) <= 0.05).mean() - 0.05) < 0.0103


def test_beyond_the_last_deal_the_fitted_tail_speaks() -> None:
    """5 standard deviations above 999 deals: less than 1 in 1,000, and no less than one in a million."""
    deals = np.random.default_rng(3).normal(size=(999, 1))
    assert 1e-6 <= upper_p(Null(np.array([5.0]), deals))[0] < 1e-4
    assert upper_p(Null(np.array([1.0]), np.ones((999, 1))))[0] == 1.0


def test_what_all_batches_share_is_no_signal_and_what_one_has_alone_is() -> None:
    """Twenty batches that all lie 3 above chance, and differ by 2; one lies 30 above."""
    rng = np.random.default_rng(4)
    deals = rng.normal(size=(999, 21))
    observed = 3 + rng.normal(0, 2, 21)
    assert (upper_p(among_peers(Null(observed, deals))) < 0.001).sum() == 0
    observed[7] = 30.0
    assert np.flatnonzero(upper_p(among_peers(Null(observed, deals))) < 0.001).tolist() == [7]


def _with_a_copy(rng: np.random.Generator, copies: int) -> Ballots:
    """200 ballots in about 35 stretches of time; `copies` of one answer, a slip in twenty marks, all in one stretch."""
    latent = 3.5 + rng.normal(0, 0.5, 10) + rng.normal(0, 0.6, (200, 1)) + rng.normal(0, 0.9, (200, 10))
    marks, bucket = np.clip(np.round(latent), 1, 5), rng.integers(35, size=200)
    if copies:
        slips = (rng.random((copies, 10)) < 0.05) * rng.choice([-1, 1], (copies, 10))
        marks[:copies] = np.clip(marks[0] + slips, 1, 5)
        bucket[:copies] = 3
    return Ballots(marks, np.full(200, ""), {"station": bucket.astype(str)})


@pytest.mark.parametrize(
    ("copies", "least", "most"), [(0, 0.0, 0.14), (4, 0.12, 0.60), (6, 0.50, 0.95), (8, 0.85, 1.0)]
)
def test_the_power_of_the_likeness_test_alone(copies: int, least: float, most: float) -> None:
    """With 4, 6, 8 of 200 ballots orchestrated about a third, two thirds, nearly all are found at 5 %; by chance 5 %."""
    hits = [
        orchestrated_batches(
            _with_a_copy(np.random.default_rng(100 * copies + number), copies), "station", permutations=99, seed=number
        ).p_highest
        <= 0.05
        for number in range(60)
    ]
    assert least <= np.mean(hits) <= most


def test_ten_thousand_ballots_are_fast() -> None:
    """No table of pairs: 199 deals of 10,000 ballots in seconds, on a busy machine too."""
    ballots = honest_ballots(10_000, seed=1, how=Honest(appraisees=12))
    started = time.perf_counter()
    found = orchestrated_batches(ballots, "code_batch", permutations=199, seed=1)
    assert len(found.batches) > 200
    assert time.perf_counter() - started < 10
