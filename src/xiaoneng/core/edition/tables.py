"""The tables of an edition: records joined with their clocks, and the totals over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..calendar import DEFAULT_HOURS, Calendar, OfficeHours, Schedule
from ..clocks import judge
from ..engine import Engine, Table
from ..errors import EditionError
from ..flow import FlowInputs, flow_tables, variant_traces
from ..law import CardRules, Pack
from ..tables import (
    ACTIVITIES,
    AGENCY_TOTALS,
    CARDS,
    CASES,
    COVERAGE,
    EXTENSIONS,
    ITEM_TOTALS,
    JUDGED_CASES,
    MONTH_TOTALS,
    PAUSES,
    SERVICE_ITEMS,
    SET_ASIDE,
    STEP_TOTALS,
    STEPS,
    VARIANTS,
    Column,
    Shape,
)

TOP = 5  # how many of the most frequent paths and moves the summary names

_CARD_RULES = Shape(
    "card_rules",
    "one row a card rule in its version",
    (Column("card_rule", "VARCHAR", "rule@version"), Column("basis", "VARCHAR", "what it rests on")),
    key=("card_rule",),
)


@dataclass(frozen=True)
class RecordTables:
    """The records that an edition is made of, in the shapes of core/tables.py."""

    cases: Table
    steps: Table
    pauses: Table
    extensions: Table
    service_items: Table
    set_aside: Table
    coverage: Table

    @classmethod
    def of_batch(cls, engine: Engine, batch: Any) -> RecordTables:
        """The tables of one import."""
        return cls(
            cases=batch.cases,
            steps=batch.steps,
            pauses=batch.pauses,
            extensions=batch.extensions,
            service_items=batch.service_items,
            set_aside=batch.set_aside,
            coverage=engine.from_rows(COVERAGE, batch.report.coverage),
        )


@dataclass(frozen=True)
class EditionTables:
    """Every table of an edition, in the order in which they are written.

    `schedule` is what working time was counted by; `top_variants` are the most frequent paths, their steps apart.
    """

    on: date
    by_name: Mapping[str, Table]
    schedule: Schedule
    top_variants: Sequence[Mapping[str, Any]] = ()

    def __getitem__(self, name: str) -> Table:
        return self.by_name[name]


def edition_tables(
    engine: Engine,
    records: RecordTables,
    *,
    pack: Pack,
    calendar: Calendar,
    card_rules: CardRules,
    on: date | None = None,
    hours: OfficeHours = DEFAULT_HOURS,
    flow_inputs: FlowInputs | None = None,
) -> EditionTables:
    """Judge the records on the day `on`, say where their time went, and sum them up.

    In      on: the day of judging; None takes the latest day on which anything in the records happened; hours: the office
            hours by which working time is counted; flow_inputs: official steps and what else a county gives beside
    Raises  EditionError where there is no case, or no day to judge on
    """
    for shape, table in (
        (CASES, records.cases),
        (STEPS, records.steps),
        (PAUSES, records.pauses),
        (EXTENSIONS, records.extensions),
        (SERVICE_ITEMS, records.service_items),
        (SET_ASIDE, records.set_aside),
    ):
        shape.check(table)
    if records.cases.count() == 0:
        raise EditionError("the files hold no case that can be counted: see the rows set aside, or name a profile")
    cases = engine.stage(
        "edition/cases_with_limits", out=CASES, cases=records.cases, service_items=records.service_items
    )
    on = on or _last_day(engine, cases, records.steps)
    judged = judge(
        engine,
        cases=cases,
        steps=records.steps,
        pauses=records.pauses,
        extensions=records.extensions,
        pack=pack,
        calendar=calendar,
        on=on,
        card_rules=card_rules,
    )
    judged_cases = engine.stage("edition/judged_cases", out=JUDGED_CASES, cases=cases, case_clocks=judged.case_clocks)
    rules = engine.from_rows(_CARD_RULES, _bases(card_rules))
    cards = engine.stage(
        "edition/cards",
        out=CARDS,
        judged_cases=judged_cases,
        step_clocks=judged.step_clocks,
        steps=records.steps,
        card_rules=rules,
    )
    schedule = Schedule(calendar.name, calendar, hours)
    traces = variant_traces(engine, cases=cases, steps=records.steps)
    variants = engine.stage("flow/variants", out=VARIANTS, variant_traces=traces)
    top_variants = engine.stage("flow/top_variants", parameters={"most": TOP}, variant_traces=traces)
    traces.drop()
    return EditionTables(
        on,
        {
            "cases": judged_cases,
            "steps": records.steps,
            "step_clocks": judged.step_clocks,
            "pauses": records.pauses,
            "extensions": records.extensions,
            "service_items": records.service_items,
            "cards": cards,
            "agencies": engine.stage("edition/agency_totals", out=AGENCY_TOTALS, judged_cases=judged_cases),
            "items": engine.stage("edition/item_totals", out=ITEM_TOTALS, judged_cases=judged_cases),
            "months": engine.stage(
                "edition/month_totals", out=MONTH_TOTALS, parameters={"on": on}, judged_cases=judged_cases
            ),
            "dated_steps": engine.stage(
                "edition/step_totals",
                out=STEP_TOTALS,
                parameters={"on": on},
                step_clocks=judged.step_clocks,
                steps=records.steps,
            ),
            "activities": engine.stage("edition/activities", out=ACTIVITIES, steps=records.steps),
            "variants": variants,
            "set_aside": engine.stage("edition/ordered_set_aside", out=SET_ASIDE, set_aside=records.set_aside),
            "coverage": records.coverage,
            **flow_tables(
                engine,
                cases=cases,
                steps=records.steps,
                pauses=records.pauses,
                schedule=schedule,
                on=on,
                inputs=flow_inputs,
                is_law_cn=pack.id.startswith("cn"),
            ),
        },
        schedule,
        top_variants.rows(),
    )


def _last_day(engine: Engine, cases: Table, steps: Table) -> date:
    last_on = engine.stage("edition/last_day", cases=cases, steps=steps).rows()[0]["last_on"]
    if not isinstance(last_on, date):
        raise EditionError("the records carry no day at all: say with --on on which day they are to be judged")
    return last_on


def _bases(card_rules: CardRules) -> Iterable[dict[str, Any]]:
    return ({"card_rule": card_rules.label(rule), "basis": rule.basis} for rule in card_rules.rules)
