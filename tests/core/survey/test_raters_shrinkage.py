"""Few ballots: values drawn towards the mean, against printed figures and figures of another program."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from xiaoneng.core.errors import RatersError
from xiaoneng.core.survey import james_stein, shrink, shrink_shares, shrink_to_regression

NAN = float("nan")

# Trials of a vaccine (Colditz and others 1994): sick and well with it, sick and well without
BCG = np.array(
    [
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
        (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
        (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
    ],
    float,
)  # fmt: skip
WITH, WITHOUT = BCG[:, 0] + BCG[:, 1], BCG[:, 2] + BCG[:, 3]
RISK = np.log(BCG[:, 0] / WITH) - np.log(BCG[:, 2] / WITHOUT)
SPREAD = 1 / BCG[:, 0] - 1 / WITH + 1 / BCG[:, 2] - 1 / WITHOUT


def test_batting_averages_as_efron_and_morris_printed_them() -> None:
    """Efron and Morris 1975: hits of the first 45 at bat of 18 players; they print a shrinking factor of .212."""
    hits = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
    mean = hits.mean() / 45
    assert mean == pytest.approx(0.2654320988, abs=5e-11)
    drawn, kept = james_stein(hits / 45, variance=mean * (1 - mean) / 45)
    assert kept == pytest.approx(0.2116534171, abs=5e-11)
    printed = [.2939, .2892, .2845, .2798, .2751, .2751, .2704, .2657, .2610, .2610, *[.2563] * 5, .2516, .2469, .2422]  # fmt: skip
    assert drawn == pytest.approx(np.array(printed), abs=5e-5)


def test_a_vaccine_by_moments_as_metafor_has_it() -> None:
    """R metafor, rma(method = "DL") and blup() on the thirteen trials."""
    found = shrink(RISK, SPREAD, method="dl")
    assert found.mu == pytest.approx(-0.7141172221, abs=5e-11)
    assert found.mu_se == pytest.approx(0.1787420895, abs=5e-11)
    assert found.tau2 == pytest.approx(0.3087602629, abs=5e-11)
    assert found.i2 == pytest.approx(92.1173468546, abs=5e-11)
    assert found.q == pytest.approx(152.2330080824, abs=5e-11)
    assert found.freedom == 12
    printed = [
        -0.799390973, -1.248573569, -0.984429013, -1.397277187, -0.288190430, -0.784540524, -1.240611733,
        0.002754440, -0.507231549, -1.245635566, -0.353841954, -0.288364471, -0.148191359,
    ]  # fmt: skip
    assert found.shrunk == pytest.approx(np.array(printed), abs=5e-10)


def test_a_vaccine_by_restricted_likelihood_as_metafor_has_it() -> None:
    """R metafor, rma(method = "REML"), test = "knha", and predict(), its search let run until tau2 stands still to 1e-13."""
    found = shrink(RISK, SPREAD)
    assert found.mu == pytest.approx(-0.714532342158, abs=5e-13)
    assert found.mu_se == pytest.approx(0.179781516105, abs=5e-13)
    assert found.tau2 == pytest.approx(0.313243258136, abs=5e-13)
    assert found.knapp_hartung == pytest.approx((-1.108443713686, -0.320620970631), abs=5e-13)
    assert found.prediction == pytest.approx((-1.866692217903, 0.437627533587), abs=5e-13)


def test_as_metafor_stops_by_itself_a_vaccine_is_the_same_to_seven_digits() -> None:
    """The same with metafor's own stop rule: tau2 0.3132433260, interval -1.1084437230 to -0.3206209737."""
    found = shrink(RISK, SPREAD)
    assert (found.mu, found.mu_se, found.tau2) == pytest.approx((-0.7145323484, 0.1797815318, 0.3132433260), abs=1e-7)
    assert found.knapp_hartung == pytest.approx((-1.1084437230, -0.3206209737), abs=2e-8)
    assert found.prediction == pytest.approx((-1.866692347, 0.4376276499), abs=2e-7)


def test_a_vaccine_drawn_towards_its_latitude_as_metafor_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """R metafor, rma(mods = ~ ablat) and blup() on the thirteen trials; its errors leave out that tau2 is estimated (2 g3)."""
    monkeypatch.setattr("xiaoneng.core.survey.shrinkage.LEAST_AREAS", 13)
    latitude = np.array([44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33], float)
    found = shrink_to_regression(RISK, SPREAD, latitude[:, None])
    assert found.tau2 == pytest.approx(0.07634796395526, abs=1e-11)
    assert found.coefficients == pytest.approx(np.array([0.25146821000734, -0.02910172501165]), abs=1e-12)
    assert found.coefficients_se == pytest.approx(np.array([0.24909539661683, 0.00719532722091]), abs=1e-12)
    printed = [
        -1.002472074894, -1.415705423660, -1.029382194251, -1.404227904214, -0.181137181952, -0.806262709250,
        -0.637963495326, 0.005105162847, -0.496984325859, -1.175530034955, -0.329990116384, -0.564080899448,
        -0.351532452625,
    ]  # fmt: skip
    errors = [
        0.27344995085, 0.27512302215, 0.27717139280, 0.13153391807, 0.18780962749, 0.08042628211, 0.25983912936,
        0.06193489116, 0.18620116321, 0.20360403576, 0.10524874091, 0.27489705637, 0.19895194326,
    ]  # fmt: skip
    assert found.shrunk == pytest.approx(np.array(printed), abs=1e-11)
    weights = 1 / (SPREAD + found.tau2)
    of_tau2 = 2 * SPREAD**2 * weights**3 * 2 / (weights**2).sum()
    assert np.sqrt(found.shrunk_se**2 - of_tau2) == pytest.approx(np.array(errors), abs=1e-10)


@given(
    values=st.lists(st.floats(-5, 5), min_size=4, max_size=9),
    spreads=st.lists(st.floats(0.1, 3), min_size=9, max_size=9),
)
def test_the_variance_between_is_at_the_top_of_the_restricted_likelihood(
    values: list[float], spreads: list[float]
) -> None:
    """Against the likelihood written out plainly, looked through on a grid around the answer."""
    estimates, variances = np.array(values), np.array(spreads[: len(values)])

    def likelihood(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        mu = (weights * estimates).sum() / weights.sum()
        return float(np.log(weights).sum() - np.log(weights.sum()) - (weights * (estimates - mu) ** 2).sum()) / 2

    found = shrink(estimates, variances).tau2
    for other in (found * 0.99, found * 1.01, found + 1e-3, max(found - 1e-3, 0)):
        assert likelihood(found) >= likelihood(other) - 1e-9
    best = optimize.minimize_scalar(lambda tau2: -likelihood(tau2), bounds=(0, 60), method="bounded")
    assert likelihood(found) == pytest.approx(-best.fun, abs=1e-4)


@pytest.mark.parametrize(
    ("values", "spreads"),
    [
        ([0.0] * 6 + [2.0], [1.0, 1, 1, 2, 2, 2, 0.5]),
        ([2.84375, 0.125, 1.1875, 2.0625], [0.8125, 1.21875, 3.0, 0.125]),
    ],
)
def test_where_scoring_step_by_step_swings_for_ever_the_top_is_found(values: list[float], spreads: list[float]) -> None:
    """At the top the slope of the likelihood, written out plainly, is zero."""
    estimates, variances = np.array(values), np.array(spreads)
    weights = 1 / (variances + shrink(estimates, variances).tau2)
    mu = (weights * estimates).sum() / weights.sum()
    squared = weights**2
    slope = squared @ (estimates - mu) ** 2 - weights.sum() + squared.sum() / weights.sum()
    assert slope == pytest.approx(0, abs=1e-9)


def test_errors_of_the_shrunk_values_are_those_of_the_prediction() -> None:
    """With variances 1, 1, 4 and tau2 by moments: worked out plainly as var(true | estimates), the mean estimated too."""
    estimates, variances = np.array([0.0, 4.0, 9.0]), np.array([1.0, 1.0, 4.0])
    found = shrink(estimates, variances, method="dl")
    weights = 1 / (variances + found.tau2)
    to_mu = np.tile(weights / weights.sum(), (3, 1))
    kept = np.diag(found.tau2 / (variances + found.tau2))
    to_value = to_mu + kept @ (np.eye(3) - to_mu)
    noise = to_value @ np.diag(variances) @ to_value.T
    between = found.tau2 * (to_value - np.eye(3)) @ (to_value - np.eye(3)).T
    assert found.shrunk == pytest.approx(to_value @ estimates)
    assert found.shrunk_se**2 == pytest.approx(np.diagonal(noise + between))


def test_a_unit_without_an_estimate_gets_none() -> None:
    """It changes nothing for the others."""
    found = shrink([1.0, 5.0, NAN, 9.0, 3.0], [1.0, 1.0, 1.0, 1.0, NAN], method="dl")
    alone = shrink([1.0, 5.0, 9.0], [1.0, 1.0, 1.0], method="dl")
    assert found.shrunk[[0, 1, 3]].tolist() == alone.shrunk.tolist()
    assert np.isnan(found.shrunk[[2, 4]]).all()
    assert np.isnan(found.shrunk_se[[2, 4]]).all()


AREAS = np.linspace(0, 14, 15)


def test_a_regression_draws_each_area_towards_its_own_line() -> None:
    """Fifteen areas on the line 10 + 2 x, off it by +3 and -3 in turn, variance 1: tau2 by hand from equal variances.

    With equal variances REML is the residual mean square less the variance, and each keeps tau2 / (tau2 + 1) of its distance.
    """
    off = np.where(np.arange(15) % 2 == 0, 3.0, -3.0)
    estimates = 10 + 2 * AREAS + off
    found = shrink_to_regression(estimates, np.ones(15), AREAS[:, None])
    slope, constant = np.polyfit(AREAS, estimates, 1)
    rest = estimates - constant - slope * AREAS
    square = (rest @ rest) / 13
    assert found.coefficients == pytest.approx(np.array([constant, slope]))
    assert found.tau2 == pytest.approx(square - 1)
    kept = found.tau2 / (found.tau2 + 1)
    assert found.shrunk == pytest.approx(constant + slope * AREAS + kept * rest)
    # g1 + g2 + 2 g3 of Datta and Lahiri: var(tau2) = 2 (tau2 + 1)^2 / 15
    leverage = 1 / 15 + (AREAS - 7) ** 2 / ((AREAS - 7) ** 2).sum()
    expected = kept + (1 - kept) ** 2 * square * leverage + 2 * (1 / square**3) * 2 * square**2 / 15
    assert found.shrunk_se**2 == pytest.approx(expected)
    assert np.isnan(found.prediction).all()


def test_too_few_areas_for_a_regression_are_refused() -> None:
    with pytest.raises(RatersError, match=r"only 14 units .* at least 15"):
        shrink_to_regression(AREAS[:14], np.ones(14), AREAS[:14, None])
    with pytest.raises(RatersError, match="only 14 units"):
        shrink_to_regression([*AREAS[:14], NAN], np.ones(15), AREAS[:, None])
    assert shrink_to_regression(AREAS, np.ones(15), AREAS[:, None]).tau2 == 0


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        (np.column_stack([AREAS, 2 * AREAS]), "repeat each other"),
        (np.random.default_rng(1).normal(size=(15, 12)), "too many"),
        (np.where(AREAS > 13, np.nan, AREAS)[:, None], "a covariate is unknown"),
    ],
)
def test_covariates_that_cannot_foretell_are_refused(covariates: np.ndarray, said: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(RatersError, match=said):
        shrink_to_regression(AREAS**2, np.ones(15), covariates)


@pytest.mark.parametrize(
    ("estimates", "variances", "method", "said"),
    [
        ([1.0, 2.0], [1.0, 1.0], "reml", "only 2 units"),
        ([1.0, 2.0, 3.0], [1.0, 1.0], "reml", "3 estimates but 2 variances"),
        ([1.0, 2.0, 3.0], [1.0, 0.0, 1.0], "reml", "a variance is not above zero"),
        ([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], "guess", "no method 'guess'"),
    ],
)
def test_estimates_that_cannot_be_drawn_together_are_refused(
    estimates: list[float], variances: list[float], method: str, said: str
) -> None:
    with pytest.raises(RatersError, match=said):
        shrink(estimates, variances, method=method)


@pytest.mark.parametrize(("values", "variance"), [([1.0, 2, 3], 1.0), ([1.0, 2, 3, NAN], 1.0), ([1.0, 2, 3, 4], 0.0)])
def test_james_and_stein_need_four_estimates_and_a_variance(values: list[float], variance: float) -> None:
    with pytest.raises(RatersError, match="at least four"):
        james_stein(values, variance=variance)


def test_james_and_stein_never_draw_beyond_the_mean() -> None:
    """Spread 0.5 over four values with variance 1: the factor would be 1 - 1 / 0.5 = -1, it is 0."""
    drawn, kept = james_stein([9.5, 10, 10, 10.5], variance=1)
    assert (kept, drawn.tolist()) == (0, [10, 10, 10, 10])
    assert james_stein([3.0] * 4, variance=1)[1] == 0


@pytest.mark.parametrize(
    ("yes", "ballots"), [([1, 2], [3]), ([4, 1], [3, 3]), ([-1, 1], [3, 3]), ([NAN, 1], [3, 3]), ([2, 0], [3, 0])]
)
def test_shares_that_are_none_are_refused(yes: list[float], ballots: list[float]) -> None:
    with pytest.raises(RatersError, match="shares need counts"):
        shrink_shares(yes, ballots)


def test_shares_come_back_from_a_made_up_county() -> None:
    """400 agencies whose true shares follow Beta(8, 2): the pull is near 10, and drawing makes the shares truer."""
    chance = np.random.default_rng(4)
    true = chance.beta(8, 2, 400)
    ballots = chance.integers(3, 60, 400)
    found = shrink_shares(chance.binomial(ballots, true), ballots)
    assert found.pull == pytest.approx(10, rel=0.25)
    assert ((found.shrunk - true) ** 2).mean() < 0.7 * ((found.shares - true) ** 2).mean()
    assert (np.abs(found.shrunk - true) < 1.96 * found.shrunk_se).mean() == pytest.approx(0.95, abs=0.03)
