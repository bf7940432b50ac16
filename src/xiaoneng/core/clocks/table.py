"""The clocks of whole tables, as staged SQL: cases and steps in, one row of clock and card each out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..calendar import Calendar
from ..engine import Engine, Table
from ..law import CardRules, Pack
from ..tables import CALENDAR, CASE_CLOCKS, CASES, EXTENSIONS, PAUSES, STEP_CLOCKS, STEPS, TIMED_LIMITS
from .cards import card_parameters, step_card_parameters
from .rules import clock_rules, rule_grounds


@dataclass(frozen=True)
class Judged:
    """The clocks of a county's cases and of their steps."""

    case_clocks: Table
    step_clocks: Table


@dataclass(frozen=True)
class Facts:
    """What the clocks need beside the cases, whatever the day: made once when records come in."""

    cases: Table
    steps: Table
    calendar_lists: Table


def judge(
    engine: Engine,
    *,
    cases: Table,
    steps: Table,
    pauses: Table,
    extensions: Table,
    pack: Pack,
    calendar: Calendar,
    on: date,
    card_rules: CardRules | None = None,
) -> Judged:
    """The clock and card of every case, and of every step that has a limit of its own, on the day `on`.

    In      cases CASES, steps STEPS, pauses PAUSES, extensions EXTENSIONS
    Out     CASE_CLOCKS, one row a case in the order of the cases; STEP_CLOCKS, one row a limited step
    Empty   a case that cannot be judged keeps its row, with state `unjudged` and its reason
    Source  docs/methods/clocks.md
    """
    facts = clock_facts(
        engine, cases=cases, steps=steps, pauses=pauses, extensions=extensions, pack=pack, calendar=calendar
    )
    return judge_facts(engine, facts, calendar=calendar, on=on, card_rules=card_rules or pack.card_rules)


def clock_facts(
    engine: Engine,
    *,
    cases: Table,
    steps: Table,
    pauses: Table,
    extensions: Table,
    pack: Pack,
    calendar: Calendar,
) -> Facts:
    """What the clocks need, worked out once at import: start days, limits, and pauses united beside each case."""
    CASES.check(cases)
    STEPS.check(steps)
    PAUSES.check(pauses)
    EXTENSIONS.check(extensions)
    days = calendar.table(engine)
    CALENDAR.check(days)
    lists = engine.stage("clocks/calendar_lists", calendar=days)
    rules, grounds = clock_rules(engine, pack), rule_grounds(engine, pack)
    first_on = {"first_on": calendar.first}
    timed_cases = engine.stage(
        "clocks/timed_cases",
        parameters={"default_rule": pack.default_rule, **first_on},
        cases=cases,
        pauses=pauses,
        clock_rules=rules,
        calendar_lists=lists,
    )
    timed_steps = engine.stage("clocks/timed_steps", parameters=first_on, steps=steps, timed_cases=timed_cases)
    side = {"clock_rules": rules, "rule_grounds": grounds, "calendar_lists": lists}
    return Facts(
        cases=_facts(engine, timed_cases, pauses, extensions, side),
        steps=_facts(engine, timed_steps, pauses, engine.empty(EXTENSIONS), side),
        calendar_lists=lists,
    )


def with_due_days(engine: Engine, timed: Table, *, calendar: Calendar) -> Table:
    """The rows of a table with `due_on` and `elapsed_workdays`: bare limits in working days, without law or pauses.

    In      timed: started_on, limit_workdays (1 or more) and ended_on, whatever stands beside them
    Empty   a day outside the calendar gives NULL
    """
    TIMED_LIMITS.check(timed)
    lists = engine.stage("clocks/calendar_lists", calendar=calendar.table(engine))
    return engine.stage("clocks/due_days", timed=timed, calendar_lists=lists)


def judge_facts(engine: Engine, facts: Facts, *, calendar: Calendar, on: date, card_rules: CardRules) -> Judged:
    """Clocks and cards on the day `on` from facts that stand already: the daily run."""
    judged = {"on": on, "provisional_from": calendar.provisional_from}
    case_clocks = engine.stage(
        "clocks/clocks",
        parameters=judged | card_parameters(card_rules),
        facts=facts.cases,
        calendar_lists=facts.calendar_lists,
    )
    limited = engine.stage(
        "clocks/clocks",
        parameters=judged | step_card_parameters(card_rules),
        facts=facts.steps,
        calendar_lists=facts.calendar_lists,
    )
    step_clocks = engine.stage("clocks/step_clocks", out=STEP_CLOCKS, clocks=limited)
    limited.drop()
    CASE_CLOCKS.check(case_clocks)
    return Judged(case_clocks=case_clocks, step_clocks=step_clocks)


def _facts(engine: Engine, timed: Table, pauses: Table, extensions: Table, side: Mapping[str, Table]) -> Table:
    ranges = engine.stage(
        "clocks/paused_ranges",
        timed=timed,
        pauses=pauses,
        clock_rules=side["clock_rules"],
        rule_grounds=side["rule_grounds"],
    )
    united = engine.stage("clocks/united_pauses", paused_ranges=ranges, calendar_lists=side["calendar_lists"])
    facts = engine.stage(
        "clocks/clock_facts",
        timed=timed,
        paused_ranges=ranges,
        united_pauses=united,
        extensions=extensions,
        clock_rules=side["clock_rules"],
        calendar_lists=side["calendar_lists"],
    )
    for table in (timed, ranges, united):
        table.drop()
    return facts


__all__ = ["Facts", "Judged", "clock_facts", "judge", "judge_facts", "with_due_days"]
