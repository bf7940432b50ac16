"""Whole numbers by the priority rule: as a plain loop gives them, within their bounds, of least variance, under the caps."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xiaoneng.core.errors import AllocationError
from xiaoneng.core.sampling import CadreCap, Stratum, allocate, standard_error

SPREADS = st.sampled_from([0.5, 1.0, 2.0, 7.5, 40.0])
STRATA = st.lists(st.tuples(st.integers(0, 30), SPREADS), min_size=1, max_size=7)


def named(rows: Sequence[tuple[int, float]]) -> list[Stratum]:
    return [Stratum(f"s{number}", size, spread) for number, (size, spread) in enumerate(rows)]


def plain_loop(strata: Sequence[Stratum], sample_size: int) -> list[int]:
    """Wright (2012): from two in each (or all), one unit at a time to the largest N S / sqrt(a (a + 1))."""
    sizes = [min(2, one.population) for one in strata]
    while sum(sizes) < sample_size:
        best, place = (-1.0, -1), -1
        for number, (one, size) in enumerate(zip(strata, sizes, strict=True)):
            if size < one.population:
                good = (one.population * float(one.spread or 0) / math.sqrt(size * (size + 1)), one.population)
                if good > best:
                    best, place = good, number
        sizes[place] += 1
    return sizes


@given(STRATA, st.data())
def test_the_heap_gives_what_a_plain_loop_gives(rows: list[tuple[int, float]], data: st.DataObject) -> None:
    strata = named(rows)
    least, most = sum(min(2, size) for size, _ in rows), sum(size for size, _ in rows)
    assume(most > 0)
    sample_size = data.draw(st.integers(max(least, 1), most))
    found = allocate(strata, sample_size=sample_size)
    assert sum(found.sizes) == sample_size
    assert all(min(2, one.population) <= size <= one.population for one, size in zip(strata, found.sizes, strict=True))
    assert list(found.sizes) == plain_loop(strata, sample_size)


@given(st.lists(st.tuples(st.integers(3, 9), SPREADS), min_size=2, max_size=3), st.data())
def test_no_other_whole_numbers_have_a_smaller_variance(rows: list[tuple[int, float]], data: st.DataObject) -> None:
    strata = named(rows)
    sample_size = data.draw(st.integers(2 * len(rows), sum(size for size, _ in rows)))
    ranges = [range(2, size + 1) for size, _ in rows]
    best = min(standard_error(strata, sizes) for sizes in itertools.product(*ranges) if sum(sizes) == sample_size)
    assert standard_error(strata, allocate(strata, sample_size=sample_size).sizes) == pytest.approx(best, abs=1e-12)


@given(STRATA, st.permutations(range(7)), st.sampled_from(["neyman", "proportional", "equal"]))
def test_the_order_of_the_strata_decides_nothing(
    rows: list[tuple[int, float]], order: list[int], method: object
) -> None:
    strata = named(rows)
    sample_size = (sum(min(2, size) for size, _ in rows) + sum(size for size, _ in rows) + 1) // 2
    assume(sample_size > 0)
    turned = [strata[place] for place in order if place < len(strata)]
    straight = allocate(strata, sample_size=sample_size, method=method)  # type: ignore[arg-type]
    other = allocate(turned, sample_size=sample_size, method=method)  # type: ignore[arg-type]
    assert dict(zip(strata, straight.sizes, strict=True)) == dict(zip(turned, other.sizes, strict=True))


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), SPREADS), min_size=1, max_size=5),
    st.sampled_from([0.1, 0.25, 0.3, 0.5, 0.9]),
    st.sampled_from([None, 0.2, 0.5]),
    st.integers(1, 150),
)
def test_a_cap_holds_exactly_or_is_refused(
    rows: list[tuple[int, int, float]], overall: float, within: float | None, sample_size: int
) -> None:
    """The shares are compared as fractions, so that 0.3 of 100 is 30 and not 29."""
    strata = [
        stratum
        for number, (cadres, others, spread) in enumerate(rows)
        for stratum in (Stratum(f"s{number}", cadres, spread, True), Stratum(f"s{number}", others, spread))
    ]
    cap = CadreCap(overall, within)
    try:
        found = allocate(strata, sample_size=sample_size, cap=cap)
    except AllocationError:
        assume(False)
    assert sum(found.sizes) == sample_size
    assert Fraction(found.cadres, sample_size) <= Fraction(str(overall))
    assert all(min(2, one.population) <= size <= one.population for one, size in zip(strata, found.sizes, strict=True))
    for cadres, others in zip(found.sizes[::2], found.sizes[1::2], strict=True):
        assert within is None or Fraction(cadres) <= Fraction(str(within)) * (cadres + others)


def test_thousands_of_strata_take_a_moment() -> None:
    strata = [Stratum(f"s{number}", 100 + number % 50, 1.0 + number % 7) for number in range(5000)]
    began = time.perf_counter()
    found = allocate(strata, sample_size=50_000)
    assert time.perf_counter() - began < 10
    assert sum(found.sizes) == 50_000


@pytest.mark.parametrize(
    ("strata", "given_", "told"),
    [
        ([Stratum("a", 5)], {"sample_size": 6}, "6 are to be drawn from 5; write at most 5"),
        ([Stratum("a", 5), Stratum("b", 5)], {"sample_size": 3}, "draw 4 or more, or merge strata"),
        ([Stratum("a", 5), Stratum("a", 5)], {"sample_size": 4}, "stratum a is named twice; merge"),
        ([Stratum("a", -1)], {"sample_size": 1}, "population and spread must be 0 or more"),
        ([Stratum("a", 5, math.inf)], {"sample_size": 2}, "population and spread must be 0 or more"),
        ([Stratum("a", 5)], {"sample_size": 2, "floor": 0}, "a floor of 0 would leave strata without anybody"),
        ([Stratum("a", 5)], {"sample_size": 2, "method": "best"}, "there is no allocation 'best'"),
        ([Stratum("a", 5)], {"sample_size": 2, "cap": CadreCap(overall=30)}, "a cap of 30 is no share"),
        (
            [Stratum("a", 5, None, True), Stratum("b", 5)],
            {"sample_size": 4, "cap": CadreCap(per_stratum=0.5)},
            "stratum a holds cadres only",
        ),
        (
            [Stratum("a", 5, None, True), Stratum("a", 1), Stratum("b", 50)],
            {"sample_size": 20, "cap": CadreCap(per_stratum=0.5)},
            "the cap leaves fewer than 2 cadres in stratum a",
        ),
    ],
)
def test_what_cannot_be_allocated_is_refused_with_what_to_do(
    strata: list[Stratum], given_: dict[str, object], told: str
) -> None:
    with pytest.raises(AllocationError, match=told):
        allocate(strata, **given_)  # type: ignore[arg-type]
