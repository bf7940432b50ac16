"""Estimates from a sample, one rule a test."""

from __future__ import annotations

import numpy as np
import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.survey import (
    Margin,
    difference,
    estimate_means,
    estimate_ratings,
    estimate_shares,
    frame_design,
    jackknife,
    post_stratify,
    rake,
    survey_design,
    trim_by_median,
    wilson,
)
from xiaoneng.core.tables import BALLOT_RATINGS


def columns(drawing: str) -> dict[str, list[str]]:
    """The columns of a drawn table, as texts."""
    lines = [line.strip() for line in drawing.strip().splitlines() if "-+-" not in line]
    heads = [cell.strip() for cell in lines[0].split("|")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines[1:]]
    return {head: [row[at] for row in rows] for at, head in enumerate(heads)}


def floats(texts: list[str]) -> list[float]:
    return [float(text) if text else float("nan") for text in texts]


def test_every_stratum_speaks_with_the_size_of_its_frame() -> None:
    """A: 2 of 4 drawn, mean 2, variance 2. B: 3 of 6 drawn, mean 4, variance 4.

    Mean (4 x 2 + 6 x 4) / 10 = 3.2; variance 0.4^2 x 1/2 x 2/2 + 0.6^2 x 1/2 x 4/3 = 0.32; 5 - 2 = 3 degrees of freedom.
    """
    sample = columns("""
        stratum | answer
        --------+-------
        A       | 1
        A       | 3
        B       | 2
        B       | 4
        B       | 6
        """)
    design = frame_design(sample["stratum"], {"A": 4, "B": 6})
    found = estimate_means(design, floats(sample["answer"]))
    assert found.estimate[0] == pytest.approx(3.2)
    assert found.se[0] ** 2 == pytest.approx(0.32)
    assert found.df == 3


def test_the_respondents_of_one_cluster_count_together() -> None:
    """Mean 3; the clusters lie 3 below and 3 above it in sum, of 4 rows: variance 2 x (9/16 + 9/16) = 2.25."""
    sample = columns("""
        village | answer
        --------+-------
        east    | 1
        east    | 2
        west    | 3
        west    | 6
        """)
    design = survey_design([1.0] * 4, clusters=[sample["village"]])
    found = estimate_means(design, floats(sample["answer"]))
    assert (found.estimate[0], found.se[0], found.df) == (pytest.approx(3), pytest.approx(1.5), 1)


def test_rows_outside_a_group_stay_in_the_sample() -> None:
    """Of firms the mean is 2. Scores -1/2, 1/2, 0, 0: variance 4/3 x 1/2 = 2/3; without the citizens it would be 1."""
    sample = columns("""
        class   | answer
        --------+-------
        firm    | 1
        firm    | 3
        citizen | 5
        citizen | 5
        """)
    found = estimate_means(survey_design([1.0] * 4), floats(sample["answer"]), by=sample["class"])
    at = found.place("firm")
    assert found.estimate[at] == pytest.approx(2)
    assert found.se[at] ** 2 == pytest.approx(2 / 3)


def test_no_contact_is_no_answer_and_never_a_zero() -> None:
    """Answers 2, 4 and one who had no contact: the mean is 3 of two answers, and says so."""
    found = estimate_means(survey_design([1.0] * 3), [2.0, 4.0, float("nan")])
    assert (found.estimate[0], found.n[0]) == (pytest.approx(3), 2)
    assert [note.facts["n"] for note in found.notes] == [1]


def test_a_stratum_of_one_ballot_goes_together_with_its_neighbour_and_it_is_told() -> None:
    """A and B as one stratum of three: scores -2/3, 0, 2/3, variance 3/2 x 8/9 = 4/3, 3 - 1 = 2 degrees of freedom."""
    sample = columns("""
        stratum | answer
        --------+-------
        A       | 2
        B       | 4
        B       | 6
        """)
    found = estimate_means(survey_design([1.0] * 3, strata=sample["stratum"]), floats(sample["answer"]))
    assert (found.se[0] ** 2, found.df) == (pytest.approx(4 / 3), 2)
    assert [(note.code, note.facts["strata"]) for note in found.notes] == [("survey_strata_collapsed", "A + B")]


def test_a_stratum_without_a_ballot_is_spoken_for_by_its_neighbour() -> None:
    """Nobody of B answered; C stands for its 20 too: (10 x 1 + 50 x 4) / 60 = 3.5."""
    design = frame_design(["A", "A", "C", "C"], {"A": 10, "B": 20, "C": 30})
    found = estimate_means(design, [1.0, 1.0, 4.0, 4.0])
    assert found.estimate[0] == pytest.approx(3.5)
    assert [(note.code, note.facts["stratum"], note.facts["other"]) for note in found.notes] == [
        ("survey_stratum_empty", "B", "C")
    ]


def test_a_whole_stratum_has_no_sampling_error() -> None:
    """All 2 of 2 leaders answered, and 2 of 4 staff: only the staff vary, (4/6)^2 x 1/2 x 2/2 = 2/9."""
    design = frame_design(["leaders", "leaders", "staff", "staff"], {"leaders": 2, "staff": 4})
    assert estimate_means(design, [1.0, 9.0, 2.0, 4.0]).se[0] ** 2 == pytest.approx(2 / 9)


def test_agencies_rated_by_the_same_people_are_compared_person_by_person() -> None:
    """Differences 1, 1, 4: mean 2, variance 3, of three people 3/3 = 1; as if of different people it would be far more."""
    means = estimate_means(survey_design([1.0] * 3), {"water": [1.0, 3.0, 5.0], "power": [2.0, 4.0, 9.0]})
    found = difference(means, ("power",), ("water",))
    assert (found.estimate, found.se) == (pytest.approx(2), pytest.approx(1))


def test_ballots_are_the_clusters_of_their_ratings() -> None:
    """The same three people, as rows of ratings: the same variances 4/3 and 13/3, the same difference, also of sums alone."""
    sample = columns("""
        ballot_no | agency | answer
        ----------+--------+-------
        1         | power  | 2
        1         | water  | 1
        2         | power  | 4
        2         | water  | 3
        3         | power  | 9
        3         | water  | 5
        4         | water  |
        """)
    rows = [
        {"ballot_no": int(no), "stratum": "all", "agency": agency, "question": "q", "weight": 2.0, "answer": value}
        for no, agency, value in zip(
            sample["ballot_no"],
            sample["agency"],
            [float(text) if text else None for text in sample["answer"]],
            strict=True,
        )
    ]
    with Engine() as engine:
        ratings = engine.from_rows(BALLOT_RATINGS, rows[:-1])
        for with_covariance in (False, True):
            found = estimate_ratings(engine, ratings, with_covariance=with_covariance)
            assert found.labels == (("power", "q"), ("water", "q"))
            assert found.estimate.tolist() == pytest.approx([5, 3])
            assert (found.se**2).tolist() == pytest.approx([13 / 3, 4 / 3])
        assert difference(found, ("power", "q"), ("water", "q")).se == pytest.approx(1)
        silent = estimate_ratings(engine, engine.from_rows(BALLOT_RATINGS, rows))
        assert (silent.n.tolist(), silent.df) == ([3, 3], 3)  # the ballot without contact is a ballot, not an answer


def test_known_sizes_replace_those_of_the_sample() -> None:
    """Firms are 10 of 40 people but half of the sample: (10 x 1 + 30 x 3) / 40 = 2.5.

    All firms say 1 and all citizens 3, so that nothing is left to vary once their numbers are known.
    """
    design = post_stratify(
        survey_design([1.0] * 4), ["firm", "firm", "citizen", "citizen"], {"firm": 10, "citizen": 30}
    )
    found = estimate_means(design, [1.0, 1.0, 3.0, 3.0])
    assert found.estimate[0] == pytest.approx(2.5)
    assert found.se[0] == pytest.approx(0, abs=1e-12)


def test_raking_meets_all_margins_and_keeps_what_goes_together() -> None:
    """One row a cell, all weights alike: the cells become products of the shares, 100 x 0.3 x 0.4 and so on."""
    sample = columns("""
        class   | town  | becomes
        --------+-------+--------
        firm    | north | 12
        firm    | south | 18
        citizen | north | 28
        citizen | south | 42
        """)
    margins = {
        "class": Margin(sample["class"], {"firm": 30, "citizen": 70}),
        "town": Margin(sample["town"], {"north": 40, "south": 60}),
    }
    assert rake(survey_design([1.0] * 4), margins).weights.tolist() == pytest.approx(floats(sample["becomes"]))


def test_margins_that_sum_differently_are_brought_to_the_first_and_it_is_told() -> None:
    """Town counts 200 where class counts 100: halved."""
    margins = {
        "class": Margin(["firm", "citizen"], {"firm": 30, "citizen": 70}),
        "town": Margin(["north", "south"], {"north": 60, "south": 140}),
    }
    design = rake(survey_design([1.0, 1.0]), margins)
    assert design.weights.tolist() == pytest.approx([30, 70])
    assert design.notes[0].facts == {"margin": "town", "total": "200", "first": "class", "to": "100"}


def test_a_cut_weight_is_handed_back_to_the_others() -> None:
    """Median 1, cap 3: the weight of 6 is cut to 3, the other 3 go to the four in proportion, 1.75 each; the sum stays 10."""
    trimmed = trim_by_median(survey_design([1.0, 1.0, 1.0, 1.0, 6.0]), 3)
    assert trimmed.design.weights.tolist() == pytest.approx([1.75] * 4 + [3])
    assert (trimmed.capped, trimmed.rounds, trimmed.is_settled) == (1, 1, True)


def test_leaving_out_one_at_a_time_gives_the_formula_for_a_mean() -> None:
    """The strata A and B of the first rule: variance 0.32 again."""
    design = frame_design(["A", "A", "B", "B", "B"], {"A": 4, "B": 6})
    values = np.array([1.0, 3.0, 2.0, 4.0, 6.0])
    _, variance = jackknife(design).estimate(lambda weights: weights @ values / weights.sum())
    assert variance[0, 0] == pytest.approx(0.32)


def test_where_nobody_complained_the_interval_still_has_a_width() -> None:
    """0 of 20: up to z^2 / (20 + z^2) = 3.8415 / 23.8415 = 0.1611, weighted or not."""
    assert wilson(0, 20) == (0.0, pytest.approx(0.1611, abs=5e-5))
    found = estimate_shares(survey_design([3.0] * 20), [0.0] * 20)
    assert (found.ci_low[0], found.ci_high[0]) == (0.0, pytest.approx(0.1611, abs=5e-5))
