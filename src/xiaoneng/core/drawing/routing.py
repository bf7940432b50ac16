"""From layers to places on the page: a long process is folded into bands like lines of text, and arcs become curves.

Places are (along, across): along the reading direction, and across it. Left to right, along is x; top to bottom, along is y.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .layered import TRACK, Arc, Layout, laid_out
from .straight import Box

Point = tuple[float, float]
_TURN = 12.0  # from the boxes at the end of a band to the innermost line that turns there
_ARC_ROOM = 20.0  # how far an arc back to the neighbour stands off the boxes


@dataclass
class Route:
    """A curve: where it begins, and its pieces: (end,) is a straight line, (bend, bend, end) a cubic curve."""

    begin: Point
    pieces: list[tuple[Point, ...]] = field(default_factory=list)

    def to(self, *points: Point) -> Route:
        """The route with one more piece."""
        if points[-1] != self.end:
            self.pieces.append(points)
        return self

    @property
    def end(self) -> Point:
        return self.pieces[-1][-1] if self.pieces else self.begin

    def reversed(self) -> Route:
        """The same curve from its end to its beginning."""
        ends = [self.begin, *(piece[-1] for piece in self.pieces)]
        turned = [(*piece[-2::-1], end) for piece, end in zip(self.pieces, ends[:-1], strict=True)]
        return Route(self.end, turned[::-1])

    def spots(self) -> list[tuple[Point, Point]]:
        """Places for a label, the calmest first: (place, direction there)."""
        found, here = [], self.begin
        for piece in self.pieces:
            end = piece[-1]
            if len(piece) == 1:
                length = abs(end[0] - here[0]) + abs(end[1] - here[1])
                found.append(
                    (
                        -length if length > 30 else 1.0,
                        ((here[0] + end[0]) / 2, (here[1] + end[1]) / 2),
                        (end[0] - here[0], end[1] - here[1]),
                    )
                )
            else:
                for t in (0.5, 0.35, 0.65):
                    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                    place = tuple(a * here[n] + b * piece[0][n] + c * piece[1][n] + d * end[n] for n in (0, 1))
                    slope = (end[0] - here[0], 2 * (end[1] - here[1]))
                    found.append((0.0 if t == 0.5 else 0.5, (place[0], place[1]), slope))
            here = end
        return [(place, slope) for _, place, slope in sorted(found, key=lambda spot: spot[0])]


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
    boxes: Sequence[Box],
    arcs: Sequence[Arc],
    sizes: Sequence[tuple[float, float]],
    *,
    room: float | None,
    cap: int,
    gap: float,
    gaps: tuple[float, float],
    margin: float,
) -> Routed:
    """The places of all boxes and the curves of all arcs. The first box begins the main path, the last ends it.

    In      sizes: half of each box, along and across; boxes: the room of each across; cap: the most boxes in a layer
            room: how long a band may be, None: there is one band; margin: around everything
            gap: room between two layers; gaps: inside a layer, between boxes and between lines
    """
    halves: list[float] = []

    def fold(layer: list[int], cuts: list[float]) -> list[list[int]]:
        halves[:] = [
            max((size[0] for size, place in zip(sizes, layer, strict=True) if place == number), default=0.0)
            for number in range(max(layer) + 1)
        ]
        broadest[:] = cuts
        return _bands(halves, cuts, room=room, gap=gap, margin=margin)

    broadest: list[float] = []
    layout = laid_out(boxes, arcs, first=0, last=len(sizes) - 1, cap=cap, gap=gaps[0], lane=gaps[1], fold=fold)
    bands = layout.bands
    tracks = max((broadest[band[-1]] for band in bands[:-1]), default=0.0)
    side = margin + (tracks + _TURN if len(bands) > 1 else 0)
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


def _bands(
    halves: Sequence[float], cuts: Sequence[float], *, room: float | None, gap: float, margin: float
) -> list[list[int]]:
    """The layers in as few bands as fit, divided where few lines pass and about evenly."""
    everything = list(range(len(halves)))

    def length(low: int, high: int, tracks: float) -> float:
        return sum(2 * half for half in halves[low:high]) + gap * (high - low - 1) + 2 * (margin + tracks)

    if room is None or length(0, len(halves), 0) <= room:
        return [everything]
    for parts in range(2, len(halves)):
        even = length(0, len(halves), 0) / parts
        best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
        for part in range(1, parts + 1):
            for high in range(part, len(halves) + 1):
                found = []
                for low in range(part - 1, high):
                    if (part - 1, low) in best:
                        cost, ends = best[part - 1, low]
                        cut = cuts[high - 1] if high < len(halves) else 0.0
                        if length(low, high, max(cut, cuts[low - 1] if low else 0.0) + _TURN) <= room:
                            uneven = abs(length(low, high, 0) - even) / even
                            found.append((cost + cut / 10 + 8 * uneven**2, [*ends, high]))
                if found:
                    best[part, high] = min(found)
        if (parts, len(halves)) in best:
            ends = best[parts, len(halves)][1]
            return [everything[low:high] for low, high in zip([0, *ends], ends, strict=False)]
    return [[layer] for layer in everything]


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
            route = Route((begin.end, self.ports[number, low]))
        for place, (layer, at) in enumerate(lanes):
            if not (before and place == 0):
                self._step(route, number, chain[place][0], layer, at)
            route.to((self.column[layer][1], at))
        end = self.places[high]
        if after:
            foot = (end.along - end.half_along * 0.4, end.across + after * end.half_across)
            route.to((foot[0] - 14, route.end[1]), (foot[0], route.end[1]), foot)
        else:
            self._step(route, number, chain[-2][0], chain[-1][0], self.ports[number, high], begin=end.begin)
        return route.reversed() if is_back else route

    def _step(
        self, route: Route, number: int, layer: int, after: int, at: float, *, begin: float | None = None
    ) -> None:
        """One more layer: a soft curve, or at a fold the way round to the next band."""
        along = self.column[after][0] if begin is None else begin
        here = route.end
        if self.band[layer] == self.band[after]:
            bend = (along - here[0]) / 2
            route.to((here[0] + bend, here[1]), (along - bend, at), (along, at))
            return
        band = self.band[layer]
        outwards, inwards = self.tracks[number, band]
        right, left = self.widest + _TURN + outwards, self.begins[band + 1] - _TURN - inwards
        channel = self.channels[band] + outwards
        _round(route, [(right, here[1]), (right, channel), (left, channel), (left, at), (along, at)])

    def _beside(self, number: int) -> Route:
        """Between two boxes of one layer: round their sides, in the room between the layers."""
        arc = self.arcs[number]
        tail, head = self.places[arc.tail], self.places[arc.head]
        out = max(tail.end, head.end) + self.gap * 0.75
        one, other = self.ports[number, arc.tail], self.ports[number, arc.head]
        return Route((tail.end, one)).to((out, one), (out, other), (head.end, other))

    def _arc(self, low: int, high: int, side: int) -> Route:
        """Back to the neighbour: an arc before or after the two boxes."""
        head, tail = self.places[low], self.places[high]
        begin = (tail.along - tail.half_along * 0.4, tail.across + side * tail.half_across)
        end = (head.along + head.half_along * 0.4, head.across + side * head.half_across)
        across = (max if side > 0 else min)(begin[1], end[1]) + side * _ARC_ROOM
        return Route(begin).to((begin[0], across), (end[0], across), end)


def _round(route: Route, corners: Sequence[Point], *, radius: float = 8.0) -> None:
    """Straight lines along the corners, each corner rounded."""
    points = [route.end, *corners]
    for here, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _towards(corner, here, radius), _towards(corner, after, radius)
        route.to(into).to(corner, corner, out)
    route.to(corners[-1])


def _towards(corner: Point, other: Point, radius: float) -> Point:
    """The point at most `radius` from a corner on the way to another, never beyond half the way."""
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    share = min(radius, length / 2) / length if length else 0.0
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share
