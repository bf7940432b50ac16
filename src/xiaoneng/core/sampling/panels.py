"""Whom each drawn person is asked about: the agencies that served them first, then those with the fewest raters so far."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..engine import Engine, Table
from ..errors import DrawError
from ..tables import ASSIGNMENTS, DRAWN, EXPERIENCES
from .drawing import Conflict


@dataclass(frozen=True)
class Person:
    """A drawn unit: its key, the agencies that served it, and those that it may not rate."""

    key: str
    experienced: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Assigned:
    """An agency that a person is asked about, and whether it served the person."""

    agency: str
    is_experienced: bool


def assign_agencies(
    people: Iterable[Person], agencies: Sequence[str], *, per_person: int, seed: str, only_experienced: bool = False
) -> dict[str, tuple[Assigned, ...]]:
    """At most `per_person` agencies for each person, in the order in which they are asked.

    In      seed: decides ties and orders, by SHA-256, so that neither list's order matters; only_experienced: ask nobody
            about an agency that did not serve them
    Out     person key -> agencies. Experienced ones come first; where there are more than fit, those with the fewest raters so
            far are taken. The others fill up with the fewest raters so far: without bars and experiences the numbers of raters of
            two agencies differ by one at most. The order of asking is drawn for each person anew
    Raises  DrawError where there is no agency or no place
    Source  docs/methods/sampling.md, "Panels for several agencies"
    """
    if per_person < 1 or not agencies:
        raise DrawError("nobody can be asked about no agency; name the agencies and write at least 1 a person")
    known = sorted(set(agencies))
    raters = dict.fromkeys(known, 0)
    turn = sorted(people, key=lambda person: (_hash(seed, "turn", person.key), person.key))
    taken: dict[str, list[Assigned]] = {}
    for person in turn:  # everybody's experiences first: they cannot be moved to another
        mine = [agency for agency in known if agency in person.experienced - person.barred]
        taken[person.key] = [Assigned(agency, True) for agency in _fewest(mine, per_person, raters, seed, person.key)]
    if not only_experienced:
        for person in turn:
            held = {one.agency for one in taken[person.key]}
            free = [agency for agency in known if agency not in held and agency not in person.barred]
            more = _fewest(free, per_person - len(held), raters, seed, person.key)
            taken[person.key] += [Assigned(agency, False) for agency in more]
    return {
        key: tuple(sorted(mine, key=lambda one: _hash(seed, "asked", key, one.agency)))
        for key, mine in sorted(taken.items())
    }


def _fewest(agencies: Sequence[str], most: int, raters: dict[str, int], seed: str, key: str) -> list[str]:
    """The agencies with the fewest raters so far, ties by hash; they count one rater more."""
    chosen = sorted(agencies, key=lambda agency: (raters[agency], _hash(seed, "chosen", key, agency)))[: max(most, 0)]
    for agency in chosen:
        raters[agency] += 1
    return chosen


def assignments(
    engine: Engine,
    drawn: Table,
    experiences: Table,
    agencies: Sequence[str],
    *,
    per_person: int,
    seed: str,
    conflicts: Sequence[Conflict] = (),
    only_experienced: bool = False,
) -> Table:
    """ASSIGNMENTS of all drawn units, reserve included: nobody rates their own agency, nor one that a conflict names.

    In      drawn: DRAWN; experiences: EXPERIENCES
    """
    DRAWN.check(drawn)
    EXPERIENCES.check(experiences)
    served: dict[str, set[str]] = {}
    mine = engine.stage("sampling/drawn_experiences", experiences=experiences, drawn=drawn)
    for row in mine.rows():
        served.setdefault(row["person_key"], set()).add(row["agency"])
    mine.drop()
    barred: dict[str, set[str]] = {}
    for one in conflicts:
        barred.setdefault(one.person_key, set()).update([one.agency] if one.agency else agencies)
    people = []
    for row in drawn.arrow(columns=["person_key", "own_agency"]).to_pylist():
        key, own = row["person_key"], row["own_agency"]
        closed = barred.get(key, set()) | ({own} if own else set())
        people.append(Person(key, frozenset(served.get(key, ())), frozenset(closed)))
    found = assign_agencies(people, agencies, per_person=per_person, seed=seed, only_experienced=only_experienced)
    rows = [
        {"person_key": key, "agency": one.agency, "place": place, "is_experienced": one.is_experienced}
        for key, asked in found.items()
        for place, one in enumerate(asked, 1)
    ]
    return engine.from_rows(ASSIGNMENTS, rows)


def raters_by_agency(assigned: Mapping[str, Sequence[Assigned]]) -> dict[str, int]:
    """How many are asked about each agency."""
    counts: dict[str, int] = {}
    for mine in assigned.values():
        for one in mine:
            counts[one.agency] = counts.get(one.agency, 0) + 1
    return dict(sorted(counts.items()))


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()
