"""Before the round: what a sample will be able to tell apart, and how large it must be to tell apart what is wanted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.stats import norm

from ..errors import PlanError
from .allocation import Method, Stratum, with_known_spreads

SMALL_BODY = 30  # fewer eligible raters: everybody is asked, and no rank is printed
ROUNDS = 400  # simulated counties: the mean number of agencies told apart is then known to about a tenth of one


@dataclass(frozen=True)
class PlanQuestion:
    """What is known, or supposed, before the round.

    In      strata: those who may rate, with expected spreads of one rating of one agency; bodies: eligible raters of an agency where
            they are fewer than all (its own staff, its own applicants)
    Units   spread, agency_spread, wanted_difference: points of the score; agency_spread: standard deviation of the agencies'
            true scores; response, round_overlap: shares; rater_correlation: correlation of two scores given by one rater;
            round_correlation: of one rater's scores in two rounds; design_effect: variance against a plain stratified draw
    """

    strata: tuple[Stratum, ...]
    sample_size: int
    agencies: int
    per_ballot: int
    response: float = 1.0
    method: Method = "neyman"
    design_effect: float = 1.0
    rater_correlation: float = 0.0
    round_overlap: float = 0.0
    round_correlation: float = 0.0
    agency_spread: float | None = None
    wanted_difference: float | None = None
    confidence: float = 0.95
    power: float = 0.80
    bodies: Mapping[str, int] = field(default_factory=dict)

    @property
    def population(self) -> int:
        return sum(one.population for one in self.strata)


@dataclass(frozen=True)
class Plan:
    """What the sample will be able to do.

    Units   standard_error, differences: points; ballots: answered ballots expected; ratings: ratings expected for one agency;
            shared: share of an agency's raters who rate a given other one too
    Out     difference: between two agencies chosen beforehand; difference_any: between any two, after the multiplicity of all
            pairs; difference_rounds: of one agency between two rounds; pairs_apart: share of pairs told apart;
            clearly_upper, clearly_lower: agencies surely in the upper or lower half, on average; needed and needed_any: sample
            size for the wanted difference, None where even asking everybody does not do; body_errors: standard error of each of
            the bodies; small_bodies: those to be asked in full and not ranked
    """

    question: PlanQuestion
    ballots: float
    ratings: float
    shared: float
    standard_error: float
    difference: float
    difference_any: float
    difference_rounds: float
    pairs_apart: float | None
    clearly_upper: float | None
    clearly_lower: float | None
    needed: int | None
    needed_any: int | None
    body_errors: dict[str, float]
    small_bodies: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; unknown is null."""
        asked = self.question
        strata = [{"name": one.name, "population": one.population, "spread": one.spread} for one in asked.strata]
        names = [name for name in asked.__dataclass_fields__ if name not in ("strata", "bodies")]
        found = [name for name in self.__dataclass_fields__ if name not in ("question", "body_errors", "small_bodies")]
        return {
            "question": {name: getattr(asked, name) for name in names}
            | {"strata": strata, "bodies": dict(asked.bodies)},
            **{name: _finite(getattr(self, name)) for name in found},
            "body_errors": {name: _finite(error) for name, error in sorted(self.body_errors.items())},
            "small_bodies": dict(sorted(self.small_bodies.items())),
        }


def plan(question: PlanQuestion, *, seed: int = 1) -> Plan:
    """What this sample can tell apart, and which one tells apart what is wanted.

    In      seed: of the simulation of agencies told apart, which runs only where agency_spread is given
    Out     the standard error is that of one agency's score when all strata rate all agencies; NaN where fewer than one rating
            of an agency is expected in some stratum
    Raises  PlanError where a number means nothing
    Source  docs/methods/sampling.md, "The planner"
    """
    _check(question)
    apart = _told_apart(question, seed) if question.agency_spread is not None and question.agencies > 1 else None
    wanted = question.wanted_difference
    return Plan(
        question=question,
        ballots=question.sample_size * question.response,
        ratings=question.sample_size * question.response * question.per_ballot / question.agencies,
        shared=shared_raters(question.agencies, question.per_ballot),
        standard_error=agency_error(question),
        difference=smallest_difference(question),
        difference_any=smallest_difference(question, is_any_pair=True),
        difference_rounds=_factor(question, 1) * _error_of_change(question),
        pairs_apart=None if question.agency_spread is None else pairs_apart(question),
        clearly_upper=apart[0] if apart else None,
        clearly_lower=apart[1] if apart else None,
        needed=None if wanted is None else sample_needed(question, wanted),
        needed_any=None if wanted is None else sample_needed(question, wanted, is_any_pair=True),
        body_errors={name: body_error(question, size) for name, size in question.bodies.items()},
        small_bodies={name: size for name, size in question.bodies.items() if size < SMALL_BODY},
    )


def spread_of_share(share: float) -> float:
    """The standard deviation of yes or no, sqrt(p (1 - p)), on the scale from 0 to 1."""
    if not 0 <= share <= 1:
        raise PlanError(f"{share} is no share; write one from 0 to 1")
    return math.sqrt(share * (1 - share))


def shared_raters(agencies: int, per_ballot: int) -> float:
    """Share of an agency's raters who rate a given other one too, where every set of agencies is as likely: (m - 1)/(p - 1)."""
    return (per_ballot - 1) / (agencies - 1) if agencies > 1 else 0.0


def agency_error(question: PlanQuestion) -> float:
    """Expected standard error of one agency's score: sqrt(deff sum (N_h/N)^2 (1 - f_h) S_h^2 / n_h), n_h = ratings expected.

    Source  Cochran (1977), Sampling Techniques, 5.3, with n_h times response and per_ballot / agencies
    """
    rated = question.response * question.per_ballot / question.agencies
    total, variance = question.population, 0.0
    for one, size in zip(with_known_spreads(question.strata), _real_sizes(question), strict=True):
        ratings = size * rated
        if one.population == 0 or _spread(one) == 0:
            continue  # nobody, or all of one mind
        if ratings <= 0:
            return math.nan
        variance += (one.population / total) ** 2 * (1 - ratings / one.population) * _spread(one) ** 2 / ratings
    return math.sqrt(question.design_effect * variance)


def body_error(question: PlanQuestion, eligible: int) -> float:
    """Expected standard error of an agency that only so many may rate: as many of them are asked as of any agency, or all."""
    asked = min(question.sample_size * question.per_ballot / question.agencies, eligible)
    answered = asked * question.response
    if eligible < 1 or answered <= 0:
        return math.nan
    strata, total = with_known_spreads(question.strata), question.population
    variance = math.fsum(one.population / total * _spread(one) ** 2 for one in strata)
    return math.sqrt(question.design_effect * (1 - answered / eligible) * variance / answered)


def difference_error(question: PlanQuestion) -> float:
    """Standard error of the difference of two agencies: sqrt(2 V (1 - rho c)), c the share of raters whom they have in common."""
    common = question.rater_correlation * shared_raters(question.agencies, question.per_ballot)
    return agency_error(question) * math.sqrt(2 * (1 - common))


def smallest_difference(question: PlanQuestion, *, is_any_pair: bool = False) -> float:
    """The smallest true difference of two agencies that is found with the wanted power: (z_(1-a/2) + z_power) SE.

    In      is_any_pair: any of p (p - 1)/2 pairs, so that `a` is divided by their number (Bonferroni), which is never narrower
            than the simultaneous sets of ranks
    Source  Bloom (1995), Evaluation Review 19, 547-556
    """
    pairs = question.agencies * (question.agencies - 1) / 2 if is_any_pair else 1
    return _factor(question, max(pairs, 1)) * difference_error(question)


def pairs_apart(question: PlanQuestion) -> float:
    """Share of pairs told apart in a county whose true scores are normal with agency_spread: 2 (1 - Phi(c / sqrt(1 + 2 t^2 / V)))."""
    spread, error = float(question.agency_spread or 0.0), difference_error(question)
    if math.isnan(error) or question.agencies < 2:
        return math.nan
    cut = _cut(question, max(question.agencies * (question.agencies - 1) / 2, 1))
    if error == 0:
        return 1.0 if spread else 0.0
    return float(2 * norm.sf(cut / math.sqrt(1 + 2 * spread**2 / error**2)))


def sample_needed(question: PlanQuestion, wanted: float, *, is_any_pair: bool = False) -> int | None:
    """The smallest sample that finds the wanted difference; None where even asking everybody does not."""
    least, most = 1, question.population
    if not _finds(question, most, wanted, is_any_pair):
        return None
    while least < most:
        middle = (least + most) // 2
        if _finds(question, middle, wanted, is_any_pair):
            most = middle
        else:
            least = middle + 1
    return least


def _finds(question: PlanQuestion, size: int, wanted: float, is_any_pair: bool) -> bool:
    return smallest_difference(replace(question, sample_size=size), is_any_pair=is_any_pair) <= wanted


def _error_of_change(question: PlanQuestion) -> float:
    """Var(y2 - y1) = 2 V (1 - overlap correlation): two rounds of the same size; without overlap 2 V (Kish 1965, 12.4)."""
    common = question.round_overlap * question.round_correlation
    return agency_error(question) * math.sqrt(2 * (1 - common))


def _cut(question: PlanQuestion, pairs: float) -> float:
    return float(norm.isf((1 - question.confidence) / 2 / pairs))


def _factor(question: PlanQuestion, pairs: float) -> float:
    return _cut(question, pairs) + float(norm.ppf(question.power))


def _spread(one: Stratum) -> float:
    return float(one.spread or 0.0)


def _real_sizes(question: PlanQuestion) -> list[float]:
    """Real-valued n_h: what reaches N_h is taken in full, and the others share what is left."""
    strata = with_known_spreads(question.strata)
    goods = {
        "neyman": [one.population * _spread(one) for one in strata],
        "proportional": [float(one.population) for one in strata],
        "equal": [1.0 if one.population else 0.0 for one in strata],
    }[question.method]
    sizes, full = [0.0] * len(strata), set[int]()
    while True:
        left = question.sample_size - sum(strata[place].population for place in full)
        open_goods = math.fsum(good for place, good in enumerate(goods) if place not in full)
        for place, one in enumerate(strata):
            sizes[place] = (
                one.population if place in full else (left * goods[place] / open_goods if open_goods else 0.0)
            )
        over = {place for place, one in enumerate(strata) if place not in full and sizes[place] > one.population}
        if not over:
            return sizes
        full |= over


def _told_apart(question: PlanQuestion, seed: int) -> tuple[float, float]:
    """Mean number of agencies surely in the upper and lower half, over simulated counties; ranks as sets, one step."""
    count, error = question.agencies, agency_error(question)
    if math.isnan(error):
        return math.nan, math.nan
    common = question.rater_correlation * shared_raters(count, question.per_ballot)
    chance, least = np.random.default_rng(seed), _cut(question, count * (count - 1) / 2) * difference_error(question)
    upper = lower = 0
    for _ in range(ROUNDS):
        true = chance.normal(0, float(question.agency_spread or 0.0), count)
        # The part that raters have in common moves all scores alike and cancels in every difference
        seen = true + chance.normal(0, error * math.sqrt(1 - common), count)
        beaten_by = (seen[None, :] - seen[:, None] > least).sum(axis=1)
        beats = (seen[:, None] - seen[None, :] > least).sum(axis=1)
        upper += int((count - beats <= count // 2).sum())
        lower += int((1 + beaten_by > (count + 1) // 2).sum())
    return upper / ROUNDS, lower / ROUNDS


def _check(question: PlanQuestion) -> None:
    if not question.strata or question.population < 1:
        raise PlanError("nobody may rate; give the number of eligible people")
    if any(one.population < 0 or not 0 <= _spread(one) < math.inf for one in question.strata):
        raise PlanError("populations and spreads must be 0 or more; correct them")
    if not any(one.spread for one in question.strata):
        raise PlanError("no spread is known; give the standard deviation of one rating, from last round or a trial")
    if not 1 <= question.sample_size <= question.population:
        raise PlanError(f"the sample must be from 1 to {question.population}, it is {question.sample_size}; correct it")
    if not 1 <= question.per_ballot <= question.agencies:
        raise PlanError(
            f"a ballot can rate from 1 to {question.agencies} agencies, not {question.per_ballot}; correct it"
        )
    shares: Sequence[tuple[str, float, float, float]] = (
        ("response", question.response, 0, 1),
        ("rater correlation", question.rater_correlation, -1, 1),
        ("overlap of rounds", question.round_overlap, 0, 1),
        ("correlation of rounds", question.round_correlation, -1, 1),
        ("confidence", question.confidence, 0, 1),
        ("power", question.power, 0, 1),
    )
    for name, value, least, most in shares:
        is_open = name in ("confidence", "power")
        if not least <= value <= most or (is_open and value in (0, 1)) or (name == "response" and value == 0):
            raise PlanError(f"{name} {value} is out of range; write one between {least} and {most}")
    for name, amount in (("design effect", question.design_effect), ("wanted difference", question.wanted_difference)):
        if amount is not None and not 0 < amount < math.inf:
            raise PlanError(f"{name} {amount} means nothing; write a number above 0")
    if question.agency_spread is not None and not 0 <= question.agency_spread < math.inf:
        raise PlanError(f"agency spread {question.agency_spread} means nothing; write 0 or more")


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
