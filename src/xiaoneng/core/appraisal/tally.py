"""Everything a closed round says, before the publication limits: for `result.py` alone, and never for a page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from ..errors import RatersError, UnconnectedRatersError
from ..ranking import NOT_RANKED, RankSets, rank_sets, tiers, top_set
from ..survey import Severity, severity
from .ballots import Floats, Ratings
from .kinds import SMALL_BODY_BELOW
from .scoring import Scores, scores

FEWEST_FOR_A_RANK = 30.0  # ballots of equal weight; below that a score is listed, not ranked
LEVEL = 0.95
TOP = 3  # how many places a commendation asks for; all who may be among them are named


@dataclass(frozen=True)
class Ranked:
    """The ranks of one comparable group: only of those whose ballots carry one."""

    group: str
    appraisees: tuple[int, ...]  # places in the rules, those ranked
    sets: RankSets | None
    tier: dict[int, str]
    top: tuple[int, ...]  # places of those who may be among the first three


@dataclass(frozen=True)
class Tally:
    """All figures of a round."""

    ratings: Ratings
    overall: Scores
    by_question: dict[str, Scores]
    ranked: tuple[Ranked, ...]
    strictness: Severity | None
    is_unconnected: bool  # ballots fall into groups that rate nobody in common: strictness cannot be compared


def tally(ratings: Ratings, *, replicates: int, seed: int) -> Tally:
    """Scores, ranks inside comparable groups, and scores adjusted for strict and mild ballots.

    Empty   a small body is never ranked; a group with fewer than two that can be ranked has no ranks
    """
    rules = ratings.rules
    overall = scores(ratings, level=LEVEL)
    by_question = {
        code: scores(ratings, ratings.points[:, place], level=LEVEL)
        for place, code in enumerate(rules.questionnaire.scales)
    }
    ranked = tuple(_ranked(ratings, overall, group.code, replicates, seed) for group in rules.groups)
    strictness, is_unconnected = _strictness(ratings)
    return Tally(ratings, overall, by_question, ranked, strictness, is_unconnected)


def _ranked(ratings: Ratings, overall: Scores, group: str, replicates: int, seed: int) -> Ranked:
    rules = ratings.rules
    members = [place for place, one in enumerate(rules.appraisees) if one.group == group]
    able = [] if rules.is_small_body else [place for place in members if _can_rank(overall, place)]
    if len(able) < 2:
        return Ranked(group, (), None, dict.fromkeys(members, NOT_RANKED), ())
    chosen = np.array(able)
    sets = rank_sets(
        overall.score[chosen],
        covariance=overall.covariance[np.ix_(chosen, chosen)],
        level=LEVEL,
        replicates=replicates,
        seed=seed,
    )
    tier = dict.fromkeys(members, NOT_RANKED) | dict(zip(able, tiers(sets), strict=True))
    top = tuple(place for place, is_top in zip(able, top_set(sets, TOP).tolist(), strict=True) if is_top)
    return Ranked(group, tuple(able), sets, tier, top)


def _can_rank(overall: Scores, place: int) -> bool:
    return bool(np.isfinite(overall.se[place])) and bool(overall.n_eff[place] >= FEWEST_FOR_A_RANK)


def _strictness(ratings: Ratings) -> tuple[Severity | None, bool]:
    """Strict and mild ballots, where ballots rate more than one and all hang together."""
    rules = ratings.rules
    if rules.is_small_body or len(ratings.score) < SMALL_BODY_BELOW:
        return None, False
    who = [rules.appraisees[place].code for place in ratings.appraisee.tolist()]
    try:
        return severity(ratings.score, agencies=who, ballots=[str(one) for one in ratings.ballot.tolist()]), False
    except UnconnectedRatersError:
        return None, True
    except RatersError:  # all scores alike, or one appraisee alone: there is nothing to adjust
        return None, False


def both_ways(ratings: Ratings, aside: Collection[str]) -> tuple[Floats, Floats]:
    """The scores with all batches, and without those set aside."""
    return scores(ratings).score, scores(ratings.without(aside)).score
