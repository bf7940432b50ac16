"""A made-up log of steps for the flow benchmarks: thousands of ways through an office, starts and ends, written in pieces."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ..core.engine import Engine

# The usual course, two detours (for correction, and back to the step before), the end.
NAMES = (
    "收件",
    "受理",
    "初审",
    "现场勘验",
    "专家评审",
    "部门会签",
    "复核",
    "审批",
    "制证",
    "送达",
    "补正",
    "退回",
    "办结",
)
AGENCIES, OFFICES, HANDLERS, ITEMS, VARIANTS = 60, 40, 8, 20, 3000
SHARED_NAME = NAMES.index("部门会签")  # done by another agency than the one that answers for the case
SLOW_AGENCY = 3  # waits twelve times as long before SLOW_NAME, so that there is something to find
SLOW_NAME = NAMES.index("初审")
EVENTS_PER_CASE = 4.41  # what the ways below give on average
CHUNK_CASES = 400_000
_BEGAN, _SPAN_SECONDS = 1_672_531_200, 3 * 365 * 86_400  # cases begin in the three years from 2023-01-01 on
_DICTIONARIES = {
    "agency": [f"91{number:04d}" for number in range(AGENCIES)],
    "office": [f"{number + 1}号科室" for number in range(OFFICES)],
    "handler": [f"经办人{number}" for number in range(OFFICES * HANDLERS)],
    "name": list(NAMES),
    "service_item": [f"{number + 1}号事项" for number in range(ITEMS)],
}


def ways(seed: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The ways through the office: their steps one after the other, where each begins, and how often each is taken."""
    rng = np.random.default_rng(seed)
    found: dict[tuple[int, ...], None] = {}
    while len(found) < VARIANTS:
        way = [0, 1]
        for name in range(2, 10):
            if rng.random() < (0.55 if name in (2, 7) else 0.15):
                way.append(name)
                while rng.random() < 0.06:  # sent back for correction, and done again
                    way += [10 + int(rng.random() < 0.4), name]
        found.setdefault((*way, 12) if rng.random() < 0.8 else tuple(way))
    lengths = np.array([len(way) for way in found])
    # Short ways are taken most: of a few thousand a handful carries most of the cases, as in every real log.
    weights = 1.0 / (1.0 + np.argsort(np.argsort(lengths + rng.random(VARIANTS)))) ** 1.1
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return np.array([name for way in found for name in way], np.int8), starts, np.cumsum(weights / weights.sum())


def write_log(path: Path, events: int, *, cases_path: Path | None = None, seed: int = 1) -> int:
    """Write about so many steps, ordered by case and step as an edition keeps them, and the cases they belong to.

    Out     how many steps
    """
    cases, made, count = max(round(events / EVENTS_PER_CASE), 1), ways(seed), 0
    with ExitStack() as open_files:
        writers: dict[Path, pq.ParquetWriter] = {}
        for first in range(0, cases, CHUNK_CASES):
            pieces = _pieces(first, min(first + CHUNK_CASES, cases), cases, seed, *made)
            for target, piece in zip((path, cases_path), pieces, strict=True):
                if target is None:
                    continue
                if target not in writers:
                    # Without the schema of this program every reader finds texts, and not numbers that stand for them.
                    opened = pq.ParquetWriter(target, piece.schema, compression="zstd", store_schema=False)
                    writers[target] = open_files.enter_context(opened)
                writers[target].write_table(piece, row_group_size=122_880)
            count += len(pieces[0])
    return count


def _pieces(first: int, last: int, cases: int, seed: int, steps: Any, starts: Any, shares: Any) -> tuple[pa.Table, ...]:
    """The steps of the cases from number `first` to before `last`, and those cases."""
    rng = np.random.default_rng((seed, first))
    number = np.arange(first, last)
    way = np.searchsorted(shares, rng.random(last - first)).clip(max=VARIANTS - 1)
    length = starts[way + 1] - starts[way]
    ends = np.cumsum(length)
    total = int(ends[-1])
    case_of = np.repeat(np.arange(last - first), length)
    step_no = np.arange(total) - np.repeat(ends - length, length) + 1
    name = steps[np.repeat(starts[way], length) + step_no - 1]
    agency = number * AGENCIES // cases
    agency_of = np.repeat(agency, length)
    waited = rng.lognormal(9.5, 1.6, total) * (rng.random(total) < 0.8)
    waited[(agency_of == SLOW_AGENCY) & (name == SLOW_NAME)] *= 12
    waited = waited.astype(np.int64).clip(max=90 * 86_400)
    took = rng.lognormal(6.5, 1.0, total).astype(np.int64).clip(max=20 * 86_400)
    began = _BEGAN + rng.integers(0, _SPAN_SECONDS, last - first)
    passed = np.cumsum(waited + took)
    before = np.concatenate(([0], passed))[np.repeat(ends - length, length)]
    ended = began[case_of] + passed - before
    doing = np.where(name == SHARED_NAME, (agency_of + 1) % AGENCIES, agency_of)
    office = (name * 7 + doing) % OFFICES
    handler = office * HANDLERS + rng.integers(0, HANDLERS, total)
    ids = pa.array([f"91{place:04d}/{one:010d}" for place, one in zip(agency.tolist(), number.tolist(), strict=True)])
    moment = pa.timestamp("us", "UTC")
    made = {
        "case_id": ids.take(pa.array(case_of)),
        "step_no": pa.array(step_no),
        **_texts(agency=doing, office=office, handler=handler, name=name),
        "started_at": pa.array((ended - took) * 1_000_000, pa.int64(), mask=rng.random(total) < 0.05).cast(moment),
        "ended_at": pa.array(ended * 1_000_000).cast(moment),
    }
    concluded = pa.array((ended[ends - 1] // 86_400).astype(np.int32), mask=rng.random(last - first) < 0.04)
    about = {
        "case_id": ids,
        **_texts(agency=agency, service_item=rng.integers(0, ITEMS, last - first)),
        "concluded_on": concluded.cast(pa.date32()),
    }
    return pa.table(made), pa.table(about)


def _texts(**codes: npt.NDArray[Any]) -> dict[str, pa.Array]:
    return {
        column: pa.DictionaryArray.from_arrays(pa.array(values.astype(np.int32)), pa.array(_DICTIONARIES[column]))
        for column, values in codes.items()
    }


def write_by_time(source: Path, path: Path, *, memory_limit_mib: int = 2000) -> None:
    """The same steps in the order of their ends, as a system that writes them down as they happen keeps them."""
    with Engine(zone="UTC", memory_limit_mib=memory_limit_mib, spill_dir=path.parent / "spill") as engine:
        engine.connection.execute(
            f"copy (select * from read_parquet('{source}') order by ended_at, case_id, step_no) to '{path}' "
            "(format parquet, compression zstd, row_group_size 122880)"
        )
