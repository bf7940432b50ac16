"""Where people lose most days: the summary, a finding with its cases, and the cases behind any figure."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiaoneng.core import words
from xiaoneng.core.errors import XiaonengError
from xiaoneng.core.terms import Certainty
from xiaoneng.web import bridge
from xiaoneng.web.cases import actions, exporting
from xiaoneng.web.shell import paginated, permitted, told
from xiaoneng.web.shell.formats import words_language

from . import pictures, queries, telling
from .asking import agency_name, scope_of
from .behind import Behind, cases_behind, times_asked
from .showing import page

_MOST_FINDINGS, _MOST_BARS, _MOST_OPEN, _MOST_FINDING_CASES = 5, 14, 10, 20


@require_GET
@permitted("agency.read")
def summary(request: HttpRequest) -> HttpResponse:
    """Where people lose most days, agency by agency."""
    scope = scope_of(request)
    rows = queries.tables_of(scope, "step_times")
    by_agency = queries.by_agency(scope, "wait_causes", part="agency")["wait_causes"]
    waits = sorted(
        queries.by_agency(scope, "open_waits")["open_waits"], key=lambda one: -(one["waiting_workdays"] or 0)
    )
    findings = [_told(one) for one in queries.findings_for(request.user, scope)]
    confirmed = [one for one in findings if one.certainty == Certainty.CONFIRMED]
    spent, waited = (
        sum(one[name] or 0 for one in rows["step_times"]) for name in ("spent_workdays", "waited_workdays")
    )
    cases = sum(one["starts"] for one in rows["step_times"])
    causes = sorted(
        [
            {
                **one,
                "name": agency_name(scope.names, one["agency"]),
                "mean": one["waited_workdays"] / one["waits"],
                "address": f"{reverse('dashboards:causes')}?{urlencode({'agency': one['agency']})}",
            }
            for one in by_agency
            if one["waited_workdays"]
        ],
        key=lambda one: -one["waited_workdays"],
    )
    bars = pictures.causes(causes[:_MOST_BARS], title=telling.causes_title("agency"))
    context = {
        "sentence": telling.summary_sentence(confirmed, spent, waited, cases),
        "spent": spent,
        "waited": waited,
        "cases": cases,
        "confirmed": confirmed[:_MOST_FINDINGS],
        "more": confirmed[_MOST_FINDINGS:],
        "candidates": [one for one in findings if one.certainty != Certainty.CONFIRMED],
        "bars": bars,
        "causes": causes,
        "waits": [{**one, "agency_name": agency_name(scope.names, one["agency"])} for one in waits[:_MOST_OPEN]],
        "wait_cases": sum(one["cases"] for one in waits),
        "wait_days": sum(one["waiting_workdays"] or 0 for one in waits),
        "wait_places": len(waits),
    }
    files = {
        "agencies": pictures.cause_table(causes),
        "open_waits": pictures.plain_table(
            waits, "agency", "office", "name", "cases", "waiting_workdays", "waiting_workdays_max"
        ),
        "findings": pictures.finding_table(findings),
    }
    return page(request, scope, "time", context, pictures={"agencies": bars.wide} if bars else {}, tables=files)


@require_GET
@permitted("agency.read")
def finding(request: HttpRequest, number: int) -> HttpResponse:
    """One finding: what it says, how it was compared, and its cases. A question to the agency, not a judgement."""
    scope = scope_of(request)
    found = _told(queries.finding_for(request.user, number))
    listed = found.found_cases.select_related("case", "case__clock").order_by("-workdays", "pk")
    context = {
        "finding": found,
        "sentence": found.sentence,
        "opened": listed.count(),
        "listed": list(listed[:_MOST_FINDING_CASES]),
        "compared": words.label(f"compared_{found.compared_with}", words_language()) if found.compared_with else "",
    }
    return page(request, scope, "finding", context)


@require_GET
@permitted("cases.read")
def cases(request: HttpRequest) -> HttpResponse:
    """The cases behind a figure of these pages."""
    scope, behind = scope_of(request), Behind.of(request)
    found = cases_behind(request.user, scope, behind)
    shown = paginated(request, found)
    finding = _told(queries.finding_for(request.user, behind.finding)) if behind.finding is not None else None
    figures = _figures(shown.object_list, behind, finding)
    context = {
        "page": shown,
        "behind": behind,
        "finding": finding,
        "figures": figures,
        "rows": [(clock, figures.of_cases.get(clock.pk) if figures else None) for clock in shown.object_list],
        "sentence": telling.behind_sentence(shown.paginator.count, behind, scope),
        "steps": queries.way(behind.way) if behind.way else (),
        "kept": [(name, value) for name, value in request.GET.items() if name not in ("q", "page", "agency", "item")],
        "address": _without_page(request),
    }
    return page(request, scope, "cases", context)


@dataclass(frozen=True)
class _Figures:
    """What a list tells of each of its cases beside what every list tells."""

    heading: str
    of_cases: Mapping[int, float | None]
    is_workdays: bool = True


def _figures(clocks: Iterable[Any], behind: Behind, finding: Any) -> _Figures | None:
    """The figure that the list was opened from, case by case."""
    if finding is not None:
        some = finding.found_cases.filter(case__in=[clock.pk for clock in clocks])
        return _Figures(_("Cost here"), dict(some.values_list("case", "workdays")))
    if behind.paper:
        return _Figures(_("Times asked for"), times_asked(clocks, behind.paper), is_workdays=False)
    if behind.because or behind.is_orphan:
        heading = _("Waited for this reason") if behind.because else _("Nobody had it")
        return _Figures(heading, {clock.pk: clock.figure_workdays for clock in clocks})
    return None


@require_GET
@permitted("cases.read")
def export(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The same list as a file."""
    if kind not in exporting.KINDS:
        raise Http404("no such kind of file")
    found = cases_behind(request.user, scope_of(request), Behind.of(request)).select_related("case__file")
    count = found.count()
    if kind == "xlsx" and count > exporting.LONGEST_SHEET_ROWS:
        return render(request, "cases/too_long.html", {"count": count}, status=422)
    actions.exported(by=request.user, kind=kind, rows=count, address=request.GET.urlencode())
    rows = found.iterator(chunk_size=2000)
    response: Any
    if kind == "csv":
        response = StreamingHttpResponse(exporting.as_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(exporting.as_xlsx(rows), content_type=sheet)
    response["Content-Disposition"] = f'attachment; filename="cases.{kind}"'
    return response  # type: ignore[no-any-return]


# The ending of a file by what a reader chooses; packed, since a log is long and says the same often
LOGS = {"xes": "xes.gz", "ocel": "json.gz"}


@require_POST
@permitted("cases.read")
def event_log(request: HttpRequest, kind: str) -> HttpResponse:
    """The event log for other programs (XES, OCEL 2.0), handlers under pseudonyms; made in a process of its own."""
    if kind not in LOGS:
        raise Http404("no such kind of log")
    scope = scope_of(request)
    folder = Path(settings.DATA_DIR) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(8)}.{LOGS[kind]}"
    try:
        written = bridge.event_log(path, agency=scope.agency, service_item=scope.item)
        actions.exported(by=request.user, kind=kind, rows=written["cases"], address=request.GET.urlencode())
        content = path.read_bytes()
    except XiaonengError as error:
        messages.error(request, told(error))
        return redirect(f"{reverse('dashboards:map')}{scope.query}")
    finally:
        path.unlink(missing_ok=True)
    response = HttpResponse(content, content_type="application/gzip")
    response["Content-Disposition"] = f'attachment; filename="steps.{LOGS[kind]}"'
    return response


def _told(found: Any) -> Any:
    """The finding with its words in the reader's language."""
    told = found.told.get(words_language(), {})
    found.sentence, found.grounds = told.get("sentence", ""), told.get("grounds", [])
    return found


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
