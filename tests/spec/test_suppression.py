"""What may leave the house: the least number of ballots, differences, agreement, small teams, releases one after the other."""

from __future__ import annotations

from typing import Any

import pytest

from xiaoneng.core.errors import FreeTextError, LimitsError
from xiaoneng.core.suppression import (
    Admitted,
    Limits,
    Paraphrase,
    Refused,
    Register,
    Release,
    admit,
    chance_of_agreement,
    publishable,
    publishable_text,
    rounded,
)

from .conftest import rows_of

STAFF, PUBLIC = Limits("staff_on_leaders"), Limits("public")


def shown(drawing: str, limits: Limits = STAFF) -> dict[str, str]:
    """The drawn figures as they may be shown; levels are drawn from the worst to the best, a blank is unknown or all."""
    rows: list[dict[str, Any]] = [
        {
            "group": "windows",
            "appraisee": row.get("appraisee") or "water",
            "question": row.get("question") or None,
            "stratum": row.get("stratum") or None,
            "n_valid": int(row["n"]),
            "eligible": int(row["eligible"]) if row.get("eligible") else 400,
            "estimate": float(row["mean"]) if row.get("mean") else None,
            "standard_error": 0.2,
            "counts": [int(count) for count in row["levels"].split()] if row.get("levels") else None,
        }
        for row in rows_of(drawing)
    ]
    told = {}
    for row in publishable(rows, limits):
        name = row["stratum"] or row["question"] or "all"
        said = row["coarse"] or (
            "levels" if row["counts"] else "" if row["estimate"] is None else f"{row['estimate']:g}"
        )
        told[name] = f"hidden {row['why']}" if row["is_hidden"] else f"{said} {row['why'] or ''}".strip()
    return told


@pytest.mark.parametrize(
    ("kind", "least"), [("staff_on_leaders", 2), ("staff_on_leaders", 9), ("public", 4), ("public", -1)]
)
def test_the_least_number_of_ballots_can_be_raised_and_never_be_set_below_the_floor(kind: str, least: int) -> None:
    """Staff on their leaders 10, public 5. A setting of two, which turns the protection off, is refused."""
    with pytest.raises(LimitsError, match="cannot be lowered, write"):
        Limits(kind, least)
    assert (Limits("staff_on_leaders").min_cell, Limits("public").min_cell, Limits("public", 12).min_cell) == (
        10,
        5,
        12,
    )


def test_no_figure_of_too_few_ballots_is_shown_nor_can_it_be_had_by_subtraction() -> None:
    """Three staff of the annex: 100 - 57 - 40 would give them away, so the smallest other part is hidden as well."""
    told = shown("""
        stratum | n   | mean
        --------+-----+-----
                | 100 | 3.9
        main    | 57  | 4.1
        branch  | 40  | 3.8
        annex   | 3   | 2.0
        """)
    assert told == {"all": "3.9", "main": "4.1", "branch": "hidden complementary", "annex": "hidden too_few"}


def test_a_part_that_nobody_listed_is_protected_like_one_that_is_hidden() -> None:
    """57 + 40 of 100: three ballots are in no listed stratum, and the difference would tell of them."""
    told = shown("""
        stratum | n   | mean
        --------+-----+-----
                | 100 | 3.96
        main    | 57  | 4.1
        branch  | 40  | 3.8
        """)
    assert told == {"all": "3.96", "main": "4.1", "branch": "hidden difference"}


def test_parts_that_fit_are_all_shown() -> None:
    told = shown("""
        stratum | n   | mean
        --------+-----+-----
                | 100 | 3.9
        main    | 60  | 4.1
        branch  | 40  | 3.8
        """)
    assert told == {"all": "3.9", "main": "4.1", "branch": "3.8"}


def test_society_may_be_told_from_five_ballots_on() -> None:
    """The same seven ballots are shown where the public rated, and hidden where staff did."""
    drawing = """
        n | mean
        --+-----
        7 | 3.9
        """
    assert shown(drawing, PUBLIC) == {"all": "3.9"}
    assert shown(drawing, STAFF) == {"all": "hidden too_few"}


def test_how_the_answers_were_spread_is_shown_from_thirty_ballots_on() -> None:
    """Who sees that one of twelve answered 'very poor' looks for the one; the twelve are shown their mean alone."""
    assert shown("""
        n  | mean | levels
        ---+------+-----------
        30 | 3.5  | 1 4 8 12 5
        """) == {"all": "levels"}
    assert shown("""
        n  | mean | levels
        ---+------+----------
        12 | 3.5  | 1 2 2 4 3
        """) == {"all": "3.5"}


def test_levels_that_could_be_had_by_subtraction_are_not_shown() -> None:
    """Of all 70 and of the 50 in the main office the levels may be shown, but not both: that leaves the 20 of the branch."""
    told = shown("""
        stratum | n  | mean | levels
        --------+----+------+-------------
                | 70 | 3.4  | 5 10 15 30 10
        main    | 50 | 3.4  | 3 7 12 22 6
        branch  | 20 | 3.4  | 2 3 3 8 4
        """)
    assert told == {"all": "levels", "main": "3.4", "branch": "3.4"}


def test_where_all_or_all_but_one_agree_only_a_bound_is_said() -> None:
    """Whoever knows that all of them said the same knows what each said: 39 of 40 is at least 80 %."""
    assert shown("""
        question | n  | mean | levels
        ---------+----+------+-----------
        speed    | 40 | 4.9  | 0 0 0 1 39
        """) == {"speed": "at_least_80 unanimous"}
    assert shown("""
        question | n  | mean | levels
        ---------+----+------+-----------
        honesty  | 40 | 1.0  | 40 0 0 0 0
        """) == {"honesty": "at_most_20 unanimous"}


def test_agreement_cannot_be_had_by_subtraction_either() -> None:
    """The branch's 20 all said the best: with the total and the main office shown their mean of 5 would follow."""
    told = shown("""
        stratum | n  | mean | levels
        --------+----+------+-------------
                | 60 | 4.2  | 4 4 4 8 40
        main    | 40 | 3.8  | 4 4 4 8 20
        branch  | 20 | 5.0  | 0 0 0 0 20
        """)
    assert told == {"all": "levels", "main": "hidden complementary", "branch": "at_least_80 unanimous"}


def test_those_who_are_left_over_must_not_agree_either() -> None:
    """Twenty of sixty are in no listed stratum, enough to be told of; but all of them said the best, which follows from the levels."""
    told = shown("""
        stratum | n  | mean | levels
        --------+----+------+-------------
                | 60 | 4.2  | 4 4 4 8 40
        main    | 40 | 3.8  | 4 4 4 8 20
        """)
    assert told == {"all": "levels", "main": "hidden difference"}


def test_agreement_on_all_questions_together_is_protected_beside_single_questions() -> None:
    """The stratum that agrees is told over all questions only, and must not follow from the overall figures of the others."""
    told = shown("""
        question | stratum | n  | mean | levels
        ---------+---------+----+------+-------------
                 |         | 60 | 4.2  | 4 4 4 8 40
        speed    |         | 60 | 4.0  | 4 6 6 10 34
                 | main    | 40 | 3.8  | 4 4 4 8 20
                 | branch  | 20 | 5.0  | 0 0 0 0 20
        """)
    assert (told["main"], told["branch"]) == ("hidden complementary", "at_least_80 unanimous")


def test_agreement_is_likely_in_a_small_group() -> None:
    """Where nine of ten are satisfied, five ballots all agree six times in ten: .5905; eight .4305, fifteen .2059.

    Where seven of ten are, fifteen agree once in two hundred times: .0047.
    """
    found = [chance_of_agreement(share, n) for share, n in ((0.9, 5), (0.9, 8), (0.9, 15), (0.7, 15))]
    assert [round(chance, 4) for chance in found] == [0.5905, 0.4305, 0.2059, 0.0047]


def test_of_a_small_team_a_rounded_mean_of_three_questions_is_told_and_nothing_else() -> None:
    """Fifteen staff: half points, no stratum, no fourth question."""
    told = shown("""
        question | stratum | n  | eligible | mean | levels
        ---------+---------+----+----------+------+----------
                 |         | 15 | 15       | 3.73 | 1 1 3 6 4
        speed    |         | 15 | 15       | 3.2  | 2 2 4 5 2
        manner   |         | 15 | 15       | 4.3  | 0 1 2 4 8
        honesty  |         | 14 | 15       | 3.74 | 1 1 3 5 4
        order    |         | 15 | 15       | 3.9  | 1 1 3 4 6
                 | clerks  | 11 | 11       | 3.9  | 1 1 1 3 5
        """)
    assert told == {
        "all": "3.5 small_team",
        "speed": "3 small_team",
        "manner": "4.5 small_team",
        "honesty": "3.5 small_team",
        "order": "hidden small_team",
        "clerks": "hidden small_team",
    }


def test_half_a_point_of_five_is_an_eighth_of_any_scale() -> None:
    """3.74 goes to 3.5, 3.75 to 4; of 0 to 100 the steps are 12.5."""
    assert (rounded(3.74), rounded(3.75), rounded(80, (0, 100)), rounded(82, (0, 100))) == (3.5, 4.0, 75.0, 87.5)


def test_a_question_that_few_answered_cannot_be_had_from_all_questions_together() -> None:
    """Four ballots on honesty: twice the overall mean, less that of speed, would tell them, so that speed is hidden as well."""
    told = shown("""
        question | n  | mean
        ---------+----+-----
                 | 50 | 3.5
        speed    | 50 | 3.6
        honesty  | 4  | 2.0
        """)
    assert told["honesty"] == "hidden too_few"
    assert sorted(told.values()) == ["3.5", "hidden complementary", "hidden too_few"] or told["all"].startswith(
        "hidden"
    )


def test_a_group_is_told_where_each_of_its_members_has_too_few() -> None:
    """Three stations with 8 ballots each from different people: together 24, which is enough; the three are not shown."""
    plain = {"group": "stations", "question": None, "stratum": None, "eligible": 300, "estimate": 3.5}
    for question in ([None], [None, "speed"]):
        rows = [
            {**plain, "appraisee": name, "question": one, "n_valid": count}
            for one in question
            for name, count in ((None, 24), ("a", 8), ("b", 8), ("c", 8))
        ]
        told = publishable(rows, STAFF)
        assert [row["is_hidden"] for row in told] == [False, True, True, True] * len(question)


def release(name: str, period: str, cells: dict[str, str], ballots: dict[str, int], **changed: int) -> Release:
    return Release(name, "water", period, {cell: atoms.split() for cell, atoms in cells.items()}, ballots, changed)


def admitted(found: Admitted | Refused) -> Register:
    assert isinstance(found, Admitted), found
    return found.register


def test_a_filter_that_differs_from_a_former_one_by_a_few_is_refused() -> None:
    """First all 40 ballots; then all without the three of the annex: the difference is the annex."""
    ballots = {"main": 37, "annex": 3}
    register = admitted(admit(Register(), release("all", "2026", {"all": "main annex"}, ballots), STAFF))
    assert admit(register, release("main only", "2026", {"main": "main"}, ballots), STAFF) == Refused(
        "difference", ("main",)
    )


def test_two_filters_that_each_fit_are_refused_where_a_third_figure_gives_them_away() -> None:
    """a + b, b + c and c + a are known: half of their sum less b + c is a, three ballots."""
    ballots = {"a": 3, "b": 20, "c": 30}
    register = admitted(admit(Register(), release("one", "2026", {"ab": "a b", "bc": "b c"}, ballots), STAFF))
    assert admit(register, release("two", "2026", {"ca": "c a"}, ballots), STAFF) == Refused("difference", ("ca",))


def test_a_round_that_is_still_running_is_not_told_again_for_one_more_ballot() -> None:
    """Forty ballots were told; the forty-first would be the difference. Ten more may be told."""
    register = admitted(admit(Register(), release("noon", "2026", {"all": "staff"}, {"staff": 40}), STAFF))
    assert admit(register, release("one", "2026", {"all": "staff"}, {"staff": 41}), STAFF) == Refused(
        "running", ("all",)
    )
    assert isinstance(admit(register, release("ten", "2026", {"all": "staff"}, {"staff": 50}), STAFF), Admitted)
    assert admit(register, release("less", "2026", {"all": "staff"}, {"staff": 39}), STAFF) == Refused(
        "shrunk", ("all",)
    )


def test_two_periods_of_a_team_that_differ_by_one_person_are_not_both_told() -> None:
    """One person left between June and July: the two means would tell of that person. After ten changes they do not."""
    register = admitted(admit(Register(), release("june", "2026-06", {"all": "june"}, {"june": 40}), STAFF))
    july = {"all": "july"}, {"july": 39}
    assert admit(register, release("july", "2026-07", *july, **{"2026-06": 1}), STAFF) == Refused("membership")
    assert admit(register, release("july", "2026-07", *july), STAFF) == Refused("membership_unknown")
    assert isinstance(admit(register, release("july", "2026-07", *july, **{"2026-06": 0}), STAFF), Admitted)
    assert isinstance(admit(register, release("july", "2026-07", *july, **{"2026-06": 10}), STAFF), Admitted)


def test_an_opinion_is_shown_only_as_another_office_tells_it() -> None:
    """Fifteen people know each other's style."""
    written = "张科长每次开会都迟到半小时，大家都在等他一个人"
    told = Paraphrase("希望会议按时开始", "discipline office")
    assert publishable_text(told, about=["water"], originals=[written]) == "希望会议按时开始"
    for wrong in (
        written,
        Paraphrase("希望会议按时开始", "water"),
        Paraphrase("希望会议按时开始", " "),
        Paraphrase("有人说：每次开会都迟到，半小时；大家都在等他", "discipline office"),
    ):
        with pytest.raises(FreeTextError):
            publishable_text(wrong, about=["water"], originals=[written])
