"""Links for those who were served: made for concluded cases, handed out once; and the days of handling."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xiaoneng.core.errors import XiaonengError
from xiaoneng.core.ratings import HandlingDays
from xiaoneng.web.shell import permitted, told
from xiaoneng.web.shell.formats import day_short

from .. import actions, queries, slips
from ..forms import DaysForm, LinksForm
from ..models import DaysSet, RatingLink, days_in_force


@require_http_methods(["GET"])
@permitted("ratings.change")
def links(request: HttpRequest) -> HttpResponse:
    """How many cases wait for a link, and the way to make them."""
    return _page(request, LinksForm())


@require_POST
@permitted("ratings.change")
def make(request: HttpRequest) -> HttpResponse:
    """Make the links and hand them over as slips or as a table: the only time that they can be read."""
    form = LinksForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    wanted = form.cleaned_data
    cases = list(
        queries.cases_to_link(
            agency=wanted["agency"], first_on=wanted["first_on"], last_on=wanted["last_on"], text=wanted["case_no"]
        )[: slips.MOST_SLIPS]
    )
    if not cases:
        messages.error(
            request, _("No concluded case fits that has no link yet. Widen the days, or name a case number.")
        )
        return redirect("ratings:links")
    try:
        made = actions.make_links(cases, by=request.user)
    except XiaonengError as error:
        messages.error(request, told(error))
        return redirect("ratings:links")
    listed = [(case, request.build_absolute_uri(reverse("ratings:rate", args=[token]))) for case, token in made]
    if request.POST.get("as") == "csv":
        response = HttpResponse(slips.as_csv(listed), content_type="text/csv; charset=utf-8")
    else:
        until = RatingLink.objects.get(token_hash=actions.hashed(made[0][1])).open_until
        response = HttpResponse(slips.as_pdf(listed, open_until=until.isoformat()), content_type="application/pdf")
    kind = "csv" if request.POST.get("as") == "csv" else "pdf"
    response["Content-Disposition"] = f'attachment; filename="rating-links.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@permitted("ratings.change")
def days(request: HttpRequest) -> HttpResponse:
    """The days of handling, and what they rest on."""
    now = days_in_force()
    names = ("contact_workdays", "mend_workdays", "change_days", "link_days")
    row = DaysSet.objects.first()
    start = {name: getattr(now, name) for name in names} | {"ground": row.ground if row else ""}
    form = DaysForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.set_days(
            HandlingDays(**{name: form.cleaned_data[name] for name in names}),
            ground=form.cleaned_data["ground"],
            by=request.user,
        )
        messages.success(request, _("The days hold from now on. Bad ratings that are open keep theirs."))
        return redirect("ratings:days")
    context = {
        "form": form,
        "row": row,
        "defaults": [
            {**facts, "label": form.fields[name].label}
            for name, facts in HandlingDays.grounds().items()
            if name in form.fields
        ],
    }
    return render(request, "ratings/days.html", context, status=422 if form.is_bound else 200)


def _page(request: HttpRequest, form: LinksForm, *, status: int = 200) -> HttpResponse:
    waiting = queries.cases_to_link()
    context = {
        "form": form,
        "waiting": waiting.count(),
        "counts": queries.link_counts(),
        "most": slips.MOST_SLIPS,
        "until": day_short(timezone.localdate()),
        "days": days_in_force(),
    }
    return render(request, "ratings/links.html", context, status=status)
