"""An edition on disk: written whole or not at all, and read back for explanations."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ..errors import EditionError
from .manifest import FORMAT, file_digest, files_of
from .tables import EditionTables

MANIFEST = "manifest.json"


def write_folder(
    folder: Path,
    *,
    tables: EditionTables,
    manifest: Mapping[str, Any],
    summary: Mapping[str, Any],
    page: str,
    extra_files: Mapping[str, str] | None = None,
) -> None:
    """Write the edition beside its place and move it there last: a stop half-way leaves the old one whole.

    Raises  EditionError where the folder holds something that is not an edition
    """
    check_place(folder)
    draft = folder.with_name(f".{folder.name}.part")
    if draft.exists():
        shutil.rmtree(draft)
    (draft / "tables").mkdir(parents=True)
    for name, table in tables.by_name.items():
        table.write_parquet(draft / "tables" / f"{name}.parquet")
        table.write_csv(draft / "tables" / f"{name}.csv")
    (draft / "summary.json").write_text(as_json(summary), encoding="utf-8")
    (draft / "index.html").write_text(page, encoding="utf-8")
    for name, content in (extra_files or {}).items():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        (draft / name).write_text(content, encoding="utf-8")
    (draft / MANIFEST).write_text(as_json({**manifest, "files": files_of(draft)}), encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    draft.replace(folder)


def check_place(folder: Path) -> None:
    """Refuse a place where an edition would overwrite something else."""
    if folder.is_file():
        raise EditionError(f"{folder} is a file: name a folder for the edition")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise EditionError(f"{folder} holds files that are no edition: name an empty or a new folder")


def as_json(value: Mapping[str, Any]) -> str:
    """Readable JSON, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True)
class Edition:
    """An edition folder."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return self._json(MANIFEST)

    @cached_property
    def summary(self) -> dict[str, Any]:
        return self._json("summary.json")

    def _json(self, name: str) -> dict[str, Any]:
        try:
            value = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise EditionError(f"{self.folder / name} cannot be read ({error}): write the edition again") from error
        if not isinstance(value, dict):
            raise EditionError(f"{self.folder / name} is not what an edition writes: write the edition again")
        return value

    def rows(self, table: str, **wanted: str) -> list[dict[str, Any]]:
        """The rows of a table whose columns have the wanted values.

        Raises  EditionError where the edition has no such table
        """
        path = self.folder / "tables" / f"{table}.parquet"
        if not path.is_file():
            raise EditionError(f"{self.folder} has no table {table}: write the edition again")
        filters = [(column, "=", value) for column, value in wanted.items()] or None
        rows: list[dict[str, Any]] = pq.read_table(path, filters=filters).to_pylist()
        return rows

    def case(self, number: str) -> dict[str, Any]:
        """The case of this identifier or printed number.

        Raises  EditionError where there is none, or several agencies have a case of this number
        """
        found = self.rows("cases", case_id=number) or self.rows("cases", case_no=number)
        if not found:
            raise EditionError(
                f"{self.folder} holds no case {number!r}: see tables/cases.csv, columns case_id and case_no"
            )
        if len(found) > 1:
            ids = ", ".join(str(row["case_id"]) for row in found[:5])
            raise EditionError(f"{len(found)} agencies have a case {number!r}: name it by its case_id, one of {ids}")
        return found[0]

    def changed_files(self) -> list[str]:
        """Files that are missing or no longer have the bytes that the manifest records."""
        return [
            str(entry["file"])
            for entry in self.manifest.get("files", ())
            if not (self.folder / entry["file"]).is_file()
            or file_digest(self.folder / entry["file"]) != entry["sha256"]
        ]


def open_edition(folder: Path) -> Edition:
    """An edition folder to read from.

    Raises  EditionError where the folder holds none, or one of a later layout
    """
    if not (folder / MANIFEST).is_file():
        raise EditionError(f"{folder} is no edition: it has no {MANIFEST}; write one with xiaoneng analyse")
    edition = Edition(folder)
    if edition.manifest.get("format") != FORMAT:
        raise EditionError(f"{folder} has layout {edition.manifest.get('format')}, this version reads {FORMAT}")
    return edition


__all__: Sequence[str] = ["Edition", "as_json", "check_place", "open_edition", "write_folder"]
