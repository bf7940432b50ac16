"""What two people look after before a result goes out: batches that stand out, remarks in other words, who may read."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoneng.core.errors import XiaonengError
from xiaoneng.web.accounts.models import User
from xiaoneng.web.shell import permitted, told

from .. import actions
from ..models import Remark, ResultReader, Round, RoundState
from ..pictures import named
from .common import batch_name, both_ways, round_of, tabs


@require_GET
@permitted("rounds.change")
def batches(request: HttpRequest, code: str) -> HttpResponse:
    """What was found of orchestrated batches, and what two people have set aside."""
    one = round_of(request, code)
    if one.result is None:
        raise Http404
    asked = list(one.set_aside.select_related("first_by", "second_by"))
    known = {each.batch for each in asked}
    screening = one.result["screening"]
    context = tabs(one, request.user) | {
        "screening": screening,
        "raised": [_raised(one, batch, known) for batch in (screening or {}).get("raised", ())],
        "drill": one.result["drill"],
        "asked": [(batch_name(one, each.batch), each) for each in asked],
        "both": both_ways(one),
        "is_out": one.state not in (RoundState.CLOSED, RoundState.COUNTED),
    }
    return render(request, "appraisals/batches.html", context)


def _raised(one: Round, found: Mapping[str, Any], known: Set[str]) -> dict[str, Any]:
    """A batch that stands out; what came within one span of time is looked at, and only what was handed out together set aside."""
    is_time = found["batch_kind"] == "time"
    return {
        **found,
        "name": _("one span of time") if is_time else batch_name(one, found["batch"]),
        "tests": [f"screening_{test}" for test in found["tests"]],
        "can_be_set_aside": not is_time and found["batch"] not in known,
    }


@require_POST
@permitted("rounds.change")
def set_aside(request: HttpRequest, code: str) -> HttpResponse:
    """One of two people sets a batch aside."""
    one = round_of(request, code)
    batch, reason = request.POST.get("batch", "")[:60], request.POST.get("reason", "")[:300]
    known = one.set_aside.filter(batch=batch).exists()
    if not batch or not (reason or known):
        messages.error(request, _("Name the batch, and say why."))
        return redirect("appraisals:batches", code=code)
    try:
        actions.set_aside(one, by=request.user, batch=batch, reason=reason)
    except actions.SamePersonError:
        messages.error(request, _("A second person must agree: it cannot be the one who asked."))
    except actions.WrongStateError:
        messages.error(request, _("The result is out already: nothing can be set aside any more."))
    else:
        messages.success(
            request,
            _("Count again to see the result with the batch and without.")
            if known
            else _("A second person must agree."),
        )
    return redirect("appraisals:batches", code=code)


@require_POST
@permitted("rounds.change")
def drill(request: HttpRequest, code: str) -> HttpResponse:
    """Batches are planted in shadow copies, to see what the screening finds."""
    try:
        actions.run_drill(round_of(request, code), by=request.user)
    except actions.WrongStateError:
        messages.error(request, _("The result is out already: its drill stands as it is."))
    except XiaonengError as error:
        messages.error(request, told(error))
    return redirect("appraisals:batches", code=code)


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def remarks(request: HttpRequest, code: str) -> HttpResponse:
    """Remarks are put in other words by one person and checked by another; only the paraphrase is ever shown."""
    one = round_of(request, code)
    if request.method == "POST":
        remark = get_object_or_404(Remark, round=one, place=request.POST.get("place", ""))
        try:
            if "check" in request.POST:
                actions.check_paraphrase(remark, by=request.user)
            else:
                actions.paraphrase(
                    remark,
                    by=request.user,
                    text=request.POST.get("text", "").strip()[:2000],
                    appraisee=request.POST.get("appraisee", "")[:40],
                    is_left_out="leave_out" in request.POST,
                )
        except actions.SamePersonError:
            messages.error(request, _("Another person must check the paraphrase."))
        return redirect("appraisals:remarks", code=code)
    waiting = one.remarks.filter(checked_by__isnull=True)
    context = tabs(one, request.user) | {
        "remarks": waiting.select_related("paraphrased_by"),
        "checked": one.remarks.filter(checked_by__isnull=False).count(),
        "appraisees": [(each.code, named(each.title)) for each in one.fixed_rules.appraisees],
    }
    return render(request, "appraisals/remarks.html", context)


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def readers(request: HttpRequest, code: str) -> HttpResponse:
    """Who may read the result of which person."""
    one = round_of(request, code)
    if not one.is_of_persons or one.rules is None:
        raise Http404
    if request.method == "POST":
        if "remove" in request.POST:
            actions.remove_reader(
                get_object_or_404(ResultReader, round=one, pk=request.POST["remove"]), by=request.user
            )
            return redirect("appraisals:readers", code=code)
        user = User.objects.filter(username=request.POST.get("user", "")).first()
        known = {each.code for each in one.fixed_rules.appraisees}
        if user is None or request.POST.get("appraisee", "") not in known:
            messages.error(request, _("There is no account with this login name, or no such appraisee."))
        else:
            actions.add_reader(one, by=request.user, appraisee=request.POST["appraisee"], user=user)
        return redirect("appraisals:readers", code=code)
    names = {each.code: named(each.title) for each in one.fixed_rules.appraisees}
    context = tabs(one, request.user) | {
        "readers": [
            (reader, names.get(reader.appraisee, reader.appraisee)) for reader in one.readers.select_related("user")
        ],
        "appraisees": sorted(names.items(), key=lambda item: item[1]),
    }
    return render(request, "appraisals/readers.html", context)
