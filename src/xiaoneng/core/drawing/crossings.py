"""The order inside the layers: medians swept to and fro, then neighbours exchanged, until few links cross."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_SWEEPS = 24


def ordered(rows: list[list[int]], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The layers with their items in an order that crosses few links: medians swept to and fro, then neighbours exchanged."""
    down: dict[int, list[int]] = {}
    up: dict[int, list[int]] = {}
    for low, high in links:
        down.setdefault(high, []).append(low)
        up.setdefault(low, []).append(high)
    best, fewest = [list(row) for row in rows], _crossings(rows, up)
    for start in (rows, [row[::-1] for row in rows]):
        current = [list(row) for row in start]
        for sweep in range(_SWEEPS):
            places = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
            for place in places:
                fixed = current[place - 1 if sweep % 2 == 0 else place + 1]
                beside = down if sweep % 2 == 0 else up
                rank = {item: number for number, item in enumerate(fixed)}
                current[place] = _by_middle(current[place], beside, rank)
            _exchange(current, up, down)
            crossings = _crossings(current, up)
            if crossings < fewest:
                best, fewest = [list(row) for row in current], crossings
    return best


def _by_middle(row: list[int], beside: dict[int, list[int]], rank: dict[int, int]) -> list[int]:
    """The row by the mean place of what its items are linked to; an item without links keeps its place."""
    middle = {}
    for place, item in enumerate(row):
        ranks = [rank[other] for other in beside.get(item, ())]
        middle[item] = sum(ranks) / len(ranks) if ranks else place * (len(rank) / max(len(row), 1))
    return sorted(row, key=lambda item: middle[item])


def _pair(first: int, second: int, beside: dict[int, list[int]], rank: dict[int, int]) -> int:
    """How many links of two items cross, the first standing before the second."""
    return sum(rank[one] > rank[other] for one in beside.get(first, ()) for other in beside.get(second, ()))


def _exchange(rows: list[list[int]], up: dict[int, list[int]], down: dict[int, list[int]]) -> None:
    """Two neighbours change places wherever that saves a crossing, until none does."""
    ranks = [{item: place for place, item in enumerate(row)} for row in rows]
    for _ in range(8):
        is_better = False
        for number, row in enumerate(rows):
            for place in range(len(row) - 1):
                one, other = row[place], row[place + 1]
                now = then = 0
                for beside, near in ((down, number - 1), (up, number + 1)):
                    if 0 <= near < len(rows):
                        now += _pair(one, other, beside, ranks[near])
                        then += _pair(other, one, beside, ranks[near])
                if then < now:
                    row[place], row[place + 1] = other, one
                    ranks[number][one], ranks[number][other] = place + 1, place
                    is_better = True
        if not is_better:
            return


def _crossings(rows: list[list[int]], up: dict[int, list[int]]) -> int:
    total = 0
    for row, above in pairwise(rows):
        rank = {item: place for place, item in enumerate(above)}
        ends = [rank[other] for item in row for other in sorted(up.get(item, ()), key=rank.__getitem__)]
        for place, end in enumerate(ends):
            total += sum(later < end for later in ends[place + 1 :])
    return total
