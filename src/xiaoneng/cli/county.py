"""`xiaoneng simulate` and `xiaoneng bench`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from .reading import Day
from .speaking import Talk, drawn, hint, spoken


@click.command("simulate", help=hint("simulate"))
@click.option("--seed", type=int, required=True, help=hint("seed"))
@click.option("--agencies", default=60, show_default=True, type=click.IntRange(4, 60), help=hint("agencies"))
@click.option("--cases", default=100_000, show_default=True, type=click.IntRange(1000, 10_000_000), help=hint("cases"))
@click.option("--from", "start_on", type=Day(), metavar="DATE", help=hint("simulate_from"))
@click.option("--to", "end_on", type=Day(), metavar="DATE", help=hint("simulate_to"))
@click.option("--format", "file_format", type=click.Choice(("csv", "parquet")), default="csv", help=hint("format"))
@click.option("--plants", default="all", show_default=True, metavar="NAME,NAME", help=hint("plants"))
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help=hint("simulate_out"))
@spoken
@click.pass_obj
def simulate_command(
    talk: Talk,
    seed: int,
    agencies: int,
    cases: int,
    start_on: date | None,
    end_on: date | None,
    file_format: str,
    plants: str,
    out: Path,
) -> None:
    from xiaoneng.core.simulate import END_ON, START_ON, simulate

    with talk.progress(("draw", "records", "write")) as tell:
        made = simulate(
            out,
            seed=seed,
            agencies=agencies,
            cases=cases,
            start_on=start_on or START_ON,
            end_on=end_on or END_ON,
            file_format=file_format,
            plants=[name.strip() for name in plants.split(",") if name.strip()],
            on_progress=tell,
        )
    told = {
        "out": str(out),
        "files": [path.name for path in made.files],
        "lists": [path.relative_to(out).as_posix() for path in made.lists],
        "rows": made.rows,
    }
    talk.answer(told, lambda: _made(talk, made, out))


def _made(talk: Talk, made: Any, out: Path) -> Iterator[str]:
    yield talk.say("cli_simulated", out=out)
    heads = [talk.label("edition_file"), talk.label("edition_rows")]
    yield from drawn(heads, [[name, f"{count:,}"] for name, count in made.rows.items()], right=[1])
    yield talk.say("cli_lists", folder=made.lists[0].parent)
    yield talk.say("cli_answer_key", key=made.answer_key)


@click.command("bench", help=hint("bench"))
@click.argument("name", required=False)
@click.option("--n", "count", type=int, help=hint("bench_n"))
@click.option("--write", "page", type=click.Path(path_type=Path, dir_okay=False), help=hint("bench_write"))
@spoken
@click.pass_obj
def bench_command(talk: Talk, name: str | None, count: int | None, page: Path | None) -> None:
    from xiaoneng.bench import names, run, write_report

    known = [*names(), "all"]
    if name is None:
        talk.answer(known, lambda: iter(known))
        return
    if name not in known:
        raise click.UsageError(talk.say("cli_no_bench", name=name, known=", ".join(known)))
    found = run(name, options=[f"n={count}"] if count else [])
    if page is not None:
        write_report(found, page)
    rows = [asdict(row) for row in found]
    talk.answer(rows, lambda: _bench_rows(rows))


def _bench_rows(rows: list[dict[str, Any]]) -> Iterator[str]:
    heads = ["name", "n", "seconds", "peer", "peer_seconds", "ratio", "peak_mib"]
    right = [1, 2, 4, 5, 6]
    yield from drawn(heads, [[_short(row.get(head)) for head in heads] for row in rows], right=right)


def _short(value: Any) -> Any:
    return f"{value:.3g}" if isinstance(value, float) else value
