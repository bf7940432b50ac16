"""The public logs, read by their profiles: every count was published or made by another program (see their README.txt)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from xiaoneng.core.engine import Engine
from xiaoneng.core.intake import coverage, dry_run, read, summarise


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as made:
        yield made


def reference(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["receipt.xes.gz", "receipt.parquet"])
def test_the_receipt_log_gives_its_published_counts_and_deadlines(shared_data: Path, engine: Engine, name: str) -> None:
    """105 cases hold the epoch for an end: they are open, not ended in 1970."""
    folder = shared_data / "receipt_wabo"
    known, deadlines = reference(folder / "reference.json"), reference(folder / "deadlines.reference.json")
    batch = read([folder / name], engine=engine)
    found = summarise(batch)
    assert batch.profile.name == "receipt"
    assert {key: found[key] for key in ("cases", "events", "activities", "variants")} == {
        key: known[key] for key in ("cases", "events", "activities", "variants")
    }
    assert (found["ended"], found["open"]) == (1329, deadlines["cases_with_epoch_sentinel_enddate"])
    assert found["late_vs_deadline"] == deadlines["late_vs_case:deadline"]
    assert found["set_aside"] == {"concluded_before_received": 2}


@pytest.mark.shared_data
def test_the_most_frequent_variants_of_the_receipt_log_are_those_of_the_reference(
    shared_data: Path, engine: Engine
) -> None:
    folder = shared_data / "receipt_wabo"
    steps = read([folder / "receipt.xes.gz"], engine=engine).steps.rows()
    traces: dict[str, list[str]] = {}
    for step in sorted(steps, key=lambda row: (row["case_id"], row["step_no"])):
        traces.setdefault(step["case_id"], []).append(step["name"])
    counted: dict[tuple[str, ...], int] = {}
    for trace in traces.values():
        counted[tuple(trace)] = counted.get(tuple(trace), 0) + 1
    for top in reference(folder / "reference.json")["top5_variants"]:
        assert counted[tuple(top["trace"])] == top["cases"]


@pytest.mark.shared_data
def test_five_municipalities_with_colliding_numbers_stay_apart(shared_data: Path, engine: Engine) -> None:
    """Numbers 4020737 and 6038724 occur twice: by number alone there would be 5,647 cases."""
    folder = shared_data / "bpic2015_permits"
    known = reference(folder / "BPIC15_all5_subprocess.reference.json")
    batch = read([folder / "BPIC15_all5_subprocess.parquet"], engine=engine)
    found = summarise(batch)
    assert batch.profile.name == "bpic15"
    assert [found[key] for key in ("cases", "events", "activities", "variants")] == [
        known[key] for key in ("cases", "events", "activities", "variants")
    ]
    by_municipality = reference(folder / "deadlines.reference.json")["by_municipality"]
    assert {key: [row["n"], row["late"]] for key, row in found["steps_vs_due"].items()} == by_municipality
    assert len({row["case_no"] for row in batch.cases.rows()}) == 5647


@pytest.mark.shared_data
def test_local_midnights_stay_on_their_day_and_the_fines_have_their_variants(shared_data: Path, engine: Engine) -> None:
    """The moments are midnights in Rome; in UTC they would fall on the evening before."""
    folder = shared_data / "road_traffic_fines"
    known = reference(folder / "reference.json")
    batch = read([folder / "Road_Traffic_Fine_Management_Process.xes.gz"], engine=engine)
    found = summarise(batch)
    assert (batch.profile.name, batch.zone) == ("road_fines", "Europe/Rome")
    assert [found[key] for key in ("cases", "events", "activities", "variants")] == [
        known[key] for key in ("cases", "events", "activities", "variants")
    ]
    steps = batch.steps.arrow(columns=["case_id", "ended_on"]).slice(0, 5).to_pylist()
    assert str(next(row["ended_on"] for row in steps if row["case_id"] == "A1")) == "2006-07-24"


@pytest.mark.shared_data
def test_a_csv_whose_log_order_is_lost_is_ordered_by_time_then_by_line(shared_data: Path, engine: Engine) -> None:
    """1,137 variants by time with ties in file order; plain file order would give 1,048."""
    found = summarise(read([shared_data / "bpic2015_permits" / "BPIC15_1.csv.gz"], engine=engine))
    assert (found["cases"], found["events"], found["activities"], found["variants"]) == (1199, 52217, 398, 1137)


@pytest.mark.shared_data
def test_cases_closed_before_they_were_opened_are_listed_and_stay_unjudged(shared_data: Path, engine: Engine) -> None:
    batch = read([shared_data / "sf_311" / "sf_311.csv.gz"], engine=engine)
    found = summarise(batch)
    assert (found["cases"], found["ended"], found["set_aside"]) == (10000, 9630, {"concluded_before_received": 17})


@pytest.mark.shared_data
def test_the_105_repeated_complaints_are_counted_once(shared_data: Path, engine: Engine) -> None:
    folder = shared_data / "nyc_council_complaints"
    batch = read([folder / "nycomplaints.parquet"], engine=engine)
    found = summarise(batch)
    assert found["cases"] == reference(folder / "reference.json")["unique_keys"]
    assert found["set_aside"] == {"duplicate_row": 105}
    assert len({row["agency"] for row in coverage(batch.cases, batch.sources, engine).rows()}) == 51


@pytest.mark.shared_data
def test_the_catalogue_of_guangan_keeps_its_codes_as_text(shared_data: Path) -> None:
    folder = shared_data / "cn_service_items_guangan"
    report = dry_run([folder / "service_items.csv.gz"])
    assert report.profile == "items"
    assert report.counts["service_items"] == reference(folder / "reference.json")["distinct_itemCode"]


@pytest.mark.shared_data
def test_the_scanner_reads_the_same_attributes_as_an_xml_library(shared_data: Path, engine: Engine) -> None:
    path = shared_data / "receipt_wabo" / "receipt.xes.gz"
    steps = read([path], engine=engine).steps.rows()
    with gzip.open(path) as file:
        log = etree.parse(file).getroot()
    space = "{http://www.xes-standard.org/}"
    expected = sorted(
        tuple(
            {one.get("key"): one.get("value") for one in event}.get(key)
            for key in ("concept:name", "org:resource", "org:group")
        )
        for event in log.iter(f"{space}event")
    )
    assert sorted((row["name"], row["handler"], row["office"]) for row in steps) == expected
