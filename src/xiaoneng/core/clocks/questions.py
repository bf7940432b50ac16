"""Answers to questions about one limit, asked as plain data: what `xiaoneng due` and the deadline calculator use.

A question is a mapping. It names a start and either a rule or a limit:

    {"start": "2026-02-12", "limit": "20wd"}                       a bare limit
    {"start": "2026-02-12", "rule": "cn.licence_decision",         a rule of law
     "pauses": [{"from": "2026-03-02", "to": "2026-03-12", "ground": "hearing", "has_written_notice": true}],
     "extensions": [{"length": 10, "unit": "workday", "approved_on": "2026-03-05", "has_reasons": true}],
     "ended_on": null, "on": "2026-03-31", "readings": {"pause_days": "with_both"}}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any

from ..calendar import Calendar
from ..errors import CalendarGapError, ClockError, XiaonengError
from ..law import CardRules, Pack, Readings, Rule
from ..terms import ClockState, PauseGround, Unit
from .cards import DrawnCard, draw, early_within_workdays
from .counting import ONE_DAY, Counting, Extension, Pause
from .single import Clock, Matter, clock_of

_UNITS = {
    **{str(unit): unit for unit in Unit},
    **{f"{unit}s": unit for unit in Unit},
    "wd": Unit.WORKDAY,
    "d": Unit.DAY,
    "h": Unit.HOUR,
    "m": Unit.MONTH,
    "y": Unit.YEAR,
    "工作日": Unit.WORKDAY,
    "日": Unit.DAY,
    "天": Unit.DAY,
    "小时": Unit.HOUR,
    "个月": Unit.MONTH,
    "月": Unit.MONTH,
    "年": Unit.YEAR,
}
_LIMIT = re.compile(r"\s*(\d+)\s*([a-z_]+|个?工作日|日|天|小时|个?月|年)\s*")
_KEYS = (
    *("id", "start", "limit", "unit", "rule", "law", "pauses", "extensions", "extension", "ended_on", "ended_at", "on"),
    *("as_of", "readings", "counts_first_day", "rolls_over", "calendar"),
)


def read_limit(text: str) -> tuple[int, Unit]:
    """The length and unit of a limit written like 20wd, 60d, 24h, 2m, 1y or 20个工作日."""
    found = _LIMIT.fullmatch(text)
    unit = _UNITS.get(found[2].removeprefix("个") if found and found[2] != "个月" else "个月") if found else None
    if found is None or unit is None:
        raise ClockError(f"limit {text!r} is not understood: write a number and wd, d, h, m or y, such as 20wd or 60d")
    return int(found[1]), unit


def answer(
    question: Mapping[str, Any],
    *,
    rule_of: Callable[[str, date], Rule],
    pack_of: Callable[[str], Pack],
    calendar: Calendar,
    on: date | None = None,
) -> dict[str, Any]:
    """The due day of one question, and where its clock stands.

    In      rule_of: a rule by id and day; on: the day of judging where the question names none (else the start)
    Out     due_on, due_at, elapsed_workdays, elapsed_days, remaining_workdays, paused_workdays, state, card, card_rule,
            deemed_outcome, is_provisional, findings, readings, law ...
    Raises  ClockError where the question is not understood; it names the key at fault
    """
    unknown = sorted(set(question) - set(_KEYS))
    if unknown:
        raise ClockError(f"a question has no key {unknown[0]!r}; it may have {', '.join(_KEYS)}")
    start, started_at = _moment(question, "start")
    if start is None:
        raise ClockError("a question needs a start: write it as 2026-02-12, or 2026-02-12T16:30")
    rule_id = question.get("rule") or question.get("law")
    rule = rule_of(rule_id, start) if rule_id else None
    if rule is not None and rule.counts_backwards:
        raise ClockError(f"rule {rule.id} counts back from an event to come; ask with a limit and the days between")
    length, unit = _limit(question, rule)
    judged_on = _day(question, "on") or _day(question, "as_of") or on or start
    ended_on, ended_at = _moment(question, "ended_on")
    matter = Matter(
        started_on=start,
        started_at=started_at,
        limit_length=length,
        limit_unit=unit,
        ended_on=ended_on,
        ended_at=ended_at,
        pauses=[_pause(pause) for pause in question.get("pauses") or ()],
        extensions=[_extension(each, unit) for each in _extensions(question)],
    )
    counting = _counting(question, rule)
    clock = clock_of(matter, counting=counting, calendar=calendar, on=judged_on)
    pack = pack_of(rule.pack) if rule else pack_of("cn")
    card = _card(clock, rule, pack.card_rules, matter)
    return {"id": question.get("id"), **_plain(clock, rule, card, calendar)}


def answer_all(questions: Sequence[Mapping[str, Any]], **context: Any) -> list[dict[str, Any]]:
    """The answers to many questions; one that cannot be answered gives its error and the others go on."""
    answers: list[dict[str, Any]] = []
    for place, question in enumerate(questions):
        try:
            answers.append(answer(question, **context))
        except XiaonengError as error:
            answers.append({"id": question.get("id", place), "error": str(error)})
    return answers


def counting_of(rule: Rule | None, **changed: Any) -> Counting:
    """The counting of a rule, or of a bare limit where there is none."""
    counting = Counting.of(rule) if rule is not None else Counting.plain()
    return replace(counting, **changed)


def _limit(question: Mapping[str, Any], rule: Rule | None) -> tuple[int, Unit]:
    given = question.get("limit")
    if given is None:
        if rule is None or rule.limit is None:
            raise ClockError("a question needs a limit (such as 20wd) or a rule that has one")
        return rule.limit, rule.unit
    if isinstance(given, str) and not given.strip().isdigit():
        return read_limit(given)
    name = str(question.get("unit", "workday"))
    if name not in _UNITS:
        raise ClockError(f"unit {name!r} is not known: write one of {', '.join(Unit)}")
    try:
        return int(given), _UNITS[name]
    except (TypeError, ValueError):
        raise ClockError(f"limit {given!r} is not a number") from None


def _counting(question: Mapping[str, Any], rule: Rule | None) -> Counting:
    counting = counting_of(rule)
    given = question.get("readings") or {}
    known = {item.name for item in fields(Readings)}
    wrong = sorted(set(given) - known)
    if wrong:
        raise ClockError(f"there is no reading {wrong[0]!r}; there are {', '.join(sorted(known))}")
    if given:
        readings = replace(counting.readings, **given)
        counting = replace(counting, readings=readings, rolls_over=readings.roll_over == "rest_day")
    first_day, rolls_over = question.get("counts_first_day"), question.get("rolls_over")
    return replace(
        counting,
        counts_first_day=counting.counts_first_day if first_day is None else bool(first_day),
        rolls_over=counting.rolls_over if rolls_over is None else bool(rolls_over),
    )


def _moment(question: Mapping[str, Any], key: str) -> tuple[date | None, datetime | None]:
    """A day, and the moment where the text gives an hour."""
    text = question.get(key)
    if text is None or text == "":
        return None, None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise ClockError(f"{key}: {text!r} is not a day; write it as 2026-02-12") from None
    return moment.date(), moment.replace(tzinfo=None) if len(str(text)) > 10 else None


def _day(question: Mapping[str, Any], *keys: str) -> date | None:
    for key in keys:
        day, _ = _moment(question, key)
        if day is not None:
            return day
    return None


def _pause(pause: Mapping[str, Any]) -> Pause:
    started_on = _day(pause, "from", "started_on", "start")
    if started_on is None:
        raise ClockError("a pause needs the day on which it began: write it as from: 2026-03-02")
    ground = str(pause.get("ground") or PauseGround.OTHER)
    if ground not in set(PauseGround):
        raise ClockError(f"pause ground {ground!r} is not known: write one of {', '.join(PauseGround)}")
    return Pause(started_on, _day(pause, "to", "ended_on", "end"), ground, pause.get("has_written_notice"))


def _extensions(question: Mapping[str, Any]) -> list[Any]:
    given = question.get("extensions")
    if given is None:
        given = question.get("extension")
    if given is None:
        return []
    return list(given) if isinstance(given, list | tuple) else [given]


def _extension(extension: Any, unit: Unit) -> Extension:
    if isinstance(extension, int):
        return Extension(extension, unit)
    if isinstance(extension, str):
        return Extension(*read_limit(extension))
    length, own_unit = extension.get("length", extension.get("limit")), str(extension.get("unit", unit))
    if isinstance(length, str) and not length.isdigit():
        length, own_unit = read_limit(length)
    if length is None or own_unit not in _UNITS:
        raise ClockError("an extension needs a length and a unit: write length: 10, unit: workday")
    return Extension(int(length), _UNITS[own_unit], _day(extension, "approved_on"), extension.get("has_reasons"))


def _card(clock: Clock, rule: Rule | None, card_rules: CardRules, matter: Matter) -> DrawnCard:
    """The card of a single limit: with a rule it is a statutory limit, without one it is taken for a promise."""
    met: dict[str, date | None] = {}
    if clock.is_late and clock.due_on:
        met["statutory_passed" if rule is not None else "promised_passed"] = clock.due_on + ONE_DAY
    if {"pause_without_ground", "pause_without_notice"} & set(clock.findings):
        met["irregular_pause"] = min(pause.started_on for pause in matter.pauses)
    left = clock.remaining_workdays
    if rule is None and clock.state == ClockState.RUNNING and left is not None:
        if 0 <= left <= early_within_workdays(card_rules):
            met["promised_within_workdays"] = clock.on
    return draw(card_rules, met)


def _plain(clock: Clock, rule: Rule | None, card: DrawnCard, calendar: Calendar) -> dict[str, Any]:
    is_deemed = rule is not None and rule.deemed_outcome is not None and clock.state == ClockState.OPEN_LATE
    return {
        "started_on": clock.started_on.isoformat(),
        "on": clock.on.isoformat(),
        "limit": clock.limit_length,
        "unit": str(clock.limit_unit),
        "extension": clock.extension_length,
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
        "due_at": clock.due_at.isoformat(timespec="minutes") if clock.due_at else None,
        "elapsed_workdays": clock.elapsed_workdays,
        "elapsed_days": clock.elapsed_days,
        "remaining_workdays": clock.remaining_workdays,
        "paused_workdays": clock.paused_workdays,
        "paused_days": clock.paused_days,
        "state": str(clock.state),
        "reason": clock.reason or None,
        "is_late": clock.is_late,
        "card": str(card.card),
        "card_rule": card.rule,
        "deemed_outcome": rule.deemed_outcome if rule is not None and is_deemed else None,
        "deemed_is": "calculated" if is_deemed else None,
        "is_provisional": clock.is_provisional,
        "findings": list(dict.fromkeys(clock.findings)),
        "rule": rule.id if rule else None,
        "law": rule.law if rule else None,
        "article": rule.article if rule else None,
        "is_confirmed": rule.is_confirmed if rule else None,
        "calendar": calendar.name,
        "counts_first_day": clock.counting.counts_first_day,
        "rolls_over": clock.counting.rolls_over,
        "readings": asdict(clock.counting.readings),
    }


__all__ = ["CalendarGapError", "answer", "answer_all", "counting_of", "read_limit"]
