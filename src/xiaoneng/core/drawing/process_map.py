"""The process map: steps as boxes, paths as lines; thickness tells how often, shade how long people waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import shades
from .choosing import END, START, Choice, Move, Path, Step, chosen
from .curves import Point, Route, backed
from .layered import Arc, Layers, layers
from .legend import legend
from .map_words import alternative, keys, move_told, note, step_told
from .routing import Place, Routed, routed
from .straight import Box
from .svg import LINE_HEIGHT, Picture, drawn, linked, mark, number, told, words_at
from .text import Text, Words, count, days, lines, width

_WIDTH = {False: 1040.0, True: 360.0}  # A4 across at 96 dots an inch; a small phone
_HEIGHT = 1440.0  # A4 upright, as wide as that
_DISC = 7.0
_MARGIN = 6.0
_BOX_BREADTH = {False: (104.0, 168.0), True: (98.0, 120.0)}  # the least and the greatest width of a box
_GAPS = {False: (50.0, 38.0), True: (38.0,)}  # room between two layers, as tried
# Kinds of steps and paths shown at most; the next pair where these do not fit
_SIZES = {False: ((30, 120), (30, 80), (30, 50), (24, 30), (16, 20)), True: ((16, 30), (13, 20), (10, 15), (8, 10))}
_FEW = 50  # with no more paths a map may be higher than a page rather than lose a step
_THICK = {False: 9.0, True: 5.5}
_CAPS = {False: (4, 6, 8), True: (2, 1)}  # most boxes in a layer, as tried
_MANY = 80  # lines beyond which one layout is tried, not several
_NEEDS_THREE_LINES = 130.0
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
            detail: share of all moves that must be shown, 0 to 1, as far as 120 paths (on phones 30) do it and fit on a page;
            None: as many paths as stay readable
            is_narrow: top to bottom, for phones; left to right otherwise
            most_steps: rarer kinds of steps are left out; by default beyond 30, on phones as many as fit
    Out     each line is a group or link classed `edge` with `data-rank` (1 is needed most) and `data-share` (share of all moves
            shown up to it), so that a page can hide rare lines without drawing anew; those classed `core` keep steps connected
    Empty   without steps the picture holds its beginning and end alone
    """
    for most, paths in _SIZES[is_narrow]:
        choice = chosen(
            steps, moves, detail=detail, is_narrow=is_narrow, most_steps=most_steps or most, most_paths=paths
        )
        drawn_ = _Map(choice, words, title, is_narrow)
        if drawn_.fits and (not drawn_.is_high or paths <= _FEW):
            break
    return drawn_.picture()


class _Map:
    """One map while it is drawn."""

    def __init__(self, choice: Choice, words: Words, title: Text, is_narrow: bool) -> None:
        self.choice, self.words, self.title, self.is_narrow = choice, words, title, is_narrow
        self.names = [START, *(step.name for step in choice.steps), END]
        self.number = {name: place for place, name in enumerate(self.names)}
        real = [path.move for path in choice.paths if path.move.from_name != START and path.move.to_name != END]
        self.real = sorted(real, key=lambda move: (-move.moves, move.from_name, move.to_name))
        self.limits = shades.limits(move.waited_workdays for move in real)
        self.fewest = min((path.move.moves for path in choice.paths), default=1)
        self.most = max((path.move.moves for path in choice.paths), default=1)
        self.loops = [path for path in choice.paths if path.move.from_name == path.move.to_name]
        self.lines, self.stubs = self._divided()
        self.arcs = [
            Arc(
                self.number[path.move.from_name],
                self.number[path.move.to_name],
                path.move.moves,
                self._thickness(path.move.moves),
            )
            for path in self.lines
        ]
        self.orders: dict[int, Layers] = {}
        self.text_lines: list[list[str]] = []
        self.routed = self._routed()
        self.fits = (self.routed.across if is_narrow else self.routed.along) <= _WIDTH[is_narrow]
        self.is_high = not is_narrow and self.routed.across > _HEIGHT
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
        """The layout that is least high: first with the narrowest boxes; these then grow as broad as the room allows."""
        least, greatest = _BOX_BREADTH[self.is_narrow]
        figures = max((self.words.width(self._figures(step)) for step in self.choice.steps), default=0.0)
        least = min(max(least, figures + 8), greatest)  # the figures stand on one line
        if self.is_narrow:
            beside, alone = (self._with_boxes(least, cap=cap, gap=_GAPS[True][0]) for cap in _CAPS[True])
            return beside if beside.across <= max(alone.across, _WIDTH[True]) else alone
        caps = _CAPS[False] if len(self.arcs) <= _MANY else _CAPS[False][1:2]
        tried = [(self._with_boxes(least, cap=cap, gap=gap), cap, gap) for cap in caps for gap in _GAPS[False]]
        found, cap, gap = min(tried, key=lambda one: (one[0].along > _WIDTH[False], one[0].across - one[2]))
        fullest = max(len(band) for band in found.bands)
        broad = min(greatest, least + (_WIDTH[False] - found.along) / fullest)
        while broad > least + 4:
            again = self._with_boxes(broad, cap=cap, gap=gap)
            if len(again.bands) == len(found.bands) and again.along <= _WIDTH[False]:
                return again
            broad -= 8
        return self._with_boxes(least, cap=cap, gap=gap)

    def _with_boxes(self, broad: float, *, cap: int, gap: float) -> Routed:
        most = 3 if broad < _NEEDS_THREE_LINES else 2
        self.text_lines = [lines(step.name, broad - 12, most=most) for step in self.choice.steps]
        high = (max((len(text) for text in self.text_lines), default=1) + 1) * LINE_HEIGHT + 10
        along, across = (high, broad) if self.is_narrow else (broad, high)
        if cap not in self.orders:
            self.orders[cap] = layers(len(self.names), self.arcs, first=0, last=len(self.names) - 1, cap=cap)
        sizes = [(along / 2, across / 2)] * len(self.names)
        sizes[0] = sizes[-1] = (_DISC, _DISC)
        looped = {self.number[path.move.from_name] for path in self.loops}
        return routed(
            self.orders[cap],
            [Box(size[1], size[1] + (14 if node in looped else 0)) for node, size in enumerate(sizes)],
            self.arcs,
            sizes,
            room=None if self.is_narrow else _WIDTH[False],
            gap=gap,
            gaps=(12, 4) if self.is_narrow else (22, 7),
            margin=_MARGIN,
        )

    def picture(self) -> ProcessMap:
        """Everything together."""
        routed_ = self.routed
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
        widths = tuple(self._thickness(value) for value in (self.fewest, self.most))
        keys_ = keys(self.choice, self.lines, self.stubs, self.limits, (widths[0], widths[1]), self.words)
        drawn_keys, bottom = legend(keys_, self.words, left=_MARGIN, top=height + 8, right=full - _MARGIN)
        says = alternative(self.choice, self.real, self.words)
        has_links = any(step.href for step in self.choice.steps) or any(path.move.href for path in self.choice.paths)
        svg = drawn(
            "process-map",
            full,
            bottom + 2,
            [*edges[::-1], *self._discs(routed_.places), *boxes, *numbers, *drawn_keys],
            words=self.words,
            title=self.title,
            alternative=says,
            is_narrow=self.is_narrow,
            has_links=has_links,
        )
        rows = tuple((move.from_name, move.to_name, move.moves, move.waited_workdays) for move in self.real)
        return ProcessMap(
            svg,
            self.words.plain(self.title),
            self.words.plain(says),
            ("drawing_from", "drawing_to", "drawing_moves", "drawing_waited"),
            rows,
            note=note(self.choice, self.words),
            moves_shown=self.choice.moves_shown,
            moves_all=self.choice.moves_all,
            edges_shown=len(self.real),
            edges_hidden=self.choice.edges_hidden,
            steps_hidden=self.choice.steps_hidden,
        )

    def _thickness(self, moves: int) -> float:
        return shades.thickness(moves, self.most, thick=_THICK[self.is_narrow])

    def _xy(self, point: Point) -> Point:
        return (point[1] + self.shift, point[0]) if self.is_narrow else point

    def _inner(self, path: Path) -> int:
        return self.number[path.move.to_name if path.move.from_name == START else path.move.from_name]

    # --- lines ----------------------------------------------------------------------------------------------------------

    def _edge(self, path: Path, route: Route) -> str:
        wide = self._thickness(path.move.moves)
        return self._grouped(path, self._line(route, wide) + self._arrow(route, wide))

    def _line(self, route: Route, wide: float) -> str:
        back = backed(route, self._head(wide) - 1)
        written = "M" + self._written(back.begin)
        for piece in back.pieces:
            written += ("L" if len(piece) == 1 else "C") + " ".join(self._written(point) for point in piece)
        return mark("path", d=written, kind="hit") + mark("path", d=written, kind="line", stroke_width=float(wide))

    def _arrow(self, route: Route, wide: float) -> str:
        tip = route.end
        base = backed(route, self._head(wide)).end
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
            told(move_told(move, self.words)) + marks,
            move.href,
            kind=f"{kind} core" if path.is_core else kind,
            data_rank=path.rank,
            data_share=f"{path.share:.4f}",
        )

    def _loop(self, path: Path, place: Place) -> str:
        """A step that follows itself: a small loop after its box."""
        foot = place.across + place.half_across
        begin, end = place.along + place.half_along * 0.15, place.along + place.half_along * 0.6
        route = Route((end, foot)).to((end + 7, foot + 22), (begin - 7, foot + 22), (begin, foot))
        return self._edge(path, route) if path.move.moves else ""

    def _stub(self, path: Path, place: Place) -> str:
        """A beginning or an end that few cases have: a dot before its box, a ring after it."""
        spot = self._stub_spot(path, place)
        is_start = path.move.from_name == START
        touch = (place.begin if is_start else place.end, spot[1])
        kind = "disc start" if is_start else "disc stop"
        (x1, y1), (x2, y2) = self._xy(touch), self._xy(spot)
        line = mark("line", kind="stub", x1=x1, y1=y1, x2=x2, y2=y2)
        return self._grouped(path, line + mark("circle", kind=kind, cx=x2, cy=y2, r=3.5))

    def _numbers(self, routed_: Routed) -> list[str]:
        """The days waited, written on the lines, the most frequent first, wherever there is room."""
        for place in routed_.places:
            (x, y), (w, h) = self._xy((place.along, place.across)), self._xy_size(place)
            self.taken.append((x - w, y - h, x + w, y + h))
        written = self._stub_counts(routed_)
        for path, route in sorted(zip(self.lines, routed_.routes, strict=True), key=lambda pair: -pair[0].move.moves):
            move = path.move
            if move.waited_workdays is None or move.from_name == START or move.to_name == END:
                continue
            is_slow = move.waited_workdays >= self.limits[2]
            if move.waited_workdays < 0.05 or (len(written) >= _MOST_NUMBERS and not is_slow):
                continue
            text = days(move.waited_workdays)
            for where, slope in route.spots():
                spot = self._label_box(text, where, slope, self._thickness(move.moves))
                if all(not _overlap(spot, other) for other in self.taken):
                    self.taken.append(spot)
                    at = {"x": (spot[0] + spot[2]) / 2, "y": spot[3] - 3, "text_anchor": "middle"}
                    marks = {"data_rank": path.rank, "data_share": f"{path.share:.4f}"}
                    kind = f"days {shades.shade(move.waited_workdays, self.limits)}"
                    written.append(mark("text", text, kind=f"{kind} core" if path.is_core else kind, **at, **marks))
                    break
        return written

    def _stub_counts(self, routed_: Routed) -> list[str]:
        """How many cases begin or end beside the main path, where they are many."""
        written = []
        for path in self.stubs:
            is_start = path.move.from_name == START
            cases = sum(step.starts if is_start else step.ends for step in self.choice.steps)
            if path.move.moves < _TOLD_END * cases:
                continue
            x, y = self._xy(self._stub_spot(path, routed_.places[self._inner(path)]))
            text = count(path.move.moves)
            right = x + 8 + width(text)
            self.taken.append((x - 5, y - 7, right, y + 7))
            marks = {"data_rank": path.rank, "data_share": f"{path.share:.4f}"}
            written.append(mark("text", text, kind="days end", x=x + 7, y=y + 4, **marks))
        return written

    def _stub_spot(self, path: Path, place: Place) -> Point:
        if path.move.from_name == START:
            return place.begin - 12, place.across - place.half_across + 7
        return place.end + 12, place.across + place.half_across - 7

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
        marks = [mark("rect", x=x - w, y=y - h, width=2 * w, height=2 * h, rx=4)]
        top = y - (len(text) + 1) * LINE_HEIGHT / 2 + 12
        marks += [
            words_at(words, line or words.label("drawing_unnamed"), x, top + place_ * LINE_HEIGHT, "name", "middle")
            for place_, line in enumerate(text)
        ]
        marks.append(words_at(words, self._figures(step), x, top + len(text) * LINE_HEIGHT, "facts", "middle"))
        return linked(told(step_told(step, words)) + "".join(marks), step.href, kind="step")

    def _figures(self, step: Step) -> Text:
        is_known = step.spent_workdays is not None
        facts = {"events": count(step.events), "days": days(step.spent_workdays)}
        return self.words.say("drawing_box" if is_known else "drawing_box_plain", **facts)

    def _discs(self, places: Sequence[Place]) -> list[str]:
        marks = []
        for place, code, kind in ((places[0], "drawing_start", "start"), (places[-1], "drawing_end", "stop")):
            x, y = self._xy((place.along, place.across))
            says = told(self.words.plain(self.words.label(code)))
            marks.append(mark("g", says + mark("circle", cx=x, cy=y, r=_DISC), kind=f"disc {kind}"))
        return marks


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
