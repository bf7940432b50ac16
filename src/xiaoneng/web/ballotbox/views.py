"""The addresses of the box. No cookie is set, nothing is logged, and whoever asks is never told apart from anybody else."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from xiaoneng.core import ballots
from xiaoneng.core.errors import CodeError

from . import WHOLE_BALLOT, booth, casting, pages, publishing, queries, storage
from .errors import (
    BoxError,
    MalformedError,
    NotStoredError,
    Refusal,
    RoundMissingError,
    RoundStateError,
    TooBigError,
    UnknownCodeError,
    VoidedCodeError,
    WrongContentTypeError,
)
from .models import Round, State

LARGEST_BALLOT = 128 * 1024  # bytes
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
View = Callable[..., HttpResponse]


def in_language(view: View) -> View:
    """Chinese, or what `?lang=` asks for; in one process with the office, its reader's choice."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = pages.LANGUAGES.get(request.GET.get("lang", ""))
        language = asked or getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        with translation.override(language):
            try:
                response = view(request, *args, **kwargs)
            except RoundMissingError:
                response = told(
                    request, _("There is no such round in this box. Compare the address with your paper."), 404
                )
            except RoundStateError:
                response = told(request, _("This round is still open; this is published at its close."), 404)
        response._has_been_logged = True  # type: ignore[attr-defined]  # otherwise Django notes when a ballot was refused
        response.headers.setdefault("Content-Language", str(language))
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return wrapped


def told(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """A page that says one sentence."""
    return render(request, "ballotbox/error.html", {"sentence": sentence}, status=status)


def no_round() -> str:
    """What is said of an address that names no round."""
    return _("There is no such round in this box. Compare the address with your paper.")


def said(refusal: Refusal) -> str:
    """A refusal in the voter's words."""
    sentences = {
        "malformed": _("The box could not read the ballot. Load the page again; nothing was counted."),
        "wrong_content_type": _("The box could not read the ballot. Load the page again; nothing was counted."),
        "too_big": _("The ballot is too long. Shorten the remarks."),
        "not_open": _("This round is not open yet."),
        "closed": _("This round is closed; no ballot can be cast any more."),
        "unknown_code": _("No such code was handed out for this round. Compare it with the paper."),
        "voided_code": _("This code was voided in public as a spare one. It cannot vote."),
        "unknown_token": _(
            "This token is not signed by the published key of this round. Copy it again from beginning to end."
        ),
        "wrong_answers": _("The answers do not fit the questions of this round: %s") % refusal,
        "receipt_reused": _("Another ballot was stored with this receipt. Load the page again."),
        "not_stored": _("The box could not store the ballot just now. Your page tries again; it cannot count twice."),
    }
    return sentences[refusal.word]


@require_GET
@in_language
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of this box."""
    language = "en" if translation.get_language() == "en" else "zh"
    listed = [
        {"code": one.code, "title": booth.rules_of(one).title[language], "said": _state_said(one)}
        for one in Round.objects.order_by("code")
    ]
    return render(request, "ballotbox/rounds.html", {"rounds": listed, "threats": pages.threats(), **_page(request)})


@require_GET
@in_language
def vote(request: HttpRequest, round: str) -> HttpResponse:
    """The voter's page: the same bytes for all rounds; which round it is, it reads from its address."""
    if not Round.objects.filter(code=round).exists():
        raise RoundMissingError(round)
    language = "en" if translation.get_language() == "en" else "zh"
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(pages.vote_page(language), headers={"Vary": "Accept-Encoding"})
    return HttpResponse(pages.packed_page(language), headers={"Vary": "Accept-Encoding", "Content-Encoding": "gzip"})


@require_GET
@in_language
def round_json(request: HttpRequest, round: str) -> HttpResponse:
    """What the page asks of the round."""
    found = Round.objects.filter(code=round).first()
    if found is None:
        return JsonResponse({"error": "no_round"}, status=404)
    return JsonResponse(publishing.told_of(found), json_dumps_params={"ensure_ascii": False})


@csrf_exempt
@require_POST
@in_language
def known(request: HttpRequest, round: str) -> HttpResponse:
    """To which stratum a code belongs, so that the page asks the right questions, and says at once that a code is wrong."""
    try:
        one = booth.booth_of(round)
        one.check_day()
        try:
            code = ballots.parse_code(str(json.loads(_body(request, JSON)).get("code", "")))
        except (ValueError, AttributeError) as error:
            raise MalformedError("not readable") from error
        except CodeError as error:
            raise UnknownCodeError(str(error)) from error
        hashes = {ballots.code_hash(one.code, stratum, code): stratum for stratum in one.paper_strata}
        with storage.reading() as cursor:
            rows = storage.codes_of(cursor, one.code, sorted(hashes))
        row = next((row for row in rows if hashes[row.code_hash] == row.stratum), None)
        if row is None:
            raise UnknownCodeError("no such code")
        if row.is_voided:
            raise VoidedCodeError("voided")
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"stratum": row.stratum})


@csrf_exempt
@require_POST
@in_language
def cast(request: HttpRequest, round: str) -> HttpResponse:
    """Take a ballot: JSON from the page, or a plain form."""
    try:
        if request.content_type != FORM:
            body = _body(request, JSON)
        else:
            _body(request, FORM)
            submission = publishing.read_form(request.POST)
            return _plain(request, round, {"acknowledgement": casting.told(casting.cast(round, submission))})
    except Refusal as refusal:
        if request.content_type == FORM:
            return _plain(request, round, {"refused": said(refusal)}, status=refusal.status)
        return _refused(refusal)
    status, headers, answer = answered(round, body, request.GET.get("lang", ""))
    return HttpResponse(answer, status=status, content_type=JSON, headers=dict(headers))


def answered(round: str, body: bytes, lang: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, further headers and JSON for a ballot that was sent as JSON."""
    try:
        return 200, [], json.dumps(casting.told(casting.cast(round, casting.read_submission(body)))).encode()
    except BoxError as refusal:
        with translation.override(pages.LANGUAGES.get(lang) or translation.get_language() or settings.LANGUAGE_CODE):
            if isinstance(refusal, RoundMissingError):
                status, word, sentence = 404, "no_round", no_round()
            else:
                if not isinstance(
                    refusal, Refusal
                ):  # a key is missing, say: the page tries again, the office sees the log
                    refusal = NotStoredError("the box is not in order")
                status, word, sentence = refusal.status, refusal.word, said(refusal)
            answer = json.dumps({"error": word, "message": sentence}, ensure_ascii=False).encode()
        return status, [("Retry-After", "2")] if status == NotStoredError.status else [], answer


@require_GET
@in_language
def plain(request: HttpRequest, round: str) -> HttpResponse:
    """The ballot as one plain form, for paper codes in browsers without scripts."""
    return _plain(request, round, {})


@require_GET
@in_language
def check(request: HttpRequest, round: str) -> HttpResponse:
    """Whether a ballot is in the log, and everything to count again with."""
    found = queries.round_of(round)
    context = publishing.check_context(found, request.GET.get("leaf", "").strip().lower())
    context["lang"] = request.GET.get("lang", "")
    return render(request, "ballotbox/check.html", {**context, **_page(request)})


@require_GET
@in_language
def proof(request: HttpRequest, round: str) -> HttpResponse:
    """The way from one line of the log to its root, as JSON."""
    return JsonResponse(publishing.proof_of(round, request.GET.get("leaf", "")))


@require_GET
@in_language
def published_index(request: HttpRequest, round: str) -> HttpResponse:
    """Names and fingerprints of the published files."""
    files = {one["name"]: one["sha256"] for one in publishing.listed(round)}
    return JsonResponse({"round": round, "files": files})


@require_GET
@in_language
def published(request: HttpRequest, round: str, name: str) -> HttpResponse:
    """One published file."""
    files = queries.published_files(round)
    if name not in files:
        return told(request, _("There is no such file."), 404)
    return HttpResponse(files[name], content_type="text/plain; charset=utf-8")


@require_GET
@in_language
def folder(request: HttpRequest, round: str) -> HttpResponse:
    """All published files as a zip, to be unpacked and given to `xiaoneng verify`."""
    answer = HttpResponse(publishing.zipped(round), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{round}.zip"'
    return answer


@require_GET
@in_language
def page_hash(request: HttpRequest) -> HttpResponse:
    """The fingerprints of the voter's page."""
    listed = [{"name": name, "sha256": hashed} for name, hashed in pages.parts().items()]
    return render(
        request, "ballotbox/page_hash.html", {"parts": listed, "page_hash": pages.page_hash(), **_page(request)}
    )


def _body(request: HttpRequest, kind: str) -> bytes:
    if request.content_type != kind:
        raise WrongContentTypeError(f"a ballot is sent as {JSON}")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise MalformedError("no length") from None
    if length > LARGEST_BALLOT:
        raise TooBigError(f"a ballot has at most {LARGEST_BALLOT} bytes")
    return request.body


def _refused(refusal: Refusal) -> HttpResponse:
    answer = JsonResponse({"error": refusal.word, "message": said(refusal)}, status=refusal.status)
    if refusal.status == NotStoredError.status:
        answer.headers["Retry-After"] = "2"
    return answer


def _plain(request: HttpRequest, round: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    found = queries.round_of(round)
    told_round = publishing.told_of(found)
    language = "en" if translation.get_language() == "en" else "zh"
    levels = [*(str(level) for level in ballots.LEVELS[::-1]), ballots.NO_CONTACT]
    options = [{"value": level, "name": _level(level)} for level in levels]
    scales = [one for one in told_round["questions"] if one["kind"] == "scale"]
    context |= {
        "title": told_round["title"][language],
        "code": round,
        "is_open": told_round["state"] == "open",
        "receipt": secrets.token_hex(ballots.RECEIPT_BYTES),
        "appraisees": [
            {
                "code": one["code"],
                "name": one["title"][language],
                "questions": [{"code": q["code"], "name": q["title"][language], "options": options} for q in scales],
            }
            for one in told_round["appraisees"]
        ],
        "dice": [
            {"code": one["code"], "name": one["title"][language]}
            for one in told_round["questions"]
            if one["kind"] != "scale"
        ],
        "asks_remarks": told_round["asks_remarks"],
        "threats": pages.threats(),
        "whole": WHOLE_BALLOT,
    }
    return render(request, "ballotbox/plain.html", {**context, **_page(request)}, status=status)


def _page(request: HttpRequest) -> dict[str, Any]:
    lang = request.GET.get("lang", "")
    return {"county_name": settings.COUNTY_NAME, "query": f"?lang={lang}" if lang in pages.LANGUAGES else ""}


def _level(level: str) -> str:
    return {
        "5": _("Very satisfied"),
        "4": _("Satisfied"),
        "3": _("Fairly satisfied"),
        "2": _("Dissatisfied"),
        "1": _("Very dissatisfied"),
        ballots.NO_CONTACT: _("No contact, I cannot say"),
    }[level]


def _state_said(found: Round) -> str:
    if found.state == State.CLOSED:
        return _("closed")
    return {"open": _("open"), "not_open": _("not open yet"), "over": _("its last day is over")}[
        publishing.state_of(found)
    ]
