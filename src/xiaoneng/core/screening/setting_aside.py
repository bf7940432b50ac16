"""Setting a batch aside (暂不计入): two people, a reason, and the result with and without it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from ..errors import ScreeningError
from .ballots import MERGED, Ballots, Bools, batches_of

Estimate = TypeVar("Estimate")


@dataclass(frozen=True)
class SettingAside:
    """The decision of two different people on one batch; `is_raised` tells whether the screening had raised it.

    Raises  ScreeningError where one of the two is missing, both are the same, or no reason is given
    """

    batch_kind: str
    batch: str
    reason: str
    first_by: str
    second_by: str
    is_raised: bool = True

    def __post_init__(self) -> None:
        where = f"{self.batch_kind} {self.batch}"
        first, second = _same(self.first_by), _same(self.second_by)
        if not first or not second:
            raise ScreeningError(f"{where}: two people decide that a batch is set aside; name both")
        if first == second:
            raise ScreeningError(
                f"{where}: {self.first_by} cannot decide twice; a second person must look at the batch"
            )
        if not self.reason.strip():
            raise ScreeningError(f"{where}: give the reason for setting the batch aside; it is published")


@dataclass(frozen=True)
class WithAndWithout(Generic[Estimate]):
    """A result of all ballots, and of those that are left; both are shown."""

    of_all: Estimate
    of_kept: Estimate
    ballots: int
    set_aside: int
    decisions: tuple[SettingAside, ...]


def set_aside(
    ballots: Ballots, decisions: Sequence[SettingAside], estimate: Callable[[Bools], Estimate]
) -> WithAndWithout[Estimate]:
    """Work out a result with and without the batches that two people set aside.

    In      estimate: works out the result of the ballots that a mask keeps
    Out     both results; the ballots themselves are not changed, and a decision may be taken back by leaving it out
    Raises  ScreeningError where a batch is not among the ballots, or nothing would be left
    """
    kept = np.ones(len(ballots), np.bool_)
    for decision in decisions:
        batches = batches_of(ballots, decision.batch_kind, smallest=1)
        if decision.batch == MERGED or decision.batch not in batches.names:
            raise ScreeningError(f"no {decision.batch_kind} {decision.batch} among the ballots: check its name")
        kept &= batches.codes != batches.names.index(decision.batch)
    if not kept.any():
        raise ScreeningError(
            "every ballot would be set aside: a round without ballots has no result; annul the round instead"
        )
    everything = np.ones(len(ballots), np.bool_)
    return WithAndWithout(
        estimate(everything), estimate(kept.copy()), len(ballots), int((~kept).sum()), tuple(decisions)
    )


def _same(name: str) -> str:
    return unicodedata.normalize("NFKC", "".join(name.split())).casefold()
