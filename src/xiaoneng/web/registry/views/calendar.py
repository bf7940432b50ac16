"""The working calendar: a year of days with its notices; the office adds the next year's notice."""

from __future__ import annotations

import calendar as months
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoneng.core.errors import NoticeError
from xiaoneng.web.shell import open_to_all, permitted, told
from xiaoneng.web.shell.formats import month_name, weekday_letter

from .. import actions, queries
from ..models import HolidayNotice, NoticeState
from ..notice_forms import NoticeFileForm, NoticeForm
from ..notices import moved_cases

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar, Notice


@require_GET
@open_to_all
def calendar(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The days of one year, each with what it is and which notice says so."""
    workdays = queries.workdays()
    today = timezone.localdate()
    shown = year or today.year
    last = workdays.announced_through.year
    if not workdays.first.year <= shown <= last + 2:
        raise Http404
    days = workdays.days(date(shown, 1, 1), date(shown, 12, 31))
    context = {
        "year": shown,
        "years": _years(workdays, shown),
        "months": [_month(workdays, shown, month, today) for month in range(1, 13)],
        "weekdays": [weekday_letter(weekday) for weekday in range(7)],
        "workday_count": sum(day.is_workday for day in days),
        "makeup_count": sum(day.kind == "makeup_workday" for day in days),
        "holiday_count": sum(day.kind == "public_holiday" for day in days),
        "is_provisional": shown > last,
        "announced_through": workdays.announced_through,
        "notices": [
            {"notice": notice, "rows": _holidays(notice)} for notice in workdays.notices if notice.year == shown
        ],
        "proposed": HolidayNotice.objects.filter(state=NoticeState.PROPOSED),
    }
    return render(request, "registry/calendar.html", context)


def _years(workdays: Calendar, shown: int) -> list[int]:
    """The years near the one that is shown, as far as they exist."""
    first, last = workdays.first.year, workdays.announced_through.year + 2
    return [year for year in range(shown - 2, shown + 3) if first <= year <= last]


def _holidays(notice: Notice) -> list[dict[str, Any]]:
    """One row a holiday: its days off, and the days worked in return."""
    worked = {group.name: group.days for group in notice.makeup}
    rows: list[dict[str, Any]] = [
        {"name": run.name, "first": run.first, "last": run.last, "worked": worked.pop(run.name, ())}
        for run in notice.off
    ]
    return rows + [{"name": name, "first": None, "last": None, "worked": days} for name, days in worked.items()]


def _month(workdays: Calendar, year: int, month: int, today: date) -> dict[str, Any]:
    weeks: list[list[dict[str, Any] | None]] = []
    for week in months.Calendar(firstweekday=0).monthdayscalendar(year, month):
        weeks.append([_cell(workdays, date(year, month, number), today) if number else None for number in week])
    return {"name": month_name(month), "weeks": weeks}


def _cell(workdays: Calendar, day: date, today: date) -> dict[str, Any]:
    entry = workdays.entry(day)
    marks = {"public_holiday": _("off"), "makeup_workday": _("on")}
    return {
        "day": day,
        "kind": str(entry.kind),
        "name": entry.name,
        "notice": entry.notice,
        "mark": marks.get(str(entry.kind), ""),
        "is_provisional": entry.is_provisional,
        "is_today": day == today,
    }


@require_http_methods(["GET", "POST"])
@permitted("calendar.change")
def new_notice(request: HttpRequest) -> HttpResponse:
    """A notice typed in or uploaded; it is kept for approval."""
    next_year = queries.workdays().provisional_from.year
    form = NoticeForm(
        initial={"year": next_year, "title": _("Notice on the holidays of %(year)s") % {"year": next_year}}
    )
    file_form = NoticeFileForm()
    if request.method == "POST":
        sent: NoticeForm | NoticeFileForm
        if "file" in request.FILES or request.POST.get("by") == "file":
            sent = file_form = NoticeFileForm(request.POST, request.FILES)
        else:
            sent = form = NoticeForm(request.POST)
        if sent.is_valid():
            try:
                kept = actions.propose_notice(
                    sent.cleaned_data.get("notice") or sent.cleaned_data["file"], by=request.user
                )
                return redirect("registry:notice", pk=kept.pk)
            except NoticeError as error:
                sent.add_error(None, told(error))
        context = {"form": form, "file_form": file_form}
        return render(request, "registry/notice_form.html", context, status=422)
    return render(request, "registry/notice_form.html", {"form": form, "file_form": file_form})


@require_GET
@permitted("calendar.change")
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What a proposed notice changes: days of the calendar, and due days of open cases."""
    from xiaoneng.core.calendar import compare, read_notice

    kept = get_object_or_404(HolidayNotice, pk=pk)
    found = read_notice(kept.text)
    context: dict[str, Any] = {"kept": kept, "rows": _holidays(found)}
    if kept.state == NoticeState.PROPOSED:
        old = queries.workdays()
        try:
            new = queries.workdays_with(found)
        except NoticeError as error:
            context["clash"] = told(error)
        else:
            changes = [change for change in compare(old, new) if change.changes_count]
            context |= {"changes": changes, "moved": moved_cases(old, new)}
    return render(request, "registry/notice.html", context)


@require_POST
@permitted("calendar.change")
def decide_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a proposed notice, or lay it aside."""
    kept = get_object_or_404(HolidayNotice, pk=pk)
    decision = request.POST.get("decision")
    if decision not in ("approve", "discard"):
        raise Http404("no such decision")
    try:
        if decision == "approve":
            actions.approve_notice(kept, by=request.user)
            messages.success(request, _("Every clock uses this notice from now on. They are being run anew."))
            return redirect("registry:calendar_year", year=kept.year)
        actions.discard_notice(kept, by=request.user)
        messages.success(request, _("The notice has been laid aside. Nothing has changed."))
    except NoticeError as error:
        messages.error(request, told(error))
        return redirect("registry:notice", pk=kept.pk)
    return redirect("registry:calendar")
