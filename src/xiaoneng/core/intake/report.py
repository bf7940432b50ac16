"""What an import found: counts, reasons, what became of each column, coverage, the workbook of the rows at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from xiaoneng.core import words
from xiaoneng.core.engine import Engine, Pick, Table
from xiaoneng.core.tables import COVERAGE, Column, Shape

from .batch import Batch, ColumnNote, RejectedRows, Report, Source
from .mapping import Mapped, columns_of

REFUSING = frozenset(
    (
        *("no_case_no", "no_agency", "unreadable_time", "no_step_name", "ragged_row", "no_pause_start"),
        *("no_extension_length", "unknown_rating_level", "no_service_item", "no_decision_no"),
        *("unreadable_bytes", "digits_lost"),
    )
)
"""Reasons for which a row cannot be read at all. Every other reason sets aside a row that was understood."""

_MOST_REJECTED = 10_000
_COVERED = Shape(
    "files",
    "one row a file or sheet",
    (Column("file_hash", "VARCHAR"), Column("sheet", "VARCHAR"), Column("file_name", "VARCHAR")),
)


def fill(
    report: Report, tables: Mapping[str, Table], set_aside: Table, parts: Sequence[Mapped], engine: Engine
) -> None:
    """Complete a report from what was built."""
    report.counts = {name: table.count() for name, table in tables.items()} | {"set_aside": set_aside.count()}
    report.reasons = [
        row | {"refuses": row["reason"] in REFUSING}
        for row in engine.stage("intake/reasons", set_aside=set_aside).rows()
    ]
    report.refused_rows = sum(row["count"] for row in report.reasons if row["refuses"])
    unread = {(row["subject"], row["column"]): row["count"] for row in report.reasons if row["refuses"]}
    for one in parts:
        report.columns += _notes(one, unread, engine)
    report.warnings += _warnings(report, parts)
    if report.refused_rows or report.counts["set_aside"]:
        report.rejected = [found for one in parts if (found := _rejected(one, set_aside, engine)).rows]
    if report.counts["cases"]:
        report.coverage = coverage(tables["cases"], report.sources, engine).rows()


def coverage(cases: Table, sources: Sequence[Source], engine: Engine) -> Table:
    """COVERAGE: for each agency and item source, how late its records arrive, missing months."""
    rows = {(one.sha256, one.sheet): one for one in sources}
    files = engine.from_rows(
        _COVERED, [{"file_hash": one.sha256, "sheet": one.sheet, "file_name": one.file_name} for one in rows.values()]
    )
    return engine.stage("intake/coverage", out=COVERAGE, cases=cases, files=files)


def summarise(batch: Batch) -> dict[str, Any]:
    """The counts of a batch: cases, events, variants, ended, open, set_aside by reason ..."""
    engine = batch.cases.engine
    variants = engine.stage("intake/variants", steps=batch.steps)
    counts = engine.stage("intake/counts", cases=batch.cases, steps=batch.steps, variants=variants).rows()[0]
    deadlines, late = counts.pop("deadlines"), counts.pop("late")
    by_agency = engine.stage("intake/steps_vs_due", steps=batch.steps).rows()
    reasons: dict[str, int] = {}
    for row in engine.stage("intake/reasons", set_aside=batch.set_aside).rows():
        reasons[row["reason"]] = reasons.get(row["reason"], 0) + row["count"]
    return counts | {
        "set_aside": dict(sorted(reasons.items())),
        "late_vs_deadline": {"n": deadlines, "late": late} if deadlines else None,
        "steps_vs_due": {row["agency"]: {"n": row["n"], "late": row["late"]} for row in by_agency},
    }


def error_workbook(found: Batch | Report, path: Path, language: str = "zh") -> int:
    """Write the rows at fault as they stood, one sheet a source, with the reasons in one more column; their number.

    No cell can become a formula: everything is written as text.
    """
    report = found.report if isinstance(found, Batch) else found
    written = 0
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    ) as book:
        head = book.add_format({"bold": True, "bg_color": "#eef1f4"})
        for number, one in enumerate(report.rejected, 1):
            sheet = book.add_worksheet(_sheet_name(one.sheet or one.file_name, number))
            titles = [*one.columns, *(words.say(f"intake.{code}", language) for code in ("line", "reason", "column"))]
            for place, title in enumerate(titles):
                sheet.write_string(0, place, str(title)[:32767], head)
            for index, row in enumerate(one.rows, 1):
                cells = [*row[:-2], reason_text(row[-2], language), row[-1]]
                for place, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write_string(index, place, str(cell)[:32767])
                written += 1
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(one.rows), max(0, len(titles) - 1))
        if not report.rejected:
            book.add_worksheet("0").write_string(0, 0, words.say("intake.no_rows_at_fault", language))
    return written


def reason_text(codes: str | None, language: str = "zh") -> str:
    """The sentences of one or more reason codes, comma-separated."""
    mark = "；" if language == "zh" else "; "
    return mark.join(words.say(f"intake.reason.{code}", language) for code in (codes or "").split(",") if code)


def _sheet_name(name: str, number: int) -> str:
    plain = "".join(character for character in name if character not in "[]:*?/\\'")[:26]
    return f"{number} {plain}".strip()


def _notes(one: Mapped, unread: Mapping[tuple[str, str | None], int], engine: Engine) -> list[ColumnNote]:
    """A note a column: the field it fills, or that it was left out."""
    target_of: dict[str, list[str]] = {}
    for target, column in [*one.own.items(), *one.case.items()]:
        target_of.setdefault(column, []).append(target)
    source = one.raw.source
    notes = []
    for table in (one.raw.table, one.raw.cases):
        if table is None:
            continue
        filled = engine.filled(table)
        for column in columns_of(one.raw):
            if column not in filled:
                continue
            targets = target_of.get(column, [])
            bad = sum(
                count
                for (subject, fault), count in unread.items()
                if fault in targets and subject in (one.part.record, "cases", "steps")
            )
            notes.append(
                ColumnNote(
                    source.file_name,
                    source.sheet,
                    column,
                    ", ".join(targets),
                    filled[column],
                    table.count(),
                    bad,
                    "" if targets else "left_out",
                )
            )
    return notes


def _warnings(report: Report, parts: Sequence[Mapped]) -> list[tuple[str, dict[str, Any]]]:
    """What a person should look at before trusting the import, as codes with their facts."""
    warnings: list[tuple[str, dict[str, Any]]] = []
    for one in parts:
        source = one.raw.source
        if source.encoding and source.encoding not in ("utf-8", "utf-8-sig"):
            warnings.append(("intake.confirm_encoding", {"file": source.file_name, "encoding": source.encoding}))
        if one.part.record == "left_out":
            warnings.append(("intake.left_out", {"file": source.file_name, "rows": source.rows}))
        for target, table in one.part.codes.items():
            if target in one.own and ("unconfirmed" in _version_of(table) or "@" in table):
                warnings.append(("intake.code_version", {"file": source.file_name, "field": target, "table": table}))
    return warnings


def _version_of(table: str) -> str:
    from .codes import code_tables

    name, _, version = table.partition("@")
    return version or ",".join(one["version"] for one in code_tables().get(name, {}).get("versions", ()))


def _rejected(one: Mapped, set_aside: Table, engine: Engine) -> RejectedRows:
    """The raw rows of one source that were set aside, as they stood in the file."""
    columns = [column for column in columns_of(one.raw) if column in one.raw.table.columns]
    picks: dict[str, Pick | None] = {f"c{number}": Pick(column) for number, column in enumerate(columns)}
    raw = engine.picked("raw_rows", one.raw.table, picks, line=one.raw.line)
    source = one.raw.source
    found = engine.stage(
        "intake/set_aside_raw",
        parameters={"file_hash": source.sha256, "sheet": source.sheet, "most": _MOST_REJECTED},
        raw_rows=raw,
        set_aside=set_aside,
    )
    rows = [tuple(row.values()) for row in found.rows()]
    rows += [
        (*([bad["value"]] + [None] * (len(columns) - 1)), bad["line"], bad["reason"], None) for bad in one.raw.bad_rows
    ]
    return RejectedRows(source.file_name, source.sheet, tuple(columns), rows)
