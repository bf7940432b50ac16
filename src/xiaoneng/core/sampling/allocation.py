"""How many are drawn in each stratum: exact integers by Wright's priority rule, under a cap on the share of cadres.

Neyman (1934, J. R. Statist. Soc. 97, 558-625): n_h in proportion to N_h S_h. Wright (2012, Amer. Statist. 66, 217-224; 2014, Census
Bureau Research Report 2014-07): whole numbers that make the variance least come from giving one unit after the other to
the stratum with the largest N_h S_h / sqrt(a_h (a_h + 1)).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NoReturn

from ..errors import AllocationError

Method = Literal["neyman", "proportional", "equal"]
METHODS: tuple[Method, ...] = ("neyman", "proportional", "equal")
FLOOR = 2  # fewer leave no variance within the stratum


@dataclass(frozen=True)
class Stratum:
    """A stratum, or the cadres or the others of one.

    Units   population: units that may be drawn; spread: expected standard deviation S_h of the score, None is unknown
    """

    name: str
    population: int
    spread: float | None = None
    is_cadre: bool = False


@dataclass(frozen=True)
class CadreCap:
    """The largest share of cadres, in the whole panel and, where wanted, in every stratum as well; from 0 to 1."""

    overall: float | None = None
    per_stratum: float | None = None


@dataclass(frozen=True)
class Allocation:
    """How many are drawn in each stratum, in the order in which the strata were given.

    Out     sizes: n_h; uncapped: n_h without the cap; moved: units that the cap took from cadres and gave to others
    """

    strata: tuple[Stratum, ...]
    sizes: tuple[int, ...]
    uncapped: tuple[int, ...]

    @property
    def cadres(self) -> int:
        return sum(size for one, size in zip(self.strata, self.sizes, strict=True) if one.is_cadre)

    @property
    def moved(self) -> int:
        rows = zip(self.strata, self.sizes, self.uncapped, strict=True)
        return sum(before - size for one, size, before in rows if one.is_cadre)


def allocate(
    strata: Sequence[Stratum],
    *,
    sample_size: int,
    method: Method = "neyman",
    floor: int = FLOOR,
    cap: CadreCap | None = None,
) -> Allocation:
    """Whole numbers n_h that add up to the sample size, between min(floor, N_h) and N_h.

    In      strata: names are unique, but for the cadres and the others of one stratum, which share theirs
    Out     with `neyman` the variance of the estimate is the least possible; `proportional` is the same with equal spreads,
            `equal` with equal N_h S_h. Ties go to the larger stratum, then to others before cadres, then by name, so that
            the order of the strata does not matter
    Empty   a stratum without units gets 0. Unknown spreads: see with_known_spreads
    Raises  AllocationError where floors, populations or the cap leave no such numbers; it says what would
    Source  docs/methods/sampling.md, "How many in each stratum"
    """
    _check(strata, sample_size, method, floor)
    weighed = with_known_spreads(strata) if method == "neyman" else tuple(strata)
    goods = tuple(_good(one, method) for one in weighed)
    uncapped = _given(weighed, goods, sample_size, floor, CadreCap())
    sizes = _given(weighed, goods, sample_size, floor, cap) if cap else uncapped
    return Allocation(tuple(strata), tuple(sizes), tuple(uncapped))


def neyman_shares(strata: Sequence[Stratum], *, sample_size: int) -> tuple[float, ...]:
    """The real-valued n_h = n N_h S_h / sum N_k S_k, before rounding and without bounds (Neyman 1934)."""
    goods = [one.population * (one.spread or 0.0) for one in with_known_spreads(strata)]
    return tuple(sample_size * good / sum(goods) for good in goods)


def with_known_spreads(
    strata: Sequence[Stratum], *, last_round: Mapping[str, float] | None = None
) -> tuple[Stratum, ...]:
    """The strata, each with a spread: its own, else last round's, else the mean of the known ones by population.

    Empty   where no spread is known, or all are 0, every stratum gets 1: Neyman's rule then is proportional
    """
    last = last_round or {}
    found = [last.get(one.name) if one.spread is None else one.spread for one in strata]
    known = [(one.population, spread) for one, spread in zip(strata, found, strict=True) if spread is not None]
    total = sum(size for size, _ in known)
    mean = sum(size * spread for size, spread in known) / total if total else 0.0
    usable = mean > 0
    spreads = [(mean if spread is None else spread) if usable else 1.0 for spread in found]
    return tuple(
        Stratum(one.name, one.population, spread, one.is_cadre) for one, spread in zip(strata, spreads, strict=True)
    )


def joint_spreads(
    populations: Sequence[int], items: Sequence[Sequence[float]], *, how: Literal["largest", "mean"] = "largest"
) -> tuple[float, ...]:
    """One spread a stratum for a ballot of several items.

    In      items: for each item its spreads, one a stratum
    Out     `largest`: the largest of the items' spreads; `mean`: the mean over the items of N_h S_h / sum N_k S_k, divided
            by N_h again, so that an item with a wide scale does not outweigh the others
    Source  Cochran (1977), Sampling Techniques, 5A.3-5A.4
    """
    if how == "largest":
        return tuple(max(spreads) for spreads in zip(*items, strict=True))
    means = [0.0] * len(populations)
    for spreads in items:
        goods = [size * spread for size, spread in zip(populations, spreads, strict=True)]
        total = math.fsum(goods) or 1.0
        means = [mean + good / total / len(items) for mean, good in zip(means, goods, strict=True)]
    return tuple(mean / size if size else 0.0 for mean, size in zip(means, populations, strict=True))


def standard_error(strata: Sequence[Stratum], sizes: Iterable[float]) -> float:
    """The standard error of a stratified mean, sqrt(sum (N_h/N)^2 (1 - n_h/N_h) S_h^2 / n_h); NaN where a stratum gives none."""
    total = sum(one.population for one in strata)
    variance = 0.0
    for one, size in zip(strata, sizes, strict=True):
        if one.population == 0:
            continue
        if size <= 0 or one.spread is None:
            return math.nan
        variance += (one.population / total) ** 2 * (1 - size / one.population) * one.spread**2 / size
    return math.sqrt(max(variance, 0.0))


def largest_whole(share: float, of: int) -> int:
    """The largest whole number that is no more than the share, read as the decimal that was written: 0.3 of 100 is 30."""
    return math.floor(Fraction(str(share)) * of)


def _good(one: Stratum, method: Method) -> float:
    if method == "proportional":
        return float(one.population)
    return 1.0 if method == "equal" else one.population * float(one.spread or 0.0)


def _check(strata: Sequence[Stratum], sample_size: int, method: str, floor: int) -> None:
    if method not in METHODS:
        raise AllocationError(f"there is no allocation {method!r}; write neyman, proportional or equal")
    keys = [(one.name, one.is_cadre) for one in strata]
    doubled = {key[0] for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
    if doubled:
        raise AllocationError(f"stratum {min(doubled)} is named twice; merge its rows")
    for one in strata:
        if one.population < 0 or (one.spread is not None and not 0 <= one.spread < math.inf):
            raise AllocationError(f"stratum {one.name}: population and spread must be 0 or more; correct them")
    if floor < 1:
        raise AllocationError(f"a floor of {floor} would leave strata without anybody; write 1 or more, 2 is usual")
    total, least = sum(one.population for one in strata), sum(min(floor, one.population) for one in strata)
    if sample_size > total:
        raise AllocationError(
            f"{sample_size} are to be drawn from {total}; write at most {total}, which asks everybody"
        )
    if sample_size < least:
        raise AllocationError(
            f"{sample_size} cannot be drawn from {len(strata)} strata with at least {floor} in each: "
            f"draw {least} or more, or merge strata"
        )


def _given(strata: Sequence[Stratum], goods: Sequence[float], sample_size: int, floor: int, cap: CadreCap) -> list[int]:
    """One unit after the other to the open stratum of the highest priority; what the cap closes waits until it reopens."""
    room = sample_size if cap.overall is None else largest_whole(cap.overall, sample_size)
    share = None if cap.per_stratum is None else Fraction(str(cap.per_stratum))
    _check_cap(strata, cap, room, sample_size, floor)
    others = {one.name: place for place, one in enumerate(strata) if not one.is_cadre}
    sizes, cadres = [0] * len(strata), 0

    def entry(place: int) -> tuple[float, ...]:
        size, one = sizes[place], strata[place]
        below = size < min(floor, one.population)
        root = math.sqrt(size * (size + 1)) or 1.0
        return (-1 if below else 0, -goods[place] / root, -one.population / root, -one.population, order[place], place)

    names = sorted(range(len(strata)), key=lambda place: (strata[place].is_cadre, strata[place].name))
    order = {place: number for number, place in enumerate(names)}
    heap = [entry(place) for place, one in enumerate(strata) if one.population > 0]
    heapq.heapify(heap)
    waiting: dict[str, int] = {}
    for _ in range(sample_size):
        while heap:
            place = int(heapq.heappop(heap)[-1])
            one = strata[place]
            if one.is_cadre and cadres >= room:
                continue
            if one.is_cadre and share is not None:
                beside = sizes[others[one.name]] if one.name in others else 0
                if sizes[place] + 1 > share * (sizes[place] + 1 + beside):
                    waiting[one.name] = place
                    continue
            break
        else:
            _refuse(strata, sizes, cap, sample_size)
        sizes[place] += 1
        cadres += one.is_cadre
        if sizes[place] < one.population:
            heapq.heappush(heap, entry(place))
        if not one.is_cadre and one.name in waiting:
            heapq.heappush(heap, entry(waiting.pop(one.name)))
    short = [one for one, size in zip(strata, sizes, strict=True) if size < min(floor, one.population)]
    if short:
        raise AllocationError(
            f"the cap leaves fewer than {floor} cadres in stratum {short[0].name}: draw more people, raise the cap, "
            "or merge strata"
        )
    return sizes


def _check_cap(strata: Sequence[Stratum], cap: CadreCap, room: int, sample_size: int, floor: int) -> None:
    for share in (cap.overall, cap.per_stratum):
        if share is not None and not 0 < share <= 1:
            raise AllocationError(f"a cap of {share} is no share; write one above 0 and up to 1, such as 0.3")
    cells = [one for one in strata if one.is_cadre and one.population > 0]
    least = sum(min(floor, one.population) for one in cells)
    if least > room:
        needed = math.ceil(least / Fraction(str(cap.overall)))
        raise AllocationError(
            f"a cap of {cap.overall} leaves {room} places of {sample_size} to cadres, and {len(cells)} strata of cadres need "
            f"{least}: draw {needed} or more, raise the cap, or merge strata of cadres"
        )
    others = {one.name for one in strata if not one.is_cadre and one.population > 0}
    alone = [one.name for one in cells if one.name not in others]
    if alone and cap.per_stratum is not None and cap.per_stratum < 1:
        raise AllocationError(
            f"stratum {alone[0]} holds cadres only, so that no cap within strata can hold there: merge it with a stratum "
            "of others, or cap the whole panel only"
        )


def _refuse(strata: Sequence[Stratum], sizes: Sequence[int], cap: CadreCap, sample_size: int) -> NoReturn:
    """Say that the cap leaves no more places."""
    others = sum(one.population for one in strata if not one.is_cadre)
    most = sum(sizes)
    if cap.overall is not None and cap.overall < 1:
        most = min(most, math.floor(others / (1 - Fraction(str(cap.overall)))))
    raise AllocationError(
        f"under the cap on cadres {sample_size} cannot be drawn, because only {others} others are in the frame: "
        f"draw {most} at most, raise the cap, or add others to the frame"
    )
