"""The stages of a draw: which units were drawn within which group, and what share of the group they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import DesignError
from .coding import BoolArray, FloatArray, IntArray

_NEAR = 1e-9  # a sampling fraction this close to 1 is a census: sizes come as decimals


@dataclass(frozen=True)
class Stage:
    """One stage. At the first the groups are the strata; at the second the units of the first, and so on.

    In      unit: of each row, its unit; group: of each unit, its group; sampled: of each group, how many units were drawn;
            fraction: of each group, the share of its units that was drawn, 0 where that is not known;
            scale: of each group, the product of the fractions of the stages above
    """

    unit: IntArray
    group: IntArray
    sampled: IntArray
    fraction: FloatArray
    scale: FloatArray


def stage_of(unit: IntArray, above: IntArray, fpc: FloatArray | None, scale: FloatArray, what: str) -> Stage:
    """A stage from the unit and the group of each row; the correction is a size of the group, or a share of it up to 1.

    Raises  DesignError where the correction is missing, differs within a group, or is smaller than what was drawn
    """
    units, groups = int(unit.max(initial=-1)) + 1, int(above.max(initial=-1)) + 1
    group = np.zeros(units, dtype=np.int64)
    group[unit] = above
    sampled = np.bincount(group, minlength=groups)
    fraction = np.zeros(groups)
    if fpc is not None:
        fraction = _fractions(above, sampled, fpc, what)
    return Stage(unit, group, sampled, fraction, scale)


def _fractions(above: IntArray, sampled: IntArray, fpc: FloatArray, what: str) -> FloatArray:
    if not np.isfinite(fpc).all():
        place = int(np.argmax(~np.isfinite(fpc)))
        raise DesignError(f"{what}: missing in row {place + 1}; give the population size, or the sampling fraction")
    if (fpc <= 0).any():
        place = int(np.argmax(fpc <= 0))
        raise DesignError(
            f"{what}: {fpc[place]:g} in row {place + 1}; a population size or sampling fraction is above 0"
        )
    lowest, highest = np.full(len(sampled), np.inf), np.full(len(sampled), -np.inf)
    np.minimum.at(lowest, above, fpc)
    np.maximum.at(highest, above, fpc)
    if (uneven := highest - lowest > _NEAR * highest).any():
        rows = np.flatnonzero(uneven[above])
        raise DesignError(
            f"{what}: it differs within one group ({lowest[above[rows[0]]]:g} and {highest[above[rows[0]]]:g}, first in row "
            f"{rows[0] + 1}); every row of a stratum, or of a cluster at the next stage, has the same"
        )
    if (fpc <= 1).all():
        given: FloatArray = np.minimum(highest, 1.0)
        return given
    if (small := highest < sampled * (1 - _NEAR)).any():
        group = int(np.argmax(small))
        row = int(np.argmax(above == group))
        raise DesignError(
            f"{what}: the population of the group of row {row + 1} is {highest[group]:g}, smaller than the "
            f"{sampled[group]} units drawn from it; correct it, or leave it out"
        )
    shares: FloatArray = np.minimum(sampled / highest, 1.0)
    return shares


def lonely(stage: Stage) -> BoolArray:
    """The groups of which one unit alone was drawn, though there are more: their spread cannot be known."""
    found: BoolArray = (stage.sampled == 1) & (stage.fraction < 1 - _NEAR) & (stage.scale > 0)
    return found


def collapsed(stage: Stage, within: IntArray) -> tuple[Stage, list[list[int]]]:
    """The stage with its lonely groups taken together with a neighbour, and which groups went together.

    In      within: of each group, the group above; only groups of the same one are taken together
    Out     a group goes together with the next one, the last with the one before; one that has no neighbour stays as it is
    Source  Cochran 1977, section 5A.12 (collapsed strata)
    """
    is_lonely = lonely(stage)
    if not is_lonely.any():
        return stage, []
    target = np.arange(len(stage.sampled))
    together: list[list[int]] = []
    for parent in np.unique(within[is_lonely]):
        members = [int(group) for group in np.flatnonzero(within == parent) if stage.fraction[group] < 1 - _NEAR]
        together += _runs(members, is_lonely)
    for run in together:
        target[run] = run[0]
    kept, renumbered = np.unique(target, return_inverse=True)
    sampled = np.bincount(renumbered, weights=stage.sampled).astype(np.int64)
    with np.errstate(divide="ignore"):
        sizes = np.bincount(renumbered, weights=stage.sampled / stage.fraction)  # infinite where no fraction is known
    merged = Stage(stage.unit, renumbered[stage.group], sampled, sampled / sizes, stage.scale[kept])
    return merged, together


def _runs(members: list[int], is_lonely: BoolArray) -> list[list[int]]:
    """Neighbours that go together: every run holds a lonely group and ends as soon as it has two units."""
    runs: list[list[int]] = []
    alone: list[list[int]] = []  # every run and every group that needs none, in order
    waiting: int | None = None
    for group in members:
        if waiting is not None:
            runs.append([waiting, group])
            alone.append(runs[-1])
            waiting = None
        elif is_lonely[group]:
            waiting = group
        else:
            alone.append([group])
    if waiting is not None and alone:
        last = alone[-1]
        last.append(waiting)
        if last not in runs:
            runs.append(last)
    return runs
