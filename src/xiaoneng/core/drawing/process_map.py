"""The process map: steps as boxes, paths as lines; thickness tells how often, shade how long people waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import shades
from .choosing import END, START, Choice, Move, Path, Step, chosen
from .layered import Arc
from .legend import Key, legend
from .routing import Place, Point, Route, Routed, routed
from .straight import Box
from .svg import Picture, drawn, linked, mark, number, told, words_at
from .text import Text, Words, count, days, lines, listed, percent, width

_WIDTH = {False: 1040.0, True: 360.0}  # A4 across at 96 dots an inch; a small phone
_LINE_HEIGHT = 16.0
_DISC = 7.0
_MARGIN = 6.0
_BOX_BREADTH = {False: (104.0, 168.0), True: (104.0, 104.0)}  # the least and the greatest width of a box
_GAP = {False: 50.0, True: 38.0}
_MOST_NUMBERS = 24
_TOLD_END = 0.05  # a beginning or an end with this share of the cases says how many


@dataclass(frozen=True)
class ProcessMap(Picture):
    """A picture that also says how much of the flow it shows.

    note          the same in a sentence
    moves_shown   moves on the paths shown, of moves_all
    edges_shown   paths shown; edges_hidden: paths left out as rare; steps_hidden: kinds of steps left out as rare
    """

    note: Text = ""
    moves_shown: int = 0
    moves_all: int = 0
    edges_shown: int = 0
    edges_hidden: int = 0
    steps_hidden: int = 0


def process_map(
    steps: Sequence[Step],
    moves: Sequence[Move],
    *,
    title: Text,
    words: Words,
    detail: float | None = None,
    is_narrow: bool = False,
    most_steps: int | None = None,
) -> ProcessMap:
    """How cases flow from step to step.

    In      steps, moves: the flow of one scope; title: what the picture finds
            detail: share of all moves that must be shown, 0 to 1; None: as many paths as stay readable
            is_narrow: top to bottom, for phones; left to right otherwise
            most_steps: rarer kinds of steps are left out; by default beyond 30, on phones 16
    Out     each line is a group or link classed `edge` with `data-rank` (1 is needed most) and `data-share` (share of all moves
            shown up to it), so that a page can hide rare lines without drawing anew; those classed `core` keep steps connected
    Empty   without steps the picture holds its beginning and end alone
    """
    choice = chosen(steps, moves, detail=detail, is_narrow=is_narrow, most_steps=most_steps)
    return _Map(choice, words, title, is_narrow).picture()


class _Map:
    """One map while it is drawn."""

    def __init__(self, choice: Choice, words: Words, title: Text, is_narrow: bool) -> None:
        self.choice, self.words, self.title, self.is_narrow = choice, words, title, is_narrow
        self.names = [START, *(step.name for step in choice.steps), END]
        self.number = {name: place for place, name in enumerate(self.names)}
        real = [path.move for path in choice.paths if path.move.from_name != START and path.move.to_name != END]
        self.limits = shades.limits(move.waited_workdays for move in real)
        self.most = max((path.move.moves for path in choice.paths), default=1)
        self.loops = [path for path in choice.paths if path.move.from_name == path.move.to_name]
        self.lines, self.stubs = self._divided()
        self.most_lines = 3 if is_narrow else 2
        self.text_lines: list[list[str]] = []
        self.taken: list[tuple[float, float, float, float]] = []

    def _divided(self) -> tuple[list[Path], list[Path]]:
        """The paths drawn as lines, and the beginnings and ends that are but a mark at their box."""
        drawn_, stubs, has_one = [], [], set()
        for path in sorted(self.choice.paths, key=lambda path: (-path.move.moves, path.rank)):
            end = START if path.move.from_name == START else END if path.move.to_name == END else None
            if path.move.from_name == path.move.to_name:
                continue
            if end is None or end not in has_one:
                drawn_.append(path)
                has_one.add(end)
            else:
                stubs.append(path)
        return sorted(drawn_, key=lambda path: path.rank), stubs

    def _routed(self) -> Routed:
        """The layout: first with the narrowest boxes, to see how many layers there are; then as broad as the room allows."""
        least, greatest = _BOX_BREADTH[self.is_narrow]
        found = self._with_boxes(least)
        if self.is_narrow:
            return found
        fullest = max(len(band) for band in found.bands)
        broad = min(greatest, least + (_WIDTH[False] - found.along) / fullest)
        while broad > least + 4:
            again = self._with_boxes(broad)
            if len(again.bands) == len(found.bands) and again.along <= _WIDTH[False]:
                return again
            broad -= 8
        return self._with_boxes(least)

    def _with_boxes(self, broad: float) -> Routed:
        self.text_lines = [lines(step.name, broad - 12, most=self.most_lines) for step in self.choice.steps]
        high = (max((len(text) for text in self.text_lines), default=1) + 1) * _LINE_HEIGHT + 10
        along, across = (high, broad) if self.is_narrow else (broad, high)
        arcs = [
            Arc(
                self.number[path.move.from_name],
                self.number[path.move.to_name],
                path.move.moves,
                shades.thickness(path.move.moves, self.most),
            )
            for path in self.lines
        ]
        sizes = [(along / 2, across / 2)] * len(self.names)
        sizes[0] = sizes[-1] = (_DISC, _DISC)
        looped = {self.number[path.move.from_name] for path in self.loops}
        return routed(
            [Box(size[1], size[1] + (14 if node in looped else 0)) for node, size in enumerate(sizes)],
            arcs,
            sizes,
            room=None if self.is_narrow else _WIDTH[False],
            cap=2 if self.is_narrow else 5,
            gap=_GAP[self.is_narrow],
            gaps=(16, 5) if self.is_narrow else (22, 7),
            margin=_MARGIN,
        )

    def picture(self) -> ProcessMap:
        """Everything together."""
        routed_ = self._routed()
        width_, height = (routed_.across, routed_.along) if self.is_narrow else (routed_.along, routed_.across)
        full = max(width_, _WIDTH[self.is_narrow])
        self.shift = (full - width_) / 2 if self.is_narrow else 0.0
        edges = [self._edge(path, route) for path, route in zip(self.lines, routed_.routes, strict=True)]
        edges += [self._loop(path, routed_.places[self.number[path.move.from_name]]) for path in self.loops]
        edges += [self._stub(path, routed_.places[self._inner(path)]) for path in self.stubs]
        boxes = [
            self._node(step, text, routed_.places[place])
            for place, (step, text) in enumerate(zip(self.choice.steps, self.text_lines, strict=True), start=1)
        ]
        numbers = self._numbers(routed_)
        keys, bottom = legend(self._keys(), self.words, left=_MARGIN, top=height + 8, right=full - _MARGIN)
        alternative = self._alternative()
        has_links = any(step.href for step in self.choice.steps) or any(path.move.href for path in self.choice.paths)
        svg = drawn(
            "process-map",
            full,
            bottom + 2,
            [*edges[::-1], *self._discs(routed_.places), *boxes, *numbers, *keys],
            words=self.words,
            title=self.title,
            alternative=alternative,
            is_narrow=self.is_narrow,
            has_links=has_links,
        )
        shown = [path.move for path in self.choice.paths if path.move.from_name != START and path.move.to_name != END]
        rows = tuple(
            (move.from_name, move.to_name, move.moves, move.waited_workdays)
            for move in sorted(shown, key=lambda move: (-move.moves, move.from_name, move.to_name))
        )
        return ProcessMap(
            svg,
            self.words.plain(self.title),
            self.words.plain(alternative),
            ("drawing_from", "drawing_to", "drawing_moves", "drawing_waited"),
            rows,
            note=self._note(),
            moves_shown=self.choice.moves_shown,
            moves_all=self.choice.moves_all,
            edges_shown=len(shown),
            edges_hidden=self.choice.edges_hidden,
            steps_hidden=self.choice.steps_hidden,
        )

    def _xy(self, point: Point) -> Point:
        return (point[1] + self.shift, point[0]) if self.is_narrow else point

    def _inner(self, path: Path) -> int:
        return self.number[path.move.to_name if path.move.from_name == START else path.move.from_name]

    # --- lines ----------------------------------------------------------------------------------------------------------

    def _edge(self, path: Path, route: Route) -> str:
        wide = shades.thickness(path.move.moves, self.most)
        return self._grouped(path, self._line(route, wide) + self._arrow(route, wide))

    def _line(self, route: Route, wide: float) -> str:
        back = _backed(route, self._head(wide) - 1)
        written = "M" + self._written(back.begin)
        for piece in back.pieces:
            written += ("L" if len(piece) == 1 else "C") + " ".join(self._written(point) for point in piece)
        return mark("path", d=written, kind="hit") + mark("path", d=written, kind="line", stroke_width=float(wide))

    def _arrow(self, route: Route, wide: float) -> str:
        tip = route.end
        base = _backed(route, self._head(wide)).end
        length = ((tip[0] - base[0]) ** 2 + (tip[1] - base[1]) ** 2) ** 0.5 or 1.0
        across = ((tip[1] - base[1]) / length, -(tip[0] - base[0]) / length)
        half = 2.6 + wide * 0.62
        corners = [tip, *((base[0] + sign * half * across[0], base[1] + sign * half * across[1]) for sign in (1, -1))]
        return mark("path", d="M" + "L".join(self._written(corner) for corner in corners) + "Z", kind="head")

    def _head(self, wide: float) -> float:
        return 5.0 + wide * 0.7

    def _written(self, point: Point) -> str:
        x, y = self._xy(point)
        return f"{number(x)} {number(y)}"

    def _grouped(self, path: Path, marks: str) -> str:
        move = path.move
        is_end = move.from_name == START or move.to_name == END
        kind = "edge end" if is_end else f"edge {shades.shade(move.waited_workdays, self.limits)}"
        return linked(
            told(self._told(move)) + marks,
            move.href,
            kind=f"{kind} core" if path.is_core else kind,
            data_rank=path.rank,
            data_share=f"{path.share:.4f}",
        )

    def _told(self, move: Move) -> str:
        words = self.words
        if move.from_name == START:
            return words.plain(words.say("drawing_begins_told", cases=count(move.moves), name=move.to_name))
        if move.to_name == END:
            return words.plain(words.say("drawing_finishes_told", cases=count(move.moves), name=move.from_name))
        code = "drawing_move_counted" if move.waited_workdays is None else "drawing_move_told"
        facts = {"moves": count(move.moves), "days": days(move.waited_workdays)}
        return words.plain(words.say(code, from_name=move.from_name, to_name=move.to_name, **facts))

    def _loop(self, path: Path, place: Place) -> str:
        """A step that follows itself: a small loop after its box."""
        foot = place.across + place.half_across
        begin, end = place.along + place.half_along * 0.15, place.along + place.half_along * 0.6
        route = Route((end, foot)).to((end + 7, foot + 22), (begin - 7, foot + 22), (begin, foot))
        return self._edge(path, route) if path.move.moves else ""

    def _stub(self, path: Path, place: Place) -> str:
        """A beginning or an end that few cases have: a dot before its box, a ring after it."""
        if path.move.from_name == START:
            across = place.across - place.half_across + 7
            begin, end, kind = (place.begin - 12, across), (place.begin, across), "disc start"
            spot = begin
        else:
            across = place.across + place.half_across - 7
            begin, end, kind = (place.end, across), (place.end + 12, across), "disc stop"
            spot = end
        (x1, y1), (x2, y2), (cx, cy) = self._xy(begin), self._xy(end), self._xy(spot)
        line = mark("line", kind="stub", x1=x1, y1=y1, x2=x2, y2=y2)
        return self._grouped(path, line + mark("circle", kind=kind, cx=cx, cy=cy, r=3.5))

    def _numbers(self, routed_: Routed) -> list[str]:
        """The days waited, written on the lines, the most frequent first, wherever there is room."""
        for place in routed_.places:
            (x, y), (w, h) = self._xy((place.along, place.across)), self._xy_size(place)
            self.taken.append((x - w, y - h, x + w, y + h))
        written: list[str] = []
        for path, route in sorted(zip(self.lines, routed_.routes, strict=True), key=lambda pair: -pair[0].move.moves):
            move = path.move
            if move.waited_workdays is None or move.from_name == START or move.to_name == END:
                continue
            is_slow = move.waited_workdays >= self.limits[2]
            if move.waited_workdays < 0.05 or (len(written) >= _MOST_NUMBERS and not is_slow):
                continue
            text = days(move.waited_workdays)
            for where, slope in route.spots():
                spot = self._label_box(text, where, slope, shades.thickness(move.moves, self.most))
                if all(not _overlap(spot, other) for other in self.taken):
                    self.taken.append(spot)
                    at = {"x": (spot[0] + spot[2]) / 2, "y": spot[3] - 3, "text_anchor": "middle"}
                    marks = {"data_rank": path.rank, "data_share": f"{path.share:.4f}"}
                    kind = f"days {shades.shade(move.waited_workdays, self.limits)}"
                    written.append(mark("text", text, kind=f"{kind} core" if path.is_core else kind, **at, **marks))
                    break
        return written

    def _xy_size(self, place: Place) -> Point:
        return (place.half_across, place.half_along) if self.is_narrow else (place.half_along, place.half_across)

    def _label_box(self, text: str, place: Point, slope: Point, wide: float) -> tuple[float, float, float, float]:
        """Above a level line, beside an upright one, upon a slanted one."""
        x, y = self._xy(place)
        dx, dy = (slope[1], slope[0]) if self.is_narrow else slope
        half = width(text) / 2 + 2
        if abs(dy) < abs(dx) * 0.25:
            y -= wide / 2 + 8
        elif abs(dx) < abs(dy) * 0.25:
            x += wide / 2 + half + 2
        return x - half, y - 7, x + half, y + 7

    # --- boxes ----------------------------------------------------------------------------------------------------------

    def _node(self, step: Step, text: Sequence[str], place: Place) -> str:
        x, y = self._xy((place.along, place.across))
        w, h = self._xy_size(place)
        words = self.words
        is_known = step.spent_workdays is not None
        facts = {"events": count(step.events), "days": days(step.spent_workdays)}
        said = [
            words.plain(words.say("drawing_step_told" if is_known else "drawing_step_counted", name=step.name, **facts))
        ]
        said += [
            words.plain(words.say(code, cases=count(cases)))
            for code, cases in (("drawing_starts_told", step.starts), ("drawing_ends_told", step.ends))
            if cases
        ]
        marks = [mark("rect", x=x - w, y=y - h, width=2 * w, height=2 * h, rx=4)]
        top = y - (len(text) + 1) * _LINE_HEIGHT / 2 + 12
        marks += [
            words_at(words, line or words.label("drawing_unnamed"), x, top + place_ * _LINE_HEIGHT, "name", "middle")
            for place_, line in enumerate(text)
        ]
        below = words.say("drawing_box" if is_known else "drawing_box_plain", **facts)
        marks.append(words_at(words, below, x, top + len(text) * _LINE_HEIGHT, "facts", "middle"))
        return linked(told("\n".join(said)) + "".join(marks), step.href, kind="step")

    def _discs(self, places: Sequence[Place]) -> list[str]:
        marks = []
        for place, code, kind in ((places[0], "drawing_start", "start"), (places[-1], "drawing_end", "stop")):
            x, y = self._xy((place.along, place.across))
            says = told(self.words.plain(self.words.label(code)))
            marks.append(mark("g", says + mark("circle", cx=x, cy=y, r=_DISC), kind=f"disc {kind}"))
        return marks

    # --- words ----------------------------------------------------------------------------------------------------------

    def _keys(self) -> list[Key]:
        words = self.words
        keys = []
        if any(path.move.waited_workdays is not None for path in self.lines):
            bounds = [days(limit) for limit in self.limits]
            ranges = [
                f"<{bounds[0]}",
                *(f"{low}–{high}" for low, high in pairwise(bounds)),
                f"≥{bounds[-1]}",
            ]
            for place, range_ in enumerate(ranges, start=1):
                text: Text = words.say("drawing_key_waited", range=range_) if place in (1,) else range_
                keys.append(Key(mark("line", kind=f"swatch s{place}", x1=0, x2=22, y1=0, y2=0), 22, text))
        fewest = min((path.move.moves for path in self.lines), default=0)
        thin, thick = (shades.thickness(value, self.most) for value in (fewest, self.most))
        shape = f"M0 {number(-thin / 2)}L30 {number(-thick / 2)}V{number(thick / 2)}L0 {number(thin / 2)}Z"
        if self.lines:
            keys.append(
                Key(
                    mark("path", kind="wedge", d=shape),
                    30,
                    words.say("drawing_key_moves", low=count(fewest), high=count(self.most)),
                )
            )
        for end, kind, code in ((START, "start", "drawing_key_begins"), (END, "stop", "drawing_key_ends")):
            if any(end in (path.move.from_name, path.move.to_name) for path in self.stubs):
                keys.append(Key(mark("circle", kind=f"disc {kind}", cx=5, cy=0, r=3.5), 9, words.label(code)))
        keys.append(Key("", 0, words.label("drawing_key_box")))
        if any(path.move.waited_workdays is not None for path in self.lines):
            keys.append(Key("", 0, words.label("drawing_key_line")))
        keys.append(Key("", 0, self._note()))
        return keys

    def _note(self) -> Text:
        choice, say = self.choice, self.words.say
        if not choice.edges_hidden and not choice.steps_hidden:
            return say("drawing_map_whole")
        share = percent(choice.moves_shown / choice.moves_all) if choice.moves_all else "–"
        if choice.steps_hidden:
            return say(
                "drawing_map_steps_hidden",
                share=share,
                edges=count(choice.edges_hidden),
                steps=count(choice.steps_hidden),
            )
        return say("drawing_map_hidden", share=share, edges=count(choice.edges_hidden))

    def _alternative(self) -> Text:
        choice = self.choice
        moves = [path.move for path in choice.paths if path.move.from_name != START and path.move.to_name != END]
        by_count = sorted(moves, key=lambda move: (-move.moves, move.from_name, move.to_name))
        known = [move for move in by_count if move.waited_workdays is not None]
        by_wait = sorted(known, key=lambda move: -(move.waited_workdays or 0))
        return self.words.say(
            "drawing_map_alternative",
            steps=count(len(choice.steps)),
            paths=count(len(moves)),
            share=percent(choice.moves_shown / choice.moves_all) if choice.moves_all else "–",
            most=listed([f"{move.from_name} → {move.to_name} {count(move.moves)}" for move in by_count[:3]]) or "–",
            slowest=listed([f"{move.from_name} → {move.to_name} {days(move.waited_workdays)}" for move in by_wait[:3]])
            or "–",
        )


def _backed(route: Route, length: float) -> Route:
    """The route ended a little earlier, along its last direction, so that the arrow's point ends it."""
    pieces = [*route.pieces]
    last = pieces[-1]
    begin = pieces[-2][-1] if len(pieces) > 1 else route.begin
    towards = next((point for point in (*last[-2::-1], begin) if point != last[-1]), begin)
    far = ((last[-1][0] - towards[0]) ** 2 + (last[-1][1] - towards[1]) ** 2) ** 0.5 or 1.0
    end = tuple(last[-1][n] - (last[-1][n] - towards[n]) / far * length for n in (0, 1))
    pieces[-1] = (*last[:-1], (end[0], end[1]))
    return Route(route.begin, pieces)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
