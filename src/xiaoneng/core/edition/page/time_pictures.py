"""The pictures of where the time goes, each with its table folded beneath."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ... import drawing
from ...drawing import IN_BOTH
from ...flow import agency_label, days, percent
from ...tables import CAUSES
from ...words import say
from ..tables import EditionTables
from .parts import Cell, Head, capped, table
from .words import both, in_both, named, number, text, told

MOST_AGENCIES = 15
_MOST_ITEMS = 3

Rows = list[dict[str, Any]]
Names = dict[str, tuple[str, str]]


def whole(rows: Rows) -> Rows:
    return [row for row in rows if row["agency"] is None and row["service_item"] is None]


def agency_of(name: str | None) -> tuple[str, str]:
    return agency_label(name, "zh"), agency_label(name, "en")


def name_of(name: str | None) -> Any:
    return name or in_both("flow_unnamed_step")


def causes(tables: EditionTables, names: Names) -> str:
    rows = [row for row in tables["wait_causes"].rows() if row["scope"] == "agency" and row["waited_workdays"]]
    rows.sort(key=lambda row: (-row["waited_workdays"], row["agency"] or ""))
    drawn = [
        drawing.CauseRow(
            names.get(row["agency"], agency_of(row["agency"])),
            {cause: (row[f"{cause}_workdays"] or 0.0) / row["waits"] for cause in CAUSES},
            row["waits"],
        )
        for row in rows[:MOST_AGENCIES]
    ]
    if not drawn:
        return ""
    causes = [(cause, in_both(f"cause_{cause}")) for cause in CAUSES]
    title = in_both("flow_causes_title")
    return _figure(
        lambda is_narrow: drawing.cause_bars(drawn, causes=causes, title=title, words=IN_BOTH, is_narrow=is_narrow),
        caption=both(*title),
        name="causes",
    )


def process_map(tables: EditionTables, edges: Rows) -> str:
    if not edges:
        return ""
    steps = [
        drawing.Step(row["name"], row["events"], row["spent_workdays_median"], row["starts"], row["ends"])
        for row in whole(tables["step_times"].rows())
    ]
    moves = [
        drawing.Move(row["from_name"], row["to_name"], row["moves"], row["waited_workdays_median"]) for row in edges
    ]
    busiest = max(edges, key=lambda row: (row["moves"], row["from_name"], row["to_name"]))
    slowest = max(edges, key=lambda row: (row["waited_workdays"] or 0.0, row["from_name"], row["to_name"]))
    facts = {
        "from_name": name_of(busiest["from_name"]),
        "to_name": name_of(busiest["to_name"]),
        "moves": number(busiest["moves"]),
        "slow_from": name_of(slowest["from_name"]),
        "slow_to": name_of(slowest["to_name"]),
        "days": days(slowest["waited_workdays"]),
    }
    title = _pair("flow_map_title", **facts)
    return f"<h3>{named('flow_map_head')}</h3>" + _figure(
        lambda is_narrow: drawing.process_map(steps, moves, title=title, words=IN_BOTH, is_narrow=is_narrow),
        caption=both(*title),
        name="process_map",
    )


def spectrum(tables: EditionTables, edges: Rows) -> str:
    rows = [row for row in tables["spectrum"].rows() if row["agency"] is None]
    if not rows:
        return ""
    drawn = {(row["from_name"], row["to_name"]) for row in rows}
    there = [row for row in edges if (row["from_name"], row["to_name"]) in drawn]
    best = max(there, key=lambda row: (row["waited_workdays"] or 0.0, row["from_name"], row["to_name"]))
    own = [row for row in rows if (row["from_name"], row["to_name"]) == (best["from_name"], best["to_name"])]
    passages = [drawing.Passage(row["left_at"], row["arrived_at"], row["quartile"], row["case_id"]) for row in own]
    names = {"from_name": name_of(best["from_name"]), "to_name": name_of(best["to_name"])}
    title = _pair("flow_spectrum_title", **names, moves=number(own[0]["moves"]), drawn=number(len(own)))
    return (
        f"<h3>{named('flow_spectrum_head')}</h3>"
        + _figure(
            lambda is_narrow: drawing.spectrum(
                passages,
                from_name=best["from_name"],
                to_name=best["to_name"],
                title=title,
                words=IN_BOTH,
                moves=own[0]["moves"],
                is_narrow=is_narrow,
            ),
            caption=both(*title),
            name="spectrum",
            has_table=False,
        )
        + capped(0, len(rows), "spectrum")
    )


def variants(tables: EditionTables) -> str:
    rows = [row for row in tables["variants"].rows() if row["agency"] is None]
    if not tables.top_variants:
        return ""
    cases = sum(row["cases"] for row in rows)
    traces = {row["variant_no"]: row["trace"] for row in tables.top_variants}
    drawn = [drawing.Variant(tuple(traces[row["variant_no"]]), row["cases"]) for row in rows[: len(traces)]]
    facts = {
        "cases": number(cases),
        "variants": number(len(rows)),
        "top": len(drawn),
        "share": percent(sum(one.cases for one in drawn) / cases),
    }
    title = _pair("flow_variants_note", **facts)
    return (
        f"<h3>{named('flow_variants_head')}</h3>"
        + _figure(
            lambda is_narrow: drawing.variant_strips(
                drawn, cases=cases, title=title, words=IN_BOTH, is_narrow=is_narrow
            ),
            caption=both(*title),
            name="variant_strips",
        )
        + capped(len(drawn), len(rows), "variants")
    )


def handovers(tables: EditionTables, names: Names) -> str:
    counts = {row["holder"]: row for row in tables["handover_counts"].rows()}
    rows = [row for row in tables["handovers"].rows() if row["holder"] == "office"]
    if not rows:
        return ""
    title = _pair(
        "flow_handovers_note",
        handovers=number(counts["office"]["handovers"]),
        returns=number(counts["office"]["returns"]),
    )
    drawn = [
        drawing.Handover(
            _office_name(row["from_agency"], row["from_office"], names),
            _office_name(row["to_agency"], row["to_office"], names),
            row["handovers"],
            row["returns"],
        )
        for row in rows
    ]
    return f"<h3>{named('flow_handovers_head')}</h3>" + _figure(
        lambda is_narrow: drawing.handover_matrix(drawn, title=title, words=IN_BOTH, most=14, is_narrow=is_narrow),
        caption=both(*title),
        name="handover_matrix",
    )


def office_of(agency: str | None, office: str | None, names: Names) -> tuple[str, str]:
    """An office with its agency, where there are several agencies."""
    own = office or in_both("flow_unnamed_office")
    pair = (own, own) if isinstance(own, str) else own
    if len(names) < 2:
        return pair
    agencies = names.get(agency or "", agency_of(agency))
    return tuple(f"{one} · {other}" for one, other in zip(agencies, pair, strict=True)) if office else agencies  # type: ignore[return-value]  # a pair


def _office_name(agency: str | None, office: str | None, names: Names) -> str | None:
    """An office as a matrix names it, in the language of the records."""
    if len(names) < 2:
        return office
    return " · ".join(part for part in (names.get(agency or "", agency_of(agency))[0], office) if part)


def peers(tables: EditionTables) -> str:
    by_item: dict[str, Rows] = {}
    for row in tables["item_peers"].rows():
        if row["lasted_workdays_median"] is not None and row["cases"] >= 20:
            by_item.setdefault(row["item_name"], []).append(row)
    items = [(name, rows) for name, rows in by_item.items() if len(rows) > 1]
    items.sort(key=lambda item: (-sum(row["cases"] for row in item[1]), item[0]))
    parts = []
    for name, rows in items[:_MOST_ITEMS]:
        rows.sort(key=lambda row: (-row["lasted_workdays_median"], row["agency"]))
        drawn = [
            drawing.Peer(
                agency_of(row["agency_name"] or row["agency"]),
                row["cases"],
                *(row[f"lasted_workdays_{part}"] for part in ("p25", "median", "p75", "p90")),
            )
            for row in rows[:MOST_AGENCIES]
        ]
        parts.append(_peer_figure(name, drawn))
    return f"<h3>{named('flow_items_head')}</h3>{''.join(parts)}" if parts else ""


def _peer_figure(name: str, drawn: list[drawing.Peer]) -> str:
    title = _pair(
        "flow_items_title", item=name, slow=drawn[0].name, most=days(drawn[0].median), least=days(drawn[-1].median)
    )
    return _figure(
        lambda is_narrow: drawing.interval_rows(drawn, title=title, words=IN_BOTH, is_narrow=is_narrow),
        caption=both(*title),
        name="item_peers",
    )


def _pair(code: str, **facts: Any) -> tuple[str, str]:
    """A sentence as a pair, each fact in its language."""
    zh = {name: fact[0] if isinstance(fact, tuple) else fact for name, fact in facts.items()}
    en = {name: fact[1] if isinstance(fact, tuple) else fact for name, fact in facts.items()}
    return say(code, "zh", **zh), say(code, "en", **en)


def _figure(draw: Callable[[bool], drawing.Picture], *, caption: str, name: str, has_table: bool = True) -> str:
    """A picture for wide and for narrow windows, its table folded beneath."""
    wide, narrow = draw(False), draw(True)
    beneath = ""
    if has_table:
        heads = [
            Head(named(column), "num" if _is_number(wide.rows, place) else "")
            for place, column in enumerate(wide.columns)
        ]
        rows = [[_shown(value) for value in row] for row in wide.rows]
        beneath = f"<details><summary>{told('edition_table_behind')}</summary>{table(name, heads, rows)}</details>"
    return f"<figure><figcaption>{caption}</figcaption>{wide.svg}{narrow.svg}{beneath}</figure>"


def _is_number(rows: Iterable[tuple[Any, ...]], place: int) -> bool:
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _shown(value: Any) -> Cell | str:
    if isinstance(value, tuple):
        return both(*value)
    if isinstance(value, float):
        return Cell(f"{value:,.1f}", value)
    return number(value) if isinstance(value, int) else text(value)
