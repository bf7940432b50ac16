"""`xiaoneng estimate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .speaking import Talk, drawn, hint, spoken

if TYPE_CHECKING:
    from xiaoneng.core.engine import Engine, Table
    from xiaoneng.core.survey import Estimates

_STATS = ("mean", "total", "ratio", "quantile")
_FIGURES = ("estimate", "se", "df", "ci_low", "ci_high", "n", "n_eff")


class Listed(click.ParamType[tuple[str, ...]]):
    """Names with commas between them."""

    name = "A[,B]"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())


@click.command("estimate", help=hint("estimate"))
@click.argument("table", metavar="TABLE", type=click.Path(path_type=Path))
@click.option("--value", metavar="V", required=True, help=hint("estimate_value"))
@click.option("--weight", metavar="W", required=True, help=hint("estimate_weight"))
@click.option("--strata", metavar="S", help=hint("estimate_strata"))
@click.option("--cluster", type=Listed(), default=(), metavar="A[,B]", help=hint("estimate_cluster"))
@click.option("--fpc", type=Listed(), default=(), metavar="FA[,FB]", help=hint("estimate_fpc"))
@click.option("--rake", metavar="MARGINS", type=click.Path(path_type=Path), help=hint("estimate_rake"))
@click.option("--by", type=Listed(), default=(), metavar="D[,E]", help=hint("estimate_by"))
@click.option("--stat", type=click.Choice(_STATS), default="mean", help=hint("estimate_stat"))
@click.option("--denominator", metavar="X", help=hint("estimate_denominator"))
@click.option("--quantile", "quantiles", type=float, multiple=True, help=hint("estimate_quantile"))
@click.option("--level", type=click.FloatRange(0.5, 0.999), default=0.95, help=hint("estimate_level"))
@spoken
@click.pass_obj
def estimate_command(
    talk: Talk,
    table: Path,
    value: str,
    weight: str,
    strata: str | None,
    cluster: tuple[str, ...],
    fpc: tuple[str, ...],
    rake: Path | None,
    by: tuple[str, ...],
    stat: Any,
    denominator: str | None,
    quantiles: tuple[float, ...],
    level: float,
) -> None:
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.survey import Asked, estimate_asked

    asked = Asked(
        weight=weight,
        value=value,
        stat=stat,
        denominator=denominator,
        quantiles=quantiles or (0.5,),
        strata=strata,
        cluster=cluster,
        fpc=fpc,
        by=by,
        level=level,
    )
    with Engine() as engine:
        margins = _read(engine, rake) if rake else None
        found = estimate_asked(_read(engine, table), asked, margins=margins)
    for note in found.notes:
        click.echo(note.sentence(talk.language), err=True)
    talk.answer(found.rows(), lambda: _lines(talk, found))


def _read(engine: Engine, path: Path) -> Table:
    """The rows of a file, as they stand; of a workbook the first sheet that is to be seen."""
    from xiaoneng.core.errors import DamagedFileError
    from xiaoneng.core.intake import ReadOptions, raw_rows

    raws = raw_rows([path], engine, ReadOptions())
    chosen = next((raw for raw in raws if not raw.is_hidden), raws[0])
    if chosen.bad_rows:
        line = chosen.bad_rows[0].get("line")
        raise DamagedFileError(f"{path.name}: line {line} does not fit the columns of the header; correct it")
    return chosen.table


def _lines(talk: Talk, found: Estimates) -> Iterator[str]:
    rows = found.rows()
    heads = [*found.columns, *(talk.label(f"survey_{name}") for name in _FIGURES)]
    cells = [[*(row[name] for name in found.columns), *(_figure(row[name]) for name in _FIGURES)] for row in rows]
    first = len(found.columns)
    yield from drawn(heads, cells, right=range(first, first + len(_FIGURES)))


def _figure(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
