"""One case explained: its clock worked out again for the page, day by day, from the records and the item's limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from xiaoneng.web.registry import workdays

from .models import Case, CaseClock

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar
    from xiaoneng.core.clocks import CaseClock as Judged
    from xiaoneng.core.clocks import Explanation
    from xiaoneng.core.law import CardRule, Pack, Rule

PACK = "cn"
_LIMITS = ("promised_limit", "promised_unit", "statutory_limit", "statutory_unit")
_CASE_COLUMNS = (
    *("case_id", "case_no", "received_on", "accepted_on", "concluded_on", "supplement_notified_on", "outcome"),
    *("has_reasons", "has_fee_basis", "promised_due_on"),
)
_INSTANTS = ("received_at", "accepted_at", "concluded_at", "deadline_at")


@dataclass(frozen=True)
class PauseLine:
    """One stop of the clock: what the record says, and whether it stopped the clock in law."""

    pause: Any
    is_lawful: bool
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """A case's clock with its explanations; each is None where the case has no such limit, or cannot be judged."""

    judged: Judged
    promised: Explanation | None
    statutory: Explanation | None
    pauses: tuple[PauseLine, ...]
    card_rule: CardRule | None
    calendar: Calendar

    @property
    def rule(self) -> Rule | None:
        return self.judged.rule

    @property
    def binding(self) -> Explanation | None:
        """The explanation of the limit that ends first, and that has a day."""
        both = [one for one in (self.promised, self.statutory) if one is not None]
        dated = [one for one in both if one.clock.due_on is not None]
        return min(dated, key=lambda one: one.clock.due_on or date.max, default=both[0] if both else None)


def explained(case: Case, *, pauses: Sequence[Any], extensions: Sequence[Any], on: date) -> Explained:
    """The case's clock on the day `on`, explained."""
    from xiaoneng.core.clocks import explain

    pack = law()
    calendar = workdays(pack.calendar)
    judged = _judged(case, pauses, extensions, pack, calendar, on)
    explanations = [
        None if clock is None else explain(clock, calendar=calendar, rule=rule)
        for clock, rule in ((judged.promised, None), (judged.statutory, judged.rule))
    ]
    return Explained(
        judged=judged,
        promised=explanations[0],
        statutory=explanations[1],
        pauses=tuple(_pause_lines(pauses, judged)),
        card_rule=card_rule(judged.card.rule),
        calendar=calendar,
    )


@lru_cache(maxsize=1)
def law() -> Pack:
    """The rules that the county's clocks go by."""
    from xiaoneng.core.law import load_pack

    return load_pack(PACK)


def card_rule(label: str | None) -> CardRule | None:
    """The card rule behind a label such as promised_passed@2026.1."""
    rules = law().card_rules
    return next((rule for rule in rules.rules if rules.label(rule) == label), None)


def moved(old: Calendar, new: Calendar) -> list[dict[str, Any]]:
    """The open cases whose first due day lies elsewhere under the new calendar."""
    from django.urls import reverse

    found = []
    clocks = CaseClock.objects.filter(ended_on=None, first_due_on__isnull=False).exclude(state="unjudged")
    clocks = clocks.select_related("case").prefetch_related("case__pauses", "case__extensions")
    for clock in clocks.iterator(chunk_size=1000):
        case = clock.case
        pauses, extensions = list(case.pauses.all()), list(case.extensions.all())
        days = [
            _first_due(_judged(case, pauses, extensions, law(), calendar, clock.judged_on)) for calendar in (old, new)
        ]
        if days[0] != days[1]:
            found.append(
                {
                    "case_no": case.case_no,
                    "agency_name": case.agency_name,
                    "service_item_name": case.service_item_name,
                    "old_due_on": days[0],
                    "new_due_on": days[1],
                    "address": reverse("cases:case", args=[case.pk]),
                }
            )
    return found


def strip_rows(explained_case: Explained) -> list[dict[str, Any]]:
    """The days of the strip: both limits in one, days after the end grey, days past a missed limit marked."""
    from xiaoneng.web.shell.clock_strip import rows_of

    both = [one for one in (explained_case.promised, explained_case.statutory) if one is not None]
    if not both:
        return []
    longest = max(both, key=lambda one: one.rows[-1].day if one.rows else date.min)
    promised_on = explained_case.promised.clock.due_on if explained_case.promised else None
    statutory_on = explained_case.statutory.clock.due_on if explained_case.statutory else None
    rows = rows_of(longest, promised_due_on=promised_on, statutory_due_on=statutory_on)
    ended_on, on = explained_case.judged.ended_on, explained_case.judged.on
    first_due_on = min((day for day in (promised_on, statutory_on) if day), default=None)
    till = max(day for day in (first_due_on, statutory_on, promised_on, ended_on, None if ended_on else on) if day)
    shown = []
    for row in rows:
        if row["day"] > till + timedelta(days=1):
            break
        if ended_on is not None and row["day"] > ended_on:
            row |= {"state": "after", "reason": ""}
        elif first_due_on is not None and first_due_on < row["day"] <= on and row["state"] == "counted":
            row |= {"state": "late"}
        shown.append(row)
    return shown


def _judged(
    case: Case, pauses: Sequence[Any], extensions: Sequence[Any], pack: Pack, calendar: Calendar, on: date
) -> Judged:
    from xiaoneng.core.clocks import judge_case

    return judge_case(
        _case_row(case),
        pauses=[_row(one, "started_on ended_on ground has_written_notice") for one in pauses if one.started_on],
        extensions=[_row(one, "length unit approved_on has_reasons") for one in extensions if one.length],
        pack=pack,
        calendar=calendar,
        on=on,
    )


def _case_row(case: Case) -> dict[str, Any]:
    """The case as a row of CASES, with the limits that the daily run took from its item."""
    row = {name: getattr(case, name) for name in _CASE_COLUMNS}
    for name in _INSTANTS:
        moment = getattr(case, name)
        row[name] = timezone.localtime(moment) if moment else None
    clock = getattr(case, "clock", None)
    for name in (*_LIMITS, "law_rule"):
        value = getattr(clock, name) if clock is not None else getattr(case, name)
        row[name] = value if value != "" else None
    row["outcome"] = row["outcome"] or None
    return row


def _row(record: Any, names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names.split()}


def _first_due(judged: Judged) -> date | None:
    return min((clock.due_on for clock in judged.clocks if clock.due_on), default=None)


def _pause_lines(pauses: Sequence[Any], judged: Judged) -> list[PauseLine]:
    """Each pause beside what the rule says of it, asked one by one."""
    from xiaoneng.core.clocks import Matter, Pause, clock_of, counting_of

    clock = judged.statutory or judged.promised
    lines = []
    for pause in pauses:
        if clock is None or pause.started_on is None:
            lines.append(PauseLine(pause, False, ()))
            continue
        one = Pause(pause.started_on, pause.ended_on, pause.ground, pause.has_written_notice)
        matter = Matter(started_on=clock.started_on, limit_length=10_000, pauses=[one], given_due_on=clock.started_on)
        alone = clock_of(matter, counting=counting_of(judged.rule), calendar=workdays(), on=judged.on)
        is_lawful = not set(alone.findings) & {"pause_without_ground", "pause_without_notice", "pause_reversed"}
        lines.append(PauseLine(pause, is_lawful, tuple(dict.fromkeys(alone.findings))))
    return lines
