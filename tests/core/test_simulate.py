"""The invented county: same seed, same bytes; the planted faults are where the answer key says; it looks like work."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.errors import SimulationError
from xiaoneng.core.simulate import simulate

CASES = 6000


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    simulate(folder, seed=11, agencies=24, cases=CASES)
    return folder


@pytest.fixture(scope="module")
def key(county: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((county / "answer_key.json").read_text(encoding="utf-8"))
    return read


def rows(county: Path, table: str) -> list[dict[str, str]]:
    with (county / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fault(key: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in key["faults"] if one["fault"] == name)
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_same_seed_gives_the_same_bytes(county: Path, tmp_path: Path) -> None:
    again = simulate(tmp_path / "again", seed=11, agencies=24, cases=CASES)
    assert len(again.files) == 6
    for path in again.files:
        assert path.read_bytes() == (county / path.name).read_bytes(), path.name


def test_another_seed_gives_another_county(county: Path, tmp_path: Path) -> None:
    other = simulate(tmp_path / "other", seed=12, agencies=24, cases=CASES)
    assert (other.folder / "up_pro_accept.csv").read_bytes() != (county / "up_pro_accept.csv").read_bytes()


def test_parquet_holds_the_same_rows(tmp_path: Path) -> None:
    csv_rows = simulate(tmp_path / "csv", seed=1, agencies=6, cases=1000).rows
    parquet_rows = simulate(tmp_path / "parquet", seed=1, agencies=6, cases=1000, file_format="parquet").rows
    assert csv_rows == parquet_rows
    assert csv_rows["up_pro_accept"] == 1000


def test_every_case_belongs_to_an_item_and_every_record_to_a_case(county: Path) -> None:
    """By agency and number; an opinion that another agency gives bears its code, and a number that only one case has."""
    items = {row["task_code"] for row in rows(county, "up_task_general_basic")}
    accepts = rows(county, "up_pro_accept")
    cases = {(row["project_no"], row["org_code"]) for row in accepts}
    assert len(accepts) == CASES
    assert len(cases) == CASES
    assert {row["task_code"] for row in accepts} <= items
    for table in ("up_pro_result", "up_pro_special_procedure"):
        assert {(row["project_no"], row["org_code"]) for row in rows(county, table)} <= cases, table
    numbers = Counter(number for number, _ in cases)
    for row in rows(county, "up_pro_process"):
        is_own = (row["project_no"], row["org_code"]) in cases
        assert is_own == (row["process_name"] != "征求意见"), row
        assert is_own or numbers[row["project_no"]] == 1, row


def test_windows_work_on_working_days_only(county: Path) -> None:
    """Acceptance lies in office hours of working days; what comes in on rest days came in online."""
    calendar = load_calendar("cn")
    for row in rows(county, "up_pro_accept"):
        received = at(row["apply_date"])
        if not calendar.is_workday(received.date()):
            assert row["apply_type"] == "1"
        if row["accept_date"]:
            accepted = at(row["accept_date"])
            assert calendar.is_workday(accepted.date()) or row["project_no"] in _turned(county)
            assert 8 <= accepted.hour < 24


def _turned(county: Path) -> set[str]:
    read = json.loads((county / "answer_key.json").read_text(encoding="utf-8"))
    return set(fault(read, "accepted_after_concluded")["case_nos"])


def test_durations_have_a_long_tail(county: Path) -> None:
    """Of the cases that ended, half take a few days and some take more than ten times as long."""
    ended = {(row["project_no"], row["org_code"]): at(row["result_date"]) for row in rows(county, "up_pro_result")}
    days = sorted(
        (ended[row["project_no"], row["org_code"]] - at(row["accept_date"])).days
        for row in rows(county, "up_pro_accept")
        if (row["project_no"], row["org_code"]) in ended and row["project_no"] not in _turned(county)
    )
    median = days[len(days) // 2]
    assert 1 <= median <= 15
    assert days[-1] > 10 * median
    assert days[0] >= 0


def test_late_cases_are_those_that_a_count_of_working_days_finds(county: Path, key: dict[str, Any]) -> None:
    """Counted anew from the files alone: day of acceptance, promised limit of the item, day of conclusion."""
    calendar = load_calendar("cn")
    promised = {row["task_code"]: int(row["promise_day"]) for row in rows(county, "up_task_general_basic")}
    ended = {(row["project_no"], row["org_code"]): row["result_date"] for row in rows(county, "up_pro_result")}
    paused = {
        (row["project_no"], row["org_code"])
        for row in rows(county, "up_pro_special_procedure")
        if row["special_type"] != "补正"
    }
    left_out = {no for name in ("missed_correction_notice",) for no in fault(key, name)["case_nos"]} | _turned(county)
    counted: Counter[str] = Counter()
    for row in rows(county, "up_pro_accept"):
        case = row["project_no"], row["org_code"]
        if case not in ended or case in paused or case[0] in left_out:
            continue
        due_on = calendar.add_workdays(at(row["accept_date"]).date(), promised[row["task_code"]])
        counted[row["org_code"]] += at(ended[case]).date() > due_on
    collided = set(fault(key, "ids_collide")["case_nos"])
    assert not collided & left_out
    expected = {one["agency"]: one["late_promised_without_pause"] for one in key["by_agency"]}
    assert {agency: counted[agency] for agency in expected} == expected


def test_stops_without_ground_are_recorded_without_notice(county: Path, key: dict[str, Any]) -> None:
    fake = [row for row in rows(county, "up_pro_special_procedure") if row["special_type"] == "其他"]
    assert sorted(row["project_no"] for row in fake) == sorted(fault(key, "pauses_without_ground")["case_nos"])
    assert {row["special_explain"] for row in fake} == {""}
    assert {row["org_code"] for row in fake} <= {
        one["agency"] for one in fault(key, "pauses_without_ground")["agencies"]
    }


def test_missing_months_are_empty(county: Path, key: dict[str, Any]) -> None:
    months = defaultdict(set)
    for row in rows(county, "up_pro_accept"):
        months[row["org_code"]].add(row["apply_date"][:7])
    for agency in fault(key, "missing_months")["agencies"]:
        assert agency["months"]
        assert not months[agency["agency"]] & set(agency["months"])


def test_numbers_collide_between_agencies_and_nowhere_else(county: Path, key: dict[str, Any]) -> None:
    numbers = Counter(row["project_no"] for row in rows(county, "up_pro_accept"))
    assert sorted(no for no, count in numbers.items() if count > 1) == sorted(fault(key, "ids_collide")["case_nos"])


def test_backdated_conclusions_reach_the_server_days_later(county: Path, key: dict[str, Any]) -> None:
    backdated = set(fault(key, "backdated_conclusions")["case_nos"])
    assert backdated
    lags = [
        (at(row["cd_time"]) - at(row["result_date"])).total_seconds() / 3600
        for row in rows(county, "up_pro_result")
        if row["project_no"] in backdated
    ]
    assert min(lags) > 12


def test_nobody_is_told_in_time_what_is_missing(county: Path, key: dict[str, Any]) -> None:
    """More than five working days from receipt to acceptance, and no correction notice between."""
    calendar = load_calendar("cn")
    missed = set(fault(key, "missed_correction_notice")["case_nos"])
    noticed = {row["project_no"] for row in rows(county, "up_pro_special_procedure") if row["special_type"] == "补正"}
    assert missed
    assert not missed & noticed
    for row in rows(county, "up_pro_accept"):
        if row["project_no"] in missed and row["accept_date"]:
            received, accepted = at(row["apply_date"]).date(), at(row["accept_date"]).date()
            assert calendar.workdays_between(received, accepted) > 5


def test_lateness_rises_and_falls_where_it_was_planted(key: dict[str, Any]) -> None:
    """By the year and month in the case numbers: more of the rising agencies' late cases lie in the second half."""
    for name, is_rising in (("lateness_rising", True), ("lateness_falling", False)):
        months = [number[4:10] for number in fault(key, name)["case_nos"]]
        second = sum(month >= "202604" for month in months)
        assert (second > len(months) / 2) == is_rising, name


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"cases": 10}, "too few"),
        ({"agencies": 3}, "4 to 60"),
        ({"agencies": 61}, "4 to 60"),
        ({"end_on": date(2025, 8, 1)}, "too short"),
        ({"file_format": "xlsx"}, "csv or parquet"),
    ],
)
def test_settings_that_cannot_carry_the_faults_are_refused(
    settings: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(SimulationError, match=words):
        simulate(tmp_path / "out", seed=1, **({"cases": 1000, "agencies": 6} | settings))


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(SimulationError, match="holds other files"):
        simulate(tmp_path, seed=1, agencies=6, cases=1000)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
