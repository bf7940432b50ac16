"""One period's results (期次), made from one set of records, with a manifest of what went in and came out."""

from .analyse import STAGES, analyse
from .explaining import ExplainedCase, calendar_of, days_of, explained_case
from .folder import Edition, open_edition, write_folder
from .manifest import manifest_of
from .moving import moved_due_days
from .page import page_of
from .summary import summary_of
from .tables import EditionTables, RecordTables, edition_tables

__all__ = [
    "STAGES",
    "Edition",
    "EditionTables",
    "ExplainedCase",
    "RecordTables",
    "analyse",
    "calendar_of",
    "days_of",
    "edition_tables",
    "explained_case",
    "manifest_of",
    "moved_due_days",
    "open_edition",
    "page_of",
    "summary_of",
    "write_folder",
]
