"""Agreement, items not answered, change between rounds, hidden shares and pairs: figures from papers and from another program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.core.errors import RatersError
from xiaoneng.core.survey import (
    bradley_terry,
    changes,
    components,
    forced_answers,
    intraclass,
    item_response,
    matched_covariance,
    response_weights,
    warner,
)

NAN = float("nan")


def test_six_correlations_of_shrout_and_fleiss() -> None:
    """Shrout and Fleiss 1979, table 2 (six targets, four judges), to ten digits by R psych::ICC."""
    found = intraclass([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    assert found.icc_1_1 == pytest.approx(0.1657417684, abs=5e-11)
    assert found.icc_2_1 == pytest.approx(0.2897637795, abs=5e-11)
    assert found.icc_3_1 == pytest.approx(0.7148407148, abs=5e-11)
    assert found.icc_1_k == pytest.approx(0.4427971337, abs=5e-11)
    assert found.icc_2_k == pytest.approx(0.6200505476, abs=5e-11)
    assert found.icc_3_k == pytest.approx(0.9093155424, abs=5e-11)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([[1.0, 2.0]], "two targets and two judges"),
        ([[1.0], [2.0]], "two targets and two judges"),
        ([[1.0, NAN], [2.0, 3.0]], "1 cells of the table of agreement are empty"),
        ([[4.0, 4.0], [4.0, 4.0]], "every score in the table of agreement is the same"),
    ],
)
def test_tables_without_agreement_to_tell_are_refused(table: list[list[float]], said: str) -> None:
    with pytest.raises(RatersError, match=said):
        intraclass(table)


@given(edges=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9)), max_size=14))
def test_components_are_those_of_a_plain_walk(edges: list[tuple[int, int]]) -> None:
    found = components([f"a{one}" for one, _ in edges], [f"b{other}" for _, other in edges])
    groups: list[set[str]] = []
    for one, other in edges:
        joined = {f"a{one}", f"b{other}"}
        apart = [group for group in groups if not group & joined]
        groups = [*apart, joined.union(*(group for group in groups if group & joined))]
    plain = sorted(tuple(sorted(name for name in group if name[0] == "a")) for group in groups)
    assert sorted(part.agencies for part in found) == plain
    assert sum(part.ratings for part in found) == len(edges)
    assert sum(part.ballots for part in found) == len({other for _, other in edges})


def test_components_need_an_agency_and_a_ballot_a_rating() -> None:
    with pytest.raises(RatersError, match="2 agencies and 1 ballots"):
        components(["a", "b"], ["1"])


# --- change -------------------------------------------------------------------------------------------------------------

# Two means of the same 200 schools in two years (data `api` of R survey 4.1, svymean and its vcov)
API00, API99 = 662.287363159321, 629.394844783961
VARIANCE_00, BOTH, VARIANCE_99 = 88.5281670303, 91.8006753459, 99.2802457706


def test_the_same_raters_twice_make_a_change_much_surer() -> None:
    """R survey: difference of the two years 32.89251838, standard error 2.05111240771; as if independent 13.7043."""
    rounds: dict[str, Any] = {"variance_before": [VARIANCE_99], "variance_after": [VARIANCE_00]}
    found = changes([API99], [API00], covariance=[BOTH], **rounds)
    assert found.difference[0] == pytest.approx(32.89251838, abs=5e-9)
    assert found.se[0] == pytest.approx(2.05111240771, abs=5e-10)
    assert found.has_overlap.tolist() == [True]
    for alone in (changes([API99], [API00], **rounds), changes([API99], [API00], covariance=[NAN], **rounds)):
        assert alone.se[0] == pytest.approx(13.7043, abs=5e-5)
        assert alone.has_overlap.tolist() == [False]


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg() -> None:
    """Benjamini and Hochberg 1995: their fifteen p values, of which four are found at .05."""
    from scipy import stats

    p = np.array([.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1])  # fmt: skip
    z = stats.norm.isf(p / 2)
    found = changes(np.zeros(15), z, variance_before=np.full(15, 0.5), variance_after=np.full(15, 0.5))
    printed = [.0015, .0030, .0095, .035625, .0603, .0638571, .0638571, .0645, .0765, .486, .58118182, .714875, .75323077, .81321429, 1]  # fmt: skip
    assert found.p == pytest.approx(p)
    assert found.p_adjusted == pytest.approx(np.array(printed), abs=5e-8)
    assert found.is_improved.tolist() == [True] * 4 + [False] * 11
    assert (found.low > 0).sum() == 9  # one by one, nine intervals would leave out zero
    assert (found.sure_low > 0).tolist() == found.is_improved.tolist()


@given(z=st.lists(st.floats(-5, 5), min_size=1, max_size=12), share=st.sampled_from([0.01, 0.05, 0.2]))
def test_an_agency_is_named_just_where_its_widened_interval_leaves_out_zero(z: list[float], share: float) -> None:
    zeros, halves = np.zeros(len(z)), np.full(len(z), 0.5)
    found = changes(zeros, z, variance_before=halves, variance_after=halves, false_share=share)
    assert found.is_improved.tolist() == (found.sure_low > 0).tolist()
    assert found.is_worse.tolist() == (found.sure_high < 0).tolist()


def test_an_agency_that_was_not_there_is_unknown_and_does_not_count() -> None:
    """A p value of .04 alone is found; beside a second agency with .9 it would not be; an unknown one changes nothing."""
    from scipy import stats

    z = float(stats.norm.isf(0.02))
    half = {"variance_before": [0.5, 0.5], "variance_after": [0.5, 0.5]}
    assert changes([NAN, 0.0], [3.0, z], **half).is_improved.tolist() == [False, True]
    assert changes([0.0, 0.0], [0.1, z], **half).is_improved.tolist() == [False, False]
    none = changes([NAN], [1.0], variance_before=[1.0], variance_after=[1.0])
    assert np.isnan(none.p_adjusted).all()
    assert none.told(0, "en") == "There is no score in one of the two rounds, so they cannot be compared."


def test_matched_codes_give_the_covariance_of_the_two_means() -> None:
    """Means of simple random samples that overlap in 12 of 20 and 30, over many made-up draws: near n12 / (n1 n2) S12 with S12 = 4."""
    chance = np.random.default_rng(9)
    found, expected = [], 12 / (20 * 30) * 4
    means = []
    for _ in range(2000):
        stays, early, late = chance.normal(0, 2, 12), chance.normal(0, 2, 8), chance.normal(0, 2, 18)
        first = np.concatenate([stays + chance.normal(0, 1, 12), early])
        second = np.concatenate([stays + chance.normal(0, 1, 12), late])
        codes = [f"c{number}" for number in range(12)]
        found.append(matched_covariance([*codes, *[""] * 8], first.tolist(), [*codes, *[""] * 18], second.tolist()))
        means.append((first.mean(), second.mean()))
    assert np.mean(found) == pytest.approx(expected, rel=0.05)
    assert np.cov(np.array(means).T)[0, 1] == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"before": [1.0], "after": [1.0, 2.0]}, "differ in length"),
        ({"variance_before": [-1.0]}, "a variance is below zero"),
        ({"covariance": [1.5]}, "larger than their variances allow"),
        ({"covariance": [-1.5]}, "larger than their variances allow"),
    ],
)
def test_rounds_that_cannot_be_compared_are_refused(given_: dict[str, Any], said: str) -> None:
    plain = {"before": [1.0], "after": [1.0], "variance_before": [1.0], "variance_after": [1.0]} | given_
    with pytest.raises(RatersError, match=said):
        changes(plain.pop("before"), plain.pop("after"), **plain)


def test_panel_codes_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(RatersError, match="stands twice in one round"):
        matched_covariance(["x", "x"], [1.0, 2.0], ["x"], [1.0])
    with pytest.raises(RatersError, match="2 scores but 1 codes"):
        matched_covariance(["x"], [1.0, 2.0], ["x"], [1.0])


# --- items ------------------------------------------------------------------------------------------------------------


def test_weights_of_ballots_go_into_the_means_and_the_band() -> None:
    """Answers 80 (weight 1) and 100 (weight 3), one skip (weight 4): mean 95; quartiles 85 and 95, so (380 + 4 x 85) / 8 = 90."""
    found = item_response(
        [80, 100, NAN],
        agencies=["a"] * 3,
        items=["1"] * 3,
        has_contact=[True] * 3,
        weights=[1, 3, 4],
    )
    assert (found.mean[0, 0], found.if_lowest[0, 0], found.if_highest[0, 0]) == (95, 90, 95)
    assert found.response_rate[0, 0] == 2 / 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"items": ["1"]}, "columns of other lengths"),
        ({"has_contact": [False, True]}, "1 rows say no contact and yet have a score"),
        ({"weights": [1.0]}, "2 scores and 1 weights"),
        ({"weights": [1.0, NAN]}, "known and not below zero"),
    ],
)
def test_items_that_contradict_each_other_are_refused(changed: dict[str, Any], said: str) -> None:
    rows = {"agencies": ["a", "a"], "items": ["1", "1"], "has_contact": [True, True]} | changed
    with pytest.raises(RatersError, match=said):
        item_response([80.0, 90.0], **rows)


def test_no_rows_give_no_table() -> None:
    found = item_response([], agencies=[], items=[], has_contact=[])
    assert (found.agencies, found.mean.shape) == ((), (0, 0))
    assert response_weights([], strata=[], items=[], has_contact=[]).tolist() == []


# --- hidden shares ------------------------------------------------------------------------------------------------------


def test_hidden_shares_at_two_hundred_answers() -> None:
    """Forced answers with 60 of 200 yes: .20 with an error of .0486; Warner at .7 with 90 of 200: .375 with .0879."""
    forced = forced_answers().estimate(60, 200)
    assert (forced.share, forced.epsilon) == (pytest.approx(0.20), pytest.approx(1.609, abs=5e-4))
    assert forced.se == pytest.approx(0.0486, abs=5e-5)
    mirrored = warner(truth_share=0.7).estimate(90, 200)
    assert (mirrored.share, mirrored.epsilon) == (pytest.approx(0.375), pytest.approx(0.847, abs=5e-4))
    assert mirrored.se == pytest.approx(0.0879, abs=1e-4)
    assert forced_answers().standard_error(0.30, 15) == pytest.approx(0.177, abs=5e-4)


def test_shares_stay_between_none_and_all() -> None:
    """10 of 200 say yes, fewer than the dice alone would make: the share is 0 and its interval begins there."""
    found = forced_answers().estimate(10, 200)
    assert (found.share, found.low) == (0, 0)
    assert forced_answers().estimate(199, 200).high == 1


def test_an_uneven_device_is_judged_by_the_answer_that_tells_more() -> None:
    """Truth 1/2, forced yes 2/5, forced no 1/10: a no is (1 - .4) / (1 - .9) = 6 times likelier without, a yes .9 / .4."""
    assert forced_answers(truth_share=0.5, yes_share=0.4).epsilon == pytest.approx(np.log(6))


@pytest.mark.parametrize(("truth", "yes"), [(0.0, 0.2), (0.5, 0.0), (0.5, 0.5), (0.9, 0.2)])
def test_devices_that_would_give_a_person_away_are_refused(truth: float, yes: float) -> None:
    with pytest.raises(RatersError, match="give its giver away"):
        forced_answers(truth_share=truth, yes_share=yes)


@pytest.mark.parametrize("share", [0.5, 1.0, 0.3])
def test_slips_that_tell_nothing_or_all_are_refused(share: float) -> None:
    with pytest.raises(RatersError, match=r"above 0\.5 and below 1"):
        warner(truth_share=share)


@pytest.mark.parametrize(("yes", "answers"), [(3, 2), (-1, 2), (0, 0)])
def test_counts_that_cannot_be_are_refused(yes: int, answers: int) -> None:
    with pytest.raises(RatersError, match="cannot have been yes"):
        forced_answers().estimate(yes, answers)


# --- pairs ------------------------------------------------------------------------------------------------------------


def test_journals_by_who_cites_whom() -> None:
    """Stigler's journals in Agresti 2002, 10.6: Biometrika, Communications in Statistics, JASA, JRSS-B; by R BradleyTerry2."""
    cited = np.array([[0, 730, 498, 221], [33, 0, 68, 17], [320, 813, 0, 142], [284, 276, 325, 0]])
    found = bradley_terry(cited)
    assert found.strengths == pytest.approx(np.array([0, -2.9490724968, -0.4795697698, 0.2689540558]), abs=5e-10)
    assert found.se == pytest.approx(np.array([0, 0.10254534, 0.06058872924, 0.07082996511]), abs=5e-9)
    assert found.deviance == pytest.approx(4.29338397, abs=5e-9)
    assert found.freedom == 3
    other = bradley_terry(cited, reference=3)
    assert other.strengths == pytest.approx(found.strengths - found.strengths[3])
    assert other.se[0] == pytest.approx(found.se[3])
    with_self = bradley_terry(cited + np.diag([714, 425, 1072, 188]))  # who cites himself is no comparison
    assert (with_self.freedom, with_self.deviance) == (3, pytest.approx(found.deviance))


@pytest.mark.parametrize(
    ("wins", "said"),
    [
        ([[0, 3], [0, 0]], "always preferred, or never"),
        ([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], "always preferred, or never"),
        ([[0, 1, 2], [1, 0, 2]], "square table"),
        ([[0, -1], [1, 0]], "square table"),
        ([[0]], "at least two units"),
    ],
)
def test_pairs_without_finite_strengths_are_refused(wins: list[list[float]], said: str) -> None:
    with pytest.raises(RatersError, match=said):
        bradley_terry(wins)
