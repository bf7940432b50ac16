"""Reads a catalogue file into rows of SERVICE_ITEMS.

The bridge, one floor up, hands in the reader of the core; without it, plain CSV is read.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from xiaoneng.core.errors import UnreadableFileError

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    Upload = UploadedFile[Any]


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file as read: its name, its hash, its rows as SERVICE_ITEMS."""

    source: str
    sha256: str
    rows: Sequence[Mapping[str, Any]]


Reader = Callable[["Upload"], Sequence[Mapping[str, Any]]]
_reader: list[Reader] = []
# The columns of a plain CSV: those of SERVICE_ITEMS that a person would fill in.
_COLUMNS = (
    *("service_item", "service_item_name", "catalog_code", "agency", "agency_name", "item_kind", "case_kind"),
    *("promised_limit", "promised_unit", "statutory_limit", "statutory_unit", "law_rule"),
    *("in_force_from", "in_force_to"),
)
_NUMBERS = {"promised_limit", "statutory_limit"}
_DAYS = {"in_force_from", "in_force_to"}


def set_reader(reader: Reader) -> None:
    """Take the reader of the core, which knows more kinds of files and the catalogues of real portals."""
    _reader[:] = [reader]


def read(file: Upload) -> CatalogueFile:
    """The rows of an uploaded catalogue.

    Raises  UnreadableFileError, or what the core's reader raises, where the file cannot be read
    """
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    rows = _reader[0](file) if _reader else _plain_csv(file)
    return CatalogueFile(file.name or "", digest.hexdigest(), rows)


def _plain_csv(file: Upload) -> list[dict[str, Any]]:
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"{file.name}: it is not UTF-8 text at byte {error.start}: save it as CSV (UTF-8) and try again"
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    columns = _COLUMNS
    there = reader.fieldnames or ()
    missing = [name for name in ("service_item", "service_item_name", "agency") if name not in there]
    if missing:
        raise UnreadableFileError(
            f"{file.name}: it has no column {', '.join(missing)}; a catalogue has {', '.join(columns[:12])}"
        )
    return [_row(row, number, columns) for number, row in enumerate(reader, 2)]


def _row(row: Mapping[str, str | None], line: int, columns: Sequence[str]) -> dict[str, Any]:
    typed: dict[str, Any] = {"line": line}
    for name in columns:
        value = (row.get(name) or "").strip()
        if name == "line" or not value:
            continue
        if name in _NUMBERS:
            typed[name] = int(value) if value.isdigit() else value
        elif name in _DAYS:
            typed[name] = _day(value, line, name)
        else:
            typed[name] = value
    return typed


def _day(value: str, line: int, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UnreadableFileError(f"line {line}: {name} is {value!r}; write the day as 2026-03-04") from None
