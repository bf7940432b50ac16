"""What may be said of a score when ballots are few, strict or mild, unanswered, or of another year."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from xiaoneng.core.errors import UnconnectedRatersError
from xiaoneng.core.survey import (
    bradley_terry,
    changes,
    components,
    forced_answers,
    intraclass,
    item_response,
    matched_covariance,
    response_weights,
    severity,
    shrink,
    shrink_shares,
    warner,
)

NAN = float("nan")


def drawn(drawing: str) -> dict[str, list[str]]:
    """Columns of a drawn table."""
    lines = [line.strip() for line in drawing.strip().splitlines() if "-+-" not in line]
    heads, *rows = ([part.strip() for part in line.split("|")] for line in lines)
    return {head: [row[place] for row in rows] for place, head in enumerate(heads)}


def ballots_of(drawing: str) -> dict[str, Any]:
    """Ratings from a table with one row a ballot and one column an agency; an empty cell was not rated."""
    columns = drawn(drawing)
    papers = columns.pop("ballot")
    rated = [
        (float(score), agency, paper)
        for agency, scores in columns.items()
        for paper, score in zip(papers, scores, strict=True)
        if score
    ]
    scores, agencies, ballots = zip(*rated, strict=True)
    return {"scores": list(scores), "agencies": list(agencies), "ballots": list(ballots)}


# --- strict and mild ballots --------------------------------------------------------------------------------------------


def test_an_agency_that_met_the_strict_ballots_is_lifted() -> None:
    """On the agencies they share, ballots s are 20 points stricter than ballots m. Water met only s, tax only m; the raw scores say
    62 and 78, yet s gave water 2 more, and m gave tax 2 less, than the other two agencies: adjusted, water is ahead."""
    found = severity(
        **ballots_of(
            """
            ballot | water | parks | roads | tax
            -------+-------+-------+-------+----
            s1     | 62    | 60    | 60    |
            s2     | 62    | 60    | 60    |
            s3     | 62    | 60    | 60    |
            m1     |       | 80    | 80    | 78
            m2     |       | 80    | 80    | 78
            m3     |       | 80    | 80    | 78
            """
        )
    )
    raw, adjusted = (dict(zip(found.agencies, values.tolist(), strict=True)) for values in (found.raw, found.adjusted))
    assert (raw["water"], raw["tax"]) == (62, 78)
    assert adjusted == pytest.approx({"water": 72, "parks": 70, "roads": 70, "tax": 68}, abs=0.01)
    moved = dict(zip(found.agencies, found.is_moved.tolist(), strict=True))
    assert moved == {"water": True, "parks": False, "roads": False, "tax": True}


def test_where_every_ballot_rates_every_agency_strictness_changes_nothing() -> None:
    """The second ballot is 10 points stricter, on all alike: adjusted scores are the raw ones."""
    found = severity(
        **ballots_of(
            """
            ballot | water | tax
            -------+-------+----
            1      | 90    | 81
            2      | 80    | 71
            3      | 85    | 74
            """
        )
    )
    assert found.shift == pytest.approx(np.zeros(2), abs=1e-9)
    assert found.adjusted == pytest.approx(found.raw)


def test_agencies_that_no_ballot_connects_are_not_adjusted() -> None:
    """No ballot rated both water or tax and police or court: whose raters were strict cannot be known."""
    data = ballots_of(
        """
        ballot | water | tax | police | court
        -------+-------+-----+--------+------
        1      | 80    | 70  |        |
        2      | 90    | 85  |        |
        3      |       |     | 60     | 65
        """
    )
    assert [part.agencies for part in components(data["agencies"], data["ballots"])] == [
        ("tax", "water"),
        ("court", "police"),
    ]
    with pytest.raises(UnconnectedRatersError, match="2 groups"):
        severity(**data)


def test_judges_may_agree_on_the_order_and_not_on_the_level() -> None:
    """The second judge gives 2 more to each of three targets: leaving strictness out they agree fully; counting it, by 1 / (1 + 2).

    Mean squares: targets 2, judges 6, rest 0; (2 - 0) / (2 + 0 + 2 (6 - 0) / 3) = 1 / 3.
    """
    found = intraclass([[1, 3], [2, 4], [3, 5]])
    assert found.icc_3_1 == pytest.approx(1)
    assert found.icc_2_1 == pytest.approx(1 / 3)


# --- few ballots --------------------------------------------------------------------------------------------------------


def test_an_estimate_is_drawn_to_the_mean_the_more_the_less_sure_it_is() -> None:
    """Variances 1, 1, 1: the mean square of 0, 3, 6 is 9, so 8 are true difference and each keeps 8 / 9 of its distance to 3."""
    found = shrink([0, 3, 6], [1, 1, 1], method="dl")
    assert found.tau2 == pytest.approx(8)
    assert found.shrunk == pytest.approx(np.array([3 - 3 * 8 / 9, 3, 3 + 3 * 8 / 9]))


def test_where_chance_explains_the_differences_all_get_the_mean_and_it_is_said() -> None:
    """Variances of 25 explain 79, 80 and 81 (their mean square is 1): every agency gets 80, and no ranking is made of it."""
    found = shrink([79, 80, 81], [25, 25, 25])
    assert (found.tau2, found.has_difference) == (0, False)
    assert found.shrunk == pytest.approx(np.array([80, 80, 80]))
    assert found.told("en").startswith("No difference shown")
    assert "未显示出差别" in found.told()


def test_a_share_is_drawn_as_if_there_were_so_many_more_ballots_at_the_mean() -> None:
    """2 and 8 of 10: m = 1/2, S = 10 (.09 + .09) = 1.8, S / (m (1 - m)) = 7.2; likeness (7.2 - 1) / (20 - 10 - 1) = 31/45.

    k = (1 - 31/45) / (31/45) = 14/31 imagined ballots; (2 + k/2) / (10 + k) = 69/324.
    """
    found = shrink_shares([2, 8], [10, 10])
    assert found.pull == pytest.approx(14 / 31)
    assert found.shrunk == pytest.approx(np.array([69 / 324, 255 / 324]))
    assert found.has_difference


def test_shares_as_alike_as_chance_makes_them_are_one_share() -> None:
    """4, 5 and 6 of 10, and an agency without ballots: chance alone would spread them more; all get one half."""
    found = shrink_shares([4, 5, 6, 0], [10, 10, 10, 0])
    assert found.pull == math.inf
    assert found.shrunk.tolist() == [0.5, 0.5, 0.5, 0.5]
    assert math.isnan(found.shares[3])
    assert found.told("en").startswith("No difference shown")


# --- items that were not answered ----------------------------------------------------------------------------------------

ANSWERS = """
    agency | stratum | contact | score
    -------+---------+---------+------
    water  | firms   | yes     | 60
    water  | firms   | yes     | 100
    water  | towns   | yes     | 80
    water  | towns   | yes     |
    water  | towns   | no      |
    tax    | towns   | no      |
"""


def answers() -> dict[str, Any]:
    columns = drawn(ANSWERS)
    return {
        "scores": [float(score) if score else NAN for score in columns["score"]],
        "agencies": columns["agency"],
        "strata": columns["stratum"],
        "items": ["attitude"] * 6,
        "has_contact": [contact == "yes" for contact in columns["contact"]],
    }


def test_no_contact_is_counted_apart_and_is_no_missing_answer() -> None:
    """Of six rows three answered water, one skipped it, one each had no contact: water 3 of 4, tax unknown rather than 0."""
    given = answers()
    given.pop("strata")
    found = item_response(**given)
    assert found.agencies == ("tax", "water")
    assert [found.answered[1, 0], found.skipped[1, 0], found.no_contact[1, 0]] == [3, 1, 1]
    assert found.response_rate[1, 0] == 3 / 4
    assert found.mean[1, 0] == 80
    assert (found.no_contact[0, 0], found.skipped[0, 0]) == (1, 0)
    assert math.isnan(found.response_rate[0, 0])
    assert math.isnan(found.mean[0, 0])


def test_a_band_shows_how_far_the_unanswered_could_move_a_score() -> None:
    """Answers 60, 80, 100 with quartiles 70 and 90, one skipped: (240 + 70) / 4 = 77.5 to (240 + 90) / 4 = 82.5."""
    given = answers()
    given.pop("strata")
    found = item_response(**given)
    assert (found.if_lowest[1, 0], found.if_highest[1, 0]) == (77.5, 82.5)


def test_those_who_answered_stand_for_those_of_their_own_stratum() -> None:
    """Firms all answered: weight 1. Of two townspeople with contact one answered: weight 2. Who had no contact has none."""
    given = answers()
    given.pop("agencies")
    weights = response_weights(**given)
    assert weights[:3].tolist() == [1, 1, 2]
    assert np.isnan(weights[3:]).all()


# --- change since the last round -------------------------------------------------------------------------------------------


def test_people_who_answered_twice_make_a_change_surer() -> None:
    """Variances 4 and 5: alone the error of the change is 3; with a covariance of 4 it is the root of 4 + 5 - 8 = 1."""
    rounds: dict[str, Any] = {"variance_before": [4.0], "variance_after": [5.0]}
    assert changes([70.0], [72.5], **rounds).se.tolist() == [3]
    found = changes([70.0], [72.5], covariance=[4.0], **rounds)
    assert (found.se[0], found.difference[0], found.is_improved[0]) == (1, 2.5, True)
    assert found.told(0, "en").startswith("Up +2.5 points")


def test_one_rise_among_twenty_agencies_is_no_improvement_yet() -> None:
    """One agency rose by 2.5 standard errors (p = .0124), nineteen not at all: .0124 x 20 is far above .05."""
    rise = np.array([2.5, *[0.0] * 19])
    halves = np.full(20, 0.5)
    found = changes(np.zeros(20), rise, variance_before=halves, variance_after=halves)
    assert found.low[0] > 0  # looked at alone it would seem sure
    assert not found.is_improved.any()
    assert found.sure_low[0] < 0
    assert found.told(0, "en").endswith("a change cannot be confirmed.")
    assert changes([0.0], [-2.5], variance_before=[0.5], variance_after=[0.5]).told(0, "en").startswith("Down -2.5")


def test_the_covariance_comes_from_codes_that_raters_keep_themselves() -> None:
    """Ten of ten and of twenty ballots carry codes found in both rounds; scores 0 to 9, twice as high the second time.

    The covariance of 0..9 with its double is 2 x 55/6, times 10 / (10 x 20).
    """
    codes = [f"c{number}" for number in range(10)]
    first, second = [float(number) for number in range(10)], [2.0 * number for number in range(10)]
    found = matched_covariance(codes, first, [*codes, *[""] * 10], [*second, *[5.0] * 10])
    assert found == pytest.approx(2 * 55 / 6 * 10 / 200)
    assert math.isnan(matched_covariance(codes[:9], first[:9], codes, second))


# --- questions nobody dares answer, and pairs ------------------------------------------------------------------------------


def test_dice_hide_every_answer_and_still_show_the_share() -> None:
    """60 of 200 say yes; the die forces a sixth of them and lets two thirds tell the truth: (.30 - 1/6) / (2/3) = .20.

    A yes is (2/3 + 1/6) / (1/6) = 5 times likelier from one to whom it applies: epsilon is ln 5.
    """
    found = forced_answers().estimate(60, 200)
    assert found.share == pytest.approx(0.20)
    assert found.se == pytest.approx(math.sqrt(0.3 * 0.7 / 200) * 1.5)
    assert found.epsilon == pytest.approx(math.log(5))
    assert found.told("en").startswith("200 answers, estimated share 20.0%")


def test_slips_with_the_question_and_its_opposite() -> None:
    """Warner, seven of ten slips straight: 90 of 200 say yes, (.45 - .3) / .4 = .375; epsilon is ln (.7 / .3)."""
    found = warner(truth_share=0.7).estimate(90, 200)
    assert found.share == pytest.approx(0.375)
    assert found.epsilon == pytest.approx(math.log(7 / 3))


def test_a_hidden_share_of_fewer_than_150_answers_is_not_printed() -> None:
    """149 answers give none, 150 give one."""
    few, enough = (forced_answers().estimate(40, answers) for answers in (149, 150))
    assert (few.is_too_few, enough.is_too_few) == (True, False)
    assert all(math.isnan(value) for value in (few.share, few.se, few.low, few.high))
    assert few.told("en") == "There are only 149 answers, fewer than 150; no share is estimated."


def test_of_two_units_the_one_preferred_three_times_in_four_has_odds_of_three() -> None:
    """30 of 40: log odds ln 3, error the root of 1/30 + 1/10; one pair and one strength leave no deviance."""
    found = bradley_terry([[0, 10], [30, 0]])
    assert found.strengths == pytest.approx(np.array([0, math.log(3)]))
    assert found.se[1] == pytest.approx(math.sqrt(1 / 30 + 1 / 10))
    assert (found.deviance, found.freedom) == (pytest.approx(0, abs=1e-12), 0)
