"""Event logs as XES (IEEE 1849-2016): a trace a case, an event a step, in the order of case and step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xiaoneng import __version__
from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.words import say

from .formats import UNNAMED, Exported, Lifecycle, Progress, format_of
from .selection import Rows, Selection, by_case, selected
from .writing import written_beside

_EXTENSIONS = (("Concept", "concept"), ("Time", "time"), ("Organizational", "org"), ("Lifecycle", "lifecycle"))
_CASE_KEYS = {
    "case_no": "string",
    "agency": "string",
    "agency_name": "string",
    "service_item": "string",
    "service_item_name": "string",
    "case_kind": "string",
    "channel": "string",
    "applicant_kind": "string",
    "law_rule": "string",
    "received_at": "date",
    "accepted_at": "date",
    "concluded_at": "date",
    "supplement_notified_on": "date",
    "outcome": "string",
    "has_reasons": "boolean",
    "has_fee_basis": "boolean",
    "promised_limit": "int",
    "promised_unit": "string",
    "statutory_limit": "int",
    "statutory_unit": "string",
    "promised_due_on": "date",
    "deadline_at": "date",
    "recorded_at": "date",
}
_STEP_KEYS = (
    ("handler", "org:resource", "string"),
    ("office", "org:group", "string"),
    ("agency", "agency", "string"),
    ("limit_length", "limit_length", "int"),
    ("limit_unit", "limit_unit", "string"),
    ("due_on", "due_on", "date"),
    ("step_result", "step_result", "string"),
    ("recorded_at", "recorded_at", "date"),
)
# All that XML 1.0 cannot hold, even as a character number
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Line ends and tabs would come back as spaces if they stood there as they are
_MARKUP = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_PLAIN = re.compile('[^&<>"\x00-\x1f\ufffe\uffff]*')


def write_xes(
    engine: Engine,
    path: Path,
    *,
    cases: Table,
    steps: Table,
    zone: str,
    agency: str | None = None,
    service_item: str | None = None,
    lifecycle: Lifecycle = "complete",
    anonymise_handlers: bool = True,
    is_packed: bool | None = None,
    on_progress: Progress | None = None,
) -> Exported:
    """Write cases and steps as an event log in XES; memory does not grow with the log.

    In      cases CASES, steps STEPS; zone: moments are written in its local time, with the offset; agency, service_item:
            code or name, None takes all; lifecycle: `complete` writes one event a step, `both` two where start and end
            are known; is_packed: None goes by the ending of `path`
    Out     Exported: what was written, and what could not be written as it stands
    Empty   a case without steps is a trace without events; what is unknown has no attribute
    Raises  ExportError where nothing is left to export or the file cannot be placed, TableShapeError
    Source  docs/methods/export.md
    """
    packed = format_of(path, chosen="xes").is_packed if is_packed is None else is_packed
    selection = selected(
        engine,
        cases=cases,
        steps=steps,
        zone=zone,
        agency=agency,
        service_item=service_item,
        anonymise_handlers=anonymise_handlers,
    )
    with selection as chosen, written_beside(path, is_packed=packed) as write:
        writer = _Writer(lifecycle)
        write(writer.head(chosen))
        done, total = 0, chosen.totals["steps"]
        for some_cases, their_steps in chosen.ranges():
            for case, its_steps in by_case(some_cases, their_steps):
                write(writer.trace(case, its_steps))
            done += len(their_steps)
            if on_progress:
                on_progress("export", done, total)
        write("</log>\n")
        totals = chosen.totals
    return Exported(
        format="xes",
        cases=totals["cases"],
        steps=totals["steps"],
        events=writer.events,
        handlers=totals["handlers"],
        are_handlers_named=not anonymise_handlers,
        replaced_characters=writer.replaced,
        without_name=totals["without_name"],
        without_moment=totals["without_moment"],
        without_case=totals["without_case"],
    )


class _Writer:
    """Makes the text of a log, and counts what it had to replace."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self.lifecycle = lifecycle
        self.events = 0
        self.replaced = 0

    def head(self, chosen: Selection) -> str:
        """What stands before the first trace. An attribute is declared global only where every event has it."""
        note = "export_note_pseudonyms" if chosen.anonymise_handlers else "export_note_named"
        events = [("string", "concept:name", UNNAMED), ("string", "concept:instance", "UNKNOWN")]
        events += [("string", "lifecycle:transition", "complete"), ("int", "step_no", "0")]
        if not chosen.totals["without_moment"]:
            events.append(("date", "time:timestamp", "1970-01-01T00:00:00.000+00:00"))
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">',
            *(
                f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>'
                for name, prefix in _EXTENSIONS
            ),
            '<global scope="trace">',
            '<string key="concept:name" value="UNKNOWN"/>',
            "</global>",
            '<global scope="event">',
            *(f'<{kind} key="{key}" value="{value}"/>' for kind, key, value in events),
            "</global>",
            '<classifier name="Activity" keys="concept:name"/>',
            '<classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>',
        ]
        told = {
            "concept:name": "xiaoneng",
            "lifecycle:model": "standard",
            "written_by": f"xiaoneng {__version__}",
            "zone": chosen.zone,
            "handlers": "pseudonyms" if chosen.anonymise_handlers else "as recorded",
            "note": f"{say(note, 'zh')} {say(note, 'en')}",
        }
        return "\n".join(lines) + "\n" + "".join(self.attribute("string", key, value) for key, value in told.items())

    def trace(self, case: dict[str, Any], steps: Rows) -> str:
        """A case with its steps."""
        parts = ["<trace>\n", self.attribute("string", "concept:name", case["case_id"])]
        for name, kind in _CASE_KEYS.items():
            value = case[name]
            if value is not None:
                parts.append(self.attribute(kind, name, value))
        events = [event for step in steps for event in self.events_of(step)]
        if self.lifecycle == "both":  # overlapping steps: in the order of time, what has no moment last
            events.sort(key=lambda event: (event[0] is None, event[0] or 0))
        parts += [text for _, text in events]
        parts.append("</trace>\n")
        self.events += len(events)
        return "".join(parts)

    def events_of(self, step: dict[str, Any]) -> Iterator[tuple[int | None, str]]:
        """The events of a step, each with its moment to sort by."""
        started_at, ended_at = step["started_at"], step["ended_at"]
        about = [
            self.attribute("string", "concept:name", step["name"] or UNNAMED),
            self.attribute("string", "concept:instance", f"{step['case_id']}#{step['step_no']}"),
            self.attribute("int", "step_no", step["step_no"]),
        ]
        for name, key, kind in _STEP_KEYS:
            value = step[name]
            if value is not None:
                about.append(self.attribute(kind, key, value))
        known = "".join(about)
        if self.lifecycle == "both":
            if started_at is not None:
                yield step["started_us"], _event(known, "start", started_at, None)
            if ended_at is not None or started_at is None:
                yield step["ended_us"], _event(known, "complete", ended_at, None)
        elif ended_at is None and started_at is not None:
            yield step["started_us"], _event(known, "start", started_at, started_at)
        else:
            yield step["ended_us"], _event(known, "complete", ended_at, started_at)

    def attribute(self, kind: str, key: str, value: Any) -> str:
        """One attribute as a line; lines keep the file readable, and some readers go by them."""
        if kind == "date":
            return f'<date key="{key}" value="{value}"/>\n'
        if kind == "boolean":
            return f'<boolean key="{key}" value="{"true" if value else "false"}"/>\n'
        if kind == "int":
            return f'<int key="{key}" value="{value}"/>\n'
        if _PLAIN.fullmatch(value):
            return f'<string key="{key}" value="{value}"/>\n'
        held, count = _FORBIDDEN.subn(_picture, value)
        self.replaced += count
        return f'<string key="{key}" value="{held.translate(_MARKUP)}"/>\n'


def _event(known: str, transition: str, at: str | None, started_at: str | None) -> str:
    moment = f'<date key="time:timestamp" value="{at}"/>\n' if at is not None else ""
    begun = f'<date key="start_timestamp" value="{started_at}"/>\n' if started_at is not None else ""
    return f'<event>\n{known}<string key="lifecycle:transition" value="{transition}"/>\n{moment}{begun}</event>\n'


def _picture(found: re.Match[str]) -> str:
    """The picture of a control character (U+0001 as U+2401), so that two texts that differ still do."""
    sign = ord(found.group())
    return chr(0x2400 + sign) if sign < 0x20 else "\ufffd"
