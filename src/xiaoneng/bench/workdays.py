"""Due days and elapsed working days against numpy, polars and pandas on the same work, with the same answers.

All of them know make-up working days the same way: every day of the week counts, each rest day is named a holiday.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np

from ..core.calendar import Calendar, load_calendar
from ..core.clocks import with_due_days
from ..core.engine import Engine, Table
from .runner import RUNS, BenchError, BenchRow, in_child, interleaved, peak_mib

PEERS = {"numpy": 10_000_000, "polars": 10_000_000, "pandas": 100_000}  # pandas walks row by row: a smaller piece

MADE = """
select
    date '2021-01-01' + (hash(i, 1) % 1980)::integer as started_on,
    (1 + hash(i, 4) % 20)::integer as limit_workdays,
    date '2021-01-01' + (hash(i, 1) % 1980)::integer + (hash(i, 3) % 50)::integer as ended_on
from range($rows) as numbers (i)
"""


def rows(n: int = 0, runs: int = RUNS) -> list[BenchRow]:
    """One row a peer; `n` changes the number of rows of all of them."""
    made = []
    for peer, size in PEERS.items():
        found = in_child(__name__, "against", peer=peer, size=n or size, runs=runs)
        ratio = found["seconds"] / found["peer_seconds"]
        note = "same answers, checked"
        row = BenchRow("workdays", found["seconds"], peer, found["peer_seconds"], ratio, found["peak_mib"], n or size)
        made.append(BenchRow(**{**row.__dict__, "bound": "< 1×", "note": note}))
    return made


def against(peer: str, size: int, runs: int) -> dict[str, float]:
    """Median seconds of ours and of the peer's, in turn; refuses to compare where the answers differ."""
    calendar = load_calendar("cn")
    with Engine(threads=2) as engine:
        timed = engine.from_arrow("timed", engine.connection.execute(MADE, {"rows": size}).to_arrow_table())
        starts, lengths, ends = (
            column.to_numpy() for column in timed.arrow(columns=["started_on", "limit_workdays", "ended_on"]).columns
        )
        theirs = _PEERS[peer](calendar, starts, lengths, ends)

        def ours() -> Table:
            return with_due_days(engine, timed, calendar=calendar)

        _same(ours(), theirs(), peer)
        seconds, peer_seconds = interleaved(lambda: ours().drop(), theirs, runs=runs)
    return {"seconds": seconds, "peer_seconds": peer_seconds, "peak_mib": peak_mib()}


Arrays = tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]


def _same(ours: Table, theirs: Arrays, peer: str) -> None:
    columns = ours.arrow(columns=["due_on", "elapsed_workdays"]).columns
    for mine, other in zip(columns, theirs, strict=True):
        if not np.array_equal(mine.to_numpy().astype(np.int64), other.astype(np.int64)):
            raise BenchError(f"{peer} gives other answers than ours: the comparison would mean nothing")
    ours.drop()


def _rest_days(calendar: Calendar) -> Any:
    return np.array(
        [
            calendar.first + timedelta(days=place)
            for place, worked in enumerate(calendar.is_workday_array.tolist())
            if not worked
        ],
        dtype="datetime64[D]",
    )


def _numpy(calendar: Calendar, starts: Any, lengths: Any, ends: Any) -> Callable[[], Arrays]:
    week = np.busdaycalendar(weekmask="1111111", holidays=_rest_days(calendar))
    starts, ends = starts.astype("datetime64[D]"), ends.astype("datetime64[D]")
    one = np.timedelta64(1, "D")

    def run() -> Arrays:
        due = np.busday_offset(starts, lengths, roll="backward", busdaycal=week)
        return due, np.busday_count(starts + one, ends + one, busdaycal=week)

    return run


def _polars(calendar: Calendar, starts: Any, lengths: Any, ends: Any) -> Callable[[], Arrays]:
    import polars as pl

    frame = pl.DataFrame({"s": starts, "n": lengths, "e": ends}).with_columns(pl.col("s", "e").cast(pl.Date))
    rest, week = _rest_days(calendar).tolist(), (True,) * 7

    def run() -> Arrays:
        found = frame.select(
            pl.col("s").dt.add_business_days("n", week_mask=week, holidays=rest, roll="backward").alias("due"),
            pl.business_day_count(
                pl.col("s") + pl.duration(days=1), pl.col("e") + pl.duration(days=1), week_mask=week, holidays=rest
            ).alias("elapsed"),
        )
        return found["due"].to_numpy(), found["elapsed"].to_numpy()

    return run


def _pandas(calendar: Calendar, starts: Any, lengths: Any, ends: Any) -> Callable[[], Arrays]:
    import pandas as pd

    week = np.busdaycalendar(weekmask="1111111", holidays=_rest_days(calendar))
    days = [pd.offsets.CustomBusinessDay(int(count), calendar=week) for count in range(int(lengths.max()) + 1)]
    begun = [pd.Timestamp(day) for day in starts]
    one = np.timedelta64(1, "D")

    def run() -> Arrays:
        due = np.array(
            [
                (days[0].rollback(day) + days[length]).to_datetime64()
                for day, length in zip(begun, lengths, strict=True)
            ],
            dtype="datetime64[D]",
        )
        # pandas has no count of its own for custom days; numpy's is what its users call
        elapsed = np.busday_count(
            starts.astype("datetime64[D]") + one, ends.astype("datetime64[D]") + one, busdaycal=week
        )
        return due, elapsed

    return run


_PEERS = {"numpy": _numpy, "polars": _polars, "pandas": _pandas}
