"""Holiday notices (放假通知): one notice names the days off and the weekend days worked of one year.

A notice is data in TOML. It is refused where it is malformed or contradicts itself, before any due day rests on it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ..errors import NoticeError

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_KEYS = {"id", "title", "document_no", "issued_on", "url", "is_confirmed", "corrects", "note", "off", "makeup"}
_FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
_LONGEST_DAYS_OFF = 16  # the longest so far is 10 (Spring Festival 2020); more is a slip of the pen


@dataclass(frozen=True, slots=True)
class DaysOff:
    """A run of days off with the holiday's name; `first` and `last` are both off."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=step) for step in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class MakeupDays:
    """Days that are worked though they are weekend days (调休上班), with the holiday that they make up for."""

    name: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One holiday notice. `corrects` names the notice that it changes; without it the notice is the year's own.

    A confirmed notice carries its number, day and address; an unconfirmed one may lack them and is shown with a mark.
    """

    id: str
    year: int
    title: str
    off: tuple[DaysOff, ...]
    makeup: tuple[MakeupDays, ...] = ()
    document_no: str = ""
    issued_on: date | None = None
    url: str = ""
    is_confirmed: bool = False
    corrects: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _check(self)

    @property
    def days_off(self) -> dict[date, str]:
        """Each day off and the name of its holiday."""
        return {day: run.name for run in self.off for day in run.days}

    @property
    def makeup_workdays(self) -> dict[date, str]:
        """Each weekend day worked and the name of the holiday that it makes up for."""
        return {day: group.name for group in self.makeup for day in group.days}

    @property
    def label(self) -> str:
        """Its number where it is known, else its title: what an explanation prints."""
        return self.document_no or self.title


def _check(notice: Notice) -> None:
    where = f"notice {notice.id or '(no id)'}"
    if not _ID.fullmatch(notice.id):
        raise NoticeError(f"{where}: its id must be lower-case letters, digits and hyphens, such as cn-2027")
    if not notice.title.strip():
        raise NoticeError(f"{where}: it has no title")
    if not 1990 <= notice.year <= 2100:
        raise NoticeError(f"{where}: year {notice.year} is no year for a notice")
    if notice.is_confirmed and not (notice.document_no and notice.issued_on and notice.url):
        raise NoticeError(
            f"{where}: a confirmed notice names its document_no, issued_on and url; "
            "add them, or set is_confirmed = false"
        )
    if notice.issued_on and not notice.year - 2 <= notice.issued_on.year <= notice.year:
        raise NoticeError(f"{where}: issued on {notice.issued_on} for the year {notice.year}: one of them is wrong")
    if not notice.off and not notice.makeup:
        raise NoticeError(f"{where}: it names no day off and no day worked")
    _check_days(notice, where)


def _check_days(notice: Notice, where: str) -> None:
    # the New Year holiday reaches back into December of the year before; nothing reaches further
    first, last = date(notice.year - 1, 12, 1), date(notice.year, 12, 31)
    seen: dict[date, str] = {}
    for run in notice.off:
        if run.last < run.first:
            raise NoticeError(f"{where}: {run.name} ends on {run.last}, before it begins on {run.first}")
        if (run.last - run.first).days >= _LONGEST_DAYS_OFF:
            raise NoticeError(
                f"{where}: {run.name} runs from {run.first} to {run.last}, {len(run.days)} days: check it"
            )
    named = [(day, run.name, "off") for run in notice.off for day in run.days]
    named += [(day, group.name, "worked") for group in notice.makeup for day in group.days]
    for day, name, use in named:
        if not name.strip():
            raise NoticeError(f"{where}: {day} has no holiday name")
        if not first <= day <= last:
            raise NoticeError(f"{where}: {day} ({name}) lies outside {first} to {last}")
        if day in seen:
            how = "twice" if seen[day] == use else "as a day off and as a day worked"
            raise NoticeError(f"{where}: {day} is named {how}")
        if use == "worked" and day.weekday() < 5 and not notice.corrects:
            raise NoticeError(
                f"{where}: {day} is a {day:%A}, worked anyway; name weekend days only, "
                "or name the notice that this one corrects"
            )
        seen[day] = use
    if not notice.corrects:
        missing = [day for day in (date(notice.year, *fixed) for fixed in _FIXED) if seen.get(day) != "off"]
        if missing:
            raise NoticeError(
                f"{where}: {', '.join(map(str, missing))} must be off in every year; "
                "add the missing holiday, or name the notice that this one corrects"
            )


def read_notice(source: Path | str) -> Notice:
    """The one notice of a TOML file, or of its text.

    Raises  NoticeError where the file cannot be read, holds more than one notice, is malformed or contradicts itself
    """
    notices = read_notices(source)
    if len(notices) != 1:
        raise NoticeError(f"{_where(source)}: {len(notices)} notices where one is wanted")
    return notices[0]


def read_notices(source: Path | str) -> tuple[Notice, ...]:
    """All notices of a TOML file (`year` and one or more `[[notices]]`), or of its text.

    Raises  NoticeError as for `read_notice`
    """
    where = _where(source)
    try:
        if isinstance(source, Path):
            text = source.read_text(encoding="utf-8")
        else:
            text = source
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise NoticeError(f"{where}: it cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise NoticeError(f"{where}: it is no TOML: {error}") from error
    _only(data, {"year", "notices"}, where)
    year = data.get("year")
    if not isinstance(year, int) or isinstance(year, bool):
        raise NoticeError(f"{where}: write the year, such as year = 2027")
    entries = data.get("notices")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise NoticeError(f"{where}: it has no [[notices]]")
    notices = tuple(_notice(year, entry, where) for entry in entries)
    if len({notice.id for notice in notices}) != len(notices):
        raise NoticeError(f"{where}: two notices have the same id")
    return notices


def write_notice(notice: Notice) -> str:
    """The notice as TOML text that `read_notice` reads back."""
    lines = [f"year = {notice.year}", "", "[[notices]]"]
    for key in ("id", "title", "document_no"):
        lines.append(f"{key} = {_quoted(getattr(notice, key))}")
    if notice.issued_on:
        lines.append(f"issued_on = {notice.issued_on}")
    lines.append(f"url = {_quoted(notice.url)}")
    lines.append(f"is_confirmed = {'true' if notice.is_confirmed else 'false'}")
    for key in ("corrects", "note"):
        if getattr(notice, key):
            lines.append(f"{key} = {_quoted(getattr(notice, key))}")
    lines += ["off = ["]
    lines += [f"    {{ name = {_quoted(run.name)}, from = {run.first}, to = {run.last} }}," for run in notice.off]
    lines += ["]", "makeup = ["]
    for group in notice.makeup:
        lines.append(f"    {{ name = {_quoted(group.name)}, days = [{', '.join(map(str, group.days))}] }},")
    return "\n".join([*lines, "]", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def _where(source: Path | str) -> str:
    return source.name if isinstance(source, Path) else "notice"


def _only(data: Mapping[str, Any], allowed: set[str], where: str) -> None:
    unknown = sorted(set(data) - allowed)
    if unknown:
        raise NoticeError(f"{where}: unknown key {', '.join(unknown)}; it may hold {', '.join(sorted(allowed))}")


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise NoticeError(f"{where}: {key} must be text")
    return value.strip()


def _day(value: Any, where: str, what: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise NoticeError(f"{where}: {what} must be a day, such as 2027-01-01 (without quotation marks)")
    return value


def _list(data: Mapping[str, Any], key: str, allowed: set[str], where: str) -> list[dict[str, Any]]:
    entries = data.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise NoticeError(f"{where}: {key} must be a list of tables")
    for entry in entries:
        _only(entry, allowed, f"{where}, {key}")
        missing = sorted(allowed - set(entry))
        if missing:
            raise NoticeError(f"{where}, {key}: an entry lacks {', '.join(missing)}")
    return entries


def _notice(year: int, data: Mapping[str, Any], where: str) -> Notice:
    where = f"{where}, {data.get('id', '(no id)')}"
    _only(data, _KEYS, where)
    confirmed = data.get("is_confirmed", False)
    if not isinstance(confirmed, bool):
        raise NoticeError(f"{where}: is_confirmed must be true or false")
    issued_on = data.get("issued_on")
    off = []
    for entry in _list(data, "off", {"name", "from", "to"}, where):
        run_first, run_last = _day(entry["from"], where, "from"), _day(entry["to"], where, "to")
        off.append(DaysOff(_text(entry, "name", where), run_first, run_last))
    makeup = []
    for entry in _list(data, "makeup", {"name", "days"}, where):
        if not isinstance(entry["days"], list):
            raise NoticeError(f"{where}, makeup: days must be a list of days")
        worked = tuple(_day(day, where, "a day worked") for day in entry["days"])
        makeup.append(MakeupDays(_text(entry, "name", where), worked))
    return Notice(
        id=_text(data, "id", where),
        year=year,
        title=_text(data, "title", where),
        off=tuple(off),
        makeup=tuple(makeup),
        document_no=_text(data, "document_no", where),
        issued_on=None if issued_on is None else _day(issued_on, where, "issued_on"),
        url=_text(data, "url", where),
        is_confirmed=confirmed,
        corrects=_text(data, "corrects", where),
        note=_text(data, "note", where),
    )
