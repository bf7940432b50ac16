"""The one door out: figures in, the same figures as they may be shown out. Everything downstream prints only these."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..engine import Engine, Table
from ..tables import PUBLISHED_FIGURES, RESULT_FIGURES
from .cells import Cells, Key
from .coarse import agreement, rounded
from .figures import COARSE, HIDDEN, Figure, read_figures
from .gaps import OVERLAPPING, Gaps, closed, parted
from .limits import MOST_ITEMS, SMALL_TEAM_BELOW, Limits
from .releases import Release

REASONS = ("too_few", "complementary", "difference", "unanimous", "small_team")
_SECRET = ("n_valid", "estimate", "standard_error", "counts", "n_positive", "tier")


def publishable(
    rows: Iterable[Mapping[str, Any]],
    limits: Limits,
    *,
    scale: tuple[float, float] = (1.0, 5.0),
    positive_from: int = 2,
) -> list[dict[str, Any]]:
    """The figures as they may be shown, in their order.

    In      rows: RESULT_FIGURES; all that is to be shown of a table goes in at once, for what is shown together can be added
            and subtracted; scale: least and greatest value of an estimate; positive_from: place of the first good level
    Out     PUBLISHED_FIGURES: a hidden figure has no ballots, estimate, levels or tier; a coarse one has a bound or a rounded
            estimate; the levels are shown from thirty ballots on
    Empty   no row gives no row
    Raises  LimitsError where the limits are below their floor; FiguresError where the figures contradict each other
    Source  docs/methods/suppression.md
    """
    limits.check()
    listed = list(rows)
    figures = read_figures(listed, scale)
    _judge(figures, limits.min_cell, scale, positive_from)
    for part in parted(figures):
        closed(part, Gaps(part, limits.min_cell, scale=scale, positive_from=positive_from))
    return [_told(figure, scale) for figure in figures]


def publishable_table(
    engine: Engine, figures: Table, limits: Limits, *, scale: tuple[float, float] = (1.0, 5.0), positive_from: int = 2
) -> Table:
    """The same for a table in an engine: RESULT_FIGURES in, PUBLISHED_FIGURES out."""
    RESULT_FIGURES.check(figures)
    return engine.from_rows(
        PUBLISHED_FIGURES, publishable(figures.rows(), limits, scale=scale, positive_from=positive_from)
    )


def release_of(
    rows: Sequence[Mapping[str, Any]],
    published: Sequence[Mapping[str, Any]],
    *,
    name: str,
    team: str,
    period: str,
    changed: Mapping[str, int] | None = None,
) -> Release:
    """What was shown of a table, for the register of releases.

    In      rows: the figures as they were given to `publishable`; published: as it gave them back
    Out     a release whose sets of ballots are those of the table, in this period; a set that hidden figures alone cover stays
            in no figure
    """
    cells: dict[str, list[str]] = {}
    ballots: dict[str, int] = {}
    for question in dict.fromkeys(row["question"] for row in rows):
        asked = [(row, out) for row, out in zip(rows, published, strict=True) if row["question"] == question]
        table = Cells.of({_cell(row): int(row["n_valid"]) for row, _ in asked}, may_overlap=OVERLAPPING)
        named = {atom: json.dumps([period, question, atom], ensure_ascii=False) for atom in table.ballots}
        ballots |= {named[atom]: count for atom, count in table.ballots.items()}
        for row, out in asked:
            if not out["is_hidden"]:
                figure = json.dumps([question, *_cell(row)], ensure_ascii=False)
                cells[figure] = sorted(named[atom] for atom in table.atoms[_cell(row)])
    return Release(name, team, period, cells, ballots, dict(changed or {}))


def _cell(row: Mapping[str, Any]) -> Key:
    return row["group"], row["appraisee"], row["stratum"]


def _judge(figures: Sequence[Figure], least: int, scale: tuple[float, float], positive_from: int) -> None:
    """What each figure is by itself, before any other is looked at."""
    small, items = _small_teams(figures), dict[tuple[str | None, str | None], list[str]]()
    for figure in figures:
        team = figure.cell[0], figure.cell[1]
        told = items.setdefault(team, [])
        if figure.question is not None and figure.question not in told:
            told.append(figure.question)
        is_beyond = figure.question is not None and told.index(figure.question) >= MOST_ITEMS
        agreed = agreement(
            n_valid=figure.n_valid,
            counts=figure.counts,
            n_positive=figure.row.get("n_positive"),
            positive_from=positive_from,
            estimate=figure.row.get("estimate"),
            standard_error=figure.row.get("standard_error"),
            scale=scale,
        )
        figure.has_counts = figure.counts is not None and figure.n_valid >= SMALL_TEAM_BELOW
        if figure.n_valid < least:
            figure.hide("too_few")
        elif team in small and (figure.cell[2] is not None or is_beyond):
            figure.hide("small_team")
        elif agreed is not None:
            figure.state, figure.why, figure.coarse, figure.has_counts = COARSE, "unanimous", agreed, False
        elif team in small:
            figure.state, figure.why, figure.has_counts = COARSE, "small_team", False


def _small_teams(figures: Sequence[Figure]) -> set[tuple[str | None, str | None]]:
    """Teams of fewer than thirty who may rate; where that is not known, of fewer than thirty ballots."""
    whole: dict[tuple[str | None, str | None], int] = {}
    parts: dict[tuple[str | None, str | None], dict[str, int]] = {}
    for figure in figures:
        team, stratum = (figure.cell[0], figure.cell[1]), figure.cell[2]
        eligible = figure.row.get("eligible")
        size = int(eligible) if eligible is not None else figure.n_valid
        if stratum is None:
            whole[team] = max(whole.get(team, 0), size)
        else:
            strata = parts.setdefault(team, {})
            strata[stratum] = max(strata.get(stratum, 0), size)
    sizes = {team: sum(strata.values()) for team, strata in parts.items()} | whole
    return {team for team, size in sizes.items() if size < SMALL_TEAM_BELOW}


def _told(figure: Figure, scale: tuple[float, float]) -> dict[str, Any]:
    row = {name: figure.row.get(name) for name in RESULT_FIGURES.names}
    estimate = row["estimate"]
    is_rounded = figure.state == COARSE and figure.coarse is None and estimate is not None
    if figure.state == HIDDEN:
        row |= dict.fromkeys(_SECRET)
    elif figure.state == COARSE:
        row |= {
            "estimate": rounded(float(estimate), scale) if estimate is not None and is_rounded else None,
            "standard_error": None,
        }
        row |= {"tier": row["tier"] if is_rounded else None}
    if not figure.has_counts:
        row |= {"counts": None, "n_positive": None}
    row |= {"is_hidden": figure.state == HIDDEN, "why": figure.why, "coarse": figure.coarse, "is_rounded": is_rounded}
    return row
