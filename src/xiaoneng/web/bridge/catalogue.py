"""Reads an uploaded catalogue of service items with the readers of the core, in a process of its own.

The web process stays small, and a file that brings a reader down does not bring the pages down.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xiaoneng.core import errors
from xiaoneng.core.errors import IntakeError, UnreadableFileError

from .progress import stored_name

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LONGEST_READING_S = 120
REFUSED = 3  # exit code: the file was read and refused; the answer is the kind of error and its sentence
_DAYS = ("in_force_from", "in_force_to")


def read_catalogue(file: UploadedFile[Any]) -> list[dict[str, Any]]:
    """The rows of an uploaded catalogue, as SERVICE_ITEMS.

    Raises  UnreadableFileError where the file cannot be read, or holds no items
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / stored_name(file.name or "")
        with path.open("wb") as opened:
            for chunk in file.chunks():
                opened.write(chunk)
        command = [sys.executable, "-m", __name__, str(path)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, encoding="utf-8", timeout=LONGEST_READING_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise UnreadableFileError(f"{path.name}: reading took too long; split the file and try again") from None
    if done.returncode not in (0, REFUSED):
        raise UnreadableFileError(
            f"{path.name}: it cannot be read as a catalogue; save it as CSV or xlsx and try again"
        )
    answer = json.loads(done.stdout)
    if done.returncode == REFUSED:
        raise getattr(errors, answer["kind"], UnreadableFileError)(answer["refused"].replace(f"{folder}/", ""))
    rows: list[dict[str, Any]] = answer
    for row in rows:
        for name in _DAYS:
            row[name] = date.fromisoformat(row[name]) if row[name] else None
    return rows


def _main(path: Path) -> int:
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.intake import read

    try:
        rows = read([path], engine=Engine()).tables["service_items"].rows()
        if not rows:
            raise UnreadableFileError(f"{path.name}: it holds no service items; a catalogue has one row an item")
    except IntakeError as error:
        json.dump({"kind": type(error).__name__, "refused": str(error)}, sys.stdout)
        return REFUSED
    json.dump(rows, sys.stdout, default=str, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(_main(Path(sys.argv[1])))
