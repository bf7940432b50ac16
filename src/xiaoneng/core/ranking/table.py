"""Ranks of a table of units, inside their groups; who has too little to be ranked is listed with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..engine import Engine, Pick, Table
from ..errors import RankingError
from ..tables import RANKS, SCORED_UNITS
from .counts import count_rank_sets
from .sets import RankSets, rank_sets
from .tiers import NOT_RANKED, tiers, top_set

FEWEST_BALLOTS = 30  # effective number below which a unit is listed and not ranked
_MISSING = ("NA", "N/A", "nan", "NaN", "NULL", "null", "-", "–", "—")


def ranks(
    engine: Engine,
    scores: Table,
    *,
    level: float = 0.95,
    replicates: int = 10_000,
    seed: int = 1,
    top: int | None = None,
    are_counts: bool = False,
) -> Table:
    """The range of ranks of every unit, its tier, and whether it may be among the `top` best of its group.

    In      scores: SCORED_UNITS; are_counts: the scores are numbers of votes for one of several answers, ranked exactly
    Out     RANKS, group by group, ranked units first, higher scores first; the order of the rows given sways nothing
    Empty   a unit without score, standard error or with fewer than 30 effective ballots is not ranked, takes no part in the
            sets of the others and says why
    Raises  TableShapeError where `scores` is not SCORED_UNITS; RankingError where a unit comes twice or a figure is impossible
    Source  docs/methods/ranking.md
    """
    SCORED_UNITS.check(scores)
    units = sorted(
        scores.rows(), key=lambda row: (row["rank_group"] is None, row["rank_group"] or "", row["unit"] or "")
    )
    _check(units)
    groups: dict[str | None, list[dict[str, Any]]] = {}
    for unit in units:
        groups.setdefault(unit["rank_group"], []).append(dict(unit))
    found = []
    for members in groups.values():
        for unit in members:
            unit["why_not_ranked"] = _why_not(unit, are_counts)
        ranked = [unit for unit in members if unit["why_not_ranked"] is None]
        sets = _sets(ranked, level=level, replicates=replicates, seed=seed, are_counts=are_counts)
        _fill(ranked, sets, top)
        for unit in members:
            unit.setdefault("tier", NOT_RANKED)
            unit["ranked_units"] = len(ranked)
        found += sorted(members, key=lambda unit: (unit["tier"] == NOT_RANKED, -_known(unit["score"]), unit["unit"]))
    return engine.from_rows(RANKS, found)


def read_scores(
    engine: Engine,
    rows: Table,
    *,
    columns: Mapping[str, str],
    where: str,
) -> Table:
    """The rows of a file as SCORED_UNITS.

    In      columns: column of SCORED_UNITS -> column of the file; unit and score must be among them; where: name of the file
    Raises  RankingError where a column is not there, a unit has no id or comes twice, or a figure is no number or negative
    """
    known = [name for name in rows.columns if not name.startswith("_")]
    for field, column in columns.items():
        if column not in known:
            raise RankingError(f"{where}: there is no column {column} (for {field}); it has {', '.join(known)}")
    picks = {
        name: Pick(columns[name], () if name == "unit" else _MISSING) if name in columns else None
        for name in SCORED_UNITS.names
    }
    picked = engine.picked("given", rows, picks, line="+2")  # the head is line 1
    read = engine.stage("ranking/scored_units", given=picked)
    listed = read.rows()
    for row in listed:
        at = f"{where}, line {row['line']}"
        if row["is_without_unit"]:
            raise RankingError(f"{at}: no {columns['unit']}; give every row its own")
        if row["is_repeated"]:
            raise RankingError(f"{where}: {columns['unit']} {row['unit']} comes more than once; keep one row for it")
        if row["not_a_number"] is not None:
            raise RankingError(
                f"{at}: {row['not_a_number']!r} is not a number; correct it, or leave it empty where it is not known"
            )
        for field in ("standard_error", "n_eff"):
            if row[field] is not None and row[field] < 0:
                raise RankingError(f"{at}: {columns[field]} is {row[field]:g} and cannot be negative; correct it")
    if not listed:
        raise RankingError(f"{where}: there is no row; give one for every unit")
    kept = [{name: row[name] for name in SCORED_UNITS.names} for row in listed]
    read.drop()
    picked.drop()
    return engine.from_rows(SCORED_UNITS, kept)


def _check(units: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for unit in units:
        name = unit["unit"]
        if name is None or name in seen:
            raise RankingError(
                f"ranks: the unit {name} is without a name or comes more than once; keep one row for each"
            )
        seen.add(name)
        for field in ("standard_error", "n_eff"):
            if unit[field] is not None and unit[field] < 0:
                raise RankingError(f"ranks: the {field} of {name} is {unit[field]:g}; it cannot be negative")


def _why_not(unit: Mapping[str, Any], are_counts: bool) -> str | None:
    if not _is_finite(unit["score"]):
        return "no_score"
    if are_counts:
        return None
    if not _is_finite(unit["standard_error"]):
        return "no_standard_error"
    if unit["n_eff"] is not None and not unit["n_eff"] >= FEWEST_BALLOTS:
        return "few_ballots"
    return None


def _is_finite(value: float | None) -> bool:
    return value is not None and abs(value) < float("inf")


def _known(score: float | None) -> float:
    return score if score is not None and _is_finite(score) else float("-inf")


def _sets(
    ranked: Sequence[Mapping[str, Any]], *, level: float, replicates: int, seed: int, are_counts: bool
) -> RankSets:
    scores = [unit["score"] for unit in ranked]
    if are_counts:
        return count_rank_sets(scores, level=level)
    errors = [unit["standard_error"] for unit in ranked]
    return rank_sets(scores, standard_errors=errors, level=level, replicates=replicates, seed=seed)


def _fill(ranked: Sequence[dict[str, Any]], sets: RankSets, top: int | None) -> None:
    is_in_top = top_set(sets, top).tolist() if top is not None else [None] * len(ranked)
    for place, (unit, tier) in enumerate(zip(ranked, tiers(sets), strict=True)):
        unit |= {
            "rank_lower": int(sets.lower[place]),
            "rank_upper": int(sets.upper[place]),
            "rank_lower_simultaneous": int(sets.lower_simultaneous[place]),
            "rank_upper_simultaneous": int(sets.upper_simultaneous[place]),
            "tier": tier,
            "is_in_top": is_in_top[place],
        }
