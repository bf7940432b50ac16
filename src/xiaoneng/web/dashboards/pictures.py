"""Pictures as inline SVG: a share with its interval, months as a strip or a trend, the time left. Words come from the page.

A share is a dot, its 95 % interval a line; the level of the whole county is a dashed line. Colours and strokes stand in the
style sheet, because pages carry no styles of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xiaoneng.core.terms import FEWEST_DUE
from xiaoneng.web.shell.formats import month_name, number, share

_INTERVAL_WIDTH, _INTERVAL_HEIGHT, _EDGE = 200, 24, 8  # SVG units, as are the next ones
_SPARK_WIDTH, _SPARK_HEIGHT = 120, 28
_TREND_WIDTH, _TREND_NARROW_WIDTH, _TREND_HEIGHT = 720, 360, 260
_TREND_LEFT, _TREND_RIGHT, _TREND_TOP, _TREND_BOTTOM = 52, 12, 24, 40
_LEFT_WIDTH, _LEFT_HEIGHT = 380, 210
_MOST_MONTHS = 36
_ENDS = (0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.16, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_CLAMPED = 0.5  # an axis that must hold everything shows nothing: wider intervals get an arrow


def axis_end(rows: Sequence[Any]) -> float:
    """A round end for an axis that holds every share, and the intervals as far as half of everything."""
    known = [row for row in rows if row.late_share is not None]
    highest = max((max(row.late_share, min(row.late_share_high, _CLAMPED)) for row in known), default=_ENDS[0])
    return next((end for end in _ENDS if end >= highest), 1.0)


def interval(row: Any, *, end: float, level: float | None) -> SafeString:
    """The late share of one agency or item with its interval, on an axis from 0 to `end`."""
    if row.late_share is None:
        return SafeString("")
    low, high = row.late_share_low, row.late_share_high

    def x(value: float) -> float:
        return round(_EDGE + min(value, end) / end * (_INTERVAL_WIDTH - 2 * _EDGE), 1)

    middle = _INTERVAL_HEIGHT / 2
    is_above = level is not None and low > level
    told = _("%(share)s late, between %(low)s and %(high)s") % {
        "share": share(row.late_share),
        "low": share(low),
        "high": share(high),
    }
    marks = [format_html('<line class="pic-axis" x1="{}" x2="{}" y1="{}" y2="{}"/>', _EDGE, x(end), middle, middle)]
    if level is not None:
        marks.append(
            format_html('<line class="pic-level" x1="{0}" x2="{0}" y1="2" y2="{1}"/>', x(level), _INTERVAL_HEIGHT - 2)
        )
    marks.append(
        format_html('<line class="pic-interval" x1="{}" x2="{}" y1="{}" y2="{}"/>', x(low), x(high), middle, middle)
    )
    if high > end:
        tip = x(end) + 6
        marks.append(format_html('<path class="pic-more" d="M{0} {1} l6 4 -6 4z"/>', tip - 6, middle - 4))
    marks.append(format_html('<circle class="pic-dot" cx="{}" cy="{}" r="4.5"/>', x(row.late_share), middle))
    return _svg("pic-row above" if is_above else "pic-row", _INTERVAL_WIDTH, _INTERVAL_HEIGHT, told, marks)


def interval_axis(end: float) -> SafeString:
    """The scale above a column of intervals."""
    marks = [
        format_html(
            '<text x="{}" y="11" text-anchor="{}">{}</text>',
            round(_EDGE + at * (_INTERVAL_WIDTH - 2 * _EDGE), 1),
            anchor,
            share(at * end, 0),
        )
        for at, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
    ]
    return _svg("pic-scale", _INTERVAL_WIDTH, 14, "", marks)


def spark(months: Sequence[Any], *, end: float, level: float | None = None) -> SafeString:
    """The late share month by month in a small strip; a month without limits that ran out leaves a gap."""
    if len(months) < 3:
        return SafeString("")
    step = (_SPARK_WIDTH - 10) / (len(months) - 1)

    def y(value: float) -> float:
        return round(_SPARK_HEIGHT - 5 - min(value, end) / end * (_SPARK_HEIGHT - 10), 1)

    runs: list[list[str]] = [[]]
    for place, month in enumerate(months):
        if month is None or not month.due:
            runs.append([])
        else:
            runs[-1].append(f"{5 + place * step:.1f},{y(month.late_share or 0)}")
    marks = [format_html('<line class="pic-axis" x1="5" x2="{}" y1="{}" y2="{}"/>', _SPARK_WIDTH - 5, y(0), y(0))]
    marks += [format_html('<polyline class="pic-line" points="{}"/>', " ".join(run)) for run in runs if len(run) > 1]
    lone = [run[0].split(",") for run in runs if len(run) == 1]
    marks += [format_html('<circle class="pic-lone" cx="{}" cy="{}" r="1.6"/>', *one) for one in lone]
    last = next((run[-1] for run in reversed(runs) if run), None)
    if last:
        marks.append(format_html('<circle class="pic-dot" cx="{}" cy="{}" r="3"/>', *last.split(",")))
    known = [month for month in months if month is not None and month.due]
    told = _("%(first)s %(from)s, %(last)s %(to)s") % {
        "first": f"{known[0].month_on:%Y-%m}" if known else "",
        "from": share(known[0].late_share if known else None),
        "last": f"{known[-1].month_on:%Y-%m}" if known else "",
        "to": share(known[-1].late_share if known else None),
    }
    return _svg("pic-spark", _SPARK_WIDTH, _SPARK_HEIGHT, told, marks)


def trend(months: Sequence[Any], *, told: str) -> SafeString:
    """The late share by month: dots with their intervals, an unfinished month hollow; on a phone the last twelve months."""
    if len(months) < 2:
        return SafeString("")
    wide = _trend(months, told, "pic-trend wide", _TREND_WIDTH)
    return wide + _trend(months[-12:], told, "pic-trend narrow", _TREND_NARROW_WIDTH)


def _trend(months: Sequence[Any], told: str, kind: str, width: int) -> SafeString:
    end = axis_end(months)
    is_few = any(month.due < FEWEST_DUE for month in months)
    inner = _TREND_HEIGHT - _TREND_TOP - _TREND_BOTTOM
    step = (width - _TREND_LEFT - _TREND_RIGHT) / len(months)

    def y(value: float | None) -> float:
        return round(_TREND_TOP + (1 - min(value or 0, end) / end) * inner, 1)

    marks: list[SafeString] = []
    for at in (0.0, end / 2, end):
        marks.append(
            format_html(
                '<line class="pic-grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="pic-number" x="{}" y="{}" text-anchor="end">{}</text>',
                _TREND_LEFT, width - _TREND_RIGHT, y(at), y(at), _TREND_LEFT - 8, y(at) + 4, share(at, 0),
            )
        )  # fmt: skip
    xs = [round(_TREND_LEFT + (place + 0.5) * step, 1) for place in range(len(months))]
    every = -(-len(months) * 36 // (width - _TREND_LEFT))
    for place, month in enumerate(months):
        if place % every == 0:
            marks.append(
                format_html(
                    '<text x="{}" y="{}" text-anchor="middle">{}</text>',
                    xs[place],
                    _TREND_HEIGHT - 22,
                    _month(month.month_on.month),
                )
            )
        next_is_january = place + 1 < len(months) and months[place + 1].month_on.month == 1
        if month.month_on.month == 1 or (place == 0 and not next_is_january):
            marks.append(
                format_html(
                    '<text class="pic-year" x="{}" y="{}" text-anchor="middle">{}</text>',
                    xs[place],
                    _TREND_HEIGHT - 5,
                    month.month_on.year,
                )
            )
    if not is_few:  # a line through months of a few limits each would draw chance as a course
        points = " ".join(f"{x},{y(month.late_share)}" for x, month in zip(xs, months, strict=True))
        marks.append(format_html('<polyline class="pic-line" points="{}"/>', points))
    for x, month in zip(xs, months, strict=True):
        marks.append(
            format_html(
                '<g><title>{}</title><line class="pic-interval" x1="{}" x2="{}" y1="{}" y2="{}"/><circle class="{}" cx="{}" cy="{}" r="4.5"/></g>',
                f"{month.month_on:%Y-%m}: {month.late}/{month.due} = {share(month.late_share)}",
                x, x, y(month.late_share_low), y(month.late_share_high),
                "pic-dot" if month.is_complete else "pic-dot unfinished", x, y(month.late_share),
            )
        )  # fmt: skip
    last = months[-1]
    marks.append(
        format_html(
            '<text class="pic-told" x="{}" y="{}" text-anchor="end">{}</text>',
            xs[-1] + 6, max(y(last.late_share_high) - 8, 12),
            share(last.late_share) if last.due >= FEWEST_DUE else f"{last.late}/{last.due}",
        )
    )  # fmt: skip
    return _svg(kind, width, _TREND_HEIGHT, told, marks)


def days_left(left: Any, *, told: str) -> SafeString:
    """The open cases by working days until their first limit ends: a bar a span, past limits at the left of the line.

    In      left: DaysLeft of queries; told: the finding, as the picture's alternative text begins
    Empty   no open case gives no picture
    """
    from .queries import LEFT

    if not sum(left.counts) + left.stopped:
        return SafeString("")
    bars = [(_span(*span), count, _kind(span[1])) for span, count in zip(LEFT, left.counts, strict=True)]
    if left.stopped:
        bars.append((_("stopped"), left.stopped, "stopped"))
    step = (_LEFT_WIDTH - 2 * _EDGE) / len(bars)
    highest = max(count for _, count, _ in bars)
    floor = _LEFT_HEIGHT - 44
    marks: list[SafeString] = []
    for place, (name, count, kind) in enumerate(bars):
        x, height = _EDGE + place * step, count / highest * (floor - 20)
        marks.append(
            format_html(
                '<rect class="pic-bar {}" x="{}" y="{}" width="{}" height="{}"/>'
                '<text class="pic-count" x="{}" y="{}" text-anchor="middle">{}</text>'
                '<text x="{}" y="{}" text-anchor="middle">{}</text>',
                kind, round(x + step * 0.2, 1), round(floor - height, 1), round(step * 0.6, 1), round(height, 1),
                round(x + step / 2, 1), round(floor - height - 5, 1), number(count),
                round(x + step / 2, 1), floor + 16, name,
            )
        )  # fmt: skip
    past = sum(1 for _, last in LEFT if last is not None and last < 0)
    line = round(_EDGE + past * step, 1)
    marks.append(
        format_html(
            '<line class="pic-floor" x1="{}" x2="{}" y1="{}" y2="{}"/>', _EDGE, _LEFT_WIDTH - _EDGE, floor, floor
        )
    )
    marks.append(format_html('<line class="pic-limit" x1="{0}" x2="{0}" y1="4" y2="{1}"/>', line, floor + 40))
    marks.append(
        format_html(
            '<text class="pic-side past" x="{}" y="{}" text-anchor="end">{}</text><text class="pic-side" x="{}" y="{}">{}</text>',
            line - 8, floor + 36, _("days past"), line + 8, floor + 36, _("working days left"),
        )
    )  # fmt: skip
    all_of_it = f"{told} " + ", ".join(f"{name}: {number(count)}" for name, count, _ in bars)
    return _svg("pic-left", _LEFT_WIDTH, _LEFT_HEIGHT, all_of_it, marks)


def _span(first: int | None, last: int | None) -> str:
    """3–5, or >20; days past the limit are told without their sign."""
    if first is None or last is None:
        return f">{abs(last if first is None and last is not None else first or 0) - 1}"
    low, high = sorted((abs(first), abs(last)))
    return f"{low}–{high}"


def _kind(last: int | None) -> str:
    return "past" if last is not None and last < 0 else ""


def months_held(first_on: date | None, last_on: date | None, missing: Sequence[str]) -> SafeString:
    """A square for each month from the first record to the last; a month without any record is hollow."""
    if first_on is None or last_on is None or not missing:
        return SafeString("")
    count = (last_on.year - first_on.year) * 12 + last_on.month - first_on.month + 1
    months = [divmod(first_on.year * 12 + first_on.month - 1 + place, 12) for place in range(count)][-_MOST_MONTHS:]
    marks = []
    for place, (year, month) in enumerate(months):
        name = f"{year}-{month + 1:02}"
        marks.append(
            format_html(
                '<rect class="pic-month{}" x="{}" y="1.5" width="7" height="10"><title>{}</title></rect>',
                " missing" if name in missing else "",
                place * 9 + 1,
                name,
            )
        )
    return _svg("pic-months", len(months) * 9 + 2, 13, "", marks)


def _month(number: int) -> str:
    name = month_name(number)
    return name if len(name) <= 3 else name[:3]


def _svg(kind: str, width: int, height: int, told: str, marks: Sequence[SafeString]) -> SafeString:
    drawn = format_html_join("", "{}", ((mark,) for mark in marks))
    if not told:
        return format_html(
            '<svg class="{}" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', kind, width, height, drawn
        )
    return format_html(
        '<svg class="{0}" viewBox="0 0 {1} {2}" role="img" aria-label="{3}"><title>{3}</title>{4}</svg>',
        kind,
        width,
        height,
        told,
        drawn,
    )
