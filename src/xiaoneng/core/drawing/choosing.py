"""Which steps and paths a process map shows, so that it stays readable and every step stays connected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

START, END = "\x02", "\x03"  # no step of a record is called so

_PATHS_A_STEP = {False: 1.35, True: 1.1}


@dataclass(frozen=True)
class Step:
    """One kind of step: how often, how long it takes, in how many cases it comes first and last."""

    name: str
    events: int
    spent_workdays: float | None = None
    starts: int = 0
    ends: int = 0
    href: str | None = None


@dataclass(frozen=True)
class Move:
    """One path between two steps: how often, and the median wait before the later one, in working days."""

    from_name: str
    to_name: str
    moves: int
    waited_workdays: float | None = None
    href: str | None = None


@dataclass(frozen=True)
class Path:
    """A move of the map, or a beginning or an end of cases, with its place among all.

    rank      1 is the one that the map needs most
    share     share of all moves shown when this and all before it are shown
    is_core   it keeps a step connected, and is shown however rare
    """

    move: Move
    rank: int
    share: float
    is_core: bool


@dataclass(frozen=True)
class Choice:
    """What is shown, and how much is not."""

    steps: tuple[Step, ...]
    paths: tuple[Path, ...]
    moves_shown: int
    moves_all: int
    edges_hidden: int
    steps_hidden: int


def chosen(
    steps: Sequence[Step],
    moves: Sequence[Move],
    *,
    detail: float | None,
    is_narrow: bool,
    most_steps: int,
    most_paths: int,
) -> Choice:
    """The steps and paths to show.

    In   detail: share of all moves that must be shown; None: as many as stay readable
         most_steps, most_paths: the rarer ones are left out, whatever detail is asked for; the core is always shown
    Out  the paths in the order of their rank. First the core: for each step its strongest way in and out, and what joins it
         to a beginning and an end; then the others by frequency. Beginnings and ends are paths too, but not counted as moves
    """
    shown = sorted(enumerate(steps), key=lambda pair: (-pair[1].events, pair[0]))[:most_steps]
    kept = tuple(step for _, step in sorted(shown))
    names = {step.name for step in kept}
    real = [move for move in moves if move.from_name in names and move.to_name in names and move.moves > 0]
    ends = [Move(START, step.name, step.starts) for step in kept if step.starts > 0]
    ends += [Move(step.name, END, step.ends) for step in kept if step.ends > 0]
    everything = sorted([*real, *ends], key=lambda move: (-move.moves, move.from_name, move.to_name))
    core = _core(everything, kept)
    ordered = [move for move in everything if move in core] + [move for move in everything if move not in core]
    all_moves = sum(move.moves for move in moves)
    budget = max(sum(not _is_end(move) for move in core), round(len(kept) * _PATHS_A_STEP[is_narrow]) + 4)
    paths, shown_moves, edges = [], 0, 0
    least = min((move.moves for move in core), default=0)
    for rank, move in enumerate(ordered, start=1):
        if move not in core:
            is_enough = edges >= budget if detail is None else shown_moves >= detail * all_moves
            is_enough = is_enough or edges >= most_paths
            if is_enough and not (_is_end(move) and move.moves >= least and detail is None):
                continue
        if not _is_end(move):
            shown_moves += move.moves
            edges += 1
        paths.append(Path(move, rank, shown_moves / all_moves if all_moves else 1.0, move in core))
    return Choice(
        kept,
        tuple(paths),
        shown_moves,
        all_moves,
        sum(move.moves > 0 for move in moves) - edges,
        len(steps) - len(kept),
    )


def _is_end(move: Move) -> bool:
    return move.from_name == START or move.to_name == END


def _core(everything: Sequence[Move], steps: Sequence[Step]) -> set[Move]:
    """For each step its strongest path in and out, then what is missing to reach it from a beginning and to leave it for an end."""
    core: set[Move] = set()
    others = [move for move in everything if move.from_name != move.to_name]
    for step in steps:
        for end in ("to_name", "from_name"):
            core.update([move for move in others if getattr(move, end) == step.name][:1])
    for source, tail, head in ((START, "from_name", "to_name"), (END, "to_name", "from_name")):
        grew = True
        while grew:  # the strongest path from what is reached to what is not
            reached, found = {source}, True
            while found:
                found_now = {getattr(move, head) for move in core if getattr(move, tail) in reached} - reached
                reached |= found_now
                found = bool(found_now)
            bridge = [move for move in others if getattr(move, tail) in reached and getattr(move, head) not in reached]
            bridge = [move for move in bridge if getattr(move, head) not in (START, END)]
            grew = bool(bridge)
            core.update(bridge[:1])
    return core
