"""A simulated county on disk: its records, and the answer key of what was planted in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ..calendar import Calendar, load_calendar
from ..errors import SimulationError
from .answers import answers
from .blockages import partners
from .county import county
from .days import Days
from .draw import Setting, draw_cases
from .faults import plant
from .lists import lists, write_lists
from .roles import PLANTS, cast, plants_of
from .write import FORMATS, records, write_tables

START_ON, END_ON = date(2025, 7, 1), date(2026, 11, 20)
_FEWEST_CASES = 1000


@dataclass(frozen=True)
class Simulated:
    """What was written: the folder, its record files, rows by table, the lists beside them, and the answer key."""

    folder: Path
    files: tuple[Path, ...]
    rows: dict[str, int]
    answer_key: Path
    lists: tuple[Path, ...]


def simulate(
    out_dir: Path,
    *,
    seed: int,
    agencies: int = 60,
    cases: int = 100_000,
    start_on: date = START_ON,
    end_on: date = END_ON,
    file_format: str = "csv",
    plants: Sequence[str] = ("all",),
    calendar: Calendar | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Simulated:
    """Write an invented county's records with recorded planted faults and an answer key.

    In      seed: the same seed and settings give the same bytes; file_format: csv or parquet;
            plants: faults to plant, by name or by group (all, none, flow); () plants none, and no agency differs from
            another but by chance
    Out     up_pro_accept, up_pro_process, up_pro_result, up_pro_special_procedure, up_task_general_basic and
            answer_key.json; the records stand as they stood on the evening of `end_on`. The folder lists/ holds
            item_steps.csv, leaders.csv and directives.csv
    Raises  SimulationError where the settings cannot carry the faults, the folder holds other files, or there is no
            such fault
    Source  docs/methods/simulate.md
    """
    _check(out_dir, cases=cases, start_on=start_on, end_on=end_on, file_format=file_format)
    planted_names = plants_of(plants)
    tell = on_progress or (lambda _stage, _done, _total: None)
    rng = np.random.default_rng(seed)
    drawn_county = county(agencies, rng)
    roles = cast(drawn_county, planted_names, rng)
    setting = Setting(
        county=drawn_county,
        roles=roles,
        days=Days.of(calendar or load_calendar("cn"), start_on, end_on),
        start_on=start_on,
        end_on=end_on,
        missing_months=_missing_months(roles.of("missing_months"), start_on, end_on, rng),
        item_partner=partners(drawn_county, roles, rng),
    )
    tell("draw", 0, 3)
    drawn = draw_cases(setting, cases, rng)
    planted = plant(setting, drawn, rng)
    tell("records", 1, 3)
    made = records(setting, drawn, planted, rng)
    beside = lists(setting, rng)
    tell("write", 2, 3)
    out_dir.mkdir(parents=True, exist_ok=True)
    files = write_tables(made.tables, out_dir, file_format)
    written = write_lists(beside, out_dir)
    key = out_dir / "answer_key.json"
    rows = {name: table.num_rows for name, table in made.tables.items()}
    settings: dict[str, Any] = {
        "seed": seed,
        "agencies": agencies,
        "cases": cases,
        "start_on": str(start_on),
        "end_on": str(end_on),
    }
    settings["plants"] = [name for name in PLANTS if name in planted_names]
    told = answers(setting, drawn, planted, made, beside, settings=settings, rows=rows)
    key.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tell("write", 3, 3)
    return Simulated(folder=out_dir, files=(*files, key), rows=rows, answer_key=key, lists=tuple(written))


def _check(out_dir: Path, *, cases: int, start_on: date, end_on: date, file_format: str) -> None:
    if file_format not in FORMATS:
        raise SimulationError(f"{file_format!r} is no format for a simulated county; write {' or '.join(FORMATS)}")
    if cases < _FEWEST_CASES:
        raise SimulationError(f"{cases} cases are too few to plant every fault in: ask for {_FEWEST_CASES} or more")
    if (end_on - start_on).days < 180:
        raise SimulationError(
            f"{start_on} to {end_on} is too short for trends and missing months: give half a year or more"
        )
    if out_dir.exists() and not out_dir.is_dir():
        raise SimulationError(f"{out_dir} is a file: name a folder")
    if out_dir.is_dir() and any(out_dir.iterdir()) and not (out_dir / "answer_key.json").is_file():
        raise SimulationError(f"{out_dir} holds other files: name an empty folder, or one that a simulation wrote")


def _missing_months(
    agencies: list[int], start_on: date, end_on: date, rng: np.random.Generator
) -> dict[int, list[str]]:
    months = np.arange(
        np.datetime64(start_on, "M") + np.timedelta64(2, "M"), np.datetime64(end_on, "M") - np.timedelta64(1, "M")
    ).astype(str)
    missing = {}
    for agency in agencies:
        first = int(rng.integers(0, len(months) - 1))
        missing[agency] = months[first : first + 2].tolist()
    return missing
