"""The trace: every deed leaves an entry with who did it, and no entry is ever changed, by whatever way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from xiaoneng.web import audit
from xiaoneng.web.audit.models import AppendOnlyError, Entry

from .importing import Importer, csv_of
from .test_who_sees_what import BUTTONS, _rows

pytestmark = pytest.mark.django_db
NO_DEED = {"/logout/", "/switch/language/", "/switch/type/"}  # they change what one reader sees, and nothing else
NO_DEED |= {"/token/{signing}/begin/", "/token/{signing}/issue/"}  # a trace would tell who fetched a token, and when


WALKED = (
    "/rounds/",
    "/ratings/",
)  # they need a state that their own tests bring about, and there their traces are looked at


def _is_pressed_here(button: str) -> bool:
    return button not in NO_DEED and not button.startswith(WALKED)


@pytest.fixture
def entry() -> Entry:
    audit.record("agency_created", subject=("registry.agency", "1"), by="test", after={"code": "D9"})
    found = Entry.objects.first()
    assert found is not None
    return found


# --- nothing in it is changed


@pytest.mark.parametrize(
    "deed",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: Entry.objects.update(actor="x"),
        lambda entry: Entry.objects.all().delete(),
        lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
        lambda entry: Entry.objects.bulk_update([entry], ["actor"]),
    ],
)
def test_the_application_cannot_change_or_delete_an_entry(deed: Callable[[Entry], Any], entry: Entry) -> None:
    with pytest.raises(AppendOnlyError, match="only added to"):
        deed(entry)


@pytest.mark.parametrize("statement", ["update audit_entry set actor = 'x'", "delete from audit_entry"])
def test_the_database_refuses_it_too(statement: str, entry: Entry) -> None:
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get(pk=entry.pk).actor == "test"


def test_no_page_of_the_trace_takes_anything(reader: Callable[[str], Client]) -> None:
    client = reader("auditor")
    for method in (client.post, client.put, client.patch, client.delete):
        assert method("/trace/").status_code == 405


# --- every deed is in it


def _press(importer: Importer, button: str, named: Mapping[str, str | int]) -> list[Entry]:
    """Press a button in a state where it does something; the entries that it left."""
    from datetime import timedelta

    from django.utils import timezone

    from xiaoneng.web.cases.models import ImportBatch

    names = dict(named)
    data: dict[str, Any] = {"decision": "approve", "hours": "08:00-12:00, 13:00-17:00"}
    if button.startswith("/time/lists/"):
        data["file"] = SimpleUploadedFile("list.csv", b"agency,handler\nD9,A2\n")
    if "{batch}" in button:
        batch = importer.upload(("cases.csv", csv_of()))
        if button.endswith("/undo/"):
            importer.press(batch, "accept")
        if button.endswith("/again/"):
            long_ago = timezone.now() - timedelta(days=1)
            ImportBatch.objects.filter(pk=batch.pk).update(state="checking", started_at=long_ago)
            _forget_progress(batch.pk)
        names["batch"] = batch.pk
    before = set(Entry.objects.values_list("pk", flat=True))
    importer.post(button.format(**names), data)
    return list(Entry.objects.exclude(pk__in=before))


def _forget_progress(batch: int) -> None:
    import os

    from xiaoneng.web.bridge.progress import folder_of

    os.utime(folder_of(batch) / "progress.json", (0, 0))


@pytest.mark.usefixtures("without_clocks")
@pytest.mark.parametrize("button", [button for button, _ in _rows(BUTTONS) if _is_pressed_here(button)])
def test_every_button_leaves_an_entry_with_the_name_of_who_pressed_it(
    button: str, importer: Importer, named: Mapping[str, str | int]
) -> None:
    from xiaoneng.web.accounts.models import User

    User.objects.filter(username="a-office_editor").update(manages_users=True)
    entries = _press(importer, button, named)
    assert {entry.actor for entry in entries} == {"a-office_editor"}


@pytest.mark.parametrize("button", sorted(NO_DEED))
def test_a_switch_is_no_deed(button: str, importer: Importer, named: Mapping[str, str | int]) -> None:
    assert _press(importer, button, named) == []


# --- reading it


def test_the_trace_is_searched_by_actor_subject_and_kind(reader: Callable[[str], Client], entry: Entry) -> None:
    client = reader("auditor")
    assert list(client.get("/trace/", {"q": "test"}).context["page"]) == [entry]
    assert list(client.get("/trace/", {"q": "test", "kind": "agency_created"}).context["page"]) == [entry]
    assert list(client.get("/trace/", {"q": "test", "kind": "user_created"}).context["page"]) == []
    assert client.get("/trace/", {"kind": "no_such_kind"}).context["page"].paginator.count == 0


def test_every_kind_of_deed_has_a_name_in_both_languages() -> None:
    """The kinds stand in the source as the first word passed to `audit.record`."""
    import re
    from pathlib import Path

    import xiaoneng.web
    from xiaoneng.core import words

    root = Path(xiaoneng.web.__file__ or "").parent
    kinds = {
        kind
        for file in root.rglob("*.py")
        for kind in re.findall(r'audit\.record\(\s*"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert len(kinds) > 15
    assert {kind for kind in kinds if words.label(kind, "zh") == kind} == set()
