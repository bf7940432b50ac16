"""What must hold for any scores: the plain loop gives the same sets, and sets contain, widen and move as they should."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xiaoneng.core.ranking import count_rank_sets, rank_sets, sets

SCORES = st.lists(st.integers(0, 40).map(lambda tenth: tenth / 4), min_size=1, max_size=7)
ERRORS = st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0])


@st.composite
def scored(draw: Any) -> tuple[list[float], list[float]]:
    scores = draw(SCORES)
    return scores, draw(st.lists(ERRORS, min_size=len(scores), max_size=len(scores)))


def plain(
    scores: list[float], spread: Any, draws: Any, level: float, family: list[tuple[int, int]]
) -> set[tuple[int, int]]:
    """The pairs (better, worse) that stepdown tells apart, by the book, one pair after the other."""
    found = set()

    def error(one: int, other: int) -> float:
        return math.sqrt(max(spread[one][one] + spread[other][other] - 2 * spread[one][other], 0))

    for one, other in family:
        if error(one, other) < 1e-9 and scores[one] > scores[other]:
            found.add((one, other))
    while True:
        most = []
        for replicate in range(draws.shape[1]):
            leads = [
                (draws[one, replicate] - draws[other, replicate]) / error(one, other)
                for one, other in family
                if (one, other) not in found and error(one, other) >= 1e-9
            ]
            most.append(max([0.0, *leads]))
        critical = float(np.quantile(most, level))
        now = found | {
            (one, other)
            for one, other in family
            if error(one, other) >= 1e-9 and (scores[one] - scores[other]) / error(one, other) > critical
        }
        if now == found:
            return found
        found = now


@settings(max_examples=20)
@given(scored(), st.sampled_from([0.75, 0.95]))
def test_the_sets_are_those_of_a_plain_loop(given_scores: tuple[list[float], list[float]], level: float) -> None:
    scores, errors = given_scores
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], errors[place] ** 2))
    scores, errors = [scores[place] for place in order], [errors[place] for place in order]
    spread, size, replicates = np.diag(np.square(errors)), len(scores), 200
    draws = sets._draws(spread, replicates, 5)
    found = rank_sets(scores, standard_errors=errors, level=level, replicates=replicates, seed=5)
    pairs = list(itertools.permutations(range(size), 2))
    ahead = plain(scores, spread, draws, level, pairs)
    for unit in range(size):
        mine = plain(scores, spread, draws, level, [pair for pair in pairs if unit in pair])
        better, worse = sum(pair[1] == unit for pair in mine), sum(pair[0] == unit for pair in mine)
        assert (found.lower[unit], found.upper[unit]) == (1 + better, size - worse)
        better, worse = sum(pair[1] == unit for pair in ahead), sum(pair[0] == unit for pair in ahead)
        assert (found.lower_simultaneous[unit], found.upper_simultaneous[unit]) == (1 + better, size - worse)


@given(scored())
def test_the_simultaneous_set_contains_the_marginal_one_of_the_same_draws(
    given_scores: tuple[list[float], list[float]],
) -> None:
    """The greatest of more pairs is never smaller, so its critical value is not, and stepdown takes out fewer pairs."""
    scores, errors = given_scores
    found = rank_sets(scores, standard_errors=errors, replicates=400)
    assert (found.lower_simultaneous <= found.lower).all()
    assert (found.upper_simultaneous >= found.upper).all()


@given(scored())
def test_the_rank_of_the_score_lies_in_its_set(given_scores: tuple[list[float], list[float]]) -> None:
    scores, errors = given_scores
    found = rank_sets(scores, standard_errors=errors, replicates=400)
    for place, score in enumerate(scores):
        best = 1 + sum(other > score for other in scores)
        worst = len(scores) - sum(other < score for other in scores)
        assert found.lower[place] <= best <= worst <= found.upper[place]


@given(scored(), st.sampled_from([1.0, 1.5, 3.0]))
def test_sets_widen_with_the_errors(given_scores: tuple[list[float], list[float]], factor: float) -> None:
    scores, errors = given_scores
    narrow = rank_sets(scores, standard_errors=errors, replicates=400)
    wide = rank_sets(scores, standard_errors=[error * factor for error in errors], replicates=400)
    assert (wide.lower <= narrow.lower).all()
    assert (wide.upper >= narrow.upper).all()
    assert (wide.lower_simultaneous <= narrow.lower_simultaneous).all()
    assert (wide.upper_simultaneous >= narrow.upper_simultaneous).all()


@given(scored())
def test_sets_widen_with_the_level_and_a_single_step_is_never_narrower(
    given_scores: tuple[list[float], list[float]],
) -> None:
    scores, errors = given_scores
    narrow = rank_sets(scores, standard_errors=errors, replicates=400, level=0.8)
    single = rank_sets(scores, standard_errors=errors, replicates=400, level=0.8, has_stepdown=False)
    wide = rank_sets(scores, standard_errors=errors, replicates=400, level=0.95)
    for other in (single, wide):
        assert (other.lower_simultaneous <= narrow.lower_simultaneous).all()
        assert (other.lower <= narrow.lower).all()
        assert (other.upper_simultaneous >= narrow.upper_simultaneous).all()
        assert (other.upper >= narrow.upper).all()


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=7, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_the_units_changes_nothing(scores: list[int], chance: Any) -> None:
    order = list(range(len(scores)))
    chance.shuffle(order)
    errors = [1 + 10**5 * (score % 3) for score in scores]
    found = rank_sets([float(score) for score in scores], standard_errors=errors, replicates=400)
    moved = rank_sets(
        [float(scores[place]) for place in order], standard_errors=[errors[place] for place in order], replicates=400
    )
    assert moved.lower.tolist() == found.lower[order].tolist()
    assert moved.upper_simultaneous.tolist() == found.upper_simultaneous[order].tolist()


@given(scored())
def test_turned_scores_give_turned_ranks_where_the_errors_are_nought(
    given_scores: tuple[list[float], list[float]],
) -> None:
    scores, size = given_scores[0], len(given_scores[0])
    found = rank_sets(scores, standard_errors=[0.0] * size)
    turned = rank_sets([-score for score in scores], standard_errors=[0.0] * size)
    assert (turned.lower == size + 1 - found.upper).all()
    assert (turned.upper_simultaneous == size + 1 - found.lower_simultaneous).all()


def test_in_nineteen_of_twenty_samples_all_true_ranks_lie_in_the_simultaneous_sets() -> None:
    """Six true scores, errors of 1, 400 samples: at 90 % the share of samples with all ranks inside is at least 85 %."""
    truth, chance = np.array([0.0, 0.5, 1.0, 1.0, 2.5, 4.0]), np.random.default_rng(11)
    lowest = np.array([1 + (truth > one).sum() for one in truth])
    highest = np.array([len(truth) - (truth < one).sum() for one in truth])
    inside = 0
    for sample in range(400):
        found = rank_sets(
            truth + chance.standard_normal(6), standard_errors=np.ones(6), level=0.9, replicates=400, seed=sample
        )
        inside += bool((found.lower_simultaneous <= lowest).all() and (found.upper_simultaneous >= highest).all())
    assert inside >= 340


@settings(max_examples=60)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_counts_are_ranked_as_by_a_plain_walk_of_holm(counts: list[int]) -> None:
    pairs = list(itertools.permutations(range(len(counts)), 2))
    chances = {
        (one, other): stats.binomtest(counts[one], counts[one] + counts[other], 0.5, alternative="greater").pvalue
        if counts[one] + counts[other]
        else 1.0
        for one, other in pairs
    }
    ahead = set()
    for step, pair in enumerate(sorted(pairs, key=lambda pair: chances[pair])):
        if chances[pair] > 0.05 / (len(pairs) - step):
            break
        ahead.add(pair)
    found, careful = count_rank_sets(counts), count_rank_sets(counts, correction="bonferroni")
    for unit in range(len(counts)):
        assert found.lower_simultaneous[unit] == 1 + sum(pair[1] == unit for pair in ahead)
        assert found.upper_simultaneous[unit] == len(counts) - sum(pair[0] == unit for pair in ahead)
    assert (careful.lower_simultaneous <= found.lower_simultaneous).all()
    assert (careful.upper >= found.upper).all()
