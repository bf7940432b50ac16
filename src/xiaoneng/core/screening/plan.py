"""Which tests a round will be screened by: fixed before the first ballot, part of the rules, with a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ..errors import ScreeningError
from .ballots import SMALLEST_BATCH, BatchKind
from .permuting import MOST_PERMUTATIONS


class ScreeningTest(StrEnum):
    """A test of a batch."""

    LIKENESS = "likeness"
    NEAR_DUPLICATES = "near_duplicates"
    UNIFORMITY = "uniformity"
    STRAIGHT_LINES = "straight_lines"
    CONTRAST = "contrast"
    TOP_MARKS = "top_marks"
    TURNOUT_AND_TOP = "turnout_and_top"
    BURST = "burst"
    LAST_DIGITS = "last_digits"


# Two tests of one kind see the same thing twice, or move together in honest batches (careless ballots differ both from each
# other and inside themselves): a look needs two kinds.
SIGNAL_KIND: Mapping[ScreeningTest, str] = {
    ScreeningTest.LIKENESS: "alike",
    ScreeningTest.NEAR_DUPLICATES: "alike",
    ScreeningTest.UNIFORMITY: "spread",
    ScreeningTest.STRAIGHT_LINES: "straight",
    ScreeningTest.CONTRAST: "spread",
    ScreeningTest.TOP_MARKS: "level",
    ScreeningTest.TURNOUT_AND_TOP: "level",
    ScreeningTest.BURST: "arrival",
    ScreeningTest.LAST_DIGITS: "digits",
}


@dataclass(frozen=True)
class ScreeningPlan:
    """The pre-registered screening of a round.

    tests, kinds    what is run, over which kinds of batch
    q               share of false signals that is borne among all signals (Benjamini, Hochberg 1995)
    kinds_needed    how many different kinds of signal a batch needs before anybody looks at it; at least 2
    """

    tests: tuple[ScreeningTest, ...] = tuple(ScreeningTest)
    kinds: tuple[BatchKind, ...] = (BatchKind.STATION, BatchKind.CODE_BATCH, BatchKind.TIME)
    q: float = 0.05
    permutations: int = MOST_PERMUTATIONS
    smallest_batch: int = SMALLEST_BATCH
    kinds_needed: int = 2

    def __post_init__(self) -> None:
        if not 0 < self.q < 1:
            raise ScreeningError(f"q = {self.q}: give the borne share of false signals, between 0 and 1")
        if not 19 <= self.permutations <= MOST_PERMUTATIONS:
            raise ScreeningError(f"{self.permutations} permutations: give 19 to {MOST_PERMUTATIONS}")
        if self.smallest_batch < SMALLEST_BATCH:
            raise ScreeningError(f"batches of {self.smallest_batch}: below {SMALLEST_BATCH} ballots there is no batch")
        if self.kinds_needed < 2:
            raise ScreeningError("one kind of signal raises no batch: a look needs at least two")
        for name, given in (("tests", self.tests), ("kinds", self.kinds)):
            if not given or len(set(given)) != len(given):
                raise ScreeningError(f"{name} of the plan: name at least one, each once")

    def as_dict(self) -> dict[str, Any]:
        """The plan as it stands in the rules of the round."""
        told = asdict(self)
        return told | {"tests": sorted(map(str, self.tests)), "kinds": sorted(map(str, self.kinds))}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> ScreeningPlan:
        """The plan that stands in the rules of a round.

        Raises  ScreeningError where it names what does not exist
        """
        try:
            tests = tuple(ScreeningTest(name) for name in told["tests"])
            kinds = tuple(BatchKind(name) for name in told["kinds"])
            rest = {name: told[name] for name in ("q", "permutations", "smallest_batch", "kinds_needed")}
        except (KeyError, ValueError) as error:
            raise ScreeningError(
                f"the screening plan cannot be read: {error}; see docs/methods/screening.md"
            ) from error
        return cls(tests, kinds, **rest)

    def fingerprint(self) -> str:
        """SHA-256 of the plan in its canonical form, as hexadecimal digits."""
        return hashlib.sha256(canonical(self.as_dict())).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON in one form only: keys sorted, no spaces, numbers to nine digits, unknown as null."""
    return json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if value == value else None
    return value
