"""The figures of an edition as plain values: summary.json."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow.compute as pc

from .tables import TOP, EditionTables

_SUMMED = ("cases", "ended", "open", "due", "late", "late_promised", "late_statutory", "open_late", "unjudged")


def summary_of(tables: EditionTables) -> dict[str, Any]:
    """Every headline figure, each recomputable from the edition's tables.

    Out     on_time_share: of the cases that ended or whose limit ran out (and that can be judged), those that kept it;
            None where there are none. late_vs_deadline and steps_vs_due are None where the files carry no such day.
            dfg_edges, dfg_total_frequency, top_dfg_edges: pairs of steps that follow each other directly;
            rework: cases in which a step is done more than once
    """
    agencies = tables["agencies"].rows()
    total: dict[str, int] = {name: sum(row[name] for row in agencies) for name in _SUMMED}
    steps_by_agency = {row["agency"]: row for row in tables["dated_steps"].rows()}
    deadlines = sum(row["deadlines"] for row in agencies)
    variants = [row for row in tables["variants"].arrow(columns=["agency"]).column(0).to_pylist() if row is None]
    step_cards = Counter(
        row["card"] for row in tables["step_clocks"].arrow(columns=["card"]).to_pylist() if row["card"] != "none"
    )
    return {
        "on": tables.on.isoformat(),
        "office_hours": {
            "spans": str(tables.schedule.hours),
            "is_confirmed": tables.schedule.hours.is_confirmed,
        },
        "cases": total["cases"],
        "events": tables["steps"].count(),
        "activities": tables["activities"].count(),
        "variants": len(variants),
        **_flow(tables),
        "ended": total["ended"],
        "open": total["open"],
        "set_aside": _counted(tables, "set_aside", "reason"),
        "unjudged": _counted(tables, "cases", "reason"),
        "states": _counted(tables, "cases", "state"),
        "due": total["due"],
        "late": total["late"],
        "late_promised": total["late_promised"],
        "late_statutory": total["late_statutory"],
        "open_late": total["open_late"],
        "on_time_share": _share(total["due"] - total["late"], total["due"]),
        "cards": {name: sum(row[name] for row in agencies) for name in ("early_warning", "yellow", "red")},
        "step_cards": {name: step_cards.get(name, 0) for name in ("early_warning", "yellow", "red")},
        "deemed": sum(row["deemed"] for row in agencies),
        "irregular": sum(row["irregular"] for row in agencies),
        "late_vs_deadline": (
            {"n": deadlines, "late": sum(row["late_deadline"] for row in agencies)} if deadlines else None
        ),
        "steps_vs_due": _steps_vs_due(steps_by_agency),
        "agencies": len(agencies),
        "by_agency": [_agency(row) for row in agencies],
    }


def _flow(tables: EditionTables) -> dict[str, Any]:
    """How the steps follow each other, over all agencies and items."""
    edges = [row for row in tables["directly_follows"].rows() if row["agency"] is None and row["service_item"] is None]
    edges.sort(key=lambda row: (-row["moves"], row["from_name"], row["to_name"]))
    names = [row for row in tables["step_times"].rows() if row["agency"] is None and row["service_item"] is None]
    repeats = tables["case_flows"].arrow(columns=["repeats"]).column(0)
    found = tables["flow_findings"].rows()
    return {
        "dfg_edges": len(edges),
        "dfg_total_frequency": sum(row["moves"] for row in edges),
        "top_dfg_edges": [[row["from_name"], row["to_name"], row["moves"]] for row in edges[:TOP]],
        "top_variants": [{"trace": row["trace"], "cases": row["cases"]} for row in tables.top_variants],
        "start_activities": _most_first({row["name"]: row["starts"] for row in names}),
        "end_activities": _most_first({row["name"]: row["ends"] for row in names}),
        "rework": pc.sum(pc.greater(repeats, 0)).as_py() or 0,
        "handovers": {
            row["holder"]: {"handovers": row["handovers"], "returns": row["returns"]}
            for row in tables["handover_counts"].rows()
        },
        "findings": Counter(row["certainty"] for row in found),
    }


def _most_first(counts: dict[str, int]) -> dict[str, int]:
    """The counts above zero, the largest first."""
    return {name: n for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n}


def _counted(tables: EditionTables, table: str, column: str) -> dict[str, int]:
    values = tables[table].arrow(columns=[column]).column(0).value_counts().to_pylist()
    counts = {str(row["values"]): int(row["counts"]) for row in values if row["values"] is not None}
    return dict(sorted(counts.items()))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _steps_vs_due(by_agency: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    if not by_agency:
        return None
    return {
        "n": sum(row["steps"] for row in by_agency.values()),
        "late": sum(row["late"] for row in by_agency.values()),
        "by_agency": {
            agency: {"n": row["steps"], "late": row["late"]}
            for agency, row in sorted(by_agency.items(), key=lambda item: item[0] or "")
        },
    }


def _agency(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "agency": row["agency"],
        "agency_name": row["agency_name"],
        **{name: row[name] for name in _SUMMED},
        "on_time_share": _share(row["due"] - row["late"], row["due"]),
        "cards": {name: row[name] for name in ("early_warning", "yellow", "red")},
        "late_vs_deadline": {"n": row["deadlines"], "late": row["late_deadline"]} if row["deadlines"] else None,
    }
