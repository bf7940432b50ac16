"""The page on which somebody rates the service that they got: one screen, no login, works without scripts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiaoneng.core import words
from xiaoneng.core.ratings import channel_of, reasons_on
from xiaoneng.web.shell import open_to_all
from xiaoneng.web.shell.formats import words_language

from .. import actions, guarding, queries
from ..forms import RateForm
from ..models import days_in_force


@require_http_methods(["GET", "POST"])
@never_cache
@open_to_all
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Rate, or change what was said; who is logged in works here and does not rate."""
    if guarding.must_wait(request):
        return _quiet(render(request, "ratings/wait.html", status=429))
    if request.user.is_authenticated:
        return _quiet(render(request, "ratings/staff.html", status=403))
    link = queries.link_of(actions.hashed(token))
    if link is None:
        guarding.note_unknown(request)
        return _quiet(render(request, "ratings/no_link.html", status=404))
    case, former, language = queries.case_of(link), actions.rating_of(link), words_language()
    channel = channel_of(case.channel if case else "")
    reasons = reasons_on(timezone.localdate())
    context: dict[str, Any] = {
        "case": case,
        "former": former,
        "level": words.label(f"ratings_level_{former.level}", language) if former else "",
        "may_rate": actions.may_rate(link, former),
        "change_days": days_in_force().change_days,
        "is_thanked": "given" in request.GET and former is not None,
    }
    if not context["may_rate"]:
        return _quiet(render(request, "ratings/closed.html", context, status=200 if former else 410))
    start = {"level": former.level, "reasons": former.reasons, "remark": former.remark} if former else {}
    form = RateForm(reasons, channel, request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "contact": form.cleaned_data["contact"] or (former.contact if former else "")}
        try:
            actions.give(link, **given)
        except actions.RatingClosedError:
            return redirect("ratings:rate", token=token)
        response = redirect("ratings:rate", token=token)
        response["Location"] += "?given"
        return response
    context |= {"form": form, "levels": form["level"]}
    return _quiet(render(request, "ratings/rate.html", context, status=422 if form.is_bound else 200))


def _quiet(response: HttpResponse) -> HttpResponse:
    """The address holds the token: no search engine keeps it, and no other site hears of it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"  # our own forms need it
    return response
