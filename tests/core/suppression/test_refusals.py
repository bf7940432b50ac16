"""What the room refuses, and figures that come and go as tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import FiguresError, LimitsError, RegisterError
from xiaoneng.core.suppression import (
    REASONS,
    Admitted,
    Cells,
    Limits,
    Refused,
    Register,
    Release,
    admit,
    agreement,
    publishable,
    publishable_table,
    release_of,
)
from xiaoneng.core.tables import PUBLISHED_FIGURES, RESULT_FIGURES
from xiaoneng.core.words import LANGUAGES, say

STAFF = Limits("staff_on_leaders")


def figure(**given: Any) -> dict[str, Any]:
    plain = {"group": "g", "appraisee": "a", "question": None, "stratum": None, "n_valid": 40, "eligible": 50}
    return {**plain, "estimate": 3.0, "standard_error": 0.2, "counts": None, **given}


def test_limits_that_were_tampered_with_are_refused_at_the_door() -> None:
    limits = Limits("public")
    object.__setattr__(limits, "min_cell", 2)
    with pytest.raises(LimitsError, match="write 5 or more"):
        publishable([figure()], limits)
    with pytest.raises(LimitsError):
        admit(Register(), Release("r", "t", "2026", {}, {}), limits)


@pytest.mark.parametrize("least", [2, 9.5, True, "20", -10, None])
def test_a_minimum_that_is_no_whole_number_from_the_floor_on_is_refused(least: Any) -> None:
    with pytest.raises(LimitsError, match="write"):
        Limits("staff_on_leaders", least)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(LimitsError, match="write one of"):
        Limits("friends")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([figure(), figure()], "keep one"),
        ([{"group": "g", "n_valid": 40}], "row 1 has no appraisee"),
        ([figure(n_valid=-1)], "write a whole number"),
        ([figure(n_valid=None)], "write a whole number"),
        ([figure(n_valid=1.5)], "write a whole number"),
        ([figure(counts=[1, 2, 3])], "count valid ballots only"),
        ([figure(counts=[41, -1])], "count valid ballots only"),
        ([figure(n_positive=41)], "correct the counts"),
        ([figure(estimate=80.0)], "give the scale"),
        ([figure(n_valid=20), figure(stratum="s", n_valid=15), figure(stratum="t", n_valid=15)], "correct the counts"),
    ],
)
def test_figures_that_contradict_each_other_are_refused(rows: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(FiguresError, match=said):
        publishable(rows, STAFF)


def test_totals_that_cross_without_their_inner_cells_are_refused() -> None:
    with pytest.raises(FiguresError, match="list the cells in which they cross"):
        Cells.of({("r", None): 10, (None, "c"): 10})
    with pytest.raises(FiguresError, match="whole number"):
        Cells.of({("r",): -1})


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2}', '{"version":1,"layers":{},"figures":[["a#0"]],"periods":{}}']
)
def test_a_register_that_cannot_be_read_stops_every_release(text: str) -> None:
    with pytest.raises(RegisterError, match="restore it before anything is released"):
        Register.from_json(text)


@pytest.mark.parametrize(
    "wrong",
    [
        Release("r", "t", "2026", {"all": ["a"]}, {}),
        Release("r", "t", "2026", {"all": ["a"]}, {"a": -1}),
        Release("r", "t", "2026", {"all": ["a"]}, {"a": 20}, {"2025": -1}),
    ],
)
def test_a_release_without_its_numbers_is_refused(wrong: Release) -> None:
    with pytest.raises(RegisterError, match="give"):
        admit(Register(), wrong, STAFF)


def test_what_was_shown_is_entered_in_the_register_and_holds_back_the_next_filter() -> None:
    """First the total of 43 with the annex of 3 hidden; later another table that shows the 40 of the rest by themselves."""
    first = [figure(n_valid=43), figure(stratum="rest", n_valid=40), figure(stratum="annex", n_valid=3)]
    told = publishable(first, STAFF)
    assert [row["is_hidden"] for row in told] == [False, True, True]
    release = release_of(first, told, name="one", team="a", period="2026")
    assert list(release.cells) == [release_name(first[0])]
    found = admit(Register(), release, STAFF)
    assert isinstance(found, Admitted)
    second = release_of(
        first, [{**row, "is_hidden": row["stratum"] != "rest"} for row in told], name="two", team="a", period="2026"
    )
    assert admit(found.register, second, STAFF) == Refused("difference", (release_name(first[1]),))


def release_name(row: dict[str, Any]) -> str:
    return json.dumps([row["question"], row["group"], row["appraisee"], row["stratum"]], ensure_ascii=False)


def test_figures_come_and_go_as_tables() -> None:
    with Engine(threads=1) as engine:
        rows = [figure(counts=[2, 8, 10, 12, 8]), figure(appraisee="b", n_valid=3)]
        found = publishable_table(engine, engine.from_rows(RESULT_FIGURES, rows), STAFF)
        PUBLISHED_FIGURES.check(found)
        first, second = found.rows()
    assert (first["counts"], first["is_hidden"]) == ([2, 8, 10, 12, 8], False)
    assert (second["n_valid"], second["why"]) == (None, "too_few")


def test_every_reason_has_its_sentence() -> None:
    refused = ("too_few", "difference", "running", "shrunk", "membership", "membership_unknown")
    for language in LANGUAGES:
        for code in (*REASONS, "at_least_80", "at_most_20", *(f"refused_{reason}" for reason in refused)):
            assert say(f"suppression_{code}", language)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"n_valid": 0, "counts": []}, None),
        ({"n_valid": 12, "n_positive": 11}, "at_least_80"),
        ({"n_valid": 12, "n_positive": 1}, "at_most_20"),
        ({"n_valid": 12, "n_positive": 6}, None),
        ({"n_valid": 12, "estimate": 5.0}, "at_least_80"),
        ({"n_valid": 12, "estimate": 1.2}, "at_most_20"),
        ({"n_valid": 12, "estimate": 3.0, "standard_error": 0.0}, "at_least_80"),
        ({"n_valid": 12, "estimate": 3.0, "standard_error": 0.3}, None),
        ({"n_valid": 12}, None),
    ],
)
def test_agreement_is_seen_in_whatever_is_known(given: dict[str, Any], found: str | None) -> None:
    """One ballot that differs moves a mean of 12 on 1 to 5 by at most a third: 4.67 and above may be all but one."""
    assert agreement(**given) == found


def test_the_total_of_a_small_team_is_not_had_from_its_group() -> None:
    """A team of twelve is told rounded; with its group and the other agency exact its exact mean would follow."""
    rows = [
        figure(appraisee=None, n_valid=112, eligible=300, estimate=3.6),
        figure(appraisee="big", n_valid=100, eligible=285, estimate=3.6),
        figure(appraisee="small", n_valid=12, eligible=15, estimate=3.6),
    ]
    group, big, small = publishable(rows, STAFF)
    assert (small["estimate"], small["why"]) == (3.5, "small_team")
    assert group["is_hidden"] or big["is_hidden"]
