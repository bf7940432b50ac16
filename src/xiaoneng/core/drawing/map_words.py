"""What a process map says: the tooltips of its lines and boxes, how much it shows, its alternative text, its key."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .choosing import END, START, Choice, Move, Path, Step
from .legend import Key
from .svg import mark, number
from .text import Text, Words, count, days, listed, percent


def move_told(move: Move, words: Words) -> str:
    """What a line tells when it is pointed at."""
    if move.from_name == START:
        return words.plain(words.say("drawing_begins_told", cases=count(move.moves), name=move.to_name))
    if move.to_name == END:
        return words.plain(words.say("drawing_finishes_told", cases=count(move.moves), name=move.from_name))
    code = "drawing_move_counted" if move.waited_workdays is None else "drawing_move_told"
    facts = {"moves": count(move.moves), "days": days(move.waited_workdays)}
    return words.plain(words.say(code, from_name=move.from_name, to_name=move.to_name, **facts))


def step_told(step: Step, words: Words) -> str:
    """What a box tells when it is pointed at."""
    code = "drawing_step_counted" if step.spent_workdays is None else "drawing_step_told"
    said = [words.say(code, name=step.name, events=count(step.events), days=days(step.spent_workdays))]
    for code, cases in (("drawing_starts_told", step.starts), ("drawing_ends_told", step.ends)):
        if cases:
            said.append(words.say(code, cases=count(cases)))
    return "\n".join(words.plain(part) for part in said)


def share_shown(choice: Choice) -> str:
    """Moves shown of all moves, as a percentage."""
    return percent(choice.moves_shown / choice.moves_all) if choice.moves_all else "–"


def note(choice: Choice, words: Words) -> Text:
    """How much the map shows, and how much it does not."""
    facts = {"share": share_shown(choice), "edges": count(choice.edges_hidden)}
    if choice.steps_hidden:
        return words.say("drawing_map_steps_hidden", steps=count(choice.steps_hidden), **facts)
    return words.say("drawing_map_hidden", **facts) if choice.edges_hidden else words.say("drawing_map_whole")


def alternative(choice: Choice, moves: Sequence[Move], words: Words) -> Text:
    """The map in a sentence: its most frequent paths and its longest waits.

    In   moves: those shown, the most frequent first
    """
    known = [move for move in moves if move.waited_workdays is not None]
    slowest = sorted(known, key=lambda move: -(move.waited_workdays or 0.0))[:3]
    return words.say(
        "drawing_map_alternative",
        steps=count(len(choice.steps)),
        paths=count(len(moves)),
        share=share_shown(choice),
        most=listed([f"{move.from_name} → {move.to_name} {count(move.moves)}" for move in moves[:3]]) or "–",
        slowest=listed([f"{move.from_name} → {move.to_name} {days(move.waited_workdays)}" for move in slowest]) or "–",
    )


def keys(
    choice: Choice,
    lines: Sequence[Path],
    stubs: Sequence[Path],
    limits: Sequence[float],
    widths: tuple[float, float],
    words: Words,
) -> list[Key]:
    """The key of a map.

    In   lines, stubs: what is drawn as a line and as a mark at its box; limits: between the shades; widths: of the thinnest and
         the thickest line
    """
    found = []
    real = [path.move for path in lines if path.move.from_name != START and path.move.to_name != END]
    has_waits = any(move.waited_workdays is not None for move in real)
    if has_waits:
        bounds = [days(limit) for limit in limits]
        ranges = [f"<{bounds[0]}", *(f"{low}–{high}" for low, high in pairwise(bounds)), f"≥{bounds[-1]}"]
        for place, range_ in enumerate(ranges, start=1):
            text: Text = words.say("drawing_key_waited", range=range_) if place == 1 else range_
            found.append(Key(mark("line", kind=f"swatch s{place}", x1=0, x2=22, y1=0, y2=0), 22, text))
    if any(move.waited_workdays is None for move in real):
        swatch = mark("line", kind="swatch s0", x1=0, x2=22, y1=0, y2=0)
        found.append(Key(swatch, 22, words.label("drawing_key_unknown")))
    if lines:
        counts = [path.move.moves for path in lines]
        thin, thick = (number(width / 2) for width in widths)
        shape = mark("path", kind="wedge", d=f"M0 -{thin}L30 -{thick}V{thick}L0 {thin}Z")
        says = words.say("drawing_key_moves", low=count(min(counts)), high=count(max(counts)))
        found.append(Key(shape, 30, says))
    for end, kind, code in ((START, "start", "drawing_key_begins"), (END, "stop", "drawing_key_ends")):
        if any(end in (path.move.from_name, path.move.to_name) for path in stubs):
            found.append(Key(mark("circle", kind=f"disc {kind}", cx=5, cy=0, r=3.5), 9, words.label(code)))
    has_times = any(step.spent_workdays is not None for step in choice.steps)
    if choice.steps:
        found.append(Key("", 0, words.label("drawing_key_box" if has_times else "drawing_key_times")))
    if has_waits:
        found.append(Key("", 0, words.label("drawing_key_line")))
    return [*found, Key("", 0, note(choice, words))]
