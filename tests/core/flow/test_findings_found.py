"""What is planted in a made-up county is found, and where nothing is planted nothing is confirmed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xiaoneng.core.calendar import Schedule, load_calendar
from xiaoneng.core.engine import Engine
from xiaoneng.core.flow import FlowFiles, finding_grounds, finding_sentence, flow_findings
from xiaoneng.core.intake import ReadOptions, read
from xiaoneng.core.simulate import simulate

ON = date(2026, 11, 20)
# What a planted blockage is to be told as
KINDS = {
    "slow_office": "slow_step",
    "slow_step": "slow_step",
    "hidden_step": "hidden_step",
    "ping_pong": "ping_pong",
    "signature_wait": "signature_wait",
}


def found_in(folder: Path, *, seed: int, plants: tuple[str, ...], cases: int) -> tuple[list[dict[str, Any]], Any, Any]:
    """The findings of a drawn county, the cases of each, and the answer key."""
    drawn = simulate(folder, seed=seed, agencies=12, cases=cases, file_format="parquet", plants=plants)
    records = [file for file in drawn.files if file.suffix == ".parquet"]
    with Engine() as engine:
        batch = read(records, engine=engine, options=ReadOptions(accept_good_rows=True))
        limited = engine.stage("edition/cases_with_limits", cases=batch.cases, service_items=batch.service_items)
        inputs = FlowFiles(item_steps=folder / "lists" / "item_steps.csv", leaders=folder / "lists" / "leaders.csv")
        with flow_findings(
            engine,
            cases=limited,
            steps=batch.steps,
            pauses=batch.pauses,
            schedule=Schedule("cn", load_calendar("cn")),
            on=ON,
            inputs=inputs.read(engine),
        ) as found:
            numbers = {row["case_id"]: row["case_no"] for row in limited.rows()}
            opened: dict[int, set[str]] = {}
            for row in found.finding_cases.rows():
                opened.setdefault(row["finding_no"], set()).add(numbers[row["case_id"]])
            return found.findings.rows(), opened, json.loads(drawn.answer_key.read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", [3, 11])
def test_planted_blockages_are_the_top_findings_and_open_to_their_cases(seed: int, tmp_path: Path) -> None:
    """A slow step, a slow office, a hidden step, a ping-pong and a wait for a signature: the first five findings."""
    rows, opened, key = found_in(tmp_path / "county", seed=seed, plants=("flow",), cases=12_000)
    planted = [fault for fault in key["faults"] if fault["fault"] in KINDS and fault["agencies"]]
    assert len(planted) == len(KINDS)
    top = rows[: len(KINDS)]
    assert all(row["certainty"] == "confirmed" for row in top)
    for fault in planted:
        wanted = (KINDS[fault["fault"]], fault["agencies"][0]["agency"])
        (row,) = [row for row in top if (row["kind"], row["agency"]) == wanted and _fits(row, fault)]
        own, keyed = opened[row["finding_no"]], set(fault["case_nos"])
        assert len(own & keyed) >= 0.9 * len(keyed), fault["fault"]
        for language in ("zh", "en"):
            sentence = finding_sentence(row, language)
            assert row["agency_name"] in sentence
            assert f"{row['cases']:,}" in sentence
            assert finding_grounds(row, language)
    # Who sends to whom is named, and no days are claimed beyond those that were spent
    (pair,) = [fault["other_agency"]["agency"] for fault in planted if fault["fault"] == "ping_pong"]
    assert pair in [row["other_agency"] for row in top if row["kind"] == "ping_pong"]
    assert all(0 < row["saved_workdays"] <= row["cost_workdays"] for row in top)


def _fits(row: dict[str, Any], fault: dict[str, Any]) -> bool:
    """The step and, where one is planted, the office are named."""
    names_step = row["kind"] == "ping_pong" or row["name"] == fault["step"]
    return names_step and fault.get("office") in (None, row["office"])


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", [0, 25, 50, 75])
def test_a_county_without_plants_is_not_accused(first_seed: int, tmp_path: Path) -> None:
    """Over a hundred counties in which nothing differs, fewer than one in twenty have any confirmed finding.

    In each quarter of the hundred at most one may: four in a hundred are below the five that the method allows.
    """
    accused = []
    for seed in range(first_seed, first_seed + 25):
        rows, _, _ = found_in(tmp_path / str(seed), seed=seed, plants=(), cases=2_500)
        confirmed = [row["kind"] for row in rows if row["certainty"] == "confirmed"]
        if confirmed:
            accused.append((seed, confirmed))
    assert len(accused) <= 1, accused
