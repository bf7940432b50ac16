"""What an edition was made from, and what it consists of: manifest.json."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ... import __version__
from ..calendar import Calendar
from ..law import CardRules, Pack
from .tables import EditionTables

FORMAT = 1  # version of the folder's layout


def manifest_of(
    *,
    sources: Iterable[Any],
    profile: str,
    zone: str,
    on: date,
    pack: Pack,
    calendar: Calendar,
    card_rules: CardRules,
    tables: EditionTables,
    counts: Mapping[str, Any],
    lists: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Inputs with their hashes, the method and its data in their versions, and counts. No wall clock."""
    last_notice = calendar.notices[-1] if calendar.notices else None
    return {
        "format": FORMAT,
        "on": on.isoformat(),
        "method": {"name": "xiaoneng", "version": __version__},
        "law": {
            "pack": pack.id,
            "name_zh": pack.name_zh,
            "name_en": pack.name_en,
            "default_rule": pack.default_rule,
            "is_confirmed": pack.is_confirmed,
            "sha256": pack_digest(pack),
        },
        "calendar": {
            "name": calendar.name,
            "announced_through": calendar.announced_through.isoformat(),
            "last_notice": last_notice.id if last_notice else None,
            "is_confirmed": calendar.is_confirmed,
        },
        "office_hours": {
            "spans": str(tables.schedule.hours),
            "is_confirmed": tables.schedule.hours.is_confirmed,
        },
        "card_rules": {
            "id": card_rules.id,
            "version": card_rules.version,
            "name_zh": card_rules.name_zh,
            "name_en": card_rules.name_en,
            "is_confirmed": card_rules.is_confirmed,
        },
        "profile": profile,
        "zone": zone,
        "inputs": [_input(source) for source in sources],
        "lists": [dict(one) for one in lists],
        "counts": dict(counts),
        "rows": {name: table.count() for name, table in tables.by_name.items()},
    }


def _input(source: Any) -> dict[str, Any]:
    return {
        "file_name": source.file_name,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "format": source.format,
        "sheet": source.sheet,
        "rows": source.rows,
        "profile": source.profile,
    }


def pack_digest(pack: Pack) -> str:
    """SHA-256 over every version of every rule, so that a changed limit cannot pass for the same law."""
    digest = hashlib.sha256()
    for rule_id in sorted(pack.versions):
        for rule in pack.versions[rule_id]:
            digest.update(repr(rule).encode())
    return digest.hexdigest()


def files_of(folder: Path) -> list[dict[str, Any]]:
    """Every file of an edition but the manifest itself, with its size and hash, by name."""
    listed = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != "manifest.json":
            listed.append({"file": name, "bytes": path.stat().st_size, "sha256": file_digest(path)})
    return listed


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
