"""The attacker: takes every order and every value that two databases show, and links persons to ballots by them.

An order is any number, place or text by which persons, or ballots, can be sorted. The attacker knows that whoever came
early for a token comes early to vote, so the first person belongs to the first ballot, and so on; he tries every order of
persons against every order of ballots, forwards and backwards. Without knowledge, one link in a whole matching is right on
average, whatever their number (Montmort 1708), nearly Poisson distributed; and ranks of n pairs that have nothing to do
with each other have a correlation with the standard error 1 / sqrt(n - 1) (Spearman 1904; Kendall 1948).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import norm, poisson

from .pages import cells

ERROR = 1e-3  # chance that the whole attack is called a success though it only guessed

Orders = dict[str, dict[Hashable, Any]]


class Attack(NamedTuple):
    """What the best of all attempts reached."""

    attempts: int
    most_links: int  # right ones
    links_by_chance: int  # as many, or more, come up by guessing with probability ERROR in any of the attempts
    strongest: float  # correlation of ranks
    strongest_by_chance: float
    best: str

    @property
    def is_no_better_than_chance(self) -> bool:
        return self.most_links < self.links_by_chance and self.strongest < self.strongest_by_chance


def sqlite_orders(file: Path, table: str, identity: int, keep: Any = None) -> Orders:
    """Every order in which the rows of a table lie in a file, by the value in column `identity`."""
    found = [cell for cell in cells(file, table) if keep is None or keep(cell.values)]
    orders: Orders = {
        "place": {cell.values[identity]: step for step, cell in enumerate(found)},
        "offset": {cell.values[identity]: (cell.page, -cell.offset) for cell in found},
        "offset alone": {cell.values[identity]: (-cell.offset, cell.page) for cell in found},
    }
    if any(cell.rowid is not None for cell in found):
        orders["rowid"] = {cell.values[identity]: cell.rowid for cell in found}
    for column in range(len(found[0].values) if found else 0):
        orders[f"column {column}"] = {cell.values[identity]: cell.values[column] for cell in found}
    return orders


def raw_orders(files: Iterable[Path], needles: Sequence[Hashable]) -> Orders:
    """Where the identities stand in whole files, byte by byte: databases, journals, logs, copies, free pages."""
    orders: Orders = {}
    for file in files:
        data = file.read_bytes()
        is_text = b"\0" not in data
        first: dict[Hashable, Any] = {}
        last: dict[Hashable, Any] = {}
        for needle in needles:
            sought = needle.encode() if isinstance(needle, str) else needle
            assert isinstance(sought, bytes)
            for form in (sought, sought.hex().encode()) if is_text else (sought,):  # as a log would write it
                if (at := data.find(form)) >= 0:
                    first[needle], last[needle] = at, data.rfind(form)
                    break
        if first:
            orders |= {f"first byte in {file.name}": first, f"last byte in {file.name}": last}
    return orders


def common_values(persons: Sequence[Sequence[Any]], ballots: Sequence[Sequence[Any]]) -> list[Any]:
    """Values that mark one person out and one ballot out, in whatever columns."""

    def single(rows: Sequence[Sequence[Any]]) -> set[Any]:
        counted = Counter(value for row in rows for value in set(row) if value not in (None, "", b""))
        return {value for value, times in counted.items() if times == 1}

    return sorted(single(persons) & single(ballots), key=repr)


def attack(persons: Orders, ballots: Orders, truth: Mapping[Hashable, Hashable]) -> Attack:
    """Try every order of persons against every order of ballots. Only the score knows the truth: person -> ballot."""
    number = {one: place for place, one in enumerate(truth)}
    of_ballot = {ballot: number[one] for one, ballot in truth.items()}
    mine, cast = _sorted(persons, number), _sorted(ballots, of_ballot)
    scored = [
        (*_matched(one, other, len(truth)), f"{name} x {another}")
        for name, one in mine.items()
        for another, other in cast.items()
    ]
    attempts = 3 * len(scored)
    smallest = min(len(order) for order in (*mine.values(), *cast.values()))
    most = max(scored)
    bound = int(poisson.isf(ERROR / attempts, 1)) + 1
    limit = float(norm.isf(ERROR / attempts / 2) / np.sqrt(max(smallest - 1, 1)))
    return Attack(attempts, most[0], bound, max(rho for _, rho, _ in scored), limit, most[2])


def _sorted(orders: Orders, number: Mapping[Hashable, int]) -> dict[str, np.ndarray[Any, Any]]:
    """The numbers of the true pairs in each order, without orders that say nothing or cannot be sorted by."""
    found = {}
    for name, order in orders.items():
        if len({repr(value) for value in order.values()}) < 2:
            continue
        try:
            found[name] = np.array([number[one] for one in sorted(order, key=order.__getitem__) if one in number])
        except TypeError:
            continue
    return found


def _matched(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any], pairs: int) -> tuple[int, float]:
    """Right links, forwards, backwards and from the end, and the correlation of the ranks of each person and their own ballot."""
    most = min(len(one), len(other))
    links = max(
        int((first[:most] == second[:most]).sum())
        for first, second in ((one, other), (one[::-1], other), (one[::-1], other[::-1]))
    )
    ranks = np.full((2, pairs), np.nan)
    ranks[0, one], ranks[1, other] = np.arange(len(one)), np.arange(len(other))
    known = ranks[:, ~np.isnan(ranks).any(axis=0)]
    return links, abs(float(np.corrcoef(known)[0, 1])) if known.shape[1] > 2 else 0.0
