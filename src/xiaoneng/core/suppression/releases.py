"""The register of what was released: a new figure is refused where its difference to former ones tells of a few ballots.

The register is plain data that its keeper stores; it is given in and handed back. Ballots are described by disjoint sets
(atoms: a stratum of an appraisee in a round ...) with their counts, and never one by one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import RegisterError
from .algebra import isolating
from .limits import Limits

_VERSION = 1


@dataclass(frozen=True)
class Release:
    """Figures that are to be released together.

    In      name: of the release; team: whose figures they are; period: the round or month they are of; cells: figure -> the
            atoms that it covers; ballots: atom -> valid ballots now; changed: former period of the team -> how many persons
            have joined or left since
    """

    name: str
    team: str
    period: str
    cells: Mapping[str, Sequence[str]]
    ballots: Mapping[str, int]
    changed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Register:
    """What was released so far.

    Out     layers: atom -> the ballots that came by each release; figures: the layers that each released figure is the sum
            of; periods: team -> the periods released
    """

    layers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    figures: tuple[frozenset[str], ...] = ()
    periods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> str:
        """The register as text; the same register gives the same text."""
        told = {
            "version": _VERSION,
            "layers": {atom: list(layers) for atom, layers in sorted(self.layers.items())},
            "figures": [sorted(figure) for figure in self.figures],
            "periods": {team: list(periods) for team, periods in sorted(self.periods.items())},
        }
        return json.dumps(told, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Register:
        """The register that such a text holds.

        Raises  RegisterError where it holds none: nothing must be released then, for nobody knows what was released before
        """
        try:
            told: dict[str, Any] = json.loads(text)
            if told["version"] != _VERSION:
                raise ValueError(f"version {told['version']}")
            layers = {str(atom): tuple(int(count) for count in counts) for atom, counts in told["layers"].items()}
            figures = tuple(frozenset(str(layer) for layer in figure) for figure in told["figures"])
            periods = {str(team): tuple(str(period) for period in listed) for team, listed in told["periods"].items()}
            register = cls(layers, figures, periods)
            _ = [register.weigh(figure) for figure in figures]
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise RegisterError(
                f"register of releases: it cannot be read ({error}); restore it before anything is released"
            ) from error
        return register

    def weigh(self, layers: frozenset[str]) -> int:
        """The ballots of a set of layers."""
        total = 0
        for layer in layers:
            atom, _, number = layer.rpartition("#")
            total += self.layers[atom][int(number)]
        return total


@dataclass(frozen=True)
class Admitted:
    """The release may go out; `register` is the register with it."""

    register: Register


@dataclass(frozen=True)
class Refused:
    """The release must not go out; `reason` is a sentence's code after `suppression_refused_`, `figures` are those it is for.

    Out     reason: too_few, difference, running (ballots of the same round added a few at a time), shrunk (ballots were taken
            out of what was published), membership (of a team, from period to period), membership_unknown
    """

    reason: str
    figures: tuple[str, ...] = ()


def admit(register: Register, release: Release, limits: Limits) -> Admitted | Refused:
    """Whether figures may be released after all that was released before.

    They may not where a figure, or any combination of it with others and former ones, tells of fewer ballots than the limits
    allow; or where so few persons joined or left the team since a former period that the two tell of these.

    Raises  RegisterError where a figure covers a set of ballots whose number is not given
    """
    limits.check()
    _check(release)
    if (refused := _membership(register, release, limits)) is not None:
        return refused
    layers = dict(register.layers)
    used = sorted({atom for covered in release.cells.values() for atom in covered})
    for atom in used:
        before = sum(layers.get(atom, ()))
        if release.ballots[atom] < before:
            # Which of the released ballots are gone is not known, so neither is what the difference would tell.
            return Refused("shrunk", tuple(sorted(name for name, covered in release.cells.items() if atom in covered)))
        if release.ballots[atom] > before or atom not in layers:
            layers[atom] = (*layers.get(atom, ()), release.ballots[atom] - before)
    grown = replace(register, layers=layers)
    names = sorted(release.cells)
    rows = {
        name: frozenset(f"{atom}#{number}" for atom in release.cells[name] for number in range(len(layers[atom])))
        for name in names
    }
    few = tuple(name for name in names if grown.weigh(rows[name]) < limits.min_cell)
    if few:
        return Refused("too_few", few)
    fresh = [row for row in dict.fromkeys(rows.values()) if row not in register.figures]
    leak = isolating([*register.figures, *fresh], grown.weigh, limits.min_cell)
    if leak is not None:
        is_running = all(not layer.endswith("#0") for layer in leak.atoms)
        touched = {(*register.figures, *fresh)[place] for place in leak.rows}
        return Refused("running" if is_running else "difference", tuple(n for n in names if rows[n] in touched))
    listed = register.periods.get(release.team, ())
    periods = {**register.periods, release.team: tuple(dict.fromkeys((*listed, release.period)))}
    return Admitted(replace(grown, figures=(*register.figures, *fresh), periods=periods))


def _membership(register: Register, release: Release, limits: Limits) -> Refused | None:
    for period in register.periods.get(release.team, ()):
        if period == release.period:
            continue
        changed = release.changed.get(period)
        if changed is None:
            return Refused("membership_unknown")
        if 0 < changed < limits.min_cell:
            return Refused("membership")
    return None


def _check(release: Release) -> None:
    for name, covered in release.cells.items():
        for atom in covered:
            count = release.ballots.get(atom)
            if type(count) is not int or count < 0:
                raise RegisterError(
                    f"release {release.name}: the figure {name} covers {atom}, whose ballots are {count}; give their number"
                )
    for period, changed in release.changed.items():
        if type(changed) is not int or changed < 0:
            raise RegisterError(
                f"release {release.name}: {changed!r} persons joined or left since {period}; give a number from 0 on"
            )
