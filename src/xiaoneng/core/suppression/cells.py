"""The cells of a table, and the smallest sets of ballots (atoms) that they are sums of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import FiguresError
from .algebra import Atom

Key = tuple[str | None, ...]  # one value a dimension; None is all of it


@dataclass(frozen=True)
class Cells:
    """Cells of an additive table: the atoms that each is the sum of, and the ballots of each atom."""

    atoms: Mapping[Key, frozenset[Atom]]
    ballots: Mapping[Atom, int]
    homes: Mapping[Atom, Key]  # the cell that an atom is, or the total that it is left of

    @classmethod
    def of(cls, counts: Mapping[Key, int], *, may_overlap: Sequence[int] = ()) -> Cells:
        """The cells of a table of counts, whatever its margins and levels.

        In      counts: ballots of each cell, by one value a dimension; None is a total over it; may_overlap: dimensions
                over which the same ballot counts more than once, so that parts may be more than their total
        Out     what a total holds beyond the cells listed in it is an atom of its own
        Raises  FiguresError where a count is negative, parts are more than their total, or two totals cross and the cells
                in which they do are not listed
        """
        keys = sorted(counts, key=lambda key: (sum(value is None for value in key), _name(key)))
        leaves = [key for key in keys if not any(other != key and _holds(key, other) for other in keys)]
        _check(counts, leaves)
        ballots = {_name(leaf): counts[leaf] for leaf in leaves}
        homes = {_name(leaf): leaf for leaf in leaves}
        inside = {key: {_name(leaf) for leaf in leaves if _holds(key, leaf)} for key in keys}
        for key in keys:
            rest = counts[key] - sum(ballots[atom] for atom in inside[key])
            is_loose = any(key[dimension] is None for dimension in may_overlap)
            if rest < 0 and not is_loose:
                raise FiguresError(
                    f"figures: the parts of {_name(key)} hold {-rest} more ballots than it; correct the counts"
                )
            if rest > 0:
                atom = f"{_name(key)}/rest"
                ballots[atom], homes[atom] = rest, key
                for other in keys:
                    if _holds(other, key):
                        inside[other].add(atom)
        return cls({key: frozenset(atoms) for key, atoms in inside.items()}, ballots, homes)

    def weigh(self, atoms: frozenset[Atom]) -> int:
        """The ballots of a set of atoms."""
        return sum(self.ballots[atom] for atom in atoms)


def _name(key: Key) -> Atom:
    """A name that no other key has: each value with its length before it."""
    return "|".join("*" if value is None else f"{len(value)}:{value}" for value in key)


def _holds(total: Key, part: Key) -> bool:
    return all(above is None or above == below for above, below in zip(total, part, strict=True))


def _check(counts: Mapping[Key, int], leaves: Sequence[Key]) -> None:
    for key, count in counts.items():
        if type(count) is not int or count < 0:
            raise FiguresError(f"figures: {count!r} ballots in {_name(key)}; write a whole number from 0 on")
    wide = [leaf for leaf in leaves if None in leaf]
    for leaf in wide:
        for other in leaves:
            crosses = all(one is None or two is None or one == two for one, two in zip(leaf, other, strict=True))
            if other != leaf and crosses:
                raise FiguresError(
                    f"figures: {_name(leaf)} and {_name(other)} have ballots in common; list the cells in which they cross"
                )
