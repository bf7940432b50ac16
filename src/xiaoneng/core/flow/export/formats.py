"""Which formats there are, how their files are named, and what an export says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xiaoneng.core.errors import ExportError

Progress = Callable[[str, int, int], None]
Lifecycle = Literal["complete", "both"]
LIFECYCLES: tuple[Lifecycle, ...] = ("complete", "both")
PACKED = ".gz"
UNNAMED = "未命名环节"  # both formats need a name of every event


@dataclass(frozen=True)
class ExportFormat:
    """A kind of file that can be offered: `name` is xes or ocel, `media_type` that of the file as it lies on disk."""

    name: str
    ending: str
    media_type: str
    is_packed: bool


_FORMATS = (
    ExportFormat("xes", ".xes", "application/xml", False),
    ExportFormat("xes", ".xes.gz", "application/gzip", True),
    ExportFormat("ocel", ".json", "application/json", False),
    ExportFormat("ocel", ".json.gz", "application/gzip", True),
)


@dataclass(frozen=True)
class Exported:
    """What was written, and what could not be written as it stands."""

    format: str
    cases: int
    steps: int
    events: int
    handlers: int
    are_handlers_named: bool
    replaced_characters: int  # control characters, which XML forbids, written as their pictures
    without_name: int  # steps written under a stand-in name
    without_moment: int  # steps without any moment: in XES events without a time, in OCEL left out
    without_case: int  # steps of the tables that belong to no case, left out


def export_formats() -> tuple[ExportFormat, ...]:
    """The kinds of file that can be written, for a page that offers them."""
    return _FORMATS


def format_of(path: Path, *, chosen: str | None = None) -> ExportFormat:
    """The format of a file by its ending, or the one chosen by name.

    Raises  ExportError where the ending is unknown and no format is chosen, where there is no such format, or where ending
            and format contradict each other
    """
    name = path.name.lower()
    by_ending = next((one for one in _FORMATS if name.endswith(one.ending)), None)
    if chosen is None:
        if by_ending is None:
            endings = ", ".join(one.ending for one in _FORMATS)
            raise ExportError(f"{path.name}: its ending names no format; end it in {endings}, or choose xes or ocel")
        return by_ending
    if chosen not in {one.name for one in _FORMATS}:
        raise ExportError(f"there is no format {chosen!r}: choose xes or ocel")
    if by_ending is not None and by_ending.name != chosen:
        raise ExportError(f"{path.name} is named as {by_ending.name} and chosen as {chosen}: change one of them")
    is_packed = name.endswith(PACKED)
    return next(one for one in _FORMATS if one.name == chosen and one.is_packed == is_packed)
