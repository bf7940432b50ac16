"""The variance of sums under a design: by cluster within stratum, stage for stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .coding import FloatArray, IntArray
from .design import Design
from .stages import Stage

_BLOCK = 32  # columns that are worked on at once where only variances are asked for


def covariance(design: Design, scores: FloatArray) -> FloatArray:
    """Covariances of the sums of columns of scores (one row a row of the sample, weights worked in).

    Out     NaN where a stratum of one unit has no neighbour to be taken together with
    Source  Särndal, Swensson & Wretman 1992, result 4.3.1; the estimator by stages as in Bellhouse 1985
    """
    total = np.zeros((scores.shape[1], scores.shape[1]))
    residuals = _residuals(design, scores)
    for stage in design.stages:
        if (stage.scale > 0).any():
            spread, factor = _spread(stage, residuals)
            total += (spread * factor[:, None]).T @ spread
    return total


def variances(design: Design, columns: int, scores_of: Callable[[range], FloatArray]) -> FloatArray:
    """Variances alone of many columns, which are made some at a time."""
    found = np.zeros(columns)
    for block in _blocks(columns):
        residuals = _residuals(design, scores_of(block))
        for stage in design.stages:
            if (stage.scale > 0).any():
                spread, factor = _spread(stage, residuals)
                found[block.start : block.stop] += factor @ spread**2
    return found


def _blocks(columns: int) -> Iterator[range]:
    for first in range(0, columns, _BLOCK):
        yield range(first, min(first + _BLOCK, columns))


def _residuals(design: Design, scores: FloatArray) -> FloatArray:
    for adjustment in design.adjustments:
        scores = adjustment.residuals(scores)
    return scores


def _spread(stage: Stage, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Of each unit: its total less the mean total of its group, and the factor with which its square counts."""
    totals = summed(stage.unit, scores, len(stage.group))
    means = summed(stage.group, totals, len(stage.sampled)) / stage.sampled[:, None]
    factor = stage_factor(stage)
    # A census of one unit differs from its mean by nothing, and has no factor of its own
    return totals - means[stage.group], factor[stage.group]


def stage_factor(stage: Stage) -> FloatArray:
    """Of each group: (1 - f) n / (n - 1), times the share of the groups above that was drawn."""
    left = 1 - stage.fraction
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = np.where(stage.sampled > 1, stage.sampled / (stage.sampled - 1.0), np.nan)
    factor: FloatArray = np.where((left <= 1e-9) | (stage.scale == 0), 0.0, stage.scale * left * grown)
    return factor


def summed(code: IntArray, columns: FloatArray, size: int) -> FloatArray:
    """Column sums by code."""
    if size == len(columns) and (code == np.arange(size)).all():
        return columns
    return np.stack([np.bincount(code, weights=column, minlength=size) for column in columns.T], axis=1)
