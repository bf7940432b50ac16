"""A simulated county on disk: its records, and the answer key of what was planted in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ..calendar import Calendar, load_calendar
from ..errors import SimulationError
from .county import county
from .days import Days, Ints
from .draw import Cases, Setting, draw_cases
from .faults import Planted, plant
from .roles import PLAN, cast
from .write import FORMATS, Records, records, write_tables

START_ON, END_ON = date(2025, 7, 1), date(2026, 11, 20)
_FEWEST_CASES = 1000


@dataclass(frozen=True)
class Simulated:
    """What was written: the folder, its files, rows by table, and the answer key."""

    folder: Path
    files: tuple[Path, ...]
    rows: dict[str, int]
    answer_key: Path


def simulate(
    out_dir: Path,
    *,
    seed: int,
    agencies: int = 60,
    cases: int = 100_000,
    start_on: date = START_ON,
    end_on: date = END_ON,
    file_format: str = "csv",
    calendar: Calendar | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Simulated:
    """Write an invented county's records with recorded planted faults and an answer key.

    In      seed: the same seed and settings give the same bytes; file_format: csv or parquet
    Out     up_pro_accept, up_pro_process, up_pro_result, up_pro_special_procedure, up_task_general_basic and
            answer_key.json; the records stand as they stood on the evening of `end_on`
    Raises  SimulationError where the settings cannot carry the faults, or the folder holds other files
    Source  docs/methods/simulate.md
    """
    _check(out_dir, cases=cases, start_on=start_on, end_on=end_on, file_format=file_format)
    tell = on_progress or (lambda _stage, _done, _total: None)
    rng = np.random.default_rng(seed)
    drawn_county = county(agencies, rng)
    roles = cast(drawn_county, rng)
    missing = _missing_months(roles.of("missing_months"), start_on, end_on, rng)
    setting = Setting(
        county=drawn_county,
        roles=roles,
        days=Days.of(calendar or load_calendar("cn"), start_on, end_on),
        start_on=start_on,
        end_on=end_on,
        missing_months=missing,
    )
    tell("draw", 0, 3)
    drawn = draw_cases(setting, cases, rng)
    planted = plant(setting, drawn, rng)
    tell("records", 1, 3)
    made = records(setting, drawn, planted, rng)
    tell("write", 2, 3)
    out_dir.mkdir(parents=True, exist_ok=True)
    files = write_tables(made.tables, out_dir, file_format)
    key = out_dir / "answer_key.json"
    rows = {name: table.num_rows for name, table in made.tables.items()}
    settings = {"seed": seed, "agencies": agencies, "cases": cases, "start_on": str(start_on), "end_on": str(end_on)}
    answers = _answers(setting, drawn, planted, made, settings=settings, rows=rows)
    key.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tell("write", 3, 3)
    return Simulated(folder=out_dir, files=(*files, key), rows=rows, answer_key=key)


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


def _answers(
    setting: Setting, cases: Cases, planted: Planted, made: Records, *, settings: dict[str, Any], rows: dict[str, int]
) -> dict[str, Any]:
    due = np.floor(cases.accepted) + cases.promised
    claimed_late = np.floor(cases.concluded) > due
    plain = (cases.pause_from < 0) & ~cases.has_fake_pause & ~cases.missed_notice
    plain[planted.accepted_after_concluded] = False
    judged = plain & made.is_ended
    by_agency = []
    for number, (code, name) in enumerate(zip(setting.county.agency_codes, setting.county.agency_names, strict=True)):
        mine = cases.agency == number
        by_agency.append(
            {
                "agency": code,
                "agency_name": name,
                "cases": int(mine.sum()),
                "ended": int((mine & made.is_ended).sum()),
                "ended_without_pause": int((mine & judged).sum()),
                "late_promised_without_pause": int((mine & judged & claimed_late).sum()),
            }
        )
    return {
        "about": "An invented county with planted faults. 虚构县域数据，内含预先埋设的问题，仅供演示和检验。",
        "settings": settings,
        "as_of": settings["end_on"],
        "rows": rows,
        "ended": int(made.is_ended.sum()),
        "open": int((~made.is_ended).sum()),
        "by_agency": by_agency,
        "faults": [
            _fault(name, setting, cases, planted, made)
            for name in (*PLAN, "accepted_after_concluded", "records_sent_again", "never_ended")
        ],
    }


def _fault(name: str, setting: Setting, cases: Cases, planted: Planted, made: Records) -> dict[str, Any]:
    """One entry of the answer key: the agencies that carry the fault and the cases in which it lies."""
    county = setting.county
    numbers = setting.roles.by_fault.get(name, [])
    answer: dict[str, Any] = {
        "fault": name,
        "agencies": [{"agency": county.agency_codes[n], "agency_name": county.agency_names[n]} for n in numbers],
    }
    if name == "missing_months":
        for entry, number in zip(answer["agencies"], numbers, strict=True):
            entry["months"] = setting.missing_months[number]
    if name == "slow_office":
        for entry, number in zip(answer["agencies"], numbers, strict=True):
            entry["office"] = county.offices[number][0]
    if name == "slow_step":
        answer["step"] = "决定"
    if name == "ids_collide":
        answer["case_nos"] = [made.case_nos[one] for one, _ in planted.collided]
        return answer
    answer["case_nos"] = [made.case_nos[place] for place in _places(name, cases, planted, made, numbers).tolist()]
    return answer


def _places(name: str, cases: Cases, planted: Planted, made: Records, numbers: list[int]) -> Ints:
    mine = np.isin(cases.agency, numbers)
    late = made.is_ended & (np.floor(cases.concluded) > np.floor(cases.accepted) + cases.promised)
    marks = {
        "lateness_rising": mine & late,
        "lateness_falling": mine & late,
        "lateness_steady": mine & late,
        "pauses_without_ground": cases.has_fake_pause,
        "slow_office": cases.is_slowed & late,
        "stalling_to_the_limit": cases.is_stalled & made.is_ended,
        "backdated_conclusions": cases.is_backdated,
        "missed_correction_notice": cases.missed_notice,
        "outside_firms_wait": cases.waits_as_outsider,
        "refusals_without_reasons": mine & cases.is_refused & made.is_ended,
        "never_ended": cases.is_never_ended & made.is_accepted,
    }
    if name in marks:
        return np.flatnonzero(marks[name])
    if name == "accepted_after_concluded":
        return planted.accepted_after_concluded
    if name == "pauses_without_notice":
        return planted.unnoticed[made.is_accepted[planted.unnoticed]]
    if name == "supplements_after_acceptance":
        return planted.supplemented
    if name == "records_sent_again":
        return planted.resent[made.is_ended[planted.resent]]
    return np.zeros(0, np.int64)  # the fault lies on the whole agency
