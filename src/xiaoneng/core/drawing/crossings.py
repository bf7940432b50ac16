"""The order inside the layers: medians swept to and fro, then neighbours exchanged, until few links cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise

_SWEEPS = 24
_PATIENCE = 5  # sweeps that may pass without a better order


def ordered(rows: list[list[int]], links: Sequence[tuple[int, int]], spine: Sequence[int]) -> list[list[int]]:
    """The layers with their items in an order that crosses few links, and that lies evenly on both sides of the main path."""
    down: dict[int, list[int]] = {}
    up: dict[int, list[int]] = {}
    for low, high in links:
        down.setdefault(high, []).append(low)
        up.setdefault(low, []).append(high)
    main = set(spine)
    best, least = [list(row) for row in rows], (_crossings(rows, up), _unevenness(rows, main))
    for start in ([_around(row, main) for row in rows], rows, [row[::-1] for row in rows]):
        current, idle = [list(row) for row in start], 0
        for sweep in range(_SWEEPS):
            places = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
            beside, step = (down, -1) if sweep % 2 == 0 else (up, 1)
            for place in places:
                rank = {item: number for number, item in enumerate(current[place + step])}
                current[place] = _by_middle(current[place], beside, rank)
            _exchange(current, up, down)
            found = (_crossings(current, up), _unevenness(current, main))
            idle = 0 if found < least else idle + 1
            if found < least:
                best, least = [list(row) for row in current], found
            if idle >= _PATIENCE:
                break
    return best


def _around(row: list[int], main: set[int]) -> list[int]:
    """The items of a row by turns before and after the one of the main path."""
    others = [item for item in row if item not in main]
    return [*others[::2][::-1], *(item for item in row if item in main), *others[1::2]]


def _unevenness(rows: list[list[int]], main: set[int]) -> int:
    """By how many items the two sides of the main path differ, over all layers."""
    return sum(
        abs(len(row) - 1 - 2 * next((place for place, item in enumerate(row) if item in main), len(row) // 2))
        for row in rows
    )


def _by_middle(row: list[int], beside: dict[int, list[int]], rank: dict[int, int]) -> list[int]:
    """The row by the mean place of what its items are linked to; an item without links keeps its place."""
    middle = {}
    for place, item in enumerate(row):
        ranks = [rank[other] for other in beside.get(item, ())]
        middle[item] = sum(ranks) / len(ranks) if ranks else place * (len(rank) / max(len(row), 1))
    return sorted(row, key=lambda item: middle[item])


def _exchange(rows: list[list[int]], up: dict[int, list[int]], down: dict[int, list[int]]) -> None:
    """Two neighbours change places wherever that saves a crossing, until none does."""
    ranks = [{item: place for place, item in enumerate(row)} for row in rows]
    for _ in range(_PATIENCE):
        is_better = False
        for number, row in enumerate(rows):
            near = [
                (ranks[other], beside)
                for beside, other in ((down, number - 1), (up, number + 1))
                if 0 <= other < len(rows)
            ]
            ends = {item: [[rank[end] for end in beside.get(item, ())] for rank, beside in near] for item in row}
            for place in range(len(row) - 1):
                one, other = row[place], row[place + 1]
                saved = 0
                for first, second in zip(ends[one], ends[other], strict=True):
                    for a in first:
                        for b in second:
                            saved += (a > b) - (a < b)
                if saved > 0:
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
        met: list[int] = []  # the ends so far, in order: those beyond a new one are crossed by it
        for end in ends:
            total += len(met) - bisect_right(met, end)
            insort(met, end)
    return total
