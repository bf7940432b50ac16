"""What another calendar would change: the due days of an edition's open cases that move."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ..calendar import Calendar
from ..clocks import judge_case
from ..law import load_pack
from .explaining import localised
from .folder import Edition


def moved_due_days(edition: Edition, calendar: Calendar) -> list[dict[str, Any]]:
    """Every due day of an open case that another calendar moves, the earliest first.

    Out     case_id, case_no, agency_name, limit (promised_limit or statutory_limit), was_on, becomes_on
    Empty   a calendar that changes no counted day moves nothing
    """
    pack = load_pack(edition.manifest["law"]["pack"])
    on = date.fromisoformat(edition.manifest["on"])
    zone = ZoneInfo(edition.manifest["zone"])
    pauses, extensions = _by_case(edition.rows("pauses")), _by_case(edition.rows("extensions"))
    moved = []
    for case in edition.rows("cases"):
        if case["ended_on"] is not None or case["state"] == "unjudged":
            continue
        clock = judge_case(
            localised(case, zone),
            pauses=pauses.get(case["case_id"], ()),
            extensions=extensions.get(case["case_id"], ()),
            pack=pack,
            calendar=calendar,
            on=on,
        )
        for limit, was_on, now in (
            ("promised_limit", case["due_as_promised_on"], clock.promised),
            ("statutory_limit", case["due_by_law_on"], clock.statutory),
        ):
            becomes_on = now.due_on if now else None
            if was_on != becomes_on:
                moved.append(
                    {
                        "case_id": case["case_id"],
                        "case_no": case["case_no"],
                        "agency_name": case["agency_name"],
                        "limit": limit,
                        "was_on": was_on,
                        "becomes_on": becomes_on,
                    }
                )
    return sorted(moved, key=lambda row: (row["was_on"] or date.max, row["case_id"], row["limit"]))


def _by_case(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    by_case: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_case.setdefault(row["case_id"], []).append(row)
    return by_case
