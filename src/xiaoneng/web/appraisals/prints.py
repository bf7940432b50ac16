"""What is printed of a round and then destroyed: code sheets, rolls, letters. Files in the data folder, for their owner only.

Codes and names never stand in one file, and no file outlives the printing: the office destroys them by a button, and the close
of the round does so at the latest.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from .models import Round

DRAWN = "drawn.json"


def folder_of(one: Round) -> Path:
    """The folder of a round, made at need, readable by its owner only."""
    folder: Path = settings.DATA_DIR / "rounds" / one.code
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def write(one: Round, name: str, content: bytes) -> None:
    """Keep one file until it is printed."""
    with os.fdopen(os.open(folder_of(one) / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)


def read(one: Round, name: str) -> bytes | None:
    """A file that has not been destroyed yet."""
    path = folder_of(one) / name
    return path.read_bytes() if "/" not in name and not name.startswith(".") and path.is_file() else None


def names(one: Round) -> list[str]:
    """The documents that can be printed, in order."""
    return sorted(path.name for path in folder_of(one).glob("*.pdf"))


def destroy(one: Round) -> int:
    """Destroy everything that was kept for printing.

    Out     how many files were there
    """
    folder = folder_of(one)
    count = sum(1 for _ in folder.iterdir())
    shutil.rmtree(folder)
    return count


def keep_drawn(one: Round, drawn: list[dict[str, Any]]) -> None:
    """Keep the drawn persons until they stand in the registrar's roll, or on a printed one."""
    write(one, DRAWN, json.dumps(drawn, ensure_ascii=False).encode())


def drawn(one: Round) -> list[dict[str, Any]]:
    """The drawn persons, while they are kept."""
    found = read(one, DRAWN)
    return json.loads(found) if found else []
