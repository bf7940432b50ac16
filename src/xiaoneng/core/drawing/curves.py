"""Curves of straight and cubic pieces, in places (along the reading direction, across it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]
_NOTHING = 0.01


@dataclass
class Route:
    """A curve: where it begins, and its pieces: (end,) is a straight line, (bend, bend, end) a cubic curve."""

    begin: Point
    pieces: list[tuple[Point, ...]] = field(default_factory=list)

    def to(self, *points: Point) -> Route:
        """The route with one more piece; none where it is there already."""
        if abs(points[-1][0] - self.end[0]) + abs(points[-1][1] - self.end[1]) > _NOTHING:
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


def rounded(route: Route, corners: Sequence[Point], *, radius: float = 8.0) -> None:
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


def backed(route: Route, length: float) -> Route:
    """The route ended a little earlier, along its last direction, so that the arrow's point ends it."""
    pieces = [*route.pieces]
    last = pieces[-1]
    begin = pieces[-2][-1] if len(pieces) > 1 else route.begin
    towards = next((point for point in (*last[-2::-1], begin) if point != last[-1]), begin)
    far = ((last[-1][0] - towards[0]) ** 2 + (last[-1][1] - towards[1]) ** 2) ** 0.5 or 1.0
    end = tuple(last[-1][n] - (last[-1][n] - towards[n]) / far * length for n in (0, 1))
    pieces[-1] = (*last[:-1], (end[0], end[1]))
    return Route(route.begin, pieces)
