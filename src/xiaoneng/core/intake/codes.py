"""Code tables: what a source's codes mean, per source, version and date. They are data (TOML) and never global."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa

from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.errors import ProfileError
from xiaoneng.core.tables import Column, Shape

CODES = Shape(
    "codes",
    "one row a code of a field and the days on which it has this meaning",
    (
        Column("field", "VARCHAR"),
        Column("code", "VARCHAR"),
        Column("meaning", "VARCHAR"),
        Column("in_force_from", "DATE"),
        Column("in_force_to", "DATE"),
    ),
)
_COMMON = {
    "promised_unit": "unit",
    "statutory_unit": "unit",
    "limit_unit": "unit",
    "unit": "unit",
    "case_kind": "case_kind",
    "channel": "channel",
    "applicant_kind": "applicant_kind",
    "outcome": "outcome",
    "ground": "ground",
    "level": "rating_level",
    "is_by_staff": "rater_kind",
}
_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)


@cache
def code_tables() -> dict[str, dict[str, Any]]:
    """Every shipped code table by name: its source and its versions."""
    tables: dict[str, dict[str, Any]] = {}
    for file in sorted(resources.files(__package__).joinpath("codes").iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            tables |= tomllib.loads(file.read_text(encoding="utf-8"))
    return tables


def code_rows(chosen: dict[str, str], versions: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of CODES for a part of a profile.

    In      chosen: field -> code table, or table@version; versions: table -> version that the user chose instead
    Raises  ProfileError where a table or version does not exist
    """
    rows: dict[tuple[str, str, date], dict[str, Any]] = {}
    for field, named in [*chosen.items(), *_COMMON.items()]:
        table, _, version = named.partition("@")
        own = field in chosen and named == chosen[field]
        for one in _versions(table, versions.get(table, version)):
            begins, ends = one.get("from", _FIRST), one.get("to", _LAST)
            for code, meaning in one["codes"].items():
                if not own and any(key[:2] == (field, code.lower()) for key in rows):
                    continue
                rows[field, code.lower(), begins] = {
                    "field": field,
                    "code": code.lower(),
                    "meaning": meaning,
                    "in_force_from": begins,
                    "in_force_to": ends,
                }
    return list(rows.values())


def codes_table(engine: Engine, chosen: dict[str, str], versions: dict[str, str]) -> Table:
    """The same rows as a table of the engine."""
    rows = code_rows(chosen, versions)
    schema = pa.schema(
        [(column.name, pa.date32() if column.type == "DATE" else pa.string()) for column in CODES.columns]
    )
    return engine.from_arrow("codes", pa.Table.from_pylist(rows, schema=schema))


def _versions(table: str, version: str) -> list[dict[str, Any]]:
    tables = code_tables()
    if table not in tables:
        raise ProfileError(f"there is no code table {table!r}; known are {', '.join(sorted(tables))}")
    all_versions: list[dict[str, Any]] = tables[table]["versions"]
    if version:
        found = [one for one in all_versions if one["version"] == version]
        if not found:
            known = ", ".join(one["version"] for one in all_versions)
            raise ProfileError(f"code table {table} has no version {version!r}; it has {known}")
        return found
    dated = [one for one in all_versions if "from" in one or "to" in one]
    return dated or all_versions[-1:]
