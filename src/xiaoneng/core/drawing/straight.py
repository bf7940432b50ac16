"""Positions inside the layers: near what an item is linked to, the main path on one line, nothing too close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 32
_SPINE_PULL = 1e6  # so heavy that the main path is straight whatever the others pull


@dataclass(frozen=True)
class Box:
    """How much room a node needs across: before and after its middle."""

    before: float
    after: float


def positions(
    rows: list[list[int]],
    links: Sequence[tuple[int, int]],
    weights: Sequence[float],
    boxes: Sequence[Box],
    breadths: dict[int, float],
    spine: Sequence[int],
    *,
    gap: float,
    lane: float,
) -> list[float]:
    """Where each item lies across: near what it is linked to, the main path at 0, lanes straight, nothing too close."""
    nodes, is_main = len(boxes), set(spine)
    items = sum(len(row) for row in rows)
    heaviest = max(weights, default=1.0)
    near: list[list[tuple[int, float]]] = [[] for _ in range(items)]
    for (low, high), weight in zip(links, weights, strict=True):
        pull = (1 + 4 * weight / heaviest) * (
            1 if low < nodes and high < nodes else 3 if low < nodes or high < nodes else 8
        )
        near[low].append((high, pull))
        near[high].append((low, pull))

    def apart(one: int, other: int) -> float:
        after = boxes[one].after if one < nodes else breadths[one] / 2
        before = boxes[other].before if other < nodes else breadths[other] / 2
        between = (
            gap if one < nodes and other < nodes else lane if one >= nodes and other >= nodes else (gap + lane) / 2
        )
        return after + before + between

    spaces = [[0.0] + [apart(one, other) for one, other in pairwise(row)] for row in rows]
    at = [0.0] * items
    for row, space in zip(rows, spaces, strict=True):
        place = 0.0
        for item, room in zip(row, space, strict=True):
            place += room
            at[item] = place
        anchor = next((at[item] for item in row if item in is_main), place / 2)
        for item in row:
            at[item] -= anchor
    for sweep in range(_SWEEPS):
        numbers = range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1)
        for number in numbers:
            wanted, pulls = [], []
            for item in rows[number]:
                pull = sum(weight for _, weight in near[item])
                middle = sum(at[other] * weight for other, weight in near[item]) / pull if pull else at[item]
                wanted.append(0.0 if item in is_main else middle)
                pulls.append(_SPINE_PULL if item in is_main else pull or 0.1)
            for item, place in zip(rows[number], _kept_apart(wanted, pulls, spaces[number]), strict=True):
                at[item] = place
    return at


def _kept_apart(wanted: Sequence[float], pulls: Sequence[float], spaces: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones, by weighted squares, that keep their order and their distances.

    Source  pooling of adjacent violators: blocks that would overlap are joined and share their mean
    """
    blocks: list[tuple[float, float, int]] = []  # mean, weight, members
    offset, offsets = 0.0, []
    for place, pull, space in zip(wanted, pulls, spaces, strict=True):
        offset += space
        offsets.append(offset)
        blocks.append((place - offset, pull, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, heavy, few), (other, weight, more) = blocks[-2:]
            blocks[-2:] = [((one * heavy + other * weight) / (heavy + weight), heavy + weight, few + more)]
    means = [mean for mean, _, members in blocks for _ in range(members)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
