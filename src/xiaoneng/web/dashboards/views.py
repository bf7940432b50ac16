"""The pages that answer one question each: where is it late, how does an agency serve, how does an item run."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from xiaoneng.core.terms import FEWEST_DUE
from xiaoneng.web.cases import queries as cases
from xiaoneng.web.registry import queries as registry
from xiaoneng.web.shell import asked, permitted
from xiaoneng.web.shell.formats import joined, number, share

from . import pictures, queries


@require_GET
@permitted()
def overview(request: HttpRequest) -> HttpResponse:
    """The week on one page: which few things need the reader."""
    user: Any = request.user
    if not user.has_perm("overview.read"):
        if user.has_perm("agency.read"):
            return redirect("dashboards:agency", code=user.agency_code)
        return redirect("registry:agencies")
    run = cases.last_run()
    if run is None or not run.summary:
        context = {
            "imports": cases.imports()[:1],
            "item_count": registry.items_for(user).count(),
            "announced_through": registry.workdays().announced_through,
        }
        return render(request, "dashboards/nothing_yet.html", context)
    agencies = queries.agencies_for(user, asked(request, "sort"))
    level = queries.level_of(agencies)
    by_agency = queries.months_by_agency(user)
    months = [month for month in by_agency.get("", []) if month is not None]
    end = pictures.axis_end([one for one in agencies if one.due >= FEWEST_DUE])
    cards = queries.cards_this_week(user, run)
    context = {
        "run": run,
        "level": level,
        "sentence": _overview_sentence(level, agencies),
        "rows": [_agency_row(one, by_agency.get(one.agency_code, []), end, level.late_share) for one in agencies],
        "scale": pictures.interval_axis(end),
        **_pictures(months, queries.days_left(user)),
        "cards": cards[:8],
        "card_count": len(cards),
        "red_count": sum(1 for clock in cards if clock.card == "red"),
        "overdue": queries.longest_overdue(user),
        "due_soon": queries.count_due(user, run, days=6 - run.on.weekday() if run.on.weekday() < 5 else 7),
    }
    return render(request, "dashboards/overview.html", context)


@require_GET
@permitted("agency.read")
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """How one agency keeps its limits, and how we know."""
    total = cases.agency_totals_for(request.user).filter(agency_code=code).first()
    if total is None:
        raise Http404("no such agency")
    items = queries.items_of(request.user, agency=code)
    months = list(cases.months_for(request.user, code))
    end = pictures.axis_end([one for one in items if one.due >= FEWEST_DUE])
    context = {
        "total": total,
        "run": cases.last_run(),
        "sentence": _agency_sentence(total),
        **_pictures(months, queries.days_left(request.user, agency=code)),
        "rows": [{"total": one, "picture": _interval(one, end, total.late_share)} for one in items],
        "scale": pictures.interval_axis(end),
        "overdue": queries.longest_overdue(request.user, agency=code, most=10),
        **_coverage(queries.coverage_of(cases.coverage_for(request.user, agency=code))),
    }
    return render(request, "dashboards/agency.html", context)


@require_GET
@permitted("agency.read")
def item(request: HttpRequest, code: str) -> HttpResponse:
    """How one service item runs, at every agency that handles it."""
    totals = queries.items_of(request.user, item=code)
    if not totals:
        raise Http404("no such item")
    end = pictures.axis_end([one for one in totals if one.due >= FEWEST_DUE])
    level = queries.level_of(totals)
    context = {
        "totals": totals,
        "first": totals[0],
        "run": cases.last_run(),
        "level": level,
        "sentence": _item_sentence(totals[0].service_item_name or code, level),
        "rows": [{"total": one, "picture": _interval(one, end, level.late_share)} for one in totals],
        "scale": pictures.interval_axis(end),
        "overdue": queries.longest_overdue(request.user, item=code, most=10),
        **_coverage(queries.coverage_of(cases.coverage_for(request.user, item=code))),
    }
    return render(request, "dashboards/item.html", context)


@require_GET
@permitted("overview.read")
def figure_rows(request: HttpRequest, name: str) -> HttpResponse:
    """The numbers behind a picture of the overview."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    from xiaoneng.web.cases.exporting import guarded

    if name == "agencies":
        columns = ["agency_code", "agency_name", "cases", "open", "open_late", "due", "late", "late_share"]
        columns += ["late_share_low", "late_share_high", "early_warning", "yellow", "red", "unjudged"]
        rows: Any = queries.agencies_for(request.user)
    elif name == "months":
        columns = ["month_on", "due", "late", "late_share", "late_share_low", "late_share_high", "is_complete"]
        rows = cases.months_for(request.user, "")
    elif name == "days_left":
        columns = ["from_workdays", "to_workdays", "open"]
        rows = queries.days_left(request.user).rows
    else:
        raise Http404("no such figure")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guarded(getattr(row, column)) for column in columns])
    return response


def _pictures(months: list[Any], left: queries.DaysLeft) -> dict[str, Any]:
    """The two pictures of a page with their findings: the time that open cases have, and the trend."""
    trend_sentence, left_sentence = _trend_sentence(months), _left_sentence(left)
    return {
        "left": pictures.days_left(left, told=left_sentence),
        "left_sentence": left_sentence,
        "trend": pictures.trend(months, told=trend_sentence),
        "trend_sentence": trend_sentence,
        "months": list(reversed(months)),
    }


def _coverage(coverage: list[queries.Coverage]) -> dict[str, Any]:
    """Where the records come from: each source with its strip of months, and the whole in two sentences."""
    rows = [(one, pictures.months_held(one.first_on, one.last_on, one.missing_months)) for one in coverage]
    return {"coverage": rows, "coverage_sentence": _coverage_sentence(coverage)}


def _coverage_sentence(coverage: list[queries.Coverage]) -> str:
    lags = [one.lag_hours[1] for one in coverage if one.lag_hours]
    missing = len({month for one in coverage for month in one.missing_months})
    if lags:
        told = _("Records usually reach the server within %(hours)s hours.") % {"hours": number(max(lags), 1)}
    else:
        told = _("The records do not say when they reached the server.")
    if missing:
        gap = ngettext("%(n)d month has no record.", "%(n)d months have no record.", missing) % {"n": missing}
    else:
        gap = _("No month is missing.")
    return joined(told, gap)


def _left_sentence(left: queries.DaysLeft) -> str:
    facts = {"soon": number(left.soon), "past": number(left.past)}
    return (
        ngettext(
            "%(soon)s open case has at most two working days left; %(past)s past the limit.",
            "%(soon)s open cases have at most two working days left; %(past)s past the limit.",
            left.soon,
        )
        % facts
    )


def _agency_row(one: Any, months: list[Any], end: float, level: float | None) -> dict[str, Any]:
    return {"total": one, "picture": _interval(one, end, level), "spark": pictures.spark(months, end=max(end, 0.1))}


def _interval(one: Any, end: float, level: float | None) -> Any:
    return pictures.interval(one, end=end, level=level) if one.due >= FEWEST_DUE else ""


def _overview_sentence(level: queries.Level, agencies: list[Any]) -> str:
    facts = {"late": number(level.open_late), "open": number(level.open)}
    if level.open_late == 0:
        return _("None of the %(open)s open cases is past its limit.") % facts
    told = (
        ngettext(
            "%(late)s of %(open)s open cases is past its limit",
            "%(late)s of %(open)s open cases are past their limit",
            level.open_late,
        )
        % facts
    )
    late = sorted((one for one in agencies if one.open_late), key=lambda one: -one.open_late)
    some = sum(one.open_late for one in late[:3])
    if len(late) <= 1:
        return told + _("; all of them at %(agency)s.") % {"agency": late[0].agency_name}
    if len(late) <= 3:
        return told + _("; all of them at %(n)d agencies.") % {"n": len(late)}
    return told + _("; %(some)s of them at three agencies.") % {"some": number(some)}


def _agency_sentence(total: Any) -> str:
    facts = {"agency": total.agency_name, "late": number(total.open_late), "open": number(total.open)}
    if total.open == 0:
        return _("%(agency)s has no open case.") % facts
    if total.open_late == 0:
        return _("None of the %(open)s open cases of %(agency)s is past its limit.") % facts
    return (
        ngettext(
            "%(late)s of the %(open)s open cases of %(agency)s is past its limit.",
            "%(late)s of the %(open)s open cases of %(agency)s are past their limit.",
            total.open_late,
        )
        % facts
    )


def _item_sentence(name: str, level: queries.Level) -> str:
    facts = {"item": name, "late": number(level.late), "due": number(level.due)}
    if level.due == 0:
        return _("%(item)s: no limit has run out yet.") % facts
    return (
        ngettext(
            "%(item)s: %(late)s of %(due)s limits was missed.",
            "%(item)s: %(late)s of %(due)s limits were missed.",
            level.late,
        )
        % facts
    )


def _trend_sentence(months: list[Any]) -> str:
    """What the trend shows: the last three finished months beside the three before, as they are."""
    last, before = queries.three_months(months)
    if not last:
        return _("Limits that were missed, by the month in which they ran out")
    return _(
        "%(now)s of the limits that ran out in the last three full months were missed; %(then)s in the three before."
    ) % {
        "now": share(queries.share_of(last)),
        "then": share(queries.share_of(before)),
    }
