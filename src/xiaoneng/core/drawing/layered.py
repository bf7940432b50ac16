"""A graph in layers (Sugiyama): cycles opened, layers numbered, long arcs given lanes, crossings reduced, positions straightened.

The layout knows no words and no marks. A layer has a place along the reading direction; inside it, items (nodes, and the lanes
of arcs that pass through) have positions across. The same layout read left to right or top to bottom serves wide and narrow.
Everything is decided by weights and, where these are equal, by the order in which nodes and arcs were given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .crossings import ordered
from .straight import Box, positions

TRACK = 5.0  # room between lines that run side by side from band to band
_RARE = 0.2  # an arc with less of the weight of the heaviest into a node does not move that node to a later layer


@dataclass(frozen=True)
class Arc:
    """A directed arc between two nodes, by their numbers: its weight, and how broad its line is."""

    tail: int
    head: int
    weight: float
    breadth: float = 1.0


@dataclass(frozen=True)
class Layers:
    """The order of everything, before it has places.

    layer   of each node, from 0
    rows    the items of each layer in order: nodes by their number, then lanes
    chains  of each arc: the items that it passes from its earlier end to its later
    spine   the nodes of the main path, in order
    """

    layer: list[int]
    rows: list[list[int]]
    chains: list[list[int]]
    spine: list[int]


@dataclass(frozen=True)
class Layout:
    """Where everything is.

    layer   of each node, from 0
    at      position of each node across; the main path lies at 0
    lanes   of each arc: (layer, position) where it passes, in rising order of the layers
    spine   the nodes of the main path, in order
    bands   the layers in bands, each a run of layers; a link from band to band pulls nothing straight
    """

    layer: list[int]
    at: list[float]
    lanes: list[list[tuple[int, float]]]
    spine: list[int]
    bands: list[list[int]]


def layers(nodes: int, arcs: Sequence[Arc], *, first: int, last: int, cap: int) -> Layers:
    """The graph in layers, in an order that crosses few lines.

    In      arcs: without self-loops; first, last: where the main path begins and ends; cap: the most nodes in a layer
    """
    forward = _without_cycles(nodes, arcs, first=first)
    spine = _main_path(arcs, forward, first=first, last=last)
    layer = _numbered(nodes, arcs, forward, spine, first=first, cap=cap)
    rows, chains = _with_lanes(layer, arcs)
    return Layers(layer, ordered(rows, [pair for chain in chains for pair in pairwise(chain)], spine), chains, spine)


def laid_out(
    found: Layers, boxes: Sequence[Box], arcs: Sequence[Arc], bands: list[list[int]], *, gap: float, lane: float
) -> Layout:
    """The layers with places.

    In      boxes: one a node; gap, lane: room between two nodes, and between lanes
    """
    band_of = {place: number for number, places in enumerate(bands) for place in places}
    place_of = {item: place for place, row in enumerate(found.rows) for item in row}
    links, weights = [], []
    for arc, chain in zip(arcs, found.chains, strict=True):
        for low, high in pairwise(chain):
            if band_of[place_of[low]] == band_of[place_of[high]]:
                links.append((low, high))
                weights.append(arc.weight)
    breadths = {item: arc.breadth for arc, chain in zip(arcs, found.chains, strict=True) for item in chain[1:-1]}
    at = positions(found.rows, links, weights, boxes, breadths, found.spine, gap=gap, lane=lane)
    lanes = [[(place_of[item], at[item]) for item in chain[1:-1]] for chain in found.chains]
    return Layout(found.layer, at[: len(boxes)], lanes, found.spine, bands)


def cuts(layer: Sequence[int], arcs: Sequence[Arc]) -> list[float]:
    """How broad the lines are together that pass from each layer to the next, with room between them."""
    broad = [0.0] * (max(layer) + 1)
    for arc in arcs:
        low, high = sorted((layer[arc.tail], layer[arc.head]))
        for place in range(low, high):
            broad[place] += arc.breadth + TRACK
    return broad


# --- cycles and layers --------------------------------------------------------------------------------------------------


def _without_cycles(nodes: int, arcs: Sequence[Arc], *, first: int) -> set[int]:
    """The arcs that run forward: the heaviest first, each unless it would close a cycle of heavier ones.

    An arc to a node that its tail can be reached only through runs back, however heavy.
    """
    after: list[list[int]] = [[] for _ in range(nodes)]
    everything: list[list[int]] = [[] for _ in range(nodes)]
    for arc in arcs:
        everything[arc.tail].append(arc.head)
    is_reached = [_reaches(everything, first, node) for node in range(nodes)]
    forward = set()
    for number in sorted(range(len(arcs)), key=lambda number: (-arcs[number].weight, number)):
        arc = arcs[number]
        without = [[] if node == arc.head else others for node, others in enumerate(everything)]
        if is_reached[arc.tail] and arc.head != first and not _reaches(without, first, arc.tail):
            continue
        if not _reaches(after, arc.head, arc.tail):
            after[arc.tail].append(arc.head)
            forward.add(number)
    return forward


def _reaches(after: list[list[int]], start: int, goal: int) -> bool:
    seen, open_ = {start}, [start]
    while open_:
        node = open_.pop()
        if node == goal:
            return True
        open_ += [other for other in after[node] if other not in seen]
        seen.update(after[node])
    return False


def _main_path(arcs: Sequence[Arc], forward: set[int], *, first: int, last: int) -> list[int]:
    """From the first node always along the heaviest arc forward, as far as the last is still ahead."""
    ahead = _all_before(arcs, forward, last)
    path = [first]
    while path[-1] != last:
        out = [number for number in forward if arcs[number].tail == path[-1] and arcs[number].head in ahead]
        if not out:
            break
        path.append(arcs[min(out, key=lambda number: (-arcs[number].weight, number))].head)
    return path


def _all_before(arcs: Sequence[Arc], forward: set[int], goal: int) -> set[int]:
    found, grew = {goal}, True
    while grew:
        more = {arcs[number].tail for number in forward if arcs[number].head in found} - found
        found |= more
        grew = bool(more)
    return found


def _numbered(
    nodes: int, arcs: Sequence[Arc], forward: set[int], spine: Sequence[int], *, first: int, cap: int
) -> list[int]:
    """Each node one layer after the last of those that lead to it, the main path before others where a layer is full."""
    is_main = set(spine)
    heaviest = [0.0] * nodes
    for number in forward:
        heaviest[arcs[number].head] = max(heaviest[arcs[number].head], arcs[number].weight)
    before: list[list[int]] = [[] for _ in range(nodes)]
    after: list[list[int]] = [[] for _ in range(nodes)]
    for number in sorted(forward):
        arc = arcs[number]
        if arc.weight >= _RARE * heaviest[arc.head]:
            before[arc.head].append(arc.tail)
            after[arc.tail].append(arc.head)
    layer, order = [-1] * nodes, []
    used: dict[int, int] = {}
    left = [len(others) for others in before]
    queue = [node for node in range(nodes) if not left[node]]
    while queue:
        queue.sort(
            key=lambda node: (node not in is_main, max((layer[other] for other in before[node]), default=-1), node)
        )
        node = queue.pop(0)
        place = max((layer[other] + 1 for other in before[node]), default=0 if node == first else 1)
        while node not in is_main and used.get(place, 0) >= cap:
            place += 1
        layer[node] = place
        used[place] = used.get(place, 0) + 1
        order.append(node)
        for other in after[node]:
            left[other] -= 1
            if not left[other]:
                queue.append(other)
    _pull_close(layer, used, order, before, after, is_main, cap=cap)
    places = {place: number for number, place in enumerate(sorted(set(layer)))}
    return [places[place] for place in layer]


def _pull_close(
    layer: list[int],
    used: dict[int, int],
    order: Sequence[int],
    before: list[list[int]],
    after: list[list[int]],
    is_main: set[int],
    *,
    cap: int,
) -> None:
    """A side node that leads to more than it follows moves up to what it leads to."""
    for node in reversed(order):
        if node in is_main or len(after[node]) <= len(before[node]):
            continue
        latest = min(layer[other] for other in after[node]) - 1
        while latest > layer[node] and used.get(latest, 0) >= cap:
            latest -= 1
        if latest > layer[node]:
            used[layer[node]] -= 1
            used[latest] = used.get(latest, 0) + 1
            layer[node] = latest


# --- lanes and order ----------------------------------------------------------------------------------------------------


def _with_lanes(layer: Sequence[int], arcs: Sequence[Arc]) -> tuple[list[list[int]], list[list[int]]]:
    """The items of each layer, and each arc as the chain of items that it passes from its earlier end to its later."""
    rows: list[list[int]] = [[] for _ in range(max(layer) + 1)]
    for node, place in enumerate(layer):
        rows[place].append(node)
    item = len(layer)
    chains = []
    for arc in arcs:
        low, high = (arc.tail, arc.head) if layer[arc.tail] <= layer[arc.head] else (arc.head, arc.tail)
        chain = [low]
        for place in range(layer[low] + 1, layer[high]):
            rows[place].append(item)
            chain.append(item)
            item += 1
        chains.append([*chain, high] if layer[low] != layer[high] else [low])
    return rows, chains
