"""From the tables of the causes to the arrays of the kernel and back, some handlers at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..calendar import Schedule, worked_time
from ..engine import Engine, Table
from ..tables import CAUSES, Column, Shape
from .causes_kernel import QUARTER_SECONDS, Clocks, Part, Spans, split, timelines

PART_STEPS = 2_000_000  # steps held in arrays at a time; a handler with more is still one part

_SPLIT_ROWS = Shape(
    "split_rows",
    "one row a step that was waited for",
    (
        Column("step_row", "BIGINT", "the step"),
        *(Column(f"waited_{unit}", "BIGINT", "the wait") for unit in ("seconds", "workseconds")),
        *(Column(f"{cause}_{unit}", "BIGINT", "its part") for unit in ("seconds", "workseconds") for cause in CAUSES),
    ),
    key=("step_row",),
)


def split_in_parts(
    engine: Engine,
    *,
    resources: Table,
    steps: Table,
    spans: Table,
    span_cases: Table,
    schedules: Sequence[Schedule],
    batch_steps: int,
    batch_gap_seconds: int,
) -> Table:
    """Every wait by cause, one row a step that was waited for, split a part of the resources at a time.

    In      the stages flow/cause_resources, cause_steps, outside_spans and span_cases; schedules: by schedule_no
    Units   elapsed and working seconds; NULL where the schedules do not cover the wait
    """
    found = _arrays(resources, "steps", "has_timeline", "agency_schedule_no", "handler_schedule_no")
    outside = _arrays(spans, "from_s", "to_s")
    span = engine.stage("flow/cause_span", cause_steps=steps)
    first_on, last_on = span.rows()[0].values()
    span.drop()
    clocks = clocks_of(
        schedules,
        agency_no=found["agency_schedule_no"],
        handler_no=found["handler_schedule_no"],
        first_on=first_on,
        last_on=last_on,
        zone=engine.zone,
    )
    pieces = [engine.empty(_SPLIT_ROWS)]
    for first, end in _parts(found["steps"], PART_STEPS):
        bounds = {"first_no": first, "last_no": end - 1}
        table = engine.stage("flow/cause_part", parameters=bounds, cause_steps=steps, span_cases=span_cases)
        rows = _arrays(table, *table.columns)
        table.drop()
        part = Part(
            resource=rows["resource_no"] - first,
            name=rows["name_no"],
            enabled=rows["enabled_s"],
            start=rows["start_s"],
            left=rows["left_s"],
            is_inferred=rows["is_start_inferred"],
            is_foreign=rows["is_foreign"],
            is_signature=rows["is_signature"],
            applicant_first=rows["applicant_first"],
            applicant_end=rows["applicant_end"],
            outside_first=rows["outside_first"],
            outside_end=rows["outside_end"],
        )
        seconds, workseconds, is_known = split(
            part,
            timelines(part, resources=end - first),
            _of_resources(clocks, first, end),
            Spans(outside["from_s"], outside["to_s"]),
            found["has_timeline"][first:end],
            batch_steps=batch_steps,
            gap=batch_gap_seconds,
        )
        waits = np.flatnonzero(part.enabled < part.start)
        values = _as_rows(
            rows["step_row"][waits],
            (part.start - part.enabled)[waits],
            seconds[waits],
            workseconds[waits],
            ~is_known[waits],
        )
        pieces.append(engine.from_arrow("split_part", values))
    together = engine.union("split_rows", _SPLIT_ROWS, pieces)
    for piece in pieces:
        piece.drop()
    return together


def clocks_of(
    schedules: Sequence[Schedule],
    *,
    agency_no: npt.NDArray[np.int64],
    handler_no: npt.NDArray[np.int64],
    first_on: date | None,
    last_on: date | None,
    zone: str,
) -> Clocks:
    """The opening times of some resources from one local day to another.

    In      agency_no, handler_no: of each resource, which of the schedules is its agency's and which its own
    """
    first = max(filter(None, (first_on, min(one.calendar.first for one in schedules))))
    last = max(first, min(filter(None, (last_on, max(one.calendar.last for one in schedules)))))
    first_quarter = _second(first, zone) // QUARTER_SECONDS
    quarters = -(-_second(last + timedelta(days=1), zone) // QUARTER_SECONDS) - first_quarter
    pairs, pair = np.unique(np.stack((agency_no, handler_no), axis=1), axis=0, return_inverse=True)
    is_open = np.zeros((len(schedules) + len(pairs), quarters), bool)
    for number, schedule in enumerate(schedules):
        worked = worked_time(schedule, first_on=first, last_on=last, zone=zone)
        if len(worked.is_worked):
            begin = worked.first_quarter - first_quarter
            is_open[number, begin : begin + len(worked.is_worked)] = worked.is_worked
    for number, (agency, handler) in enumerate(pairs, len(schedules)):
        is_open[number] = is_open[agency] & is_open[handler]
    quarters_to = np.zeros((len(is_open), quarters + 1), np.int32)
    np.cumsum(is_open, axis=1, out=quarters_to[:, 1:])
    known_from = np.array([_second(one.calendar.first, zone) for one in schedules])
    known_to = np.array([_second(one.calendar.last + timedelta(days=1), zone) for one in schedules])
    return Clocks(
        first_second=first_quarter * QUARTER_SECONDS,
        is_open=is_open,
        quarters_to=quarters_to,
        agency=agency_no,
        handler=handler_no,
        both=pair.reshape(-1) + len(schedules),
        known_from=np.maximum(known_from[agency_no], known_from[handler_no]),
        known_to=np.minimum(known_to[agency_no], known_to[handler_no]),
    )


def _of_resources(clocks: Clocks, first: int, end: int) -> Clocks:
    """The same clocks, for the resources from `first` on, `end` left out."""
    return clocks._replace(
        agency=clocks.agency[first:end],
        handler=clocks.handler[first:end],
        both=clocks.both[first:end],
        known_from=clocks.known_from[first:end],
        known_to=clocks.known_to[first:end],
    )


def _parts(steps: npt.NDArray[np.int64], part_steps: int) -> Iterator[tuple[int, int]]:
    """Resources from a first one to before an end, whose steps together are no more than a part's; at least one."""
    first, held = 0, 0
    for number, count in enumerate(steps):
        if held and held + count > part_steps:
            yield first, number
            first, held = number, 0
        held += int(count)
    if held:
        yield first, len(steps)


def _arrays(table: Table, *columns: str) -> dict[str, npt.NDArray[Any]]:
    """Columns without unknown values, as arrays that may be written to: others would be compiled for once more."""
    held = table.arrow(columns=columns)
    return {name: np.require(held[name].to_numpy(), requirements=["C", "W"]) for name in columns}


def _as_rows(
    step_row: npt.NDArray[np.int64],
    waited: npt.NDArray[np.int64],
    seconds: npt.NDArray[np.int64],
    workseconds: npt.NDArray[np.int64],
    is_unknown: npt.NDArray[np.bool_],
) -> pa.Table:
    columns = {"step_row": pa.array(step_row), "waited_seconds": pa.array(waited)}
    columns["waited_workseconds"] = pa.array(workseconds.sum(axis=1), mask=is_unknown)
    for unit, measured in (("seconds", seconds), ("workseconds", workseconds)):
        for place, cause in enumerate(CAUSES):
            columns[f"{cause}_{unit}"] = pa.array(np.ascontiguousarray(measured[:, place]), mask=is_unknown)
    return pa.table(columns)


def _second(day: date, zone: str) -> int:
    """Seconds from 1970 to the local midnight with which a day begins."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).timestamp())
