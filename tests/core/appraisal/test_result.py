"""What a closed round says, within the publication limits: big rounds, and bodies of 6, 14 and 25."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from xiaoneng.core.appraisal import Appraisee, Group, RoundRules, Stratum, Way, drill, result

from .rounds import BIG, NAMED, SMALL

QUESTIONS = ("attitude", "fairness", "results")
MANY = replace(
    BIG,
    groups=(Group("windows", NAMED), Group("others", NAMED)),
    appraisees=tuple(Appraisee(f"a{place}", NAMED, "windows" if place < 4 else "others") for place in range(6)),
)


def body(size: int, **changes: Any) -> RoundRules:
    return replace(SMALL, strata=(Stratum("staff", NAMED, size, size, 1.0, Way.PAPER),), **changes).checked()


def said(stratum: str, **levels: int) -> dict[str, Any]:
    return {"stratum": stratum, "answers": {who: dict.fromkeys(QUESTIONS, level) for who, level in levels.items()}}


def many(seed: int = 1, ballots: int = 300) -> list[dict[str, Any]]:
    """Ballots on which a0 is best and a3 worst; a4 and a5 are alike."""
    rng = np.random.default_rng(seed)
    true = {"a0": 4.6, "a1": 3.8, "a2": 3.6, "a3": 1.8, "a4": 3.0, "a5": 3.0}
    return [
        said(
            "citizens" if number % 3 else "firms",
            **{who: int(np.clip(round(rng.normal(mean, 0.8)), 1, 5)) for who, mean in true.items()},
        )
        for number in range(ballots)
    ]


def rows(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["appraisee"]: row for group in found["groups"] for row in group["rows"]}


def test_ranks_are_ranges_inside_a_group_and_never_across() -> None:
    found = rows(result(MANY, many(), replicates=500))
    assert (found["a0"]["rank_lower"], found["a0"]["rank_upper"]) == (1, 1)
    assert (found["a3"]["rank_lower"], found["a3"]["rank_upper"]) == (4, 4)
    assert (found["a4"]["rank_lower"], found["a4"]["rank_upper"]) == (1, 2)
    assert found["a4"]["tier"] == found["a5"]["tier"] == "not_distinguishable"


def test_the_same_ballots_in_another_order_give_the_same_bytes() -> None:
    ballots = many()
    one, other = result(MANY, ballots, replicates=500), result(MANY, ballots[::-1], replicates=500)
    for found in (one, other):
        found.pop("screening")  # deals labels by place
    assert json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def test_fewer_than_thirty_are_listed_and_not_ranked() -> None:
    found = rows(result(MANY, many(ballots=24), replicates=500))
    assert {row["tier"] for row in found.values()} == {"not_ranked"}
    assert found["a0"]["score"] is not None
    assert found["a0"]["rank_lower"] is None


def test_a_figure_from_too_few_ballots_is_hidden_with_everything_that_belongs_to_it() -> None:
    ballots = [*many(), *(said("firms", a5=3) for _ in range(0))]
    few = [
        {**ballot, "answers": {who: mine for who, mine in ballot["answers"].items() if who != "a2"}}
        for ballot in ballots[4:]
    ]
    row = rows(result(MANY, [*ballots[:4], *few], replicates=500))["a2"]
    assert row["is_hidden"]
    assert row["why"] == "too_few"
    assert [row[name] for name in ("n", "score", "low", "high", "se", "n_eff", "rank_lower", "adjusted")] == [None] * 8
    assert all(question["score"] is None for question in row["questions"])


def test_nobody_came() -> None:
    found = result(MANY, [])
    assert all(row["why"] == "too_few" for row in rows(found).values())
    assert [one["ballots"] for one in found["ballots"]] == [None, None]


def test_a_batch_set_aside_is_shown_with_and_without() -> None:
    ballots = [{**ballot, "batch": f"b{number % 10}"} for number, ballot in enumerate(many())]
    bought = [{**said("citizens", a3=5), "batch": "b10"} for _ in range(60)]
    found = result(MANY, [*ballots, *bought], set_aside=["b10"], replicates=500)
    assert found["set_aside"]["batches"] == ["b10"]
    both = {row["appraisee"]: row for row in found["set_aside"]["rows"]}
    assert both["a3"]["with"] > both["a3"]["without"] + 5
    assert rows(found)["a3"]["score"] == both["a3"]["without"]


def test_what_changed_since_the_last_round_is_told_with_its_interval() -> None:
    before = result(MANY, many(seed=1), replicates=500)
    after = [
        {**ballot, "answers": {**ballot["answers"], "a3": dict.fromkeys(QUESTIONS, 4)}} if number % 2 else ballot
        for number, ballot in enumerate(many(seed=2))
    ]
    found = rows(result(MANY, after, former=before, replicates=500))
    assert found["a3"]["change"]["is_improved"]
    assert not found["a0"]["change"]["is_improved"]


@pytest.mark.parametrize(("size", "is_told"), [(6, False), (14, True), (25, True)])
def test_a_small_body_is_a_census_without_ranks(size: int, is_told: bool) -> None:
    """Six are fewer than ten ballots: nothing is told. Fourteen and twenty-five get a rounded mean, never a rank or a spread."""
    ballots = [said("staff", water=5 - number % 3, housing=2 + number % 3) for number in range(size)]
    found = rows(result(body(size), ballots))
    assert (found["water"]["score"] is not None) is is_told
    for row in found.values():
        assert row["tier"] == "not_ranked"
        assert [row[name] for name in ("rank_lower", "low", "high", "se", "counts", "n_eff", "adjusted")] == [None] * 7
        assert row["strata"] == []
        assert row["why"] == ("small_team" if is_told else "too_few")


def test_a_small_body_of_one_mind_is_told_as_a_bound() -> None:
    """Fourteen of fourteen say 5: the mean would tell what each of them said."""
    found = rows(result(body(14), [said("staff", water=5, housing=2 + number % 3) for number in range(14)]))
    assert found["water"]["score"] is None
    assert found["water"]["coarse"] == "at_least_80"


def test_what_is_told_as_a_bound_is_told_more_exactly_nowhere() -> None:
    """All give a3 the best mark: neither its adjusted score nor the one with every batch may tell what the bound keeps."""
    ballots = [{**one, "answers": {**one["answers"], "a3": dict.fromkeys(QUESTIONS, 5)}} for one in many(seed=1)]
    found = result(MANY, ballots, set_aside=["b10"], replicates=500)
    row = rows(found)["a3"]
    assert (row["score"], row["coarse"]) == (None, "at_least_80")
    assert (row["adjusted"], row["shift"], row["is_moved"]) == (None, None, False)
    assert [each["if_lowest"] for each in row["questions"]] == [None] * len(QUESTIONS)
    told = {each["appraisee"] for each in found["set_aside"]["rows"]}
    assert "a3" not in told
    assert "a0" in told


def test_where_nobody_skipped_a_question_its_bounds_are_its_score() -> None:
    """Two strata of unequal weight: the bounds are weighted as the score is, and nothing was left open between them."""
    for row in rows(result(MANY, many(), replicates=500)).values():
        for each in row["questions"]:
            assert each["if_lowest"] == each["if_highest"] == each["score"]


def test_rounds_of_a_small_body_are_put_together_by_the_rule_and_told_once() -> None:
    """Six raters, two rounds together: the first is told later, the second with twelve ballots."""
    rules = body(6, pooled_rounds=2)
    one = [said("staff", water=5 - number % 3) for number in range(6)]
    first, both = rows(result(rules, one)), rows(result(rules, one, earlier=[one]))
    assert first["water"]["why"] == "pooled_later"
    assert first["water"]["score"] is None
    assert both["water"]["n"] == 12
    assert both["water"]["score"] == 80


def test_a_drill_measures_what_the_screening_finds() -> None:
    ballots = [{**ballot, "batch": f"b{number % 12}"} for number, ballot in enumerate(many(ballots=120))]
    found = drill(MANY, ballots, rounds=1)
    assert found is not None
    assert sum(rate["of"] for rate in found["hits"].values()) == 4


def test_a_small_body_is_never_screened() -> None:
    assert result(body(14), [said("staff", water=5) for _ in range(14)])["screening"] is None
    assert drill(body(14), [said("staff", water=5) for _ in range(14)], rounds=1) is None


def test_a_batch_of_few_ballots_is_not_told_by_the_difference_of_two_scores() -> None:
    """Four ballots set aside: with and without them, their answers could be worked out; five and more may be told."""
    ballots = [{**ballot, "batch": f"b{number % 10}"} for number, ballot in enumerate(many())]
    few = [{**said("citizens", a3=5), "batch": "few"} for _ in range(4)]
    found = result(MANY, [*ballots, *few], set_aside=["few"], replicates=500)["set_aside"]
    told = {row["appraisee"] for row in found["rows"]}
    assert "a3" not in told
    assert "a0" in told  # no ballot of the batch rates it: both scores are the same
    more = [*few, {**said("citizens", a3=5), "batch": "few"}]
    found = result(MANY, [*ballots, *more], set_aside=["few"], replicates=500)["set_aside"]
    assert "a3" in {row["appraisee"] for row in found["rows"]}
