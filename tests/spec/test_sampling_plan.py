"""Before the round: the error to expect, the difference that is found, the sample that a wanted difference needs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from xiaoneng.core.errors import PlanError, PresetError
from xiaoneng.core.sampling import (
    KINDS,
    PlanQuestion,
    Stratum,
    agency_error,
    body_error,
    difference_error,
    load_preset,
    pairs_apart,
    plan,
    preset_from_dict,
    sample_needed,
    shared_raters,
    smallest_difference,
    spread_of_share,
)

MANY = 10**12  # so many that no finite correction shows
ONE = PlanQuestion((Stratum("all", MANY, 20.0),), sample_size=400, agencies=1, per_ballot=1)
Z_TWO_SIDED, Z_POWER = 1.959964, 0.841621  # normal quantiles of 0.975 and 0.80


def test_the_error_is_the_spread_over_the_root_of_the_ratings() -> None:
    """Spread 20, 400 ratings: 20 / 20 = 1. A design effect of 4 doubles it; if a quarter answers, so does that."""
    assert agency_error(ONE) == pytest.approx(1.0)
    assert agency_error(replace(ONE, design_effect=4.0)) == pytest.approx(2.0)
    assert agency_error(replace(ONE, response=0.25)) == pytest.approx(2.0)


def test_ratings_spread_over_the_agencies_of_a_ballot() -> None:
    """1,600 people, half of whom answer, rate 10 of 20 agencies: 400 ratings an agency, again an error of 1."""
    asked = replace(ONE, sample_size=1600, response=0.5, agencies=20, per_ballot=10)
    found = plan(asked)
    assert (found.ballots, found.ratings) == (800, 400)
    assert found.standard_error == pytest.approx(1.0)


def test_over_strata_the_error_is_that_of_the_optimal_allocation() -> None:
    """Neyman's least variance is ((sum N S)^2 / n - sum N S^2) / N^2. Of the API strata with n = 200 it is a hair below that of the
    whole numbers (147, 21, 32), which R gives as 8.859417^2."""
    sizes, spreads = (4421, 755, 1018), (131.346298561, 107.656253592, 124.717055905)
    strata = tuple(Stratum(name, *row) for name, row in zip("EHM", zip(sizes, spreads, strict=True), strict=True))
    goods = sum(size * spread for size, spread in zip(sizes, spreads, strict=True))
    squares = sum(size * spread**2 for size, spread in zip(sizes, spreads, strict=True))
    found = agency_error(PlanQuestion(strata, sample_size=200, agencies=1, per_ballot=1))
    assert found == pytest.approx(math.sqrt(goods**2 / 200 - squares) / 6194)
    assert 8.859 < found <= 8.859417


def test_asking_everybody_leaves_no_error_of_sampling() -> None:
    everybody = PlanQuestion((Stratum("all", 50, 20.0),), sample_size=50, agencies=1, per_ballot=1)
    assert agency_error(everybody) == 0.0


def test_a_share_has_the_spread_of_yes_or_no() -> None:
    """Of 80 % satisfied: sqrt(0.8 x 0.2) = 0.4."""
    assert spread_of_share(0.8) == pytest.approx(0.4)


def test_two_agencies_are_told_apart_from_2_8_errors_of_their_difference_on() -> None:
    """Two agencies, each with an error of 1, by different people: the difference has an error of sqrt(2). It is found four times in five, at
    5 %, from (1.96 + 0.84) sqrt(2) = 3.96 on (Bloom 1995)."""
    asked = replace(ONE, sample_size=800, agencies=2, per_ballot=1)
    assert shared_raters(2, 1) == 0.0
    assert difference_error(asked) == pytest.approx(math.sqrt(2))
    assert smallest_difference(asked) == pytest.approx((Z_TWO_SIDED + Z_POWER) * math.sqrt(2), abs=1e-5)


def test_raters_whom_two_agencies_share_make_their_difference_surer() -> None:
    """Everybody rates both, and strict raters are strict to both (correlation 0.5): the variance is 2 (1 - 0.5) = 1, not 2. If a ballot
    holds 10 of 19 agencies, a half of an agency's raters rate a given other: 2 (1 - 0.25) = 1.5."""
    both = replace(ONE, agencies=2, per_ballot=2, rater_correlation=0.5)
    assert difference_error(both) == pytest.approx(1.0)
    some = replace(ONE, sample_size=760, agencies=19, per_ballot=10, rater_correlation=0.5)
    assert shared_raters(19, 10) == 0.5
    assert difference_error(some) == pytest.approx(math.sqrt(1.5))


def test_of_many_agencies_any_two_need_a_larger_difference() -> None:
    """Five agencies make ten pairs: 5 % is divided by ten, and the quantile of 0.9975 is 2.807034."""
    asked = replace(ONE, agencies=5, per_ballot=5)
    wanted = (2.807034 + Z_POWER) * math.sqrt(2)
    assert smallest_difference(asked, is_any_pair=True) == pytest.approx(wanted, abs=1e-5)
    assert plan(asked).difference_any == pytest.approx(wanted, abs=1e-5)


def test_a_change_between_rounds_counts_both_errors_unless_the_same_people_answer() -> None:
    """Anonymous rounds: sqrt(1 + 1). If all answer twice, with a correlation of 0.5: sqrt(2 (1 - 0.5)) = 1."""
    assert plan(ONE).difference_rounds == pytest.approx((Z_TWO_SIDED + Z_POWER) * math.sqrt(2), abs=1e-5)
    same = replace(ONE, round_overlap=1.0, round_correlation=0.5)
    assert plan(same).difference_rounds == pytest.approx(Z_TWO_SIDED + Z_POWER, abs=1e-5)


def test_the_sample_for_a_wanted_difference_is_the_smallest_that_finds_it() -> None:
    """Spread 20, two agencies on every ballot, a difference of 4 wanted: n is no less than (2.801585 sqrt(2) 20 / 4)^2 = 392.4."""
    asked = replace(ONE, agencies=2, per_ballot=2)
    assert sample_needed(asked, 4.0) == 393


def test_where_even_everybody_does_not_do_no_sample_is_named() -> None:
    """Twenty people, half of whom answer, never tell a point apart."""
    asked = PlanQuestion((Stratum("all", 20, 20.0),), sample_size=20, agencies=2, per_ballot=2, response=0.5)
    assert sample_needed(asked, 1.0) is None
    assert plan(replace(asked, wanted_difference=1.0)).needed is None


def test_how_many_pairs_are_told_apart_follows_from_the_spread_of_the_agencies() -> None:
    """Two agencies with an error of the difference of sqrt(2), true scores with a standard deviation of 1: the observed difference has
    the variance 2 + 2, so it passes 1.96 sqrt(2) with 2 (1 - P(1.3859)) = 0.1658. Without a spread it does so in 5 %."""
    asked = replace(ONE, agencies=2, per_ballot=2, agency_spread=1.0)
    assert pairs_apart(asked) == pytest.approx(0.1658, abs=5e-5)
    assert pairs_apart(replace(asked, agency_spread=0.0)) == pytest.approx(0.05)


def test_agencies_far_apart_fall_into_halves_and_equal_ones_into_none() -> None:
    """Six agencies whose true scores lie 1,000 errors apart: three surely above, three below, but for rare close pairs. Six equal ones: hardly
    ever any, by 5 % of all simulated counties at most."""
    asked = replace(ONE, agencies=6, per_ballot=6)
    far, equal = plan(replace(asked, agency_spread=1000.0)), plan(replace(asked, agency_spread=0.0))
    assert far.clearly_upper == pytest.approx(3.0, abs=0.05)
    assert far.clearly_lower == pytest.approx(3.0, abs=0.05)
    assert equal.clearly_upper is not None
    assert equal.clearly_upper < 0.05
    assert plan(replace(asked, agency_spread=5.0)) == plan(replace(asked, agency_spread=5.0))


def test_a_body_that_fewer_than_thirty_may_rate_is_asked_in_full_and_not_ranked() -> None:
    """An archive with 29 eligible people is small, one with 30 is not. If all 29 answer there is no error of sampling; if a part does, the
    error is that of a sample without replacement."""
    asked = replace(ONE, bodies={"archive": 29, "library": 30})
    assert plan(asked).small_bodies == {"archive": 29}
    assert body_error(asked, 29) == 0.0
    half = replace(asked, response=0.5)
    assert body_error(half, 30) == pytest.approx(math.sqrt((1 - 15 / 30) * 400 / 15))


def test_a_plan_of_numbers_that_mean_nothing_is_refused() -> None:
    wrong = [
        (replace(ONE, strata=()), "nobody may rate"),
        (replace(ONE, strata=(Stratum("all", 500),)), "no spread is known; give"),
        (replace(ONE, strata=(Stratum("all", 500, -1.0),)), "populations and spreads must be 0 or more"),
        (replace(ONE, sample_size=0), "the sample must be from 1 to"),
        (replace(ONE, agencies=3, per_ballot=4), "a ballot can rate from 1 to 3 agencies, not 4"),
        (replace(ONE, response=0.0), "response 0.0 is out of range"),
        (replace(ONE, power=1.0), "power 1.0 is out of range"),
        (replace(ONE, design_effect=0.0), "design effect 0.0 means nothing"),
        (replace(ONE, agency_spread=-1.0), "agency spread -1.0 means nothing"),
    ]
    for asked, told in wrong:
        with pytest.raises(PlanError, match=told):
            plan(asked)
    with pytest.raises(PlanError, match=r"1.5 is no share"):
        spread_of_share(1.5)


def test_a_kind_of_appraisal_brings_its_strata_groups_and_rules_with_their_sources() -> None:
    """County and towns rate middle managers: raters of both levels, five comparable groups. The weight that a source gives to those who
    had a case is there, marked unconfirmed, as is the proposed cap."""
    found = load_preset("county_and_towns_rate_middle_managers")
    assert found.label["zh"] == "县镇联动评中层"
    assert {one.level for one in found.strata} == {"county", "town", "any"}
    assert [group.label["zh"] for group in found.groups] == ["行政管理", "行政执法", "公共服务", "垂管", "乡镇"]
    users = next(one for one in found.strata if one.id == "service_user")
    assert (users.weight, users.is_weight_confirmed) == (0.8, False)
    assert [source.id for source in users.weight_sources] == ["section_heads"]
    assert found.is_cap_confirmed is False
    assert all(
        one.sources and one.label["zh"] and one.label["en"] for kind in KINDS for one in load_preset(kind).strata
    )


def test_a_preset_that_names_what_is_not_defined_is_refused() -> None:
    given = {"zh": "评", "en": "r", "appraisee": "agency", "groups": [], "exclusions": [], "sources": []}
    own = {"own_strata": {"miners": {"zh": "矿工", "en": "miners", "level": "town", "cadre": "no"}}}
    assert preset_from_dict("own", given | own | {"strata": [{"id": "miners"}]}).strata[0].label["en"] == "miners"
    with pytest.raises(PresetError, match="'miners' is not defined or malformed"):
        preset_from_dict("own", given | {"strata": [{"id": "miners"}]})
    with pytest.raises(PresetError, match="there is no exclusion 'friends'"):
        preset_from_dict("own", given | {"strata": [], "exclusions": ["friends"]})
    with pytest.raises(PresetError, match=r"a weight of 2; write one above 0"):
        preset_from_dict("own", given | {"strata": [{"id": "firm", "weight": 2}]})
    with pytest.raises(PresetError, match="there is no preset 'best_agency'"):
        load_preset("best_agency")
