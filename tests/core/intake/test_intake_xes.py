"""Event logs: everything that the standard allows and programs write, against two other readers on logs made by chance."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import importlib.util
import io
import random
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from xiaoneng.core.errors import DamagedFileError, UnsafeFileError, WrongKindError
from xiaoneng.core.intake import Batch, mapped_profile, summarise

Reader = Callable[..., Batch]
Told = Callable[[Batch], list[tuple[int, str]]]
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">'
NINE = "2026-03-02T09:00:00+08:00"
COUNTS = ("cases", "events", "activities", "variants")


def event(name: str | None, at: str | None = NINE, more: str = "") -> str:
    named = f"<string key='concept:name' value={quoteattr(name)}/>" if name is not None else ""
    timed = f'<date key="time:timestamp" value="{at}"/>' if at else ""
    return f"<event>{named}{timed}{more}</event>"


def trace(case_no: str, *inside: str) -> str:
    return f'<trace><string key="concept:name" value="{case_no}"/>{"".join(inside)}</trace>'


def log(*traces: str, head: str = HEAD) -> str:
    return head + "".join(traces) + "</log>"


def counts(batch: Batch) -> list[int]:
    found = summarise(batch)
    return [found[name] for name in COUNTS]


def names(batch: Batch) -> list[str]:
    return [row["name"] for row in batch.steps.rows()]


def test_a_log_on_one_line_plain_or_packed_gives_the_same(imported: Reader) -> None:
    text = log(trace("1", event("受理"), event("办结", "2026-03-03T09:00:00+08:00")))
    plain, packed = imported({"a.xes": text}), imported({"b.xes.gz": gzip.compress(text.encode())})
    assert counts(plain) == counts(packed) == [1, 2, 2, 1]
    columns = [name for name in plain.steps.columns if name != "file_hash"]
    assert plain.steps.arrow(columns=columns) == packed.steps.arrow(columns=columns)


@pytest.mark.parametrize(
    ("declared", "encoding", "mark"),
    [
        ("UTF-8", "utf-8", b"\xef\xbb\xbf"),
        ("GB18030", "gb18030", b""),
        ("UTF-16", "utf-16", b""),
        ("ISO-8859-1", "latin-1", b""),
    ],
)
def test_the_encoding_that_the_head_declares_is_used(
    imported: Reader, declared: str, encoding: str, mark: bytes
) -> None:
    name = "É" if encoding == "latin-1" else "受理"
    text = log(trace("1", event(name)), head=HEAD.replace("UTF-8", declared))
    assert names(imported({"log.xes": mark + text.encode(encoding)})) == [name]


def test_attributes_in_any_order_and_quotation_with_entities_and_nesting(imported: Reader) -> None:
    nested = '<list key="parts"><values><string key="concept:name" value="inner"/></values></list>'
    odd = (
        "<event><date value='2026-03-02T09:00:00.000+08:00' key = 'time:timestamp'><string key='concept:name' value='no'/>"
        '</date><string value="乙 &#x4E19;" key="concept:name"/><string key="org:resource" value=\'a "b"\'/></event>'
    )
    case = '<trace><int key="concept:name" value="7"><string key="concept:name" value="8"/></int>'
    batch = imported({"log.xes": log(case + event("甲 & <丁>", more=nested) + odd + "</trace>")})
    assert names(batch) == ["甲 & <丁>", "乙 丙"]
    assert [row["case_no"] for row in batch.cases.rows()] == ["7"]
    assert batch.steps.rows()[1]["handler"] == 'a "b"'


def test_prefixed_elements_and_comments_that_speak_of_traces_are_read(imported: Reader) -> None:
    inner = '<x:trace><x:string key="concept:name" value="1"/><x:event><x:string key="concept:name" value="A"/></x:event></x:trace>'
    assert counts(imported({"p.xes": f'<x:log xmlns:x="http://www.xes-standard.org/">{inner}</x:log>'})) == [1, 1, 1, 1]
    talkative = log("<!-- <trace> is next -->", trace("1", event("A")), "<!-- </trace> was last -->")
    assert counts(imported({"c.xes": talkative})) == [1, 1, 1, 1]


def test_a_value_that_the_log_declares_as_its_default_is_missing(imported: Reader) -> None:
    head = HEAD + (
        '<global scope="trace"><string key="concept:name" value="1"/><date key="enddate" value="1970-01-01T00:00:00+01:00"/>'
        '<date key="deadline" value="1970-01-01T00:00:00+01:00"/></global>'
        '<global scope="event"><string key="concept:name" value="A"/><string key="org:resource" value="UNKNOWN"/></global>'
    )

    def dated(number: int, end: str, deadline: str) -> str:
        days = f'<date key="enddate" value="{end}"/><date key="deadline" value="{deadline}"/>'
        return trace(str(number), days, event("A", more='<string key="org:resource" value="UNKNOWN"/>'))

    epoch, other_epoch = "1970-01-01T00:00:00.000+01:00", "1969-12-31T23:00:00Z"  # one instant, written in two ways
    batch = imported(
        {
            "log.xes": log(
                dated(1, "2026-03-05T00:30:00+08:00", "2026-03-04T17:00:00Z"),  # half an hour before: in time
                dated(2, "2026-03-05T01:30:00+08:00", "2026-03-04T17:00:00Z"),  # half an hour after, on the same day
                dated(3, epoch, "2026-03-04T17:00:00Z"),
                dated(4, "2026-03-05T01:30:00+08:00", other_epoch),
                head=head,
            )
        }
    )
    found = summarise(batch)
    assert (found["cases"], found["ended"], found["open"]) == (4, 3, 1)
    assert found["late_vs_deadline"] == {"n": 2, "late": 1}
    assert {row["handler"] for row in batch.steps.rows()} == {None}
    assert names(batch) == ["A"] * 4  # a name is never missing for being the default


def test_traces_without_events_are_cases_that_borrow_nothing_from_the_next(imported: Reader) -> None:
    batch = imported({"log.xes": log(trace("e1"), trace("a", event("A"), event("B")), trace("e2"), trace("e3"))})
    assert counts(batch) == [4, 2, 2, 1]
    known = {row["case_no"]: row["received_at"] is not None for row in batch.cases.rows()}
    assert known == {"e1": False, "a": True, "e2": False, "e3": False}


def test_events_without_time_keep_their_place_and_without_name_are_told(imported: Reader, told: Told) -> None:
    batch = imported({"log.xes": log(trace("1", event("A", None), event("B", None), event(None), event("C", "soon")))})
    assert names(batch) == ["A", "B"]
    assert told(batch) == [(3, "no_step_name"), (4, "unreadable_time")]


def test_starts_and_completions_are_two_events_of_one_activity(imported: Reader) -> None:
    pair = [
        event("A", f"2026-03-02T{hour}:00:00+08:00", life(name)) for hour, name in ((10, "complete"), ("09", "start"))
    ]
    batch = imported({"log.xes": log(trace("1", *pair))})
    assert counts(batch) == [1, 2, 1, 1]
    first, second = batch.steps.rows()
    assert (first["started_at"] is not None, first["ended_at"]) == (True, None)
    assert (second["started_at"], second["ended_at"] is not None) == (None, True)


def life(name: str) -> str:
    return f'<string key="lifecycle:transition" value="{name}"/>'


def test_the_words_na_and_none_are_names_in_a_typed_log(imported: Reader, told: Told) -> None:
    batch = imported({"log.xes": log(trace("NA", event("NA"), event("None"), event("合计"), event(" A"), event("A")))})
    assert counts(batch) == [1, 5, 5, 1]
    assert told(batch) == []


def test_a_case_number_that_comes_twice_is_one_case(imported: Reader) -> None:
    assert counts(imported({"log.xes": log(trace("1", event("A")), trace("1", event("B")))})) == [1, 2, 2, 1]


def test_a_trace_without_a_number_is_told(imported: Reader, told: Told) -> None:
    batch = imported({"log.xes": log(f"<trace>{event('A')}</trace>", trace("1", event("A")))})
    assert counts(batch) == [1, 1, 1, 1]
    assert told(batch) == [(1, "no_case_no")]


def test_local_midnights_stay_on_their_day_on_both_sides_of_summer_time(imported: Reader) -> None:
    """Midnights in Rome of 29 March 2026, when clocks go forward, of the day before, and of 26 October."""
    moments = ["2026-03-28T00:00:00+01:00", "2026-03-28T23:00:00Z", "2026-10-25T23:00:00Z"]
    steps = [event(str(number), at) for number, at in enumerate(moments)]
    batch = imported({"log.xes": log(trace("1", *steps))}, zone="Europe/Rome")
    assert [str(row["ended_on"]) for row in batch.steps.rows()] == ["2026-03-28", "2026-03-29", "2026-10-26"]
    away = imported({"same.xes": log(trace("1", *steps))}, zone="Asia/Shanghai")
    assert [str(row["ended_on"]) for row in away.steps.rows()] == ["2026-03-28", "2026-03-29", "2026-10-26"]


@pytest.mark.parametrize(
    ("text", "refusal", "words"),
    [
        (log(event("A"), trace("1", event("A"))), DamagedFileError, "outside of a trace"),
        (log(trace("1", event("A")), event("B")), DamagedFileError, "outside of a trace"),
        (log(), DamagedFileError, "no trace"),
        (log(trace("1", event("A")))[:-8], DamagedFileError, "cut off"),
        (log(trace("1", event("A")).replace("</event>", "")), DamagedFileError, "closing tag"),
        (log(trace("1", event("A"), "<![CDATA[words]]>")), DamagedFileError, "CDATA"),
        (log(trace("1", "words", event("A"))), DamagedFileError, "text stands"),
        (log(trace("1", '<string key="a" value="&nbsp;"/>', event("A"))), DamagedFileError, "malformed"),
        (log(trace("1", event("A")), head=HEAD.replace("UTF-8", "KLINGON")), WrongKindError, "unknown encoding"),
        (
            log(trace("1", event("A")), head=HEAD.replace("<log", '<!DOCTYPE log SYSTEM "x"><log')),
            UnsafeFileError,
            "document",
        ),
        (log(head=HEAD.replace("<log", '<!DOCTYPE log [<!ENTITY a "aa">]><log')), UnsafeFileError, "document"),
        ('<?xml version="1.0"?><ocel><events/></ocel>', WrongKindError, "OCEL"),
        ('<?xml version="1.0"?><log><object-types/><objects/><events/></log>', WrongKindError, "OCEL"),
        ('<?xml version="1.0"?><pnml><net/></pnml>', WrongKindError, "root is pnml"),
    ],
)
def test_what_is_no_whole_event_log_is_refused(
    imported: Reader, text: str, refusal: type[Exception], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        imported({"log.xes": text})


def test_packed_logs_that_were_cut_off_or_are_bombs_are_refused(imported: Reader) -> None:
    packed = gzip.compress(log(*(trace(str(number), event("A")) for number in range(300))).encode())
    for share in (0.4, 0.9):
        with pytest.raises(DamagedFileError):
            imported({"cut.xes.gz": packed[: int(len(packed) * share)]})
    bomb = gzip.compress(HEAD.encode() + b" " * 60_000_000)
    with pytest.raises(UnsafeFileError, match="bomb"):
        imported({"bomb.xes.gz": bomb})


def test_bytes_that_are_not_in_the_declared_encoding_are_refused(imported: Reader) -> None:
    with pytest.raises(DamagedFileError, match="utf-8"):
        imported({"log.xes": log(trace("1", event("A"))).encode().replace(b'"A"', b"'A'").replace(b"'A'", b"'\xff'")})


# -- against other readers ---------------------------------------------------------------------------------------------


def random_log(seed: int) -> str:
    """A log by chance: numbers that repeat, ties in time, zones, nesting, lists."""
    chance = random.Random(seed)
    activities = [f"活动 {letter} & <{letter}>" for letter in "ABCDEFG"[: chance.randrange(2, 8)]]
    traces = []
    for number in range(chance.randrange(1, 40)):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(5000))
        events = []
        for _ in range(chance.randrange(1, 12)):
            at += timedelta(minutes=chance.choice((0, 0, 7, 600, -30)))
            zone = timezone(timedelta(hours=chance.choice((-5, 0, 2, 8))))
            more = chance.choice(("", life("start"), '<list key="l"><values><int key="x" value="1"/></values></list>'))
            more += chance.choice(("", '<string key="org:resource" value="张三"><int key="age" value="4"/></string>'))
            events.append(
                event(chance.choice(activities), at.astimezone(zone).isoformat(timespec="milliseconds"), more)
            )
        more = chance.choice(("", '<boolean key="urgent" value="true"/>', '<float key="fee" value="1.5"/>'))
        traces.append(trace(f"案 {number}", more, *events))
    return log(
        *traces, head=HEAD + '<extension name="Time" prefix="time" uri="http://x"/><classifier name="A" keys="B"/>'
    )


def quiet(module: str) -> Any:
    """An oracle, without its greetings; the test is skipped and counted where it is not installed."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"missing here: {module}")
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(module)


def of_frame(rows: Sequence[dict[str, Any]]) -> tuple[list[int], Counter[tuple[str, ...]]]:
    """Cases, events, activities and variants of an oracle's rows: by time, ties in the order of the file."""
    by_case: dict[str, list[tuple[datetime, str]]] = {}
    for row in rows:
        by_case.setdefault(row["case:concept:name"], []).append((row["time:timestamp"], row["concept:name"]))
    variants = Counter(tuple(name for _, name in sorted(steps, key=lambda one: one[0])) for steps in by_case.values())
    activities = {row["concept:name"] for row in rows}
    return [len(by_case), len(rows), len(activities), len(variants)], variants


def of_batch(batch: Batch) -> Counter[tuple[str, ...]]:
    by_case: dict[str, list[str]] = {}
    for row in sorted(batch.steps.rows(), key=lambda one: (one["case_id"], one["step_no"])):
        by_case.setdefault(row["case_id"], []).append(row["name"])
    return Counter(tuple(names) for names in by_case.values())


@pytest.mark.parametrize("seed", range(6))
def test_another_reader_finds_the_same_cases_events_and_variants(imported: Reader, tmp_path: Path, seed: int) -> None:
    pm4py = quiet("pm4py")
    text = random_log(seed)
    batch = imported({"log.xes": text})
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pm4py.read_xes(str(tmp_path / "log.xes"), variant="iterparse", return_legacy_log_object=False)
    expected, variants = of_frame(frame.to_dict("records"))
    assert counts(batch) == expected
    assert of_batch(batch) == variants


@pytest.mark.parametrize("seed", range(6, 12))
def test_a_third_reader_agrees(imported: Reader, tmp_path: Path, seed: int) -> None:
    rustxes = quiet("rustxes")
    batch = imported({"log.xes.gz": gzip.compress(random_log(seed).encode())})
    frame, _ = rustxes.import_xes(str(tmp_path / "log.xes.gz"))
    expected, variants = of_frame(frame.to_dicts())
    assert counts(batch) == expected
    assert of_batch(batch) == variants


def test_a_column_without_a_profile_is_mapped_by_hand(imported: Reader) -> None:
    own = mapped_profile("own", "events", {"case:concept:name": "case_no", "what": "name", "when": "happened_at"})
    text = log(trace("1", f'<event><string key="what" value="A"/><date key="when" value="{NINE}"/></event>'))
    assert names(imported({"log.xes": text}, profile=own)) == ["A"]
