"""Large weights cut (截尾): the cut mass is handed back, so that nobody's size is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..errors import WeightingError
from .coding import FloatArray
from .design import Design
from .notes import Note
from .raking import Margin, rake

MOST_TRIMMING_ROUNDS = 20
_NEAR = 1e-12  # a weight this little outside its bounds is at them
_SETTLED = 1e-6  # of the cap; raking lifts cut weights again, by less every round, but never by nothing


@dataclass(frozen=True)
class Trimmed:
    """A design whose weights were cut. capped: how many; rounds: how often; is_settled: no weight is beyond the cap."""

    design: Design
    cap: float
    capped: int
    rounds: int
    is_settled: bool


def trim_by_median(
    design: Design,
    times: float,
    *,
    margins: Mapping[str, Margin] | None = None,
    most_rounds: int = MOST_TRIMMING_ROUNDS,
) -> Trimmed:
    """Weights cut at so many times the median weight; the mass goes to the others in proportion, then raked again.

    In      times: 3 to 5 is usual; margins: what is raked to after every cut
    Out     how many rows were cut in all; where weights are still above the cap after `most_rounds`, that is noted
    Raises  WeightingError where `times` is not above 1
    Source  Potter 1990; Izrael, Battaglia & Frankel 2009 on raking and trimming in turn
    """
    if not times > 1:
        raise WeightingError(
            f"a cap of {times:g} times the median cuts half of all weights; give a number above 1, such as 4"
        )
    cap = float(np.median(design.weights)) * times
    current, capped, rounds = design, np.zeros(design.rows, dtype=np.bool_), 0
    while rounds < most_rounds and (above := current.weights > cap * (1 + _SETTLED)).any():
        rounds += 1
        capped |= above
        current = current.with_weights(_handed_back(current.weights, above, cap))
        if margins:
            # The variance rests on the last raking alone: the cuts between are part of its weights
            current = rake(design.with_weights(current.weights), margins)
    is_settled = not bool((current.weights > cap * (1 + _SETTLED)).any())
    facts = {"cap": f"{cap:.6g}", "n": int(capped.sum()), "rounds": rounds}
    notes = [Note("survey_trimmed", facts)] if rounds else []
    if not is_settled:
        notes.append(Note("survey_trimming_unsettled", {"rounds": rounds}))
    return Trimmed(replace(current, notes=(*design.notes, *notes)), cap, int(capped.sum()), rounds, is_settled)


def _handed_back(weights: FloatArray, above: np.ndarray, cap: float) -> FloatArray:
    """The weights cut at the cap, the mass with the others in proportion to their own."""
    cut = np.minimum(weights, cap)
    others = float(weights[~above].sum())
    if not others:
        return cut
    return np.where(above, cut, weights * (1 + (weights - cut).sum() / others))


def trim_between(design: Design, *, low: float = 0.0, high: float = np.inf, is_strict: bool = True) -> Trimmed:
    """Weights cut at two fixed bounds; what is cut goes to the rows within them, the same amount to each.

    In      is_strict: again, until all lie within the bounds; else once, after which some may lie a little outside
    Raises  WeightingError where the bounds cross, or no row is left to take what was cut
    Source  Potter 1990
    """
    if not low < high:
        raise WeightingError(f"bounds {low:g} and {high:g} cross; give the lower one first")
    weights, rounds = design.weights, 0
    while ((outside := (weights < low * (1 - _NEAR)) | (weights > high * (1 + _NEAR))).any()) and (
        is_strict or not rounds
    ):
        if outside.all() or rounds > design.rows:
            raise WeightingError(f"no weights lie between {low:g} and {high:g} and keep their sum; widen the bounds")
        rounds += 1
        cut = np.clip(weights, low, high)
        weights = np.where(outside, cut, cut + (weights - cut).sum() / (~outside).sum())
    at_bound = np.isclose(weights, low, rtol=1e-9) | np.isclose(weights, high, rtol=1e-9)
    capped = int(at_bound.sum()) if rounds else 0
    notes = [Note("survey_trimmed", {"cap": f"{high:.6g}", "n": capped, "rounds": rounds})] if rounds else []
    is_settled = not bool(((weights < low * (1 - _NEAR)) | (weights > high * (1 + _NEAR))).any())
    return Trimmed(design.with_weights(weights, *notes), high, capped, rounds, is_settled)
