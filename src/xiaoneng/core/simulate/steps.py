"""The steps of a case: which it has, how long each waits and takes, in worktime."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .county import COMPLEX, INSTANT, STANDARD
from .days import Floats, Ints

Bools = npt.NDArray[np.bool_]

STEPS = (
    *("收件", "补正告知", "受理", "审查", "退回重审", "征求意见"),
    *("现场核查", "专家评审", "内部会商", "签发", "决定", "制证送达"),
)
RECEIPT, NOTICE, ACCEPTANCE, REVIEW, REDO, CONSULT, VISIT, EXPERTS, MEETING, SIGNATURE, DECISION, DELIVERY = range(
    len(STEPS)
)
COLLECTED = "意见汇总"  # what follows each 征求意见 when the matter is back
ON_THE_SPOT = "审核办结"  # the decision of an instant case

# Weight of each step after acceptance in the time a case takes: gamma shape and scale.
_STEP_WEIGHT = {
    REVIEW: (3.2, 1.0),
    REDO: (1.6, 1.0),
    CONSULT: (2.0, 1.0),
    VISIT: (2.0, 1.0),
    EXPERTS: (1.4, 1.0),
    MEETING: (1.0, 0.1),
    SIGNATURE: (2.0, 0.2),
    DECISION: (1.3, 1.0),
    DELIVERY: (0.9, 1.0),
}
_SIGNING = (0.005, 0.02)  # working days that a signature takes once the leader turns to it: minutes


@dataclass
class Blocked:
    """What the blockages do to the steps.

    Units   waits, works: by step, working days that come on top before and in it; legs: how often a case is sent to
            another agency for its opinion
    """

    legs: Ints
    waits: dict[int, Floats] = field(default_factory=dict)
    works: dict[int, Floats] = field(default_factory=dict)

    def is_longer(self) -> Bools:
        """Cases that take longer than drawn."""
        longer = np.zeros(len(self.legs), bool)
        for extra in (*self.waits.values(), *self.works.values()):
            longer |= extra > 0
        return longer


@dataclass(frozen=True)
class StepTimes:
    """Cases × STEPS in worktime, NaN where a case has no such step; pauses as places of working days, -1 is none.

    Units   the column CONSULT spans all sendings to another agency and back
    """

    starts: Floats
    ends: Floats
    pause_from: Ints
    pause_to: Ints
    pause_ground: Ints


def steps_had(kind: Ints, has_notice: Bools, rng: np.random.Generator) -> Bools:
    """Which steps a case has; only a blockage brings in 内部会商."""
    count = len(kind)
    slow = kind != INSTANT
    has = np.zeros((count, len(STEPS)), bool)
    has[:, [RECEIPT, ACCEPTANCE, DECISION]] = True
    has[:, NOTICE] = has_notice
    has[:, REVIEW] = slow
    has[:, SIGNATURE] = slow
    has[:, DELIVERY] = slow | (rng.random(count) < 0.3)
    has[:, REDO] = slow & (rng.random(count) < 0.05)
    has[:, VISIT] = kind == COMPLEX
    has[:, EXPERTS] = (kind == COMPLEX) & (rng.random(count) < 0.45)
    asked = rng.random(count)
    has[:, CONSULT] = ((kind == COMPLEX) & (asked < 0.2)) | ((kind == STANDARD) & (asked < 0.05))
    return has


def step_times(
    kind: Ints,
    accepted: Floats,
    took: Floats,
    promised: Ints,
    has: Bools,
    blocked: Blocked,
    rng: np.random.Generator,
) -> StepTimes:
    """Divide the time after acceptance among the steps, and let the lawful pauses and the blockages come on top."""
    count = len(kind)
    natural = _shares(has, rng) * took[:, None]
    spans = natural.copy()
    for extra in (blocked.waits, blocked.works):
        for step, longer in extra.items():
            spans[:, step] += longer
    ends = accepted[:, None] + np.cumsum(spans, axis=1)
    first, length = _pauses(kind, accepted, promised, ends, has, rng)
    paused = length > 0
    # Only the days strictly inside a pause are given back to the case.
    ends[:, EXPERTS:] += np.where(paused, length - 1, 0)[:, None]
    # A step waits for a good half of its time, in a pile or on its way; then it is worked on.
    works = natural * (0.1 + 0.75 * rng.random(natural.shape))
    works[:, SIGNATURE] = np.minimum(works[:, SIGNATURE], rng.uniform(*_SIGNING, count))
    for step, longer in blocked.works.items():
        works[:, step] += longer
    previous = np.concatenate((accepted[:, None], ends[:, :-1]), axis=1)
    starts = np.maximum(ends - works, previous)
    starts[:, CONSULT] = previous[:, CONSULT]
    gone = ~has
    return StepTimes(
        starts=np.where(gone, np.nan, starts),
        ends=np.where(gone, np.nan, ends),
        pause_from=np.where(paused, first, -1),
        pause_to=np.where(paused, first + length, -1),
        pause_ground=np.where(paused, np.where(has[:, EXPERTS], 0, rng.integers(1, 5, count)), -1),
    )


def _pauses(
    kind: Ints, accepted: Floats, promised: Ints, ends: Floats, has: Bools, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Lawful pauses for testing or expert review: place of the first working day, and how many days on it ends; 0 is none.

    A pause is over before the step that waits for it ends, so it begins early enough; a case that is too quick has none.
    """
    count = len(kind)
    after_it = np.where(
        has[:, EXPERTS], ends[:, EXPERTS], np.where(has[:, MEETING], ends[:, MEETING], ends[:, SIGNATURE])
    )
    first = np.floor(np.minimum(ends[:, VISIT], after_it - 1.2)).astype(np.int64)
    paused = (kind == COMPLEX) & (rng.random(count) < 0.38) & (first >= np.floor(accepted))
    length = np.rint(promised * np.minimum(0.2 + rng.exponential(0.42, count), 2.0)).astype(np.int64)
    return first, np.where(paused, np.maximum(length, 2), 0)


def _shares(has: Bools, rng: np.random.Generator) -> Floats:
    """Share of the time after acceptance that ends each step takes, waiting before it included."""
    weight = np.zeros(has.shape)
    for step, (shape, scale) in _STEP_WEIGHT.items():
        mine = np.flatnonzero(has[:, step])
        weight[mine, step] = rng.gamma(shape, scale, len(mine))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))
