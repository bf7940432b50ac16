"""What a design, a fitting of weights or an estimate refuses, each with what, where and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from xiaoneng.core.errors import DesignError, SurveyError, WeightingError
from xiaoneng.core.survey import (
    Margin,
    bootstrap,
    calibrate,
    compare_two,
    contrast,
    difference,
    estimate_means,
    estimate_quantiles,
    estimate_shares,
    frame_design,
    independence,
    jackknife,
    post_stratify,
    rake,
    regress,
    survey_design,
    trim_between,
    trim_by_median,
    wilson,
)

FOUR = [1.0, 2.0, 3.0, 4.0]
NAN = float("nan")


def plain(weights: Any = (1.0, 1.0, 1.0, 1.0), **how: Any) -> Any:
    return survey_design(weights, **how)


DESIGNS: list[tuple[Callable[[], Any], str]] = [
    (lambda: plain([]), "the sample has no row"),
    (lambda: plain([1.0, 0.0]), "weight: 0 in row 2"),
    (lambda: plain([1.0, -3.0]), "weight: -3 in row 2"),
    (lambda: plain([1.0, NAN]), "weight: nan in row 2"),
    (lambda: plain(["1", "x"]), "weight: 'x' in row 2 is no number"),
    (lambda: plain(strata=["a", None, "b", "b"]), "stratum: missing in row 2"),
    (lambda: plain(strata=["a"]), "there are 4 rows"),
    (lambda: plain(clusters=[[1.0, 1.0, NAN, 2.0]]), "cluster of stage 1: missing in row 3"),
    (lambda: plain(fpc=[[3.0] * 4]), "smaller than the 4 units drawn"),
    (lambda: plain(fpc=[[0.0] * 4]), "a population size or sampling fraction is above 0"),
    (lambda: plain(fpc=[[10.0, 10.0, NAN, 10.0]]), "population size of stage 1: missing in row 3"),
    (lambda: plain(fpc=[[10.0, 10.0, 20.0, 10.0]]), "differs within one group"),
    (lambda: plain(fpc=[[10.0] * 4] * 2), "2 population sizes for 1 stages"),
    (lambda: frame_design(["a", "x"], {"a": 5}), "stratum x is in the sample but not in the frame"),
    (lambda: frame_design(["a", "a", "a"], {"a": 2}), "smaller than the 3 units drawn"),
    (lambda: estimate_means(plain(), [1.0, 2.0]), "there are 4 rows"),
    (lambda: estimate_means(plain(), [1.0, 2.0, float("inf"), 1.0]), "infinite in row 3"),
    (lambda: estimate_shares(plain(), [0.0, 1.0, 2.0, 1.0]), "2 in row 3 is neither 0 nor 1"),
    (lambda: estimate_quantiles(plain(), FOUR, (50,)), "there is no quantile of 50"),
    (lambda: compare_two(plain(), FOUR, list("abca")), "3 groups; a comparison is between two"),
    (lambda: independence(plain(), list("aaaa"), list("abab")), "a table of one row or one column"),
    (lambda: regress(plain(), FOUR, {"x": FOUR, "y": FOUR}), "cannot tell 3 coefficients apart"),
    (lambda: regress(plain(), FOUR, {"x": [1.0, 0.0, 2.0, 1.0]}, family="logit"), "is 0 or 1"),
    (lambda: regress(plain(), [0, 0, 1, 1], {"x": FOUR}, family="logit"), "does not settle"),
    (lambda: wilson(3, 0), "give a number above 0"),
    (lambda: wilson(3, 2), "the hits lie between 0 and"),
    (lambda: difference(estimate_means(plain(), FOUR), ("x",), ("y",)), "no estimate is labelled"),
    (lambda: contrast(estimate_means(plain(), FOUR, with_covariance=False), [1]), "carry no covariance"),
    (lambda: contrast(estimate_means(plain(), FOUR), [1, 1]), "2 factors for 1 estimates"),
    (lambda: jackknife(plain([1.0])), "a stratum of one unit cannot do without it"),
    (lambda: jackknife(plain([1.0] * 50_001)), "cannot be left out one by one"),
    (lambda: jackknife(plain()).estimate(lambda w: NAN if w[0] == 0 else 1.0), "unknown in replicate 1 of 4"),
    (lambda: bootstrap(plain(), replicates=1, seed=1), "1 replicates show no spread"),
    (lambda: bootstrap(plain([1.0]), replicates=9, seed=1), "cannot be drawn anew"),
]


@pytest.mark.parametrize(("asked", "said"), DESIGNS, ids=[said for _, said in DESIGNS])
def test_what_contradicts_the_draw_is_refused(asked: Callable[[], Any], said: str) -> None:
    with pytest.raises(DesignError, match=said):
        asked()


def corner() -> dict[str, Margin]:
    """Nobody is a in the north: the margins cannot be met, though every category has rows."""
    return {
        "class": Margin(list("abab"), {"a": 90, "b": 10}),
        "town": Margin(["s", "n", "s", "n"], {"n": 50, "s": 50}),
    }


ONES = {"all": [1.0] * 4}
WEIGHTINGS: list[tuple[Callable[[], Any], str]] = [
    (lambda: rake(plain(), {}), "no margin was given"),
    (lambda: rake(plain(), {"class": Margin(list("abab"), {"a": 2})}), "class: the sample has the category b"),
    (
        lambda: rake(plain(), {"class": Margin(list("abab"), {"a": 2, "b": 2, "c": 2})}),
        "no row of the sample is in the category c; merge it",
    ),
    (lambda: post_stratify(plain(), list("abab"), {"a": 2, "b": 0}), "the size of the category b is not above 0"),
    (lambda: rake(plain(), corner()), "not settled after 100 rounds.*structural zero"),
    (lambda: calibrate(plain(), ONES, {}), "the total of all is not given"),
    (lambda: calibrate(plain(), {"x": [1.0, NAN, 1.0, 1.0]}, {"x": 1}), "x: unknown in some row"),
    (lambda: calibrate(plain(), ONES | {"x": [2.0] * 4}, {"all": 9, "x": 9}), "depend on each other"),
    (lambda: calibrate(plain(), ONES, {"all": 9}, method="logit", bounds=(2, 3)), "lie around 1"),
    (lambda: calibrate(plain(), ONES, {"all": 900}, method="logit", bounds=(0.5, 2)), "no weights of the kind logit"),
    (lambda: trim_by_median(plain(), 1), "give a number above 1"),
    (lambda: trim_between(plain(), low=3, high=2), "bounds 3 and 2 cross"),
    (lambda: trim_between(plain([1.0, 9.0]), low=2, high=3), "no weights lie between 2 and 3"),
]


@pytest.mark.parametrize(("asked", "said"), WEIGHTINGS, ids=[said for _, said in WEIGHTINGS])
def test_weights_that_cannot_be_are_refused(asked: Callable[[], Any], said: str) -> None:
    with pytest.raises(WeightingError, match=said) as refused:
        asked()
    assert isinstance(refused.value, SurveyError)


def test_a_single_unit_without_a_neighbour_has_no_standard_error_and_says_so() -> None:
    found = estimate_means(plain([2.0]), [5.0])
    assert (found.estimate[0], np.isnan(found.se[0]), found.df) == (5.0, True, 0)
    assert [note.code for note in found.notes] == ["survey_one_unit"]
    assert found.rows()[0]["se"] is None


def test_an_empty_group_keeps_its_row() -> None:
    found = estimate_means(plain(), [1.0, 2.0, NAN, NAN], by=list("aabb"))
    assert found.labels == (("a",), ("b",))
    assert (found.n.tolist(), found.rows()[1]["estimate"]) == ([2, 0], None)


def test_every_note_is_a_sentence_in_both_languages() -> None:
    """Notes of a frame with an empty and a lonely stratum, of weights below zero, of an edge share."""
    lonely = frame_design(["a", "c", "c", "d"], {"a": 5, "b": 2, "c": 9, "d": 4})
    below = calibrate(plain(), ONES | {"x": FOUR}, {"all": 4, "x": 22})
    edge = estimate_shares(plain(), [1.0, 1.0, 1.0, NAN], by=["a", "a", None, "a"])
    notes = [*lonely.notes, *below.notes, *edge.notes, *estimate_means(plain([1.0]), [1.0]).notes]
    assert {note.code for note in notes} == {
        "survey_stratum_empty",
        "survey_strata_collapsed",
        "survey_calibrated",
        "survey_weights_below_zero",
        "survey_values_missing",
        "survey_domain_unknown",
        "survey_share_at_the_end",
        "survey_one_unit",
    }
    for note in notes:
        assert note.sentence("zh").endswith("。")
        assert note.sentence("en").endswith(".")
