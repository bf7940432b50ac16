"""The fast path of millions of ballots gives what the rows give; and what it refuses. Properties of means and weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.errors import DesignError
from xiaoneng.core.survey import Estimates, covariance, estimate_means, estimate_ratings, jackknife, survey_design
from xiaoneng.core.tables import BALLOT_RATINGS, BALLOT_STRATA

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def made_up(seed: int, ballots: int, *, agencies: int = 5, questions: int = 2, strata: int = 3) -> Rows:
    """Ballots that each rate some agencies; one answer in six is missing, weights differ within a ballot."""
    chance = np.random.Generator(np.random.PCG64(seed))
    rows = []
    for ballot in range(ballots):
        weight = float(chance.integers(1, 6))
        for agency in chance.permutation(agencies)[: int(chance.integers(1, agencies + 1))]:
            rows += [
                {
                    "ballot_no": 1000 - ballot,
                    "stratum": f"s{ballot % strata}",
                    "agency": f"a{agency}",
                    "question": f"q{question}",
                    "weight": weight + question,
                    "answer": None if chance.random() < 1 / 6 else float(chance.integers(1, 6)),
                }
                for question in range(questions)
            ]
    return [rows[at] for at in chance.permutation(len(rows))]


def by_rows(rows: Rows, population: dict[str, int] | None = None) -> Estimates:
    """The same from the rows themselves, the ballots as clusters."""
    column = {name: [row[name] for row in rows] for name in rows[0]}
    fpc = [[population[stratum] for stratum in column["stratum"]]] if population else []
    design = survey_design(column["weight"], strata=column["stratum"], clusters=[column["ballot_no"]], fpc=fpc)
    by = {"agency": column["agency"], "question": column["question"]}
    return estimate_means(design, [np.nan if value is None else value for value in column["answer"]], by=by)


def agree(fast: Estimates, slow: Estimates) -> None:
    assert fast.labels == slow.labels
    assert fast.df == slow.df
    assert fast.n.tolist() == slow.n.tolist()
    for name in ("estimate", "se", "ci_low", "ci_high", "n_eff"):
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=1e-9, atol=1e-12)
    if fast.covariance is not None:
        np.testing.assert_allclose(fast.covariance, slow.covariance, rtol=1e-9, atol=1e-12)


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000), ballots=st.integers(6, 40))
def test_sums_by_stratum_give_what_the_rows_give(engine: Engine, seed: int, ballots: int) -> None:
    rows = made_up(seed, ballots)
    table = engine.from_rows(BALLOT_RATINGS, rows)
    slow = by_rows(rows)
    for with_covariance in (False, True):
        agree(estimate_ratings(engine, table, with_covariance=with_covariance), slow)
    table.drop()


def test_the_same_ballots_give_the_same_figures_to_the_last_digit(engine: Engine) -> None:
    """Enough rows that the engine would share them out among its threads."""
    engine.connection.execute(
        "create or replace table many as select b::bigint as ballot_no, 's' as stratum, 'a' || (b % 7) as agency, "
        "'q' as question, (1 + (b % 13) / 7)::double as weight, ((hash(b) % 1000) / 7)::double as answer "
        "from range(500000) ballots (b)"
    )
    table = Table(engine, "many")
    first, *others = [estimate_ratings(engine, table) for _ in range(4)]
    table.drop()
    for other in others:
        assert other.estimate.tolist() == first.estimate.tolist()
        assert other.se.tolist() == first.se.tolist()


def test_a_small_frame_enters_as_with_the_rows(engine: Engine) -> None:
    rows, population = made_up(7, 30), {"s0": 12, "s1": 30, "s2": 10}
    table = engine.from_rows(BALLOT_RATINGS, rows)
    listed = [{"stratum": name, "ballots": 10, "population": size} for name, size in population.items()]
    strata = engine.from_rows(BALLOT_STRATA, listed)
    for with_covariance in (False, True):
        agree(
            estimate_ratings(engine, table, strata=strata, with_covariance=with_covariance), by_rows(rows, population)
        )


def test_lonely_strata_are_taken_together_as_with_the_rows(engine: Engine) -> None:
    rows = made_up(3, 7, strata=5)  # two strata of two ballots, three of one
    table = engine.from_rows(BALLOT_RATINGS, rows)
    fast, slow = estimate_ratings(engine, table, with_covariance=True), by_rows(rows)
    agree(fast, slow)
    # s0 and s1 have two ballots each, s2 goes with s3, and s4, the last, joins them
    assert [note.facts["strata"] for note in fast.notes] == ["s2 + s3 + s4"]
    assert [note.facts["strata"] for note in slow.notes if "strata" in note.facts] == ["s2 + s3 + s4"]


def test_ballots_that_rated_nobody_count_in_the_degrees_of_freedom(engine: Engine) -> None:
    rows = made_up(1, 12, strata=1)
    table = engine.from_rows(BALLOT_RATINGS, rows)
    strata = engine.from_rows(BALLOT_STRATA, [{"stratum": "s0", "ballots": 20}, {"stratum": "none", "ballots": 0}])
    assert estimate_ratings(engine, table).df == 11
    assert estimate_ratings(engine, table, strata=strata).df == 19


def test_an_agency_that_nobody_could_judge_keeps_its_row(engine: Engine) -> None:
    rows = [
        *made_up(2, 10),
        {"ballot_no": 1000, "stratum": "s0", "agency": "z", "question": "q0", "weight": 1.0, "answer": None},
    ]
    found = estimate_ratings(engine, engine.from_rows(BALLOT_RATINGS, rows), with_covariance=True)
    at = found.place("z", "q0")
    assert (found.n[at], np.isnan(found.estimate[at]), np.isnan(found.se[at])) == (0, True, True)
    assert found.rows()[at]["estimate"] is None
    assert np.isfinite(np.delete(found.se, at)).all()


RATING = {"ballot_no": 1, "stratum": "s", "agency": "a", "question": "q", "weight": 1.0, "answer": 3.0}


@pytest.mark.parametrize(
    ("rows", "strata", "said"),
    [
        ([], None, "there is no rating"),
        ([RATING, RATING | {"answer": 4.0}], None, "1 ballots answer a question on an agency more than once"),
        ([RATING, RATING | {"agency": "b", "stratum": "t"}], None, "1 ballots lie in two strata"),
        ([RATING | {"agency": None}], None, "1 rows or more have no ballot, stratum, agency or question"),
        ([RATING | {"weight": 0.0}], None, "weights run from 0.0 to 0.0"),
        ([RATING | {"weight": None}], None, "1 are missing"),
        ([RATING | {"answer": float("inf")}], None, "leave an answer that is no number empty"),
        ([RATING], [{"stratum": "t", "ballots": 1}], "no row for the stratum s"),
        ([RATING], [{"stratum": "s", "ballots": 0}], "0 ballots in s, but 1 have ratings"),
        ([RATING], [{"stratum": "s", "ballots": 5, "population": 4}], "5 ballots from a frame of 4 in s"),
    ],
)
def test_ratings_that_cannot_be_are_refused(engine: Engine, rows: Rows, strata: Rows | None, said: str) -> None:
    table = engine.from_rows(BALLOT_RATINGS, rows)
    listed = None if strata is None else engine.from_rows(BALLOT_STRATA, strata)
    with pytest.raises(DesignError, match=said):
        estimate_ratings(engine, table, strata=listed)


values = st.lists(st.floats(-100, 100), min_size=6, max_size=6)
weights = st.lists(st.floats(0.1, 50), min_size=6, max_size=6)


@given(values=values, sizes=st.tuples(st.integers(2, 9), st.integers(4, 90)))
def test_the_jackknife_gives_the_formula_for_a_stratified_mean(values: list[float], sizes: tuple[int, int]) -> None:
    weight = [sizes[0] / 2] * 2 + [sizes[1] / 4] * 4
    size = [sizes[0]] * 2 + [sizes[1]] * 4
    design = survey_design(weight, strata=list("aabbbb"), fpc=[size])
    formula = estimate_means(design, values).se[0] ** 2
    _, variance = jackknife(design).estimate(lambda w: w @ np.array(values) / w.sum())
    assert variance[0, 0] == pytest.approx(formula, rel=1e-9, abs=1e-12)


@given(values=values, weights=weights, factor=st.floats(0.01, 1000))
def test_weights_on_another_scale_leave_the_mean_as_it_is(
    values: list[float], weights: list[float], factor: float
) -> None:
    strata = list("aaabbb")
    one = estimate_means(survey_design(weights, strata=strata), values)
    other = estimate_means(survey_design([weight * factor for weight in weights], strata=strata), values)
    assert other.estimate[0] == pytest.approx(one.estimate[0], rel=1e-9, abs=1e-9)
    assert other.se[0] == pytest.approx(one.se[0], rel=1e-9, abs=1e-9)


@given(values=values, weights=weights)
def test_the_variance_by_stages_gives_a_plain_loop(values: list[float], weights: list[float]) -> None:
    """Two strata, in them clusters of one to two rows, a second stage with sizes of its own."""
    strata, clusters = list("aaaabb"), [1, 1, 2, 3, 1, 2]
    first, second = [10] * 4 + [4] * 2, [5, 5, 1, 1, 1, 1]
    design = survey_design(weights, strata=strata, clusters=[clusters], fpc=[first, second])
    scores = np.array(weights) * np.array(values)
    variance = 0.0
    for stratum, size in (("a", 10), ("b", 4)):
        own = [at for at in range(6) if strata[at] == stratum]
        labels = sorted({clusters[at] for at in own})
        totals = [sum(scores[at] for at in own if clusters[at] == label) for label in labels]
        n, share = len(labels), len(labels) / size
        variance += (1 - share) * n / (n - 1) * sum((total - sum(totals) / n) ** 2 for total in totals)
        if stratum == "a":  # cluster 1: two of five rows; the others are whole
            within = [scores[0], scores[1]]
            variance += share * (1 - 2 / 5) * 2 * sum((one - sum(within) / 2) ** 2 for one in within)
    assert covariance(design, scores[:, None])[0, 0] == pytest.approx(variance, rel=1e-9, abs=1e-9)
