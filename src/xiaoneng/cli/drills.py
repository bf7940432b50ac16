"""`xiaoneng drill`: known faults planted in a copy, and how many of them are found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .speaking import Group, Talk, drawn, hint, spoken

if TYPE_CHECKING:
    from xiaoneng.core.screening import DrillReport, Rate, ScreeningPlan

KINDS = ("code_batch", "station", "device")


@click.group("drill", cls=Group, help=hint("drill"))
@spoken
def drill_group() -> None:
    pass


@drill_group.command("ballots", help=hint("drill_ballots"))
@click.option(
    "--ballots", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help=hint("drill_file")
)
@click.option(
    "--simulate", "count", default=1000, show_default=True, type=click.IntRange(20), help=hint("drill_simulate")
)
@click.option("--batches", default=12, show_default=True, type=click.IntRange(3), help=hint("drill_batches"))
@click.option("--planted", default=4, show_default=True, type=click.IntRange(1), help=hint("drill_planted"))
@click.option(
    "--share", default=0.5, show_default=True, type=click.FloatRange(0, 1, min_open=True), help=hint("drill_share")
)
@click.option("--rounds", default=20, show_default=True, type=click.IntRange(1), help=hint("drill_rounds"))
@click.option("--kind", type=click.Choice(KINDS), help=hint("drill_kind"))
@click.option("--scale", default=(1, 5), show_default=True, type=(int, int), help=hint("drill_scale"))
@click.option("--public", "is_public", is_flag=True, help=hint("drill_public"))
@click.option(
    "--plan", "plan_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help=hint("drill_plan")
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help=hint("seed"))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=hint("drill_out"))
@spoken
@click.pass_obj
def drill_ballots_command(
    talk: Talk,
    file: Path | None,
    count: int,
    batches: int,
    planted: int,
    share: float,
    rounds: int,
    kind: str | None,
    scale: tuple[int, int],
    is_public: bool,
    plan_file: Path | None,
    seed: int,
    out: Path | None,
) -> None:
    from xiaoneng.core.screening import Honest, drill_ballots, read_ballots

    ballots = read_ballots(file, lowest=scale[0], top=scale[1], is_public=is_public) if file else None
    how = Honest(stations=batches, is_public=is_public, lowest=scale[0], top=scale[1])
    with talk.progress(("drill",)) as tell:
        found = drill_ballots(
            ballots,
            _plan(plan_file),
            seed=seed,
            simulate=count,
            how=how,
            kind=kind,
            planted=planted,
            share=share,
            rounds=rounds,
            on_progress=tell,
        )
    if out is not None:
        out.write_bytes(found.canonical_bytes())
    talk.answer(json.loads(found.canonical_bytes()), lambda: _told(talk, found))


def _plan(file: Path | None) -> ScreeningPlan:
    from xiaoneng.core.errors import ScreeningError
    from xiaoneng.core.screening import ScreeningPlan

    if file is None:
        return ScreeningPlan()
    try:
        told: Any = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ScreeningError(f"{file.name} is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise ScreeningError(f"{file.name}: the plan is an object of tests, kinds, q and so on")
    return ScreeningPlan.from_dict(told)


def _told(talk: Talk, found: DrillReport) -> Iterator[str]:
    kind = talk.label(f"screening_{found.batch_kind}")
    yield talk.say(
        "screening_drill_head",
        rounds=found.rounds,
        ballots=found.ballots,
        batches=found.batches,
        kind=kind,
        share=f"{found.share:.0%}",
    )
    yield talk.say("screening_drill_simulated" if found.is_simulated else "screening_drill_shadow")
    heads = [talk.label(f"screening_{name}") for name in ("style", "planted", "found", "rate", "interval")]
    rows = [
        [talk.label(f"screening_{style}"), rate.of, rate.hits, _share(rate), _interval(rate)]
        for style, rate in found.hits.items()
    ]
    yield from drawn(heads, rows, right=[1, 2, 3, 4])
    yield talk.say(
        "screening_drill_false",
        rounds=found.false_rounds.of,
        hits=found.false_rounds.hits,
        rate=_share(found.false_rounds),
        interval=_interval(found.false_rounds),
        batches=found.false_batches.of,
        batch_hits=found.false_batches.hits,
        batch_rate=_share(found.false_batches, 2),
        batch_interval=_interval(found.false_batches, 2),
    )


def _share(rate: Rate, places: int = 1) -> str:
    return "" if rate.share is None else f"{rate.share:.{places}%}"


def _interval(rate: Rate, places: int = 1) -> str:
    known = rate.low is not None and rate.high is not None
    return f"{rate.low:.{places}%}–{rate.high:.{places}%}" if known else ""
