"""`xiaoneng rank`: the range of ranks of every unit of a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from .speaking import Talk, drawn, hint, spoken

_TOLD = {
    "rank_lower": "lower",
    "rank_upper": "upper",
    "rank_lower_simultaneous": "lower_simultaneous",
    "rank_upper_simultaneous": "upper_simultaneous",
}


@click.command("rank", help=hint("rank"))
@click.argument("table", metavar="TABLE", type=click.Path(path_type=Path))
@click.option("--id", "unit", required=True, metavar="COLUMN", help=hint("rank_id"))
@click.option("--score", metavar="COLUMN", help=hint("rank_score"))
@click.option("--se", "standard_error", metavar="COLUMN", help=hint("rank_se"))
@click.option("--counts", metavar="COLUMN", help=hint("rank_counts"))
@click.option("--group", metavar="COLUMN", help=hint("rank_group"))
@click.option("--n-eff", metavar="COLUMN", help=hint("rank_n_eff"))
@click.option("--level", type=float, default=0.95, show_default=True, help=hint("rank_level"))
@click.option("--replicates", type=int, default=10_000, show_default=True, help=hint("rank_replicates"))
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help=hint("rank_seed"))
@click.option("--tau", type=click.IntRange(min=1), metavar="K", help=hint("rank_tau"))
@spoken
@click.pass_obj
def rank_command(
    talk: Talk,
    table: Path,
    unit: str,
    score: str | None,
    standard_error: str | None,
    counts: str | None,
    group: str | None,
    n_eff: str | None,
    level: float,
    replicates: int,
    seed: int,
    tau: int | None,
) -> None:
    if bool(counts) == bool(score and standard_error) or (counts and (score or standard_error or n_eff)):
        raise click.UsageError(hint("rank_needs"))
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.intake import ReadOptions, raw_rows
    from xiaoneng.core.ranking import ranks, read_scores

    named = {
        "unit": unit,
        "rank_group": group,
        "score": counts or score,
        "standard_error": standard_error,
        "n_eff": n_eff,
    }
    columns = {name: column for name, column in named.items() if column}
    with Engine() as engine:
        raw = raw_rows([table], engine, ReadOptions())[0]
        scores = read_scores(engine, raw.table, columns=columns, where=table.name)
        settings: dict[str, Any] = {"level": level, "replicates": replicates, "seed": seed}
        found = ranks(engine, scores, top=tau, are_counts=bool(counts), **settings).rows()
    rows = [_row(row, has_group=group is not None, has_top=tau is not None) for row in found]
    talk.answer(rows, lambda: _lines(talk, found, level=level, has_group=group is not None, tau=tau))


def _row(row: dict[str, Any], *, has_group: bool, has_top: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"id": row["unit"]}
    told |= {"group": row["rank_group"]} if has_group else {}
    told |= {"score": row["score"]}
    told |= {name: row[column] for column, name in _TOLD.items()}
    told |= {"tier": row["tier"], "why_not_ranked": row["why_not_ranked"]}
    return told | ({"is_in_top": row["is_in_top"]} if has_top else {})


def _lines(talk: Talk, found: list[dict[str, Any]], *, level: float, has_group: bool, tau: int | None) -> Iterator[str]:
    heads = [talk.label("ranking_group")] if has_group else []
    heads += [talk.label(f"ranking_{name}") for name in ("unit", "range", "together", "tier")]
    heads += [talk.label("ranking_top").format(n=tau)] if tau else []
    heads += [talk.label("ranking_why")] if any(row["why_not_ranked"] for row in found) else []
    rows = []
    for row in found:
        cells = [row["rank_group"]] if has_group else []
        cells += [row["unit"], _range(talk, row, ""), _range(talk, row, "_simultaneous"), talk.label(row["tier"])]
        cells += [talk.say("ranking_yes") if row["is_in_top"] else ""] if tau else []
        rows.append([*cells, talk.label(row["why_not_ranked"])][: len(heads)])
    yield from drawn(heads, rows)
    yield ""
    yield talk.say("ranking_note", level=f"{level:.10g}")
    if tau and not has_group:
        count = sum(bool(row["is_in_top"]) for row in found)
        yield talk.say("ranking_top_note", n=tau, count=count)


def _range(talk: Talk, row: dict[str, Any], kind: str) -> str:
    lower, upper = row[f"rank_lower{kind}"], row[f"rank_upper{kind}"]
    if lower is None:
        return "–"
    code = "ranking_range_one" if lower == upper else "ranking_range_many"
    return talk.say(code, lower=lower, upper=upper)
