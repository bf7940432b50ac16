"""Ranks as the range that the data allow, three tiers, and who is not ranked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.ranking import (
    bottom_set,
    comparison_bars,
    count_rank_sets,
    funnel_limits,
    rank_sets,
    ranks,
    tiers,
    top_set,
)
from xiaoneng.core.tables import SCORED_UNITS

from .conftest import rows_of


def ranked(drawing: str, **settings: Any) -> dict[str, dict[str, Any]]:
    """The drawn units, ranked; a blank is unknown."""
    numbers = ("score", "standard_error", "n_eff")
    drawn = [
        {"unit": row["unit"], "rank_group": row.get("group") or None}
        | {name: float(row[name]) if row.get(name) else None for name in numbers}
        for row in rows_of(drawing)
    ]
    with Engine(threads=1) as engine:
        found = ranks(engine, engine.from_rows(SCORED_UNITS, drawn), **settings).rows()
    return {row["unit"]: row for row in found}


def told(rows: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {
        unit: f"{row['rank_lower_simultaneous']}-{row['rank_upper_simultaneous']} {row['tier']}"
        if row["rank_lower"]
        else f"{row['tier']} {row['why_not_ranked']}"
        for unit, row in rows.items()
    }


def test_scores_far_apart_have_one_rank_each() -> None:
    """Ten points between neighbours, errors of 1: seven standard errors of the difference. Rank 1 is the highest score."""
    sets = rank_sets([10, 20, 30, 40, 50], standard_errors=[1] * 5)
    for side in (sets.lower, sets.upper, sets.lower_simultaneous, sets.upper_simultaneous):
        assert side.tolist() == [5, 4, 3, 2, 1]


def test_pairs_that_cannot_be_told_apart_share_their_ranks() -> None:
    """Errors of 2, so that a difference has the error 2.83: 50 and 50.5 share ranks 4-5, 60 and 60.2 share 2-3; 70 is first."""
    sets = rank_sets([50, 50.5, 60, 60.2, 70], standard_errors=[2] * 5)
    assert sets.lower.tolist() == sets.lower_simultaneous.tolist() == [4, 4, 2, 2, 1]
    assert sets.upper.tolist() == sets.upper_simultaneous.tolist() == [5, 5, 3, 3, 1]


def test_the_tiers_follow_from_the_ranges_and_not_from_cut_points() -> None:
    """Of four, the halves are ranks 1-2 and 3-4. B's range 1-2 lies in the upper half though nobody knows whether it is first."""
    rows = ranked("""
        unit | score | standard_error
        -----+-------+---------------
        A    | 91    | 1
        B    | 90    | 1
        C    | 60    | 1
        D    | 59    | 1
        """)
    assert told(rows) == {"A": "1-2 upper_half", "B": "1-2 upper_half", "C": "3-4 lower_half", "D": "3-4 lower_half"}


def test_the_middle_one_of_an_odd_number_is_in_no_half() -> None:
    """Of three the upper half is rank 1 (1.5 rounded down), the lower half rank 3 (above 1.5 rounded up)."""
    sets = rank_sets([90, 70, 50], standard_errors=[1] * 3)
    assert tiers(sets) == ["upper_half", "not_distinguishable", "lower_half"]


def test_nobody_is_told_apart_where_the_errors_are_large() -> None:
    rows = ranked("""
        unit | score | standard_error
        -----+-------+---------------
        A    | 82    | 6
        B    | 80    | 6
        C    | 78    | 6
        """)
    assert told(rows) == dict.fromkeys("ABC", "1-3 not_distinguishable")


def test_ranks_are_told_inside_comparable_groups_only() -> None:
    """The best of the second group is worse than the worst of the first, and first among its own."""
    rows = ranked("""
        unit | group    | score | standard_error
        -----+----------+-------+---------------
        A    | windows  | 90    | 1
        B    | windows  | 80    | 1
        C    | townships| 70    | 1
        D    | townships| 60    | 1
        """)
    assert told(rows) == {"A": "1-1 upper_half", "B": "2-2 lower_half", "C": "1-1 upper_half", "D": "2-2 lower_half"}


def test_who_has_too_few_ballots_or_no_known_error_is_listed_and_not_ranked() -> None:
    """B has 29 effective ballots, C no error, D no score: A and E are ranked as if alone."""
    rows = ranked("""
        unit | score | standard_error | n_eff
        -----+-------+----------------+------
        A    | 90    | 1              | 30
        B    | 85    | 1              | 29
        C    | 80    |                | 200
        D    |       | 1              | 200
        E    | 70    | 1              |
        """)
    assert told(rows) == {
        "A": "1-1 upper_half",
        "B": "not_ranked few_ballots",
        "C": "not_ranked no_standard_error",
        "D": "not_ranked no_score",
        "E": "2-2 lower_half",
    }
    assert {row["ranked_units"] for row in rows.values()} == {2}


def test_the_best_three_are_all_who_may_be_among_them() -> None:
    """B, C, D and E cannot be told apart: ranks 2 to 5, so that five units are named for three places; F is not."""
    rows = ranked(
        """
        unit | score | standard_error
        -----+-------+---------------
        A    | 95    | 0.5
        B    | 80    | 1
        C    | 80    | 1
        D    | 79.9  | 1
        E    | 79.8  | 1
        F    | 50    | 1
        """,
        top=3,
    )
    assert [unit for unit, row in sorted(rows.items()) if row["is_in_top"]] == ["A", "B", "C", "D", "E"]


def test_the_worst_are_found_in_the_same_way() -> None:
    sets = rank_sets([95, 80, 80, 50], standard_errors=[1] * 4)
    assert top_set(sets, 1).tolist() == [True, False, False, False]
    assert bottom_set(sets, 2).tolist() == [False, True, True, True]


def test_scores_without_error_are_compared_as_they_stand_and_equal_ones_stay_together() -> None:
    """A census in which all answered has no error of sampling: 80 and 80 share ranks 2-3."""
    sets = rank_sets([90, 80, 80, 70], standard_errors=[0] * 4)
    assert sets.lower.tolist() == sets.lower_simultaneous.tolist() == [1, 2, 2, 4]
    assert sets.upper.tolist() == sets.upper_simultaneous.tolist() == [1, 3, 3, 4]


@pytest.mark.parametrize(("scores", "lower", "upper"), [([], [], []), ([7], [1], [1]), ([7, 7], [1, 1], [2, 2])])
def test_none_one_or_two_units_have_the_ranks_they_must(
    scores: list[float], lower: list[int], upper: list[int]
) -> None:
    sets = rank_sets(scores, standard_errors=[1] * len(scores))
    assert (sets.lower.tolist(), sets.upper.tolist()) == (lower, upper)
    assert (sets.lower_simultaneous.tolist(), sets.upper_simultaneous.tolist()) == (lower, upper)


def test_scores_that_move_together_are_told_apart_more_surely() -> None:
    """Errors of 3 each: a difference of 2 is within chance. With a correlation of 0.99 it has the error 0.42, and is not."""
    apart = rank_sets([80, 78], covariance=np.array([[9.0, 0.0], [0.0, 9.0]]))
    together = rank_sets([80, 78], covariance=np.array([[9.0, 8.91], [8.91, 9.0]]))
    assert (apart.upper.tolist(), together.upper.tolist()) == ([2, 2], [1, 2])


def test_votes_are_ranked_exactly() -> None:
    """Seven answers with 120, 100, 80, 75, 30, 28 and 5 votes: binomial tests of each pair, by Holm's procedure.

    By itself the first may be first or second, together with all others first to third.
    """
    sets = count_rank_sets([120, 100, 80, 75, 30, 28, 5])
    assert sets.lower_simultaneous.tolist() == [1, 1, 1, 2, 5, 5, 7]
    assert sets.upper_simultaneous.tolist() == [3, 4, 4, 4, 6, 6, 7]
    assert sets.lower.tolist() == [1, 1, 2, 2, 5, 5, 7]
    assert sets.upper.tolist() == [2, 4, 4, 4, 6, 6, 7]


def test_a_handful_of_votes_tells_nobody_apart() -> None:
    """Three answers with 10 votes, three with 5, one with 4 (drawn seven wide): every rank is possible for each."""
    sets = count_rank_sets([10, 10, 10, 5, 5, 5, 4])
    assert sets.lower_simultaneous.tolist() == [1] * 7
    assert sets.upper_simultaneous.tolist() == [7] * 7


def test_bars_to_be_compared_by_eye_are_shorter_than_intervals() -> None:
    """With equal errors 1.96 / √2 = 1.39 standard errors (Goldstein and Healy 1995)."""
    low, high = comparison_bars([80, 90], [1, 1])
    assert high[0] - 80 == pytest.approx(1.39, abs=0.005)
    assert 90 - low[1] == pytest.approx(1.39, abs=0.005)


def test_a_small_unit_may_lie_far_from_the_target_by_chance() -> None:
    """Share 0.9 and 50 ballots: from 0.8168 by the normal approximation; exactly from 41 to 49 of 50 (Spiegelhalter 2005)."""
    low, _ = funnel_limits(0.9, 50, is_exact=False)
    assert low == pytest.approx(0.8168, abs=5e-5)
    assert funnel_limits(0.9, 50) == pytest.approx((0.82, 0.98))
