"""Files in, tables out: the front of the import."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from xiaoneng.core import words
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import MappingError, RowsRefusedError, StageError, UnreadableFileError
from xiaoneng.core.tables import (
    CASES,
    EXTENSIONS,
    PAUSES,
    PUBLISHED_DECISIONS,
    SERVICE_ITEMS,
    SERVICE_RATINGS,
    STEPS,
    Shape,
)

from .batch import Batch, Raw, ReadOptions, Report, Source
from .build import Builder
from .columnar import read_columnar
from .delimited import read_delimited
from .formats import CSV, JSONL, PARQUET, XES, Kind, kind_of
from .mapping import Mapped, columns_of, mapped
from .profile import Profile, detect_profile, load_profile
from .report import fill
from .sheets import read_sheets
from .xes import read_xes

SHAPES: dict[str, Shape] = {
    "cases": CASES,
    "steps": STEPS,
    "pauses": PAUSES,
    "extensions": EXTENSIONS,
    "service_items": SERVICE_ITEMS,
    "service_ratings": SERVICE_RATINGS,
    "published_decisions": PUBLISHED_DECISIONS,
}


def read(
    paths: Sequence[Path],
    *,
    engine: Engine,
    profile: str | Profile | None = None,
    options: ReadOptions | None = None,
) -> Batch:
    """Everything that a set of files holds, as tables of the core.

    In      paths: one file, or the files of one family (up_pro_accept, up_pro_process ...); profile: a shipped name, a
            path, or a Profile; without one it is recognised by the columns
    Raises  IntakeError, before anything is kept; RowsRefusedError where rows cannot be read and the good ones were not
            accepted without them
    """
    options = options or ReadOptions()
    before = engine.names()
    try:
        batch = _read(paths, engine, profile, options)
    except BaseException:
        engine.forget(engine.names() - before)
        raise
    engine.forget(engine.names() - before - {table.name for table in batch.tables.values()})
    if batch.report.refused_rows and not options.accept_good_rows:
        engine.forget(table.name for table in batch.tables.values())
        raise RowsRefusedError(_refusal(batch.report), batch.report)
    return batch


def dry_run(
    paths: Sequence[Path], *, profile: str | Profile | None = None, options: ReadOptions | None = None
) -> Report:
    """What an import of these files would find; nothing is kept. Rows that cannot be read are listed, not refused.

    Raises  IntakeError where a file cannot be read at all
    """
    options = replace(options or ReadOptions(), accept_good_rows=True)
    with Engine() as engine:
        return read(paths, engine=engine, profile=profile, options=options).report


def _read(paths: Sequence[Path], engine: Engine, profile: str | Profile | None, options: ReadOptions) -> Batch:
    raws, repeated = _once(raw_rows(paths, engine, options))
    raws, hidden = _shown(raws)
    chosen = profile if isinstance(profile, Profile) else _chosen(profile, raws)
    zone = options.zone or chosen.zone
    if zone not in available_timezones():
        raise MappingError(f"there is no time zone {zone!r}; write a name such as Asia/Shanghai")
    tell = options.on_progress or (lambda _done, _total, _phase: None)
    with engine.in_zone(zone):
        engine.define("intake/macros")
        parts, left_out = _parts(raws, chosen)
        tell(0, 2, "map")
        builder = Builder(engine, chosen, parts, dict(options.code_versions))
        try:
            builder.build()
        except StageError as error:
            cause = str(error.__cause__ or error).strip().splitlines()[0][:300]
            raise UnreadableFileError(f"{parts[0].raw.source.file_name}: the rows cannot be read ({cause})") from error
        tables = {name: builder.tables.get(name) or engine.empty(shape) for name, shape in SHAPES.items()}
        set_aside = builder.listed()
        tell(1, 2, "map")
        used = {one.raw.source: one for one in parts}
        sources = [
            replace(raw.source, profile=chosen.name, record=used[raw.source].part.record)
            if raw.source in used
            else raw.source
            for raw in raws
        ]
        report = Report(
            profile=chosen.name, zone=zone, sources=sources, warnings=repeated + hidden + left_out + builder.warnings
        )
        fill(report, tables, set_aside, parts, engine)
        tell(2, 2, "map")
    return Batch(**tables, set_aside=set_aside, sources=sources, report=report, profile=chosen, zone=zone)


def _once(raws: list[Raw]) -> tuple[list[Raw], list[tuple[str, dict[str, Any]]]]:
    """The same file given twice is read once; what was left out so, as warnings."""
    seen: dict[tuple[str, str], Raw] = {}
    told = []
    for raw in raws:
        first = seen.setdefault((raw.source.sha256, raw.source.sheet), raw)
        if first is not raw:
            told.append(("intake.same_file_twice", {"file": raw.source.file_name, "other": first.source.file_name}))
    return list(seen.values()), told


def _shown(raws: list[Raw]) -> tuple[list[Raw], list[tuple[str, dict[str, Any]]]]:
    """The sheets that are to be seen, if any is: what an author hid is often an older copy. The hidden ones as warnings."""
    shown = [raw for raw in raws if not raw.is_hidden]
    hidden = [raw.source for raw in raws if raw.is_hidden] if shown else []
    told = [("intake.hidden_sheet", {"file": one.file_name, "sheet": one.sheet}) for one in hidden]
    return shown or raws, told


def _parts(raws: Sequence[Raw], chosen: Profile) -> tuple[list[Mapped], list[tuple[str, dict[str, Any]]]]:
    """The files and sheets that the profile reads; of a workbook's sheets those that it does not know stay out."""
    parts, left_out, refusals = [], [], []
    for number, raw in enumerate(raws):
        try:
            parts.append(mapped(raw, chosen, number))
        except MappingError as error:
            if not raw.source.sheet:
                raise
            refusals.append(error)
            left_out.append(("intake.sheet_left_out", {"file": raw.source.file_name, "sheet": raw.source.sheet}))
    if not parts:
        raise refusals[0]
    return parts, left_out


def _refusal(report: Report) -> str:
    first = next(row for row in report.reasons if row["refuses"])
    return (
        f"{report.refused_rows} rows cannot be read, so nothing was imported. First: line {first['first_line']}, "
        f"{first['column'] or 'row'} {first['value'] or ''} ({words.say('intake.reason.' + first['reason'], 'en')}). "
        "Correct the file (the error workbook lists the rows), or accept the good rows without them"
    )


def raw_rows(paths: Sequence[Path], engine: Engine, options: ReadOptions) -> list[Raw]:
    """Every file's rows as they stand; every refusal comes before the first row is kept."""
    if not paths:
        raise MappingError("no file was named; name at least one")
    kinds = [(path, kind_of(path, options)) for path in paths]
    raws: list[Raw] = []
    with tempfile.TemporaryDirectory(prefix="xiaoneng-") as spill:
        for path, kind in kinds:
            raws += _rows_of(path, kind, engine, options, Path(spill))
    return raws


def _rows_of(path: Path, kind: Kind, engine: Engine, options: ReadOptions, spill: Path) -> list[Raw]:
    source = Source(path.name, kind.sha256, kind.size, kind.format)
    if kind.format == XES:
        return read_xes(path, kind, source, engine, options)
    if kind.format in (PARQUET, JSONL):
        return read_columnar(path, kind, source, engine, options, spill)
    if kind.format == CSV:
        return read_delimited(path, kind, source, engine, options, spill)
    return read_sheets(path, kind, source, engine, options, spill)


def _chosen(profile: str | None, raws: Sequence[Raw]) -> Profile:
    """The profile named, or the shipped one that reads most of the files and sheets."""
    if profile is not None:
        return load_profile(profile)
    if found := detect_profile([(columns_of(raw), _label(raw)) for raw in raws]):
        return found
    first = raws[0]
    raise MappingError(
        f"{first.source.file_name}: no profile knows these columns ({', '.join(columns_of(first)[:40])}); "
        "map the columns by hand and save the mapping as a profile"
    )


def _label(raw: Raw) -> str:
    return raw.source.sheet or raw.source.file_name
