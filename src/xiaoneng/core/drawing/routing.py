"""From layers to places on the page: a long process is folded into bands like lines of text, and arcs become curves.

Places are (along, across): along the reading direction, and across it. Left to right, along is x; top to bottom, along is y.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .curves import Route, rounded
from .folding import TURN, folded
from .layered import TRACK, Arc, Layers, Layout, cuts, laid_out
from .straight import Box

_ARC_ROOM = 20.0  # how far an arc back to the neighbour stands off the boxes


@dataclass(frozen=True)
class Place:
    """A box: its middle and half its size, along and across."""

    along: float
    across: float
    half_along: float
    half_across: float

    @property
    def begin(self) -> float:
        return self.along - self.half_along

    @property
    def end(self) -> float:
        return self.along + self.half_along


@dataclass(frozen=True)
class Routed:
    """Everything with its place; the picture reaches from 0 to `along` and from 0 to `across`."""

    places: list[Place]
    routes: list[Route]
    along: float
    across: float
    bands: list[list[int]]


def routed(
    found: Layers,
    boxes: Sequence[Box],
    arcs: Sequence[Arc],
    sizes: Sequence[tuple[float, float]],
    *,
    room: float | None,
    gap: float,
    gaps: tuple[float, float],
    margin: float,
) -> Routed:
    """The places of all boxes and the curves of all arcs.

    In      sizes: half of each box, along and across; boxes: the room of each across
            room: how long a band may be, None: there is one band; margin: around everything
            gap: room between two layers; gaps: inside a layer, between boxes and between lines
    """
    halves = [max((sizes[item][0] for item in row if item < len(sizes)), default=0.0) for row in found.rows]
    broadest = cuts(found.layer, arcs)
    bands = folded(halves, broadest, room=room, gap=gap, margin=margin)
    layout = laid_out(found, boxes, arcs, bands, gap=gaps[0], lane=gaps[1])
    tracks = max((broadest[band[-1]] for band in bands[:-1]), default=0.0)
    side = margin + (tracks + TURN if len(bands) > 1 else 0)
    column: dict[int, tuple[float, float]] = {}
    shift: dict[int, float] = {}
    channels: list[float] = []
    across, widest = margin, 0.0
    for number, band in enumerate(bands):
        along = side
        for layer in band:
            column[layer] = (along, along + 2 * halves[layer])
            along += 2 * halves[layer] + gap
        widest = max(widest, along - gap)
        top, bottom = _reach(layout, sizes, band)
        for layer in band:
            shift[layer] = across - top
        across += bottom - top
        if number + 1 < len(bands):
            channels.append(across + 4)
            across += 4 + broadest[band[-1]] + 4
    places = []
    for node, (half_along, half_across) in enumerate(sizes):
        begin, end = column[layout.layer[node]]
        places.append(Place((begin + end) / 2, layout.at[node] + shift[layout.layer[node]], half_along, half_across))
    maker = _Maker(layout, arcs, places, column, shift, channels, widest, gap)
    return Routed(places, maker.routes(), widest + side, across + margin, bands)


def _reach(layout: Layout, sizes: Sequence[tuple[float, float]], band: Sequence[int]) -> tuple[float, float]:
    """How far a band reaches across, its lanes and arcs included."""
    is_in = set(band)
    ends = [
        layout.at[node] + sign * (size[1] + _ARC_ROOM)
        for node, size in enumerate(sizes)
        if layout.layer[node] in is_in
        for sign in (-1, 1)
    ]
    ends += [at + sign * 8 for lanes in layout.lanes for layer, at in lanes if layer in is_in for sign in (-1, 1)]
    return min(ends), max(ends)


class _Maker:
    """Draws the arcs one by one; it keeps what they share: the ports of each box and the tracks of each fold."""

    def __init__(
        self,
        layout: Layout,
        arcs: Sequence[Arc],
        places: Sequence[Place],
        column: dict[int, tuple[float, float]],
        shift: dict[int, float],
        channels: Sequence[float],
        widest: float,
        gap: float,
    ) -> None:
        self.layout, self.arcs, self.places, self.column, self.shift = layout, arcs, places, column, shift
        self.channels, self.widest, self.gap = channels, widest, gap
        self.band = {layer: number for number, band in enumerate(layout.bands) for layer in band}
        self.begins = {number: column[band[0]][0] for number, band in enumerate(layout.bands)}
        self.chains = [self._chain(number) for number in range(len(arcs))]
        self.hooks = [self._hooks(number) for number in range(len(arcs))]
        self.ports = self._ports()
        self.tracks = self._tracks()

    def routes(self) -> list[Route]:
        """The curve of each arc, in its own direction."""
        return [self._route(number) for number in range(len(self.arcs))]

    def _ends(self, number: int) -> tuple[int, int, bool]:
        """The earlier and the later end of an arc, and whether it runs back."""
        arc = self.arcs[number]
        is_back = self.layout.layer[arc.tail] > self.layout.layer[arc.head]
        return (arc.head, arc.tail, True) if is_back else (arc.tail, arc.head, False)

    def _chain(self, number: int) -> list[tuple[int, float]]:
        """The layers that an arc passes with the place across in each, its ends included."""
        low, high, _ = self._ends(number)
        ends = [(self.layout.layer[node], self.places[node].across) for node in (low, high)]
        return [ends[0], *((layer, at + self.shift[layer]) for layer, at in self.layout.lanes[number]), ends[1]]

    def _hooks(self, number: int) -> tuple[int, int]:
        """On which side an arc that runs back leaves the boxes at its earlier and later end: -1 before, 1 after, 0 in front."""
        low, high, is_back = self._ends(number)
        chain = self.chains[number]
        if not is_back:
            return 0, 0
        if len(chain) == 2:
            side = self._free_side(low, high)
            return (side, side) if self.band[chain[0][0]] == self.band[chain[1][0]] else (0, 0)
        return self._hook(low, chain[0], chain[1]), self._hook(high, chain[-1], chain[-2])

    def _free_side(self, low: int, high: int) -> int:
        if abs(self.places[low].across - self.places[high].across) > 12:
            return 0
        for side in (-1, 1):
            if all(
                not self._is_blocked(
                    node, self.places[node].across + side * (self.places[node].half_across + _ARC_ROOM + 4)
                )
                for node in (low, high)
            ):
                return side
        return 0

    def _hook(self, node: int, here: tuple[int, float], there: tuple[int, float]) -> int:
        place = self.places[node]
        away = there[1] - place.across
        if (
            abs(away) < place.half_across + 8
            or self.band[here[0]] != self.band[there[0]]
            or self._is_blocked(node, there[1])
        ):
            return 0
        return 1 if away > 0 else -1

    def _is_blocked(self, node: int, across: float) -> bool:
        """Whether another box stands in the same layer between a box and a place."""
        low, high = sorted((self.places[node].across, across))
        return any(
            low < self.places[other].across + sign * self.places[other].half_across < high
            for other in range(len(self.places))
            if other != node and self.layout.layer[other] == self.layout.layer[node]
            for sign in (-1, 1)
        )

    def _ports(self) -> dict[tuple[int, int], float]:
        """Where each arc touches its box, as (arc, node) → place across: in the order of where the arcs go."""
        at_side: dict[tuple[int, bool], list[tuple[float, int]]] = {}
        for number, chain in enumerate(self.chains):
            low, high, _ = self._ends(number)
            if len(chain) == 2 and chain[0][0] == chain[1][0]:
                at_side.setdefault((low, True), []).append((chain[1][1], number))
                at_side.setdefault((high, True), []).append((chain[0][1], number))
                continue
            before, after = self.hooks[number]
            if not before:
                at_side.setdefault((low, True), []).append((chain[1][1], number))
            if not after:
                at_side.setdefault((high, False), []).append((chain[-2][1], number))
        main = set(zip(self.layout.spine, self.layout.spine[1:], strict=False))
        ports = {}
        for (node, _), met in at_side.items():
            met.sort()
            place = self.places[node]
            step = min(11.0, (2 * place.half_across - 12) / max(len(met), 1)) if place.half_across > 12 else 2.0
            middle = next(
                (
                    rank
                    for rank, (_, number) in enumerate(met)
                    if (self.arcs[number].tail, self.arcs[number].head) in main
                ),
                (len(met) - 1) / 2,
            )
            most = max(place.half_across - 5, 0)
            for rank, (_, number) in enumerate(met):
                ports[number, node] = place.across + max(-most, min(most, (rank - middle) * step))
        return ports

    def _tracks(self) -> dict[tuple[int, int], tuple[float, float]]:
        """At each fold, the way round of each arc: (arc, band) → distance from the innermost and from the outermost track.

        What comes from nearer the top goes round outside and arrives inside, so that no two cross.
        """
        at_fold: dict[int, list[tuple[float, int]]] = {}
        for number, chain in enumerate(self.chains):
            low, _, _ = self._ends(number)
            for (layer, at), (after, _) in pairwise(chain):
                if self.band[layer] != self.band[after]:
                    here = self.ports[number, low] if layer == self.layout.layer[low] else at
                    at_fold.setdefault(self.band[layer], []).append((here, number))
        tracks = {}
        for band, met in at_fold.items():
            whole = sum(self.arcs[number].breadth + TRACK for _, number in met)
            before = 0.0
            for _, number in sorted(met):
                breadth = self.arcs[number].breadth + TRACK
                tracks[number, band] = (whole - before - breadth / 2, before + breadth / 2)
                before += breadth
        return tracks

    def _route(self, number: int) -> Route:
        low, high, is_back = self._ends(number)
        chain = self.chains[number]
        if chain[0][0] == chain[-1][0]:
            return self._beside(number)
        before, after = self.hooks[number]
        if before and after and len(chain) == 2:
            return self._arc(low, high, before)
        begin, lanes = self.places[low], chain[1:-1]
        if before:
            layer, at = lanes[0]
            foot = (begin.along + begin.half_along * 0.4, begin.across + before * begin.half_across)
            route = Route(foot).to((foot[0], at), (foot[0] + 14, at), (self.column[layer][0], at))
        else:
            port = self.ports[number, low]
            route = Route((begin.end, port)).to((self.column[chain[0][0]][1], port))
        for place, (layer, at) in enumerate(lanes):
            if not (before and place == 0):
                self._step(route, number, chain[place][0], layer, at)
            route.to((self.column[layer][1], at))
        end = self.places[high]
        if after:
            foot = (end.along - end.half_along * 0.4, end.across + after * end.half_across)
            route.to((foot[0] - 14, route.end[1]), (foot[0], route.end[1]), foot)
        else:
            self._step(route, number, chain[-2][0], chain[-1][0], self.ports[number, high])
            route.to((end.begin, route.end[1]))
        return route.reversed() if is_back else route

    def _step(self, route: Route, number: int, layer: int, after: int, at: float) -> None:
        """One more layer: a soft curve, or at a fold the way round to the next band."""
        along = self.column[after][0]
        here = route.end
        if self.band[layer] == self.band[after]:
            bend = (along - here[0]) / 2
            route.to((here[0] + bend, here[1]), (along - bend, at), (along, at))
            return
        band = self.band[layer]
        outwards, inwards = self.tracks[number, band]
        right, left = self.widest + TURN + outwards, self.begins[band + 1] - TURN - inwards
        channel = self.channels[band] + outwards
        rounded(route, [(right, here[1]), (right, channel), (left, channel), (left, at), (along, at)])

    def _beside(self, number: int) -> Route:
        """Between two boxes of one layer: round their sides, in the room between the layers."""
        arc = self.arcs[number]
        tail, head = self.places[arc.tail], self.places[arc.head]
        edge = self.column[self.layout.layer[arc.tail]][1]
        out = edge + self.gap * 0.75
        one, other = self.ports[number, arc.tail], self.ports[number, arc.head]
        route = Route((tail.end, one)).to((edge, one))
        return route.to((out, one), (out, other), (edge, other)).to((head.end, other))

    def _arc(self, low: int, high: int, side: int) -> Route:
        """Back to the neighbour: an arc before or after the two boxes."""
        head, tail = self.places[low], self.places[high]
        begin = (tail.along - tail.half_along * 0.4, tail.across + side * tail.half_across)
        end = (head.along + head.half_along * 0.4, head.across + side * head.half_across)
        across = (max if side > 0 else min)(begin[1], end[1]) + side * _ARC_ROOM
        return Route(begin).to((begin[0], across), (end[0], across), end)
