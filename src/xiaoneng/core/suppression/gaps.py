"""What could be worked out of the figures that are shown: the checks that all of them must pass together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .algebra import Atom, isolating, spanned
from .cells import Cells, Key
from .coarse import agreement
from .figures import EXACT, HIDDEN, Figure
from .limits import SMALL_TEAM_BELOW

_DIMENSIONS = range(3)  # group, appraisee, stratum
_APPRAISEE, _STRATUM = 1, 2
OVERLAPPING = (0, _APPRAISEE)  # a ballot may rate several appraisees, of several groups


class Gaps:
    """The figures of one table that hang together, and what can be made of those shown.

    Three things are looked at: the numbers of ballots (question by question), the values (in which a figure over all questions is a
    sum of those of the questions), and the ballots at each level. The same ballot may rate several appraisees and answer
    several questions, so the ballots behind a combination are counted once a stratum: the most of any one of its parts.
    """

    def __init__(
        self, figures: Sequence[Figure], least: int, *, scale: tuple[float, float], positive_from: int
    ) -> None:
        self.figures, self.least, self.scale, self.positive_from = list(figures), least, scale, positive_from
        self.tables = {
            question: Cells.of(
                {figure.cell: figure.n_valid for figure in figures if figure.question == question},
                may_overlap=OVERLAPPING,
            )
            for question in dict.fromkeys(figure.question for figure in figures)
        }
        self.questions = [question for question in self.tables if question is not None]
        self.stratum: dict[Atom, str | None] = {}
        self.ballots: dict[Atom, int] = {}
        for question, table in self.tables.items():
            for atom, count in table.ballots.items():
                name = _at(question, atom)
                self.stratum[name], self.ballots[name] = table.homes[atom][_STRATUM], count
        self.values = {id(figure): self._value_atoms(figure) for figure in self.figures}
        self.whole = {self._count_atoms(figure): figure.n_valid for figure in self.figures}
        self.whole |= {self._value(figure): figure.n_valid for figure in self.figures}

    def found(self) -> tuple[list[Figure], bool] | None:
        """Shown figures from which something can be made that must not be, and whether a hidden figure is what it tells of."""
        shown = [figure for figure in self.figures if figure.state != HIDDEN]
        exact = [figure for figure in shown if figure.state == EXACT]
        hidden = frozenset(
            atom for figure in self.figures if figure.state == HIDDEN for atom in self._count_atoms(figure)
        )
        for rows, atoms in ((shown, self._count_atoms), (exact, self._value)):
            leak = isolating([atoms(figure) for figure in rows], self.weigh, self.least)
            if leak is not None:
                return [rows[place] for place in leak.rows], bool(leak.atoms & hidden)
        for figure in self.figures:
            if figure.why not in ("unanimous", "small_team"):
                continue
            for atoms in (self._count_atoms, self._value):
                made_of = spanned([atoms(one) for one in exact], atoms(figure))
                if made_of:
                    return [exact[place] for place in made_of], True
        return self._agreeing_rest(exact)

    def of_levels(self) -> list[Figure] | None:
        """Figures of which the levels are shown, and by whose difference the levels of fewer than thirty ballots are."""
        shown = [figure for figure in self.figures if figure.has_counts]
        leak = isolating([self._count_atoms(figure) for figure in shown], self.weigh, SMALL_TEAM_BELOW)
        return None if leak is None else [shown[place] for place in leak.rows]

    def weigh(self, atoms: frozenset[Atom]) -> int:
        """The least number of different ballots that a set of atoms can hold."""
        most: dict[str | None, int] = {}
        for atom in atoms:
            stratum = self.stratum.get(atom)
            most[stratum] = max(most.get(stratum, 0), self.ballots.get(atom, 0))
        of_all = most.pop(None, 0)
        return max(of_all, sum(most.values()), self.whole.get(atoms, 0))

    def _agreeing_rest(self, exact: Sequence[Figure]) -> tuple[list[Figure], bool] | None:
        """Shown parts of a shown total, where those that are left all say the same."""
        for total in exact:
            for dimension in _DIMENSIONS:
                if total.cell[dimension] is not None:
                    continue
                parts = [one for one in exact if one is not total and _is_part(one, total, dimension)]
                left = total.n_valid - sum(part.n_valid for part in parts)
                if parts and left > 0 and self._agrees(total, parts, left):
                    return parts, any(one.state == HIDDEN and _is_part(one, total, dimension) for one in self.figures)
        return None

    def _agrees(self, total: Figure, parts: Sequence[Figure], left: int) -> bool:
        everyone = (total, *parts)
        if all(one.counts is not None and len(one.counts) == len(total.counts or ()) for one in everyone):
            of_total: Sequence[int] = total.counts or ()
            counts = [
                of_total[level] - sum((part.counts or ())[level] for part in parts) for level in range(len(of_total))
            ]
            return agreement(n_valid=left, counts=counts, positive_from=self.positive_from) is not None
        if all(one.row.get("n_positive") is not None for one in everyone):
            positive = total.row["n_positive"] - sum(part.row["n_positive"] for part in parts)
            return agreement(n_valid=left, n_positive=positive) is not None
        if any(one.row.get("estimate") is None for one in everyone):
            return False
        of_all = total.n_valid * total.row["estimate"] - sum(part.n_valid * part.row["estimate"] for part in parts)
        return agreement(n_valid=left, estimate=of_all / left, scale=self.scale) is not None

    def _count_atoms(self, figure: Figure) -> frozenset[Atom]:
        table = self.tables[figure.question]
        return frozenset(_at(figure.question, atom) for atom in table.atoms[figure.cell])

    def _value(self, figure: Figure) -> frozenset[Atom]:
        return self.values[id(figure)]

    def _value_atoms(self, figure: Figure) -> frozenset[Atom]:
        """A figure over all questions is the sum of those of every question over the same ballots."""
        if figure.question is not None or not self.questions:
            return self._count_atoms(figure)
        found: set[Atom] = set()
        for question in self.questions:
            table = self.tables[question]
            inside = table.atoms.get(figure.cell)
            if inside is None:  # not asked for by itself: the parts of it that are, or a part of its own
                inside = frozenset(atom for atom, home in table.homes.items() if _within(home, figure.cell))
            found |= {_at(question, atom) for atom in inside}
        return frozenset(found) or self._count_atoms(figure)


def parted(figures: Iterable[Figure]) -> list[list[Figure]]:
    """Figures that have ballots in common, part by part: an appraisee by itself where no total over appraisees is told."""
    listed = list(figures)
    if any(figure.cell[0] is None for figure in listed):
        return [listed] if listed else []
    groups: dict[str | None, list[Figure]] = {}
    for figure in listed:
        groups.setdefault(figure.cell[0], []).append(figure)
    parts: list[list[Figure]] = []
    for members in groups.values():
        if any(figure.cell[_APPRAISEE] is None for figure in members):
            parts.append(members)
            continue
        own: dict[str | None, list[Figure]] = {}
        for figure in members:
            own.setdefault(figure.cell[_APPRAISEE], []).append(figure)
        parts += own.values()
    return parts


def closed(figures: Sequence[Figure], gaps: Gaps) -> None:
    """Hide as few more figures as are needed so that nothing can be made of those shown."""
    taken: list[tuple[Figure, tuple[str, str | None, str | None, bool]]] = []
    while (gap := gaps.found()) is not None:
        involved, is_about_hidden = gap
        smallest = min(involved, key=_size)
        taken.append((smallest, (smallest.state, smallest.why, smallest.coarse, smallest.has_counts)))
        smallest.hide("complementary" if is_about_hidden else "difference")
    for figure, before in sorted(taken, key=lambda one: _size(one[0]), reverse=True):
        hidden = figure.state, figure.why, figure.coarse, figure.has_counts
        figure.state, figure.why, figure.coarse, figure.has_counts = before
        if gaps.found() is not None:
            figure.state, figure.why, figure.coarse, figure.has_counts = hidden
    while (levels := gaps.of_levels()) is not None:
        min(levels, key=_size).has_counts = False


def _size(figure: Figure) -> tuple[int, int]:
    return figure.n_valid, figure.place


def _at(question: str | None, atom: Atom) -> Atom:
    return f"{'*' if question is None else f'{len(question)}:{question}'}@{atom}"


def _is_part(part: Figure, total: Figure, dimension: int) -> bool:
    same = all(part.cell[other] == total.cell[other] for other in _DIMENSIONS if other != dimension)
    return same and part.question == total.question and part.cell[dimension] is not None


def _within(part: Key, total: Key) -> bool:
    return all(above is None or above == below for above, below in zip(total, part, strict=True))
