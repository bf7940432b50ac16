"""How ballots are screened for orchestrated batches: what counts as alike, what is never judged, and who decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xiaoneng.core.errors import ScreeningError
from xiaoneng.core.screening import (
    SIGNAL_KIND,
    Ballots,
    Honest,
    ScreeningPlan,
    ScreeningTest,
    SettingAside,
    Style,
    batches_of,
    first_digits,
    highest_match_shares,
    honest_ballots,
    orchestrated_batches,
    plant,
    scan_probability,
    screen,
    set_aside,
)


def rows_of(drawing: str) -> list[dict[str, str]]:
    lines = [line.strip() for line in drawing.strip().splitlines() if "-+-" not in line]
    heads, *rows = ([part.strip() for part in line.split("|")] for line in lines)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def drawn(drawing: str, **more: Any) -> Ballots:
    """Ballots drawn one a line; an empty mark is no contact."""
    rows = rows_of(drawing)
    names = [name for name in rows[0] if name not in ("ballot", "station", "stratum")]
    marks = [[float(row[name]) if row[name] else np.nan for name in names] for row in rows]
    return Ballots(
        marks=np.array(marks),
        strata=np.array([row.get("stratum", "") for row in rows]),
        batches={"station": np.array([row["station"] for row in rows])},
        **more,
    )


def test_ballots_are_alike_where_they_depart_from_the_others_in_the_same_direction() -> None:
    """Each appraisee has the mean 3, each ballot too: what is left is (2, −2) or (−2, 2), of cosine 1 inside a station.

    Three ballots make 6 ordered pairs, so T = 6 / √(3·2) = 2.449 at both stations. Of the 20 ways to deal six ballots to two
    stations of three, 2 part them so well: the chance is near 0.1, and six ballots prove nothing.
    """
    ballots = drawn("""
        ballot | station | water | tax
        -------+---------+-------+----
        1      | east    | 5     | 1
        2      | east    | 5     | 1
        3      | east    | 5     | 1
        4      | west    | 1     | 5
        5      | west    | 1     | 5
        6      | west    | 1     | 5
        """)
    found = orchestrated_batches(ballots, "station", seed=1)
    assert found.statistics == pytest.approx([6**0.5, 6**0.5])
    assert 0.07 < found.p_highest < 0.13


def test_a_ballot_with_one_mark_throughout_is_like_no_other() -> None:
    """Ballots 3 and 6 do not vary: their likeness to any other is 0. One pair is left at each station: T = 2 / √(3·2)."""
    ballots = drawn("""
        ballot | station | water | tax
        -------+---------+-------+----
        1      | east    | 5     | 1
        2      | east    | 5     | 1
        3      | east    | 3     | 3
        4      | west    | 1     | 5
        5      | west    | 1     | 5
        6      | west    | 3     | 3
        """)
    assert orchestrated_batches(ballots, "station", seed=1).statistics == pytest.approx([2 / 6**0.5, 2 / 6**0.5])


def test_what_a_township_rightly_finds_is_no_orchestration() -> None:
    """The hills find water good and tax bad, the plain the reverse, all of them: inside each stratum nothing is left over."""
    ballots = drawn("""
        ballot | station | stratum | water | tax
        -------+---------+---------+-------+----
        1      | east    | hills   | 5     | 1
        2      | east    | hills   | 5     | 1
        3      | east    | hills   | 5     | 1
        4      | west    | plain   | 1     | 5
        5      | west    | plain   | 1     | 5
        6      | west    | plain   | 1     | 5
        """)
    found = orchestrated_batches(ballots, "station", seed=1)
    assert found.statistics == pytest.approx([0, 0])
    assert found.p_highest == 1


def test_batches_of_less_than_three_ballots_are_merged() -> None:
    """North and south have three ballots together: one batch. Had they two, the smallest other batch would join them."""
    labels = {"station": np.array(["east"] * 4 + ["west"] * 3 + ["north"] * 2 + ["south"])}
    merged = batches_of(Ballots(np.full((10, 2), 3.0), np.full(10, ""), labels), "station")
    assert dict(zip(merged.names, merged.sizes.tolist(), strict=True)) == {"east": 4, "west": 3, "(merged)": 3}
    assert merged.merged == 2
    fewer = {"station": labels["station"][:9]}
    merged = batches_of(Ballots(np.full((9, 2), 3.0), np.full(9, ""), fewer), "station")
    assert dict(zip(merged.names, merged.sizes.tolist(), strict=True)) == {"east": 4, "(merged)": 5}


SCANS = """
    k  | N  | w    | chance             | where from
    ---+----+------+--------------------+---------------------------------
    10 | 10 | 0.5  | 0.0107421875       | exact, 10·0.5⁹ − 9·0.5¹⁰
    2  | 10 | 0.02 | 0.8625519686640393 | exact, 1 − 0.82¹⁰
    5  | 8  | 0.2  | 0.16761            | Wallenstein, Neff
    6  | 20 | 0.1  | 0.36832            | Wallenstein, Neff
    8  | 30 | 0.1  | 0.29799            | Wallenstein, Neff
    1  | 10 | 0.1  | 1                  | one ballot is always somewhere
    11 | 10 | 0.5  | 0                  | there are only ten
    3  | 10 | 0.2  | 1                  | the approximation exceeds 1: cut
    """


def test_a_burst_of_arrivals_has_a_known_chance() -> None:
    """At least k of N arrivals inside some window of the share w of the time.

    k  | N  | w    | chance             | where from
    ---+----+------+--------------------+---------------------------------
    10 | 10 | 0.5  | 0.0107421875       | exact, 10·0.5⁹ − 9·0.5¹⁰
    2  | 10 | 0.02 | 0.8625519686640393 | exact, 1 − 0.82¹⁰
    5  | 8  | 0.2  | 0.16761            | Wallenstein, Neff
    """
    for row in rows_of(SCANS):
        found = scan_probability(int(row["k"]), int(row["N"]), float(row["w"]))
        assert found == pytest.approx(float(row["chance"]), rel=1e-12 if "exact" in row["where from"] else 5e-5), row


def test_a_round_that_is_not_public_has_neither_times_nor_devices() -> None:
    """Staff ballots keep no time finer than the round: handing one in is refused, and tests of arrival do not run."""
    marks, strata = np.full((4, 2), 3.0), np.full(4, "")
    station = {"station": np.array(["a", "b"] * 2)}
    with pytest.raises(ScreeningError, match="neither time nor device"):
        Ballots(marks, strata, station, buckets=np.arange(4))
    with pytest.raises(ScreeningError, match="neither time nor device"):
        Ballots(marks, strata, {**station, "device": np.array(["a"] * 4)})
    with pytest.raises(ScreeningError, match="only public rounds"):
        Ballots(marks, strata, station).times()


def test_two_tests_of_one_kind_are_one_signal() -> None:
    """Likeness and near-duplicates see the same thing twice; a look needs a signal of another kind as well."""
    assert SIGNAL_KIND[ScreeningTest.LIKENESS] == SIGNAL_KIND[ScreeningTest.NEAR_DUPLICATES]
    assert SIGNAL_KIND[ScreeningTest.LIKENESS] != SIGNAL_KIND[ScreeningTest.UNIFORMITY]
    with pytest.raises(ScreeningError, match="at least two"):
        ScreeningPlan(kinds_needed=1)


def test_a_batch_with_one_kind_of_signal_is_not_raised() -> None:
    """Copied ballots screened for likeness alone: the signal is there, and nobody is sent to look."""
    copy = plant(honest_ballots(400, seed=3), "code_batch", batches=1, share=0.9, styles=(Style.COPIED,), seed=4)
    (batch,) = copy.styles
    alone = ScreeningPlan(tests=(ScreeningTest.LIKENESS, ScreeningTest.NEAR_DUPLICATES), permutations=199)
    report = screen(copy.ballots, alone, seed=5)
    assert {signal.test for signal in report.signals if signal.batch == batch and signal.is_signal} == {
        "likeness",
        "near_duplicates",
    }
    assert report.raised == ()


def test_the_rule_of_85_percent_in_common_would_accuse_honest_ballots() -> None:
    """An honest simulated round of 200 ballots on ten appraisees: several in a hundred have a near twin by chance.

    That is why ballots are never compared by the share of equal marks (Simmons, Mercer, Schwarzer, Kennedy 2016).
    """
    accused = [
        (highest_match_shares(honest_ballots(200, seed=seed, how=Honest(no_contact=0)).marks) >= 0.85).mean()
        for seed in range(5)
    ]
    assert np.mean(accused) > 0.02


def test_first_digits_are_for_money_alone() -> None:
    """Marks of 1 to 5 or 0 to 100 do not span three orders of magnitude and never follow Benford's law."""
    with pytest.raises(ScreeningError, match="marks of a scale never follow it"):
        first_digits(np.array([1.0, 5.0]), of="ballots")
    with pytest.raises(ScreeningError, match=r"span 2\.0 orders"):
        first_digits(np.array([1.0, 100.0]), of="money")


def test_two_different_people_and_a_reason_set_a_batch_aside_and_both_results_are_shown() -> None:
    """Marks 5 5 5 at east, 2 2 2 at west: 3.5 of all, 2 without east. The same name written otherwise is the same person."""
    ballots = drawn("""
        ballot | station | water
        -------+---------+------
        1      | east    | 5
        2      | east    | 5
        3      | east    | 5
        4      | west    | 2
        5      | west    | 2
        6      | west    | 2
        """)
    decision = SettingAside("station", "east", "all in one hand", first_by="Li", second_by="Wang")
    found = set_aside(ballots, [decision], lambda kept: float(ballots.marks[kept].mean()))
    assert (found.of_all, found.of_kept, found.ballots, found.set_aside) == (3.5, 2.0, 6, 3)
    for first, second, reason in (("Li", " ｌi", "x"), ("Li", "", "x"), ("Li", "Wang", " ")):
        with pytest.raises(ScreeningError):
            SettingAside("station", "east", reason, first_by=first, second_by=second)


def test_the_tests_are_fixed_before_the_first_ballot() -> None:
    """The plan has a hash; leaving out one test gives another."""
    plan = ScreeningPlan()
    assert ScreeningPlan.from_dict(plan.as_dict()).fingerprint() == plan.fingerprint()
    fewer = ScreeningPlan(tests=tuple(test for test in ScreeningTest if test != ScreeningTest.BURST))
    assert fewer.fingerprint() != plan.fingerprint()
