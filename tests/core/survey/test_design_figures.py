"""Designs, means, totals, ratios, quantiles, tests and regressions against R 4.2.2 with survey 4.1-1, and books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from xiaoneng.core.survey import (
    Design,
    agresti_coull,
    clopper_pearson,
    compare_two,
    design_effect,
    estimate_means,
    estimate_quantiles,
    estimate_ratios,
    estimate_shares,
    estimate_totals,
    frame_design,
    independence,
    kish_deff,
    regress,
    survey_design,
    wilson,
)

pytestmark = pytest.mark.filterwarnings("error")
Load = Callable[[str], dict[str, Any]]
DESIGNS = ("dstrat", "dclus1", "dclus2", "dsrs")


def near(value: float, *, rel: float = 1e-9) -> Any:
    return pytest.approx(value, rel=rel)


def design_of(name: str, sample: Load) -> tuple[dict[str, Any], Design]:
    """The four designs of California schools, with their population sizes."""
    file = {"dstrat": "apistrat", "dclus1": "apiclus1", "dclus2": "apiclus2", "dsrs": "apisrs"}[name]
    rows = sample(file)
    how: dict[str, Any] = {"fpc": [rows["fpc"]]} if "fpc" in rows else {"fpc": [rows["fpc1"], rows["fpc2"]]}
    if name == "dstrat":
        how["strata"] = rows["stype"]
    if name == "dclus1":
        how["clusters"] = [rows["dnum"]]
    if name == "dclus2":
        how["clusters"] = [rows["dnum"], rows["snum"]]
    return rows, survey_design(rows["pw"], **how)


@pytest.fixture(scope="module")
def strat(sample: Load) -> tuple[dict[str, Any], Design]:
    return design_of("dstrat", sample)


def test_a_table_of_strata_gives_mean_and_standard_error() -> None:
    """api00 of apistrat from its stratum means and variances alone (R survey: 662.287363159, 9.40894080278).

    Rows with exactly these means and variances are made up: half of them lie one step below the mean, half above.
    """
    strata, values = list[str](), list[float]()
    for label, n, mean, variance in (
        ("E", 100, 674.43, 15687.4192929),
        ("H", 50, 625.82, 11947.0893878),
        ("M", 50, 636.6, 13824.8571429),
    ):
        step = np.sqrt(variance * (n - 1) / n)
        strata += [label] * n
        values += [mean - step] * (n // 2) + [mean + step] * (n // 2)
    found = estimate_means(frame_design(strata, {"E": 4421, "H": 755, "M": 1018}), values)
    # The file's weights are 44.2099990844727 where 4421 / 100 is 44.21: the same to 1e-8
    assert (found.estimate[0], found.df) == (near(662.287363159, rel=1e-8), 197)
    assert found.se[0] == near(9.40894080278, rel=1e-8)
    assert (found.ci_low[0], found.ci_high[0]) == (near(643.732188272, rel=1e-8), near(680.842538047, rel=1e-8))


@pytest.mark.shared_data
@pytest.mark.parametrize("name", DESIGNS)
def test_means_totals_ratios_and_quantiles_of_four_designs(name: str, sample: Load, reference: Any) -> None:
    """Every figure of the reference for each design, to its ten digits."""
    rows, design = design_of(name, sample)
    told = reference[name]
    assert (design.rows, design.df) == (told["n"], told["df"])
    assert design.weights.sum() == near(told["sum_w"])
    is_wide = {"No": rows["sch.wide"] == "No", "Yes": rows["sch.wide"] == "Yes"}
    for found, expected in (
        (estimate_means(design, rows["api00"]), told["mean_api00"]),
        (estimate_totals(design, rows["enroll"]), told["total_enroll"]),
        (estimate_means(design, is_wide), told["prop_schwide"]),
        (estimate_ratios(design, rows["api.stu"], rows["enroll"]), told["ratio_apistu_enroll"]),
    ):
        assert found.estimate.tolist() == [near(one["est"]) for one in expected]
        assert found.se.tolist() == [near(one["se"]) for one in expected]
    by_type = estimate_means(design, rows["api00"], by=rows["stype"])
    assert by_type.labels == tuple((one["stype"],) for one in told["mean_by_stype"])
    assert by_type.estimate.tolist() == [near(one["api00"]) for one in told["mean_by_stype"]]
    assert by_type.se.tolist() == [near(one["se"]) for one in told["mean_by_stype"]]
    quantiles = estimate_quantiles(design, rows["api00"], (0.25, 0.5, 0.75))
    for at, one in enumerate(told["quantiles_api00"]):
        assert quantiles.estimate[at] == one["quantile"]
        assert (quantiles.ci_low[at], quantiles.ci_high[at]) == (one["ci.2.5"], one["ci.97.5"])
        assert quantiles.se[at] == near(one["se"])
    assert design_effect(design, rows["api00"]) == near(told["deff_mean_api00"])


@pytest.mark.shared_data
def test_intervals_covariances_and_effects_of_the_stratified_sample(strat: tuple[dict[str, Any], Design]) -> None:
    """R survey: confint, vcov, svymean with deff, svyciprop; Kish's deff of the weights."""
    rows, design = strat
    found = estimate_means(design, {"api00": rows["api00"], "api99": rows["api99"]})
    assert found.estimate[1] == near(629.394844833, rel=1e-9)
    assert found.se[1] == near(9.96394729867)
    matrix = found.needed_covariance()
    assert [matrix[0, 0], matrix[0, 1], matrix[1, 1]] == [
        near(one) for one in (88.5281670303, 91.8006753459, 99.2802457706)
    ]
    without = estimate_means(survey_design(rows["pw"], strata=rows["stype"]), rows["api00"])
    assert without.se[0] == near(9.53613229693)
    assert design_effect(design, rows["api00"], is_with_replacement=True) == near(1.16556617145)
    assert kish_deff(design.weights) == near(1.18637098474)
    assert found.n_eff[0] == near(200 / 1.18637098474)
    gain = estimate_means(design, rows["api00"] - rows["api99"])
    assert (gain.estimate[0], gain.se[0]) == (near(32.89251838), near(2.05111240771))
    awards = estimate_means(design, rows["awards"] == "Yes")
    assert (awards.estimate[0], awards.se[0]) == (near(0.6389360641), near(0.0344059179973))
    domain = estimate_means(design, rows["api00"], by=rows["comp.imp"])
    at = domain.place("Yes")
    assert (domain.estimate[at], domain.se[at]) == (near(676.4022861, rel=1e-9), near(11.7146787699))


@pytest.mark.shared_data
def test_intervals_of_a_share(strat: tuple[dict[str, Any], Design]) -> None:
    """R svyciprop of sch.wide = Yes: method logit (its fit stops at 5e-10), and method beta (Korn and Graubard)."""
    rows, design = strat
    logit = estimate_shares(design, rows["sch.wide"] == "Yes")
    assert logit.estimate[0] == near(0.82794801, rel=1e-8)
    assert (logit.ci_low[0], logit.ci_high[0]) == (near(0.774539654352, rel=2e-9), near(0.870814854545, rel=2e-9))
    beta = estimate_shares(design, rows["sch.wide"] == "Yes", interval="korn_graubard")
    assert (beta.ci_low[0], beta.ci_high[0]) == (near(0.7741713, rel=1e-7), near(0.8734316, rel=1e-7))
    score = estimate_shares(design, rows["sch.wide"] == "Yes", interval="wilson")
    assert beta.ci_low[0] < score.ci_low[0] < score.estimate[0] < score.ci_high[0] < beta.ci_high[0]


@pytest.mark.shared_data
def test_two_groups_a_table_and_a_regression(strat: tuple[dict[str, Any], Design]) -> None:
    """R svyttest, svychisq, svyglm on apistrat."""
    rows, design = strat
    test = compare_two(design, rows["api00"], rows["comp.imp"])
    assert (test.estimate, test.t, test.df) == (near(40.9899300352), near(2.084243296), 196)
    assert (test.p, test.ci_low, test.ci_high) == (
        near(0.038434188, rel=1e-8),
        near(2.20466400156),
        near(79.77519606879),
    )
    table = independence(design, rows["comp.imp"], rows["sch.wide"])
    assert (table.f, table.df, table.df_below) == (near(47.317733, rel=1e-8), near(1), near(197))
    assert (table.p, table.chi_square) == (near(7.82204065e-11, rel=1e-8), near(57.42168049))
    fit = regress(design, rows["api00"], {name: rows[name] for name in ("ell", "meals", "mobility")})
    for row, (estimate, se) in zip(
        fit.rows(),
        (
            (820.887315906, 10.077735950),
            (-0.480586612, 0.391973403),
            (-3.141535310, 0.283946506),
            (0.225713210, 0.393218362),
        ),
        strict=True,
    ):
        assert (row["estimate"], row["se"]) == (near(estimate, rel=3e-9), near(se, rel=3e-9))


@pytest.mark.shared_data
def test_the_health_survey_with_clusters_numbered_anew_in_every_stratum(sample: Load, reference: Any) -> None:
    """NHANES: means by race and age, Rao-Scott, a logistic regression (R's own fit stops at 1e-8, hence 1e-6 on its SE)."""
    rows, told = sample("nhanes"), reference["nhanes"]
    design = survey_design(rows["WTMEC2YR"], strata=rows["SDMVSTRA"], clusters=[rows["SDMVPSU"]])
    assert (design.rows, design.df) == (told["n"], told["df"])
    whole = estimate_means(design, rows["HI_CHOL"])
    assert (whole.estimate[0], whole.se[0]) == (near(told["HI_CHOL"][0]["est"]), near(told["HI_CHOL"][0]["se"]))
    for column, listed in (("race", told["by_race"]), ("agecat", told["by_age"])):
        found = estimate_means(design, rows["HI_CHOL"], by=rows[column])
        for one in listed:
            at = found.place(one[column])
            assert (found.estimate[at], found.se[at]) == (near(one["HI_CHOL"]), near(one["se"]))
    table, expected = independence(design, rows["race"], rows["HI_CHOL"]), told["raoscott"]
    assert (table.f, table.df) == (near(expected["F"]), near(expected["ndf"]))
    assert (table.df_below, table.p) == (near(expected["ddf"]), near(expected["p"]))
    ages = {age: np.array(rows["agecat"] == age, dtype=float) for age in ("(19,39]", "(39,59]", "(59,Inf]")}
    fit = regress(design, rows["HI_CHOL"], ages | {"RIAGENDR": rows["RIAGENDR"]}, family="logit")
    assert fit.estimate.tolist() == [near(one["est"], rel=1e-8) for one in told["logit"]]
    assert fit.se.tolist() == [near(one["se"], rel=3e-6) for one in told["logit"]]


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2552885199, 0.366209577),
        (15, 148, 0.06238639953, 0.1604872417),
        (0, 20, 0, 0.1611251581),
        (1, 29, 0.006113214293, 0.1717552188),
        (9, 10, 0.5958499732, 0.9821237869),
        (15, 15, 0.796116699, 1),
    ],
)
def test_wilson_as_in_newcombe(hits: int, n: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, method 3."""
    assert wilson(hits, n) == (pytest.approx(low, rel=1e-9), pytest.approx(high, rel=1e-9))


def test_other_intervals_of_a_plain_share() -> None:
    """Agresti and Coull for 15 of 148, Clopper and Pearson for 0 of 20 (Newcombe's cases)."""
    assert agresti_coull(15, 148) == (near(0.0613859749), near(0.161487666, rel=5e-9))
    assert clopper_pearson(0, 20) == (0, near(0.1684334710))
    assert clopper_pearson(20, 20) == (near(1 - 0.1684334710), 1)
