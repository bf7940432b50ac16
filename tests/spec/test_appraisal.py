"""How a round is counted, one rule a test; each score is worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from xiaoneng.core.appraisal import (
    Appraisee,
    Group,
    Question,
    RoundDays,
    RoundKind,
    RoundRules,
    Stratum,
    Way,
    default_questionnaire,
    ratings,
    result,
    scores,
)

NAMED = {"zh": "名称", "en": "name"}
ONE_QUESTION = replace(default_questionnaire(), questions=(Question("attitude", NAMED),))


def rules(**changes: Any) -> RoundRules:
    given: dict[str, Any] = {
        "code": "spec",
        "kind": RoundKind.SOCIETY_RATES_AGENCIES,
        "title": NAMED,
        "groups": (Group("all", NAMED),),
        "appraisees": (Appraisee("water", NAMED, "all"), Appraisee("housing", NAMED, "all")),
        "strata": (
            Stratum("citizens", NAMED, 4000, 400, 0.75, Way.PAPER),
            Stratum("firms", NAMED, 1000, 100, 0.25, Way.PAPER),
        ),
        "questionnaire": ONE_QUESTION,
        "days": RoundDays(date(2026, 12, 1), date(2026, 12, 7)),
        "fewest_published": 5,
    }
    return RoundRules(**{**given, **changes}).checked()


def drawn(table: str) -> list[dict[str, Any]]:
    """Ballots from a table: stratum, then the level given to each appraisee; '-' is no contact, empty is not rated."""
    head, _, *lines = [line for line in table.splitlines() if line.strip()]
    who = [name.strip() for name in head.split("|")[1:]]
    ballots = []
    for line in lines:
        stratum, *cells = [cell.strip() for cell in line.split("|")]
        said = {name: "no_contact" if cell == "-" else int(cell) for name, cell in zip(who, cells, strict=True) if cell}
        ballots.append({"stratum": stratum, "answers": {name: {"attitude": level} for name, level in said.items()}})
    return ballots


def test_strata_count_by_their_weights_however_many_answer() -> None:
    """Citizens 100 and 80 (mean 90) at 0.75, one firm 20 at 0.25: 72.5."""
    found = scores(ratings(rules(), drawn("""
        stratum  | water
        ---------+------
        citizens | 5
        citizens | 4
        firms    | 1
        """)))  # fmt: skip
    assert found.score[0] == pytest.approx(0.75 * 90 + 0.25 * 20)


def test_no_contact_is_no_rating() -> None:
    """Two rate, one had no contact: the mean of 100 and 60, from two ballots."""
    found = scores(ratings(rules(), drawn("""
        stratum  | water
        ---------+------
        citizens | 5
        citizens | 3
        citizens | -
        """)))  # fmt: skip
    assert (found.score[0], found.n[0]) == (80, 2)


def test_a_stratum_that_never_met_an_appraisee_gives_its_weight_to_the_others() -> None:
    """No firm rates water: the citizens' mean of 80 stands alone."""
    found = scores(ratings(rules(), drawn("""
        stratum  | water | housing
        ---------+-------+--------
        citizens | 5     | 1
        citizens | 3     | 1
        firms    |       | 5
        """)))  # fmt: skip
    assert found.score[0] == 80
    assert found.score[1] == pytest.approx(0.75 * 20 + 0.25 * 100)


def test_nothing_is_told_below_the_limit() -> None:
    """Four ballots in a public round: no score, no number of ballots, no rank."""
    row = result(rules(), drawn("""
        stratum  | water
        ---------+------
        citizens | 5
        citizens | 4
        citizens | 3
        citizens | 4
        """))["groups"][0]["rows"][0]  # fmt: skip
    assert (row["score"], row["n"], row["rank_lower"], row["why"]) == (None, None, None, "too_few")


def test_a_body_of_fourteen_is_told_to_half_a_point_and_never_ranked() -> None:
    """Ten say 80 and four say 60: 74.3, told as 70, the nearest half point of five on the scale from 20 to 100."""
    staff = rules(
        kind=RoundKind.STAFF_RATE_LEADERSHIP,
        strata=(Stratum("staff", NAMED, 14, 14, 1.0, Way.PAPER),),
        appraisees=(Appraisee("team", NAMED, "all"),),
        fewest_published=10,
        days=RoundDays(date(2026, 12, 1), date(2026, 12, 1)),
    )
    ballots = [{"stratum": "staff", "answers": {"team": {"attitude": 4 if number < 10 else 3}}} for number in range(14)]
    row = result(staff, ballots)["groups"][0]["rows"][0]
    assert (row["score"], row["low"], row["tier"]) == (70, None, "not_ranked")
