"""The clock and card of one case, worked out without tables: what a page shows, and what the table must agree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from ..calendar import Calendar
from ..errors import CalendarGapError
from ..law import CardRules, Pack, Rule
from ..terms import ClockState, Outcome, PauseGround, StartEvent, Unit
from .cards import DrawnCard, draw, early_within_workdays
from .counting import IRREGULAR_PAUSES, ONE_DAY, Counting, Extension, Pause, paused_ranges
from .rules import acceptance_rule, limit_of, passed_condition
from .single import Clock, Matter, clock_of, started_day

# Why a case cannot be judged, or not yet; each has its sentence in words/clocks.toml.
REASONS = (
    "no_start",
    "rule_not_in_force",
    "not_yet_accepted",
    "awaiting_supplement",
    "not_accepted",
    "acceptance_not_recorded",
    "ended_before_started",
    "before_calendar",
    "no_limit",
    "starts_after_day",
    "calendar_gap",
)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a case's clock starts: the day of the start event, or why there is none."""

    started_on: date | None
    started_at: datetime | None = None
    reason: str = ""
    deemed_on: date | None = None
    notice_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class CaseClock:
    """The legal clock of one case: its promised and its statutory clock, and what follows from both."""

    case: Mapping[str, Any]
    on: date
    law_rule: str
    rule: Rule | None
    start: Start
    state: ClockState
    reason: str
    card: DrawnCard
    promised: Clock | None = None
    statutory: Clock | None = None
    deemed_outcome: str | None = None
    deemed_on: date | None = None
    findings: tuple[str, ...] = ()

    @property
    def ended_on(self) -> date | None:
        """The day on which the case ended; None where it was still open on the day of judging."""
        concluded_on: date | None = self.case.get("concluded_on")
        return concluded_on if concluded_on is not None and concluded_on <= self.on else None

    @property
    def clocks(self) -> tuple[Clock, ...]:
        return tuple(clock for clock in (self.promised, self.statutory) if clock is not None)

    def row(self) -> dict[str, Any]:
        """This clock as a row of CASE_CLOCKS."""
        known = self.clocks if self.state != ClockState.UNJUDGED else ()
        binding = _binding(known)
        deadline_at, concluded_at = self.case.get("deadline_at"), self.case.get("concluded_at")
        return {
            "case_id": self.case.get("case_id"),
            "law_rule": self.law_rule,
            "started_on": None if self.reason == "not_yet_accepted" else self.start.started_on,
            "ended_on": self.ended_on,
            "promised_due_on": self.promised.due_on if self.promised else None,
            "statutory_due_on": self.statutory.due_on if self.statutory else None,
            "paused_workdays": binding.paused_workdays if binding else None,
            "elapsed_workdays": binding.elapsed_workdays if binding else None,
            "remaining_workdays": binding.remaining_workdays if binding else None,
            "state": self.state,
            "reason": self.reason or None,
            "is_late_promised": self.promised.is_late if known and self.promised else None,
            "is_late_statutory": self.statutory.is_late if known and self.statutory else None,
            "is_late_deadline": concluded_at > deadline_at if deadline_at and concluded_at else None,
            "deemed_outcome": self.deemed_outcome,
            "deemed_on": self.deemed_on,
            "card": self.card.card,
            "card_rule": self.card.rule,
            "card_fell_on": self.card.fell_on,
            "is_provisional": any(clock.is_provisional for clock in self.clocks),
            "findings": ",".join(self.findings) or None,
        }


def judge_case(
    case: Mapping[str, Any],
    *,
    pauses: Sequence[Mapping[str, Any]] = (),
    extensions: Sequence[Mapping[str, Any]] = (),
    pack: Pack,
    calendar: Calendar,
    on: date,
    card_rules: CardRules | None = None,
) -> CaseClock:
    """The clock and card of one case on the day `on`.

    In      case: a row of CASES; pauses, extensions: its rows of PAUSES and EXTENSIONS
    Out     the same answer as the table version gives for this case
    """
    drawn_by = card_rules or pack.card_rules
    wanted = case.get("law_rule") or pack.default_rule
    rule = _rule_of(case, pack)
    if rule is None:
        came_in = case.get("received_on") or case.get("accepted_on")
        reason = "rule_not_in_force" if came_in else "no_start"
        met = _conditions(case, None, Start(None), None, None, None, drawn_by, on)
        return CaseClock(case, on, wanted, None, Start(None), ClockState.UNJUDGED, reason, draw(drawn_by, met))
    if rule.restarts_on_supplement:
        supplements = [row for row in pauses if row["ground"] == PauseGround.SUPPLEMENT]
        pauses = [row for row in pauses if row["ground"] != PauseGround.SUPPLEMENT]
        start = _restarted(case, rule, supplements, pack, calendar, on)
    else:
        start = _start(case, rule, pack, calendar, on)
    counting = Counting.of(rule)
    promised, statutory, reason = None, None, start.reason or _defect(case, rule, start, calendar, on)
    if not reason:
        try:
            promised = _clock(_promise(case, start, pauses), counting, calendar, on)
            statutory = _clock(_statute(case, rule, start, pauses, extensions), counting, calendar, on)
        except CalendarGapError:
            promised, statutory, reason = None, None, "calendar_gap"
    clocks = [clock for clock in (promised, statutory) if clock is not None]
    irregular_on, findings = _irregular(clocks, pauses, counting, start)
    deemed_outcome, deemed_on = _deemed(rule, start, statutory)
    return CaseClock(
        case=case,
        on=on,
        law_rule=wanted,
        rule=rule,
        start=start,
        state=_state(clocks) if not reason else ClockState.UNJUDGED,
        reason=reason,
        card=draw(drawn_by, _conditions(case, rule, start, promised, statutory, irregular_on, drawn_by, on)),
        promised=promised,
        statutory=statutory,
        deemed_outcome=deemed_outcome,
        deemed_on=deemed_on,
        findings=findings,
    )


def _rule_of(case: Mapping[str, Any], pack: Pack) -> Rule | None:
    came_on = case.get("received_on") or case.get("accepted_on")
    versions = pack.versions.get(case.get("law_rule") or pack.default_rule, ())
    return next((rule for rule in versions if came_on is not None and rule.is_in_force(came_on)), None)


def _start(case: Mapping[str, Any], rule: Rule, pack: Pack, calendar: Calendar, on: date) -> Start:
    received_on, accepted_on = case.get("received_on"), case.get("accepted_on")
    counting = Counting.of(rule)
    if rule.starts_with == StartEvent.RECEIVED:
        return _moved(received_on, case.get("received_at"), counting, calendar)
    acceptance = acceptance_rule(rule, pack)
    acts = [case.get(name) for name in ("supplement_notified_on", "accepted_on", "concluded_on")]
    acted_on = min((day for day in acts if day is not None), default=None)
    # accepted after it had ended: the record contradicts itself, and says nothing about a missed notice
    is_crosswise = (
        accepted_on is not None and case.get("concluded_on") is not None and case["concluded_on"] < accepted_on
    )
    if (
        acceptance is not None
        and not is_crosswise
        and received_on is not None
        and calendar.first <= received_on <= calendar.last
    ):
        notice_due_on = _notice_due(received_on, acceptance, calendar)
        if notice_due_on is not None and notice_due_on < (acted_on or date.max):
            # silence speaks when the notice limit is over: until that day it is not known whether a notice comes in time
            is_from_receipt = acceptance.deemed_from == "start"
            deemed_on = received_on if is_from_receipt else notice_due_on
            moved = _moved(deemed_on, case.get("received_at") if is_from_receipt else None, counting, calendar)
            reason = "" if notice_due_on < on else "not_yet_accepted"
            return replace(moved, deemed_on=deemed_on, notice_due_on=notice_due_on, reason=reason)
    if accepted_on is not None:
        return _moved(accepted_on, case.get("accepted_at"), counting, calendar)
    if case.get("outcome") == Outcome.NOT_ACCEPTED:
        return Start(None, reason="not_accepted")
    if case.get("concluded_on") is not None:
        return Start(None, reason="acceptance_not_recorded")
    if case.get("supplement_notified_on") is not None:
        return Start(None, reason="awaiting_supplement")
    return Start(None, reason="no_start" if received_on is None else "not_yet_accepted")


def _notice_due(received_on: date, acceptance: Rule, calendar: Calendar) -> date | None:
    """The last day for a notice of what is missing; None where the calendar ends first."""
    assert acceptance.limit is not None
    number = calendar.workdays_through(received_on) + acceptance.limit
    return calendar.day_of(number) if number < len(calendar.day_of_number) else None


def _restarted(
    case: Mapping[str, Any],
    rule: Rule,
    supplements: Sequence[Mapping[str, Any]],
    pack: Pack,
    calendar: Calendar,
    on: date,
) -> Start:
    """The start of a limit that begins anew when the corrected request comes in."""
    if any(row.get("ended_on") is None for row in supplements):
        return Start(None, reason="awaiting_supplement")
    completed_on = max((row["ended_on"] for row in supplements), default=None)
    if completed_on is None or rule.starts_with != StartEvent.RECEIVED:
        return _start(case, rule, pack, calendar, on)
    received_on = case.get("received_on")
    day = max(completed_on, received_on) if received_on is not None else completed_on
    return _moved(day, None, Counting.of(rule), calendar)


def _moved(day: date | None, at: datetime | None, counting: Counting, calendar: Calendar) -> Start:
    if day is None:
        return Start(None, reason="no_start")
    if not calendar.first <= day <= calendar.last:
        return Start(day, at)
    started_on = started_day(day, at, counting, calendar)
    return Start(
        started_on, at if started_on == day else None
    )  # the hour of a moved start says nothing about its new day


def _defect(case: Mapping[str, Any], rule: Rule, start: Start, calendar: Calendar, on: date) -> str:
    started_on, concluded_on = start.started_on, case.get("concluded_on")
    assert started_on is not None
    if concluded_on is not None and concluded_on < started_on:
        return "ended_before_started"
    if started_on < calendar.first:
        return "before_calendar"
    limits = (case.get("promised_limit"), case.get("promised_due_on"), case.get("statutory_limit"), limit_of(rule))
    if all(limit is None for limit in limits):
        return "no_limit"
    return "starts_after_day" if started_on > on else ""


def _common(case: Mapping[str, Any], start: Start, pauses: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "started_on": start.started_on,
        "started_at": start.started_at,
        "ended_on": case.get("concluded_on"),
        "ended_at": case.get("concluded_at"),
        "pauses": [_pause(pause) for pause in pauses],
    }


def _pause(row: Mapping[str, Any]) -> Pause:
    return Pause(row["started_on"], row.get("ended_on"), row["ground"], row.get("has_written_notice"))


def _promise(case: Mapping[str, Any], start: Start, pauses: Sequence[Mapping[str, Any]]) -> Matter | None:
    given_on, length = case.get("promised_due_on"), case.get("promised_limit")
    if given_on is None and length is None:
        return None
    unit = Unit(case.get("promised_unit") or Unit.WORKDAY)
    return Matter(limit_length=length or 0, limit_unit=unit, given_due_on=given_on, **_common(case, start, pauses))


def _statute(
    case: Mapping[str, Any],
    rule: Rule,
    start: Start,
    pauses: Sequence[Mapping[str, Any]],
    extensions: Sequence[Mapping[str, Any]],
) -> Matter | None:
    length, unit = limit_of(rule), rule.unit
    if case.get("statutory_limit") is not None:
        length, unit = case["statutory_limit"], Unit(case.get("statutory_unit") or Unit.WORKDAY)
    if length is None:
        return None
    granted = [
        Extension(row["length"], Unit(row["unit"]), row.get("approved_on"), row.get("has_reasons"))
        for row in extensions
    ]
    return Matter(limit_length=length, limit_unit=unit, extensions=granted, **_common(case, start, pauses))


def _clock(matter: Matter | None, counting: Counting, calendar: Calendar, on: date) -> Clock | None:
    return None if matter is None else clock_of(matter, counting=counting, calendar=calendar, on=on)


def _binding(clocks: Sequence[Clock]) -> Clock | None:
    """The clock whose due day comes first; where no due day is known yet, the one with the least left."""
    dated = [clock for clock in clocks if clock.due_on is not None]
    if dated:
        return min(dated, key=lambda clock: clock.due_on or date.max)
    return min(clocks, key=lambda clock: _least(clock.remaining_workdays), default=None)


def _least(remaining_workdays: int | None) -> int:
    return 10**9 if remaining_workdays is None else remaining_workdays


def _state(clocks: Sequence[Clock]) -> ClockState:
    """A case is late once either of its limits was missed."""
    for state in (ClockState.LATE, ClockState.OPEN_LATE, ClockState.PAUSED, ClockState.IN_TIME):
        if any(clock.state == state for clock in clocks):
            return state
    return ClockState.RUNNING


def _irregular(
    clocks: Sequence[Clock], pauses: Sequence[Mapping[str, Any]], counting: Counting, start: Start
) -> tuple[date | None, tuple[str, ...]]:
    """The first day of a pause that does not stop the clock, and every finding once, in order."""
    if not clocks or start.started_on is None:
        return None, ()
    first_on, found = None, set()
    for row in pauses:
        _, findings = paused_ranges([_pause(row)], counting, started_on=start.started_on)
        found |= set(findings)
        if set(findings) & IRREGULAR_PAUSES:
            first_on = min(first_on or date.max, row["started_on"])
    later = [finding for clock in clocks for finding in clock.findings if not finding.startswith("pause_")]
    return first_on, (*sorted(found), *dict.fromkeys(later))


def _deemed(rule: Rule, start: Start, statutory: Clock | None) -> tuple[str | None, date | None]:
    """What the law makes of silence, and from which day: before acceptance, or once the rule's own limit has passed."""
    if start.deemed_on is not None and start.reason == "":
        return "deemed_accepted", start.deemed_on
    if rule.deemed_outcome is not None and statutory is not None and statutory.is_late:
        return rule.deemed_outcome, statutory.due_on if rule.deemed_from == "limit_end" else statutory.started_on
    return None, None


def _conditions(
    case: Mapping[str, Any],
    rule: Rule | None,
    start: Start,
    promised: Clock | None,
    statutory: Clock | None,
    irregular_on: date | None,
    card_rules: CardRules,
    on: date,
) -> dict[str, date | None]:
    """The conditions that the case meets, each with the day on which it fell due."""
    met: dict[str, date | None] = {}
    concluded_on = case.get("concluded_on")
    ended_on = concluded_on if concluded_on is not None and concluded_on <= on else None
    if rule is not None and statutory is not None and statutory.is_late and statutory.due_on:
        passed = passed_condition(rule)
        met |= {passed: statutory.due_on + ONE_DAY} if passed else {}
    if promised is not None and promised.is_late and promised.due_on:
        met["promised_passed"] = promised.due_on + ONE_DAY
    if irregular_on is not None and irregular_on <= on:
        met["irregular_pause"] = irregular_on
    is_over = concluded_on is None or concluded_on <= on
    if is_over and case.get("outcome") in (Outcome.REFUSED, Outcome.NOT_ACCEPTED) and case.get("has_reasons") is False:
        met["refusal_without_reasons"] = ended_on
    if case.get("has_fee_basis") is False:
        met["charge_without_basis"] = ended_on or on
    if start.deemed_on is not None and start.notice_due_on is not None and start.notice_due_on < on:
        met["correction_notice_missed"] = start.notice_due_on + ONE_DAY
    if promised is not None and promised.ended_on is None and promised.due_on is not None and not promised.is_late:
        left = promised.remaining_workdays
        if left is not None and 0 <= left <= early_within_workdays(card_rules):
            met["promised_within_workdays"] = on
    return met
