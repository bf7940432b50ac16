"""The import, attacked: what cannot be read is refused in words and changes nothing; a job that dies leaves nothing half-written."""

from __future__ import annotations

import gzip
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from xiaoneng.core.errors import IntakeError
from xiaoneng.web.bridge import actions, jobs, uploading
from xiaoneng.web.bridge.progress import folder_of
from xiaoneng.web.cases.models import Case, CaseClock, ImportBatch, ImportedFile, SetAsideRow, Step

from .importing import ROWS, Importer, csv_of, numbers, zipped

Deeds = Callable[[], list[str]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XES = b'<?xml version="1.0" encoding="utf-8"?><log xmlns="http://www.xes-standard.org/"><trace>'


pytestmark = pytest.mark.usefixtures("without_clocks")


def _counts() -> dict[str, int]:
    models: Any = (Case, Step, CaseClock)
    return {model.__name__: model.objects.count() for model in models} | {
        "taken_in": ImportedFile.objects.filter(is_taken_in=True).count()
    }


# --- at the door: by name and size


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cases.pdf", b"%PDF-1.7", ".xlsx"),
        ("cases.exe", b"MZ", ".xlsx"),
        ("cases.csv.php", b"<?php", ".xlsx"),
        ("empty.csv", b"", "空"),
    ],
)
def test_a_file_of_another_kind_is_refused_beside_the_field(
    name: str, content: bytes, says: str, importer: Importer, deeds: Deeds
) -> None:
    imports = ImportBatch.objects.count()
    response = importer.post("/import/", {"files": [SimpleUploadedFile(name, content)]})
    assert response.status_code == 422
    assert says in str(response.context["form"].errors["files"])
    assert ImportBatch.objects.count() == imports
    assert deeds() == []


def test_a_file_over_the_limit_is_refused_with_the_limit(importer: Importer, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1024**2
    response = importer.post("/import/", {"files": [SimpleUploadedFile("large.csv", b"x" * (1024**2 + 1))]})
    assert response.status_code == 422
    assert "1 MiB" in str(response.context["form"].errors["files"])


def test_no_file_and_too_many_files_are_refused(importer: Importer) -> None:
    assert importer.post("/import/", {}).status_code == 422
    many = [SimpleUploadedFile(f"{number}.csv", csv_of()) for number in range(21)]
    assert importer.post("/import/", {"files": many}).status_code == 422


# --- in the dry run: by what is inside


def _encrypted_zip() -> bytes:
    made = bytearray(zipped(xl__workbook_xml=b"<workbook/>"))
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("cut.xlsx", zipped(xl__workbook_xml=b"<workbook/>")[:-30], "DamagedFileError"),
        ("text.xlsx", csv_of(), "WrongKindError"),
        ("other.xlsx", zipped(word__document_xml=b"<document/>"), "WrongKindError"),
        ("locked.xlsx", _encrypted_zip(), "EncryptedFileError"),
        ("locked.xls", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "EncryptedFileError"),
        ("bomb.xlsx", zipped(xl__workbook_xml=b"0" * 200_000_000), "UnsafeFileError"),
        ("bomb.xes.gz", gzip.compress(XES + b" " * 200_000_000), "UnsafeFileError"),
        ("entities.xes", b'<!DOCTYPE log [<!ENTITY a "a">]>' + XES, "UnsafeFileError"),
        ("cut.parquet", b"PAR1" + b"\0" * 40, "DamagedFileError"),
        ("cut.xes", XES, "DamagedFileError"),
        ("cut.xes.gz", gzip.compress(XES * 50)[:-20], "DamagedFileError"),
        ("noise.csv", struct.pack("64B", *range(64)) * 8, "WrongKindError"),
        ("head.csv", csv_of(()), "DamagedFileError"),
        ("broken.jsonl", b'{"case_no": ', "DamagedFileError"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_the_readers_language(
    name: str, content: bytes, kind: str, importer: Importer, deeds: Deeds
) -> None:
    from xiaoneng.core import words

    before = _counts()
    batch = importer.upload((name, content))
    assert (batch.state, batch.error_kind) == ("failed", kind), batch.error
    assert batch.error.startswith(name)
    assert words.say(f"refused.{kind}", "zh") in importer.page(batch)
    assert str(folder_of(batch.pk)) not in importer.page(batch)
    assert importer.press(batch, "accept") == "failed"
    assert _counts() == before
    assert deeds() == ["files_uploaded"]


def test_one_bad_file_stops_the_good_ones_beside_it(importer: Importer) -> None:
    batch = importer.upload(("good.csv", csv_of()), ("bad.parquet", b"PAR1" + b"\0" * 40))
    assert batch.state == "failed"
    assert "bad.parquet" in batch.error
    assert numbers() == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../secret_key.csv", "secret_key.csv"),
        ("..\\..\\x.csv", "x.csv"),
        ("长" * 90 + ".csv", "长" * 65 + ".csv"),
        ("a\nb;rm -rf.csv", "ab_rm -rf.csv"),
        ("<script>alert(1)</script>.csv", "script_.csv"),
        (".csv", "csv"),
    ],
)
def test_a_file_name_never_leads_out_of_the_folder_of_its_import(name: str, kept: str, importer: Importer) -> None:
    batch = importer.upload((name, csv_of()))
    files = [path.name for path in (folder_of(batch.pk) / "files").iterdir()]
    assert len(files) == 1
    assert files[0].endswith(kept)
    assert len(files[0].encode()) <= 255
    assert "<script>alert" not in importer.page(batch)


def test_two_files_of_one_name_are_both_kept(importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of(ROWS[:1])), ("cases.csv", csv_of(ROWS[1:])))
    assert batch.report["counts"]["cases"] == 2


# --- buttons that come too late


@pytest.mark.parametrize("button", ["read", "accept", "again", "discard", "undo"])
def test_a_button_of_another_step_does_nothing(button: str, importer: Importer) -> None:
    """Such as the second press of a double click, or a page left open overnight."""
    done = importer.take(csv_of())
    undone = importer.take(csv_of(ROWS[:1]), "later.csv")
    importer.press(undone, "undo")
    before = _counts()
    if button != "undo":
        assert importer.press(done, button) == "done"
    assert importer.press(undone, button) == "undone"
    assert _counts() == before
    assert numbers() == ["T-1", "T-2"]


def test_only_one_import_is_taken_in_at_a_time(importer: Importer) -> None:
    first = importer.upload(("first.csv", csv_of()))
    second = importer.upload(("second.csv", csv_of(ROWS[:1])))
    ImportBatch.objects.filter(pk=first.pk).update(state="importing", started_at=timezone.now())
    assert importer.press(second, "accept") == "checked"
    assert numbers() == []
    ImportBatch.objects.filter(pk=first.pk).update(state="done")
    assert importer.press(second, "accept") == "done"


def test_two_dry_runs_of_one_file_end_in_one_import(importer: Importer) -> None:
    first, second = (importer.upload((name, csv_of())) for name in ("one.csv", "two.csv"))
    assert importer.press(first, "accept") == "done"
    assert importer.press(second, "accept") == "failed"
    assert second.error_kind == "AlreadyImportedError"
    assert numbers() == ["T-1", "T-2"]


# --- jobs that die


def test_a_job_that_dies_while_it_writes_leaves_nothing(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The records, the files' marks and the state of the import are one transaction."""
    batch = importer.upload(("cases.csv", csv_of()))
    before = _counts()

    def dies(**_: Any) -> None:
        raise MemoryError("the machine has no more")

    monkeypatch.setattr(actions, "register_agencies", dies)
    assert importer.press(batch, "accept") == "failed"
    assert batch.error_kind == "BrokeOffError"
    assert "no more" not in importer.page(batch)
    assert _counts() == before
    monkeypatch.undo()
    assert importer.press(batch, "read") == "checked"
    assert importer.press(batch, "accept") == "done"
    assert numbers() == ["T-1", "T-2"]


def test_a_job_that_was_killed_can_be_started_again_once_it_is_silent(importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of()))
    ImportBatch.objects.filter(pk=batch.pk).update(state="importing", started_at=timezone.now())
    assert importer.press(batch, "again") == "importing"
    _say_nothing_for(batch, minutes=10)
    assert f'action="/import/{batch.pk}/again/"' in importer.page(batch)
    assert importer.press(batch, "again") == "checked"


def test_a_job_that_wakes_up_after_another_took_over_changes_nothing(importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of()))
    ImportBatch.objects.filter(pk=batch.pk).update(state="importing")
    batch.refresh_from_db()
    sleeper = ImportBatch.objects.get(pk=batch.pk)
    _say_nothing_for(batch, minutes=10)
    importer.press(batch, "again")
    with pytest.raises(actions.WrongStateError, match="another job"):
        actions.import_files(jobs.paths_of(batch.pk), by="test", batch=sleeper)
    assert numbers() == []
    assert SetAsideRow.objects.filter(batch=batch).count() == 0
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_the_same_import_is_never_checked_twice_at_once(importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of()))
    ImportBatch.objects.filter(pk=batch.pk).update(state="done")
    jobs.check(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "done"


def test_an_answer_that_does_not_come_is_a_refusal(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """A child of ours that dies, such as for want of memory, does not take the page with it."""
    from xiaoneng.web.bridge import asking

    settings.BRIDGE_WORKS_APART = True
    monkeypatch.setattr(asking.sys, "executable", "/bin/false")
    with pytest.raises(IntakeError, match=r"jobs\.log"):
        asking.ask("profiles")


def test_a_failed_upload_leaves_no_import(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    imports = ImportBatch.objects.count()

    def full(*_: Any) -> str:
        raise OSError("no space left on device")

    monkeypatch.setattr(uploading, "stored_name", full)
    importer.client.raise_request_exception = False
    response = importer.post("/import/", {"files": [SimpleUploadedFile("cases.csv", csv_of())]})
    assert response.status_code == 500
    assert ImportBatch.objects.count() == imports


def _say_nothing_for(batch: ImportBatch, *, minutes: int) -> None:
    import os

    then = timezone.now() - timedelta(minutes=minutes)
    ImportBatch.objects.filter(pk=batch.pk).update(started_at=then)
    for path in folder_of(batch.pk).glob("progress.json"):
        os.utime(path, (time.time() - 60 * minutes,) * 2)
    batch.refresh_from_db()
