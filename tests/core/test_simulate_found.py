"""The analysis of an invented county finds the faults that were planted in it, and accuses nobody else."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from xiaoneng.core.edition import analyse
from xiaoneng.core.simulate import simulate


class County:
    """One county: what was planted, and what the analysis found."""

    def __init__(self, folder: Path, seed: int) -> None:
        simulated = simulate(folder / "records", seed=seed, agencies=24, cases=6000)
        key = json.loads((folder / "records" / "answer_key.json").read_text(encoding="utf-8"))
        self.key: dict[str, Any] = {fault["fault"]: fault for fault in key["faults"]}
        self.by_agency = key["by_agency"]
        paths = [path for path in simulated.files if path.suffix == ".csv"]
        edition = analyse(paths, out_dir=folder / "edition")
        self.cases = edition.rows("cases")
        self.steps = edition.rows("steps")
        self.pauses = edition.rows("pauses")
        self.set_aside = edition.rows("set_aside")

    def planted(self, *faults: str) -> list[str]:
        return sorted(number for fault in faults for number in self.key[fault]["case_nos"])

    def carriers(self, fault: str) -> set[str]:
        return {agency["agency"] for agency in self.key[fault]["agencies"]}

    def found(self, finding: str) -> list[str]:
        return sorted(case["case_no"] for case in self.cases if finding in (case["findings"] or "").split(","))

    def aside(self, reason: str) -> list[str]:
        return sorted(row["case_no"] for row in self.set_aside if row["reason"] == reason)


@pytest.fixture(scope="module", params=[1, 2, 3])
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> County:
    return County(tmp_path_factory.mktemp(f"county{request.param}"), request.param)


def test_every_trick_with_the_clock_is_found_and_no_lawful_stop_is(county: County) -> None:
    """Stops without ground, on a ground the law does not name, or without written notice: exactly those planted."""
    assert county.found("pause_without_ground") == county.planted(
        "pauses_without_ground", "supplements_after_acceptance"
    )
    assert county.found("pause_without_notice") == county.planted("pauses_without_notice")
    findings = {code for case in county.cases for code in (case["findings"] or "").split(",") if code}
    assert findings <= {"pause_without_ground", "pause_without_notice"}


def test_silence_is_acceptance_in_the_planted_cases_and_in_no_other(county: County) -> None:
    """What came in on the last five working days (13 November 2026 is a Friday) is not known to be missed yet."""
    deemed = sorted(case["case_no"] for case in county.cases if case["deemed_outcome"])
    waiting = {case["case_no"] for case in county.cases if case["reason"] == "not_yet_accepted"}
    assert deemed == [number for number in county.planted("missed_correction_notice") if number not in waiting]
    assert all(case["received_on"] >= date(2026, 11, 13) for case in county.cases if case["case_no"] in waiting)
    assert all(case["deemed_on"] == case["received_on"] for case in county.cases if case["deemed_outcome"])


def test_refusals_without_reasons_are_red(county: County) -> None:
    wrong = county.planted("refusals_without_reasons")
    refused = [case for case in county.cases if case["outcome"] == "refused"]
    assert sorted(case["case_no"] for case in refused if case["has_reasons"] is False) == wrong
    assert {case["card"] for case in refused if case["has_reasons"] is False} <= {"red"}


def test_what_contradicts_itself_is_set_aside_and_what_was_sent_again_counts_once(county: County) -> None:
    assert county.aside("accepted_after_concluded") == county.planted("accepted_after_concluded")
    assert county.aside("superseded") == county.planted("records_sent_again")
    assert {row["reason"] for row in county.set_aside} <= {"accepted_after_concluded", "superseded"}


def test_numbers_that_collide_stay_two_cases(county: County) -> None:
    agencies = defaultdict(set)
    for case in county.cases:
        agencies[case["case_no"]].add(case["agency"])
    assert sorted(number for number, mine in agencies.items() if len(mine) > 1) == county.planted("ids_collide")


def test_a_red_card_has_its_cause(county: County) -> None:
    """Past the law, an irregular stop, or a refusal without reasons; nothing else is red, and no cause goes without."""
    for case in county.cases:
        causes = [
            case["is_late_statutory"],
            bool(case["findings"]),
            case["outcome"] == "refused" and case["has_reasons"] is False,
        ]
        assert (case["card"] == "red") == any(causes), case["case_no"]


def test_late_cases_are_counted_as_the_key_counts_them(county: County) -> None:
    """The simulator counts in worktime and never asks the clocks; cases with a stop, or deemed accepted, are left out."""
    left_out = set(county.planted("missed_correction_notice"))
    stopped = {pause["case_id"] for pause in county.pauses if pause["ground"] != "supplement"}
    late: dict[str, int] = defaultdict(int)
    for case in county.cases:
        is_plain = case["case_id"] not in stopped and case["case_no"] not in left_out and case["concluded_on"]
        late[case["agency"]] += bool(is_plain and case["is_late_promised"])
    assert {one["agency"]: late[one["agency"]] for one in county.by_agency} == {
        one["agency"]: one["late_promised_without_pause"] for one in county.by_agency
    }


def test_missing_months_late_arrivals_and_ends_that_are_starts_point_to_their_agencies(county: County) -> None:
    months, lags, dated = defaultdict(set), defaultdict(list), defaultdict(list)
    for case in county.cases:
        months[case["agency"]].add(case["received_on"].strftime("%Y-%m"))
        if case["recorded_at"] and case["concluded_at"]:
            lags[case["agency"]].append((case["recorded_at"] - case["concluded_at"]).total_seconds() / 86400)
    for step in county.steps:
        if step["name"] not in ("补正告知", "收件"):
            dated[step["agency"]].append(step["ended_at"] not in (None, step["started_at"]))
    expected = set(months[max(months, key=lambda agency: len(months[agency]))])
    for agency in county.key["missing_months"]["agencies"]:
        assert set(agency["months"]) <= expected - months[agency["agency"]]
    monthly = {agency for agency, mine in lags.items() if median(mine) > 3}
    assert monthly == county.carriers("records_sent_monthly")
    assert {agency for agency, mine in dated.items() if not any(mine)} == county.carriers("end_equals_start")


def test_backdated_conclusions_show_in_the_server_time(county: County) -> None:
    """Ended, by its own word, on the last day of the promise, and recorded more than half a day, often days, later."""
    monthly = county.carriers("records_sent_monthly")
    again = set(county.planted("records_sent_again"))
    waited = {
        case["case_no"]: (case["recorded_at"] - case["concluded_at"]).total_seconds() / 3600
        for case in county.cases
        if case["concluded_at"]
        and case["agency"] not in monthly
        and case["case_no"] not in again
        and case["concluded_on"] == case["due_as_promised_on"]
    }
    backdated = set(county.planted("backdated_conclusions"))
    assert {number for number, hours in waited.items() if hours > 24} <= backdated
    assert backdated <= {number for number, hours in waited.items() if hours > 12}


def test_the_county_stands_at_its_last_evening(county: County) -> None:
    assert max(case["received_at"] for case in county.cases) < datetime.fromisoformat("2026-11-21T00:00:00+08:00")
