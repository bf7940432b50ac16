"""The deadline calculator: when must they answer me? Open to anyone; the question stands in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaoneng.core.errors import XiaonengError
from xiaoneng.web.shell import open_to_all, told
from xiaoneng.web.shell.clock_strip import rows_of
from xiaoneng.web.shell.formats import day_long, words_language

from .. import queries
from ..forms import DeadlineForm

if TYPE_CHECKING:
    from xiaoneng.core.clocks import Clock, Explanation


@require_GET
@open_to_all
def deadline(request: HttpRequest) -> HttpResponse:
    """The question, and its answer where one was asked."""
    today = timezone.localdate()
    is_asked = "start" in request.GET
    form = DeadlineForm(request.GET if is_asked else None, initial={"start": today, "unit": "workday"})
    context: dict[str, Any] = {"form": form, "is_asked": is_asked}
    if not is_asked:
        return render(request, "registry/deadline.html", context)
    if not form.is_valid():
        return render(request, "registry/deadline.html", context, status=422)
    try:
        context |= _answer(form)
    except XiaonengError as error:
        form.add_error(None, told(error))
        return render(request, "registry/deadline.html", context, status=422)
    return render(request, "registry/deadline.html", context)


def _answer(form: DeadlineForm) -> dict[str, Any]:
    from xiaoneng.core.clocks import Extension, Matter, Pause, clock_of, counting_of, explain
    from xiaoneng.core.law import rule as rule_of
    from xiaoneng.core.terms import Unit

    asked = form.cleaned_data
    rule = rule_of(asked["rule"], on=asked["start"]) if asked["rule"] else None
    length = rule.limit if rule is not None else asked["length"]
    unit = rule.unit if rule is not None else Unit(asked["unit"] or "workday")
    calendar = queries.workdays()
    matter = Matter(
        started_on=asked["start"],
        limit_length=length or 0,
        limit_unit=unit,
        ended_on=asked["ended"],
        pauses=[Pause(begun, resumed, ground) for begun, resumed, ground in form.stops()],
        extensions=[Extension(asked["extension"], unit)] if asked["extension"] else [],
    )
    judged_on = max(asked["on"] or timezone.localdate(), asked["start"])
    clock = clock_of(matter, counting=counting_of(rule), calendar=calendar, on=judged_on)
    explanation = explain(clock, calendar=calendar, rule=rule)
    language = words_language()
    return {
        "clock": clock,
        "rule": rule,
        "rule_name": (rule.name_zh if language == "zh" else rule.name_en) if rule is not None else "",
        "sentence": _sentence(clock),
        "strip": rows_of(_until_due(explanation)),
        "day_rows": [{"row": row, "sentence": row.sentence(language)} for row in _until_due(explanation).rows],
        "law_text": explanation.law(language),
        "readings": explanation.readings(language),
        "findings": explanation.findings(language),
        "provisional_from": calendar.provisional_from,
        "notices": _notices(explanation),
    }


def _until_due(explanation: Explanation) -> Explanation:
    """The days up to the due day, or to the day of judging where the limit has run out not long ago."""
    from dataclasses import replace
    from datetime import timedelta

    due_on = explanation.clock.due_on
    if due_on is None or explanation.clock.ended_on:
        return explanation
    if explanation.clock.on - due_on <= timedelta(days=60):
        return explanation
    return replace(explanation, rows=tuple(row for row in explanation.rows if row.day <= due_on))


def _sentence(clock: Clock) -> str:
    """The answer, in a sentence."""
    if clock.due_on is None:
        return _("The clock stands still: there is no last day until it runs again.")
    if clock.due_at is not None:
        return _("The last moment is {time} on {day}.").format(time=f"{clock.due_at:%H:%M}", day=day_long(clock.due_on))
    return _("The last day is {day}.").format(day=day_long(clock.due_on))


def _notices(explanation: Explanation) -> list[str]:
    """The holiday notices on which the count rests, in order."""
    return list(dict.fromkeys(row.notice for row in explanation.rows if row.notice))
