"""Object-centric event logs as OCEL 2.0 JSON: cases, agencies, offices, items and handlers are objects, steps are events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xiaoneng.core.engine import Engine, Table

from .formats import UNNAMED, Exported, Progress, format_of
from .selection import Selection, selected
from .writing import written_beside

_EPOCH = "1970-01-01T00:00:00Z"  # the standard's own sign for a value that held from the beginning
_CASE_TYPES = {
    "case_no": "string",
    "case_kind": "string",
    "channel": "string",
    "applicant_kind": "string",
    "law_rule": "string",
    "received_at": "time",
    "accepted_at": "time",
    "concluded_at": "time",
    "supplement_notified_on": "time",
    "outcome": "string",
    "has_reasons": "boolean",
    "has_fee_basis": "boolean",
    "promised_limit": "integer",
    "promised_unit": "string",
    "statutory_limit": "integer",
    "statutory_unit": "string",
    "promised_due_on": "time",
    "deadline_at": "time",
    "recorded_at": "time",
}
# What becomes true of a case on its way, and the moment from which it is
_TRUE_FROM = {
    "accepted_at": "accepted_at",
    "concluded_at": "concluded_at",
    "outcome": "concluded_at",
    "has_reasons": "concluded_at",
    "supplement_notified_on": "supplement_notified_on",
}
_OBJECT_TYPES = {
    "case": _CASE_TYPES,
    "agency": {"agency": "string", "agency_name": "string"},
    "office": {"office": "string"},
    "service_item": {"service_item": "string", "service_item_name": "string"},
    "handler": {"handler": "string", "is_pseudonym": "boolean"},
}
_STEP_TYPES = {
    "step_no": "integer",
    "transition": "string",
    "started_at": "time",
    "limit_length": "integer",
    "limit_unit": "string",
    "due_on": "time",
    "step_result": "string",
    "recorded_at": "time",
}


def write_ocel(
    engine: Engine,
    path: Path,
    *,
    cases: Table,
    steps: Table,
    zone: str,
    agency: str | None = None,
    service_item: str | None = None,
    anonymise_handlers: bool = True,
    is_packed: bool | None = None,
    on_progress: Progress | None = None,
) -> Exported:
    """Write cases and steps as an object-centric event log; memory does not grow with the log.

    In      cases CASES, steps STEPS; zone: moments are written in its local time, with the offset; agency, service_item:
            code or name, None takes all; is_packed: None goes by the ending of `path`
    Out     Exported: what was written, and what could not be written as it stands
    Empty   a step without any moment is left out and counted, since an event must have a time; what is unknown has no attribute
    Raises  ExportError where nothing is left to export or the file cannot be placed, TableShapeError
    Source  docs/methods/export.md
    """
    packed = format_of(path, chosen="ocel").is_packed if is_packed is None else is_packed
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
        totals = chosen.totals
        write('{"objectTypes":' + _types(_OBJECT_TYPES))
        write(',\n"eventTypes":' + _types({name or UNNAMED: _STEP_TYPES for name in chosen.names()}))
        write(',\n"objects":[')
        between = "\n"
        for one in _objects(chosen):
            write(between + _text(one))
            between = ",\n"
        write('],\n"events":[')
        done, between = 0, "\n"
        for _, its_steps in chosen.ranges():
            for step in its_steps:
                if step["started_at"] is not None or step["ended_at"] is not None:
                    write(between + _text(_event(step)))
                    between = ",\n"
            done += len(its_steps)
            if on_progress:
                on_progress("export", done, totals["steps"])
        write("]}\n")
    return Exported(
        format="ocel",
        cases=totals["cases"],
        steps=totals["steps"],
        events=totals["steps"] - totals["without_moment"],
        handlers=totals["handlers"],
        are_handlers_named=not anonymise_handlers,
        replaced_characters=0,  # JSON can hold every character
        without_name=totals["without_name"],
        without_moment=totals["without_moment"],
        without_case=totals["without_case"],
    )


def _types(types: dict[str, dict[str, str]]) -> str:
    listed = [
        {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in attributes.items()]}
        for name, attributes in types.items()
    ]
    return _text(listed)


def _objects(chosen: Selection) -> Iterator[dict[str, Any]]:
    """Every object, the few kinds first, then the cases as they come."""
    for row in chosen.objects():
        kind, code = row["kind"], row["code"]
        known = {kind: code}
        if kind in ("agency", "service_item"):
            known[f"{kind}_name"] = row["name"]
        if kind == "handler":
            known["is_pseudonym"] = chosen.anonymise_handlers
        is_office = kind == "office"
        number = _office(row["inside"], code) if is_office else _id(kind, code)
        related = [("part_of", _id("agency", row["inside"]))] if is_office and row["inside"] is not None else []
        yield _object(kind, number, [(name, value, _EPOCH) for name, value in known.items()], related)
    for cases, _ in chosen.ranges():
        yield from (_case(case) for case in cases)


def _case(case: dict[str, Any]) -> dict[str, Any]:
    values = [
        (name, case[name], case[_TRUE_FROM.get(name, name)] if name in _TRUE_FROM else None) for name in _CASE_TYPES
    ]
    related = []
    if case["agency"] is not None:
        related.append(("answered_for_by", _id("agency", case["agency"])))
    item = case["service_item"] if case["service_item"] is not None else case["service_item_name"]
    if item is not None:
        related.append(("of_item", _id("service_item", item)))
    return _object(
        "case", _id("case", case["case_id"]), [(name, value, at or _EPOCH) for name, value, at in values], related
    )


def _object(
    kind: str, number: str, values: list[tuple[str, Any, str]], related: list[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "id": number,
        "type": kind,
        "attributes": [
            {"name": name, "value": _value(value), "time": at} for name, value, at in values if value is not None
        ],
        "relationships": [{"objectId": other, "qualifier": qualifier} for qualifier, other in related],
    }


def _event(step: dict[str, Any]) -> dict[str, Any]:
    """A step as an event at its end; at its start while it has not ended."""
    ended_at = step["ended_at"]
    values = {**step, "transition": "start" if ended_at is None else "complete"}
    related = [("step_of", _id("case", step["case_id"]))]
    if step["doing_agency"] is not None:
        related.append(("done_in", _id("agency", step["doing_agency"])))
    if step["office"] is not None:
        related.append(("done_in", _office(step["doing_agency"], step["office"])))
    if step["handler"] is not None:
        related.append(("done_by", _id("handler", step["handler"])))
    if step["item"] is not None:
        related.append(("of_item", _id("service_item", step["item"])))
    return {
        "id": f"{step['case_id']}#{step['step_no']}",
        "type": step["name"] or UNNAMED,
        "time": ended_at or step["started_at"],
        "attributes": [
            {"name": name, "value": _value(values[name])} for name in _STEP_TYPES if values[name] is not None
        ],
        "relationships": [{"objectId": other, "qualifier": qualifier} for qualifier, other in related],
    }


def _id(kind: str, code: str) -> str:
    """Numbers of objects are unique over all kinds."""
    return f"{kind}:{code}"


def _office(agency: str | None, office: str) -> str:
    """Offices of the same name in two agencies are two; a slash in an agency's code cannot make them one."""
    inside = (agency or "").replace("%", "%25").replace("/", "%2F")
    return f"office:{inside}/{office}"


def _value(value: Any) -> str:
    """Values are texts, as the standard's schema has them; their types stand with the type of event or object."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
