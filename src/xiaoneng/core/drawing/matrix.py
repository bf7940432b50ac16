"""Who passes to whom: hand-overs between offices or agencies as a table of shades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import shades
from .legend import Key, legend
from .svg import LINE_HEIGHT, Picture, block, drawn, linked, mark, told, words_at
from .text import Text, Words, count, listed, percent

_WIDTH = {False: 1040.0, True: 360.0}
_NAMES, _CELL = 200.0, 26.0
_LISTED_PAIRS = 12


@dataclass(frozen=True)
class Handover:
    """Passings from one office or agency to another; a name that is not known is None."""

    from_name: str | None
    to_name: str | None
    handovers: int
    returns: int = 0
    waited_workdays: float | None = None
    href: str | None = None


def handover_matrix(
    rows: Sequence[Handover], *, title: Text, words: Words, most: int = 20, is_narrow: bool = False
) -> Picture:
    """How often each passes to each: rows from, columns to, both by volume; a corner marks what was sent back.

    In      most: so many offices or agencies by volume; the rest are taken together as others
    Out     narrow, the most frequent pairs as a list
    Empty   without hand-overs the picture says nothing but its key
    """
    table = _Table(rows, words, most)
    marks, height = table.listed_pairs(_WIDTH[True]) if is_narrow else table.squares(_WIDTH[False])
    keys = table.keys(is_narrow)
    drawn_keys, end = legend(keys, words, left=0, top=height + 8, right=_WIDTH[is_narrow])
    alternative = words.say(
        "drawing_matrix_alternative",
        handovers=count(table.total),
        pairs=count(len(table.cells)),
        most=listed([f"{table.pair(cell)} {count(cell.handovers)}" for cell in table.by_volume[:5]]) or "–",
    )
    svg = drawn(
        "handovers", _WIDTH[is_narrow], end + 2, [*marks, *drawn_keys],
        words=words, title=title, alternative=alternative, is_narrow=is_narrow,
        has_links=any(row.href for row in rows),
    )  # fmt: skip
    ordered = sorted(rows, key=lambda row: (-row.handovers, row.from_name or "", row.to_name or ""))
    return Picture(
        svg,
        words.plain(title),
        words.plain(alternative),
        ("drawing_from", "drawing_to", "drawing_handovers", "drawing_returns", "drawing_waited"),
        tuple((row.from_name, row.to_name, row.handovers, row.returns, row.waited_workdays) for row in ordered),
    )


class _Table:
    """The hand-overs by pair, the smaller holders taken together."""

    def __init__(self, rows: Sequence[Handover], words: Words, most: int) -> None:
        self.words = words
        volume: dict[str, int] = {}
        for row in rows:
            for name in (row.from_name or "", row.to_name or ""):
                volume[name] = volume.get(name, 0) + row.handovers
        by_volume = sorted(volume, key=lambda name: (-volume[name], name))
        self.names = by_volume if len(by_volume) <= most else by_volume[: most - 1]
        self.has_others = len(by_volume) > len(self.names)
        cells: dict[tuple[int, int], list[Handover]] = {}
        place = {name: number for number, name in enumerate(self.names)}
        for row in rows:
            at = place.get(row.from_name or "", len(place)), place.get(row.to_name or "", len(place))
            cells.setdefault(at, []).append(row)
        self.cells = {
            at: Handover(
                parts[0].from_name,
                parts[0].to_name,
                sum(part.handovers for part in parts),
                sum(part.returns for part in parts),
                href=parts[0].href if len(parts) == 1 else None,
            )
            for at, parts in sorted(cells.items())
        }
        self.at = {id(cell): at for at, cell in self.cells.items()}
        self.total = sum(row.handovers for row in rows)
        self.by_volume = sorted(self.cells.values(), key=lambda cell: (-cell.handovers, self.at[id(cell)]))
        self.limits = shades.counts(cell.handovers for cell in self.cells.values())

    def name(self, place: int) -> Text:
        if place >= len(self.names):
            return self.words.label("drawing_others")
        return self.names[place] or self.words.label("drawing_unnamed")

    def pair(self, cell: Handover) -> str:
        one, other = self.at[id(cell)]
        return f"{self.words.plain(self.name(one))} → {self.words.plain(self.name(other))}"

    def _told(self, cell: Handover) -> str:
        says = self.words.say("drawing_handover_told", handovers=count(cell.handovers), returns=count(cell.returns))
        return told(f"{self.pair(cell)}: {self.words.plain(says)}")

    def squares(self, wide: float) -> tuple[list[str], float]:
        """The table: names at the left, and at the top where they fit; otherwise their numbers."""
        words, size = self.words, len(self.names) + self.has_others
        cell = min(104.0, (wide - _NAMES - 12) / max(size, 1))
        is_named = cell >= 62
        deepest = max((block(words, self.name(place), 0, 0, cell - 6, most=3)[1] for place in range(size)), default=1)
        top = 8 + LINE_HEIGHT * (deepest if is_named else 1)
        left = _NAMES + 12
        marks = []
        for place in range(size):
            full = self.name(place)
            y = top + place * _CELL
            is_numbered = not is_named and place < len(self.names)
            end = _NAMES - 26 if is_numbered else _NAMES
            marks.append(block(words, full, end, y + 17, end - 4, most=1, kind="name", anchor="end")[0])
            if is_numbered:
                marks.append(mark("text", str(place + 1), kind="tick", x=_NAMES, y=y + 17, text_anchor="end"))
            x = left + place * cell + cell / 2
            if is_named:
                _, deep = block(words, full, 0, 0, cell - 6, most=3)
                head, _ = block(
                    words, full, x, top - 8 - (deep - 1) * LINE_HEIGHT, cell - 6, most=3, kind="name", anchor="middle"
                )
            else:
                number: Text = str(place + 1) if is_numbered else full
                head = mark("g", told(words.plain(full)) + words_at(words, number, x, top - 8, "tick", "middle"))
            marks.append(head)
            for other in range(size):
                at = {"x": left + other * cell, "y": y, "width": cell, "height": _CELL}
                marks.append(self._square(place, other, **at))
        marks.append(words_at(words, words.label("drawing_from_down"), 0, top - 8, "tick"))
        return marks, top + size * _CELL

    def _square(self, one: int, other: int, *, x: float, y: float, width: float, height: float) -> str:
        cell = self.cells.get((one, other))
        if cell is None:
            return mark("rect", kind="none self" if one == other else "none", x=x, y=y, width=width, height=height)
        shade = shades.shade(cell.handovers, self.limits)
        marks = mark("rect", x=x, y=y, width=width, height=height)
        marks += mark("text", count(cell.handovers), x=x + width / 2, y=y + height / 2 + 4, text_anchor="middle")
        if cell.returns:
            corner = f"M{x + width - 9:.1f} {y + 1:.1f}h8v8Z"
            marks += mark("path", kind="returned", d=corner)
        return linked(self._told(cell) + marks, cell.href, kind=f"cell {shade}")

    def listed_pairs(self, wide: float) -> tuple[list[str], float]:
        """The most frequent pairs, one beneath the other."""
        marks, y = [], 0.0
        highest = max((cell.handovers for cell in self.by_volume), default=1)
        for cell in self.by_volume[:_LISTED_PAIRS]:
            number = self.words.say("drawing_pair_number", handovers=count(cell.handovers), returns=count(cell.returns))
            if not cell.returns:
                number = count(cell.handovers)
            room = wide - self.words.width(number) - 12
            one, other = self.at[id(cell)]
            name = self.words.say("drawing_pair", from_name=self.name(one), to_name=self.name(other))
            inside, _ = block(self.words, name, 0, y + 14, room, most=1, kind="name")
            inside += words_at(self.words, number, wide, y + 14, "number", "end")
            inside += mark(
                "rect", kind="pair", x=0, y=y + 20, width=max(cell.handovers / highest * wide, 1.0), height=6, rx=2
            )
            marks.append(linked(self._told(cell) + inside, cell.href, kind="pair-row"))
            y += 40
        return marks, y

    def keys(self, is_narrow: bool) -> list[Key]:
        words = self.words
        if is_narrow:
            shown = sum(cell.handovers for cell in self.by_volume[:_LISTED_PAIRS])
            if len(self.by_volume) <= _LISTED_PAIRS:
                return []
            share = percent(shown / self.total) if self.total else "–"
            return [Key("", 0, words.say("drawing_pairs_shown", pairs=count(_LISTED_PAIRS), share=share))]
        keys = []
        bounds = [count(int(limit)) for limit in self.limits]
        steps = [f"{count(int(low))}–{count(int(high) - 1)}" for low, high in pairwise(self.limits)]
        ranges = [f"<{bounds[0]}", *steps, f"≥{bounds[-1]}"]
        for place, range_ in enumerate(ranges, start=1):
            text: Text = words.say("drawing_key_handovers", range=range_) if place == 1 else range_
            keys.append(Key(mark("g", mark("rect", x=0, y=-7, width=22, height=14), kind=f"cell s{place}"), 22, text))
        if any(cell.returns for cell in self.cells.values()):
            keys.append(Key(mark("path", kind="returned", d="M0 -4h8v8Z"), 8, words.label("drawing_key_returned")))
        return keys
