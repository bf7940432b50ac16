"""Small pictures as inline SVG: an interval on a shared axis, a strip of months, the trend of all agencies."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from .words import month_names, percent

INTERVAL_WIDTH = 220
_SPARK_WIDTH, _SPARK_HEIGHT = 112, 24
_TREND_WIDTH, _TREND_HEIGHT = 720, 240
_STEPS = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


def axis_end(highest: float) -> float:
    """A round end of an axis that holds the highest share."""
    return next((step for step in _STEPS if step >= highest), 1.0)


def interval(row: dict[str, Any], *, end: float, level: float | None, title: str) -> str:
    """One share and its interval on an axis from 0 to `end`, the level of all as a dashed line."""

    def x(share: float) -> str:
        return f"{6 + min(share, end) / end * (INTERVAL_WIDTH - 12):.1f}"

    low, share, high = row["late_share_low"], row["late_share"], row["late_share_high"]
    marks = [f'<line class="ax" x1="6" x2="{INTERVAL_WIDTH - 6}" y1="10" y2="10"/>']
    if level is not None:
        marks.append(f'<line class="lv" x1="{x(level)}" x2="{x(level)}" y1="0" y2="20"/>')
    is_above = level is not None and low > level
    kind = "iv hi" if is_above else "iv"
    marks.append(f'<line class="{kind}" x1="{x(low)}" x2="{x(high)}" y1="10" y2="10"/>')
    marks.append(f'<circle class="{"dt hi" if is_above else "dt"}" cx="{x(share)}" cy="10" r="4"/>')
    return _svg(INTERVAL_WIDTH, 20, title, marks, kind="iv-svg")


def axis(end: float) -> str:
    """The scale of a column of intervals."""
    labels = []
    for share, anchor in ((0.0, "start"), (end / 2, "middle"), (end, "end")):
        x = 6 + share / end * (INTERVAL_WIDTH - 12)
        text = percent(share).replace(".0%", "%")
        labels.append(f'<text x="{x:.0f}" y="11" text-anchor="{anchor}">{text}</text>')
    return f'<svg class="axis" viewBox="0 0 {INTERVAL_WIDTH} 14" width="{INTERVAL_WIDTH}" height="14" aria-hidden="true">{"".join(labels)}</svg>'


def spark(months: Sequence[dict[str, Any]], *, end: float, title: str) -> str:
    """The late share month by month as a strip; a month without due cases leaves a gap."""
    if len(months) < 2:
        return ""
    width = (_SPARK_WIDTH - 8) / (len(months) - 1)
    parts: list[list[str]] = [[]]
    for place, month in enumerate(months):
        share = month.get("late_share")
        if share is None:
            parts.append([])
            continue
        height = _SPARK_HEIGHT - 3 - min(share, end) / end * (_SPARK_HEIGHT - 6)
        parts[-1].append(f"{4 + place * width:.1f},{height:.1f}")
    drawn = [f'<polyline points="{" ".join(part)}"/>' for part in parts if len(part) > 1]
    drawn += [
        f'<circle cx="{part[0].split(",")[0]}" cy="{part[0].split(",")[1]}" r="1.2"/>'
        for part in parts
        if len(part) == 1
    ]
    last = parts[-1][-1] if parts[-1] else None
    if last:
        x, y = last.split(",")
        drawn.append(f'<circle class="end" cx="{x}" cy="{y}" r="2.5"/>')
    return _svg(_SPARK_WIDTH, _SPARK_HEIGHT, title, drawn, kind="spark")


def trend(months: Sequence[dict[str, Any]], *, title: str, is_narrow: bool = False) -> str:
    """The late share of all agencies by month: dots with their intervals; the narrow one is for phones."""
    left, right, top, bottom = 48, 12, 12, 32
    full_width = 358 if is_narrow else _TREND_WIDTH
    end = axis_end(max((month["late_share_high"] for month in months), default=0.01))
    inner_width, inner_height = full_width - left - right, _TREND_HEIGHT - top - bottom
    step = inner_width / max(len(months), 1)

    def y(share: float) -> str:
        return f"{top + (1 - min(share, end) / end) * inner_height:.1f}"

    drawn = []
    for share in (0.0, end / 2, end):
        drawn.append(f'<line class="grid" x1="{left}" x2="{full_width - right}" y1="{y(share)}" y2="{y(share)}"/>')
        label = percent(share).replace(".0%", "%")
        drawn.append(f'<text class="num" x="{left - 8}" y="{float(y(share)) + 4:.1f}" text-anchor="end">{label}</text>')
    every = -(-len(months) // (6 if is_narrow else 18))
    points = []
    for place, month in enumerate(months):
        x = f"{left + (place + 0.5) * step:.1f}"
        drawn.append(
            f'<line class="iv" x1="{x}" x2="{x}" y1="{y(month["late_share_low"])}" y2="{y(month["late_share_high"])}"/>'
        )
        points.append(f"{x},{y(month['late_share'])}")
        if place % every == 0:
            on = month["month_on"]
            text = str(on.year) if place == 0 or on.year != months[place - every]["month_on"].year else ""
            for language, name in zip(("zh", "en"), month_names(on), strict=True):
                at = f'x="{x}" y="{_TREND_HEIGHT - 16}" text-anchor="middle"'
                drawn.append(f'<text class="{language}" {at}>{name}</text>')
            drawn.append(f'<text x="{x}" y="{_TREND_HEIGHT - 2}" text-anchor="middle">{text}</text>')
    drawn.append(f'<polyline class="ln" points="{" ".join(points)}"/>')
    for month, point in zip(months, points, strict=True):
        x, at = point.split(",")
        kind = "dt" if month["is_complete"] else "dt open"
        note = f"{month['month_on']:%Y-%m}: {month['late']}/{month['due']} = {percent(month['late_share'])}"
        drawn.append(f'<circle class="{kind}" cx="{x}" cy="{at}" r="4"><title>{note}</title></circle>')
    return _svg(full_width, _TREND_HEIGHT, title, drawn, kind="trend narrow" if is_narrow else "trend wide")


def _svg(width: int, height: int, title: str, drawn: Sequence[str], *, kind: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )
