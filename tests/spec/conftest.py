"""Tables of legal cases, drawn in a test: each row is asked as a question and judged as a case and as a table of cases.

`stops` are written `A..B ground`, with `!` where it was told in writing, `~` where it was not, nothing where it is not
recorded; `extended` is `10wd approved-on told`. A `*` behind a due day is provisional.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

import pytest

from xiaoneng.core.calendar import Schedule, load_calendar
from xiaoneng.core.clocks import answer, clock_facts, judge_case, judge_facts, read_limit
from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.flow import worked_steps
from xiaoneng.core.law import load_pack, rule
from xiaoneng.core.tables import CASES, EXTENSIONS, PAUSES, STEPS
from xiaoneng.core.terms import StartEvent, Unit

CN = load_calendar("cn")
TOLD = {"!": True, "~": False}
REASONS = {"told": True, "untold": False}
FOUND = ("due", "used", "left", "state", "card", "deemed and found")


def rows_of(drawing: str) -> list[dict[str, str]]:
    lines = [line.strip() for line in drawing.strip().splitlines() if "-+-" not in line]
    heads, *rows = ([part.strip() for part in line.split("|")] for line in lines)
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.fixture
def holds() -> Callable[[str], None]:
    """Checks a table of legal cases."""
    return _holds


def _holds(drawing: str) -> None:
    """Every row of the drawing is answered as drawn, by the question, the single case and the table alike."""
    rows = rows_of(drawing)
    questions = [as_question(row) for row in rows]
    answers = [
        answer(one, rule_of=lambda name, on: rule(name, on=on), pack_of=load_pack, calendar=CN) for one in questions
    ]
    expected = [{name: row[name] for name in FOUND} for row in rows]
    assert [as_drawn(one) for one in answers] == expected
    judged_alike(questions, answers)


def as_question(row: Mapping[str, str]) -> dict[str, Any]:
    name = row["rule"]
    return {
        "start": row["start"],
        "rule": name if "." in name else f"cn.{name}",
        "pauses": [_stop(text) for text in _parts(row.get("stops", ""))],
        "extensions": [_extension(text) for text in _parts(row.get("extended", ""))],
        "ended_on": row.get("ended") or None,
        "on": row["on"],
    }


def as_drawn(found: Mapping[str, Any]) -> dict[str, str]:
    left = found["remaining_workdays"]
    return {
        "due": (found["due_on"] or "none yet") + ("*" if found["is_provisional"] else ""),
        "used": "" if found["reason"] else str(found["elapsed_workdays"]),
        "left": "" if found["reason"] or left is None else str(left),
        "state": found["reason"] or found["state"],
        "card": found["card"],
        "deemed and found": " ".join(filter(None, [found["deemed_outcome"], *found["findings"]])),
    }


def judged_alike(questions: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]) -> None:
    """The single case and the table give the due day, state, card and deemed outcome of the answer."""
    for name in sorted({question["rule"].partition(".")[0] for question in questions}):
        pack = load_pack(name)
        mine = [place for place, question in enumerate(questions) if question["rule"].startswith(f"{name}.")]
        cases = {place: _case(place, questions[place]) for place in mine}
        pauses = {place: _pause_rows(place, questions[place]) for place in mine}
        extensions = {place: _extension_rows(place, questions[place]) for place in mine}
        engine = Engine(threads=1, zone=pack.zone)
        facts = clock_facts(
            engine,
            cases=engine.from_rows(CASES, cases.values()),
            steps=engine.empty(STEPS),
            pauses=engine.from_rows(PAUSES, chain(*pauses.values())),
            extensions=engine.from_rows(EXTENSIONS, chain(*extensions.values())),
            pack=pack,
            calendar=CN,
        )
        for on in sorted({questions[place]["on"] for place in mine}):
            day = date.fromisoformat(on)
            judged = judge_facts(engine, facts, calendar=CN, on=day, card_rules=pack.card_rules)
            table = {row["case_id"]: row for row in judged.case_clocks.rows()}
            for place in (place for place in mine if questions[place]["on"] == on):
                sides = {"pauses": pauses[place], "extensions": extensions[place]}
                single = judge_case(cases[place], **sides, pack=pack, calendar=CN, on=day).row()
                for found in (table[f"case-{place}"], single):
                    assert _told(found) == _asked(answers[place]), (questions[place], found)


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    """What a judged case says, in the words of an answer; of a case that cannot be judged only why."""
    told = {"state": str(found["state"]), "reason": found["reason"], "card": str(found["card"])}
    if found["reason"] is not None:
        return told
    return told | {
        "due_on": str(found["statutory_due_on"]) if found["statutory_due_on"] else None,
        "elapsed_workdays": found["elapsed_workdays"],
        "remaining_workdays": found["remaining_workdays"],
        "deemed_outcome": found["deemed_outcome"],
        "deemed_on": str(found["deemed_on"]) if found["deemed_on"] else None,
        "is_provisional": found["is_provisional"],
        "findings": sorted(filter(None, (found["findings"] or "").split(","))),
    }


def _asked(found: Mapping[str, Any]) -> dict[str, Any]:
    names = ["state", "reason", "card"]
    if found["reason"] is None:
        names += ["due_on", "elapsed_workdays", "remaining_workdays", "deemed_outcome", "deemed_on", "is_provisional"]
    told = {name: found[name] for name in names}
    return told if found["reason"] is not None else told | {"findings": sorted(found["findings"])}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _stop(text: str) -> dict[str, Any]:
    days, ground = text.split(" ")
    first, last = days.split("..")
    told = TOLD.get(ground[-1])
    return {"from": first, "to": last or None, "ground": ground.rstrip("!~"), "has_written_notice": told}


def _extension(text: str) -> dict[str, Any]:
    length, approved_on, reasons = [*text.split(" "), None, None][:3]
    return {"length": length, "approved_on": approved_on, "has_reasons": REASONS.get(str(reasons))}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _moment(text: str | None) -> str | None:
    return f"{text}:00+08:00" if text and "T" in text else None


def _case(place: int, question: Mapping[str, Any]) -> dict[str, Any]:
    """The question as a record: the event that starts the rule stands where its records keep it."""
    found = rule(question["rule"])
    event = "received" if found.starts_with == StartEvent.RECEIVED else "accepted"
    started, ended = _moment(question["start"]), _moment(question["ended_on"])
    return {
        "case_id": f"case-{place}",
        "law_rule": found.id,
        f"{event}_on": _day(question["start"]),
        f"{event}_at": datetime.fromisoformat(started) if started else None,
        "concluded_on": _day(question["ended_on"]),
        "concluded_at": datetime.fromisoformat(ended) if ended else None,
    }


def _pause_rows(place: int, question: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "case_id": f"case-{place}",
            "pause_no": number,
            "started_on": _day(stop["from"]),
            "ended_on": _day(stop["to"]),
            "ground": stop["ground"],
            "has_written_notice": stop["has_written_notice"],
        }
        for number, stop in enumerate(question["pauses"])
    ]


def _extension_rows(place: int, question: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for number, each in enumerate(question["extensions"]):
        length, unit = read_limit(each["length"])
        rows.append(
            {
                "case_id": f"case-{place}",
                "extension_no": number,
                "length": length,
                "unit": str(Unit(unit)),
                "approved_on": _day(each["approved_on"]),
                "has_reasons": each["has_reasons"],
            }
        )
    return rows


# --- flows: steps drawn in a test, as the base table of where the time goes -----------------------------------------


@dataclass(frozen=True)
class Flow:
    """Drawn steps in an engine: office hours 08:30-12:00 and 14:00-17:30, so that a working day is seven hours."""

    engine: Engine
    cases: Table
    steps: Table
    worked: Table
    schedule: Schedule


@pytest.fixture
def drawn_flow() -> Iterator[Callable[..., Flow]]:
    """Makes a flow of drawn steps: case, agency, office, handler, step, start, end; moments of March 2026 as `02 08:30`.

    Cases may be drawn too: case, agency, item, item name, channel, outcome, ended; otherwise each is of the item permit, of the
    agency of its first step, and ended on 31 March.
    """
    with Engine(threads=1) as engine:

        def make(
            steps: str, cases: str = "", *, agency_schedules: Mapping[str, Schedule] | None = None, repeat: int = 1
        ) -> Flow:
            drawn = [
                {**row, "case": f"{row['case']}{number}" if repeat > 1 else row["case"]}
                for number in range(repeat)
                for row in rows_of(steps)
            ]
            case_rows = [_flow_case(row) for row in rows_of(cases)] if cases else _plain_cases(drawn)
            made = engine.from_rows(CASES, case_rows), engine.from_rows(STEPS, _flow_steps(drawn))
            schedule = Schedule("county", CN)
            worked = worked_steps(
                engine, cases=made[0], steps=made[1], schedule=schedule, agency_schedules=agency_schedules
            )
            return Flow(engine, *made, worked, schedule)

        yield make


def march(text: str | None) -> datetime | None:
    """A moment of March 2026 in China, written `02 08:30`."""
    return datetime.fromisoformat(f"2026-03-{text[:2]}T{text[3:]}:00+08:00") if text else None


def _flow_case(row: Mapping[str, str]) -> dict[str, Any]:
    ended = f"2026-03-{row['ended']}" if row.get("ended") else None
    return {
        "case_id": row["case"],
        "agency": row.get("agency") or None,
        "service_item": row.get("item") or None,
        "service_item_name": row.get("item name") or None,
        "channel": row.get("channel") or None,
        "outcome": row.get("outcome") or None,
        "concluded_on": _day(ended),
    }


def _plain_cases(drawn: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    first = {row["case"]: row.get("agency", "") for row in reversed(drawn)}
    return [
        _flow_case({"case": case, "agency": agency, "item": "permit", "ended": "31"})
        for case, agency in sorted(first.items())
    ]


def _flow_steps(drawn: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    numbers: dict[str, int] = {}
    rows = []
    for row in drawn:
        numbers[row["case"]] = numbers.get(row["case"], 0) + 1
        rows.append(
            {
                "case_id": row["case"],
                "step_no": numbers[row["case"]],
                "agency": row.get("agency") or None,
                "office": row.get("office") or None,
                "handler": row.get("handler") or None,
                "name": row.get("step") or None,
                "started_at": march(row.get("start")),
                "ended_at": march(row.get("end")),
                "step_result": row.get("result") or None,
            }
        )
    return rows
