"""Reads values out of TOML tables and refuses what is not of the kind wanted, saying where."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from ..errors import LawError

Word = TypeVar("Word", bound=StrEnum)


def load_toml(path: Path, where: str) -> dict[str, Any]:
    """The file's tables; LawError where it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(f"{where}: it cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"{where}: it is no TOML: {error}") from error


def known_keys(data: Mapping[str, Any], allowed: Collection[str], where: str) -> None:
    """Refuse a key that is not among the allowed ones: a slip of the pen must not pass in silence."""
    unknown = sorted(set(data) - set(allowed))
    if unknown:
        near = get_close_matches(unknown[0], allowed, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; it may hold {', '.join(sorted(allowed))}"
        raise LawError(f"{where}: unknown key {', '.join(unknown)}{hint}")


def text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise LawError(f"{where}: {key} must be text")
    return value.strip()


def flag(data: Mapping[str, Any], key: str, where: str, *, otherwise: bool = False) -> bool:
    value = data.get(key, otherwise)
    if not isinstance(value, bool):
        raise LawError(f"{where}: {key} must be true or false")
    return value


def optional_number(data: Mapping[str, Any], key: str, where: str) -> int | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise LawError(f"{where}: {key} must be a whole number from 0 up")
    return value


def optional_day(data: Mapping[str, Any], key: str, where: str) -> date | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise LawError(f"{where}: {key} must be a day, such as 2027-06-30 (without quotation marks)")
    return value


def word(data: Mapping[str, Any], key: str, kind: type[Word], where: str) -> Word:
    value = data.get(key)
    try:
        return kind(value)  # type: ignore[arg-type]
    except ValueError:
        raise LawError(f"{where}: {key} = {value!r}: it must be one of {', '.join(kind)}") from None


def words(data: Mapping[str, Any], key: str, kind: type[Word], where: str) -> tuple[Word, ...]:
    values = data.get(key, [])
    if not isinstance(values, list):
        raise LawError(f"{where}: {key} must be a list")
    return tuple(word({key: value}, key, kind, where) for value in values)
