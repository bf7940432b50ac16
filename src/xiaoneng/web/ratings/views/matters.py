"""The desk of bad ratings: what is due, and every step on one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from xiaoneng.core import words
from xiaoneng.core.errors import RatingsError, XiaonengError
from xiaoneng.core.ratings import reason_versions, signal
from xiaoneng.web.registry import workdays
from xiaoneng.web.registry.queries import agency_choices
from xiaoneng.web.shell import paginated, permitted, told
from xiaoneng.web.shell.formats import words_language

from .. import actions, queries
from ..forms import CallBackForm, ContactForm, DecisionForm, HeardForm, MendForm, ReviewForm
from ..models import DaysSet, Matter, MatterState, Rating, RatingState

_MOST_AT_ONCE = 200


@require_GET
@permitted("ratings.read")
def matters(request: HttpRequest) -> HttpResponse:
    """What is due."""
    found, wanted = queries.matters_found(request.user, request)
    page = paginated(request, found)
    names = queries.agency_names([one.agency_code for one in page])
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "ratings/matters.html",
        {
            "page": page,
            "rows": [_shown(one, names) for one in page],
            "wanted": wanted,
            "dues": queries.DUES,
            "counts": queries.desk_counts(request.user),
            "agencies": list(agency_choices()) if queries.sees_all(request.user) else [],
            "may_handle": request.user.has_perm("ratings.handle"),
            "is_everything": not any(wanted.values()),
            "here_query": query.urlencode(),
        },
    )


@require_GET
@permitted("ratings.read")
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One bad rating, wherever it stands."""
    return _page(request, queries.matter_for(request.user, pk), {})


@require_POST
@permitted("ratings.handle")
def contact_several(request: HttpRequest) -> HttpResponse:
    """The raters of several bad ratings were contacted; each is traced by itself."""
    chosen = [int(one) for one in request.POST.getlist("matter") if one.isdigit()][:_MOST_AT_ONCE]
    note, done = request.POST.get("note", "").strip()[:2000], 0
    if not note:
        messages.error(request, _("Write a sentence on how they were contacted."))
        return redirect("ratings:matters")
    for one in queries.matters_for(request.user).filter(pk__in=chosen, state=MatterState.OPEN):
        try:
            actions.contact(one, by=request.user, is_reached=request.POST.get("is_reached") != "0", note=note)
            done += 1
        except XiaonengError as error:
            messages.error(request, f"{one.rating.case_key}: {told(error)}")
    messages.success(
        request,
        ngettext("%(n)d bad rating is marked as contacted.", "%(n)d bad ratings are marked as contacted.", done)
        % {"n": done},
    )
    return redirect("ratings:matters")


@require_POST
@permitted("ratings.handle")
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The rater was contacted."""
    return _stepped(
        request,
        pk,
        "contact",
        ContactForm,
        lambda one, form: actions.contact(one, by=request.user, **form.cleaned_data),
    )


@require_POST
@permitted("ratings.handle")
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """It was mended, or explained."""
    return _stepped(
        request, pk, "mend", MendForm, lambda one, form: actions.mend(one, by=request.user, **form.cleaned_data)
    )


@require_POST
@permitted("ratings.handle")
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The rater was called back."""
    return _stepped(
        request, pk, "call_back", CallBackForm,
        lambda one, form: actions.call_back(one, by=request.user, is_satisfied=form.is_satisfied, note=form.cleaned_data["note"]),
    )  # fmt: skip


@require_POST
@permitted("ratings.handle")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """It is over."""
    return _stepped(request, pk, "close", Form, lambda one, form: actions.close(one, by=request.user))


@require_POST
@permitted("ratings.handle")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The agency asks for a review."""
    return _stepped(
        request,
        pk,
        "review",
        ReviewForm,
        lambda one, form: actions.ask_review(one, by=request.user, **form.cleaned_data),
    )


@require_POST
@permitted("ratings.decide")
def heard(request: HttpRequest, pk: int) -> HttpResponse:
    """The rater's side."""
    return _stepped(
        request,
        pk,
        "heard",
        HeardForm,
        lambda one, form: actions.hear_rater(one.review, by=request.user, **form.cleaned_data),
    )


@require_POST
@permitted("ratings.decide")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision."""
    return _stepped(
        request,
        pk,
        "decide",
        DecisionForm,
        lambda one, form: actions.decide(one.review, by=request.user, **form.cleaned_data),
    )


def _stepped(
    request: HttpRequest, pk: int, name: str, form_class: type[Form], step: Callable[[Matter, Any], Any]
) -> HttpResponse:
    one = queries.matter_for(request.user, pk)
    if name not in ("heard", "decide") and not request.user.has_perm("ratings.handle", one):
        raise PermissionDenied
    form = form_class(request.POST)
    if not form.is_valid():
        return _page(request, one, {name: form}, status=422)
    try:
        if name in ("heard", "decide") and not hasattr(one, "review"):
            raise RatingsError("no review was asked for: there is nothing to decide")
        step(one, form)
    except XiaonengError as error:
        messages.error(request, told(error))
    return redirect("ratings:matter", pk=pk)


def _page(request: HttpRequest, one: Matter, forms: dict[str, Form], *, status: int = 200) -> HttpResponse:
    language, rating = words_language(), one.rating
    titles = next(
        (found.titles(language, is_bad=True) for found in reason_versions() if found.version == rating.reasons_version),
        {},
    )
    handles = request.user.has_perm("ratings.handle", one)
    decides = request.user.has_perm("ratings.decide") and not queries.is_of(request.user, one.agency_code)
    the_review = getattr(one, "review", None)
    is_free = rating.state != RatingState.CONTESTED
    open_forms: dict[str, Form] = {}
    if handles and is_free:
        if one.state == MatterState.OPEN:
            open_forms["contact"] = ContactForm()
        if one.state == MatterState.CONTACTED or (one.state == MatterState.CALLED_BACK and one.is_satisfied is False):
            open_forms["mend"] = MendForm()
        if one.state == MatterState.MENDED and request.user.get_username() not in (one.contacted_by, one.mended_by):
            open_forms["call_back"] = CallBackForm()
        if one.is_active and the_review is None:
            open_forms["review"] = ReviewForm()
    if (
        decides
        and the_review is not None
        and the_review.decided_at is None
        and the_review.asked_by != request.user.get_username()
    ):
        open_forms["heard"] = HeardForm(initial={"rater_side": the_review.rater_side})
        if the_review.heard_at is not None:
            open_forms["decide"] = DecisionForm()
    return render(
        request,
        "ratings/matter.html",
        {
            **_shown(one, queries.agency_names([one.agency_code])),
            "reasons": [titles.get(code, code) for code in rating.reasons],
            "forms": {name: forms.get(name, form) for name, form in open_forms.items()},
            "review": the_review,
            "is_default_days": not DaysSet.objects.exists(),
            "handles": handles,
            "shows_contact": handles,
            "may_close": handles and is_free and (one.state == MatterState.CALLED_BACK or (one.state == MatterState.MENDED and not one.is_named)),
            "needs_colleague": handles and one.state == MatterState.MENDED and one.is_named and "call_back" not in open_forms,
            "former": Rating.objects.filter(replaced_by=rating).first(),
            "steps": [
                {"step": step, "label": words.label(f"ratings_matter_{step.kind}", language)} for step in one.steps.all()
            ],
        },
        status=status,
    )  # fmt: skip


def _shown(one: Matter, names: dict[str, str]) -> dict[str, Any]:
    """A bad rating with where its two days stand."""
    on, calendar = timezone.localdate(), workdays()
    is_waiting = one.rating.state != RatingState.CONTESTED and one.is_active
    contact = signal(one.contact_due_on, done_on=one.contacted_on, on=on, calendar=calendar)
    mended = signal(one.mend_due_on, done_on=one.mended_on, on=on, calendar=calendar)
    return {
        "matter": one,
        "rating": one.rating,
        "case": one.rating.case,
        "agency_name": names.get(one.agency_code, one.agency_code),
        "level": words.label(f"ratings_level_{one.rating.level}", words_language()),
        "contact_signal": contact if is_waiting or one.contacted_on else "none",
        "mend_signal": mended if is_waiting or one.mended_on else "none",
        "is_contested": one.rating.state == RatingState.CONTESTED,
    }
