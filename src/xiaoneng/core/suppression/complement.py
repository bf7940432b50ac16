"""Primary and complementary suppression of additive tables, and the check that nothing hidden can be worked out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .algebra import isolating, spanned
from .cells import Cells, Key

_WIDTH = 1 - 1e-6  # an interval narrower than one holds one whole number at most


@dataclass(frozen=True)
class Protected:
    """What of a table may be shown: hidden for itself (too few ballots), or to protect others."""

    published: frozenset[Key]
    too_few: frozenset[Key]
    complementary: frozenset[Key]


def protect(cells: Cells, *, least: int, hidden: Collection[Key] = ()) -> Protected:
    """Hide every cell of fewer than `least` ballots, and as few others as are needed so that none of them can be worked out.

    Neither a hidden cell, nor any combination of cells that speaks of fewer than `least` ballots only, can be made from
    those left by adding and subtracting, nor from counts being whole and not negative. A mean with its number of ballots
    is a sum, so that the same holds for means.

    In      hidden: cells that are hidden for another reason
    Out     deterministic; the smallest cell that closes a gap is hidden first, and shown again in the end where others have
            closed it as well
    """
    names = sorted(cells.atoms, key=repr)
    size = {name: cells.weigh(cells.atoms[name]) for name in names}
    too_few = frozenset(name for name in names if size[name] < least)
    published = [name for name in names if name not in too_few and name not in hidden]
    taken: list[Key] = []
    while (gap := gap_in(cells, published, least)) is not None:
        smallest = min(gap, key=lambda name: (size[name], repr(name)))
        published.remove(smallest)
        taken.append(smallest)
    for name in sorted(taken, key=lambda name: (-size[name], repr(name))):
        if gap_in(cells, [*published, name], least) is None:
            published.append(name)
    shown = frozenset(published)
    return Protected(shown, too_few, frozenset(taken) - shown)


def gap_in(cells: Cells, published: Sequence[Key], least: int) -> list[Key] | None:
    """Published cells from which something can be worked out that must not be; None where there are none.

    That counts are not negative needs no look of its own. By the duality of linear programming, where it fixes a cell, two
    combinations of published cells are the cell plus, and the cell less, something made of empty atoms only. Unless both are
    the cell itself, they or their difference speak of fewer ballots than `least`, and are found here.
    """
    leak = isolating([cells.atoms[name] for name in published], cells.weigh, least)
    return None if leak is None else [published[place] for place in leak.rows]


def derivable(cells: Cells, published: Iterable[Key]) -> list[Key]:
    """The cells not published whose count can be worked out all the same from those that are.

    By linear algebra (the cell lies in the row space of the published ones), or because counts are whole and not negative
    (the least and the greatest value that fit what is published leave one whole number).
    """
    shown = sorted(set(published), key=repr)
    rows = [cells.atoms[name] for name in shown]
    hidden = [name for name in sorted(cells.atoms, key=repr) if name not in set(shown)]
    found = {name for name in hidden if rows and spanned(rows, cells.atoms[name]) is not None}
    found |= {name for name, low, high in _intervals(cells, shown) if high - low < _WIDTH}
    return sorted(found, key=repr)


def _intervals(cells: Cells, published: Sequence[Key]) -> Iterable[tuple[Key, float, float]]:
    """The least and the greatest count of each hidden cell that fits the published ones.

    Only where an atom is empty: with ballots in every atom the counts lie inside the region that fits, so that a cell is
    fixed only by what the row space fixes.
    """
    if all(cells.ballots.values()):
        return
    import numpy as np
    from scipy.optimize import linprog

    atoms = sorted(cells.ballots)
    shown = set(published)
    rows = np.array([[atom in cells.atoms[name] for atom in atoms] for name in published], dtype=float)
    totals = rows @ np.array([cells.ballots[atom] for atom in atoms], dtype=float) if len(rows) else None
    for name in sorted(cells.atoms, key=repr):
        if name in shown or not any(cells.atoms[name] & cells.atoms[other] for other in published):
            continue
        wanted = np.array([atom in cells.atoms[name] for atom in atoms], dtype=float)
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * wanted, A_eq=rows, b_eq=totals, bounds=(0, None), method="highs")
            ends.append(sign * solved.fun if solved.status == 0 else sign * -np.inf)
        yield name, float(ends[0]), float(ends[1])
