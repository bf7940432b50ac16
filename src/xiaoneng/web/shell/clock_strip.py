"""The clock of a case as a strip of days, drawn as SVG.

Two weeks a line, Monday first, so that rest days stand in columns; one week a line on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from .formats import day_long, day_short, is_chinese, month_name, weekday_letter, words_language

LINES = {"wide": 14, "narrow": 7}  # days a line, on a screen and on a phone
CELL = 30  # SVG units, as are the next ones
GAP = 3
LINE_HEIGHT = 50
HEAD = 22
LEFT = 38
GAP_HEIGHT = 20
MAX_LINES = 16
STATES = ("counted", "skipped", "paused", "before", "after", "late")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day as it is drawn; the middle of the text is `text_x`."""

    x: int
    y: int
    number: int
    state: str
    tell: str
    is_today: bool
    is_due: bool
    is_promised_due: bool
    is_statutory_due: bool
    is_start: bool
    is_provisional: bool
    under: str

    @property
    def text_x(self) -> int:
        return self.x + (CELL - GAP) // 2

    @property
    def text_y(self) -> int:
        return self.y + 18

    @property
    def under_y(self) -> int:
        return self.y + 39

    @property
    def bar_x(self) -> int:
        return self.x + CELL - GAP - 1

    @property
    def end_x(self) -> int:
        return self.x + CELL - GAP


@dataclass(frozen=True, slots=True)
class Strip:
    """A drawn strip: its size, its cells, the labels at its left and above it, and its words."""

    width: int
    height: int
    cells: Sequence[Cell]
    months: Sequence[Mapping[str, Any]]
    weekdays: Sequence[Mapping[str, Any]]
    gap_y: int | None
    gap_days: int
    kind: str
    alternative: str
    legend: Sequence[Mapping[str, str]]


# What the core calls a day, and how the strip draws it
_DRAWN_AS = {"start": "before", "rolled": "skipped", "overdue": "late"}


def rows_of(
    explanation: Any, *, promised_due_on: date | None = None, statutory_due_on: date | None = None
) -> list[dict[str, Any]]:
    """The rows of a strip from an explanation of the core.

    In      explanation: an Explanation of core.clocks; the two days where the case has both limits; without them the
            explanation's own due day is drawn as the statutory one where it rests on a rule, else as that of a limit
    """
    due_on = None
    if promised_due_on is None and statutory_due_on is None:
        if explanation.rule is not None:
            statutory_due_on = explanation.clock.due_on
        else:
            due_on = explanation.clock.due_on
    language = words_language()
    return [
        {
            "day": row.day,
            "state": _DRAWN_AS.get(str(row.state), str(row.state)),
            "reason": row.sentence(language) + (f" ({row.holiday})" if row.holiday else ""),
            "is_start": row.day == explanation.clock.started_on,
            "is_today": row.is_today,
            "is_due": row.day == due_on,
            "is_promised_due": row.day == promised_due_on,
            "is_statutory_due": row.day == statutory_due_on,
            "is_provisional": row.is_provisional,
        }
        for row in explanation.rows
    ]


def state_words() -> dict[str, str]:
    """What each state of a day is called."""
    return {
        "counted": _("counted"),
        "skipped": _("not counted (rest day)"),
        "paused": _("clock stopped"),
        "before": _("before the count"),
        "after": _("after the end"),
        "late": _("past the limit"),
    }


def draw(rows: Iterable[Mapping[str, Any]], kind: str = "wide") -> Strip | None:
    """The strip of these days, one mapping a day, in order.

    In      rows: day, state (counted, skipped, paused, before, after, late), reason;
            is_today, is_due (a limit of no rule), is_promised_due, is_statutory_due, is_start, is_provisional where
            they hold; kind: wide or narrow, see LINES
    Empty   no rows give None
    """
    days = list(rows)
    if not days:
        return None
    per_line = LINES[kind]
    first = days[0]["day"] - timedelta(days=days[0]["day"].weekday())
    lines = (days[-1]["day"] - first).days // per_line + 1
    hidden = range(0)
    if lines > MAX_LINES:
        hidden = range(MAX_LINES // 2, lines - MAX_LINES // 2)
    words = state_words()
    cells: list[Cell] = []
    months: list[dict[str, Any]] = []
    shown_lines: set[int] = set()
    named = ""
    for row in days:
        line, column = divmod((row["day"] - first).days, per_line)
        if line in hidden:
            continue
        at_line = line - len(hidden) if hidden and line >= hidden.stop else line
        below_gap = GAP_HEIGHT if line >= hidden.stop > 0 else 0
        cell = _cell(row, LEFT + column * CELL, HEAD + at_line * LINE_HEIGHT + below_gap, words)
        if line not in shown_lines:
            shown_lines.add(line)
            name = _month(row["day"])
            months.append({"x": LEFT - 8, "y": cell.text_y, "text": name if name != named else ""})
            named = name
        cells.append(cell)
    gap_y = HEAD + hidden.start * LINE_HEIGHT + 6 if hidden else None
    height = HEAD + (lines - len(hidden)) * LINE_HEIGHT + (GAP_HEIGHT if hidden else 0)
    weekdays = [
        {"x": LEFT + column * CELL + (CELL - GAP) // 2, "y": 13, "text": weekday_letter(column % 7)}
        for column in range(per_line)
    ]
    return Strip(
        width=LEFT + per_line * CELL,
        height=height,
        cells=cells,
        months=months,
        weekdays=weekdays,
        gap_y=gap_y,
        gap_days=len(hidden) * per_line,
        kind=kind,
        alternative=_alternative(days),
        legend=_legend(days, words),
    )


def _month(day: date) -> str:
    if is_chinese():
        return f"{day.month}月"
    return month_name(day.month)[:3]


def _cell(row: Mapping[str, Any], x: int, y: int, words: Mapping[str, str]) -> Cell:
    day: date = row["day"]
    state = str(row.get("state") or "before")
    told = [day_long(day), str(row.get("reason") or "") or words.get(state, state)]
    under = _month(day) if day.day == 1 else ""
    if row.get("is_start"):
        told.append(_("the start"))
        under = _("start")
    if row.get("is_due"):
        told.append(_("last day of the limit"))
        under = _("last day")
    if row.get("is_promised_due"):
        told.append(_("last day of the promised limit"))
        under = _("promise")
    if row.get("is_statutory_due"):
        told.append(_("last day of the statutory limit"))
        under = _("law")
    if row.get("is_promised_due") and row.get("is_statutory_due"):
        under = _("both")
    if row.get("is_today"):
        told.append(_("the day as of which the clock is read"))
        under = _("as of") if not under or day.day == 1 else under
    if row.get("is_provisional"):
        told.append(_("provisional: no holiday notice covers this day yet"))
    return Cell(
        x=x,
        y=y,
        number=day.day,
        state=state if state in STATES else "before",
        tell=("，" if is_chinese() else ", ").join(told),
        is_today=bool(row.get("is_today")),
        is_due=bool(row.get("is_due")),
        is_promised_due=bool(row.get("is_promised_due")),
        is_statutory_due=bool(row.get("is_statutory_due")),
        is_start=bool(row.get("is_start")),
        is_provisional=bool(row.get("is_provisional")),
        under=under,
    )


def _alternative(days: Sequence[Mapping[str, Any]]) -> str:
    """The strip in words, made from its numbers."""
    count = {state: sum(1 for row in days if row.get("state") == state) for state in STATES}
    text = _("%(first)s to %(last)s: %(counted)d days counted, %(skipped)d rest days, %(paused)d days stopped.") % {
        "first": day_short(days[0]["day"]),
        "last": day_short(days[-1]["day"]),
        **count,
    }
    for key, sentence in (
        ("is_due", _("The limit ends on %(day)s.")),
        ("is_promised_due", _("The promised limit ends on %(day)s.")),
        ("is_statutory_due", _("The statutory limit ends on %(day)s.")),
    ):
        for row in days:
            if row.get(key):
                text += ("" if is_chinese() else " ") + sentence % {"day": day_long(row["day"])}
    return text


def _legend(days: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> list[dict[str, str]]:
    present = {str(row.get("state")) for row in days}
    drawn = [state for state in ("counted", "skipped", "paused", "late") if state in present]
    legend = [{"state": state, "text": words[state]} for state in drawn]
    if any(row.get("is_provisional") for row in days):
        legend.append({"state": "provisional", "text": _("provisional")})
    return legend
