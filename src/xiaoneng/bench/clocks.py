"""Clocks and cards of 10 million cases against reading the same columns and writing the same result unchanged."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ..core.calendar import load_calendar
from ..core.clocks import Facts, judge_facts
from ..core.engine import Engine, Table
from ..core.law import load_pack
from .county import MEMORY_LIMIT_MIB
from .runner import RUNS, BenchRow, in_child, interleaved, peak_mib, scratch

ON = date(2026, 6, 30)
BASELINE = """
create or replace table copied as select {result} from beside where ({facts}) is not true
"""  # the pinned statement: it reads every column of the facts and writes every column of the result as it stands


def rows(n: int = 10_000_000, runs: int = RUNS) -> list[BenchRow]:
    """The clock stage on `n` cases in a database file, in turn with its baseline; and what the import's part took."""
    with scratch() as folder:
        database = str(Path(folder) / "county.duckdb")
        prepared = in_child("xiaoneng.bench.county", "prepare", database=database, cases=n)
        alone = in_child(__name__, "judged_once", database=database)
        found = in_child(__name__, "measured", database=database, runs=runs)
    return [
        BenchRow(
            "clocks",
            found["seconds"],
            "read the same columns, write the same result",
            found["baseline_seconds"],
            found["seconds"] / found["baseline_seconds"],
            alone["peak_mib"],
            n,
            "≤ 5× and ≤ 1,536 MiB",
            "cases with 0–5 pauses; peak of one run in a process of its own",
        ),
        BenchRow(
            "clocks, facts at import",
            prepared["seconds"],
            "the clock stage",
            found["seconds"],
            prepared["seconds"] / found["seconds"],
            prepared["peak_mib"],
            n,
            "",
            "start days, limits, pauses united; once, when records come in",
        ),
    ]


def opened(database: str) -> Engine:
    """An engine on the prepared database, with the memory limit of the benchmark."""
    return Engine(database=database, memory_limit_mib=MEMORY_LIMIT_MIB, threads=2, spill_dir=Path(database).parent)


def judged(engine: Engine) -> Table:
    """One run of the clock stage."""
    facts = Table(engine, "kept_facts")
    nothing = engine.connection.execute("create or replace table no_facts as select * from kept_facts limit 0")
    assert nothing is not None
    stood = Facts(cases=facts, steps=Table(engine, "no_facts"), calendar_lists=Table(engine, "kept_lists"))
    pack = load_pack("cn")
    both = judge_facts(engine, stood, calendar=load_calendar("cn"), on=ON, card_rules=pack.card_rules)
    both.step_clocks.drop()
    return both.case_clocks


def judged_once(database: str) -> dict[str, Any]:
    """The peak memory of one run, and how many cases stand where."""
    with opened(database) as engine:
        result = judged(engine)
        states = engine.connection.execute(f"select state, count(*) from {result.name} group by all order by all")
        found = dict(states.fetchall())
        result.drop()
    return {"peak_mib": peak_mib(), "states": found}


def measured(database: str, runs: int) -> dict[str, Any]:
    """Median seconds of the clock stage and of its baseline, in turn."""
    with opened(database) as engine:
        result = judged(engine)
        named = [f"result.{name} as result_{name}" for name in result.columns]
        engine.connection.execute(
            f"create table beside as select kept_facts.*, {', '.join(named)} "
            f"from kept_facts positional join {result.name} as result"
        )
        baseline = BASELINE.format(
            result=", ".join(f"result_{name}" for name in result.columns),
            facts=" and ".join(f"{name} is null" for name in Table(engine, "kept_facts").columns),
        )
        result.drop()
        seconds, baseline_seconds = interleaved(
            lambda: judged(engine).drop(), lambda: engine.connection.execute(baseline), runs=runs
        )
    return {"seconds": seconds, "baseline_seconds": baseline_seconds, "peak_mib": peak_mib()}
