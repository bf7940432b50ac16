"""The section of the cards, and the rules by which they were drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from ...calendar import Calendar
from ..tables import EditionTables
from .parts import Cell, Head, capped, card_mark, filter_of, name_or_code, section, table
from .words import DASH, both, day, explained, named, number, text, told

_GRAVITY = {"early_warning": 1, "yellow": 2, "red": 3}
_MOST_CARDS = 200


def cards(
    tables: EditionTables,
    summary: dict[str, Any],
    *,
    names: dict[str, tuple[str, str]],
    reply: int,
    calendar: Calendar,
) -> str:
    """The cards with their reason, the gravest first."""
    whole = tables["cards"].count()
    if not whole:
        return section("cards", named("edition_cards"), f"<p>{told('edition_no_cards')}</p>")
    rows = tables["cards"].arrow().slice(0, _MOST_CARDS).to_pylist()
    drawn: list[list[Cell | str]] = [
        [
            Cell(card_mark(row["card"]), _GRAVITY[row["card"]]),
            f'<span class="no">{text(row["case_no"])}</span>' + _step(row),
            name_or_code(row["agency_name"], row["agency"]),
            text(row["service_item_name"]),
            Cell(day(row["due_on"]) + _provisional(row), row["due_on"].isoformat() if row["due_on"] else ""),
            _left(row, tables.on, calendar),
            _why(row, names),
        ]
        for row in rows
    ]
    heads = [
        Head(named("edition_card")),
        Head(named("edition_case")),
        Head(named("edition_agency"), "name"),
        Head(named("edition_item"), "minor"),
        Head(named("edition_due_on")),
        Head(named("edition_days_left"), "num"),
        Head(named("edition_why"), "wide", sorts=False),
    ]
    counts, step_counts = summary["cards"], summary["step_cards"]
    sentence = told(
        "edition_cards_lead",
        red=number(counts["red"]),
        yellow=number(counts["yellow"]),
        early=number(counts["early_warning"]),
    )
    if any(step_counts.values()):
        sentence += " " + told(
            "edition_step_cards_lead", yellow=number(step_counts["yellow"]), red=number(step_counts["red"])
        )
    body = f"<p>{sentence}</p><p>{told('edition_cards_reply', reply=reply)}</p>" + _rules(tables, names)
    body += filter_of("cards") + table("cards", heads, drawn, stacks=True) + capped(len(rows), whole, "cards")
    return section("cards", named("edition_cards"), body)


def _rules(tables: EditionTables, names: dict[str, tuple[str, str]]) -> str:
    """Which rules drew the cards, on what legal basis, and how often."""
    counted = tables["cards"].arrow().group_by(["card", "card_rule", "basis"]).aggregate([("case_id", "count")])
    rows = sorted(
        counted.to_pylist(), key=lambda row: (-_GRAVITY[row["card"]], -row["case_id_count"], row["card_rule"])
    )
    heads = [
        Head(named("edition_card")),
        Head(named("edition_why")),
        Head(named("edition_basis"), "wide"),
        Head(both("张数", "Cards"), "num"),
    ]
    drawn = [
        [card_mark(row["card"]), _rule(row["card_rule"], names), text(row["basis"]), number(row["case_id_count"])]
        for row in rows
    ]
    return table("rules", heads, drawn, can_sort=False, stacks=True)


def _step(row: dict[str, Any]) -> str:
    if row["subject"] != "step":
        return ""
    return f'<br><span class="quiet">{named("edition_step_card")} {text(row["step_name"])}</span>'


def _provisional(row: dict[str, Any]) -> str:
    return f'<br><span class="quiet">{named("provisional_mark")}</span>' if row["is_provisional"] else ""


def _left(row: dict[str, Any], on: date, calendar: Calendar) -> Cell:
    """Working days over the due day that is printed beside it, or left until the clock runs out."""
    due_on, till = row["due_on"], row["ended_on"] or on
    if due_on is None:
        return Cell(DASH)
    if till > due_on:
        over = calendar.workdays_between(due_on, till)
        return Cell(told("edition_overdue_days", days=over), -over)
    if row["ended_on"] is not None or row["remaining_workdays"] is None:
        return Cell(DASH)
    return Cell(told("edition_left_days", days=row["remaining_workdays"]), row["remaining_workdays"])


def _why(row: dict[str, Any], names: dict[str, tuple[str, str]]) -> str:
    findings = "".join(
        f'<br><span class="quiet">{explained("finding", code)}</span>'
        for code in (row["findings"] or "").split(",")
        if code
    )
    return _rule(row["card_rule"], names) + findings


def _rule(rule: str | None, names: dict[str, tuple[str, str]]) -> str:
    return both(*names.get(rule or "", (rule or "", rule or "")))
