"""What the commands take as arguments: days, limits, pauses, law packs, calendars."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .speaking import LANGUAGE

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar
    from xiaoneng.core.law import Pack


class Day(click.ParamType[date]):
    """A day written 2026-02-12 (or 20260212)."""

    name = "date"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            zh, en = f"{value} 不是日期，请写成 2026-02-12", f"{value} is not a day; write it as 2026-02-12"
            self.fail(en if LANGUAGE == "en" else zh, parameter, context)


class PauseText(click.ParamType[dict[str, Any]]):
    """A pause written A..B or A.. (still open), with its ground behind a colon: 2026-03-02..2026-03-12:hearing."""

    name = "A..B[:ground]"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        days, _, ground = value.partition(":")
        first, dots, last = days.partition("..")
        if not dots:
            zh = f"{value} 不是一段中止，请写成 2026-03-02..2026-03-12 或 2026-03-02..（尚未恢复）"
            en = f"{value} is no pause; write it as 2026-03-02..2026-03-12, or 2026-03-02.. where it is still open"
            self.fail(en if LANGUAGE == "en" else zh, parameter, context)
        to_day = Day()
        pause: dict[str, Any] = {"from": str(to_day.convert(first, parameter, context))}
        if last:
            pause["to"] = str(to_day.convert(last, parameter, context))
        if ground:
            pause |= {"ground": ground, "has_written_notice": True}
        return pause


def pack_of(name: str) -> Pack:
    """A law pack by name, or from a folder."""
    from xiaoneng.core.law import load_pack, read_pack

    return read_pack(Path(name)) if Path(name).is_dir() else load_pack(name)


def calendar_of(name: str | None, *, otherwise: str) -> Calendar:
    """A calendar by name; a notice file, or a folder of them, is the `otherwise` calendar with these notices added."""
    from xiaoneng.core.calendar import load_calendar, read_notice

    if name is None:
        return load_calendar(otherwise)
    path = Path(name)
    if path.is_dir():
        return load_calendar(otherwise, notices=[read_notice(file) for file in sorted(path.glob("*.toml"))])
    if path.is_file():
        return load_calendar(otherwise, notices=[read_notice(path)])
    return load_calendar(name)
