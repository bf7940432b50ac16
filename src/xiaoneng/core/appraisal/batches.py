"""Batches of ballots, screened by the plan that stands in the rules, and the drill that says what the plan can find."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ScreeningError
from ..screening import Ballots, BatchKind, ScreeningPlan, drill_ballots, screen
from .ballots import Ratings

DRILL_ROUNDS = 20


def usual_screening() -> dict[str, Any]:
    """The plan that a round has where it names no other: as plain data, for its rules."""
    return ScreeningPlan().as_dict()


def plan_of(ratings: Ratings) -> ScreeningPlan:
    """The plan of the round.

    Raises  ScreeningError where the rules name tests that do not exist
    """
    given = ratings.rules.screening
    return ScreeningPlan.from_dict(given) if given else ScreeningPlan()


def screened(ratings: Ratings, *, seed: int) -> dict[str, Any] | None:
    """What was found of orchestrated batches; None where a small body voted, or too few for any test."""
    ballots = _ballots(ratings)
    if ballots is None:
        return None
    try:
        return screen(ballots, plan_of(ratings), seed=seed).as_dict()
    except ScreeningError:  # nothing that any of the tests could be run on
        return None


def drilled(ratings: Ratings, *, seed: int, rounds: int = DRILL_ROUNDS) -> dict[str, Any] | None:
    """Hit and false-alarm rates of the plan, from batches planted in shadow copies of this round; published with it."""
    ballots = _ballots(ratings)
    if ballots is None:
        return None
    try:
        return drill_ballots(ballots, plan_of(ratings), seed=seed, rounds=rounds).as_dict()
    except ScreeningError:  # too few ballots or batches to plant anything in
        return None


def _ballots(ratings: Ratings) -> Ballots | None:
    rules = ratings.rules
    if rules.is_small_body or not len(ratings.batch):
        return None
    strata = np.array([one.code for one in rules.strata])[ratings.ballot_stratum]
    is_public = not rules.kind_rules.is_staff
    names = np.unique(np.array(ratings.bucket, dtype=str)) if is_public and any(ratings.bucket) else None
    return Ballots(
        marks=ratings.matrix(),
        strata=strata,
        batches={BatchKind.CODE_BATCH: np.array(ratings.batch, dtype=str)} if any(ratings.batch) else {},
        buckets=None if names is None else np.searchsorted(names, np.array(ratings.bucket, dtype=str)),
        is_public=is_public,
    )
