"""Every way to bring files to an import and to lead it on: upload, choose how they are read, accept, discard."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from xiaoneng.web import audit
from xiaoneng.web.cases.models import BatchState, ImportBatch, ImportedFile, SavedMapping

from . import work
from .actions import WrongStateError
from .asking import ask
from .progress import folder_of, is_silent, stored_name

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def upload(files: Iterable[UploadedFile[Any]], *, by: Any) -> ImportBatch:
    """Keep the files in the data folder and start the dry run."""
    files = list(files)
    with transaction.atomic():
        batch = ImportBatch.objects.create(created_by=by.get_username())
        shutil.rmtree(folder_of(batch.pk), ignore_errors=True)  # of an upload that never came to its end
        folder = folder_of(batch.pk) / "files"
        folder.mkdir(parents=True)
        for number, file in enumerate(files, start=1):
            stored = stored_name(file.name or "", number, {path.name for path in folder.iterdir()})
            with (folder / stored).open("wb") as opened:
                for chunk in file.chunks():
                    opened.write(chunk)
        names = [file.name for file in files]
        audit.record("files_uploaded", subject=batch, by=by, after={"files": names})
        transaction.on_commit(lambda: work.start("check", str(batch.pk)))
    return batch


def read_with(batch: ImportBatch, mapping: str, *, by: Any) -> None:
    """Read the files in another way: a shipped profile, a saved mapping (saved:NAME), or as the columns tell (empty).

    Raises  WrongStateError where the import is under way or over
    """
    waiting = (BatchState.CHECKED, BatchState.UNMAPPED, BatchState.FAILED)
    with transaction.atomic():
        _move(batch, waiting, BatchState.UPLOADED, mapping=mapping)
        audit.record("import_read_again", subject=batch, by=by, after={"mapping": mapping})
        transaction.on_commit(lambda: work.start("check", str(batch.pk)))


def save_mapping(name: str, record: str, mapping: Mapping[str, str], *, by: Any) -> SavedMapping:
    """Keep a mapping of columns to fields under a name.

    Raises  IntakeError where the name or a field is not one
    """
    text = ask("mapping", name=name, record=record, mapping=dict(mapping))
    with transaction.atomic():
        saved, is_new = SavedMapping.objects.update_or_create(
            name=name, defaults={"text": text, "created_by": by.get_username()}
        )
        audit.record("mapping_saved", subject=saved, by=by, after={"record": record, "is_new": is_new, **mapping})
    return saved


def accept(batch: ImportBatch, *, by: Any, accept_good_rows: bool) -> None:
    """Take a checked import in: every row, or the good ones.

    Raises  WrongStateError where it was not checked, or where rows are refused and the good ones were not accepted
    """
    if batch.refused_rows and not accept_good_rows:
        raise WrongStateError("some rows cannot be read: correct the files, or accept the good rows without them")
    with transaction.atomic():
        rows = ImportBatch.objects.select_for_update().filter(Q(pk=batch.pk) | Q(state=BatchState.IMPORTING))
        if any(one.state == BatchState.IMPORTING and one.pk != batch.pk for one in rows):
            raise WrongStateError("another import is being taken in; wait until it is through")
        facts = {"accept_good_rows": accept_good_rows, "accepted_by": by.get_username()}
        _move(batch, (BatchState.CHECKED,), BatchState.IMPORTING, **facts)
        audit.record("import_accepted", subject=batch, by=by, after={"accept_good_rows": accept_good_rows})
        transaction.on_commit(lambda: work.start("import", str(batch.pk)))


@transaction.atomic
def discard(batch: ImportBatch, *, by: Any) -> None:
    """Let an import go that was never taken in; its files are removed."""
    _move(batch, (BatchState.CHECKED, BatchState.UNMAPPED, BatchState.FAILED), BatchState.DISCARDED)
    audit.record(
        "import_discarded", subject=batch, by=by, before={"files": [one.file_name for one in batch.files.all()]}
    )
    ImportedFile.objects.filter(batch=batch).delete()
    shutil.rmtree(folder_of(batch.pk), ignore_errors=True)


def start_again(batch: ImportBatch, *, by: Any) -> None:
    """Check an import again whose job has stopped without a word; nothing of it had been taken in.

    Raises  WrongStateError where its job still speaks, or is over
    """
    if not is_silent(batch):
        raise WrongStateError("the work on this import goes on: wait until it is through")
    running = (BatchState.UPLOADED, BatchState.CHECKING, BatchState.IMPORTING)
    with transaction.atomic():
        _move(batch, running, BatchState.UPLOADED)
        audit.record("import_read_again", subject=batch, by=by, note="its job had stopped without a word")
        transaction.on_commit(lambda: work.start("check", str(batch.pk)))


def _move(batch: ImportBatch, come_from: tuple[BatchState, ...], to: BatchState, **more: Any) -> None:
    moved = ImportBatch.objects.filter(pk=batch.pk, state__in=come_from).update(
        state=to, error="", error_kind="", started_at=timezone.now(), **more
    )
    if not moved:
        raise WrongStateError("this import has moved on in the meantime: load the page again")
    batch.refresh_from_db()
