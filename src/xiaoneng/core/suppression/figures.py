"""One figure on its way through the limits: what it is, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import FiguresError
from .cells import Key

HIDDEN, COARSE, EXACT = "hidden", "coarse", "exact"
_NEEDED = ("group", "appraisee", "question", "stratum", "n_valid")


@dataclass
class Figure:
    """A row of RESULT_FIGURES; `state` and `why` are what the limits say of it so far."""

    row: Mapping[str, Any]
    place: int
    state: str = EXACT
    why: str | None = None
    coarse: str | None = None
    has_counts: bool = False  # whether the ballots at each level may be shown

    @property
    def cell(self) -> Key:
        return self.row["group"], self.row["appraisee"], self.row["stratum"]

    @property
    def question(self) -> str | None:
        question: str | None = self.row["question"]
        return question

    @property
    def n_valid(self) -> int:
        return int(self.row["n_valid"])

    @property
    def counts(self) -> Sequence[int] | None:
        counts: Sequence[int] | None = self.row.get("counts")
        return counts

    def hide(self, why: str) -> None:
        self.state, self.why, self.coarse, self.has_counts = HIDDEN, why, None, False


def read_figures(rows: Sequence[Mapping[str, Any]], scale: tuple[float, float]) -> list[Figure]:
    """The rows as figures.

    Raises  FiguresError where a row comes twice, or its numbers contradict each other
    """
    figures, seen = [], set()
    for place, row in enumerate(rows):
        missing = [name for name in _NEEDED if name not in row]
        if missing:
            raise FiguresError(f"figures: row {place + 1} has no {missing[0]}; give it, empty where it is all of them")
        figure = Figure(row, place)
        name = f"{figure.cell}, {figure.question}"
        if (figure.cell, figure.question) in seen:
            raise FiguresError(f"figures: the row {name} comes more than once; keep one")
        seen.add((figure.cell, figure.question))
        _check(row, name, scale)
        figures.append(figure)
    return figures


def _check(row: Mapping[str, Any], name: str, scale: tuple[float, float]) -> None:
    n_valid, eligible, counts = row["n_valid"], row.get("eligible"), row.get("counts")
    for field, value in (("n_valid", n_valid), ("eligible", eligible), ("n_positive", row.get("n_positive"))):
        if (value is None and field == "n_valid") or (value is not None and (int(value) != value or value < 0)):
            raise FiguresError(f"figures: {field} of {name} is {value}; write a whole number from 0 on")
    if counts is not None and (min(counts, default=0) < 0 or sum(counts) != n_valid):
        raise FiguresError(
            f"figures: the levels of {name} hold {sum(counts)} ballots, it has {n_valid}; count valid ballots only"
        )
    if row.get("n_positive") is not None and row["n_positive"] > n_valid:
        raise FiguresError(f"figures: {name} has more ballots on the good side than ballots; correct the counts")
    estimate = row.get("estimate")
    if estimate is not None and not scale[0] - 1e-9 <= estimate <= scale[1] + 1e-9:
        raise FiguresError(
            f"figures: the estimate {estimate} of {name} is not on the scale from {scale[0]:g} to {scale[1]:g}; "
            "give the scale of the estimates"
        )
