"""The sections on the records: what was set aside, and which days they cover."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..tables import EditionTables
from .parts import Cell, Head, capped, name_or_code, section, table
from .words import DASH, both, day, explained, in_months, named, number, percent, text, told

_MOST_SET_ASIDE = 100
_MOST_COVERAGE = 80


def set_aside(tables: EditionTables, summary: dict[str, Any]) -> str:
    """What was read and not counted, and what cannot be judged, with reasons."""
    whole = tables["set_aside"].count()
    parts = []
    if whole:
        parts.append(f"<h3>{told('edition_set_aside_rows', n=number(whole))}</h3>")
        parts.append(_reasons(summary["set_aside"]))
        parts.append(_set_aside_rows(tables, whole))
    else:
        parts.append(f"<p>{told('edition_nothing_set_aside')}</p>")
    if summary["unjudged"]:
        parts.append(f"<h3>{told('edition_unjudged_lead', n=number(sum(summary['unjudged'].values())))}</h3>")
        parts.append(_reasons(summary["unjudged"]))
    else:
        parts.append(f"<p>{told('edition_none_unjudged')}</p>")
    return section("set_aside", named("edition_set_aside"), "".join(parts))


def _reasons(counts: dict[str, int]) -> str:
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return table(
        "reasons",
        [Head(named("edition_reason"), "wide"), Head(named("edition_rows"), "num")],
        [[explained("reason", reason), number(count)] for reason, count in rows],
        can_sort=False,
    )


def _set_aside_rows(tables: EditionTables, whole: int) -> str:
    rows = tables["set_aside"].arrow().slice(0, _MOST_SET_ASIDE).to_pylist()
    drawn = [
        [
            explained("reason", row["reason"]),
            f'<span class="no">{text(row["case_no"])}</span>',
            text(" · ".join(part for part in (row["sheet"], str(row["line"] or "")) if part)),
            f"{text(row['column'])}: {text(row['value'])}" if row["column"] else DASH,
        ]
        for row in rows
    ]
    heads = [
        Head(named("edition_reason"), "wide"),
        Head(named("edition_case")),
        Head(named("edition_place")),
        Head(named("edition_value"), "minor"),
    ]
    return table("set_aside", heads, drawn, stacks=True) + capped(len(rows), whole, "set_aside")


def coverage(tables: EditionTables) -> str:
    """Where each agency's records come from, how late they arrive and which months are missing."""
    by_item = tables["coverage"].rows()
    if not by_item:
        return ""
    rows = [row for row in by_item if not row["service_item"]] or by_item
    rows.sort(key=lambda row: (not row["months_missing"], -(row["late_arrival_share"] or 0), -row["cases"]))
    shown = rows[:_MOST_COVERAGE]
    drawn: list[list[Cell | str]] = [
        [
            name_or_code(row["agency_name"], row["agency"]),
            text(row["source"]),
            number(row["cases"]),
            Cell(f"{day(row['first_on'])} – {day(row['last_on'])}", str(row["first_on"] or "")),
            _months_missing(row["missing_months"]),
            DASH if row["arrival_lag_hours_median"] is None else f"{row['arrival_lag_hours_median']:.1f}",
            percent(row["late_arrival_share"]),
            percent(row["claimed_ahead_share"]),
        ]
        for row in shown
    ]
    heads = [
        Head(named("edition_agency"), "name"),
        Head(named("edition_source"), "minor"),
        Head(named("edition_cases"), "num"),
        Head(named("edition_span"), "minor"),
        Head(named("edition_missing_months")),
        Head(named("edition_lag"), "num"),
        Head(named("edition_late_arrival"), "num"),
        Head(both("所记时间晚于服务器", "Dated ahead of the server"), "num"),
    ]
    body = f"<p>{told('edition_coverage_lead')}</p>" + table("coverage", heads, drawn, stacks=True)
    return section("coverage", named("edition_coverage"), body + capped(len(shown), len(by_item), "coverage"))


def _months_missing(listed: str | None) -> str:
    """The months without a record, as 2026-03,2026-04 names them, in both languages."""
    months = [in_months(date.fromisoformat(f"{month}-01")) for month in (listed or "").split(",") if month]
    return both("、".join(zh for zh, _ in months), ", ".join(en for _, en in months)) if months else DASH
