"""How a sample was drawn: weights, strata, clusters, population sizes. Every estimate of uncertainty rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import DesignError
from .adjusting import Adjustment
from .coding import BoolArray, FloatArray, IntArray, Labels, codes, crossed, numbers
from .notes import Note
from .stages import Stage, collapsed, lonely, stage_of


@dataclass(frozen=True)
class Design:
    """A sample with its weights and the way in which it was drawn; made by `survey_design` or `frame_design`.

    Out     weights: one a row; stratum: of each row, its place in stratum_labels; stages: outermost first;
            adjustments: what the weights were fitted to since; notes: what the reader of a result must know
    """

    weights: FloatArray
    stratum: IntArray
    stratum_labels: tuple[Any, ...]
    stages: tuple[Stage, ...]
    adjustments: tuple[Adjustment, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.weights)

    @property
    def df(self) -> int:
        """Degrees of freedom: clusters (rows, where there are none) less strata, after strata were taken together."""
        return len(self.stages[0].group) - len(self.stages[0].sampled)

    def df_of(self, is_in: BoolArray) -> int:
        """Degrees of freedom of some rows alone: their clusters less their strata."""
        units = np.unique(self.stages[0].unit[is_in])
        return len(units) - len(np.unique(self.stages[0].group[units]))

    def with_weights(self, weights: FloatArray, *notes: Note, adjustment: Adjustment | None = None) -> Design:
        """The same draw under other weights."""
        fitted = (*self.adjustments, adjustment) if adjustment else self.adjustments
        return replace(self, weights=weights, adjustments=fitted, notes=(*self.notes, *notes))


def survey_design(
    weights: Labels,
    *,
    strata: Labels | None = None,
    clusters: Sequence[Labels] = (),
    fpc: Sequence[Labels] = (),
) -> Design:
    """A design from the columns of a sample.

    In      weights: above 0; strata: a label a row, without them all is one stratum; clusters: outermost first, nested
            within the strata whatever their labels (the same label in two strata is two clusters); fpc: one column a
            stage, population sizes or sampling fractions (no value above 1); without it the draw counts as with replacement
    Out     strata of which one unit alone was drawn are taken together with a neighbour, which is noted
    Raises  DesignError where anything is missing, no number, or contradicts itself
    """
    weight = numbers(weights, "weight")
    rows = len(weight)
    if not rows:
        raise DesignError("the sample has no row; nothing can be estimated")
    if not (np.isfinite(weight).all() and (weight > 0).all()):
        place = int(np.argmax(~(weight > 0) | ~np.isfinite(weight)))
        raise DesignError(
            f"weight: {weight[place]:g} in row {place + 1}; weights are above 0: correct it or leave the row out"
        )
    stratum, labels = (
        codes(strata, "stratum", rows=rows) if strata is not None else (np.zeros(rows, dtype=np.int64), ("",))
    )
    above, units = stratum, list[IntArray]()
    for number, cluster in enumerate(clusters):
        code, _ = codes(cluster, f"cluster of stage {number + 1}", rows=rows)
        above, _ = crossed([above, code])
        units.append(above)
    if not units:
        units = [np.arange(rows)]
    if len(fpc) > len(units) + (len(clusters) > 0):
        raise DesignError(f"{len(fpc)} population sizes for {len(units)} stages; give at most one a stage")
    if clusters and len(fpc) > len(units):
        units.append(np.arange(rows))  # the rows themselves were drawn within the last clusters
    corrections: list[FloatArray | None] = [numbers(one, "population size", rows=rows) for one in fpc]
    corrections += [None] * (len(units) - len(corrections))
    return _design(weight, stratum, labels, units, corrections)


def _design(
    weight: FloatArray,
    stratum: IntArray,
    labels: tuple[Any, ...],
    units: Sequence[IntArray],
    corrections: Sequence[FloatArray | None],
) -> Design:
    stages, notes = _stages(stratum, units, corrections, labels)
    return Design(weight, stratum, labels, tuple(stages), notes=tuple(notes))


def _stages(
    stratum: IntArray, units: Sequence[IntArray], corrections: Sequence[FloatArray | None], labels: tuple[Any, ...]
) -> tuple[list[Stage], list[Note]]:
    stages, notes, above = list[Stage](), list[Note](), stratum
    for number, (unit, fpc) in enumerate(zip(units, corrections, strict=True)):
        if stages:
            before = stages[-1]
            scale, within = (before.scale * before.fraction)[before.group], before.group
        else:
            scale, within = np.ones(len(labels)), np.zeros(len(labels), dtype=np.int64)
        stage, together = collapsed(stage_of(unit, above, fpc, scale, f"population size of stage {number + 1}"), within)
        if number == 0:
            notes += [collapse_note([labels[group] for group in run]) for run in together]
        elif together:
            notes.append(Note("survey_units_collapsed", {"stage": number + 1, "n": sum(map(len, together))}))
        stages.append(stage)
        above = unit
    if (lonely(stages[0])).any():
        notes.append(Note("survey_one_unit"))
    return stages, notes


def collapse_note(labels: Sequence[Any]) -> Note:
    """The note that strata were taken together."""
    return Note("survey_strata_collapsed", {"strata": " + ".join(str(label) for label in labels)})


def frame_design(strata: Labels, frame: Mapping[Any, float]) -> Design:
    """A stratified draw whose weights follow from the frame: population size over rows, with the size as correction.

    In      strata: a label a row; frame: population size of every stratum, in the order in which neighbours lie
    Out     a stratum of the frame without a row is taken together with its neighbour, so that nobody of it is lost; noted
    Raises  DesignError where a row's stratum is not in the frame, or a size is smaller than the rows drawn from it
    """
    rows = len(strata)
    code, labels = codes(strata, "stratum", rows=rows)
    if not rows:
        raise DesignError("the sample has no row; nothing can be estimated")
    if strange := [str(label) for label in labels if label not in frame]:
        raise DesignError(f"stratum {strange[0]} is in the sample but not in the frame; add it, or correct the label")
    order = {label: place for place, label in enumerate(frame)}
    place = np.array([order[label] for label in labels], dtype=np.int64)[code]
    sampled = np.bincount(place, minlength=len(frame))
    sizes = numbers(list(frame.values()), "population size of the frame")
    target, notes = _filled(sampled, list(frame))
    # In the order of the frame: neighbours stay neighbours
    kept, merged = np.unique(target[place], return_inverse=True)
    size = np.bincount(target, weights=sizes, minlength=len(frame))[kept][merged]
    weight = size / np.bincount(merged)[merged]
    names = tuple(list(frame)[at] for at in kept)
    design = _design(weight, merged, names, [np.arange(rows)], [np.asarray(size, dtype=np.float64)])
    return replace(design, notes=(*notes, *design.notes))


def _filled(sampled: IntArray, labels: Sequence[Any]) -> tuple[IntArray, list[Note]]:
    """Of each stratum of the frame the one that answers for it, where it has no row itself; and the notes on that."""
    target, notes = np.arange(len(sampled)), []
    filled = np.flatnonzero(sampled > 0)
    for place in np.flatnonzero(sampled == 0):
        after = filled[filled > place]
        target[place] = after[0] if len(after) else filled[-1]
        notes.append(Note("survey_stratum_empty", {"stratum": labels[int(place)], "other": labels[int(target[place])]}))
    return target, notes
