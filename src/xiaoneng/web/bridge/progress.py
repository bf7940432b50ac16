"""How far a long job has come, for the page that waits for it.

The database holds the state of an import; while one writes, though, it holds the database's only writer's place until the
end, and what it wrote about itself could be seen by nobody. So steps and percent stand in a small file beside the upload.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from xiaoneng.web.cases.models import ImportBatch

PHASES = ("reading", "checking", "writing", "clocks", "storing")
_SPACING_SECONDS = 0.2
_SILENT_SECONDS = 180
_LONGEST_NAME_BYTES = 200  # file systems allow 255, and a number may come before the name


def folder_of(batch_id: int) -> Path:
    """The folder of one import: its files, its error workbook, its progress."""
    return Path(settings.DATA_DIR) / "imports" / str(batch_id)


def stored_name(name: str, number: int = 1, taken: Iterable[str] = ()) -> str:
    """An uploaded file's own name without what a path could be made of; a second one of the same name gets a number."""
    plain = re.sub(r"[^\w.\-()（）【】 ]+", "_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    plain = plain.encode()[-_LONGEST_NAME_BYTES:].decode(errors="ignore") or "file"  # the end tells the kind of file
    return f"{number}-{plain}" if plain in taken else plain


@dataclass
class Progress:
    """Writes steps as they come; `phases` are those that this job goes through."""

    path: Path | None
    phases: tuple[str, ...] = PHASES
    started: float = field(default_factory=time.time)
    _last: float = 0.0
    _phase: str = ""
    _phase_started: float = 0.0

    def tell(self, phase: str, done: int = 0, total: int = 0) -> None:
        """Say how far the phase has come; `total` 0 is unknown."""
        now = time.time()
        if phase != self._phase:
            self._phase, self._phase_started = phase, now
        elif now - self._last < _SPACING_SECONDS:
            return
        self._last = now
        if self.path is None:
            return
        share = min(1.0, done / total) if total else None
        left = (now - self._phase_started) * (1 - share) / share if share else None
        facts = {"phases": self.phases, "phase": phase, "share": share, "seconds_left": left, "started": self.started}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(facts), encoding="utf-8")
        fresh.replace(self.path)


def progress_of(batch_id: int) -> Progress:
    """Where the job of an import writes."""
    return Progress(folder_of(batch_id) / "progress.json")


def read_progress(batch_id: int) -> dict[str, Any]:
    """What the job said last; empty where it has not said anything yet."""
    try:
        found: dict[str, Any] = json.loads((folder_of(batch_id) / "progress.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def is_silent(batch: ImportBatch) -> bool:
    """Whether a job that should be at work has said nothing for long."""
    try:
        last = (folder_of(batch.pk) / "progress.json").stat().st_mtime
    except OSError:
        last = 0.0
    begun = batch.started_at or batch.created_at
    return batch.is_running and time.time() - max(last, begun.timestamp()) > _SILENT_SECONDS
