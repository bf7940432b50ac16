"""From the rows that the daily run kept to the pictures of the drawing room, each mark leading to the cases behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xiaoneng.core import drawing
from xiaoneng.web.shell.formats import number

from . import addresses
from .asking import CAUSES, Scope, agency_name
from .queries import Row, Ways
from .showing import in_words, unnamed


def process_map(
    steps: Sequence[Row], edges: Sequence[Row], scope: Scope, *, title: str, detail: float | None, is_narrow: bool
) -> drawing.ProcessMap:
    """The process map of a scope."""
    return drawing.process_map(
        [
            drawing.Step(
                one["name"],
                one["events"],
                one["spent_workdays_median"],
                one["starts"],
                one["ends"],
                addresses.of_step(one["name"], scope),
            )
            for one in steps
        ],
        [
            drawing.Move(
                one["from_name"],
                one["to_name"],
                one["moves"],
                one["waited_workdays_median"],
                addresses.of_move(one, scope),
            )
            for one in edges
        ],
        title=title,
        words=in_words(),
        detail=detail,
        is_narrow=is_narrow,
    )


def cause_labels() -> list[tuple[str, str]]:
    """Each cause, by its column, with its printed name."""
    names = {
        "batching": _("collected into a batch"),
        "prioritisation": _("a later matter went first"),
        "contention": _("earlier matters were in hand"),
        "unavailability": _("nobody there to take it up"),
        "applicant": _("waited for the applicant"),
        "other_agency": _("lay with another agency"),
        "signature": _("waited for a signature"),
        "unexplained": _("nothing in the records accounts for it"),
    }
    return [(f"{cause}_workdays", names[cause]) for cause in CAUSES]


def cause_meanings() -> dict[str, str]:
    """What each cause means, in a sentence."""
    meanings = {
        "batching": _("Papers were held back until several could be worked through together."),
        "prioritisation": _("The handler worked on something that could have begun later."),
        "contention": _("The handler worked on something that could begin earlier: a queue in its order."),
        "unavailability": _("The office was open, and the handler recorded no work that day."),
        "applicant": _("A correction that the applicant had to bring was outstanding."),
        "other_agency": _("The matter was with another agency and had not come back."),
        "signature": _("The matter lay before a leader who signs."),
        "unexplained": _("No other work, absence or hand-over in the records explains the wait."),
    }
    return {f"{cause}_workdays": meanings[cause] for cause in CAUSES}


def cause_parts(whole: Row | None, scope: Scope) -> list[dict[str, Any]]:
    """The causes of a whole, the greatest first, each with its share, its meaning and where its cases are listed."""
    if whole is None or not whole["waited_workdays"]:
        return []
    meanings = cause_meanings()
    parts = [
        {
            "label": label,
            "meaning": meanings[column],
            "workdays": whole[column] or 0.0,
            "share": (whole[column] or 0.0) / whole["waited_workdays"],
            "address": addresses.of_cases(scope, because=column.removesuffix("_workdays")) if whole[column] else None,
        }
        for column, label in cause_labels()
    ]
    return sorted(parts, key=lambda one: -one["workdays"])


@dataclass(frozen=True)
class Drawn:
    """A picture for wide pages and the same for phones."""

    wide: drawing.Picture
    narrow: drawing.Picture

    @property
    def both(self) -> SafeString:
        """The marks of both, of which the style sheet shows one. The drawing room escapes every text in them."""
        return mark_safe(self.wide.svg + self.narrow.svg)  # noqa: S308


def _drawn(draw: Callable[..., drawing.Picture], *rows: Any, **facts: Any) -> Drawn:
    wide, narrow = (draw(*rows, words=in_words(), is_narrow=is_narrow, **facts) for is_narrow in (False, True))
    return Drawn(wide, narrow)


def causes(rows: Sequence[Row], *, title: str) -> Drawn | None:
    """Bars of what a wait is made of, one a row of `name`; a row's `address` leads on."""
    known = [one for one in rows if one["waits"]]
    if not known:
        return None
    bars = [
        drawing.CauseRow(
            unnamed(one["name"]),
            {f"{cause}_workdays": (one[f"{cause}_workdays"] or 0.0) / one["waits"] for cause in CAUSES},
            one["waits"],
            one.get("address"),
        )
        for one in known
    ]
    return _drawn(drawing.cause_bars, bars, causes=cause_labels(), title=title)


def levels(rows: Sequence[Row], *, title: str) -> Drawn | None:
    """Bars of how long a directive lies at each level: until signed for, until divided, until passed on."""
    parts = level_parts()
    known = [one for one in rows if any(one[column] for column, _ in parts)]
    if not known:
        return None
    bars = [
        drawing.CauseRow(level_name(one), {column: one[column] or 0.0 for column, _ in parts}, one["arrived"])
        for one in known
    ]
    return _drawn(drawing.cause_bars, bars, causes=parts, title=title, of="directives")


def level_parts() -> list[tuple[str, str]]:
    """The parts of a directive's stay at a level, by their columns."""
    return [
        ("unread_workdays_mean", _("until signed for")),
        ("unsplit_workdays_mean", _("until divided into tasks")),
        ("unpassed_workdays_mean", _("until passed on or acted on")),
    ]


def level_name(row: Row) -> str:
    """What a level is called, or its number."""
    return row["level_name"] or _("level %(n)d") % {"n": row["level_no"]}


def spectrum(rows: Sequence[Row], *, from_name: str, to_name: str, title: str) -> Drawn | None:
    """Every move of a segment, from leaving one step to beginning the next."""
    if not rows:
        return None
    passages = [
        drawing.Passage(
            timezone.localtime(datetime.fromisoformat(one["left_at"])),
            timezone.localtime(datetime.fromisoformat(one["arrived_at"])),
            one["quartile"],
            one["case_id"].rpartition("/")[2],
        )
        for one in rows
    ]
    facts = {"from_name": from_name, "to_name": to_name, "title": title, "moves": max(one["moves"] for one in rows)}
    return _drawn(drawing.spectrum, passages, **facts)


def slowest(rows: Sequence[Row], *, most: int) -> list[dict[str, Any]]:
    """The moves that took longest, with their instants."""
    moves = [
        {
            "case_no": one["case_id"].rpartition("/")[2],
            "left_at": datetime.fromisoformat(one["left_at"]),
            "arrived_at": datetime.fromisoformat(one["arrived_at"]),
        }
        for one in rows
    ]
    return sorted(moves, key=lambda one: one["left_at"] - one["arrived_at"])[:most]


def variant_strips(ways: Ways, scope: Scope, *, title: str, most: int) -> Drawn | None:
    """The ways as rows of small chips."""
    if not ways.shown:
        return None
    strips = [
        drawing.Variant(tuple(one.steps), one.cases, addresses.of_cases(scope, way=one.code))
        for one in ways.shown[:most]
    ]
    return _drawn(drawing.variant_strips, strips, cases=ways.cases, title=title)


def handover_matrix(pairs: Sequence[Row], scope: Scope, *, title: str) -> Drawn | None:
    """Who passes to whom."""
    if not pairs:
        return None
    rows = [
        drawing.Handover(
            holder_name(one["from_agency"], one["from_office"], scope) or None,
            holder_name(one["to_agency"], one["to_office"], scope) or None,
            one["handovers"],
            one["returns"],
            one["waited_workdays_median"],
            addresses.of_handover(one, scope),
        )
        for one in pairs
    ]
    return _drawn(drawing.handover_matrix, rows, title=title)


def item_rows(rows: Sequence[Row], *, title: str) -> Drawn | None:
    """The same item at several agencies."""
    known = [one for one in rows if one["lasted_workdays_median"] is not None]
    if not known:
        return None
    peers = [
        drawing.Peer(
            one["agency_name"] or one["agency"],
            one["cases"],
            one["lasted_workdays_p25"],
            one["lasted_workdays_median"],
            one["lasted_workdays_p75"],
            one["lasted_workdays_p90"],
            reverse("dashboards:map") + f"?{urlencode({'agency': one['agency']})}",
        )
        for one in known
    ]
    return _drawn(drawing.interval_rows, peers, title=title)


# --- what a row is called ----------------------------------------------------------------------


def holder_name(agency: str | None, office: str | None, scope: Scope) -> str:
    """An agency, or an office; the agency is left out where the page is about it alone."""
    parts = [] if office and agency == scope.agency else [agency_name(scope.names, agency)]
    return " ".join([*parts, office or ""]).strip()


def place_of(row: Row, scope: Scope) -> str:
    """What a row of the costly places is called: a step, a move, or a hand-over."""
    if row["kind"] == "step":
        return unnamed(row["name"])
    if row["kind"] == "move":
        return f"{unnamed(row['from_name'])} → {unnamed(row['name'])}"
    giver, taker = (holder_name(row[f"{end}_agency"], row[f"{end}_office"], scope) for end in ("from", "to"))
    if row["from_agency"] == row["to_agency"] and row["to_office"]:  # within one agency its name is said once
        taker = row["to_office"]
    return f"{unnamed(giver)} → {unnamed(taker)}"


# --- a cost with its interval, for a cell of a table ----------------------------------------------------------------------

_WIDTH, _HEIGHT, _EDGE = 200, 24, 8  # SVG units


def cost_interval(row: Row, *, end: float) -> SafeString:
    """The days that something costs as a dot, their 95 % interval as a line, on an axis from 0 to `end`."""
    if not end or row["cost_workdays"] is None:
        return SafeString("")

    def x(value: float) -> float:
        return round(_EDGE + min(value, end) / end * (_WIDTH - 2 * _EDGE), 1)

    middle = _HEIGHT / 2
    marks = format_html('<line class="pic-axis" x1="{}" x2="{}" y1="{}" y2="{}"/>', _EDGE, x(end), middle, middle)
    if row["cost_low"] is not None and row["cost_high"] is not None:
        low, high = x(row["cost_low"]), x(row["cost_high"])
        marks += format_html('<line class="pic-interval" x1="{}" x2="{}" y1="{}" y2="{}"/>', low, high, middle, middle)
    marks += format_html('<circle class="pic-dot" cx="{}" cy="{}" r="4.5"/>', x(row["cost_workdays"]), middle)
    return format_html('<svg class="pic-row" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', _WIDTH, _HEIGHT, marks)


def range_row(low: float | None, high: float | None, *, end: float) -> SafeString:
    """From the quickest to the slowest, as two dots on a line, on an axis from 0 to `end`."""
    if low is None or high is None or not end:
        return SafeString("")
    first, last = (round(_EDGE + value / end * (_WIDTH - 2 * _EDGE), 1) for value in (low, high))
    middle = _HEIGHT / 2
    return format_html(
        '<svg class="pic-row" viewBox="0 0 {0} {1}" aria-hidden="true"><line class="pic-axis" x1="{2}" x2="{3}" y1="{4}" y2="{4}"/>'
        '<line class="pic-interval" x1="{5}" x2="{6}" y1="{4}" y2="{4}"/><circle class="pic-dot" cx="{5}" cy="{4}" r="4.5"/>'
        '<circle class="pic-dot" cx="{6}" cy="{4}" r="4.5"/></svg>',
        _WIDTH, _HEIGHT, _EDGE, _WIDTH - _EDGE, middle, first, last,
    )  # fmt: skip


def cost_axis(end: float) -> SafeString:
    """The scale above a column of costs."""
    marks = SafeString("")
    for at, anchor in ((0.0, "start"), (1.0, "end")):
        x = round(_EDGE + at * (_WIDTH - 2 * _EDGE), 1)
        marks += format_html('<text x="{}" y="11" text-anchor="{}">{}</text>', x, anchor, number(at * end))
    return format_html('<svg class="pic-scale" viewBox="0 0 {} 14" aria-hidden="true">{}</svg>', _WIDTH, marks)


# --- tables to take along -------------------------------------------------------------------------------------------------


def cause_table(rows: Iterable[Row]) -> tuple[list[str], list[list[Any]]]:
    """The causes as a table to take along."""
    columns = ["name", "waits", "starts_recorded_share", "waited_workdays", *(f"{cause}_workdays" for cause in CAUSES)]
    return columns, [[row.get(column) for column in columns] for row in rows]


def plain_table(rows: Iterable[Row], *columns: str) -> tuple[list[str], list[list[Any]]]:
    """Some columns of the rows, under their own names."""
    return list(columns), [[row.get(column) for column in columns] for row in rows]


def finding_table(findings: Iterable[Any]) -> tuple[list[str], list[list[Any]]]:
    """The findings with every number."""
    columns = ["finding_no", "kind", "certainty", "agency_code", "agency_name", "office", "other_agency_name"]
    columns += ["service_item_name", "name", "cases", "cost_workdays", "case_workdays", "peer_workdays"]
    columns += ["saved_workdays", "saved_low", "saved_high", "share", "peer_share", "compared_with", "peers", "q_value"]
    columns += ["law", "article", "sentence"]
    return columns, [[getattr(one, column) for column in columns] for one in findings]
