"""A screening as a whole: what it raises and what not, its figures, its bytes, its refusals, and the drill."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xiaoneng.cli import main
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import ScreeningError
from xiaoneng.core.screening import (
    Ballots,
    Honest,
    ScreeningPlan,
    ScreeningTest,
    SettingAside,
    Style,
    device_label,
    drill_ballots,
    first_digits,
    honest_ballots,
    plant,
    read_ballots,
    scan_probability,
    scan_statistic,
    screen,
    set_aside,
    turnout_and_top,
    wilson,
)
from xiaoneng.core.screening.ballots import batches_of
from xiaoneng.core.screening.features import expected_straight
from xiaoneng.core.screening.residuals import residuals
from xiaoneng.core.screening.screen import _corrected, _Judged
from xiaoneng.core.tables import SCREENING_SIGNALS

QUICK = ScreeningPlan(permutations=99)
LONG = Honest(lowest=0, top=100, appraisees=6)


def told(report: Any, batch: str) -> set[str]:
    return {signal.test for signal in report.signals if signal.batch == batch and signal.is_signal}


@pytest.mark.parametrize(
    ("style", "tests"),
    [
        (Style.COPIED, {"likeness", "near_duplicates"}),
        (Style.ALL_TOP, {"straight_lines", "top_marks"}),
        (Style.FAVOURED, {"likeness", "contrast"}),
        (Style.RUSHED, {"likeness", "burst"}),
    ],
)
def test_each_style_gives_the_signals_that_it_should(style: Style, tests: set[str]) -> None:
    copy = plant(honest_ballots(800, seed=11), "code_batch", batches=1, share=0.8, styles=(style,), seed=12)
    report = screen(copy.ballots, QUICK, seed=13)
    (batch,) = copy.styles
    assert tests <= told(report, batch)
    assert [each.batch for each in report.raised if each.batch_kind == "code_batch"] == [batch]


def test_honest_stations_that_differ_are_not_raised() -> None:
    """Stations whose publics met other offices and are more or less lenient, twice as much as usual; 5 rounds, none raised."""
    how = Honest(local=0.3, leniency=0.2)
    assert [screen(honest_ballots(500, seed=seed, how=how), QUICK, seed=seed).raised for seed in range(5)] == [()] * 5


def test_one_station_with_a_bad_local_office_is_not_raised() -> None:
    """At one station two appraisees are honestly worse by 1.5 steps: its ballots are alike, and vary as others do."""
    ballots = honest_ballots(800, seed=21)
    marks, here = ballots.marks.copy(), ballots.labels("station") == "S05"
    marks[np.ix_(here, [2, 3])] = np.clip(np.round(marks[np.ix_(here, [2, 3])] - 1.5), 1, 5)
    report = screen(ballots.changed(marks=marks), QUICK, seed=22)
    assert "S05" not in {batch.batch for batch in report.raised}


def test_the_report_says_how_many_tests_were_run_and_what_chance_gives() -> None:
    report = screen(honest_ballots(300, seed=31), QUICK, seed=32)
    assert report.tests_run == len(report.signals) > 100
    assert report.false_alarms_uncorrected == pytest.approx(0.05 * report.tests_run)
    assert report.false_signals_expected == pytest.approx(0.05 * report.signals_found)
    for language, some in (("zh", "张票"), ("en", "ballots")):
        sentences = list(report.sentences(language))
        assert some in sentences[0]
        assert str(report.tests_run) in sentences[0]
        assert len(sentences) == 2 + max(1, len(report.raised)) + len(report.turnout) + len(report.not_run)
    assert set(report.as_dict()["turnout"]) == {"station", "code_batch"}


def test_same_ballots_plan_and_seed_give_the_same_bytes_and_another_seed_does_not() -> None:
    ballots = honest_ballots(200, seed=41)
    first = screen(ballots, QUICK, seed=1).canonical_bytes()
    assert first == screen(ballots, QUICK, seed=1).canonical_bytes()
    assert first != screen(ballots, QUICK, seed=2).canonical_bytes()
    assert json.loads(first)["plan_sha256"] == QUICK.fingerprint()


def test_the_rows_fit_their_table_and_hold_batches_alone() -> None:
    report = screen(honest_ballots(200, seed=42), QUICK, seed=1)
    with Engine(threads=1) as engine:
        table = engine.from_rows(SCREENING_SIGNALS, report.rows())
        SCREENING_SIGNALS.check(table)
    assert min(signal.ballots for signal in report.signals) >= 3


def test_a_staff_round_is_screened_without_times() -> None:
    ballots = honest_ballots(200, seed=43, how=Honest(is_public=False))
    report = screen(ballots, QUICK, seed=1)
    assert "burst" not in {signal.test for signal in report.signals}
    assert ("burst", "station", "no_times") in {(each.test, each.batch_kind, each.reason) for each in report.not_run}
    assert {"time"} == {each.batch_kind for each in report.not_run if each.reason == "no_such_batches"}


def test_last_digits_are_held_against_those_of_last_year() -> None:
    """Marks of 0 to 100 whose last digits are 0 or 5 at one station alone; the others as last year."""
    ballots = honest_ballots(600, seed=51, how=LONG)
    marks, here = ballots.marks.copy(), ballots.labels("station") == "S03"
    marks[here] = np.round(marks[here] / 10) * 10
    whole = ballots.marks[~np.isnan(ballots.marks)]
    last_year = np.bincount(whole.astype(int) % 10, minlength=10).astype(float)
    plan = replace(QUICK, tests=(ScreeningTest.LAST_DIGITS,))
    changed = ballots.changed(marks=marks)
    report = screen(changed, plan, seed=1, last_year_digits=last_year)
    assert "S03" in {signal.batch for signal in report.signals if signal.is_signal}
    assert {each.reason for each in screen(changed, plan, seed=1).not_run} == {"no_last_year"}
    assert {each.reason for each in screen(honest_ballots(100, seed=1), plan, seed=1).not_run} == {"short_scale"}
    with pytest.raises(ScreeningError, match="ten shares"):
        screen(changed, plan, seed=1, last_year_digits=np.ones(9))


def test_turnout_and_top_marks_together() -> None:
    """Twenty units with 60 % turnout and 30 % top marks, three with all of both: in the corner, correlated, each by itself."""
    rng = np.random.default_rng(6)
    issued = np.full(23, 50)
    cast = np.append(rng.binomial(50, 0.6, 20), [50] * 3)
    marks = cast * 10
    top = np.append(rng.binomial(marks[:20], 0.3), marks[20:])
    found = turnout_and_top(issued, cast, marks, top, draws=499, seed=1)
    assert (found.corner_units, found.p_corner <= 0.05) == (3, True)
    assert found.correlation > 0.8
    assert found.p_correlation == pytest.approx(1 / 500)
    assert found.unit_p[:20].min() > 0.01
    honest = turnout_and_top(issued[:20], cast[:20], marks[:20], top[:20], draws=499, seed=1)
    assert (honest.corner_units, honest.p_corner) == (0, 1.0)
    with pytest.raises(ScreeningError, match="5 are needed"):
        turnout_and_top(issued[:4], cast[:4], marks[:4], top[:4], seed=1)
    with pytest.raises(ScreeningError, match="more ballots than codes"):
        turnout_and_top(cast - 1, cast, marks, top, seed=1)


def test_the_model_expects_straight_lines_as_often_as_it_makes_them() -> None:
    """50,000 ballots made by the model itself, four appraisees: the share found and the share expected differ by less than 1 in 100."""
    rng = np.random.default_rng(7)
    latent = 3.0 + rng.normal(0, 0.5, (50_000, 1)) + rng.normal(0, 0.7, (50_000, 4))
    marks = np.clip(np.round(latent), 1, 5)
    ballots = Ballots(marks, np.full(50_000, ""), {})
    expected = expected_straight(ballots, residuals(ballots), np.zeros(1))[:, 0].mean()
    assert abs(expected - (marks.min(axis=1) == marks.max(axis=1)).mean()) < 0.01


def test_the_correction_is_that_of_benjamini_and_hochberg() -> None:
    """The fifteen p values of their paper (1995): four are signals at 0.05; adjusted as R's p.adjust prints them."""
    p_values = "0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 0.3240 0.4262 0.5719 0.6528 0.7590 1.000"
    adjusted = "0.0015 0.0030 0.0095 0.035625 0.0603 0.0638571 0.0638571 0.0645 0.0765 0.486 0.58118182 0.714875 0.75323077 0.81321429 1"
    given = np.array([float(text) for text in p_values.split()])
    labels = {"station": np.repeat([f"{number:02d}" for number in range(15)], 3)}
    batches = batches_of(Ballots(np.full((45, 1), 3.0), np.full(45, ""), labels), "station")
    found = _corrected([_Judged(ScreeningTest.LIKENESS, batches, given, given, given)], 0.05)
    assert [signal.adjusted_p for signal in found] == pytest.approx(
        [float(text) for text in adjusted.split()], rel=1e-6
    )
    assert sum(signal.is_signal for signal in found) == 4


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2552885199, 0.366209577),
        (15, 148, 0.06238639953, 0.1604872417),
        (0, 20, 0, 0.1611251581),
        (1, 29, 0.006113214293, 0.1717552188),
        (9, 10, 0.5958499732, 0.9821237869),
        (15, 15, 0.796116699, 1),
    ],
)
def test_rates_carry_the_interval_of_wilson(hits: int, of: int, low: float, high: float) -> None:
    """Newcombe 1998 (Statist. Med. 17:857), method 3."""
    found = wilson(hits, of)
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-8, abs=1e-12), pytest.approx(high, rel=1e-8))
    assert wilson(0, 0).share is None


def test_the_scan_statistic_and_its_chance_by_simulation() -> None:
    """20,000 rounds of 8 uniform arrivals: five in a fifth of the time 16.78 times in a hundred (three errors: 0.8)."""
    assert scan_statistic(np.array([0.0, 1.0, 1.5, 2.0, 9.0]), 1.0) == 3
    assert scan_statistic(np.array([]), 1.0) == 0
    rng = np.random.default_rng(8)
    hits = np.mean([scan_statistic(row, 0.2) >= 5 for row in rng.random((20_000, 8))])
    assert abs(hits - 0.16778) < 0.008
    assert abs(hits - scan_probability(5, 8, 0.2)) < 0.008
    with pytest.raises(ScreeningError, match="above 0 and below 1"):
        scan_probability(3, 5, 1.0)


def test_the_label_of_a_device_is_the_beginning_of_a_known_code() -> None:
    """RFC 4231, test case 1: key 20 times 0b, data "Hi There": b0344c61…"""
    assert device_label("Hi There", key=b"\x0b" * 20, is_public=True) == "b034"
    with pytest.raises(ScreeningError, match="not public"):
        device_label("Hi There", key=b"\x0b" * 20, is_public=False)
    with pytest.raises(ScreeningError, match="can be guessed"):
        device_label("Hi There", key=b"\x0b" * 15, is_public=True)


def test_first_digits_of_money_follow_their_law() -> None:
    """Powers of two, the textbook case: shares .3010 .1761 .1249 .0969 .0792 .0669 .0580 .0512 .0458."""
    found = first_digits(np.array([float(2**power) for power in range(300)]), of="money")
    assert found.expected == pytest.approx(
        [0.3010, 0.1761, 0.1249, 0.0969, 0.0792, 0.0669, 0.0580, 0.0512, 0.0458], abs=5e-5
    )
    assert found.counts[0] == 91  # one power of every length begins with 1, and 2²⁹⁹ = 1.0 · 10⁹⁰ has 91 digits
    assert found.p_value > 0.9
    with pytest.raises(ScreeningError):
        first_digits(np.array([]), of="money")


THREE = Ballots(np.full((3, 2), 3.0), np.full(3, ""), {"station": np.array(["a", "b", "b"])})


@pytest.mark.parametrize(
    ("do", "why"),
    [
        (lambda: Ballots(np.full(3, 3.0), np.full(3, ""), {}), "ballots × appraisees"),
        (lambda: replace(THREE, strata=np.full(2, "")), "one a ballot"),
        (lambda: replace(THREE, marks=np.array([[3, 3], [3, 6], [3, 3]], float)), "ballot 2, column 2"),
        (lambda: replace(THREE, weights=np.array([0.0, 0.0])), "not all 0"),
        (lambda: replace(THREE, lowest=5), "top must lie above"),
        (lambda: replace(THREE, batches={"person": np.full(3, "")}), "no kind of batch person"),
        (lambda: THREE.labels("code_batch"), "carry no code_batch"),
        (lambda: screen(THREE.only(np.zeros(3, bool)), QUICK, seed=1), "no ballots"),
        (lambda: replace(QUICK, q=1.0), "between 0 and 1"),
        (lambda: replace(QUICK, permutations=1000), "19 to 999"),
        (lambda: replace(QUICK, smallest_batch=2), "no batch"),
        (lambda: replace(QUICK, tests=()), "at least one"),
        (lambda: ScreeningPlan.from_dict({**QUICK.as_dict(), "tests": ["guess"]}), "cannot be read"),
        (lambda: plant(THREE, "station", batches=1, share=0.5, seed=1), "at most 0 can be planted"),
        (lambda: plant(THREE, "station", batches=1, share=1.5, seed=1), "up to 1"),
        (lambda: honest_ballots(10, seed=1), "at least 20"),
        (lambda: drill_ballots(None, QUICK, seed=1, rounds=0), "at least 1"),
        (lambda: drill_ballots(None, QUICK, seed=1, kind="device"), "no device to plant in"),
        (lambda: set_aside(THREE, [SettingAside("station", "c", "x", "Li", "Wang")], len), "no station c"),
        (
            lambda: set_aside(THREE, [SettingAside("station", name, "x", "Li", "Wang") for name in "ab"], len),
            "no result",
        ),
    ],
)
def test_what_cannot_be_screened_is_refused(do: Callable[[], Any], why: str) -> None:
    with pytest.raises(ScreeningError, match=why):
        do()


def test_the_drill_counts_hits_and_false_alarms_and_touches_nothing() -> None:
    ballots = honest_ballots(300, seed=61)
    before = ballots.marks.copy()
    found = drill_ballots(ballots, QUICK, seed=1, planted=2, share=1.0, styles=(Style.ALL_TOP, Style.RUSHED), rounds=1)
    assert np.array_equal(ballots.marks, before, equal_nan=True)
    assert {style: rate.of for style, rate in found.hits.items()} == {"all_top": 1, "rushed": 1}
    assert found.hits["all_top"].hits == 1
    assert found.false_rounds.of == 1
    assert found.false_batches.of > 20
    again = drill_ballots(ballots, QUICK, seed=1, planted=2, share=1.0, styles=(Style.ALL_TOP, Style.RUSHED), rounds=1)
    assert again.canonical_bytes() == found.canonical_bytes()


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["drill", "ballots", *arguments])
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


@pytest.fixture
def plan_file(tmp_path: Path) -> str:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(QUICK.as_dict()), encoding="utf-8")
    return str(path)


def test_the_command_prints_rates_and_keeps_them(plan_file: str, tmp_path: Path) -> None:
    kept = tmp_path / "drill.json"
    options = ("--simulate", "300", "--rounds", "1", "--planted", "2", "--plan", plan_file, "--seed", "3")
    code, out, err = run(*options, "--lang", "en", "--out", str(kept))
    assert code == 0, err
    assert "one answer copied" in out
    assert "Control rounds with nothing planted: 0 of 1" in out
    code, out, _ = run(*options, "--json")
    assert (code, json.loads(out)) == (0, json.loads(kept.read_bytes()))
    assert "照抄一份答案" in run(*options, "--lang", "zh")[1]


def test_the_command_drills_on_a_file_of_ballots(plan_file: str, tmp_path: Path) -> None:
    ballots = honest_ballots(300, seed=71)
    lines = ["stratum,station,code_batch,water,tax,fire,post,roads,land,parks,bank,rail,port"]
    for place, row in enumerate(ballots.marks):
        marks = ["" if np.isnan(mark) else str(int(mark)) for mark in row]
        labels = [ballots.strata[place], ballots.batches["station"][place], ballots.batches["code_batch"][place]]
        lines.append(",".join([*labels, *marks]))
    file = tmp_path / "ballots.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    read = read_ballots(file)
    assert np.array_equal(read.marks, ballots.marks, equal_nan=True)
    assert read.appraisees[0] == "water"
    code, out, err = run("--ballots", str(file), "--rounds", "1", "--planted", "1", "--plan", plan_file, "--json")
    assert code == 0, err
    assert json.loads(out)["is_simulated"] is False


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("station,water\n", "no ballots"),
        ("station,water\na,3\nb\n", "line 3"),
        ("station,water,water\na,3,3\n", "same name"),
        ("stratum,water\na,3\n", "no batches"),
        ("station,stratum\na,b\n", "no column of an appraisee"),
        ("station,water\na,3\nb,good\n", "line 3, water: 'good'"),
        ("station,water\na,7\n", "outside of the scale"),
        ("station,bucket,water\na,1,3\n", "neither time nor device"),
        ("station,bucket,water\na,,3\n", "no bucket"),
    ],
)
def test_a_faulty_file_is_refused_by_line(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "ballots.csv"
    file.write_text(text, encoding="utf-8")
    code, _, err = run("--ballots", str(file))
    assert code == 2
    assert why in err
    with pytest.raises(ScreeningError):
        read_ballots(file)


def test_a_faulty_plan_is_refused(tmp_path: Path) -> None:
    for text, why in (("{", "is no JSON"), ("[]", "an object"), ("{}", "cannot be read")):
        file = tmp_path / "plan.json"
        file.write_text(text, encoding="utf-8")
        code, _, err = run("--plan", str(file))
        assert (code, why in err) == (2, True), err
