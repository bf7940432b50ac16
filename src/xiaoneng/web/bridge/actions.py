"""Every way to take records in and to judge them: each is one transaction, with its trace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from xiaoneng.core.errors import IntakeError
from xiaoneng.web import audit
from xiaoneng.web.cases.models import (
    BatchState,
    Case,
    CaseClock,
    ClockRun,
    Extension,
    ImportBatch,
    ImportedFile,
    Pause,
    Step,
)
from xiaoneng.web.registry import workdays

from .county_lists import given_lists, state_of_lists
from .flowing import flow_results, forget_flow, keep_flow
from .keepers import keep_found, keepers, look_through, refuse_unless
from .keeping import coded, codes_by_name, keep_batch, keep_cards, keep_clocks, keep_set_aside, keep_totals
from .progress import Progress
from .registering import register_agencies, register_items

if TYPE_CHECKING:
    from xiaoneng.core.intake import Batch, Profile

PACK = "cn"


class AlreadyImportedError(IntakeError):
    """The same file was taken in before; nothing was changed."""


class NotUndoableError(IntakeError):
    """A later import builds on this one."""


class WrongStateError(IntakeError):
    """The import is not where this can be done."""


def import_files(
    paths: Sequence[Path],
    *,
    by: Any,
    accept_good_rows: bool = False,
    profile: str | Profile | None = None,
    batch: ImportBatch | None = None,
    progress: Progress | None = None,
) -> ImportBatch:
    """Take files in: all of them or nothing.

    In      batch: the import whose dry run was looked at; None makes a new one
    Raises  IntakeError where a file cannot be read; RowsRefusedError where rows cannot be read and the good ones were not
            accepted; AlreadyImportedError where every file is there already
    """
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.intake import ReadOptions, read

    progress = progress or Progress(None)
    batch = batch or ImportBatch.objects.create(created_by=_name(by), state=BatchState.IMPORTING)
    batch.started_at = timezone.now()
    with Engine() as engine:
        options = ReadOptions(
            accept_good_rows=accept_good_rows, on_progress=lambda done, total, _: progress.tell("reading", done, total)
        )
        progress.tell("reading")
        read_batch = read(paths, engine=engine, profile=profile, options=options)
        rows = read_batch.cases.count() + read_batch.steps.count() + read_batch.pauses.count()
        with transaction.atomic():
            _check_is_ours(batch, BatchState.IMPORTING)
            files = _files_of(read_batch, batch, refuse_known=True)
            found = look_through(read_batch)
            refuse_unless(accept_good_rows, found, read_batch)
            progress.tell("writing", 0, rows)
            register_items(read_batch.service_items.rows(), by=by)
            batch.counts = keep_batch(
                read_batch, into=batch, files=files, tell=lambda done: progress.tell("writing", done, rows)
            )
            keep_found(found, into=batch, files=files)
            for keeper in keepers():
                batch.counts |= keeper.keep(read_batch, files, by=by)
            register_agencies(by=by)
            ImportedFile.objects.filter(batch=batch).update(is_taken_in=True)
            batch.state, batch.finished_at = BatchState.DONE, timezone.now()
            batch.accept_good_rows = accept_good_rows
            batch.profile = read_batch.report.profile
            batch.report = _plain(read_batch.report.to_dict())
            batch.error = batch.error_kind = ""
            batch.save()
            audit.record("files_imported", subject=batch, by=by, after={"profile": batch.profile, **batch.counts})
    return batch


def keep_report(read_batch: Batch, batch: ImportBatch) -> None:
    """Keep what the dry run found; no record is taken in.

    Raises  WrongStateError where the import was given to another job in the meantime
    """
    with transaction.atomic():
        _check_is_ours(batch, BatchState.CHECKING)
        files = _files_of(read_batch, batch, refuse_known=False)
        keep_set_aside(read_batch, into=batch, files=files)
        keep_found(look_through(read_batch), into=batch, files=files)
        batch.report = _plain(read_batch.report.to_dict())
        batch.report["changes"] = _changes(read_batch)
        batch.report["known_files"] = sorted(
            file.file_name
            for file in files.values()
            if ImportedFile.objects.filter(sha256=file.sha256, is_taken_in=True)
        )
        batch.profile = read_batch.report.profile
        batch.state, batch.error, batch.error_kind = BatchState.CHECKED, "", ""
        batch.save()


@transaction.atomic
def undo_import(batch: ImportBatch, *, by: Any) -> None:
    """Take a whole import out again; the rows that it had replaced are the current ones once more.

    Raises  NotUndoableError where a later import changed one of its cases
    """
    ours = Case.objects.filter(file__batch=batch)
    if ours.filter(is_current=False).exists():
        raise NotUndoableError("a later import changed cases of this one: undo that one first")
    for keeper in keepers():
        keeper.before_undo(batch)
    if not ImportBatch.objects.filter(pk=batch.pk, state=BatchState.DONE).update(
        state=BatchState.UNDONE, undone_at=timezone.now(), undone_by=_name(by)
    ):
        raise NotUndoableError("only an import that was taken in can be undone; this one was not, or was undone before")
    case_ids = list(ours.values_list("case_id", flat=True))
    for model in (Step, Pause, Extension):
        model.objects.filter(file__batch=batch).delete()
    ours.delete()
    for start in range(0, len(case_ids), 500):
        _restore(case_ids[start : start + 500])
    batch.coverage.all().delete()
    for keeper in keepers():
        keeper.undo(batch)
    ImportedFile.objects.filter(batch=batch).update(is_taken_in=False)
    audit.record("import_undone", subject=batch, by=by, before=batch.counts, after={"cases": 0})
    batch.refresh_from_db()


@transaction.atomic
def start_clocks(*, by: Any) -> None:
    """Judge every case as of today, in a process of its own; who asked for it is on record."""
    from . import work

    audit.record("clocks_started", subject=("cases.clockrun", "-"), by=by)
    transaction.on_commit(lambda: work.start("clocks", ""))


def run_clocks(*, on: date, by: Any = "system", tell: Callable[[str, int, int], None] | None = None) -> ClockRun:
    """Judge every current case on the day `on`, and keep clocks, cards and totals in place of the last ones.

    Records that change while they are judged, such as by an import, are judged again: what is kept fits what is there.

    Out     the run, with the headline figures in `summary`
    """
    while (run := _run_once(on, by, tell or (lambda _phase, _done, _total: None))) is None:
        pass
    return run


def _run_once(on: date, by: Any, tell: Callable[[str, int, int], None]) -> ClockRun | None:
    """One run; None, with nothing kept, where the records have changed meanwhile."""
    from xiaoneng.core.edition import edition_tables, summary_of
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.law import load_pack

    from .county import county_tables

    started = time.monotonic()
    pack, judged = load_pack(PACK), _state_of_records()
    calendar = workdays(pack.calendar)
    with Engine(zone=pack.zone) as engine:
        tell("clocks", 0, 0)
        records = county_tables(engine)
        if records.cases.count() == 0:
            return _empty_run(on, by, pack)
        inputs, hours, lists = given_lists(engine)
        tables = edition_tables(
            engine,
            records,
            pack=pack,
            calendar=calendar,
            card_rules=pack.card_rules,
            on=on,
            hours=hours,
            flow_inputs=inputs,
        )
        summary = summary_of(tables)
        flow = flow_results(engine, records, tables)
        rows = tables["cases"].count()
        with transaction.atomic():
            if _state_of_records() != judged:
                return None
            keep_clocks(tables["cases"], tables["step_clocks"], on=on, tell=lambda done: tell("storing", done, rows))
            cards = keep_cards(tables["cases"], on=on)
            keep_totals(tables["agencies"], tables["items"], tables["months"])
            findings = keep_flow(flow)
            run = ClockRun.objects.create(
                on=on,
                ran_at=timezone.now(),
                ran_by=_name(by),
                seconds=round(time.monotonic() - started, 3),
                pack=PACK,
                card_rules=f"{pack.card_rules.id}@{pack.card_rules.version}",
                summary=_plain(
                    {name: value for name, value in summary.items() if name != "by_agency"} | {"lists": lists}
                ),
            )
            audit.record(
                "clocks_run",
                subject=run,
                by=by,
                after={name: summary[name] for name in ("cases", "open", "late", "open_late")} | cards | findings,
            )
    return run


def _state_of_records() -> tuple[Any, ...]:
    """What differs whenever an import was taken in or undone, a holiday notice approved, or a list of the county changed."""
    cases = Case.objects.filter(is_current=True).aggregate(rows=Count("pk"), last=Max("pk"))
    return (*cases.values(), ImportBatch.objects.aggregate(last=Max("undone_at"))["last"], workdays(), state_of_lists())


def _empty_run(on: date, by: Any, pack: Any) -> ClockRun:
    from xiaoneng.web.cases.models import AgencyTotal, ItemTotal, MonthTotal

    with transaction.atomic():
        forget_flow()
        for model in (CaseClock, AgencyTotal, ItemTotal, MonthTotal):
            model.objects.all().delete()
        run = ClockRun.objects.create(
            on=on,
            ran_at=timezone.now(),
            ran_by=_name(by),
            seconds=0,
            pack=PACK,
            card_rules=f"{pack.card_rules.id}@{pack.card_rules.version}",
        )
        audit.record("clocks_run", subject=run, by=by, after={"cases": 0})
    return run


def _check_is_ours(batch: ImportBatch, state: BatchState) -> None:
    """Hold the import's row until the end of the transaction.

    Raises  WrongStateError where it was given to another job while this one was reading
    """
    if not ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=state).exists():
        raise WrongStateError(f"import {batch.pk} was given to another job in the meantime; nothing was changed")


def _files_of(read_batch: Batch, batch: ImportBatch, *, refuse_known: bool) -> dict[str, ImportedFile]:
    """The rows of the files of this import, by hash.

    Raises  AlreadyImportedError, where it is asked for, if one of them was taken in before
    """
    files = {file.sha256: file for file in batch.files.all()}
    for source in read_batch.sources:
        file = files.get(source.sha256) or ImportedFile(batch=batch, sha256=source.sha256)
        file.file_name = file.file_name or source.file_name
        file.bytes, file.format, file.encoding = source.bytes, source.format, source.encoding
        file.rows = source.rows
        file.save()
        files[source.sha256] = file
    known = ImportedFile.objects.filter(sha256__in=files, is_taken_in=True).exclude(batch=batch)
    names = sorted({file.file_name for file in known})
    if names and refuse_known:
        raise AlreadyImportedError(
            f"taken in before, byte for byte: {', '.join(names)}. Nothing was changed; leave these files out"
        )
    return files


def _changes(read_batch: Batch) -> dict[str, int]:
    """What taking the files in would do to the cases that are there."""
    known = 0
    total = read_batch.cases.count()
    if total and Case.objects.exists():
        rows = coded(read_batch.cases.arrow(columns=["case_id"]), codes_by_name())
        ids = rows.column(0).to_pylist()
        known = sum(
            Case.objects.filter(case_id__in=ids[start : start + 500], is_current=True).count()
            for start in range(0, len(ids), 500)
        )
    return {"cases_new": total - known, "cases_changed": known}


def _restore(case_ids: Sequence[str]) -> None:
    """The newest row that is left of each of these cases is the current one again."""
    newest: dict[str, int] = {}
    for pk, case_id in Case.objects.filter(case_id__in=case_ids).order_by("pk").values_list("pk", "case_id"):
        newest[case_id] = pk
    Case.objects.filter(pk__in=newest.values()).update(is_current=True)


def _plain(value: Any) -> Any:
    """The value as JSON can keep it."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    return str(value)


def _name(by: Any) -> str:
    return by if isinstance(by, str) else str(by.get_username())
