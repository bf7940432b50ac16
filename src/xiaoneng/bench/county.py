"""Made-up cases for the clock benchmarks: sparse ids, 0 to 5 pauses each that overlap, some unlawful, some open."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ..core.calendar import load_calendar
from ..core.clocks import clock_facts
from ..core.engine import Engine, Table
from ..core.law import load_pack
from ..core.tables import CASES, EXTENSIONS, PAUSES, STEPS, Shape
from .runner import peak_mib

MEMORY_LIMIT_MIB = 1000  # of the engine; the process stays under 1.5 GiB with it
CHUNK_CASES = 1_000_000


def prepare(database: str, cases: int, pauses: bool = True) -> dict[str, Any]:
    """Keep the clock facts of so many made-up cases in a database file, chunk by chunk, as an import does.

    Out     seconds for bringing the records to clock facts; making them up is not counted
    """
    pack, calendar = load_pack("cn"), load_calendar("cn")
    seconds = 0.0
    with Engine(
        database=database, memory_limit_mib=MEMORY_LIMIT_MIB, threads=2, spill_dir=Path(database).parent
    ) as engine:
        for first in range(0, cases, CHUNK_CASES):
            span = {"first": first, "last": min(first + CHUNK_CASES, cases)}
            made = _made(engine, CASES, CASES_SQL, span)
            paused = _made(engine, PAUSES, PAUSES_SQL if pauses else PAUSES_SQL + " and false", span)
            began = time.perf_counter()
            facts = clock_facts(
                engine,
                cases=made,
                steps=engine.empty(STEPS),
                pauses=paused,
                extensions=engine.empty(EXTENSIONS),
                pack=pack,
                calendar=calendar,
            )
            seconds += time.perf_counter() - began
            verb = "insert into kept_facts" if first else "create table kept_facts as"
            engine.connection.execute(f"{verb} select * from {facts.cases.name}")
            if not first:
                engine.connection.execute(f"create table kept_lists as select * from {facts.calendar_lists.name}")
            for table in (made, paused, facts.cases, facts.steps):
                table.drop()
        engine.connection.execute("checkpoint")
    return {"seconds": seconds, "peak_mib": peak_mib()}


def _made(engine: Engine, shape: Shape, sql: str, span: dict[str, int]) -> Table:
    """The rows of a generator in the whole shape; columns that it does not make are unknown."""
    table = engine.empty(shape)
    engine.connection.execute(f'insert into "{table.name}" by name {sql}', span)
    return table


CASES_SQL = """
select
    'c' || (i * 7 + hash(i) % 7)::varchar as case_id,
    date '2021-01-01' + (hash(i, 1) % 1980)::integer as accepted_on,
    date '2021-01-01' + (hash(i, 1) % 1980)::integer as received_on,
    case when hash(i, 2) % 10 < 9
        then date '2021-01-01' + (hash(i, 1) % 1980)::integer + (hash(i, 3) % 50)::integer end as concluded_on,
    (5 + hash(i, 4) % 16)::integer as promised_limit,
    'workday' as promised_unit
from range($first, $last) as numbers (i)
"""
PAUSES_SQL = """
select
    'c' || (i * 7 + hash(i) % 7)::varchar as case_id,
    j as pause_no,
    case when hash(i, j, 3) % 10 = 0 then 'supplement' else 'hearing' end as ground,
    date '2021-01-01' + (hash(i, 1) % 1980)::integer + (hash(i, j, 1) % 40)::integer as started_on,
    case when hash(i, j, 4) % 50 > 0 then date '2021-01-01' + (hash(i, 1) % 1980)::integer
        + (hash(i, j, 1) % 40)::integer + (hash(i, j, 2) % 12)::integer end as ended_on,
    hash(i, j, 5) % 20 > 0 as has_written_notice
from range($first, $last) as numbers (i), range(5) as places (j)
where j < hash(i, 77) % 6
"""
