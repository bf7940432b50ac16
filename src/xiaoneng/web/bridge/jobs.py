"""The long jobs on an import: the dry run, and the taking in. A refusal stays with the import, for the page to show."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

from django.utils import timezone, translation

from xiaoneng.core.errors import IntakeError, MappingError, RowsRefusedError, XiaonengError
from xiaoneng.web.cases.models import BatchState, ImportBatch, SavedMapping
from xiaoneng.web.shell.refusals import kind_of

from .actions import import_files, keep_report, run_clocks
from .progress import Progress, folder_of, progress_of

_MEMORY_MIB = 1024
_log = logging.getLogger(__name__)


class BrokeOffError(IntakeError):
    """A job ended by a fault of ours; the log jobs.log in the data folder says which."""


def check(batch_id: int) -> None:
    """Read the files of an import and keep what was found; nothing is taken in."""
    batch = ImportBatch.objects.get(pk=batch_id)
    progress = Progress(progress_of(batch_id).path, phases=("reading", "checking"))
    waiting = ImportBatch.objects.filter(pk=batch_id, state=BatchState.UPLOADED)
    if not waiting.update(state=BatchState.CHECKING, started_at=timezone.now(), error="", error_kind=""):
        return  # another job has it
    batch.refresh_from_db()
    try:
        _check(batch, progress)
    except MappingError as error:
        _end(batch, BatchState.UNMAPPED, error)
    except XiaonengError as error:
        _end(batch, BatchState.FAILED, error)
    except Exception:
        _log.exception("the check of import %s broke off", batch_id)
        _end(batch, BatchState.FAILED, BrokeOffError("the check broke off; nothing was changed"))


def take_in(batch_id: int) -> None:
    """Take the files of a checked import in, then run the clocks."""
    batch = ImportBatch.objects.get(pk=batch_id)
    progress = Progress(progress_of(batch_id).path, phases=("reading", "writing", "clocks", "storing"))
    by = batch.accepted_by or batch.created_by
    try:
        import_files(
            paths_of(batch_id),
            by=by,
            accept_good_rows=batch.accept_good_rows,
            profile=mapping_of(batch),
            batch=batch,
            progress=progress,
        )
    except RowsRefusedError as error:
        _end(batch, BatchState.CHECKED, error)
        return
    except XiaonengError as error:
        _end(batch, BatchState.FAILED, error)
        return
    except Exception:
        _log.exception("import %s broke off", batch_id)
        _end(batch, BatchState.FAILED, BrokeOffError("the import broke off; nothing was taken in"))
        return
    run_clocks(on=timezone.localdate(), by=by, tell=progress.tell)


def clocks(on: str) -> None:
    """Judge every case on the day that is named, or today."""
    run_clocks(on=date.fromisoformat(on) if on else timezone.localdate())


def paths_of(batch_id: int) -> list[Path]:
    """The uploaded files of an import."""
    return sorted(path for path in (folder_of(batch_id) / "files").glob("*") if path.is_file())


def mapping_of(batch: ImportBatch) -> str | None:
    """What reads the files: a shipped profile's name, the path of a saved mapping, or None to find out."""
    if not batch.mapping.startswith("saved:"):
        return batch.mapping or None
    saved = SavedMapping.objects.get(name=batch.mapping.removeprefix("saved:"))
    path = folder_of(batch.pk) / "mapping.toml"
    path.write_text(saved.text, encoding="utf-8")
    return str(path)


def _check(batch: ImportBatch, progress: Progress) -> None:
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.intake import ReadOptions, error_workbook, read

    progress.tell("reading")
    with Engine(memory_limit_mib=_MEMORY_MIB, spill_dir=folder_of(batch.pk) / "spill") as engine:
        options = ReadOptions(
            accept_good_rows=True, on_progress=lambda done, total, _phase: progress.tell("reading", done, total)
        )
        found = read(paths_of(batch.pk), engine=engine, profile=mapping_of(batch), options=options)
        progress.tell("checking")
        keep_report(found, batch)
        for language in ("zh", "en"):
            with translation.override("zh-hans" if language == "zh" else "en"):
                error_workbook(found, folder_of(batch.pk) / f"rows-{language}.xlsx", language)


def _end(batch: ImportBatch, state: BatchState, error: XiaonengError) -> None:
    """Write down how the job ended, unless the import has been given to another job since."""
    text = str(error).replace(str(folder_of(batch.pk) / "files") + "/", "")
    ImportBatch.objects.filter(pk=batch.pk, state__in=(BatchState.CHECKING, BatchState.IMPORTING)).update(
        state=state, error=text, error_kind=kind_of(error), finished_at=timezone.now()
    )
