"""Weights brought to the known sizes of groups: post-stratification (事后分层) and raking (迭代加权)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from ..errors import WeightingError
from .adjusting import Adjustment
from .coding import FloatArray, IntArray, Labels, codes
from .design import Design
from .notes import Note

RAKING_TOLERANCE = 1e-10  # of the largest factor from 1
MOST_ROUNDS = 100
_SAME_TOTAL = 1e-9  # relative; margins rounded otherwise are rescaled


@dataclass(frozen=True)
class Margin:
    """The known sizes of the categories of one variable, and the category of each row."""

    labels: Labels
    totals: Mapping[Any, float]


@dataclass(frozen=True)
class _Coded:
    name: str
    code: IntArray
    totals: FloatArray


def post_stratify(design: Design, labels: Labels, totals: Mapping[Any, float], *, name: str = "post-stratum") -> Design:
    """The design with weights that sum to the known size of every post-stratum.

    In      labels: the post-stratum of each row; totals: its size in the population
    Out     standard errors of the new design take the differences from the post-stratum's mean
    Raises  WeightingError where a post-stratum has no row, a row's has no size, or a size is not above 0
    Source  Särndal, Swensson & Wretman 1992, section 7.6
    """
    margin = _coded(design, name, Margin(labels, totals))
    weights = design.weights * _factors(design.weights, margin)[margin.code]
    return design.with_weights(weights, adjustment=Adjustment(_indicators([margin]), design.weights, weights))


def rake(
    design: Design,
    margins: Mapping[str, Margin],
    *,
    tolerance: float = RAKING_TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> Design:
    """The design with weights that sum to the known sizes of the categories of several variables.

    In      margins: by name; where their sums differ, all are brought to the sum of the first, which is noted
    Out     the rounds are noted; standard errors take what the margins do not explain (base weights, as in calibration)
    Raises  WeightingError where a category has no row, a row's category has no size, or no weights meet all margins
            within `most_rounds`
    Source  Deming & Stephan 1940; the variance: Deville, Särndal & Sautory 1993
    """
    if not margins:
        raise WeightingError("no margin was given; name at least one variable with the sizes of its categories")
    coded, notes = [_coded(design, name, margin) for name, margin in margins.items()], list[Note]()
    whole = float(coded[0].totals.sum())
    for place, margin in enumerate(coded):
        own = float(margin.totals.sum())
        if abs(own - whole) > _SAME_TOTAL * whole:
            facts = {"margin": margin.name, "total": f"{own:g}", "first": coded[0].name, "to": f"{whole:g}"}
            notes.append(Note("survey_margin_rescaled", facts))
            coded[place] = _Coded(margin.name, margin.code, margin.totals * (whole / own))
    weights, rounds = _raked(design.weights, coded, tolerance, most_rounds)
    notes.append(Note("survey_raked", {"rounds": rounds, "margins": "、".join(margins)}))
    return design.with_weights(weights, *notes, adjustment=Adjustment(_indicators(coded), design.weights, weights))


def raked_weights(weights: FloatArray, design: Design, margins: Mapping[str, Margin]) -> FloatArray:
    """Other weights of the same rows, raked to the margins: for the replicates of a raked design."""
    coded = [_coded(design, name, margin) for name, margin in margins.items()]
    whole = float(coded[0].totals.sum())
    scaled = [_Coded(one.name, one.code, one.totals * (whole / one.totals.sum())) for one in coded]
    return _raked(weights, scaled, RAKING_TOLERANCE, MOST_ROUNDS)[0]


def _raked(weights: FloatArray, margins: list[_Coded], tolerance: float, most_rounds: int) -> tuple[FloatArray, int]:
    """The weights, and after how many rounds no factor was further than the tolerance from 1."""
    # Rows that are alike in all margins keep their proportions: rake their sums
    cells, inverse = np.unique(np.stack([margin.code for margin in margins]), axis=1, return_inverse=True)
    inverse = inverse.reshape(-1)
    before: FloatArray = np.bincount(inverse, weights=weights).astype(np.float64)
    sums: FloatArray = before.copy()
    furthest = 0.0
    for round_no in range(1, most_rounds + 1):
        furthest = 0.0
        for margin, code in zip(margins, cells, strict=True):
            factor = _factors(sums, margin, code)
            sums = sums * factor[code]
            furthest = max(furthest, float(np.abs(factor - 1).max()))
        if furthest < tolerance:
            with np.errstate(invalid="ignore"):
                grown = np.where(before > 0, sums / before, 0.0)
            return weights * grown[inverse], round_no
    raise WeightingError(
        f"raking has not settled after {most_rounds} rounds (the last still moved weights by {furthest:.1e}): some "
        "combination of categories is missing from the sample, so that the margins contradict each other (a structural "
        "zero); merge small categories, or leave out a margin"
    )


def _factors(sums: FloatArray, margin: _Coded, code: IntArray | None = None) -> FloatArray:
    there = np.bincount(margin.code if code is None else code, weights=sums, minlength=len(margin.totals))
    with np.errstate(divide="ignore", invalid="ignore"):
        # In a replicate a category may be left without a row: nothing to multiply
        factors: FloatArray = np.where(there > 0, margin.totals / there, 1.0)
    return factors


def _coded(design: Design, name: str, margin: Margin) -> _Coded:
    """The margin by code, refused where sample and margin do not name the same categories."""
    code, labels = codes(margin.labels, name, rows=design.rows)
    if unknown := [str(label) for label in labels if label not in margin.totals]:
        raise WeightingError(
            f"{name}: the sample has the category {unknown[0]}, the margin does not; add its size, or merge the category "
            f"(the margin has {', '.join(map(str, list(margin.totals)[:10]))})"
        )
    if empty := [str(label) for label in margin.totals if label not in set(labels)]:
        raise WeightingError(
            f"{name}: no row of the sample is in the category {empty[0]}; merge it with another before weighting, so that "
            "its people are not lost"
        )
    totals = np.array([float(margin.totals[label]) for label in labels])
    if not (np.isfinite(totals).all() and (totals > 0).all()):
        wrong = labels[int(np.argmax(~(totals > 0)))]
        raise WeightingError(f"{name}: the size of the category {wrong} is not above 0; correct the margin")
    return _Coded(name, code, totals)


def _indicators(margins: list[_Coded]) -> Any:
    """One column a category of each margin, 1 where the row is in it."""
    rows = len(margins[0].code)
    return sparse.hstack(
        [
            sparse.csr_matrix((np.ones(rows), (np.arange(rows), margin.code)), shape=(rows, len(margin.totals)))
            for margin in margins
        ],
        format="csr",
    )
