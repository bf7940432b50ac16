"""What the pages of an import show: its report in words, the rows set aside, the ways to read a file."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from xiaoneng.core import words
from xiaoneng.web.cases.models import ImportBatch, SavedMapping
from xiaoneng.web.shell.formats import words_language

from .asking import ask
from .forms import field_label
from .progress import folder_of

MOST_ROWS = 50
RECORDS = ("cases", "events", "steps", "results", "pauses", "extensions", "items", "ratings")
_COUNTED = ("cases", "steps", "pauses", "extensions", "service_items", "service_ratings", "published_decisions")


def report_of(batch: ImportBatch) -> dict[str, Any]:
    """The report of a dry run in the reader's words."""
    language, report = words_language(), batch.report
    return {
        "counts": [
            (words.label(name, language), report.get("counts", {}).get(name, 0))
            for name in _COUNTED
            if report.get("counts", {}).get(name)
        ],
        "changes": report.get("changes", {}),
        "reasons": [
            {
                **reason,
                "sentence": _reason(reason["reason"], language),
                "field": field_label(reason.get("column"), language),
            }
            for reason in report.get("reasons", ())
        ],
        "warnings": [_warning(one, language) for one in report.get("warnings", ())],
        "columns": [
            {**note, "target_label": ", ".join(field_label(one.strip(), language) for one in note["target"].split(","))}
            for note in report.get("columns", ())
        ],
        "sources": report.get("sources", ()),
        "known_files": report.get("known_files", ()),
        "has_workbook": (folder_of(batch.pk) / f"rows-{language}.xlsx").is_file(),
    }


def set_aside_rows(batch: ImportBatch) -> list[dict[str, Any]]:
    """The first rows that were set aside, with their reasons."""
    language = words_language()
    return [
        {"row": row, "sentence": _reason(row.reason, language), "field": field_label(row.column, language)}
        for row in batch.set_aside.select_related("file")[:MOST_ROWS]
    ]


def profile_choices() -> list[tuple[str, str]]:
    """The ways to read a file: saved mappings and shipped profiles, name and title."""
    language = words_language()
    saved = [(f"saved:{one.name}", one.name) for one in SavedMapping.objects.all()]
    return saved + [(name, dict(titles).get(language) or name) for name, titles in _shipped()]


@lru_cache(maxsize=1)
def _shipped() -> list[tuple[str, dict[str, str]]]:
    return [(name, titles) for name, titles in ask("profiles")]


def peek(batch_id: int) -> list[dict[str, Any]]:
    """The columns of the uploaded files with some values; the files are read once.

    Raises  IntakeError where they cannot be read
    """
    kept = folder_of(batch_id) / "peek.json"
    if not kept.is_file():
        paths = sorted(str(path) for path in (folder_of(batch_id) / "files").glob("*") if path.is_file())
        kept.write_text(
            json.dumps(ask("peek", paths=paths, records=list(RECORDS)), ensure_ascii=False), encoding="utf-8"
        )
    found: list[dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _reason(code: str, language: str) -> str:
    key = f"intake.reason.{code}"
    return words.say(key, language) if words.has_sentence(key) else words.label(code, language)


def _warning(warning: dict[str, Any], language: str) -> str:
    facts = {
        name: field_label(value, language) if name == "field" else value for name, value in warning["facts"].items()
    }
    return words.say(warning["code"], language, **facts)
