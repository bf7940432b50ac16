"""The page on which a person fetches a token, and the two questions that its script asks. No view knows a ballot."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoneng.core.errors import CodeError, TokenError
from xiaoneng.web.shell import open_to_all

from . import actions, queries
from .forms import CodeForm
from .models import SigningRound
from .refusals import IssueClosedError, NotOnRollError, RegistrarError, UnknownRoundError

MOST_BYTES = 4096  # of a question: a code and a blinded message take about 600
STATUS = {"unknown_round": 404, "not_on_roll": 403, "already_issued": 409, "not_open": 409, "closed": 409}


def _found(code: str) -> SigningRound:
    try:
        return queries.round_of(code)
    except UnknownRoundError:
        raise Http404 from None


def _answered(view: Callable[[str, dict[str, str]], dict[str, Any]]) -> Callable[..., HttpResponseBase]:
    """A question in JSON, its answer in JSON; a refusal is named by its code, and nothing is written down."""

    @open_to_all
    @never_cache
    @require_POST
    @wraps(view)
    def answered(request: HttpRequest, round: str) -> HttpResponseBase:
        try:
            if len(request.body) > MOST_BYTES:
                raise ValueError
            asked = {str(name): str(value) for name, value in json.loads(request.body).items()}
            return JsonResponse(view(round, asked))
        except RegistrarError as refusal:
            if isinstance(refusal, IssueClosedError):  # the first to come too late ends it: nobody can sign after that
                actions.close_overdue(timezone.localdate())
            return JsonResponse({"refused": refusal.code}, status=STATUS.get(refusal.code, 422))
        except CodeError:
            return JsonResponse({"refused": "code"}, status=422)
        except (TokenError, ValueError, KeyError, AttributeError, RecursionError):
            return JsonResponse({"refused": "message"}, status=422)

    return answered


@open_to_all
@never_cache
@require_GET
def token(request: HttpRequest, round: str) -> HttpResponse:
    """The page on which a person fetches a token."""
    signing = _found(round)
    rules = queries.rules_of(signing)
    today = timezone.localdate()
    opens_on, closes_on = rules.days.issue_opens_on, rules.days.issue_closes_on
    if opens_on is None or closes_on is None:
        raise Http404
    is_over = signing.is_issue_closed or today > closes_on
    told: dict[str, Any] = {
        "signing": signing,
        "title": _in(rules.title, request),
        "days": rules.days,
        "is_early": today < opens_on,
        "is_over": is_over,
        "is_open": opens_on <= today and not is_over,
        "strata": [{**one, "title": _in(one["title"], request)} for one in queries.published(round)],
        "fingerprints": queries.fingerprints(round),
        "are_keys_destroyed": queries.are_keys_destroyed(round),
        "form": CodeForm(),
        "refusals": _refusals(),
    }
    return render(request, "registrar/token.html", told)


@_answered
def begin(round: str, asked: dict[str, str]) -> dict[str, Any]:
    """The stratum and the key of the person who holds a code, and whether a token was issued to them."""
    signing = queries.round_of(round)
    actions.refuse_outside_the_days(signing, queries.rules_of(signing), timezone.localdate())
    stratum, is_issued = queries.stratum_of(round, asked["code"])
    return {"stratum": stratum.code, "key": stratum.public_key, "issued": is_issued}


@_answered
def issue(round: str, asked: dict[str, str]) -> dict[str, Any]:
    """The signature under a blinded message."""
    blinded = _decoded(asked["blinded"])
    signature = actions.issue(round, asked["code"], blinded, timezone.localdate())
    return {"signature": urlsafe_b64encode(signature).decode().rstrip("=")}


@open_to_all
@never_cache
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest, round: str) -> HttpResponse:
    """Whether a token was issued to the person who holds a code; never whether a ballot was cast."""
    signing = _found(round)
    form = CodeForm(request.POST or None)
    is_issued: bool | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _stratum, is_issued = queries.stratum_of(round, form.cleaned_data["invitation"])
        except NotOnRollError:
            form.add_error("invitation", _not_on_roll(signing))
    told = {
        "signing": signing,
        "title": _in(queries.rules_of(signing).title, request),
        "form": form,
        "is_asked": is_issued is not None,
        "is_issued": is_issued,
    }
    return render(request, "registrar/mine.html", told, status=422 if request.method == "POST" and form.errors else 200)


def _refusals() -> dict[str, str]:
    """What the page says of each refusal, by its code; the last four come from the browser itself."""
    return {
        "code": _("This cannot be a code: one character is missing, wrong or swapped. Compare it with the letter."),
        "not_on_roll": _("Nobody on the roll of this round has this code. Compare it with the letter."),
        "already_issued": _(
            "A token was issued for this code already, from another browser or window. It cannot be issued again. "
            "If it was not you, tell the office."
        ),
        "not_open": _("No tokens are issued today. The days stand above."),
        "closed": _("The issue of tokens has ended. No token can be signed any more."),
        "unknown_round": _("This round is not known here. Compare the address with the letter."),
        "message": _("The registrar could not read the request. Load the page again and try once more."),
        "lost": _(
            "The connection broke off. Nothing is lost while this page stays open: try again, and the same request is sent."
        ),
        "key": _(
            "The key of the server is not the one that was published. Do not go on; tell the office and the supervisors."
        ),
        "signature": _(
            "The signature does not hold under the published key. Do not vote with it; tell the office and the supervisors."
        ),
        "broken": _("Your browser could not do it. Try a newer browser, or ask the office for help."),
    }


def _not_on_roll(signing: SigningRound) -> str:
    if signing.is_roll_deleted:
        return _("The roll of this round has been deleted, so that nobody can be looked up any more.")
    return _("Nobody on the roll of this round has this code. Compare it with the letter.")


def _in(title: Any, request: HttpRequest) -> str:
    return str(title["en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh"])


def _decoded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise TokenError("this is no base64: load the page again") from None
