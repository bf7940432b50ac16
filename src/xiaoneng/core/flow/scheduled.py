"""Schedules as the stages read them: the worked quarters of all, and which agency keeps which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..calendar import Schedule, worked_quarters
from ..engine import Engine, Table
from ..tables import Column, Shape

_AGENCY_SCHEDULES = Shape(
    "agency_schedules",
    "one row an agency with a schedule of its own",
    (
        Column("agency", "VARCHAR", "code of the agency"),
        Column("schedule", "VARCHAR", "its schedule"),
        Column("workday_seconds", "BIGINT", "length of its working day"),
    ),
    key=("agency",),
)


@dataclass(frozen=True)
class Scheduled:
    """The two tables that a stage reads under these names, and the parameters that say what holds everywhere else."""

    tables: Mapping[str, Table]
    parameters: Mapping[str, Any]


@contextmanager
def scheduled(
    engine: Engine,
    *,
    schedule: Schedule,
    agency_schedules: Mapping[str, Schedule] | None,
    first_on: date | None,
    last_on: date | None,
) -> Iterator[Scheduled]:
    """The room's macros, and the schedules from `first_on` to `last_on`, while the block runs.

    In      schedule: that of every agency without one of its own in `agency_schedules`; a day None: there is nothing to count
    Out     tables worked_quarters WORKED_QUARTERS and agency_schedules; parameters schedule and workday_seconds
    """
    own = dict(agency_schedules or {})
    by_name = {one.name: one for one in (schedule, *own.values())}
    first, last = first_on or schedule.calendar.first, last_on or schedule.calendar.first
    rows = [
        {"agency": agency, "schedule": one.name, "workday_seconds": one.hours.workday_seconds}
        for agency, one in own.items()
    ]
    tables = {
        "worked_quarters": worked_quarters(
            engine, list(by_name.values()), first_on=first, last_on=last, zone=engine.zone
        ),
        "agency_schedules": engine.from_rows(_AGENCY_SCHEDULES, rows),
    }
    engine.define("flow/macros")
    try:
        yield Scheduled(tables, {"schedule": schedule.name, "workday_seconds": schedule.hours.workday_seconds})
    finally:
        for table in tables.values():
            table.drop()
