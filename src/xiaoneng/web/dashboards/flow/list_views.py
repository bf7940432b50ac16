"""Lists and office hours: what the county has given beside its records, and the way to give, change and take back."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from xiaoneng.core.errors import CalendarError, XiaonengError
from xiaoneng.web import bridge
from xiaoneng.web.cases import queries as cases
from xiaoneng.web.registry import actions
from xiaoneng.web.registry import queries as registry
from xiaoneng.web.registry.models import CountyList, ListRole
from xiaoneng.web.shell import permitted, told
from xiaoneng.web.shell.formats import joined
from xiaoneng.web.shell.refusals import told_as

from .asking import scope_of
from .list_columns import BY_ROLE, FORMS
from .showing import page

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xls")
MOST_BYTES = 64 * 1024**2  # a list is kept in the database
_MOST_FORMER = 10
_HOURS = str(ListRole.OFFICE_HOURS)


class ListFileForm(forms.Form):
    """A list as a file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or Excel, one sheet, the headings in the first row."),
        widget=forms.ClearableFileInput({"accept": ",".join(KINDS)}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        most = min(MOST_BYTES, settings.IMPORT_MAX_BYTES)
        if not file.name.lower().endswith(KINDS):
            raise forms.ValidationError(
                _("%(name)s: a list is read from %(kinds)s. Save it as one of them.")
                % {"name": file.name, "kinds": " ".join(KINDS)}
            )
        if file.size > most:
            raise forms.ValidationError(
                _("%(name)s is larger than %(most)d MiB. Leave out what is not needed.")
                % {"name": file.name, "most": most // 1024**2}
            )
        return file


class HoursForm(forms.Form):
    """The office hours of the county."""

    hours = forms.CharField(
        label=gettext_lazy("Office hours"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Such as 08:30-12:00, 14:00-17:30. Left empty, the default counts and is marked unconfirmed."),
        widget=forms.TextInput({"data-needed": "1", "autocomplete": "off"}),
    )  # fmt: skip


@require_GET
@permitted("overview.read")
def lists(request: HttpRequest) -> HttpResponse:
    """Which lists has the county given, and by which office hours is working time counted?"""
    return _page(request)


def _page(request: HttpRequest, *, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    """The page; `refused` is the form of a role that could not be taken."""
    run, kept, set_hours = cases.last_run(), list(registry.county_lists()), list(registry.office_hours())
    summary = run.summary.get("lists", {}) if run is not None else {}
    left_out = {one["role"]: one for one in summary.get("left_out", ())}
    in_use = {one.role: one for one in (*kept, *set_hours) if one.is_current}
    typed = dict([refused]) if refused is not None else {}
    shown = [
        {
            "form": form,
            "in_use": in_use.get(form.role),
            "former": [one for one in kept if one.role == form.role and not one.is_current][:_MOST_FORMER],
            "left_out": _left_out(left_out.get(form.role), in_use.get(form.role)),
            "upload": typed.get(form.role) or ListFileForm(auto_id=f"{form.role}-%s"),
        }
        for form in FORMS
    ]
    hours = in_use.get(_HOURS)
    read = {one["list"] for one in (*summary.get("used", ()), *summary.get("left_out", ()))}
    context = {
        "sentence": _sentence(sum(1 for one in shown if one["in_use"]), hours),
        "lists": shown,
        "hours": hours,
        "hours_form": typed.get(_HOURS)
        or HoursForm(initial={"hours": hours.text if hours else ""}, auto_id="office-%s"),
        "former_hours": [one for one in set_hours if not one.is_current][:_MOST_FORMER],
        "hours_left_out": _left_out(left_out.get(_HOURS), hours),
        "default_hours": _default_hours(),
        "refused": refused[1] if refused else None,
        "is_behind": read != {one.pk for one in in_use.values()},
        "has_run": run is not None and bool(run.summary),
    }
    return page(request, scope_of(request), "lists", context, needs_run=False, status=422 if refused else 200)


def _sentence(count: int, hours: CountyList | None) -> str:
    given = (
        ngettext("%(n)d of %(all)d lists is in use.", "%(n)d of %(all)d lists are in use.", count)
        % {"n": count, "all": len(FORMS)}
        if count
        else _("The county has given no list yet.")
    )
    counted = (
        _("Working time is counted by %(hours)s.") % {"hours": hours.text}
        if hours
        else _("The office hours are the default and unconfirmed.")
    )
    return joined(given, counted)


def _default_hours() -> str:
    from xiaoneng.core.calendar import DEFAULT_HOURS

    return str(DEFAULT_HOURS)


def _left_out(said: dict[str, Any] | None, in_use: CountyList | None) -> str:
    """Why the last run left out the list that is in use."""
    if said is None or in_use is None or said["list"] != in_use.pk:
        return ""
    return told_as(said["kind"], said["error"])


@require_GET
@permitted("overview.read")
def template(request: HttpRequest, role: str) -> HttpResponse:
    """An empty list with its headings."""
    if role not in BY_ROLE:
        raise Http404("no such list")
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    csv.writer(response).writerow([one.heading for one in BY_ROLE[role].columns])
    response["Content-Disposition"] = f'attachment; filename="{role}.csv"'
    return response


@require_GET
@permitted("cases.import")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A list as it was given."""
    kept = get_object_or_404(registry.county_lists(), pk=pk)
    response = HttpResponse(bytes(kept.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{kept.role}.{kept.file_name.rpartition(".")[2][:5]}"'
    return response


@require_POST
@permitted("cases.import")
def give(request: HttpRequest, role: str) -> HttpResponse:
    """Put a list in use, or set the office hours; a refusal stands beside the field."""
    form: forms.Form
    if role == _HOURS:
        form = HoursForm(request.POST, auto_id="office-%s")
        return _given(request, role, form, "hours", bridge.set_office_hours)
    if role not in BY_ROLE:
        raise Http404("no such list")
    form = ListFileForm(request.POST, request.FILES, auto_id=f"{role}-%s")
    return _given(request, role, form, "file", lambda file, by: bridge.give_list(role, file, by=by))


def _given(request: HttpRequest, role: str, form: forms.Form, field: str, take: Callable[..., bool]) -> HttpResponse:
    if form.is_valid():
        try:
            has_changed = take(form.cleaned_data[field], by=request.user)
        except CalendarError as error:
            form.add_error(field, told_as("office_hours", str(error)))
        except XiaonengError as error:
            form.add_error(field, told(error))
        else:
            if has_changed:
                messages.success(request, _("This is in use from the next run of the clocks on."))
            else:
                messages.info(request, _("This is what is in use already. Nothing has changed."))
            return redirect("dashboards:lists")
    return _page(request, refused=(role, form))


@require_POST
@permitted("cases.import")
def remove(request: HttpRequest, role: str) -> HttpResponse:
    """Use a list no more; it can be put back."""
    if role not in BY_ROLE and role != _HOURS:
        raise Http404("no such list")
    if actions.remove_list(role, by=request.user):
        messages.success(request, _("It is no longer in use from the next run of the clocks on, and can be put back."))
    return redirect("dashboards:lists")


@require_POST
@permitted("cases.import")
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a former list in use again."""
    former = registry.county_lists().filter(pk=pk).first() or get_object_or_404(registry.office_hours(), pk=pk)
    actions.put_back_list(former, by=request.user)
    messages.success(request, _("This is in use from the next run of the clocks on."))
    return redirect("dashboards:lists")


@require_POST
@permitted("cases.import")
def run(request: HttpRequest) -> HttpResponse:
    """Run the clocks now, so that the lists take effect."""
    bridge.start_clocks(by=request.user)
    messages.success(request, _("The clocks are being run as of today. Load this page again in a minute."))
    return redirect("dashboards:lists")
