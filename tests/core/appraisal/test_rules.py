"""The rules of a round: what they hash to, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from xiaoneng.core.appraisal import (
    Group,
    Question,
    QuestionKind,
    RoundRules,
    Stratum,
    Way,
    default_questionnaire,
    read_rules,
)
from xiaoneng.core.errors import RoundRulesError

from .rounds import BIG, NAMED, SMALL, a_round, a_small_body


def test_rules_read_back_from_their_published_text_have_the_same_hash() -> None:
    rules = a_round().checked()
    assert read_rules(rules.as_dict()) == rules
    assert read_rules(rules.as_dict()).hash == rules.hash


def test_a_changed_letter_changes_the_hash() -> None:
    rules = a_round()
    assert replace(rules, title={"zh": "名称", "en": "nama"}).hash != rules.hash


def test_a_small_body_is_known_by_its_eligible_raters() -> None:
    assert a_small_body().checked().is_small_body
    assert not a_round().checked().is_small_body


def _strata(rules: RoundRules, place: int, **changes: Any) -> tuple[Stratum, ...]:
    strata = list(rules.strata)
    strata[place] = replace(strata[place], **changes)
    return tuple(strata)


ASKED = default_questionnaire()
FAVOUR = Question("favour", NAMED, QuestionKind.FORCED_RESPONSE)

REFUSED = {
    "code": (BIG, {"code": "a b"}, "code 'a b'"),
    "nobody rated": (BIG, {"appraisees": ()}, "has no appraisee"),
    "odd code": (BIG, {"groups": (Group("a/b", NAMED),)}, "code 'a/b'"),
    "twice": (BIG, {"groups": (Group("windows", NAMED), Group("windows", NAMED))}, "windows stands twice"),
    "group unknown": (BIG, {"groups": (Group("others", NAMED),)}, "which the round has not"),
    "rates a stranger": (BIG, {"strata": _strata(BIG, 0, appraisees=("nobody",))}, "rates nobody, who is no appraisee"),
    "one language": (BIG, {"title": {"zh": "名称"}}, "lacks its name"),
    "invites too many": (BIG, {"strata": _strata(BIG, 0, invited=4001)}, "invites 4001 of 4000"),
    "no weight": (BIG, {"strata": _strata(BIG, 0, weight=0.0)}, "has weight 0"),
    "weights": (BIG, {"strata": _strata(BIG, 0, weight=0.5)}, "add up to 0.9"),
    "small sample": (SMALL, {"strata": _strata(SMALL, 0, invited=9)}, "everybody is asked"),
    "small strata": (
        SMALL,
        {"strata": (*_strata(SMALL, 0, weight=0.5, eligible=7, invited=7), Stratum("b", NAMED, 7, 7, 0.5, Way.PAPER))},
        "never divided",
    ),
    "no scale": (BIG, {"questionnaire": replace(ASKED, questions=(FAVOUR,))}, "nothing on the five levels"),
    "levels": (BIG, {"questionnaire": replace(ASKED, points={"5": 100.0})}, "the points name levels 5"),
    "points rise": (
        BIG,
        {"questionnaire": replace(ASKED, points={"5": 1.0, "4": 2.0, "3": 3.0, "2": 4.0, "1": 5.0})},
        "must fall",
    ),
    "small and curious": (
        SMALL,
        {"questionnaire": replace(ASKED, questions=(*ASKED.questions, Question("more", NAMED)))},
        "asked 3 questions at most",
    ),
    "too few dice": (
        BIG,
        {
            "questionnaire": replace(ASKED, questions=(*ASKED.questions, FAVOUR)),
            "strata": (Stratum("citizens", NAMED, 100, 100, 1.0, Way.PAPER),),
        },
        "needs 150 raters",
    ),
    "closes early": (BIG, {"days": replace(BIG.days, closes_on=date(2026, 11, 9))}, "before it opens"),
    "no issue": (BIG, {"days": replace(BIG.days, issue_opens_on=None)}, "from when to when"),
    "issue ends early": (BIG, {"days": replace(BIG.days, issue_opens_on=date(2026, 11, 9))}, "before it begins"),
    "no pause": (BIG, {"days": replace(BIG.days, issue_closes_on=date(2026, 11, 9))}, "one whole day"),
    "limit set to two": (BIG, {"fewest_published": 2}, "nothing below 5"),
    "limit of staff": (SMALL, {"fewest_published": 9}, "nothing below 10"),
    "time of staff": (SMALL, {"bucket_hours": 24}, "keeps no time at all"),
    "fine time": (BIG, {"bucket_hours": 1}, "take 4, 12 or 24"),
    "lonely key": (BIG, {"strata": _strata(BIG, 1, eligible=9, invited=9)}, "shared by 10 or more"),
    "rates none": (BIG, {"most_rated": 0}, "most_rated"),
    "pools a big body": (BIG, {"pooled_rounds": 2}, "pooled_rounds is 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_not_be_is_refused_with_its_reason(case: str) -> None:
    rules, changes, said = REFUSED[case]
    with pytest.raises(RoundRulesError) as refusal:
        replace(rules, **changes).checked()
    assert said in str(refusal.value)


def test_a_stratum_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(RoundRulesError, match="no stratum staff; it has citizens, firms"):
        BIG.stratum("staff")


@pytest.mark.parametrize("missing", ["kind", "strata", "days"])
def test_a_text_that_lacks_a_part_is_no_rules(missing: str) -> None:
    data = BIG.as_dict()
    del data[missing]
    with pytest.raises(RoundRulesError, match="cannot be read"):
        read_rules(data)


@pytest.mark.parametrize("day", ["opens_on", "closes_on"])
def test_a_text_without_a_day_of_the_box_is_refused_and_breaks_nothing(day: str) -> None:
    data = BIG.as_dict()
    data["days"][day] = None
    with pytest.raises(RoundRulesError, match="cannot be read"):
        read_rules(data)
