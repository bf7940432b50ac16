"""The list of rounds, one round with where it stands, and each step on its way."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoneng.core.errors import XiaonengError
from xiaoneng.web import ballotbox, bridge, registrar
from xiaoneng.web.ballotbox.errors import RoundMissingError
from xiaoneng.web.shell import asked, open_to_all, paginated, permitted, told

from .. import actions, prints, queries
from ..forms import DrawForm, ReasonForm
from ..models import Round, RoundState
from ..pictures import named
from .common import round_of, tabs
from .setup import source_of


@require_GET
@open_to_all
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds that this reader may know of."""
    search = asked(request, "q")
    found = queries.rounds_for(request.user)
    if search:
        found = (
            found.filter(title_zh__icontains=search)
            | found.filter(title_en__icontains=search)
            | found.filter(code__icontains=search)
        )
    page, today = paginated(request, found), timezone.localdate()
    context = {
        "page": page,
        "rows": [(one, queries.stands_at(one, today)) for one in page],
        "search": search,
        "may_change": request.user.has_perm("rounds.change"),
        "own": queries.own_results(request.user).select_related("round") if request.user.is_authenticated else [],
    }
    return render(request, "appraisals/rounds.html", context)


@require_GET
@open_to_all
def round_page(request: HttpRequest, code: str) -> HttpResponse:
    """One round: where it stands, what was announced, what comes next."""
    one = round_of(request, code)
    context = tabs(one, request.user)
    if one.state == RoundState.DRAFT:
        return redirect("appraisals:setup", code=code, section="appraisees")
    rules = one.fixed_rules
    today = timezone.localdate()
    context |= {"rules": rules, "phase": queries.phase(rules, today), "today": today} | _by_name(one, rules)
    if one.is_public:
        context["totals"] = _totals(one, rules)
        context["issued"] = registrar.issued_counts(code) if rules.days.issue_opens_on else {}
    if context["may_change"]:
        context |= {
            "prints": prints.names(one),
            "has_auditors_key": one.is_public and ballotbox.auditors_key_lies_here(),
            "draw_form": DrawForm(needs_roll=True),
            "reason_form": ReasonForm(),
            "needs_draw": bool(rules.draw) and not one.draws.exists(),
            "is_over": today > rules.days.closes_on,
        }
    return render(request, "appraisals/round.html", context)


def _by_name(one: Round, rules: Any) -> dict[str, Any]:
    """What was announced of each stratum, and its draw, under the name of the stratum."""
    names = {stratum.code: named(stratum.title) for stratum in rules.strata}
    told = one.announcement or {}
    context = {
        part: [(names.get(code, code), each) for code, each in told.get(part, {}).items()]
        for part in ("codes", "fingerprints")
    }
    return context | {"draws": [(names.get(draw.stratum, draw.stratum), draw) for draw in one.draws.all()]}


def _totals(one: Round, rules: Any) -> list[dict[str, Any]]:
    """Ballots of each stratum beside those invited: totals and nothing else; none where the box stands elsewhere."""
    try:
        found = ballotbox.totals(one.code).by_stratum
    except RoundMissingError:
        return []
    return [{"stratum": stratum, "ballots": found.get(stratum.code)} for stratum in rules.strata]


@require_GET
@open_to_all
def announcement(request: HttpRequest, code: str) -> HttpResponse:
    """What was announced, with the rules, as data that anyone may check."""
    one = round_of(request, code)
    if one.announcement is None:
        raise Http404
    return JsonResponse(
        {
            "announcement": one.announcement,
            "rules": one.rules,
            "draws": {draw.stratum: draw.record for draw in one.draws.all()},
        },
        json_dumps_params={"ensure_ascii": False},
    )


@require_GET
@open_to_all
def method(request: HttpRequest, code: str) -> HttpResponse:
    """How the round is held and counted, in plain words with its sources."""
    one = round_of(request, code)
    if one.rules is None:
        raise Http404
    return render(
        request,
        "appraisals/method.html",
        tabs(one, request.user) | {"rules": one.fixed_rules, "draws": one.draws.all()},
    )


@require_POST
@permitted("rounds.change")
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """Raters are drawn: the roll is read again, and must be the one whose hash was fixed."""
    one = round_of(request, code)
    form = DrawForm(request.POST, request.FILES)
    if one.state != RoundState.FIXED or not form.is_valid():
        messages.error(request, _("Give the public number, with all its digits."))
        return redirect("appraisals:round", code=code)
    fixed = one.fixed_rules.draw
    with tempfile.TemporaryDirectory() as folder:
        if "columns" in fixed["source"] and not form.cleaned_data.get("file"):
            messages.error(request, _("Give the roll again: it was not kept."))
            return redirect("appraisals:round", code=code)
        given = form.cleaned_data if "columns" in fixed["source"] else {}
        source = source_of(given, fixed["source"]["columns"], Path(folder)) if given else dict(fixed["source"])
        seed = {"text": fixed["seed_text"], "number": form.cleaned_data["seed_number"]}
        try:
            found = bridge.draw_raters(source=source, terms=fixed["terms"], rules=fixed["rules"], seed=seed)
        except XiaonengError as error:
            messages.error(request, told(error))
            return redirect("appraisals:round", code=code)
    if found["record"]["frame"]["hash"] != fixed["frame"]["hash"]:
        messages.error(
            request, _("This is not the roll whose hash was fixed with the rules. Take the same file, unchanged.")
        )
        return redirect("appraisals:round", code=code)
    actions.draw_raters(one, by=request.user, record=found["record"], drawn=found["drawn"])
    messages.success(request, _("The raters have been drawn. Anyone who holds the roll can repeat the draw."))
    return redirect("appraisals:round", code=code)


@require_POST
@permitted("rounds.change")
def announce(request: HttpRequest, code: str) -> HttpResponse:
    """Codes and keys are made, the round is announced."""
    one = round_of(request, code)
    page = request.build_absolute_uri(reverse("ballotbox:vote", args=[code]))
    token_page = request.build_absolute_uri(reverse("registrar:token", args=[code]))
    try:
        actions.announce(one, by=request.user, at=timezone.now(), page=page, token_page=token_page)
    except (XiaonengError, actions.WrongStateError) as error:
        messages.error(
            request, told(error) if isinstance(error, XiaonengError) else _("The round has gone on in the meantime.")
        )
        return redirect("appraisals:round", code=code)
    messages.success(request, _("The round is announced. Print the documents, then destroy their files."))
    return redirect("appraisals:round", code=code)


@require_GET
@permitted("rounds.change")
def printed(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One document to print."""
    content = prints.read(round_of(request, code), name)
    if content is None or not name.endswith(".pdf"):
        raise Http404
    return HttpResponse(content, content_type="application/pdf", headers={"Cache-Control": "no-store"})


@require_POST
@permitted("rounds.change")
def destroy_prints(request: HttpRequest, code: str) -> HttpResponse:
    """The files of what was printed are destroyed."""
    actions.destroy_prints(round_of(request, code), by=request.user)
    messages.success(request, _("The files have been destroyed. Only the paper is left."))
    return redirect("appraisals:round", code=code)


@require_POST
@permitted("rounds.change")
def close(request: HttpRequest, code: str) -> HttpResponse:
    """The box is closed, and counted."""
    one = round_of(request, code)
    try:
        actions.close(one, by=request.user, at=timezone.now(), on=timezone.localdate())
    except actions.WrongStateError:
        messages.error(request, _("The box is open until the last day is over."))
        return redirect("appraisals:round", code=code)
    return _counted(request, code)


@require_POST
@permitted("rounds.change")
def count(request: HttpRequest, code: str) -> HttpResponse:
    """The closed ballots are counted; again, after a batch was set aside."""
    return _counted(request, code)


def _counted(request: HttpRequest, code: str) -> HttpResponse:
    try:
        actions.count(round_of(request, code), by=request.user)
    except (XiaonengError, actions.WrongStateError) as error:
        messages.error(
            request, told(error) if isinstance(error, XiaonengError) else _("The round has gone on in the meantime.")
        )
        return redirect("appraisals:round", code=code)
    messages.success(
        request, _("The ballots have been counted. Look at batches and remarks before the result goes out.")
    )
    return redirect("appraisals:result", code=code)


@require_POST
@permitted("rounds.change")
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """The result goes out."""
    one = round_of(request, code)
    try:
        actions.publish(one, by=request.user, at=timezone.now())
    except actions.WrongStateError:
        messages.error(request, _("Only a counted round can go out."))
        return redirect("appraisals:round", code=code)
    messages.success(
        request,
        _("The result is open to those entitled.") if one.is_of_persons else _("The result is open to everybody."),
    )
    return redirect("appraisals:result", code=code)


@require_http_methods(["POST"])
@permitted("rounds.change")
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """The round is withdrawn, with its reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the round is withdrawn."))
        return redirect("appraisals:round", code=code)
    try:
        actions.withdraw(round_of(request, code), by=request.user, reason=form.cleaned_data["reason"])
    except actions.WrongStateError:
        messages.error(request, _("The round was not announced: discard it instead."))
    return redirect("appraisals:round", code=code)
