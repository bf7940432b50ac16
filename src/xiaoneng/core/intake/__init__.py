"""Files into tables (导入): formats, profiles, dry run, lineage, and what was set aside and why."""

from .batch import Batch, ColumnNote, ReadOptions, RejectedRows, Report, Source
from .fields import fields_of
from .peeking import Peek, peek
from .profile import Profile, load_profile, mapped_profile, profiles, save_profile, suggest_mapping
from .reading import dry_run, raw_rows, read
from .report import REFUSING, coverage, error_workbook, reason_text, summarise

__all__ = [
    "REFUSING",
    "Batch",
    "ColumnNote",
    "Peek",
    "Profile",
    "ReadOptions",
    "RejectedRows",
    "Report",
    "Source",
    "coverage",
    "dry_run",
    "error_workbook",
    "fields_of",
    "load_profile",
    "mapped_profile",
    "peek",
    "profiles",
    "raw_rows",
    "read",
    "reason_text",
    "save_profile",
    "suggest_mapping",
    "summarise",
]
