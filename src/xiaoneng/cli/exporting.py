"""`xiaoneng export`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .speaking import Talk, hint, spoken

if TYPE_CHECKING:
    from xiaoneng.core.edition import Edition
    from xiaoneng.core.engine import Engine, Table
    from xiaoneng.core.flow import Exported

_MEMORY_MIB = 1024  # beyond that the engine goes on from the disk


@click.command("export", help=hint("export"))
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--format", "file_format", type=click.Choice(("xes", "ocel")), help=hint("export_format"))
@click.option("--agency", metavar="AGENCY", help=hint("export_agency"))
@click.option("--item", "service_item", metavar="ITEM", help=hint("export_item"))
@click.option("--lifecycle", type=click.Choice(("complete", "both")), default="complete", help=hint("export_lifecycle"))
@click.option("--handlers", is_flag=True, help=hint("export_handlers"))
@spoken
@click.pass_obj
def export_command(
    talk: Talk,
    folder: Path,
    out: Path,
    file_format: str | None,
    agency: str | None,
    service_item: str | None,
    lifecycle: Any,
    handlers: bool,
) -> None:
    from xiaoneng.core.edition import open_edition
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.flow import format_of, write_ocel, write_xes

    chosen = format_of(out, chosen=file_format)
    edition = open_edition(folder)
    if out.resolve().is_relative_to(folder.resolve()):
        raise click.UsageError(talk.say("export_into_edition", folder=folder))
    if chosen.name == "ocel" and lifecycle == "both":
        raise click.UsageError(talk.say("export_ocel_lifecycle"))
    zone = str(edition.manifest["zone"])
    with (
        tempfile.TemporaryDirectory() as spill_dir,
        Engine(zone=zone, memory_limit_mib=_MEMORY_MIB, spill_dir=Path(spill_dir)) as engine,
        talk.progress(("export",)) as tell,
    ):
        given: dict[str, Any] = {
            "cases": _table(engine, edition, "cases"),
            "steps": _table(engine, edition, "steps"),
            "zone": zone,
            "agency": agency,
            "service_item": service_item,
            "anonymise_handlers": not handlers,
            "is_packed": chosen.is_packed,
            "on_progress": tell,
        }
        if chosen.name == "ocel":
            exported = write_ocel(engine, out, **given)
        else:
            exported = write_xes(engine, out, lifecycle=lifecycle, **given)
    told = {"out": str(out), "media_type": chosen.media_type, **asdict(exported)}
    talk.answer(told, lambda: _written(talk, exported, out))


def _table(engine: Engine, edition: Edition, name: str) -> Table:
    from xiaoneng.core.errors import EditionError

    path = edition.folder / "tables" / f"{name}.parquet"
    if not path.is_file():
        raise EditionError(f"{edition.folder} has no table {name}: write the edition again")
    return engine.from_parquet(name, path)


def _written(talk: Talk, exported: Exported, out: Path) -> Iterator[str]:
    yield talk.say("export_written", path=out, cases=f"{exported.cases:,}", events=f"{exported.events:,}")
    yield talk.say("export_note_named" if exported.are_handlers_named else "export_note_pseudonyms")
    for sentence, count in (
        ("export_replaced", exported.replaced_characters),
        ("export_without_name", exported.without_name),
        (f"export_without_moment_{exported.format}", exported.without_moment),
        ("export_without_case", exported.without_case),
    ):
        if count:
            yield talk.say(sentence, n=f"{count:,}")
