"""Reads a question about one limit, as people write it, and refuses what it does not understand, naming the place.

The keys and their other spellings stand in `KEYS`, `PAUSE_KEYS` and `EXTENSION_KEYS`; docs/methods/clocks.md prints them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import ClockError
from ..terms import PauseGround, Unit
from ..words import LANGUAGES, label
from .counting import Extension, Pause

KEYS: dict[str, tuple[str, ...]] = {
    "id": ("case", "case_id", "name", "question"),
    "start": ("started_on", "start_date", "start_day", "started_at", "event_on", "received_on", "accepted_on"),
    "rule": ("law", "law_rule", "rule_id"),
    "limit": ("length", "limit_length", "statutory_limit"),
    "unit": ("limit_unit", "statutory_unit"),
    "promised": ("promised_limit", "promise"),
    "promised_unit": (),
    "pauses": ("pause",),
    "extensions": ("extension",),
    "ended_on": ("ended", "end", "ended_at", "end_date", "concluded", "concluded_on", "concluded_at"),
    "on": ("as_of", "as_of_day", "as_of_date", "asof", "judged_on", "on_day"),
    "readings": ("reading",),
    "counts_first_day": ("count_start_day", "first_day_counts"),
    "rolls_over": ("roll_over", "rollover"),
    "calendar": (),
}
PAUSE_KEYS: dict[str, tuple[str, ...]] = {
    "from": ("started_on", "start", "begin", "since", "start_date", "from_day"),
    "to": ("ended_on", "end", "until", "till", "resumed_on", "end_date", "to_day"),
    "ground": ("reason", "grounds"),
    "has_written_notice": ("written_notice", "notice", "notified_in_writing", "notice_document"),
}
EXTENSION_KEYS: dict[str, tuple[str, ...]] = {
    "length": ("limit", "by", "extension"),
    "unit": ("extension_unit", "length_unit"),
    "approved_on": ("approved", "on", "date", "approved_at"),
    "has_reasons": ("reasons", "reasons_told", "reason", "with_reasons"),
}
UNITS = {
    **{str(unit): unit for unit in Unit},
    **{f"{unit}s": unit for unit in Unit},
    "wd": Unit.WORKDAY,
    "working_day": Unit.WORKDAY,
    "working_days": Unit.WORKDAY,
    "business_day": Unit.WORKDAY,
    "business_days": Unit.WORKDAY,
    "d": Unit.DAY,
    "calendar_day": Unit.DAY,
    "calendar_days": Unit.DAY,
    "h": Unit.HOUR,
    "m": Unit.MONTH,
    "y": Unit.YEAR,
    "工作日": Unit.WORKDAY,
    "日": Unit.DAY,
    "天": Unit.DAY,
    "自然日": Unit.DAY,
    "小时": Unit.HOUR,
    "个月": Unit.MONTH,
    "月": Unit.MONTH,
    "年": Unit.YEAR,
}
_LIMIT = re.compile(r"\s*(\d+)\s*([a-z_ -]+?|个?工作日|自然日|日|天|小时|个?月|年)\s*", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")
_HOUR = re.compile(r"[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
_LONGEST = {Unit.WORKDAY: 25_000, Unit.DAY: 36_500, Unit.HOUR: 876_000, Unit.MONTH: 1_200, Unit.YEAR: 100}
_YES = {"yes": True, "true": True, "y": True, "是": True, "有": True, "no": False, "false": False, "n": False}
_YES |= {"否": False, "无": False, "没有": False}
_GROUNDS = {label(ground, language).casefold(): ground for ground in PauseGround for language in LANGUAGES}


def known_keys(given: Any, keys: Mapping[str, tuple[str, ...]], where: str) -> dict[str, Any]:
    """The mapping under our own keys.

    Raises  ClockError where it is no mapping, has a key that is unknown, or says one thing twice
    """
    if not isinstance(given, Mapping):
        raise ClockError(f"{where}: {given!r} is no object; write it with the keys {', '.join(keys)}")
    names = {other: name for name, others in keys.items() for other in (name, *others)}
    found: dict[str, Any] = {}
    written: dict[str, str] = {}
    for key, value in given.items():
        plain = re.sub(r"[\s-]+", "_", str(key).strip().lower())
        name = names.get(plain)
        if name is None:
            near = get_close_matches(plain, names, n=1, cutoff=0.8)
            hint = f"; did you mean {near[0]}?" if near else f"; it may have {', '.join(keys)}"
            raise ClockError(f"{where} has no key {str(key)!r}{hint}")
        if name in found and value is not None and found[name] is not None:
            raise ClockError(f"{where}: {written[name]} and {key} say the same thing; give one of them")
        if found.get(name) is None:
            found[name], written[name] = value, str(key)
    return found


def read_limit(text: str, where: str = "limit") -> tuple[int, Unit]:
    """The length and unit of a limit written like 20wd, 60d, 24h, 2m, 1y or 20个工作日."""
    found = _LIMIT.fullmatch(text)
    unit = _unit_named(found[2]) if found else None
    if found is None or unit is None:
        raise ClockError(
            f"{where}: {text!r} is not understood: write a number and wd, d, h, m or y, such as 20wd or 60d"
        )
    return _length(int(found[1]), unit, where), unit


def limit_of(given: Any, unit: Any, otherwise: Unit | None, where: str) -> tuple[int, Unit]:
    """A limit given as 20wd, as a number with its unit beside it, or as an object of both."""
    if isinstance(given, Mapping):
        both = known_keys(given, {"limit": ("length", "n", "number"), "unit": ()}, where)
        return limit_of(both.get("limit"), both.get("unit", unit), otherwise, where)
    if isinstance(given, str) and not given.strip().isdigit():
        length, own = read_limit(given, where)
        if unit is not None and read_unit(unit, where) != own:
            raise ClockError(f"{where}: {given!r} and the unit {unit!r} contradict each other; give one of them")
        return length, own
    if unit is None and otherwise is None:
        raise ClockError(f"{where}: {given!r} has no unit: write 20wd, or a unit beside it, one of {', '.join(Unit)}")
    named = otherwise if unit is None else read_unit(unit, where)
    assert named is not None
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise ClockError(f"{where}: {given!r} is not a whole number")
    return _length(int(given), named, where), named


def read_unit(given: Any, where: str) -> Unit:
    unit = _unit_named(given) if isinstance(given, str) else None
    if unit is None:
        raise ClockError(f"{where}: unit {given!r} is not known: write one of {', '.join(Unit)}")
    return unit


def moment_of(given: Any, where: str, zone: ZoneInfo) -> tuple[date | None, datetime | None]:
    """A day, and its local moment where the text gives an hour; an offset from UTC is brought to the zone."""
    if given is None or given == "":
        return None, None
    text = str(given).strip()
    found = _DAY.match(text) if isinstance(given, str | date) else None
    hour = _HOUR.fullmatch(text[found.end() :]) if found else None
    if found is None or (hour is None and text[found.end() :].strip()):
        raise ClockError(f"{where}: {given!r} is not a day; write it as 2026-02-12, or 2026-02-12T16:30")
    try:
        day = date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
        if hour is None:
            return day, None
        moment = datetime.combine(day, time(int(hour[1]), int(hour[2]), int(hour[3] or 0)))
    except ValueError:
        raise ClockError(f"{where}: {given!r} is not a day of the calendar; write it as 2026-02-12") from None
    if hour[4]:
        offset = datetime.strptime(hour[4].upper().replace("Z", "+0000"), "%z").tzinfo
        moment = moment.replace(tzinfo=offset).astimezone(zone).replace(tzinfo=None)
    return moment.date(), moment


def flag_of(given: Any, where: str) -> bool | None:
    """Yes, no, or not recorded."""
    if given is None or isinstance(given, bool):
        return given
    known = _YES.get(given.strip().lower()) if isinstance(given, str) else None
    if known is None:
        raise ClockError(f"{where}: {given!r} is neither true nor false")
    return known


def pauses_of(given: Any, zone: ZoneInfo) -> tuple[list[Pause], list[str]]:
    """The pauses of a question, and a note for each ground that is no term of ours and was read as `other`."""
    pauses, notes = [], []
    for place, each in enumerate(_listed(given)):
        where = f"pauses[{place}]"
        pause = known_keys(_pause_text(each) if isinstance(each, str) else each, PAUSE_KEYS, where)
        started_on, _ = moment_of(pause.get("from"), f"{where}.from", zone)
        if started_on is None:
            raise ClockError(f"{where} needs the day on which it began: write it as from: 2026-03-02")
        ended_on, _ = moment_of(pause.get("to"), f"{where}.to", zone)
        ground, note = _ground(pause.get("ground"), where)
        notes += [note] if note else []
        pauses.append(Pause(started_on, ended_on, ground, _notice(pause.get("has_written_notice"), where)))
    return pauses, notes


def extensions_of(given: Any, unit: Unit, zone: ZoneInfo) -> list[Extension]:
    """The extensions of a question; a bare number is in the unit of the limit."""
    extensions = []
    for place, each in enumerate(_listed(given)):
        where = f"extensions[{place}]"
        extension = known_keys(each if isinstance(each, Mapping) else {"length": each}, EXTENSION_KEYS, where)
        if extension.get("length") is None:
            raise ClockError(f"{where} needs a length and a unit: write length: 10, unit: workday")
        length, own = limit_of(extension["length"], extension.get("unit"), unit, f"{where}.length")
        approved_on, _ = moment_of(extension.get("approved_on"), f"{where}.approved_on", zone)
        reasons = extension.get("has_reasons")
        is_text = isinstance(reasons, str) and reasons.strip().lower() not in _YES
        told = bool(str(reasons).strip()) or None if is_text else flag_of(reasons, f"{where}.has_reasons")
        extensions.append(Extension(length, own, approved_on, told))
    return extensions


def _unit_named(text: str) -> Unit | None:
    plain = re.sub(r"[\s-]+", "_", text.strip().lower())
    return UNITS.get(plain) or UNITS.get(plain.removeprefix("个"))


def _length(length: int, unit: Unit, where: str) -> int:
    if length < 0:
        raise ClockError(f"{where}: {length} is below zero; give 0 or more")
    if length > _LONGEST[unit]:
        raise ClockError(f"{where}: {length} is longer than a hundred years; check the number and its unit")
    return length


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, list | tuple) else [given]


def _pause_text(text: str) -> dict[str, Any]:
    """A pause written as on the command line: 2026-03-02..2026-03-12:hearing."""
    days, _, ground = text.partition(":")
    first, _, last = days.partition("..")
    return {"from": first.strip(), "to": last.strip() or None, "ground": ground.strip() or None}


def _ground(given: Any, where: str) -> tuple[PauseGround, str | None]:
    """The ground as a term of ours, in Chinese, or in English; what is no lawful ground's name is `other`, and is said."""
    if given is None or given == "":
        return PauseGround.OTHER, None
    if not isinstance(given, str):
        raise ClockError(f"{where}.ground: {given!r} is no text; write one of {', '.join(PauseGround)}")
    plain = re.sub(r"[\s-]+", "_", given.strip().lower())
    if plain in set(PauseGround):
        return PauseGround(plain), None
    if given.strip().casefold() in _GROUNDS:
        return _GROUNDS[given.strip().casefold()], None
    near = get_close_matches(plain, list(PauseGround), n=1, cutoff=0.8)
    if near:
        raise ClockError(f"{where}.ground: {given!r} is not known; did you mean {near[0]}?")
    return PauseGround.OTHER, f"{where}.ground: {given!r} is none of {', '.join(PauseGround)}: read as other"


def _notice(given: Any, where: str) -> bool | None:
    """Whether there was a written notice; the name of the document says that there was."""
    if isinstance(given, str) and given.strip().lower() not in _YES:
        return bool(given.strip()) or None
    return flag_of(given, f"{where}.has_written_notice")
