"""What the page of a case says: its sentence, its days, its pauses and its card, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoneng.core import words
from xiaoneng.web.registry import workdays
from xiaoneng.web.shell.formats import cited, day_short, words_language

from .judging import Explained
from .models import Card, CaseClock

if TYPE_CHECKING:
    from xiaoneng.core.law import CardRule


@dataclass(frozen=True)
class CardLine:
    """A card as the page shows it; `issued_on` is None until a run has written it down."""

    name: str
    rule_name: str
    rule_label: str
    rule_set: str
    basis: str
    is_confirmed: bool
    must_act: str
    fell_on: date | None
    issued_on: date | None
    reply_until: date | None
    decide_until: date | None
    state: str


def case_sentence(clock: CaseClock) -> str:
    """Where the case stands, in one sentence."""
    due, days = day_short(clock.first_due_on), abs(clock.remaining_workdays or 0)
    if clock.state == "unjudged":
        return (
            words.say(f"reason_{clock.reason}", words_language()) if clock.reason else _("This case cannot be judged.")
        )
    if clock.state == "in_time":
        return _("Concluded on %(ended)s, in time: it was due on %(due)s.") % {
            "ended": day_short(clock.ended_on),
            "due": due,
        }
    if clock.state == "late":
        return ngettext(
            "Concluded on %(ended)s, %(days)d working day after the limit of %(due)s.",
            "Concluded on %(ended)s, %(days)d working days after the limit of %(due)s.",
            days,
        ) % {"ended": day_short(clock.ended_on), "days": days, "due": due}
    if clock.state == "open_late":
        return ngettext(
            "Not concluded: the limit ran out on %(due)s, %(days)d working day ago.",
            "Not concluded: the limit ran out on %(due)s, %(days)d working days ago.",
            days,
        ) % {"due": due, "days": days}
    if not clock.first_due_on:
        return _("The clock stands still; there is no last day until it runs again.")
    if clock.state == "paused":
        return _("The clock stands still; as things are, the last day is %(due)s.") % {"due": due}
    if days == 0:
        return _("Today, %(due)s, is the last day.") % {"due": due}
    return ngettext(
        "Due on %(due)s: %(days)d working day is left.", "Due on %(due)s: %(days)d working days are left.", days
    ) % {"due": due, "days": days}


def days_of(told: Explained) -> list[dict[str, Any]]:
    """The day table: what each day does to the promised and to the statutory limit, and why."""
    language = words_language()
    promised = {row.day: row for row in told.promised.rows} if told.promised else {}
    statutory = {row.day: row for row in told.statutory.rows} if told.statutory else {}
    article = cited(told.rule.law, told.rule.article) if told.rule else ""
    rows: list[dict[str, Any]] = []
    for day in sorted({*promised, *statutory}):
        row = statutory.get(day) or promised[day]
        rests_on_law = str(row.state) in ("paused", "skipped", "rolled", "start")
        rows.append(
            {
                "row": row,
                "promised": promised[day].number if day in promised else 0,
                "statutory": statutory[day].number if day in statutory else 0,
                "why": row.sentence(language),
                "article": article if rests_on_law and day in statutory else "",
                "is_promised_due": day in promised and promised[day].is_due,
                "is_statutory_due": day in statutory and statutory[day].is_due,
            }
        )
    ended_on = told.judged.ended_on
    return [one for one in rows if ended_on is None or one["row"].day <= ended_on]


def pause_rows(told: Explained) -> list[dict[str, Any]]:
    """Each pause with its ground, and whether it stopped the clock in law."""
    language = words_language()
    return [
        {
            "pause": line.pause,
            "is_lawful": line.is_lawful,
            "findings": [words.say(f"finding_{code}", language) for code in line.findings],
        }
        for line in told.pauses
    ]


def card_line(clock: CaseClock, rule: CardRule | None, card: Card | None) -> CardLine | None:
    """The card of a case with its rule, its legal basis, who must act and until when; None where there is none."""
    if clock.card == "none":
        return None
    issued_on = card.issued_on if card else None
    needs_reply = rule is not None and clock.card != "early_warning" and issued_on is not None
    calendar = workdays()
    return CardLine(
        name=clock.card,
        rule_name=_name(rule) if rule else "",
        rule_label=clock.card_rule,
        rule_set=clock.card_rule.partition("@")[2],
        basis=rule.basis if rule else "",
        is_confirmed=bool(rule and rule.is_confirmed),
        must_act=str(rule.must_act) if rule else "",
        fell_on=clock.card_fell_on,
        issued_on=issued_on,
        reply_until=calendar.add_workdays(issued_on, rule.reply_workdays)
        if needs_reply and rule and issued_on
        else None,
        decide_until=calendar.add_workdays(issued_on, rule.decide_workdays)
        if needs_reply and rule and issued_on
        else None,
        state=card.state if card else "issued",
    )


def _name(rule: CardRule) -> str:
    return rule.name_zh if words_language() == "zh" else rule.name_en
