"""From files to an edition in one call: read, judge, sum up, write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ..calendar import DEFAULT_HOURS, Calendar, OfficeHours, load_calendar, write_notice
from ..engine import Engine
from ..flow import FlowFiles
from ..intake import ReadOptions, read
from ..law import CardRules, Pack, load_pack
from .folder import Edition, check_place, open_edition, write_folder
from .manifest import manifest_of
from .page import page_of
from .summary import summary_of
from .tables import RecordTables, edition_tables

STAGES = ("read", "judge", "write")


def analyse(
    paths: Sequence[Path],
    *,
    out_dir: Path,
    profile: str | Path | None = None,
    pack: Pack | None = None,
    calendar: Calendar | None = None,
    card_rules: CardRules | None = None,
    on: date | None = None,
    options: ReadOptions | None = None,
    hours: OfficeHours = DEFAULT_HOURS,
    flow_files: FlowFiles | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Edition:
    """Write the edition of the case records in these files.

    In      profile: how columns are read, None recognises them; pack: the law, None is `cn`; calendar: None is the
            pack's; on: the day of judging, None is the latest day in the records; options: how files are read, None
            takes the rows that can be read and lists the others; hours: office hours by which working time is counted;
            flow_files: official lists of steps, directives and leaders, where the county gives them
    Out     manifest.json, summary.json, tables/*.parquet and *.csv, index.html; the same inputs give the same bytes
    Raises  IntakeError where a file cannot be read; EditionError where nothing can be judged, or the folder is taken
    Source  docs/methods/edition.md
    """
    check_place(out_dir)
    tell = on_progress or (lambda _stage, _done, _total: None)
    pack = pack or load_pack("cn")
    calendar = calendar or load_calendar(pack.calendar)
    rules = card_rules or pack.card_rules
    with Engine(zone=pack.zone) as engine:
        tell("read", 0, 0)
        options = replace(
            options or ReadOptions(accept_good_rows=True),
            on_progress=lambda done, total, _phase: tell("read", done, total),
        )
        batch = read(paths, engine=engine, profile=str(profile) if profile else None, options=options)
        tell("judge", 0, 0)
        records = RecordTables.of_batch(engine, batch)
        tables = edition_tables(
            engine,
            records,
            pack=pack,
            calendar=calendar,
            card_rules=rules,
            on=on,
            hours=hours,
            flow_inputs=flow_files.read(engine) if flow_files else None,
        )
        summary = summary_of(tables)
        counts = {name: summary[name] for name in ("cases", "events", "activities", "variants", "ended", "open")}
        manifest = manifest_of(
            sources=batch.sources,
            profile=batch.report.profile,
            zone=batch.zone,
            on=tables.on,
            pack=pack,
            calendar=calendar,
            card_rules=rules,
            tables=tables,
            counts=counts,
            lists=list(flow_files.digests()) if flow_files else [],
        )
        tell("write", 0, 0)
        page = page_of(tables, summary=summary, manifest=manifest, pack=pack, calendar=calendar, card_rules=rules)
        notices = _added_notices(calendar)
        write_folder(out_dir, tables=tables, manifest=manifest, summary=summary, page=page, extra_files=notices)
    return open_edition(out_dir)


def _added_notices(calendar: Calendar) -> dict[str, str]:
    """Notices that a county added itself; the edition keeps them, so that its days can be explained later."""
    shipped = {notice.id for notice in load_calendar(calendar.name).notices}
    return {
        f"notices/{notice.id}.toml": write_notice(notice) for notice in calendar.notices if notice.id not in shipped
    }
