"""The score of an appraisee: worked out by hand, and held against a plain loop."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.core.appraisal import Question, ratings, scores

from .rounds import BIG, NAMED, a_round, a_small_body

ONE = replace(BIG.questionnaire, questions=(Question("attitude", NAMED),))
RULES = a_round(questionnaire=ONE)


def ballot(stratum: str, **levels: Any) -> dict[str, Any]:
    return {"stratum": stratum, "answers": {who: {"attitude": level} for who, level in levels.items()}}


def test_strata_count_by_the_weights_of_the_rules_and_not_by_their_ballots() -> None:
    """Citizens say 100, 80, 60 (mean 80, variance 400), firms 40, 20 (mean 30, variance 200), weights 0.6 and 0.4.

    Score 0.6*80 + 0.4*30 = 60. Variance 0.36*400/3*(1-3/4000) + 0.16*200/2*(1-2/900).
    """
    given = [ballot("citizens", water=level) for level in (5, 4, 3)] + [
        ballot("firms", water=level) for level in (2, 1)
    ]
    found = scores(ratings(RULES, given))
    assert found.score[0] == pytest.approx(60)
    assert found.se[0] == pytest.approx(math.sqrt(0.36 * 400 / 3 * (1 - 3 / 4000) + 0.16 * 200 / 2 * (1 - 2 / 900)))
    assert found.n[0] == 5
    assert found.n_eff[0] == pytest.approx(1 / (0.36 / 3 + 0.16 / 2))
    assert found.n[1] == 0
    assert np.isnan(found.score[1])


def test_no_contact_is_neither_a_rating_nor_zero() -> None:
    given = [ballot("citizens", water=5), ballot("citizens", water="no_contact"), ballot("citizens", water=5)]
    found = ratings(RULES, given)
    assert scores(found).score[0] == 100
    assert scores(found).n[0] == 2
    assert found.no_contact[0, 0] == 1
    assert found.ballots.tolist() == [3, 0]


def test_a_stratum_without_a_rating_shares_its_weight_out_and_is_named() -> None:
    found = scores(ratings(RULES, [ballot("citizens", water=5), ballot("citizens", water=3)]))
    assert found.score[0] == 80
    assert found.missing == (("water", "firms"),)


def test_one_rating_alone_borrows_its_spread_and_is_named() -> None:
    """Citizens 100 and 60: variance 800. The one firm has none of its own, and takes 800."""
    found = scores(ratings(RULES, [ballot("citizens", water=5), ballot("citizens", water=3), ballot("firms", water=4)]))
    assert found.lonely == (("water", "firms"),)
    assert found.se[0] == pytest.approx(math.sqrt(0.36 * 800 / 2 * (1 - 2 / 4000) + 0.16 * 800 * (1 - 1 / 900)))


def test_one_rating_in_all_has_a_score_and_no_error() -> None:
    found = scores(ratings(RULES, [ballot("citizens", water=5)]))
    assert found.score[0] == 100
    assert np.isnan(found.se[0])


def test_nobody_came() -> None:
    found = scores(ratings(RULES, []))
    assert np.isnan(found.score).all()
    assert found.n.tolist() == [0, 0]


def test_a_census_in_which_all_answer_has_no_sampling_error() -> None:
    rules = replace(a_small_body(), questionnaire=ONE)
    found = scores(
        ratings(rules, [ballot("staff", water=level) for level in (5, 4, 3, 5, 4, 3, 5, 4, 3, 5, 4, 3, 5, 4)])
    )
    assert found.se[0] == 0


def test_ballots_of_a_batch_can_be_left_out() -> None:
    given = [{**ballot("citizens", water=5), "batch": "a"}, {**ballot("citizens", water=1), "batch": "b"}]
    found = ratings(RULES, given).without({"a"})
    assert scores(found).score[0] == 20
    assert found.ballots.tolist() == [1, 0]
    assert found.matrix().tolist() == [[1.0, pytest.approx(math.nan, nan_ok=True)]]


LEVEL = st.one_of(st.none(), st.integers(1, 5))


@given(st.lists(st.tuples(st.sampled_from(["citizens", "firms"]), LEVEL, LEVEL), min_size=4, max_size=40))
def test_covariance_agrees_with_a_plain_loop(drawn: list[tuple[str, int | None, int | None]]) -> None:
    given_ballots = [
        ballot(stratum, **{who: level for who, level in (("water", water), ("housing", housing)) if level})
        for stratum, water, housing in drawn
    ]
    found = scores(ratings(RULES, given_ballots))
    expected = _covariance(drawn)
    if not np.isnan(expected):
        assert found.covariance[0, 1] == pytest.approx(expected, abs=1e-9)


def _covariance(drawn: list[tuple[str, int | None, int | None]]) -> float:
    """Of the two scores, stratum by stratum; NaN where one of them has no error of its own."""
    weights, eligible = {"citizens": 0.6, "firms": 0.4}, {"citizens": 4000, "firms": 900}
    strata = {name: [row for row in drawn if row[0] == name] for name in weights}
    values = {
        (name, who): [row[1 + who] * 20.0 for row in rows if row[1 + who]]
        for name, rows in strata.items()
        for who in (0, 1)
    }
    total = 0.0
    for who in (0, 1):
        if not any(len(values[name, who]) > 1 for name in weights):
            return math.nan
    for name, rows in strata.items():
        one, other = values[name, 0], values[name, 1]
        if len(one) < 2 or len(other) < 2:
            continue
        share = [weights[name] / sum(weights[there] for there in weights if values[there, who]) for who in (0, 1)]
        both = sum((row[1] * 20 - np.mean(one)) * (row[2] * 20 - np.mean(other)) for row in rows if row[1] and row[2])
        bessel = math.sqrt(len(one) / (len(one) - 1) * len(other) / (len(other) - 1))
        total += share[0] * share[1] * both / len(one) / len(other) * bessel * (1 - len(rows) / eligible[name])
    return total
