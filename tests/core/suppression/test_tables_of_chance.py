"""For any table: nothing hidden can be worked out, by another solver than the room's own, and what is shown is unchanged."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from xiaoneng.core.suppression import Cells, Limits, Register, Release, admit, derivable, protect, publishable
from xiaoneng.core.suppression.releases import Admitted

LEAST = 5
COUNTS = st.one_of(st.integers(0, 8), st.integers(5, 60))


@st.composite
def two_way(draw: Any) -> dict[tuple[str | None, ...], int]:
    """Counts of a table with both margins and the total, some cells of it not listed."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    inner = {(f"r{r}", f"c{c}"): draw(COUNTS) for r in range(rows) for c in range(columns)}
    cells: dict[tuple[str | None, ...], int] = dict(inner)
    for r in range(rows):
        cells[f"r{r}", None] = sum(count for (row, _), count in inner.items() if row == f"r{r}")
    for c in range(columns):
        cells[None, f"c{c}"] = sum(count for (_, column), count in inner.items() if column == f"c{c}")
    cells[None, None] = sum(inner.values())
    return cells


def matrix(cells: Cells, names: list[Any]) -> tuple[Any, Any]:
    atoms = sorted(cells.ballots)
    rows = np.array([[float(atom in cells.atoms[name]) for atom in atoms] for name in names]).reshape(-1, len(atoms))
    return rows, np.array([float(cells.ballots[atom]) for atom in atoms])


def ends(rows: Any, truth: Any, wanted: Any) -> tuple[float, float]:
    """The least and greatest sum over the wanted atoms that fits what is shown; counts are not negative."""
    found = []
    for sign in (1, -1):
        given_rows = {"A_eq": rows, "b_eq": rows @ truth} if len(rows) else {}
        solved = linprog(sign * wanted, bounds=(0, None), method="highs", **given_rows)
        found.append(sign * solved.fun if solved.status == 0 else -sign * np.inf)
    return found[0], found[1]


@settings(max_examples=25)
@given(two_way())
def test_no_hidden_cell_nor_a_few_ballots_of_several_can_be_worked_out(counts: dict[Any, int]) -> None:
    cells = Cells.of(counts)
    found = protect(cells, least=LEAST)
    assert found.published | found.too_few | found.complementary == set(counts)
    assert found.too_few == {name for name, count in counts.items() if count < LEAST}
    rows, truth = matrix(cells, sorted(found.published, key=repr))
    for name in counts:
        if name not in found.published:
            low, high = ends(rows, truth, matrix(cells, [name])[0][0])
            assert high - low > 1 - 1e-6, name
    assert derivable(cells, found.published) == []
    # Every set of up to three hidden cells that holds a few ballots only: their sum stays unknown too.
    few = [name for name in counts if None not in name and name not in found.published]
    for several in itertools.chain(itertools.combinations(few, 2), itertools.combinations(few, 3)):
        if sum(counts[name] for name in several) < LEAST:
            wanted = sum(matrix(cells, [name])[0][0] for name in several)
            low, high = ends(rows, truth, wanted)
            assert high - low > 1 - 1e-6, several


@settings(max_examples=60)
@given(two_way())
def test_no_hidden_cell_could_be_shown_without_opening_a_gap(counts: dict[Any, int]) -> None:
    """What is hidden for others is needed: with it shown, something could be worked out (least by inclusion)."""
    cells = Cells.of(counts)
    found = protect(cells, least=LEAST)
    for name in found.complementary:
        again = protect(cells, least=LEAST, hidden=found.complementary - {name})
        assert again.published != found.published | {name}
    assert protect(cells, least=LEAST) == found


@settings(max_examples=60)
@given(st.lists(COUNTS, min_size=1, max_size=6), st.integers(0, 12))
def test_a_line_of_parts_and_their_total_holds(parts: list[int], rest: int) -> None:
    """Of one way there is a plain rule: what is not shown of a shown total holds nothing at all, or enough ballots."""
    counts: dict[Any, int] = {(f"p{place}",): count for place, count in enumerate(parts)}
    counts[(None,)] = sum(parts) + rest
    found = protect(Cells.of(counts), least=LEAST)
    if (None,) in found.published:
        left = counts[(None,)] - sum(counts[name] for name in found.published if name != (None,))
        is_whole = left == 0 and not found.too_few and not found.complementary
        assert is_whole or left >= LEAST


def figures(draw: Any) -> list[dict[str, Any]]:
    strata = draw(st.integers(1, 4))
    rows: list[dict[str, Any]] = []
    totals = [0] * 5
    for stratum in range(strata):
        of_level = draw(st.sampled_from([(0, 14), (0, 14), (0, 0), (0, 1)]))
        counts = [draw(st.integers(*of_level)) for _ in range(4)] + [draw(st.integers(0, 30))]
        totals = [one + other for one, other in zip(totals, counts, strict=True)]
        rows.append(_figure(f"s{stratum}", counts))
    return [_figure(None, totals), *rows]


def _figure(stratum: str | None, counts: list[int]) -> dict[str, Any]:
    n = sum(counts)
    mean = sum(level * count for level, count in enumerate(counts, 1)) / n if n else None
    return {
        "group": "g",
        "appraisee": "a",
        "question": None,
        "stratum": stratum,
        "n_valid": n,
        "eligible": 300,
        "estimate": mean,
        "standard_error": 0.1,
        "counts": counts,
    }


@settings(max_examples=150)
@given(st.data())
def test_figures_that_are_shown_are_unchanged_and_what_they_leave_over_is_neither_few_nor_unanimous(data: Any) -> None:
    rows = figures(data.draw)
    told = publishable(rows, Limits("public"))
    assert told == publishable(rows, Limits("public"))
    exact = [(row, out) for row, out in zip(rows, told, strict=True) if out["why"] is None]
    for row, out in exact:
        assert (out["n_valid"], out["estimate"]) == (row["n_valid"], row["estimate"])
        assert out["counts"] in (None, row["counts"])
        assert row["n_valid"] >= 5
        assert max(row["counts"]) < row["n_valid"] - 1
    for out in told:
        if out["is_hidden"]:
            assert [out[name] for name in ("n_valid", "estimate", "standard_error", "counts")] == [None] * 4
        if out["counts"]:
            assert out["n_valid"] >= 30
    if told[0]["why"] is not None:
        return
    parts = [row["counts"] for row, out in exact if out["stratum"] is not None]
    left = [one - sum(part[level] for part in parts) for level, one in enumerate(rows[0]["counts"])]
    assert sum(left) == 0 or (sum(left) >= 5 and max(left) < sum(left) - 1)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 15), min_size=3, max_size=6), st.integers(0, 10**6))
def test_no_run_of_releases_tells_of_a_few(ballots: list[int], seed: int) -> None:
    """Filters drawn at random, asked for one after the other: of those admitted, no set of fewer than ten ballots follows."""
    chance, register = random.Random(seed), Register()
    atoms = {f"a{place}": count for place, count in enumerate(ballots)}
    names = sorted(atoms)
    admitted = []
    for number in range(8):
        chosen = tuple(name for name in names if chance.random() < 0.6)
        found = admit(register, Release(str(number), "t", "2026", {"one": chosen}, atoms), Limits("staff_on_leaders"))
        if isinstance(found, Admitted):
            register = Register.from_json(found.register.to_json())
            admitted.append([float(name in chosen) for name in names])
    rows = np.array(admitted).reshape(-1, len(names))
    for size in range(1, len(names) + 1):
        for few in itertools.combinations(names, size):
            if sum(atoms[name] for name in few) < 10:
                others = [place for place, name in enumerate(names) if name not in few]
                # A combination that is nought outside of the few exists where leaving their columns out lowers the rank.
                outside = np.linalg.matrix_rank(rows[:, others]) if others and len(rows) else 0
                assert (np.linalg.matrix_rank(rows) if len(rows) else 0) == outside, few


def test_empty_cells_protect_nobody() -> None:
    """7 + 0 hidden together would leave 7 to whoever knows that nobody else was there: with a limit of 5 it may be told.

    3 + 0 may not: the next smallest is hidden too.
    """
    counts: dict[Any, int] = {("a",): 3, ("b",): 0, ("c",): 20, ("d",): 30, (None,): 53}
    found = protect(Cells.of(counts), least=LEAST)
    assert found.complementary == {("c",)}
    assert derivable(Cells.of(counts), [(None,), ("c",), ("d",), ("a",)]) == [("b",)]


def test_a_count_that_only_nought_fixes_is_found() -> None:
    """a + b = 0 is shown: neither can be anything but nought, though no subtraction gives a by itself."""
    cells = Cells.of({("x", "a"): 0, ("x", "b"): 0, ("y", "a"): 9, ("y", "b"): 9, ("x", None): 0, (None, "a"): 9})
    assert derivable(cells, [("x", None)]) == [("x", "a"), ("x", "b")]
    assert ("y", "a") in derivable(cells, [("x", None), (None, "a")])


@pytest.mark.parametrize("least", [5, 10])
def test_hiding_starts_with_the_smallest(least: int) -> None:
    """One cell of four is too small; the smallest of the others in its line and column are hidden with it: a block of four."""
    inner = {("r0", "c0"): 2, ("r0", "c1"): 20, ("r0", "c2"): 50, ("r1", "c0"): 30, ("r1", "c1"): 40, ("r1", "c2"): 60}
    counts: dict[Any, int] = dict(inner)
    for name in ("r0", "r1"):
        counts[name, None] = sum(count for (row, _), count in inner.items() if row == name)
    for name in ("c0", "c1", "c2"):
        counts[None, name] = sum(count for (_, column), count in inner.items() if column == name)
    counts[None, None] = sum(inner.values())
    found = protect(Cells.of(counts), least=least)
    assert found.complementary == {("r0", "c1"), ("r1", "c0"), ("r1", "c1")}
