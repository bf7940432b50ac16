"""Who has a case, and how it changes hands (移交): passings, returns, who ends up with it, and where open cases stand now.

A holder is an agency, an office of an agency, or a handler of an agency. A step that names no office is held by the
nameless office of its agency: another holder than any named one. Steps in a row of the same holder are one run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..calendar import Schedule
from ..engine import Engine, Table
from ..tables import ABSORPTION, CASE_FLOWS, CASES, HANDOVER_COUNTS, HANDOVERS, OPEN_WAITS, WORKED_STEPS
from .scheduled import scheduled
from .slices import in_slices, stage_by_case

HOLDERS = ("agency", "office", "handler")


def case_flows(
    engine: Engine, worked: Table, *, schedule: Schedule, agency_schedules: Mapping[str, Schedule] | None = None
) -> Table:
    """How each case went through the offices: hand-overs, returns, repeats, and the days in which nobody had it.

    In      worked WORKED_STEPS; schedule: that of every agency without one of its own in `agency_schedules`
    Out     CASE_FLOWS, one row a case that has steps
    Units   working days: lasted on the schedule of the agency that answers for the case, waited and orphan on those of
            the agencies that did the steps
    Empty   orphan_workdays is unknown where the start of a step of another office is not recorded, or where no step of
            the case names an office or a handler
    Source  docs/methods/flow.md, "How work changes hands"
    """
    WORKED_STEPS.check(worked)
    days = _span(engine, worked)
    found: Table | None = None
    with scheduled(engine, schedule=schedule, agency_schedules=agency_schedules, **days) as times:
        for some in in_slices(engine, worked=worked):
            with _held(engine, some["worked"], "office") as office, _held(engine, some["worked"], "agency") as agency:
                found = engine.stage(
                    "flow/case_flows",
                    out=CASE_FLOWS,
                    into=found,
                    parameters=times.parameters,
                    office_passings=office.passings,
                    office_visits=office.visits,
                    agency_passings=agency.passings,
                    agency_visits=agency.visits,
                    worked=some["worked"],
                    **times.tables,
                )
    assert found is not None
    return found


def handovers(engine: Engine, worked: Table) -> Table:
    """Every pair of agencies, and of offices, of which the one passes cases on to the other (移交); never of persons.

    In      worked WORKED_STEPS
    Out     HANDOVERS, one row a kind of holder and pair
    Units   waited_workdays: from the sender's last step to the taker's first, on the taker's schedule; where no start is
            recorded the taker's own work is in it (starts_recorded_share)
    Empty   a case that never changes hands gives no row
    Source  docs/methods/flow.md, "How work changes hands"
    """
    WORKED_STEPS.check(worked)
    pairs, medians = list[Table](), list[Table]()
    for holder in ("agency", "office"):  # one after the other, each by case first: so all of it fits in a small memory
        named = {"holder": holder}
        passings = stage_by_case(engine, "flow/passings", sliced={"worked": worked}, parameters=named)
        counted = stage_by_case(engine, "flow/handover_pairs", sliced={"passings": passings}, parameters=named)
        pairs.append(counted)
        medians.append(engine.stage("flow/handover_medians", parameters=named, passings=passings))
        passings.drop()
    both = engine.union("handover_pairs", None, pairs), engine.union("handover_medians", None, medians)
    try:
        return engine.stage("flow/handovers", out=HANDOVERS, handover_pairs=both[0], handover_medians=both[1])
    finally:
        for table in (*pairs, *medians, *both):
            table.drop()


def handover_counts(engine: Engine, worked: Table) -> Table:
    """How often work changes hands in all, between agencies, offices and handlers, and how often it comes straight back.

    In      worked WORKED_STEPS
    Out     HANDOVER_COUNTS, one row a kind of holder
    Source  docs/methods/flow.md, "How work changes hands"
    """
    WORKED_STEPS.check(worked)
    counted: Table | None = None
    for some in in_slices(engine, worked=worked):
        for holder in HOLDERS:
            with _held(engine, some["worked"], holder) as held:
                counted = engine.stage(
                    "flow/passing_counts",
                    into=counted,
                    parameters={"holder": holder},
                    worked=some["worked"],
                    passings=held.passings,
                    visits=held.visits,
                )
    assert counted is not None
    try:
        return engine.stage("flow/handover_counts", out=HANDOVER_COUNTS, passing_counts=counted)
    finally:
        counted.drop()


def absorption(engine: Engine, worked: Table, *, cases: Table) -> Table:
    """What each office was given and what it finished: whether cases end where they come in.

    In      worked WORKED_STEPS, cases CASES: only ended ones count
    Out     ABSORPTION, one row an office
    Empty   an office that touched no ended case gives no row
    Source  docs/methods/flow.md, "Who ends up with the case"
    """
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    counted: Table | None = None
    for some in in_slices(engine, worked=worked, cases=cases):
        visits = engine.stage("flow/visits", parameters={"holder": "office"}, worked=some["worked"])
        counted = engine.stage("flow/visit_counts", into=counted, visits=visits, cases=some["cases"])
        visits.drop()
    assert counted is not None
    try:
        return engine.stage("flow/absorption", out=ABSORPTION, visit_counts=counted)
    finally:
        counted.drop()


def open_waits(
    engine: Engine,
    worked: Table,
    *,
    cases: Table,
    schedule: Schedule,
    on: date,
    agency_schedules: Mapping[str, Schedule] | None = None,
) -> Table:
    """Where the cases that are open on the day `on` stand, and how long they have not moved.

    In      worked WORKED_STEPS, cases CASES: open is a case that was not concluded up to the end of the day `on`
    Out     OPEN_WAITS, one row an agency, office and last step
    Units   working days from the end of the last step (from its start where it has not ended) to the end of the day `on`,
            on the schedule of the agency of that step
    Empty   a case without steps stands nowhere; a wait that leaves the schedule's calendar is unknown
    Source  docs/methods/flow.md, "Where open cases stand"
    """
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    first_on = _span(engine, worked)["first_on"]
    until = datetime.combine(on + timedelta(days=1), time(), ZoneInfo(engine.zone))
    with scheduled(
        engine, schedule=schedule, agency_schedules=agency_schedules, first_on=first_on, last_on=on
    ) as times:
        return engine.stage(
            "flow/open_waits",
            out=OPEN_WAITS,
            parameters={**times.parameters, "on": on, "until": until},
            worked=worked,
            cases=cases,
            **times.tables,
        )


@dataclass(frozen=True)
class _Held:
    """The passings from holder to holder, and which case was with which holder."""

    passings: Table
    visits: Table


@contextmanager
def _held(engine: Engine, worked: Table, holder: str) -> Iterator[_Held]:
    """What one kind of holder had and passed on, while the block runs."""
    found = _Held(
        *(
            engine.stage(f"flow/{stage}", parameters={"holder": holder}, worked=worked)
            for stage in ("passings", "visits")
        )
    )
    try:
        yield found
    finally:
        found.passings.drop()
        found.visits.drop()


def _span(engine: Engine, worked: Table) -> dict[str, date | None]:
    """The first and the last local day of the steps, as first_on and last_on."""
    span = engine.stage("flow/worked_span", worked=worked)
    days = span.rows()[0]
    span.drop()
    return days
