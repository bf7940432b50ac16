"""What an import hands over: tables, where they came from, and a readable report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from xiaoneng.core.engine import Table

if TYPE_CHECKING:
    from .profile import Profile

MIB = 1024 * 1024

Progress = Callable[[int, int, str], None]
"""Called with (done, total, phase) while a file is read; total 0 is unknown."""


@dataclass(frozen=True)
class ReadOptions:
    """How files are read.

    Units   max_bytes: size of one file; max_unpacked_bytes: what it may unpack to; memory_limit_mib: of the child
            process that reads a workbook
    """

    zone: str | None = None  # overrides the profile's zone
    accept_good_rows: bool = False  # otherwise one unreadable row refuses everything
    max_bytes: int = 2048 * MIB
    max_unpacked_bytes: int = 16384 * MIB
    memory_limit_mib: int = 1536
    on_progress: Progress | None = None
    in_child_above_bytes: int = 8 * MIB  # a workbook larger than this is read in a child process
    code_versions: tuple[tuple[str, str], ...] = ()  # (code table, version) chosen instead of the profile's


@dataclass(frozen=True)
class Source:
    """One file, or one sheet of it, as it was read.

    Out     sha256: of the file's bytes, so that a caller can tell that the same file comes a second time
    """

    file_name: str
    sha256: str
    bytes: int
    format: str
    sheet: str = ""
    encoding: str = ""
    rows: int = 0
    profile: str = ""
    record: str = ""
    sample_lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnNote:
    """What became of one column of a file."""

    file_name: str
    sheet: str
    column: str
    target: str  # field that it fills; empty where it was left out
    filled: int  # rows that hold a value
    rows: int
    unread: int = 0  # values that could not be read as what the field needs
    note: str = ""


@dataclass(frozen=True)
class RejectedRows:
    """The rows of one source that were set aside, as they stood in the file: cells, then line, reasons and column."""

    file_name: str
    sheet: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass
class Report:
    """What was found in the files: counts, reasons, what became of each column. The dry run gives only this.

    Out     counts: rows by kind of table; reasons: one entry a reason with its count, whether it refuses the row, and
            the first rows; warnings: (code, facts) pairs whose sentences stand in words/intake.toml
    """

    counts: dict[str, int] = field(default_factory=dict)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    columns: list[ColumnNote] = field(default_factory=list)
    warnings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    coverage: list[dict[str, Any]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    profile: str = ""
    zone: str = ""
    refused_rows: int = 0
    rejected: list[RejectedRows] = field(default_factory=list)  # for the error workbook; not part of to_dict

    @property
    def can_be_imported(self) -> bool:
        """Whether nothing stands in the way of importing every row."""
        return self.refused_rows == 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON, in a fixed order."""
        return {
            "profile": self.profile,
            "zone": self.zone,
            "can_be_imported": self.can_be_imported,
            "refused_rows": self.refused_rows,
            "counts": dict(self.counts),
            "reasons": [dict(reason) for reason in self.reasons],
            "warnings": [{"code": code, "facts": facts} for code, facts in self.warnings],
            "columns": [asdict(note) for note in self.columns],
            "sources": [asdict(source) for source in self.sources],
            "coverage": [
                {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
                for row in self.coverage
            ],
        }


@dataclass
class Batch:
    """Everything that a set of files held, in the shapes of core/tables.py; empty tables where there was nothing."""

    cases: Table
    steps: Table
    pauses: Table
    extensions: Table
    service_items: Table
    service_ratings: Table
    published_decisions: Table
    set_aside: Table
    sources: list[Source]
    report: Report
    profile: Profile
    zone: str

    @property
    def tables(self) -> dict[str, Table]:
        """All tables by name."""
        return {
            "cases": self.cases,
            "steps": self.steps,
            "pauses": self.pauses,
            "extensions": self.extensions,
            "service_items": self.service_items,
            "service_ratings": self.service_ratings,
            "published_decisions": self.published_decisions,
            "set_aside": self.set_aside,
        }


@dataclass(frozen=True)
class Raw:
    """Rows of one file or sheet as they stand, before any mapping.

    In      line: a column that holds the line, or "+n" where row i stands on line n + i (i from 0);
            defaults: column -> value that the file itself declares as its default, which means unknown
    """

    table: Table
    source: Source
    line: str = "+2"
    defaults: dict[str, str] = field(default_factory=dict)
    cases: Table | None = None  # an event log keeps its case attributes apart
    bad_rows: tuple[dict[str, Any], ...] = ()
    is_hidden: bool = False  # a sheet that its author hid
