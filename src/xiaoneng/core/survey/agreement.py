"""Whether raters agree: intraclass correlations, and whether ballots connect the agencies at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ..errors import RatersError
from .reml import Floats


@dataclass(frozen=True)
class Agreement:
    """Intraclass correlations in the names of Shrout and Fleiss: of one rating (`_1`), and of the mean of all judges (`_k`).

    Units   each at most 1; below zero where judges differ on a target more than targets differ
    """

    icc_1_1: float  # each target has judges of its own
    icc_2_1: float  # the judges are a sample: strictness counts as error
    icc_3_1: float  # these judges and no others: strictness is taken out
    icc_1_k: float
    icc_2_k: float
    icc_3_k: float
    between_targets: float  # mean squares
    between_judges: float
    residual: float


def intraclass(scores: Sequence[Sequence[float]] | Floats) -> Agreement:
    """How far judges agree on the targets that all of them judged.

    In      one row a target, one column a judge
    Raises  RatersError where a cell is empty, there are fewer than two targets or judges, or every score is the same
    Source  Shrout and Fleiss 1979
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        raise RatersError(f"agreement needs two targets and two judges at least, the table is {table.shape}")
    if np.isnan(table).any():
        raise RatersError(
            f"{int(np.isnan(table).sum())} cells of the table of agreement are empty: leave out the targets that not every "
            "judge has scored, or estimate strictness instead"
        )
    targets, judges = table.shape
    mean = table.mean()
    by_target = judges * float(((table.mean(axis=1) - mean) ** 2).sum())
    by_judge = targets * float(((table.mean(axis=0) - mean) ** 2).sum())
    total = float(((table - mean) ** 2).sum())
    if total == 0:
        raise RatersError(
            "every score in the table of agreement is the same: agreement cannot be told from indifference"
        )
    between = by_target / (targets - 1)
    judged = by_judge / (judges - 1)
    rest = max(total - by_target - by_judge, 0.0) / ((targets - 1) * (judges - 1))
    within = (total - by_target) / (targets * (judges - 1))
    return Agreement(
        icc_1_1=_part(between - within, between + (judges - 1) * within),
        icc_2_1=_part(between - rest, between + (judges - 1) * rest + judges * (judged - rest) / targets),
        icc_3_1=_part(between - rest, between + (judges - 1) * rest),
        icc_1_k=_part(between - within, between),
        icc_2_k=_part(between - rest, between + (judged - rest) / targets),
        icc_3_k=_part(between - rest, between),
        between_targets=between,
        between_judges=judged,
        residual=rest,
    )


def _part(of: float, whole: float) -> float:
    return of / whole if whole else float("nan")


@dataclass(frozen=True)
class Component:
    """Agencies that ballots connect with each other and with no other agency."""

    agencies: tuple[str, ...]
    ballots: int
    ratings: int


def components(agencies: Sequence[str], ballots: Sequence[str]) -> list[Component]:
    """The connected parts of the graph of ballots and agencies, the one with the most ratings first.

    In      one value a rating: its agency, its ballot
    Empty   no ratings give no part
    """
    if len(agencies) != len(ballots):
        raise RatersError(f"{len(agencies)} agencies and {len(ballots)} ballots: give one of each a rating")
    if not len(agencies):
        return []
    names, place = np.unique(np.asarray(agencies, dtype=str), return_inverse=True)
    papers, paper = np.unique(np.asarray(ballots, dtype=str), return_inverse=True)
    nodes = len(names) + len(papers)
    edges = sparse.coo_array((np.ones(len(place)), (place, len(names) + paper)), shape=(nodes, nodes))
    parts, part_of = sparse.csgraph.connected_components(edges, directed=False)
    ratings = np.bincount(part_of[place], minlength=parts)
    papers_in = np.bincount(part_of[len(names) :], minlength=parts)
    found = [
        Component(tuple(names[part_of[: len(names)] == part].tolist()), int(papers_in[part]), int(ratings[part]))
        for part in range(parts)
    ]
    return sorted(found, key=lambda part: (-part.ratings, part.agencies))
