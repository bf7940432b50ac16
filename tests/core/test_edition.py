"""Editions: the same bytes from the same inputs, figures that can be recomputed, a page that is safe to open."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from xiaoneng.core.calendar import load_calendar, read_notice
from xiaoneng.core.edition import Edition, analyse, explained_case, moved_due_days, open_edition
from xiaoneng.core.edition.page.sections import change_of, wilson
from xiaoneng.core.errors import EditionError
from xiaoneng.core.simulate import simulate

ON = date(2026, 11, 20)
EVIL = "</script><img src=x onerror=alert(1)>"


def files_of(county: Path) -> list[Path]:
    return sorted(county.glob("up_*.csv"))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    simulate(folder, seed=5, agencies=12, cases=3000)
    return folder


@pytest.fixture(scope="module")
def edition(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return analyse(files_of(county), out_dir=tmp_path_factory.mktemp("editions") / "first", on=ON)


@pytest.fixture(scope="module")
def cases(edition: Edition) -> list[dict[str, Any]]:
    return edition.rows("cases")


def test_the_same_inputs_give_the_same_bytes_in_another_process(county: Path, edition: Edition, tmp_path: Path) -> None:
    again = tmp_path / "again"
    script = (
        "import sys; from pathlib import Path; from datetime import date; from xiaoneng.core.edition import analyse; "
        "analyse([Path(p) for p in sys.argv[2:]], out_dir=Path(sys.argv[1]), on=date(2026, 11, 20))"
    )
    subprocess.run([sys.executable, "-c", script, str(again), *map(str, files_of(county))], check=True)
    written = sorted(path.relative_to(edition.folder) for path in edition.folder.rglob("*") if path.is_file())
    assert written == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for name in written:
        assert (edition.folder / name).read_bytes() == (again / name).read_bytes(), name


def test_the_manifest_names_every_input_and_every_file_with_its_hash(county: Path, edition: Edition) -> None:
    manifest = edition.manifest
    inputs = {one["file_name"]: one["sha256"] for one in manifest["inputs"]}
    assert inputs == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files_of(county)}
    written = {path.relative_to(edition.folder).as_posix() for path in edition.folder.rglob("*") if path.is_file()} - {
        "manifest.json"
    }
    assert {entry["file"] for entry in manifest["files"]} == written
    assert edition.changed_files() == []
    assert (manifest["on"], manifest["law"]["pack"], manifest["calendar"]["name"]) == ("2026-11-20", "cn", "cn")


def test_a_changed_file_is_named(edition: Edition, county: Path, tmp_path: Path) -> None:
    other = analyse(files_of(county), out_dir=tmp_path / "other", on=ON)
    (other.folder / "tables" / "agencies.csv").write_text("better\n")
    (other.folder / "tables" / "cards.csv").unlink()
    assert other.changed_files() == ["tables/agencies.csv", "tables/cards.csv"]


def test_the_summary_can_be_recomputed_from_the_cases(edition: Edition, cases: list[dict[str, Any]]) -> None:
    summary = edition.summary
    states = Counter(case["state"] for case in cases)
    assert summary["cases"] == len(cases) == sum(states.values())
    assert summary["ended"] == sum(case["ended_on"] is not None for case in cases)
    assert summary["open"] == summary["cases"] - summary["ended"]
    assert summary["states"] == dict(sorted(states.items()))
    assert summary["late_promised"] == sum(case["is_late_promised"] is True for case in cases)
    assert summary["late_statutory"] == sum(case["is_late_statutory"] is True for case in cases)
    due = states["in_time"] + states["late"] + states["open_late"]
    assert summary["on_time_share"] == round(states["in_time"] / due, 6)
    assert summary["cards"] == {
        card: sum(case["card"] == card for case in cases) for card in ("early_warning", "yellow", "red")
    }
    assert summary["events"] == len(edition.rows("steps"))
    paths: dict[str, list[tuple[int, str]]] = {}
    for step in edition.rows("steps"):
        paths.setdefault(step["case_id"], []).append((step["step_no"], step["name"]))
    variants = {tuple(name for _, name in sorted(path)) for path in paths.values()}
    assert summary["variants"] == len(variants)
    assert summary["activities"] == len({name for path in variants for name in path})
    assert sum(one["cases"] for one in summary["by_agency"]) == len(cases)


def test_late_cases_agree_with_the_answer_key(county: Path, edition: Edition, cases: list[dict[str, Any]]) -> None:
    """The simulator counts lateness by itself; cases with a stop of the clock or a missed notice are left out there."""
    key = json.loads((county / "answer_key.json").read_text(encoding="utf-8"))
    stopped = {row["case_id"] for row in edition.rows("pauses") if row["ground"] != "supplement"}
    found = Counter(
        case["agency"]
        for case in cases
        if case["ended_on"]
        and case["is_late_promised"]
        and not case["deemed_outcome"]
        and case["case_id"] not in stopped
    )
    for agency in key["by_agency"]:
        assert found[agency["agency"]] == agency["late_promised_without_pause"], agency["agency_name"]


def test_months_add_up_and_the_running_month_is_marked(edition: Edition) -> None:
    months = edition.rows("months")
    every = {row["month_on"]: row for row in months if row["agency"] is None}
    for month_on, row in every.items():
        mine = [one for one in months if one["agency"] is not None and one["month_on"] == month_on]
        assert (row["due"], row["late"]) == (sum(one["due"] for one in mine), sum(one["late"] for one in mine))
    assert [month for month, row in every.items() if not row["is_complete"]] == [date(2026, 11, 1)]


@pytest.mark.parametrize(
    ("late", "due", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_of_a_published_table(late: int, due: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3 (score without continuity correction)."""
    found = wilson(late, due)
    assert (round(found[0], 4), round(found[2], 4)) == (low, high)


def test_the_table_and_the_page_use_the_same_interval(edition: Edition) -> None:
    for row in edition.rows("agencies"):
        if row["due"]:
            low, share, high = wilson(row["late"], row["due"])
            assert row["late_share"] == pytest.approx(share)
            assert (row["late_share_low"], row["late_share_high"]) == pytest.approx((low, high), abs=1e-6)


def months_of(*lates: int, due: int = 100) -> list[dict[str, Any]]:
    return [{"late": late, "due": due, "is_complete": True} for late in lates]


@pytest.mark.parametrize(
    ("lates", "kind", "span"),
    [
        ((1, 2, 1, 20, 22, 19), "rose", 3),
        ((20, 22, 19, 1, 2, 1), "fell", 3),
        ((5, 6, 5, 6, 5, 7), "same", 3),
        ((5,) * 6 + (20,) * 6, "rose", 6),
        ((5, 6, 5, 6, 5), "", 0),
    ],
)
def test_a_change_is_named_only_where_the_intervals_part(lates: tuple[int, ...], kind: str, span: int) -> None:
    change = change_of(months_of(*lates))
    assert (change.kind, change.months) == (kind, span)


class Page(HTMLParser):
    """What the page loads, and which elements it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name in ("src", "href", "action", "srcset", "data"):
                self.links.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)


def test_the_page_is_small_asks_for_nothing_and_speaks_both_languages(edition: Edition) -> None:
    text = (edition.folder / "index.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(text.encode()) < 1_000_000
    assert "default-src 'none'" in text
    assert page.handlers == []
    assert page.tags["script"] == page.tags["style"] == 1
    assert page.tags["img"] == page.tags["link"] == page.tags["iframe"] == 0
    assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org)", text.partition("<body>")[0])
    for link in page.links:
        assert link.startswith("#") or (edition.folder / link).is_file(), link
    zh, en = text.count('class="zh"'), text.count('class="en"')
    assert zh == en > 100


def hostile_log(folder: Path) -> Path:
    path = folder / "log.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case_id", "activity", "timestamp", "resource"])
        writer.writerow([EVIL, EVIL, "2026-03-02 09:00:00", "=cmd()"])
        writer.writerow([EVIL, "@SUM(A1)", "2026-03-09 09:00:00", "-2+3"])
        writer.writerow(["plain", "＝1+1", "2026-03-09 09:00:00", "+1"])
    return path


def test_text_from_records_never_becomes_markup(tmp_path: Path) -> None:
    written = analyse([hostile_log(tmp_path)], out_dir=tmp_path / "out", on=ON)
    text = (written.folder / "index.html").read_text(encoding="utf-8")
    assert EVIL not in text
    page = Page(text)
    assert page.tags["img"] == 0
    assert page.tags["script"] == 1
    assert page.handlers == []


def test_no_cell_of_an_exported_csv_is_a_formula(tmp_path: Path) -> None:
    written = analyse([hostile_log(tmp_path)], out_dir=tmp_path / "out", on=ON)
    starts = set()
    for path in (written.folder / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    if not re.fullmatch(r"-?\d+(\.\d+)?", cell):
                        starts.add(cell[:1])
    assert not starts & set("=+-@\t\r＝＋－＠")
    names = {row["name"] for row in written.rows("steps")}
    assert "＝1+1" in names, "the Parquet file keeps the text as it was"


def test_files_are_equal_as_parquet_and_csv(edition: Edition) -> None:
    for path in (edition.folder / "tables").glob("*.parquet"):
        with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        table = pq.read_table(path)
        assert (head, len(rows)) == (table.column_names, table.num_rows), path.name


def test_a_folder_that_holds_something_else_is_left_alone(county: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(EditionError, match="no edition"):
        analyse(files_of(county), out_dir=tmp_path, on=ON)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_an_edition_is_replaced_whole(tmp_path: Path) -> None:
    log = hostile_log(tmp_path)
    first = analyse([log], out_dir=tmp_path / "out", on=ON)
    (first.folder / "tables" / "stale.csv").write_text("old")
    second = analyse([log], out_dir=tmp_path / "out", on=ON)
    assert not (second.folder / "tables" / "stale.csv").exists()
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "no manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 99}'), "layout 99"),
    ],
)
def test_a_folder_that_is_no_edition_is_refused(break_it: Any, words: str, tmp_path: Path) -> None:
    written = analyse([hostile_log(tmp_path)], out_dir=tmp_path / "out", on=ON)
    break_it(written.folder)
    with pytest.raises(EditionError, match=words):
        _ = open_edition(written.folder).manifest


def test_every_case_is_explained_as_the_tables_judge_it(edition: Edition, cases: list[dict[str, Any]]) -> None:
    """A case of every state and card: its explanation ends on the due day that the table holds."""
    chosen = {(case["state"], case["card"]): case for case in cases}
    assert len(chosen) >= 6
    for case in chosen.values():
        told = explained_case(edition, case["case_id"]).to_dict("en")
        assert (told["state"], told["card"]) == (case["state"], case["card"])
        due = {clock["clock"]: clock for clock in told["clocks"]}
        for name, column in (("promised_limit", "due_as_promised_on"), ("statutory_limit", "due_by_law_on")):
            if name in due and case[column]:
                assert due[name]["due_on"] == case[column].isoformat()
                assert [day["day"] for day in due[name]["days"] if day["is_due"]] == [case[column].isoformat()]
        assert told["source"]["file_name"] == "up_pro_accept.csv"
        assert told["source"]["line"] >= 2


def test_a_number_that_two_agencies_use_must_be_made_plain(county: Path, edition: Edition) -> None:
    key = json.loads((county / "answer_key.json").read_text(encoding="utf-8"))
    collided = next(one for one in key["faults"] if one["fault"] == "ids_collide")["case_nos"][0]
    with pytest.raises(EditionError, match="2 agencies have a case"):
        edition.case(collided)


def test_a_case_that_is_not_there_is_refused(edition: Edition) -> None:
    with pytest.raises(EditionError, match="no case"):
        edition.case("YS99")


NOTICE_2027 = """
year = 2027
[[notices]]
id = "cn-2027-drawn"
title = "Drawn for this test: New Year 2027, Friday to Sunday, nothing made up"
off = [{ name = "元旦", from = 2027-01-01, to = 2027-01-03 },
       { name = "劳动节", from = 2027-05-01, to = 2027-05-01 },
       { name = "国庆节", from = 2027-10-01, to = 2027-10-03 },
       { name = "培训日", from = 2027-01-04, to = 2027-01-04 }]
"""


def test_a_new_notice_shows_which_due_days_would_move(edition: Edition) -> None:
    """Monday 4 January 2027 becomes a day off: due days on or after it move by one working day, earlier ones stay."""
    before = load_calendar("cn")
    after = load_calendar("cn", notices=[read_notice(NOTICE_2027)])
    moved = moved_due_days(edition, after)
    assert moved
    assert all(row["was_on"] >= date(2027, 1, 4) for row in moved)
    assert all(row["becomes_on"] > row["was_on"] for row in moved)
    assert moved_due_days(edition, before) == []


@pytest.mark.shared_data
def test_the_receipt_log_gives_its_published_counts(shared_data: Path, tmp_path: Path) -> None:
    """Counts of the CoSeLoG receipt log (doi 10.4121/uuid:a07386a5-7be3-4367-9535-70bc9e77dbe6) and its own deadlines."""
    from xiaoneng.core.law import load_pack

    log = shared_data / "receipt_wabo" / "receipt.xes.gz"
    summary = analyse([log], out_dir=tmp_path / "out", pack=load_pack("nl")).summary
    counts = [summary[name] for name in ("cases", "events", "activities", "variants", "ended", "open")]
    assert counts == [1434, 8577, 27, 116, 1329, 105]
    assert summary["late_vs_deadline"] == {"n": 1329, "late": 377}


@pytest.mark.shared_data
def test_the_five_municipalities_give_their_dated_steps(shared_data: Path, tmp_path: Path) -> None:
    from xiaoneng.core.law import load_pack

    folder = shared_data / "bpic2015_permits"
    log = folder / "BPIC15_all5_subprocess.parquet"
    edition = analyse([log], out_dir=tmp_path / "out", pack=load_pack("nl"))
    summary = edition.summary
    assert [summary[name] for name in ("cases", "events", "activities")] == [5649, 92426, 29]
    expected = json.loads((folder / "deadlines.reference.json").read_text())["by_municipality"]
    assert (summary["steps_vs_due"]["n"], summary["steps_vs_due"]["late"]) == (7086, 1322)
    found = {agency: [one["n"], one["late"]] for agency, one in summary["steps_vs_due"]["by_agency"].items()}
    assert found == expected


@pytest.mark.shared_data
@pytest.mark.slow
def test_the_road_fines_give_their_published_counts(shared_data: Path, tmp_path: Path) -> None:
    from xiaoneng.core.law import load_pack

    log = shared_data / "road_traffic_fines" / "Road_Traffic_Fine_Management_Process.xes.gz"
    summary = analyse([log], out_dir=tmp_path / "out", pack=load_pack("it")).summary
    assert [summary[name] for name in ("cases", "events", "activities", "variants")] == [150370, 561470, 11, 231]


def test_a_law_that_was_not_checked_is_marked_on_the_first_page(tmp_path: Path) -> None:
    from xiaoneng.core.law import load_pack
    from xiaoneng.core.words import say

    for name, is_marked in (("nl", True), ("cn", False)):
        made = analyse([hostile_log(tmp_path)], out_dir=tmp_path / name, pack=load_pack(name), on=ON)
        overview = (made.folder / "index.html").read_text(encoding="utf-8").partition('id="agencies"')[0]
        for language in ("zh", "en"):
            assert (say("edition_unconfirmed_law", language) in overview) == is_marked


def test_items_without_a_code_stand_by_their_names(tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["办件编号", "受理部门", "事项名称", "受理时间", "办结时间"])
        for number, item in enumerate(("户口迁移", "户口迁移", "驾驶证换证")):
            writer.writerow([f"A{number}", "演示县公安局", item, "2026-03-02 09:00:00", "2026-03-05 09:00:00"])
    made = analyse([table], out_dir=tmp_path / "out", on=ON)
    found = {row["service_item_name"]: row["cases"] for row in made.rows("items")}
    assert found == {"户口迁移": 2, "驾驶证换证": 1}


def test_days_and_the_answer_stand_in_both_languages(edition: Edition) -> None:
    """The heading is the finding, and its day is written as each language writes days."""
    from xiaoneng.core.edition.page.words import in_days

    text = (edition.folder / "index.html").read_text(encoding="utf-8")
    heading = text.partition("<h1>")[2].partition("</h1>")[0]
    on = date.fromisoformat(edition.summary["on"])
    assert in_days(date(2026, 3, 4)) == ("2026年3月4日", "4 Mar 2026")
    for day in in_days(on):
        assert day in heading
    assert str(on) not in heading


def test_every_rule_that_drew_a_card_stands_once_with_its_basis(edition: Edition) -> None:
    text = (edition.folder / "index.html").read_text(encoding="utf-8")
    cards = text.partition('<section id="cards">')[2].partition("</section>")[0]
    rules = cards.partition("<tbody>")[2].partition("</tbody>")[0]
    drawn = {(row["card_rule"], row["basis"]) for row in edition.rows("cards")}
    assert rules.count("<tr>") == len(drawn) > 1
    for _, basis in drawn:
        assert basis in rules
