"""Exact linear algebra over sets of ballots: which combination of published sums speaks of few ballots only.

A published sum is a row of ones over the sets of ballots (atoms) it covers. Whoever reads all rows can add, subtract and scale
them, so what can be worked out is their row space; fractions are exact, so that nothing is missed by rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Atom = str
Vector = dict[int, Fraction]
Weigh = Callable[[frozenset[Atom]], int]
_MOST_NODES = 4000  # of the search below; beyond that the answer is taken to be yes, so that rather too much is hidden


@dataclass(frozen=True)
class Leak:
    """A combination of published rows that speaks of these atoms only; `rows` are the rows that it is made of."""

    atoms: frozenset[Atom]
    rows: frozenset[int]


@dataclass
class _Row:
    """A vector, and how it is put together from the given rows."""

    values: Vector
    made_of: Vector


def isolating(rows: Sequence[frozenset[Atom]], weigh: Weigh, least: int) -> Leak | None:
    """A combination of the rows, not all nought, whose atoms hold fewer than `least` ballots; None where there is none.

    In      weigh: ballots that a set of atoms holds at least (never less for a larger set)
    """
    for part in _components(rows):
        found = _isolating_in([rows[place] for place in part], weigh, least)
        if found is not None:
            return Leak(found.atoms, frozenset(part[place] for place in found.rows))
    return None


def spanned(rows: Sequence[frozenset[Atom]], target: frozenset[Atom]) -> frozenset[int] | None:
    """The rows of which the sum over `target` can be made up; None where it cannot."""
    columns = {atom: place for place, atom in enumerate(sorted(target.union(*rows)))}
    basis = _reduced([_as_row(row, columns, place) for place, row in enumerate(rows)], range(len(columns)))
    rest = _Row(dict.fromkeys((columns[atom] for atom in target), Fraction(1)), {})
    for pivot, row in basis:
        if pivot in rest.values:
            _subtract(rest, row, rest.values[pivot] / row.values[pivot])
    return None if rest.values else frozenset(rest.made_of)


def _isolating_in(rows: Sequence[frozenset[Atom]], weigh: Weigh, least: int) -> Leak | None:
    classes = _classes(rows)
    weights = [weigh(each) for each in classes]
    columns = {atom: place for place, each in enumerate(classes) for atom in each}
    given = [_as_row(row, columns, place) for place, row in enumerate(rows)]
    # Columns that are heavy enough by themselves come first: the rows left without any of them speak of light ones alone.
    order = sorted(range(len(classes)), key=lambda place: (weights[place] < least, place))
    light = [row for pivot, row in _reduced(given, order) if weights[pivot] < least]
    if not light:
        return None
    search = _Search(classes, weigh, least)
    found = search.lightest(light, frozenset())
    if found is None:
        return None
    atoms = frozenset(atom for place in found.values for atom in classes[place])
    return Leak(atoms, frozenset(found.made_of))


class _Search:
    """Looks for a vector of a space whose columns together are light: a column is either made nought, or allowed."""

    def __init__(self, classes: Sequence[frozenset[Atom]], weigh: Weigh, least: int) -> None:
        self.classes, self.weigh, self.least, self.nodes = classes, weigh, least, 0

    def lightest(self, space: Sequence[_Row], allowed: frozenset[int]) -> _Row | None:
        self.nodes += 1
        for row in space:
            if self._weight(frozenset(row.values)) < self.least:
                return row
        open_columns = {place for row in space for place in row.values} - allowed
        if len(space) < 2 or not open_columns:
            return None
        if self.nodes > _MOST_NODES:
            return space[0]
        heaviest = max(open_columns, key=lambda place: (self._weight(allowed | {place}), -place))
        found = self.lightest(_without(space, heaviest), allowed)
        if found is None and self._weight(allowed | {heaviest}) < self.least:
            found = self.lightest(space, allowed | {heaviest})
        return found

    def _weight(self, places: Iterable[int]) -> int:
        return self.weigh(frozenset(atom for place in places for atom in self.classes[place]))


def _without(space: Sequence[_Row], column: int) -> list[_Row]:
    """The vectors of the space that are nought in the column."""
    with_it = [row for row in space if column in row.values]
    if not with_it:
        return list(space)
    pivot = min(with_it, key=lambda row: len(row.values))
    kept = []
    for row in space:
        if row is pivot:
            continue
        copy = _Row(dict(row.values), dict(row.made_of))
        if column in copy.values:
            _subtract(copy, pivot, copy.values[column] / pivot.values[column])
        kept.append(copy)
    return kept


def _components(rows: Sequence[frozenset[Atom]]) -> list[list[int]]:
    """Rows that hang together by common atoms; what lies in different parts cannot cancel out."""
    home: dict[Atom, int] = {}
    parts: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        touched = sorted({home[atom] for atom in row if atom in home})
        part = parts.setdefault(touched[0] if touched else place, [])
        for other in touched[1:]:
            part += parts.pop(other)
        part.append(place)
        name = touched[0] if touched else place
        home |= {atom: name for member in part for atom in rows[member]}
    return [sorted(part) for _, part in sorted(parts.items())]


def _classes(rows: Sequence[frozenset[Atom]]) -> list[frozenset[Atom]]:
    """Atoms that always come together: no combination can part them."""
    where: dict[Atom, list[int]] = {}
    for place, row in enumerate(rows):
        for atom in row:
            where.setdefault(atom, []).append(place)
    together: dict[tuple[int, ...], list[Atom]] = {}
    for atom in sorted(where):
        together.setdefault(tuple(where[atom]), []).append(atom)
    return [frozenset(atoms) for _, atoms in sorted(together.items())]


def _as_row(atoms: frozenset[Atom], columns: Mapping[Atom, int], place: int) -> _Row:
    return _Row(dict.fromkeys({columns[atom] for atom in atoms}, Fraction(1)), {place: Fraction(1)})


def _reduced(rows: Sequence[_Row], order: Iterable[int]) -> list[tuple[int, _Row]]:
    """Pivot column and row of a basis in echelon form, the columns taken in the given order."""
    left, basis = [_Row(dict(row.values), dict(row.made_of)) for row in rows], []
    for column in order:
        with_it = [row for row in left if column in row.values]
        if not with_it:
            continue
        pivot = min(with_it, key=lambda row: (len(row.values), min(row.made_of)))
        left = [row for row in left if row is not pivot]
        for row in with_it:
            if row is not pivot:
                _subtract(row, pivot, row.values[column] / pivot.values[column])
        left = [row for row in left if row.values]
        basis.append((column, pivot))
    return basis


def _subtract(row: _Row, other: _Row, factor: Fraction) -> None:
    for target, source in ((row.values, other.values), (row.made_of, other.made_of)):
        for place, value in source.items():
            left = target.get(place, Fraction(0)) - factor * value
            if left:
                target[place] = left
            else:
                target.pop(place, None)
