"""The ballots of a round as arrays, the batches they came in, and how batches too small to be judged are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ScreeningError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.str_]

SMALLEST_BATCH = 3  # two ballots are a pair, no batch
MERGED = "(merged)"


class BatchKind(StrEnum):
    """What the ballots of a batch have in common."""

    STATION = "station"
    CODE_BATCH = "code_batch"
    TIME = "time"
    DEVICE = "device"


PUBLIC_ONLY = (BatchKind.TIME, BatchKind.DEVICE)


@dataclass(frozen=True)
class Ballots:
    """The ballots of one round: who cast them is not here, and cannot be.

    marks         ballots × appraisees; NaN where there was no contact or no mark
    strata        the stratum of each ballot: ballots are compared inside a stratum alone
    batches       kind of batch → label of each ballot
    lowest, top   the ends of the scale; marks are whole steps of it
    weights       weight of each appraisee; equal where not given
    buckets       number of the coarse stretch of time in which the ballot came; public rounds only
    issued        kind of batch → label → codes handed out
    """

    marks: Floats
    strata: Labels
    batches: Mapping[str, Labels]
    lowest: float = 1.0
    top: float = 5.0
    weights: Floats | None = None
    buckets: Ints | None = None
    is_public: bool = False
    issued: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    appraisees: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.marks.ndim != 2 or self.marks.shape[1] < 1:
            raise ScreeningError(f"marks are an array of shape {self.marks.shape}: give ballots × appraisees")
        for name, column in {"strata": self.strata, "buckets": self.buckets, **self.batches}.items():
            if column is not None and len(column) != len(self.marks):
                raise ScreeningError(
                    f"{name} has {len(column)} entries for {len(self.marks)} ballots: give one a ballot"
                )
        if self.weights is not None and (
            self.weights.shape != (self.marks.shape[1],) or not np.all(self.weights >= 0) or not self.weights.sum() > 0
        ):
            raise ScreeningError("weights of appraisees: give one a column of marks, none below 0, not all 0")
        if not self.lowest < self.top:
            raise ScreeningError(f"the scale runs from {self.lowest} to {self.top}: its top must lie above its lowest")
        outside = (self.marks < self.lowest) | (self.marks > self.top) | np.isinf(self.marks)
        if outside.any():
            row, column = np.argwhere(outside)[0]
            raise ScreeningError(
                f"ballot {row + 1}, column {column + 1}: the mark {self.marks[row, column]:g} lies outside of the scale "
                f"{self.lowest:g} to {self.top:g}; leave no contact empty"
            )
        unknown = sorted(set(self.batches) - set(BatchKind))
        if unknown:
            raise ScreeningError(f"no kind of batch {unknown[0]}; there are {', '.join(BatchKind)}")
        if not self.is_public and (self.buckets is not None or any(kind in self.batches for kind in PUBLIC_ONLY)):
            raise ScreeningError(
                "a round that is not public keeps neither time nor device of a ballot: delete them before screening"
            )

    def __len__(self) -> int:
        return len(self.marks)

    @property
    def kinds(self) -> tuple[BatchKind, ...]:
        """The kinds of batch that these ballots can be divided by."""
        there = set(self.batches) | ({BatchKind.TIME} if self.buckets is not None else set())
        return tuple(kind for kind in BatchKind if kind in there)

    def labels(self, kind: str) -> Labels:
        """The label of each ballot; for time, the number of its bucket.

        Raises  ScreeningError where these ballots have no such batches
        """
        if kind == BatchKind.TIME and kind not in self.batches and self.buckets is not None:
            return np.char.zfill(self.buckets.astype(str), 4)
        if kind not in self.batches:
            raise ScreeningError(f"the ballots carry no {kind}; they carry {', '.join(self.kinds) or 'no batches'}")
        return self.batches[kind]

    def times(self) -> Ints:
        """The bucket of each ballot.

        Raises  ScreeningError where the round is not public or has no times
        """
        if not self.is_public or self.buckets is None:
            raise ScreeningError("tests of arrival need coarse times, and only public rounds keep them")
        return self.buckets

    def only(self, keep: Bools) -> Ballots:
        """The kept ballots, as a copy."""
        return replace(
            self,
            marks=self.marks[keep].copy(),
            strata=self.strata[keep],
            batches={kind: labels[keep] for kind, labels in self.batches.items()},
            buckets=None if self.buckets is None else self.buckets[keep],
        )

    def changed(self, **what: Any) -> Ballots:
        """A shadow copy with other marks, labels or buckets; these ballots stay as they are."""
        return replace(self, **what)


@dataclass(frozen=True)
class Batches:
    """The batches of one kind, numbered in the order of their labels; those below three ballots merged."""

    kind: str
    names: tuple[str, ...]
    codes: Ints
    sizes: Ints
    merged: int

    def __len__(self) -> int:
        return len(self.names)


def batches_of(ballots: Ballots, kind: str, *, smallest: int = SMALLEST_BATCH) -> Batches:
    """Divide ballots into batches; batches below `smallest` become one, with the smallest other one where need be."""
    names, codes, sizes = np.unique(ballots.labels(kind), return_inverse=True, return_counts=True)
    small = sizes < smallest
    merged = int(small.sum())
    if merged:
        if sizes[small].sum() < smallest and not small.all():
            small[np.flatnonzero(~small)[np.argmin(sizes[~small])]] = True
        texts = np.where(small, MERGED, names.astype(object)).astype(str)
        names, codes, sizes = np.unique(texts[codes], return_inverse=True, return_counts=True)
    return Batches(
        kind, tuple(str(name) for name in names), codes.astype(np.int64), sizes.astype(np.int64), merged=merged
    )
