"""Cases and cards to read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaoneng.core import words
from xiaoneng.web.shell import paginated, permitted
from xiaoneng.web.shell.formats import words_language

from . import actions, exporting, queries
from .judging import explained, law, strip_rows
from .telling import card_line, case_sentence, days_of, pause_rows


@require_GET
@permitted("cases.read")
def cases(request: HttpRequest) -> HttpResponse:
    """The list of cases, searched and filtered by the address."""
    wanted = queries.Wanted.of(request)
    clocks = queries.found(request.user, wanted)
    page = paginated(request, clocks)
    agencies = queries.agency_totals_for(request.user)
    items = queries.item_totals_for(request.user).filter(agency_code=wanted.agency).exclude(service_item="")
    context = {
        "page": page,
        "wanted": wanted,
        "run": queries.last_run(),
        "agencies": agencies,
        "items": items if wanted.agency else (),
        "states": queries.STATES,
        "card_names": queries.CARDS,
        "address": _without_page(request),
    }
    return render(request, "cases/cases.html", context)


@require_GET
@permitted("cases.read")
def export(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The same list as a file."""
    if kind not in exporting.KINDS:
        raise Http404("no such kind of file")
    clocks = queries.found(request.user, queries.Wanted.of(request)).select_related("case__file")
    count = clocks.count()
    actions.exported(by=request.user, kind=kind, rows=count, address=request.GET.urlencode())
    name = "cases." + kind
    if kind == "csv":
        lines = exporting.as_csv(clocks.iterator(chunk_size=2000))
        streamed = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        streamed["Content-Disposition"] = f'attachment; filename="{name}"'
        return streamed
    if count > exporting.LONGEST_SHEET_ROWS:
        return render(request, "cases/too_long.html", {"count": count}, status=422)
    response = HttpResponse(
        exporting.as_xlsx(clocks.iterator(chunk_size=2000)),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@permitted("cases.read")
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: where it stands, and why, day by day."""
    found = queries.case_for(request.user, pk)
    if found.pk != pk:
        return redirect("cases:case", pk=found.pk)
    run = queries.last_run()
    clock = getattr(found, "clock", None)
    context: dict[str, Any] = {"case": found, "clock": clock, "run": run}
    context |= {"earlier": list(queries.earlier_rows(found)), "steps": _steps(found)}
    if clock is None:
        return render(request, "cases/case.html", context)
    pauses, extensions = list(found.pauses.select_related("file")), list(found.extensions.select_related("file"))
    told = explained(found, pauses=pauses, extensions=extensions, on=clock.judged_on)
    language = words_language()
    binding = told.binding
    context |= {
        "told": told,
        "sentence": case_sentence(clock),
        "strip": strip_rows(told),
        "day_rows": days_of(told),
        "days_left_out": binding.days_left_out if binding else 0,
        "law_text": told.statutory.law(language) if told.statutory else "",
        "readings": told.statutory.readings(language) if told.statutory else (),
        "findings": [words.say(f"finding_{code}", language) for code in dict.fromkeys(told.judged.findings)],
        "pauses": pause_rows(told),
        "extensions": extensions,
        "card": card_line(clock, told.card_rule, queries.card_of(found, clock.card_rule)),
        "reason": words.say(f"reason_{clock.reason}", language) if clock.reason else "",
    }
    return render(request, "cases/case.html", context)


@require_GET
@permitted("cases.read")
def cards(request: HttpRequest) -> HttpResponse:
    """The cards that are out, latest first."""
    wanted = queries.Wanted.of(request)
    if not wanted.card:
        wanted = queries.Wanted(**{**vars(wanted), "card": "any"})
    if not wanted.sort:
        wanted = queries.Wanted(**{**vars(wanted), "sort": "-fell"})
    page = paginated(request, queries.found(request.user, wanted))
    rules = {law().card_rules.label(rule): rule for rule in law().card_rules.rules}
    is_chinese = words_language() == "zh"
    for clock in page.object_list:
        rule = rules.get(clock.card_rule)
        clock.rule_name = (rule.name_zh if is_chinese else rule.name_en) if rule else _("rule no longer in the set")
        clock.must_act = str(rule.must_act) if rule else ""
    context = {
        "page": page,
        "wanted": wanted,
        "run": queries.last_run(),
        "agencies": queries.agency_totals_for(request.user),
        "card_names": queries.CARDS,
    }
    return render(request, "cases/cards.html", context)


def _steps(found: Any) -> list[Any]:
    return list(found.steps.select_related("clock", "file").order_by("step_no"))


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
