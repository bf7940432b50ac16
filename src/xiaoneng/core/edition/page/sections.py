"""The sections on the whole, agencies and items: a sentence first, then a picture, then the table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...terms import FEWEST_DUE
from ..tables import EditionTables
from . import figures
from .parts import Cell, Head, capped, card_head, filter_of, name_or_code, section, table
from .words import DASH, both, in_both, in_days, in_months, named, number, percent, told

_MOST_FIRST = 5
_MOST_ITEMS = 120

Rows = list[dict[str, Any]]


def overview(tables: EditionTables, summary: dict[str, Any], *, is_law_confirmed: bool) -> str:
    """What is late, where it stands out, and whether it is getting better."""
    months = [row for row in tables["months"].rows() if row["agency"] is None]
    parts = [f"<p>{_read(summary)}</p>"]
    if not is_law_confirmed:
        parts.append(f'<p class="mark">{told("edition_unconfirmed_law")}</p>')
    parts.append(_key_figures(tables, summary))
    for code, name in (("edition_deadline", "late_vs_deadline"), ("edition_steps", "steps_vs_due")):
        if summary[name]:
            parts.append(f"<p>{told(code, n=number(summary[name]['n']), late=number(summary[name]['late']))}</p>")
    if len(months) > 1:
        parts.append(_trend(months))
    parts.append(_stand_out(tables["agencies"].rows(), summary))
    if summary["deemed"]:
        parts.append(f"<p>{told('edition_deemed', n=number(summary['deemed']))}</p>")
    return section("overview", named("edition_overview"), "".join(parts))


def lead(summary: dict[str, Any]) -> str:
    """The answer of the page in a sentence."""
    on = in_days(date.fromisoformat(summary["on"]))
    if not summary["due"]:
        return told("edition_lead_none_due", on=on)
    share = percent(summary["late"] / summary["due"])
    return told("edition_lead_late", on=on, due=number(summary["due"]), late=number(summary["late"]), share=share)


def _read(summary: dict[str, Any]) -> str:
    counts = {name: number(summary[name]) for name in ("cases", "events", "agencies", "ended", "open")}
    read = told("edition_read", **counts)
    aside, unjudged = sum(summary["set_aside"].values()), summary["unjudged"]
    if not aside and not unjudged:
        return read
    code = (
        "edition_aside_and_unjudged"
        if aside and unjudged
        else "edition_aside_only"
        if aside
        else "edition_unjudged_only"
    )
    more = told(code, rows=number(aside), unjudged=number(sum(unjudged.values())))
    return f'{read} <a class="plain" href="#set_aside">{more}</a>'


def _key_figures(tables: EditionTables, summary: dict[str, Any]) -> str:
    cards = summary["cards"]
    shown = [
        ("edition_cases", summary["cases"], "tables/cases.csv"),
        ("edition_open", summary["open"], "tables/cases.csv"),
        ("edition_open_late", summary["open_late"], "#cards"),
        ("edition_close_to_limit", cards["early_warning"], "#cards"),
        ("finding_count", summary["irregular"], "tables/cases.csv"),
    ]
    listed = "".join(
        f'<div><dt>{named(code)}</dt><dd><a class="plain" href="{where}">{number(value)}</a></dd></div>'
        for code, value, where in shown
    )
    return f'<dl class="figures">{listed}</dl>'


def _trend(months: Rows) -> str:
    change = change_of(months)
    title = told("edition_trend_short")
    if change.kind:
        title = told(f"edition_trend_{change.kind}", n=change.months, new=percent(change.new), old=percent(change.old))
    last = months[-1]
    alternative = f"{months[0]['month_on']:%Y-%m} – {last['month_on']:%Y-%m}: " + ", ".join(
        percent(month["late_share"]) for month in months
    )
    behind = table(
        "months",
        [
            Head(named("edition_month")),
            Head(named("edition_due"), "num"),
            Head(named("edition_late"), "num"),
            Head(named("edition_late_share"), "num"),
        ],
        [
            [
                both(*in_months(row["month_on"])),
                number(row["due"]),
                number(row["late"]),
                f"{percent(row['late_share'])}（{percent(row['late_share_low'])}–{percent(row['late_share_high'])}）",
            ]
            for row in months
        ],
        can_sort=False,
    )
    drawn = figures.trend(months, title=alternative) + figures.trend(months, title=alternative, is_narrow=True)
    return (
        f"<figure><figcaption>{title}</figcaption>{drawn}"
        f'<p class="note">{told("edition_trend_note")}</p>'
        f"<details><summary>{told('edition_table_behind')}</summary>{behind}</details></figure>"
    )


@dataclass(frozen=True)
class Change:
    """The late share of the last full months beside that of as many before. `kind`: rose, fell, same; empty is unknown."""

    kind: str = ""
    months: int = 0
    old: float | None = None
    new: float | None = None


def change_of(months: Rows) -> Change:
    """Whether the late share of the last six (else three) full months differs from that of as many before.

    Two shares differ where their intervals do not overlap. Fewer than six full months give no answer.
    """
    full = [month for month in months if month["is_complete"]]
    span = 6 if len(full) >= 12 else 3
    if len(full) < 2 * span:
        return Change()
    parts = full[-2 * span : -span], full[-span:]
    sums = [(sum(month["late"] for month in part), sum(month["due"] for month in part)) for part in parts]
    if min(due for _, due in sums) < FEWEST_DUE:
        return Change()
    (old_low, old, old_high), (new_low, new, new_high) = (wilson(late, due) for late, due in sums)
    kind = "rose" if new_low > old_high else "fell" if new_high < old_low else "same"
    return Change(kind, span, old, new)


def wilson(late: int, due: int) -> tuple[float, float, float]:
    """Lower end, share and upper end of the 95 % interval of a share (Wilson 1927), as in edition/agency_totals."""
    share, z2 = late / due, 3.8414588
    middle, spread = share + z2 / 2 / due, 1.959964 * (share * (1 - share) / due + z2 / 4 / due / due) ** 0.5
    return max(0.0, (middle - spread) / (1 + z2 / due)), share, min(1.0, (middle + spread) / (1 + z2 / due))


def _stand_out(agencies: Rows, summary: dict[str, Any]) -> str:
    if not summary["due"] or len(agencies) < 2:
        return ""
    level = summary["late"] / summary["due"]
    above = [row for row in agencies if row["due"] >= FEWEST_DUE and row["late_share_low"] > level]
    above.sort(key=lambda row: (-row["late"], row["agency"] or ""))
    if not above:
        return f"<p>{told('edition_first_none', share=percent(level))}</p>"
    lines = "".join(
        "<li>"
        + told(
            "edition_first_line",
            agency=row["agency_name"] or row["agency"] or in_both("edition_unnamed"),
            due=number(row["due"]),
            late=number(row["late"]),
            share=percent(row["late_share"]),
            low=percent(row["late_share_low"]),
            high=percent(row["late_share_high"]),
        )
        + "</li>"
        for row in above[:_MOST_FIRST]
    )
    rest = len(above) - _MOST_FIRST
    more = f'<p><a href="#agencies">{told("edition_and_more", n=rest)}</a></p>' if rest > 0 else ""
    return f"<p>{told('edition_first', n=len(above), share=percent(level))}</p><ul>{lines}</ul>{more}"


def agencies(tables: EditionTables, summary: dict[str, Any]) -> str:
    """Every agency: its late share with the interval, its months, its cards."""
    rows = tables["agencies"].rows()
    by_agency: dict[str | None, Rows] = defaultdict(list)
    for month in tables["months"].rows():
        if month["agency"] is not None:
            by_agency[month["agency"]].append(month)
    all_months = sorted({month["month_on"] for months in by_agency.values() for month in months})
    level = summary["late"] / summary["due"] if summary["due"] else None
    end = _axis_end(rows)
    rows.sort(key=lambda row: (row["due"] < FEWEST_DUE, -(row["late_share"] or 0), row["agency"] or ""))
    drawn: list[list[Cell | str]] = []
    for row in rows:
        months = by_agency.get(row["agency"], [])
        change = change_of(months).kind
        drawn.append(
            [
                name_or_code(row["agency_name"], row["agency"]),
                number(row["cases"]),
                number(row["due"]),
                number(row["late"]),
                _interval(row, end, level),
                Cell(
                    _spark(months, all_months) if row["due"] >= FEWEST_DUE else "",
                    {"rose": 2, "same": 1, "fell": 0}.get(change, -1),
                ),
                number(row["open_late"]),
                number(row["early_warning"]),
                number(row["yellow"]),
                number(row["red"]),
            ]
        )
    heads = [
        Head(named("edition_agency"), "name"),
        Head(named("edition_cases"), "num minor"),
        Head(named("edition_due"), "num minor"),
        Head(named("edition_late"), "num"),
        Head(named("edition_late_share"), "pic", figures.axis(end)),
        Head(named("edition_trend"), "pic minor"),
        Head(named("edition_open_late"), "num"),
        Head(card_head("early_warning"), "num minor"),
        Head(card_head("yellow"), "num"),
        Head(card_head("red"), "num"),
    ]
    head = f"<p>{told('edition_agencies_lead', share=percent(level))}</p>"
    body = head + table("agencies", heads, drawn) + capped(len(rows), len(rows), "agencies")
    return section("agencies", named("edition_agencies"), body)


def items(tables: EditionTables, summary: dict[str, Any]) -> str:
    """The service items, those with the most late cases first."""
    rows = tables["items"].rows()
    rows.sort(key=lambda row: (-row["late"], -row["cases"], row["agency"] or "", row["service_item"] or ""))
    shown = rows[:_MOST_ITEMS]
    level = summary["late"] / summary["due"] if summary["due"] else None
    end = _axis_end(shown)
    drawn: list[list[Cell | str]] = [
        [
            name_or_code(row["service_item_name"], row["service_item"]),
            name_or_code(row["agency_name"], row["agency"]),
            number(row["cases"]),
            number(row["due"]),
            number(row["late"]),
            _interval(row, end, level),
            DASH if row["median_workdays"] is None else f"{row['median_workdays']:g}",
        ]
        for row in shown
    ]
    heads = [
        Head(named("edition_item"), "name"),
        Head(named("edition_agency"), "minor"),
        Head(named("edition_cases"), "num minor"),
        Head(named("edition_due"), "num minor"),
        Head(named("edition_late"), "num"),
        Head(named("edition_late_share"), "pic", figures.axis(end)),
        Head(named("edition_median"), "num minor"),
    ]
    head = f"<p>{told('edition_items_lead')}</p>" + filter_of("items")
    return section(
        "items",
        named("edition_items"),
        head + table("items", heads, drawn) + capped(len(shown), len(rows), "items"),
    )


def _axis_end(rows: Rows) -> float:
    highs = sorted(row["late_share_high"] for row in rows if row["due"] >= FEWEST_DUE)
    return figures.axis_end(highs[-1]) if highs else 1.0


def _interval(row: dict[str, Any], end: float, level: float | None) -> Cell:
    if row["due"] < FEWEST_DUE:
        return Cell(f'<span class="quiet">{named("edition_too_few")}</span>', -1)
    share, low, high = (percent(row[name]) for name in ("late_share", "late_share_low", "late_share_high"))
    drawn = figures.interval(row, end=end, level=level, title=f"{share} ({low}–{high})")
    return Cell(f'<span class="ivc">{drawn}<span class="val">{share}</span></span>', f"{row['late_share']:.6f}")


def _spark(months: Rows, all_months: list[date]) -> str:
    there = {month["month_on"]: month for month in months}
    strip = [there.get(month, {"late_share": None}) for month in all_months[-18:]]
    shares = [month["late_share"] for month in strip if month["late_share"] is not None]
    if len(shares) < 3:
        return ""
    change = change_of(months).kind
    word = {"rose": "edition_rose", "fell": "edition_fell"}.get(change)
    title = " ".join(percent(share) for share in shares)
    drawn = figures.spark(strip, end=max(0.02, *shares), title=title)
    return f'{drawn}<span class="chg {change}">{named(word) if word else ""}</span>'
