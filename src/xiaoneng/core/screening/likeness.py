"""Ballots that are more alike than chance: by batch, and pair by pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .ballots import Ballots, Batches, Floats, Ints, batches_of
from .permuting import Null, deals, dealt_statistics, upper_p
from .residuals import Residuals, residuals

_BLOCK = 1024  # ballots whose pairs are looked at together
_CLOSEST = 0.001  # share of all pairs that count as near
_MOST_PAIRS = 400_000
_TOLD_FROM = 2048  # ballots from whose pairs the bound of nearness is told
FEWEST_APPRAISEES = 5  # below, honest ballots coincide by chance too often


@dataclass(frozen=True)
class Likeness:
    """T of each batch, its chance, and the chance of the highest T of all batches."""

    batches: tuple[str, ...]
    sizes: Ints
    statistics: Floats
    p_values: Floats
    highest: float
    p_highest: float


def likeness_sums(found: Residuals) -> Floats:
    """What T needs of a ballot: its direction, and whether it has one."""
    return np.column_stack([found.units, found.has_direction.astype(float)])


def likeness(sums: Floats, sizes: Floats) -> Floats:
    """T of each batch from its sums.

    T_b = Σ_{i≠j in b} r_ij / √(n_b (n_b − 1)), with r_ij the cosine of the residuals of two ballots. The sum over pairs is
    |Σ z_i|² − Σ |z_i|², and |z_i| is 1 or, for a ballot without direction, 0.
    """
    pairs = (sums[:, :-1] ** 2).sum(axis=1) - sums[:, -1]
    return np.asarray(pairs / np.sqrt(np.maximum(sizes * (sizes - 1), 1.0)))


def orchestrated_batches(ballots: Ballots, kind: str, *, permutations: int = 999, seed: int) -> Likeness:
    """The plain test for an orchestrated batch (有组织的成批投票): is the most uniform batch more alike than dealt ones?

    Out     p_highest = (1 + #) / (P + 1) for T = max over batches of T_b; p_values batch by batch
    Source  docs/methods/screening.md, "Alike beyond chance"
    """
    batches, found = batches_of(ballots, kind), residuals(ballots)
    null = dealt_statistics(
        likeness_sums(found), found.strata, batches, {"t": likeness}, permutations=permutations, seed=seed
    )["t"]
    highest = Null(np.array([null.observed.max()]), null.dealt.max(axis=1, keepdims=True))
    as_high = int((highest.dealt >= highest.observed - 1e-9).sum())
    return Likeness(
        batches.names,
        batches.sizes,
        null.observed,
        upper_p(null),
        float(highest.observed[0]),
        (1 + as_high) / (len(highest.dealt) + 1),
    )


def without_local_likeness(null: Null, sizes: Floats) -> Null:
    """T after the likeness that honest batches of a kind have anyway, because their ballots met the same local office.

    If what a batch has in common varies between batches λ times as much as single ballots do, T_b + 1 grows by the factor
    1 + λ(n_b − 1). λ is what the median batch shows, never below 0; each T_b + 1 is divided by its factor.

    Source  docs/methods/screening.md, "Honest differences between batches"; Efron 2004 (JASA 99:96)
    """
    grown = (null.observed - np.median(null.dealt, axis=0)) / np.maximum(sizes - 1, 1)
    shared = max(0.0, float(np.median(grown)))
    return Null((null.observed + 1) / (1 + shared * (sizes - 1)) - 1, null.dealt)


def near_pairs(found: Residuals) -> Ints | None:
    """The pairs of ballots that are nearest to each other by their residuals: the closest thousandth, or one a ballot.

    Out     pairs × 2 row numbers; None where so many coincide that near says nothing
    """
    units, count = found.units[found.has_direction], int(found.has_direction.sum())
    if count < 2 or units.shape[1] < FEWEST_APPRAISEES:
        return None
    wanted = max(int(_CLOSEST * count * (count - 1) / 2), count)
    least = _nearness(units, wanted)
    found_pairs: list[Ints] = []
    total = 0
    for start, block in _blocks(units):
        rows, columns = np.nonzero(np.triu(block >= least, k=1 + start))
        total += len(rows)
        if total > _MOST_PAIRS:
            return None
        found_pairs.append(np.column_stack([rows + start, columns]))
    return np.asarray(np.flatnonzero(found.has_direction)[np.concatenate(found_pairs)], np.int64)


def _blocks(units: Floats) -> Iterator[tuple[int, Floats]]:
    for start in range(0, len(units), _BLOCK):
        yield start, units[start : start + _BLOCK] @ units.T


def _nearness(units: Floats, wanted: int) -> float:
    """The similarity above which about `wanted` pairs lie; of many ballots, told from every so many of them."""
    some = units[:: -(-len(units) // _TOLD_FROM)]
    values = (some @ some.T)[np.triu_indices(len(some), k=1)]
    place = round(len(values) * min(1.0, wanted / (len(units) * (len(units) - 1) / 2)))
    return float(np.partition(values, len(values) - place)[len(values) - place]) - 1e-9 if place else 1.0 - 1e-9


def near_shares(pairs: Ints, strata: Ints, batches: Batches, *, permutations: int, seed: int) -> Null:
    """Near pairs inside each batch beyond what its ballots have anyway, as a share of its pairs; observed and dealt by chance.

    Ballots near the top of the scale have few ways to differ and are near to many. So a batch is held against the pairs that its
    ballots' own numbers of near pairs d_i lead to, (Σ d_i)² / 4E of E pairs in all.

    Source  Newman, Girvan 2004 (Phys. Rev. E 69:026113), the configuration model
    """
    possible = np.maximum(batches.sizes * (batches.sizes - 1) / 2, 1)
    near_to = np.bincount(pairs.ravel(), minlength=len(strata)).astype(float)

    def shares(codes: Ints) -> Floats:
        first, second = codes[pairs[:, 0]], codes[pairs[:, 1]]
        inside = np.bincount(first[first == second], minlength=len(batches))
        ends = np.bincount(codes, near_to, len(batches))
        return np.asarray((inside - ends**2 / (4 * max(len(pairs), 1))) / possible)

    dealt = []
    for deal in deals(strata, permutations=permutations, seed=seed):
        codes = np.empty(len(strata), np.int64)
        codes[deal] = batches.codes
        dealt.append(shares(codes))
    return Null(shares(batches.codes), np.array(dealt))


def highest_match_shares(marks: Floats) -> Floats:
    """Of each ballot, the largest share of marks that it has in common with any other ballot.

    This is kept to show why it is not used: the rule that 85 % in common betrays a copy (Kuriakose, Robbins 2016) accuses
    several honest ballots in a hundred, the more the fewer the questions and the more the ballots (Simmons, Mercer,
    Schwarzer, Kennedy 2016, Pew Research Center).
    """
    best = np.zeros(len(marks))
    for place, row in enumerate(marks):
        both = ~np.isnan(marks) & ~np.isnan(row)
        shares = (both & (marks == row)).sum(axis=1) / np.maximum(both.sum(axis=1), 1)
        shares[place] = 0.0
        best[place] = shares.max(initial=0.0)
    return best
