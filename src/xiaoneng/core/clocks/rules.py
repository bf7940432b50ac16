"""A law pack's rules as the small tables that the clock stages read: one row a version of a rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..engine import Engine, Table
from ..law import Pack, Rule
from ..tables import Column, Shape
from ..terms import StartEvent

MIDNIGHT = 24  # the closing hour that changes nothing

CLOCK_RULES = Shape(
    "clock_rules",
    "one row a version of a rule, its readings spelled out as yes or no",
    (
        Column("rule_no", "INTEGER", "number of the row"),
        Column("law_rule", "VARCHAR", "rule"),
        Column("in_force_from", "DATE", "first day"),
        Column("in_force_to", "DATE", "last day"),
        Column("starts_with_receipt", "BOOLEAN", "the limit runs from receipt"),
        Column("limit_length", "INTEGER", "limit, in limit_unit"),
        Column("limit_unit", "VARCHAR", "workday, day, hour, month, year"),
        Column("counts_first_day", "BOOLEAN", "the day of the start event counts"),
        Column("rolls_over", "BOOLEAN", "a last day on a rest day moves to the next working day"),
        Column("extension_limit", "INTEGER", "longest extension, in the rule's unit; NULL is none"),
        Column("reasons_needed", "BOOLEAN", "the reasons of an extension must be told"),
        Column("notice_required", "BOOLEAN", "a pause without written notice does not stop the clock"),
        Column("first_day_paused", "BOOLEAN", "the day on which a pause begins is skipped"),
        Column("last_day_paused", "BOOLEAN", "the day on which a pause ends is skipped"),
        Column("late_extension_counts", "BOOLEAN", "an extension approved after the due day counts"),
        Column("extension_without_reasons_counts", "BOOLEAN", "an extension whose reasons were not told counts"),
        Column("rest_day_receipt_moves", "BOOLEAN", "what comes in on a rest day starts on the next working day"),
        Column(
            "after_hours_receipt_moves",
            "BOOLEAN",
            "what comes in after closing starts on the next working day",
        ),
        Column("closes_at_hour", "INTEGER", "closing hour, 1 to 23; NULL is midnight"),
        Column("acceptance_limit", "INTEGER", "working days after which silence is acceptance; NULL is never"),
        Column(
            "accepted_from_limit_end", "BOOLEAN", "silence is acceptance from the end of that limit, not from receipt"
        ),
        Column("restarts_on_supplement", "BOOLEAN", "the whole limit begins anew when the corrected request comes in"),
        Column("own_deemed_outcome", "VARCHAR", "what the law deems once this limit has passed; NULL is nothing"),
        Column("deemed_from_limit_end", "BOOLEAN", "deemed from the end of this limit, not from its start"),
        Column("passed_draws_statutory", "BOOLEAN", "passing the limit is the condition statutory_passed"),
        Column("passed_draws_notice", "BOOLEAN", "passing the limit is the condition correction_notice_missed"),
    ),
    key=("rule_no",),
)

RULE_GROUNDS = Shape(
    "rule_grounds",
    "one row a ground on which a rule lets the clock stop",
    (Column("rule_no", "INTEGER", "the rule"), Column("ground", "VARCHAR", "a term of PauseGround")),
    key=("rule_no", "ground"),
)


def versions(pack: Pack) -> list[Rule]:
    """Every version of every rule of a pack, by id and then by day in force."""
    return [rule for name in sorted(pack.versions) for rule in pack.versions[name]]


def clock_rules(engine: Engine, pack: Pack) -> Table:
    """The rules of a pack as CLOCK_RULES."""
    return engine.from_rows(CLOCK_RULES, (_row(number, rule, pack) for number, rule in enumerate(versions(pack))))


def rule_grounds(engine: Engine, pack: Pack) -> Table:
    """The grounds on which the rules of a pack let the clock stop, as RULE_GROUNDS."""
    return engine.from_rows(
        RULE_GROUNDS,
        (
            {"rule_no": number, "ground": str(ground)}
            for number, rule in enumerate(versions(pack))
            for ground in rule.pause_grounds
        ),
    )


def limit_of(rule: Rule) -> int | None:
    """The length of a rule's limit; None where it has none, or counts back from an event that is still to come."""
    return None if rule.counts_backwards else rule.limit


def acceptance_rule(rule: Rule, pack: Pack) -> Rule | None:
    """The rule by which silence after receipt is acceptance, for a rule of the same law that runs from acceptance."""
    if rule.starts_with != StartEvent.ACCEPTED:
        return None
    for other in versions(pack):
        if other.deemed_outcome == "deemed_accepted" and other.law == rule.law and other.limit is not None:
            return other
    return None


def passed_condition(rule: Rule) -> str | None:
    """The card condition that is met when the rule's own limit passes; None where it does not bind the agency.

    Where the law reads silence as acceptance, its consequence is the acceptance: the notice was missed, no decision was.
    """
    if not rule.binds_agency:
        return None
    return "correction_notice_missed" if rule.deemed_outcome == "deemed_accepted" else "statutory_passed"


def _row(number: int, rule: Rule, pack: Pack) -> dict[str, Any]:
    readings = rule.readings
    acceptance = acceptance_rule(rule, pack)
    return {
        "rule_no": number,
        "law_rule": rule.id,
        "in_force_from": rule.in_force_from or date.min,
        "in_force_to": rule.in_force_to or date.max,
        "starts_with_receipt": rule.starts_with == StartEvent.RECEIVED,
        "limit_length": limit_of(rule),
        "limit_unit": str(rule.unit),
        "counts_first_day": rule.counts_first_day,
        "rolls_over": readings.roll_over == "rest_day",
        "extension_limit": rule.extension_limit,
        "reasons_needed": rule.extension_needs_reasons,
        "notice_required": rule.pause_notice_required and readings.pause_without_notice == "ignored",
        "first_day_paused": readings.pause_days in ("with_first", "with_both"),
        "last_day_paused": readings.pause_days in ("with_last", "with_both"),
        "late_extension_counts": readings.late_extension == "counted",
        "extension_without_reasons_counts": readings.extension_without_reasons == "counted",
        "rest_day_receipt_moves": readings.rest_day_receipt == "next_workday",
        "after_hours_receipt_moves": readings.after_hours_receipt == "next_workday",
        "closes_at_hour": readings.closes_at_hour if readings.closes_at_hour != MIDNIGHT else None,
        "acceptance_limit": acceptance.limit if acceptance else None,
        "accepted_from_limit_end": acceptance is not None and acceptance.deemed_from == "limit_end",
        "restarts_on_supplement": rule.restarts_on_supplement,
        "own_deemed_outcome": rule.deemed_outcome,
        "deemed_from_limit_end": rule.deemed_from == "limit_end",
        "passed_draws_statutory": passed_condition(rule) == "statutory_passed",
        "passed_draws_notice": passed_condition(rule) == "correction_notice_missed",
    }
