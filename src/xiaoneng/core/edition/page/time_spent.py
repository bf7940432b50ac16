"""The part of the page that tells where the time goes: sentences first, then pictures and tables."""

from __future__ import annotations

from typing import Any

from ...flow import days, finding_grounds, finding_sentence, percent
from ...terms import Certainty
from ...words import say
from ..tables import EditionTables
from . import time_pictures as pictures
from .parts import Cell, Head, capped, section, table
from .time_pictures import MOST_AGENCIES, Names, Rows, agency_of, name_of, office_of, whole
from .words import both, named, number, text, told

_MOST_FINDINGS = 12
_MOST_CANDIDATES = 20
_MOST_ROWS = 12


def time_spent(tables: EditionTables) -> str:
    """Where people lose the most days, agency by agency; empty where no step has a time."""
    found = tables["flow_findings"].rows()
    bottlenecks = tables["bottlenecks"].rows()
    if not bottlenecks:
        return ""
    names = {row["agency"]: agency_of(row["agency_name"] or row["agency"]) for row in tables["agencies"].rows()}
    edges = whole(tables["directly_follows"].rows())
    parts = [
        f"<p>{_lead(tables, edges)}</p>",
        _findings(found),
        _by_agency(tables, bottlenecks, names),
        pictures.process_map(tables, edges),
        _ranked(bottlenecks, names),
        pictures.spectrum(tables, edges),
        pictures.variants(tables),
        pictures.handovers(tables, names),
        _open(tables, names),
        pictures.peers(tables),
        _directives(tables),
        _basis(tables),
    ]
    return section("time", named("flow_title"), "".join(parts))


def _lead(tables: EditionTables, edges: Rows) -> str:
    waited = sum(row["waited_workdays"] or 0.0 for row in edges)
    cases = tables["case_flows"].count()
    if not waited or not cases:
        return told("flow_lead_none")
    before: dict[str, float] = {}
    for row in edges:
        before[row["to_name"]] = before.get(row["to_name"], 0.0) + (row["waited_workdays"] or 0.0)
    top = max(before, key=lambda name: (before[name], name))
    return told(
        "flow_lead",
        waited=days(waited),
        each=days(waited / cases),
        top=name_of(top),
        share=percent(before[top] / waited),
    )


def _findings(found: Rows) -> str:
    sure = [row for row in found if row["certainty"] == Certainty.CONFIRMED]
    leads = [row for row in found if row["certainty"] != Certainty.CONFIRMED]
    saved = sum(row["saved_workdays"] or 0.0 for row in sure)
    head = told("flow_lead_findings", n=len(sure), saved=days(saved)) if sure else told("flow_lead_no_findings")
    parts = [f"<h3>{named('flow_findings_head')}</h3><p>{head}</p>"]
    if sure:
        parts.append(f'<ol class="findings">{"".join(map(_finding, sure[:_MOST_FINDINGS]))}</ol>')
        parts.append(f'<p class="note">{told("find_not_judgement")} {told("find_method")}</p>')
        parts.append(capped(min(len(sure), _MOST_FINDINGS), len(sure), "flow_findings"))
    if leads:
        listed = "".join(map(_finding, leads[:_MOST_CANDIDATES]))
        parts.append(
            f'<details><summary>{named("flow_candidates_head")} ({len(leads)})</summary><ol class="findings">{listed}</ol></details>'
        )
    return "".join(parts)


def _finding(row: dict[str, Any]) -> str:
    sentence = both(finding_sentence(row, "zh"), finding_sentence(row, "en"))
    grounds = both("；".join(finding_grounds(row, "zh")), "; ".join(finding_grounds(row, "en")))
    return f'<li>{sentence}<span class="under">{grounds}</span></li>'


def _by_agency(tables: EditionTables, bottlenecks: Rows, names: Names) -> str:
    """A sentence an agency, and its waits by cause."""
    steps = {row["agency"]: row for row in bottlenecks if row["kind"] == "step" and row["rank"] == 1 and row["agency"]}
    slow = _slowest(tables["directly_follows"].rows())
    cases = {row["agency"]: row["cases"] for row in tables["agencies"].rows()}
    lines = []
    for agency, row in sorted(steps.items(), key=lambda item: (-item[1]["cost_workdays"], item[0]))[:MOST_AGENCIES]:
        facts = {
            "agency": names.get(agency, agency_of(agency)),
            "cases": number(cases.get(agency)),
            "name": name_of(row["name"]),
            "cost": days(row["cost_workdays"]),
            "share": percent(row["share"]),
            "rank": _range(row["rank_low"], row["rank_high"]),
        }
        edge = slow.get(agency)
        if edge is None:
            lines.append(f"<li>{told('flow_agency_alone', **facts)}</li>")
        else:
            more = {
                "from_name": name_of(edge["from_name"]),
                "to_name": name_of(edge["to_name"]),
                "median": days(edge["waited_workdays_median"]),
            }
            lines.append(f"<li>{told('flow_agency_line', **facts, **more)}</li>")
    return (
        f"<h3>{named('flow_by_agency_head')}</h3><ul>{''.join(lines)}</ul>"
        f'<p class="note">{told("flow_ranges_note")}</p>{pictures.causes(tables, names)}'
    )


def _slowest(edges: Rows) -> dict[str, dict[str, Any]]:
    """Of each agency the move with the longest median wait, among those that make up at least a hundredth of its moves."""
    own = [row for row in edges if row["agency"] is not None and row["service_item"] is None]
    moves: dict[str, int] = {}
    for row in own:
        moves[row["agency"]] = moves.get(row["agency"], 0) + row["moves"]
    found: dict[str, dict[str, Any]] = {}
    for row in own:
        is_common = row["moves"] * 100 >= moves[row["agency"]] and row["moves"] >= 20
        best = found.get(row["agency"])
        if is_common and (row["waited_workdays_median"] or 0) > (best["waited_workdays_median"] if best else 0):
            found[row["agency"]] = row
    return found


def _ranked(bottlenecks: Rows, names: Names) -> str:
    """The moves and hand-overs that cost the most days, with the ranks that the data allow."""
    parts = []
    for kind in ("step", "move", "handover"):
        rows = [
            row for row in bottlenecks if row["kind"] == kind and row["agency"] is None and row["cost_workdays"] > 0
        ]
        if not rows:
            continue
        drawn: list[list[Cell | str]] = [
            [
                _thing(row, names),
                number(row["cases"]),
                Cell(days(row["cost_workdays"]), row["cost_workdays"]),
                f"{days(row['cost_low'])}–{days(row['cost_high'])}",
                percent(row["share"]),
                Cell(_range(row["rank_low"], row["rank_high"]), row["rank"]),
            ]
            for row in rows[:_MOST_ROWS]
        ]
        heads = [
            Head(named(f"flow_{kind}"), "wide"),
            Head(named("edition_cases"), "num minor"),
            Head(named("flow_cost"), "num"),
            Head(named("flow_interval"), "num minor", sorts=False),
            Head(named("flow_share"), "num"),
            Head(named("flow_rank"), "num"),
        ]
        parts.append(table(f"{kind}s", heads, drawn))
    if not parts:
        return ""
    return (
        f"<h3>{named('flow_bottlenecks_head')}</h3>"
        + "".join(parts)
        + f'<p class="note">{told("flow_ranges_note")}</p>'
    )


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _thing(row: dict[str, Any], names: Names) -> str:
    if row["kind"] == "step":
        return text(row["name"]) if row["name"] else named("flow_unnamed_step")
    if row["kind"] == "move":
        return f"{text(row['from_name'])} → {text(row['name'])}"
    return f"{_office(row['from_agency'], row['from_office'], names)} → {_office(row['to_agency'], row['to_office'], names)}"


def _office(agency: str | None, office: str | None, names: Names) -> str:
    return both(*office_of(agency, office, names))


def _open(tables: EditionTables, names: Names) -> str:
    rows = tables["open_waits"].rows()
    if not rows:
        return ""
    longest = max(rows, key=lambda row: (row["waiting_workdays_max"] or 0.0, row["name"] or ""))
    rows.sort(key=lambda row: (-(row["waiting_workdays"] or 0.0), row["agency"] or "", row["name"] or ""))
    lead = told(
        "flow_open_note",
        cases=number(sum(row["cases"] for row in rows)),
        name=name_of(longest["name"]),
        days=days(longest["waiting_workdays_max"]),
    )
    drawn: list[list[Cell | str]] = [
        [
            _office(row["agency"], row["office"], names),
            text(row["name"]),
            number(row["cases"]),
            Cell(days(row["waiting_workdays"]), row["waiting_workdays"]),
            Cell(days(row["waiting_workdays_median"]), row["waiting_workdays_median"]),
            Cell(days(row["waiting_workdays_max"]), row["waiting_workdays_max"]),
        ]
        for row in rows[:_MOST_ROWS]
    ]
    heads = [
        Head(named("flow_where"), "name"),
        Head(named("flow_step"), "wide"),
        Head(named("edition_cases"), "num"),
        Head(named("flow_waiting"), "num"),
        Head(named("flow_waiting_median"), "num minor"),
        Head(named("flow_longest"), "num"),
    ]
    return (
        f"<h3>{named('flow_open_head')}</h3><p>{lead}</p>"
        + table("open_waits", heads, drawn)
        + capped(len(drawn), len(rows), "open_waits")
    )


def _directives(tables: EditionTables) -> str:
    """Where directives lie on their way down; only where the county gave them."""
    rows = tables["directive_levels"].rows() if "directive_levels" in tables.by_name else []
    if not rows:
        return ""
    longest = max(rows, key=lambda row: (row["held_share"] or 0.0, -row["level_no"]))
    last = rows[-1]
    lead = told(
        "flow_directives_lead",
        level=longest["level_name"] or longest["level_no"],
        share=percent(longest["held_share"]),
        days=days(longest["held_workdays"]),
        last=last["level_name"] or last["level_no"],
        survival=percent(last["survival_share"]),
    )
    drawn: list[list[Cell | str]] = [
        [
            text(row["level_name"] or row["level_no"]),
            number(row["directives"]),
            number(row["arrived"]),
            number(row["passed"]),
            percent(row["survival_share"]),
            Cell(days(row["held_workdays"]), row["held_workdays"]),
            percent(row["held_share"]),
            Cell(days(row["held_workdays_median"]), row["held_workdays_median"]),
            number(row["limits_shortened"]),
        ]
        for row in rows
    ]
    heads = [
        Head(named("directive_level"), "name"),
        Head(named("directive_directives"), "num minor"),
        Head(named("directive_arrived"), "num"),
        Head(named("directive_passed"), "num"),
        Head(named("directive_survival_share"), "num"),
        Head(named("directive_held_workdays"), "num"),
        Head(named("directive_held_share"), "num"),
        Head(named("directive_held_workdays_median"), "num"),
        Head(named("directive_limits_shortened"), "num minor"),
    ]
    return f"<h3>{named('flow_directives_head')}</h3><p>{lead}</p>" + table(
        "directive_levels", heads, drawn, can_sort=False
    )


def _basis(tables: EditionTables) -> str:
    """By whose time it was counted, and for how many steps waiting and work cannot be told apart."""
    schedule = tables.schedule
    mark = (
        ("", "")
        if schedule.hours.is_confirmed
        else (say("flow_hours_unconfirmed", "zh"), say("flow_hours_unconfirmed", "en"))
    )
    parts = [
        told(
            "flow_hours",
            calendar=schedule.calendar.name,
            hours=str(schedule.hours),
            mark=mark,
            length=f"{schedule.hours.workday_seconds / 3600:g}",
        )
    ]
    rows = whole(tables["step_times"].rows())
    events = sum(row["events"] for row in rows)
    known = sum((row["starts_recorded_share"] or 0.0) * row["events"] for row in rows)
    if events and known < 0.9995 * events:
        parts.append(told("flow_starts_unknown", share=percent(1 - known / events)))
    return "".join(f'<p class="note">{part}</p>' for part in parts)
