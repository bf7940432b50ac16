"""Event logs for other programs: what is written comes back the same, here and in another program."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import importlib.util
import io
import json
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.errors import ExportError, TableShapeError
from xiaoneng.core.flow import ExportFormat, export_formats, format_of, write_ocel, write_xes
from xiaoneng.core.intake import read, summarise
from xiaoneng.core.tables import CASES, STEPS

Rows = list[dict[str, Any]]
ZONE = "Asia/Shanghai"
SPACE = "{http://www.xes-standard.org/}"
BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 09:00 in Shanghai
LINEAGE = {"file_hash", "sheet", "line"}
CONTRADICTIONS = {"concluded_before_received", "accepted_after_concluded", "accepted_before_received"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(threads=1) as made:
        yield made


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def tables(engine: Engine, cases: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]]) -> dict[str, Table]:
    return {"cases": engine.from_rows(CASES, cases), "steps": engine.from_rows(STEPS, steps)}


def xes(engine: Engine, path: Path, cases: Rows, steps: Rows, **options: Any) -> Any:
    return write_xes(engine, path, zone=ZONE, **tables(engine, cases, steps), **options)


def ocel(engine: Engine, path: Path, cases: Rows, steps: Rows, **options: Any) -> tuple[Any, dict[str, Any]]:
    exported = write_ocel(engine, path, zone=ZONE, **tables(engine, cases, steps), **options)
    packed = gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    return exported, json.loads(packed)


def events(path: Path) -> list[dict[str, str]]:
    """The attributes of every event, as an XML library reads them."""
    return [{one.get("key"): one.get("value") for one in event} for event in etree.parse(path).iter(f"{SPACE}event")]


def quiet(module: str) -> Any:
    """An oracle, without its greetings; the test is skipped and counted where it is not installed."""
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        pytest.skip(f"missing here: {module}")
    return unspoken(importlib.import_module, module)


def unspoken(call: Callable[..., Any], *given: Any, **options: Any) -> Any:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*given, **options)


# -- made-up logs ------------------------------------------------------------------------------------------------------

# Names of persons, offices and codes: the import trims them, and takes NA and the like for nothing
_plain = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=6).filter(
    lambda text: text.upper() not in ("NA", "NAN", "NAT", "NONE", "NULL", "\\N", "N/A", "#N/A", "(NULL)")
)
# Names of steps: anything at all
_names = st.sampled_from(
    ["受理", "<审核> & \"核准\" 'x'", "]]>", "<!--", "&#10;", "第一行\n第二行\t\r", " 前后 "]
) | st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=8)
# Milliseconds, and now and then the same moment again
_moments = st.none() | st.integers(0, 40).map(lambda turn: at(turn * 7) + timedelta(milliseconds=turn * 37 % 1000))
_steps = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.none() | _names,
            "handler": st.none() | st.sampled_from(["张三", "李四", "account<7>"]) | _plain,
            "office": st.none() | _plain,
            "agency": st.none() | _plain,
            "started_at": _moments,
            "ended_at": _moments,
            "limit": st.none() | st.tuples(st.integers(0, 90), st.sampled_from(["workday", "day", "hour"])),
            "due_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            "step_result": st.none() | _plain,
            "recorded_at": _moments,
        }
    ),
    max_size=5,
)
_cases = st.lists(
    st.fixed_dictionaries(
        {
            "case_no": st.none() | st.sampled_from(["001", "2026-1", "甲/7"]),
            "agency": _plain,
            "agency_name": _plain,
            "service_item": st.none() | _plain,
            "service_item_name": st.none() | _plain,
            "case_kind": st.sampled_from([None, "instant_case", "promised_case"]),
            "channel": st.sampled_from([None, "window", "online"]),
            "applicant_kind": st.sampled_from([None, "person", "firm"]),
            "law_rule": st.sampled_from([None, "cn.licence_decision"]),
            "received_at": _moments,
            "accepted_at": _moments,
            "end": st.none() | st.tuples(_moments.filter(bool), st.sampled_from(["granted", "refused", "withdrawn"])),
            "has_reasons": st.sampled_from([None, True, False]),
            "has_fee_basis": st.sampled_from([None, True, False]),
            "promised": st.none() | st.tuples(st.integers(0, 90), st.sampled_from(["workday", "month"])),
            "statutory": st.none() | st.tuples(st.integers(0, 90), st.sampled_from(["day", "year"])),
            "promised_due_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            "supplement_notified_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            "deadline_at": _moments,
            "recorded_at": _moments,
            "steps": _steps,
        }
    ),
    min_size=1,
    max_size=6,
).filter(lambda drawn: any(one["steps"] for one in drawn))


def local_day(moment: datetime | None) -> date | None:
    return (moment + timedelta(hours=8)).date() if moment else None


def rows_of(drawn: Rows) -> tuple[Rows, Rows]:
    """The drawn cases as rows of CASES and STEPS."""
    cases, steps = [], []
    for number, one in enumerate(drawn):
        case_id = f"案 & <{number}>"
        end_at, outcome = one["end"] or (None, None)
        promised, statutory = one["promised"] or (None, None), one["statutory"] or (None, None)
        cases.append(
            {name: value for name, value in one.items() if name in CASES.names}
            | {"case_id": case_id, "concluded_at": end_at, "outcome": outcome}
            | {f"{name}_on": local_day(one[f"{name}_at"]) for name in ("received", "accepted")}
            | {"concluded_on": local_day(end_at), "promised_limit": promised[0], "promised_unit": promised[1]}
            | {"statutory_limit": statutory[0], "statutory_unit": statutory[1]}
        )
        for step_no, step in enumerate(one["steps"], 1):
            length, unit = step["limit"] or (None, None)
            steps.append(
                {name: value for name, value in step.items() if name in STEPS.names}
                | {"case_id": case_id, "step_no": step_no, "limit_length": length, "limit_unit": unit}
                | {f"{name}_on": local_day(step[f"{name}_at"]) for name in ("started", "ended")}
            )
    return cases, steps


def pictured(name: str | None) -> str:
    """The name that a step bears in XML, by a plain loop over its characters."""
    if not name:
        return "未命名环节"
    signs = []
    for sign in name:
        code = ord(sign)
        if code in (0xFFFE, 0xFFFF):
            signs.append("\ufffd")
        elif code < 32 and sign not in "\t\n\r":
            signs.append(chr(0x2400 + code))
        else:
            signs.append(sign)
    return "".join(signs)


def without_lineage(rows: Rows, key: tuple[str, ...]) -> Rows:
    kept = [{name: value for name, value in row.items() if name not in LINEAGE} for row in rows]
    return sorted(kept, key=lambda row: tuple(row[name] for name in key))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=_cases)
def test_what_is_written_as_xes_is_read_back_row_by_row(engine: Engine, tmp_path: Path, drawn: Rows) -> None:
    """Cases, steps, their order, names, moments, days, limits: all but the place in the file they first came from."""
    cases, steps = rows_of(drawn)
    path = tmp_path / "log.xes"
    exported = xes(engine, path, cases, steps, anonymise_handlers=False)
    batch = read([path], engine=engine)
    assert batch.profile.name == "xiaoneng_log"
    assert {row["reason"] for row in batch.set_aside.rows()} <= CONTRADICTIONS  # listed beside, and counted
    full_cases = [{name: row.get(name) for name in CASES.names} for row in cases]
    full_steps = [{name: row.get(name) for name in STEPS.names} | {"name": pictured(row["name"])} for row in steps]
    for step in full_steps:  # a step that names no agency is its case's
        step["agency"] = step["agency"] or next(row["agency"] for row in cases if row["case_id"] == step["case_id"])
    assert without_lineage(batch.cases.rows(), ("case_id",)) == without_lineage(full_cases, ("case_id",))
    assert without_lineage(batch.steps.rows(), ("case_id", "step_no")) == without_lineage(
        full_steps, ("case_id", "step_no")
    )
    found = summarise(batch)
    assert (found["cases"], found["events"]) == (exported.cases, exported.events) == (len(cases), len(steps))
    lost = "".join(row["name"] or "" for row in steps)
    assert exported.replaced_characters == len(re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", lost))
    assert exported.without_name == sum(not row["name"] for row in steps)
    assert exported.without_moment == sum(not (row["started_at"] or row["ended_at"]) for row in steps)


# -- XES ---------------------------------------------------------------------------------------------------------------

CASE = {"case_id": "A/1", "case_no": "1", "agency": "A", "agency_name": "县水利局", "service_item": "i1"}


def step(step_no: int, name: str | None, begin: float | None, end: float | None, **more: Any) -> dict[str, Any]:
    moments = {"started_at": None if begin is None else at(begin), "ended_at": None if end is None else at(end)}
    return {"case_id": "A/1", "step_no": step_no, "name": name, "agency": "A", **moments, **more}


def test_a_step_is_one_event_that_other_programs_count_once(engine: Engine, tmp_path: Path) -> None:
    """A step with both moments completes, and carries its start; one that has not ended only starts."""
    steps = [step(1, "受理", 0, 30), step(2, "审核", None, 60), step(3, "批准", 90, None), step(4, "送达", None, None)]
    path = tmp_path / "log.xes"
    assert xes(engine, path, [CASE], steps).events == 4
    told = [
        (one["concept:instance"], one["lifecycle:transition"], one.get("time:timestamp"), one.get("start_timestamp"))
        for one in events(path)
    ]
    assert told == [
        ("A/1#1", "complete", "2026-03-02T09:30:00.000+08:00", "2026-03-02T09:00:00.000+08:00"),
        ("A/1#2", "complete", "2026-03-02T10:00:00.000+08:00", None),
        ("A/1#3", "start", "2026-03-02T10:30:00.000+08:00", "2026-03-02T10:30:00.000+08:00"),
        ("A/1#4", "complete", None, None),
    ]


def test_two_events_a_step_share_their_instance_and_stand_in_the_order_of_time(engine: Engine, tmp_path: Path) -> None:
    """The second step lies inside of the first: start 1, start 2, end 2, end 1; what has no moment stands last."""
    steps = [step(1, "审核", 0, 60), step(2, "会签", 10, 20), step(3, "归档", None, None), step(4, "送达", None, 60)]
    path = tmp_path / "log.xes"
    exported = xes(engine, path, [CASE], steps, lifecycle="both")
    assert (exported.steps, exported.events) == (4, 6)
    assert [(one["concept:instance"][-1], one["lifecycle:transition"]) for one in events(path)] == [
        ("1", "start"),
        ("2", "start"),
        ("2", "complete"),
        ("1", "complete"),
        ("4", "complete"),
        ("3", "complete"),
    ]
    assert {one.get("start_timestamp") for one in events(path)} == {None}


@pytest.mark.parametrize("has_moments", [True, False])
def test_the_head_declares_what_every_event_has_and_the_classifiers_go_by_that(
    engine: Engine, tmp_path: Path, has_moments: bool
) -> None:
    """The standard wants the parts in this order, and only global attributes in a classifier."""
    path = tmp_path / "log.xes"
    xes(engine, path, [CASE], [step(1, "受理", 0, 1), step(2, "审核", None, 2 if has_moments else None)])
    log = etree.parse(path).getroot()
    assert (log.tag, log.get("xes.version")) == (f"{SPACE}log", "1849.2016")
    kinds = [etree.QName(part).localname for part in log]
    assert kinds == ["extension"] * 4 + ["global"] * 2 + ["classifier"] * 2 + ["string"] * 6 + ["trace"]
    prefixes = {part.get("prefix") for part in log.iter(f"{SPACE}extension")}
    assert prefixes == {"concept", "time", "org", "lifecycle"}
    declared = {one.get("key") for part in log if part.get("scope") == "event" for one in part}
    assert declared == set.intersection(*(set(event) for event in events(path))) - {"agency", "start_timestamp"}
    assert ("time:timestamp" in declared) is has_moments
    for classifier in log.iter(f"{SPACE}classifier"):
        assert set(classifier.get("keys").split()) <= declared
    assert {key.partition(":")[0] for event in events(path) for key in event if ":" in key} <= prefixes


def test_nothing_is_written_that_our_own_import_refuses(engine: Engine, tmp_path: Path) -> None:
    """Names are attributes in quotation marks, never CDATA and never text between tags."""
    path = tmp_path / "log.xes"
    xes(engine, path, [CASE], [step(1, "<![CDATA[审核]]>", 0, 1), step(2, "<!DOCTYPE a>&nbsp;", 0, 2)])
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<!|>[^<\n]", text.partition("<trace>")[2])
    assert [row["name"] for row in read([path], engine=engine).steps.rows()] == [
        "<![CDATA[审核]]>",
        "<!DOCTYPE a>&nbsp;",
    ]


def test_control_characters_become_their_pictures_and_are_counted(engine: Engine, tmp_path: Path) -> None:
    """Two names that differ in a control character alone stay two names."""
    path = tmp_path / "log.xes"
    exported = xes(
        engine, path, [CASE], [step(1, "核\x01准", 0, 1), step(2, "核\x02准\x1b", 0, 2), step(3, "核\n准", 0, 3)]
    )
    assert [one["concept:name"] for one in events(path)] == ["核␁准", "核␂准␛", "核\n准"]
    assert exported.replaced_characters == 3


def test_moments_are_local_with_their_offset_in_milliseconds(engine: Engine, tmp_path: Path) -> None:
    """Summer time in Shanghai in 1986 (+09:00); before 1901 its offset had seconds, and the moment is written in UTC."""
    moments = ["1986-07-01T00:00:00.123999Z", "2026-03-01T16:00:00Z", "1900-06-01T00:00:00Z"]
    steps = [
        {"case_id": "A/1", "step_no": place, "name": "a", "ended_at": datetime.fromisoformat(moment)}
        for place, moment in enumerate(moments)
    ]
    path = tmp_path / "log.xes"
    xes(engine, path, [{**CASE, "promised_due_on": date(1986, 7, 2)}], steps)
    assert [one["time:timestamp"] for one in events(path)] == [
        "1986-07-01T09:00:00.123+09:00",
        "2026-03-02T00:00:00.000+08:00",
        "1900-06-01T00:00:00.000+00:00",
    ]
    assert '<date key="promised_due_on" value="1986-07-02T00:00:00.000+09:00"/>' in path.read_text(encoding="utf-8")


def test_cases_without_steps_stay_and_steps_without_a_case_are_counted(engine: Engine, tmp_path: Path) -> None:
    stray = {**step(1, "受理", 0, 1), "case_id": "nowhere"}
    path = tmp_path / "log.xes"
    exported = xes(engine, path, [CASE, {**CASE, "case_id": "A/2"}], [step(1, "受理", 0, 1), stray])
    assert (exported.cases, exported.events, exported.without_case) == (2, 1, 1)
    assert read([path], engine=engine).cases.count() == 2


# -- handlers ----------------------------------------------------------------------------------------------------------

TWO = [CASE, {**CASE, "case_id": "B/1", "agency": "B", "agency_name": "县教育局", "service_item": "i2"}]
SHARED = [
    step(1, "受理", 0, 1, handler="王五"),
    step(2, "审核", 1, 2, handler="张三"),
    step(3, "批准", 2, 3, handler="王五"),
    {**step(1, "受理", 0, 1, handler="张三"), "case_id": "B/1", "agency": "B"},
    {**step(2, "批准", 1, 2, handler=None), "case_id": "B/1", "agency": "B"},
]


def test_handlers_are_pseudonyms_in_the_order_of_their_first_step(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    exported = xes(engine, path, TWO, SHARED)
    assert [one.get("org:resource") for one in events(path)] == ["H0001", "H0002", "H0001", "H0002", None]
    assert (exported.handlers, exported.are_handlers_named) == (2, False)
    text = path.read_text(encoding="utf-8")
    assert '<string key="handlers" value="pseudonyms"/>' in text
    assert not re.search("王五|张三", text)


def test_a_pseudonym_is_the_same_in_every_export_of_the_same_steps(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    exported = xes(engine, path, TWO, SHARED, agency="B")
    assert [one.get("org:resource") for one in events(path)] == ["H0002", None]
    assert (exported.cases, exported.handlers) == (1, 1)


def test_handlers_are_named_only_where_that_is_asked_for(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    assert xes(engine, path, TWO, SHARED, anonymise_handlers=False).are_handlers_named
    assert [one.get("org:resource") for one in events(path)] == ["王五", "张三", "王五", "张三", None]
    assert '<string key="handlers" value="as recorded"/>' in path.read_text(encoding="utf-8")
    for anonymise in (True, False):
        _, log = ocel(engine, tmp_path / "log.json", TWO, SHARED, anonymise_handlers=anonymise)
        ids = sorted(one["id"] for one in log["objects"] if one["type"] == "handler")
        assert ids == (["handler:H0001", "handler:H0002"] if anonymise else ["handler:张三", "handler:王五"])
        marks = {one["value"] for each in log["objects"] for one in each["attributes"] if one["name"] == "is_pseudonym"}
        assert marks == {"true" if anonymise else "false"}


# -- choosing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "cases"),
    [
        ({"agency": "A"}, ["A/1"]),
        ({"agency": "县教育局"}, ["B/1"]),
        ({"service_item": "i2"}, ["B/1"]),
        ({"agency": "A", "service_item": "i1"}, ["A/1"]),
        ({}, ["A/1", "B/1"]),
    ],
)
def test_an_agency_or_an_item_is_chosen_by_its_code_or_its_name(
    engine: Engine, tmp_path: Path, wanted: dict[str, str], cases: list[str]
) -> None:
    _, log = ocel(engine, tmp_path / "log.json", TWO, SHARED, **wanted)
    assert [one["id"] for one in log["objects"] if one["type"] == "case"] == [f"case:{case}" for case in cases]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"agency": "C"}, "no case is of the agency 'C': name one of A, B, 县教育局, 县水利局"),
        ({"service_item": "i3"}, "no case is of the service item 'i3'"),
        ({"agency": "A", "service_item": "i2"}, "leave one of them out"),
    ],
)
def test_an_agency_or_item_without_cases_is_refused_and_nothing_is_written(
    engine: Engine, tmp_path: Path, wanted: dict[str, str], words: str
) -> None:
    with pytest.raises(ExportError, match=words):
        xes(engine, tmp_path / "log.xes", TWO, SHARED, **wanted)
    assert list(tmp_path.iterdir()) == []


def test_without_cases_or_steps_or_with_other_tables_nothing_is_written(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no case to export"):
        xes(engine, tmp_path / "log.xes", [], [])
    with pytest.raises(ExportError, match="the cases have no step"):
        xes(engine, tmp_path / "log.xes", [CASE], [])
    steps = engine.from_rows(STEPS, SHARED)
    with pytest.raises(TableShapeError):
        write_xes(engine, tmp_path / "log.xes", zone=ZONE, cases=steps, steps=steps)


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xes", "json"])
def test_the_same_tables_give_the_same_bytes_packed_or_not(engine: Engine, tmp_path: Path, ending: str) -> None:
    write = xes if ending == "xes" else ocel
    written = []
    for name in (f"a.{ending}.gz", f"b.{ending}.gz", f"c.{ending}"):
        write(engine, tmp_path / name, TWO, SHARED[::-1] if name.startswith("b") else SHARED)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert gzip.decompress(written[0]) == written[2]


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "log.json"])
def test_a_stop_half_way_leaves_the_old_file_whole_and_no_draft(engine: Engine, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("old", encoding="utf-8")
    both = tables(engine, TWO, SHARED)
    before = engine.names()

    def stop(_stage: str, _done: int, _total: int) -> None:
        assert len(list(tmp_path.iterdir())) == 2  # the draft stands beside
        raise KeyboardInterrupt

    write = write_ocel if name.endswith("json") else write_xes
    with pytest.raises(KeyboardInterrupt):
        write(engine, path, zone=ZONE, **both, on_progress=stop)
    assert [one.name for one in tmp_path.iterdir()] == [name]
    assert path.read_text(encoding="utf-8") == "old"
    assert engine.names() == before


def test_a_place_that_cannot_be_written_to_is_refused(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "folder.xes").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        xes(engine, tmp_path / "folder.xes", TWO, SHARED)
    with pytest.raises(ExportError, match="does not exist"):
        xes(engine, tmp_path / "nowhere" / "log.xes", TWO, SHARED)


def test_only_a_range_of_cases_is_held_at_a_time_and_all_of_them_are_written(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ranges of two cases, the last of one; whole, the file has the same bytes as in one range."""
    cases = [{**CASE, "case_id": f"A/{number}"} for number in (3, 1, 5, 2, 4)]
    steps = [{**step(place, "受理", 0, place), "case_id": one["case_id"]} for one in cases for place in (2, 1, 3)]
    xes(engine, tmp_path / "whole.xes", cases, steps)
    monkeypatch.setattr("xiaoneng.core.flow.export.selection._STEPS_A_RANGE", 6)
    told: list[tuple[str, int, int]] = []
    xes(engine, tmp_path / "parts.xes", cases, steps, on_progress=lambda *progress: told.append(progress))
    assert told == [("export", 6, 15), ("export", 12, 15), ("export", 15, 15)]
    assert (tmp_path / "parts.xes").read_bytes() == (tmp_path / "whole.xes").read_bytes()
    expected = [f"A/{case}#{place}" for case in range(1, 6) for place in range(1, 4)]
    assert [one["concept:instance"] for one in events(tmp_path / "parts.xes")] == expected


def test_the_formats_that_a_page_can_offer() -> None:
    assert export_formats() == (
        ExportFormat("xes", ".xes", "application/xml", False),
        ExportFormat("xes", ".xes.gz", "application/gzip", True),
        ExportFormat("ocel", ".json", "application/json", False),
        ExportFormat("ocel", ".json.gz", "application/gzip", True),
    )
    for one in export_formats():
        assert format_of(Path(f"log{one.ending.upper()}")) == one
        assert format_of(Path(f"log{one.ending}"), chosen=one.name) == one
    assert format_of(Path("log.dat.gz"), chosen="ocel").ending == ".json.gz"
    assert format_of(Path("log"), chosen="xes").ending == ".xes"


@pytest.mark.parametrize(
    ("name", "chosen", "words"),
    [
        ("log.csv", None, "its ending names no format"),
        ("log", None, "its ending names no format"),
        ("log.xes", "mxml", "no format 'mxml'"),
        ("log.json", "xes", "named as ocel and chosen as xes"),
        ("log.xes.gz", "ocel", "named as xes and chosen as ocel"),
    ],
)
def test_an_ending_that_names_no_format_or_another_is_refused(name: str, chosen: str | None, words: str) -> None:
    with pytest.raises(ExportError, match=words):
        format_of(Path(name), chosen=chosen)


# -- OCEL 2.0 ----------------------------------------------------------------------------------------------------------

KINDS = {"string", "time", "integer", "float", "boolean"}


def faults(log: dict[str, Any]) -> list[str]:
    """Where a log departs from the structure of OCEL 2.0 JSON, by its schema and the rules of its metamodel."""
    found: list[str] = []

    def must(holds: bool, what: str) -> None:
        if not holds:
            found.append(what)

    must(set(log) == {"objectTypes", "eventTypes", "objects", "events"}, "top level")
    types: dict[str, dict[str, dict[str, str]]] = {}
    for kind in ("objectTypes", "eventTypes"):
        types[kind] = {one["name"]: {each["name"]: each["type"] for each in one["attributes"]} for one in log[kind]}
        must(len(types[kind]) == len(log[kind]), f"{kind}: a name comes twice")
        must(all(set(one) == {"name", "attributes"} for one in log[kind]), f"{kind}: keys")
        must({each for one in types[kind].values() for each in one.values()} <= KINDS, f"{kind}: unknown type")
    ids = [one["id"] for one in log["objects"]]
    must(len(set(ids)) == len(ids), "an object's id comes twice")
    must(len({one["id"] for one in log["events"]}) == len(log["events"]), "an event's id comes twice")
    for kind, keys in (("objects", {"id", "type"}), ("events", {"id", "type", "time"})):
        for one in log[kind]:
            must(set(one) == keys | {"attributes", "relationships"}, f"{one['id']}: keys")
            must(all(one[key] and isinstance(one[key], str) for key in keys), f"{one['id']}: empty")
            declared = types["objectTypes" if kind == "objects" else "eventTypes"].get(one["type"])
            must(declared is not None, f"{one['id']}: type {one['type']} is not declared")
            for value in one["attributes"]:
                must(
                    set(value) == {"name", "value"} | ({"time"} if kind == "objects" else set()), f"{one['id']}: value"
                )
                must(fits(value["value"], (declared or {}).get(value["name"], "")), f"{one['id']}: {value}")
                must(kind == "events" or fits(value["time"], "time"), f"{one['id']}: {value}")
            for other in one["relationships"]:
                must(set(other) == {"objectId", "qualifier"} and bool(other["qualifier"]), f"{one['id']}: relation")
                must(other["objectId"] in ids, f"{one['id']}: {other['objectId']} is no object")
            pairs = [(other["objectId"], other["qualifier"]) for other in one["relationships"]]
            must(len(set(pairs)) == len(pairs), f"{one['id']}: a relation comes twice")
    must(all(fits(one["time"], "time") for one in log["events"]), "an event's time")
    return found


def fits(value: Any, kind: str) -> bool:
    """The schema wants every value as a text; the declared type says how to read it."""
    if not isinstance(value, str):
        return False
    patterns = {
        "string": "(?s).*",
        "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d)",
        "integer": r"-?\d+",
        "boolean": "true|false",
    }
    return kind in patterns and re.fullmatch(patterns[kind], value) is not None


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=_cases, anonymise=st.booleans())
def test_every_log_has_the_structure_of_the_standard_and_holds_every_step(
    engine: Engine, tmp_path: Path, drawn: Rows, anonymise: bool
) -> None:
    cases, steps = rows_of(drawn)
    exported, log = ocel(engine, tmp_path / "log.json", cases, steps, anonymise_handlers=anonymise)
    assert faults(log) == []
    timed = [row for row in steps if row["started_at"] or row["ended_at"]]
    assert [(one["id"], one["type"], datetime.fromisoformat(one["time"])) for one in log["events"]] == [
        (f"{row['case_id']}#{row['step_no']}", row["name"] or "未命名环节", row["ended_at"] or row["started_at"])
        for row in sorted(timed, key=lambda row: (row["case_id"], row["step_no"]))
    ]
    assert (exported.events, exported.without_moment) == (len(timed), len(steps) - len(timed))
    offices = {
        (row["agency"] or next(c["agency"] for c in cases if c["case_id"] == row["case_id"]), row["office"])
        for row in timed
    }
    counted = {kind: sum(one["type"] == kind for one in log["objects"]) for kind in ("case", "office", "handler")}
    assert counted == {
        "case": len(cases),
        "office": len({office for office in offices if office[1]}),
        "handler": len({row["handler"] for row in timed} - {None}),
    }


def test_a_departure_from_the_structure_would_be_found() -> None:
    """The check above can fail: a relation to nowhere, an undeclared type, a number that is no text."""
    value = {"name": "step_no", "value": 1}
    event = {
        "id": "e",
        "type": "b",
        "time": "2026",
        "attributes": [value],
        "relationships": [{"objectId": "o", "qualifier": ""}],
    }
    assert (
        len(
            faults(
                {"objectTypes": [], "eventTypes": [{"name": "a", "attributes": []}], "objects": [], "events": [event]}
            )
        )
        == 5
    )


def test_what_becomes_true_of_a_case_carries_its_time(engine: Engine, tmp_path: Path) -> None:
    case = {
        **CASE,
        "received_at": at(0),
        "accepted_at": at(60),
        "concluded_at": at(120),
        "outcome": "granted",
        "promised_limit": 5,
    }
    _, log = ocel(engine, tmp_path / "log.json", [case], [step(1, "受理", 0, 1, office="窗口")])
    found = next(one for one in log["objects"] if one["type"] == "case")
    ten, eleven, epoch = "2026-03-02T10:00:00.000+08:00", "2026-03-02T11:00:00.000+08:00", "1970-01-01T00:00:00Z"
    assert {one["name"]: (one["value"], one["time"]) for one in found["attributes"]} == {
        "case_no": ("1", epoch),
        "received_at": ("2026-03-02T09:00:00.000+08:00", epoch),
        "accepted_at": (ten, ten),
        "concluded_at": (eleven, eleven),
        "outcome": ("granted", eleven),
        "promised_limit": ("5", epoch),
    }
    assert found["relationships"] == [
        {"objectId": "agency:A", "qualifier": "answered_for_by"},
        {"objectId": "service_item:i1", "qualifier": "of_item"},
    ]
    assert log["events"][0]["relationships"] == [
        {"objectId": "case:A/1", "qualifier": "step_of"},
        {"objectId": "agency:A", "qualifier": "done_in"},
        {"objectId": "office:A/窗口", "qualifier": "done_in"},
        {"objectId": "service_item:i1", "qualifier": "of_item"},
    ]


def test_offices_of_one_name_in_two_agencies_are_two(engine: Engine, tmp_path: Path) -> None:
    """Even where an agency's code holds the sign between code and name: A, office B/窗口, and A/B, office 窗口."""
    steps = [step(1, "受理", 0, 1, office="B/窗口"), step(2, "受理", 1, 2, office="窗口") | {"agency": "A/B"}]
    _, log = ocel(engine, tmp_path / "log.json", [CASE], steps)
    assert [one["id"] for one in log["objects"] if one["type"] == "office"] == ["office:A/B/窗口", "office:A%2FB/窗口"]


# -- against another program -------------------------------------------------------------------------------------------


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=_cases)
def test_another_program_reads_the_same_counts(engine: Engine, tmp_path: Path, drawn: Rows) -> None:
    """A trace without events is no row there; OCEL holds the steps that have a moment."""
    pm4py = quiet("pm4py")
    cases, steps = rows_of(drawn)
    timed = [row for row in steps if row["started_at"] or row["ended_at"]]
    if not timed:
        return
    xes(engine, tmp_path / "log.xes", cases, steps)
    frame = unspoken(pm4py.read_xes, str(tmp_path / "log.xes"), variant="iterparse")
    assert len(frame) == len(steps)
    assert set(frame["case:concept:name"]) == {row["case_id"] for row in steps}
    assert sorted(frame["concept:name"]) == sorted(pictured(row["name"]) for row in steps)
    assert frame["time:timestamp"].notna().sum() == len(timed)
    ocel(engine, tmp_path / "log.json", cases, steps)
    log = unspoken(pm4py.read_ocel2_json, str(tmp_path / "log.json"))
    assert (len(log.events), len(log.objects[log.objects["ocel:type"] == "case"])) == (len(timed), len(cases))


def test_another_program_reads_the_declared_types(engine: Engine, tmp_path: Path) -> None:
    """By its own reader; the faster one beside it leaves what is written as text a text."""
    quiet("pm4py")
    reader = quiet("pm4py.objects.ocel.importer.jsonocel.importer")
    case = {**CASE, "has_reasons": False, "promised_limit": 5, "concluded_at": at(9)}
    ocel(engine, tmp_path / "log.json", [case], [step(1, "受理", 0, 1, limit_length=3)])
    log = unspoken(reader.apply, str(tmp_path / "log.json"), variant=reader.Variants.OCEL20_STANDARD)
    event, found = log.events.iloc[0], log.objects[log.objects["ocel:type"] == "case"].iloc[0]
    assert (event["limit_length"], event["started_at"], event["ocel:timestamp"]) == (3, at(0), at(1))
    assert (found["promised_limit"], bool(found["has_reasons"]), found["concluded_at"]) == (5, False, at(9))


@pytest.mark.shared_data
def test_the_receipt_log_leaves_with_its_published_counts(shared_data: Path, engine: Engine, tmp_path: Path) -> None:
    """1,434 cases, 8,577 events, 27 activities, 116 variants, as in the reference beside the data."""
    pm4py = quiet("pm4py")
    folder = shared_data / "receipt_wabo"
    known = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    batch = read([folder / "receipt.parquet"], engine=engine)
    both = {"cases": batch.cases, "steps": batch.steps}
    write_xes(engine, tmp_path / "log.xes.gz", zone=batch.zone, **both)
    frame = unspoken(pm4py.read_xes, str(tmp_path / "log.xes.gz"), variant="chunk_regex")
    counted = {
        "cases": frame["case:concept:name"].nunique(),
        "events": len(frame),
        "activities": frame["concept:name"].nunique(),
        "variants": len(unspoken(pm4py.get_variants, frame)),
    }
    assert counted == {name: known[name] for name in counted}
    assert (known["cases"], known["events"], known["activities"], known["variants"]) == (1434, 8577, 27, 116)
    write_ocel(engine, tmp_path / "log.json", zone=batch.zone, **both)
    log = unspoken(pm4py.read_ocel2_json, str(tmp_path / "log.json"))
    kinds = log.objects["ocel:type"].value_counts()
    assert (len(log.events), kinds["case"], log.events["ocel:activity"].nunique()) == (8577, 1434, 27)
    again = summarise(read([tmp_path / "log.xes.gz"], engine=engine))
    assert {name: again[name] for name in counted} == counted
