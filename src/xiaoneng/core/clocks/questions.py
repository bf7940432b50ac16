"""Answers to questions about one limit, asked as plain data: what `xiaoneng due` and the deadline calculator use.

A question is a mapping. It names a start and either a rule or a limit:

    {"start": "2026-02-12", "limit": "20wd"}                       a bare limit
    {"start": "2026-02-12", "rule": "cn.licence_decision",         a rule of law
     "promised": "10wd",
     "pauses": [{"from": "2026-03-02", "to": "2026-03-12", "ground": "hearing", "has_written_notice": true}],
     "extensions": [{"length": 10, "unit": "workday", "approved_on": "2026-03-05", "has_reasons": true}],
     "ended_on": null, "on": "2026-03-31", "readings": {"pause_days": "with_both"}}

A rule that counts back from an event (`counts_backwards`) takes the day of that event as its start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ..calendar import Calendar
from ..errors import CalendarGapError, ClockError, XiaonengError
from ..law import CardRules, Pack, Readings, Rule, describe_readings
from ..terms import ClockState, Unit
from ..words import say
from .asking import KEYS, extensions_of, flag_of, known_keys, limit_of, moment_of, pauses_of, read_limit
from .cards import DrawnCard, draw, early_within_workdays
from .counting import IRREGULAR_PAUSES, ONE_DAY, Counting, paused_ranges
from .rules import passed_condition
from .single import Clock, Matter, clock_before, clock_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was understood: what is timed, under which rule, on which day."""

    matter: Matter
    promise: Matter | None
    rule: Rule | None
    counting: Counting
    on: date
    notes: tuple[str, ...]

    def clock(self, calendar: Calendar) -> Clock:
        """The clock of the limit asked about."""
        timed = clock_before if self.counts_backwards else clock_of
        return timed(self.matter, counting=self.counting, calendar=calendar, on=self.on)

    @property
    def counts_backwards(self) -> bool:
        return self.rule is not None and self.rule.counts_backwards


def ask(
    question: Mapping[str, Any],
    *,
    rule_of: Callable[[str, date], Rule],
    pack_of: Callable[[str], Pack],
    on: date | None = None,
) -> Asked:
    """A question as plain data, read.

    In      rule_of: a rule by id and day; on: the day of judging where the question names none (else the start)
    Raises  ClockError where the question is not understood; it names the key at fault
    """
    known = known_keys(question, KEYS, "a question")
    rule_id = known.get("rule")
    if rule_id is not None and not isinstance(rule_id, str):
        raise ClockError(f"rule: {rule_id!r} is no rule; write its id, such as cn.licence_decision")
    zone = ZoneInfo(pack_of("cn").zone)
    start, started_at = moment_of(known.get("start"), "start", zone)
    if start is None:
        raise ClockError("a question needs a start: write it as 2026-02-12, or 2026-02-12T16:30")
    rule = rule_of(rule_id, start) if rule_id else None
    if rule is not None:
        zone = ZoneInfo(pack_of(rule.pack).zone)
        start, started_at = moment_of(known["start"], "start", zone)
    assert start is not None
    length, unit = _limit(known, rule)
    judged_on, judged_at = moment_of(known.get("on"), "on", zone)
    ended_on, ended_at = moment_of(known.get("ended_on"), "ended_on", zone)
    pauses, notes = pauses_of(known.get("pauses"), zone)
    matter = Matter(
        started_on=start,
        started_at=started_at,
        limit_length=length,
        limit_unit=unit,
        ended_on=ended_on,
        ended_at=ended_at,
        pauses=pauses,
        extensions=extensions_of(known.get("extensions"), unit, zone),
        judged_at=judged_at,
    )
    promise = None
    if known.get("promised") is not None:
        length, unit = limit_of(known["promised"], known.get("promised_unit"), unit, "promised")
        promise = replace(matter, limit_length=length, limit_unit=unit, extensions=())
    asked = Asked(matter, promise, rule, _counting(known, rule), judged_on or on or start, tuple(notes))
    if asked.counts_backwards and (pauses or matter.extensions or promise):
        raise ClockError("a limit that counts back from an event takes no pauses, extensions or promise")
    return asked


def answer(
    question: Mapping[str, Any],
    *,
    rule_of: Callable[[str, date], Rule],
    pack_of: Callable[[str], Pack],
    calendar: Calendar,
    on: date | None = None,
    language: str = "zh",
) -> dict[str, Any]:
    """The due day of one question, and where its clock stands.

    In      as for `ask`; language: of the readings in words
    Out     due_on, due_at, elapsed_workdays, remaining_workdays, state, card, deemed_outcome, is_provisional, findings,
            readings, law ... (docs/methods/clocks.md lists them)
    Raises  ClockError where the question is not understood; CalendarGapError where the calendar cannot answer it
    """
    asked = ask(question, rule_of=rule_of, pack_of=pack_of, on=on)
    clock = asked.clock(calendar)
    promised = None
    if asked.promise is not None:
        promised = clock_of(asked.promise, counting=asked.counting, calendar=calendar, on=asked.on)
    card_rules = (pack_of(asked.rule.pack) if asked.rule else pack_of("cn")).card_rules
    card = draw(card_rules, _conditions(asked, clock, promised, card_rules))
    return {"id": _id(question), **_plain(asked, clock, promised, card, calendar, language)}


def answer_all(questions: Sequence[Any], **context: Any) -> list[dict[str, Any]]:
    """The answers to many questions; one that cannot be answered gives its place and its error, and the others go on."""
    answers: list[dict[str, Any]] = []
    for place, question in enumerate(questions):
        try:
            answers.append(answer(question, **context))
        except XiaonengError as error:
            name = _id(question) if isinstance(question, Mapping) else None
            answers.append(
                {"id": place if name is None else name, "index": place, "error": f"questions[{place}]: {error}"}
            )
    return answers


def counting_of(rule: Rule | None, **changed: Any) -> Counting:
    """The counting of a rule, or of a bare limit where there is none."""
    counting = Counting.of(rule) if rule is not None else Counting.plain()
    return replace(counting, **changed)


def _id(question: Mapping[str, Any]) -> Any:
    return next((question[name] for name in ("id", *KEYS["id"]) if question.get(name) is not None), None)


def _limit(known: Mapping[str, Any], rule: Rule | None) -> tuple[int, Unit]:
    if known.get("limit") is not None:
        return limit_of(known["limit"], known.get("unit"), rule.unit if rule is not None else None, "limit")
    if rule is None or rule.limit is None:
        raise ClockError("a question needs a limit (such as 20wd) or a rule that has one")
    return rule.limit, rule.unit


def _counting(known: Mapping[str, Any], rule: Rule | None) -> Counting:
    counting = counting_of(rule)
    given = known.get("readings") or {}
    if not isinstance(given, Mapping):
        raise ClockError(f'readings: {given!r} is no object; write it as {{"pause_days": "with_both"}}')
    names = {item.name for item in fields(Readings)}
    wrong = sorted(set(given) - names)
    if wrong:
        raise ClockError(f"there is no reading {wrong[0]!r}; there are {', '.join(sorted(names))}")
    if given:
        readings = replace(counting.readings, **given)
        counting = replace(counting, readings=readings, rolls_over=readings.roll_over == "rest_day")
    first_day = flag_of(known.get("counts_first_day"), "counts_first_day")
    rolls_over = flag_of(known.get("rolls_over"), "rolls_over")
    if rolls_over is not None:
        readings = replace(counting.readings, roll_over="rest_day" if rolls_over else "none")
        counting = replace(counting, rolls_over=rolls_over, readings=readings)
    return replace(counting, counts_first_day=counting.counts_first_day if first_day is None else first_day)


def _conditions(asked: Asked, clock: Clock, promised: Clock | None, card_rules: CardRules) -> dict[str, date | None]:
    """The card conditions that are met: a rule's limit is one of law, a bare limit is taken for a promise."""
    met: dict[str, date | None] = {}
    if asked.rule is not None and clock.is_late and clock.due_on:
        passed = passed_condition(asked.rule)
        met |= {passed: clock.due_on + ONE_DAY} if passed else {}
    promise = promised if asked.rule is not None else (promised or clock)
    if promise is not None and promise.is_late and promise.due_on:
        met["promised_passed"] = promise.due_on + ONE_DAY
    left = promise.remaining_workdays if promise is not None else None
    if promise is not None and promise.due_on and promise.ended_on is None and promise.is_late is False:
        if left is not None and 0 <= left <= early_within_workdays(card_rules):
            met["promised_within_workdays"] = clock.on
    irregular = [
        pause.started_on
        for pause in asked.matter.pauses
        if set(paused_ranges([pause], asked.counting, started_on=clock.started_on)[1]) & IRREGULAR_PAUSES
    ]
    if not clock.reason and min(irregular, default=date.max) <= clock.on:
        met["irregular_pause"] = min(irregular)
    return met


def _plain(
    asked: Asked, clock: Clock, promised: Clock | None, card: DrawnCard, calendar: Calendar, language: str
) -> dict[str, Any]:
    rule = asked.rule
    deemed = rule.deemed_outcome if rule is not None and clock.is_late else None
    deemed_on = clock.due_on if rule is not None and rule.deemed_from == "limit_end" else clock.started_on
    late = {True: ClockState.LATE if clock.ended_on else ClockState.OPEN_LATE}.get(bool(promised and promised.is_late))
    return {
        "started_on": clock.started_on.isoformat(),
        "on": clock.on.isoformat(),
        "ended_on": _day(clock.ended_on),
        "limit": clock.limit_length,
        "unit": str(clock.limit_unit),
        "extension": clock.extension_length,
        "due_on": _day(clock.due_on),
        "due_at": clock.due_at.isoformat(timespec="minutes") if clock.due_at else None,
        "promised_due_on": _day(promised.due_on) if promised else None,
        "elapsed_workdays": clock.elapsed_workdays,
        "elapsed_days": clock.elapsed_days,
        "remaining_workdays": clock.remaining_workdays,
        "remaining_days": clock.remaining_days,
        "paused_workdays": clock.paused_workdays,
        "paused_days": clock.paused_days,
        "state": str(clock.state if clock.reason else late or clock.state),
        "reason": clock.reason or None,
        "is_late": clock.is_late,
        "is_late_promised": promised.is_late if promised else None,
        "card": str(card.card),
        "card_rule": card.rule,
        "card_fell_on": _day(card.fell_on),
        "deemed_outcome": deemed,
        "deemed_on": _day(deemed_on) if deemed else None,
        "deemed_is": "calculated" if deemed else None,
        "is_provisional": clock.is_provisional or bool(promised and promised.is_provisional),
        "findings": list(dict.fromkeys(clock.findings)),
        "notes": list(asked.notes),
        "rule": rule.id if rule else None,
        "law": rule.law if rule else None,
        "article": rule.article if rule else None,
        "is_confirmed": rule.is_confirmed if rule else None,
        "binds_agency": rule.binds_agency if rule else None,
        "calendar": calendar.name,
        "counts_first_day": clock.counting.counts_first_day,
        "counts_backwards": asked.counts_backwards,
        "rolls_over": clock.counting.rolls_over,
        "readings": asdict(clock.counting.readings),
        "readings_in_words": _readings_in_words(asked, clock, language),
    }


def _readings_in_words(asked: Asked, clock: Clock, language: str) -> list[str]:
    if asked.counts_backwards:
        return [say("clock_counts_back", language)]
    code = "clock_first_day_counted" if clock.counting.counts_first_day else "clock_first_day_not_counted"
    return [say(code, language), *describe_readings(clock.counting.readings, language)]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


__all__ = ["Asked", "CalendarGapError", "answer", "answer_all", "ask", "counting_of", "read_limit"]
