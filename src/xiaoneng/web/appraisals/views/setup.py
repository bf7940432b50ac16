"""Setting up a round: one part a page, each saved by itself, until its rules are fixed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoneng.core.errors import RoundRulesError, XiaonengError
from xiaoneng.web import bridge
from xiaoneng.web.shell import permitted, told
from xiaoneng.web.shell.formats import words_language

from .. import actions, queries
from ..drafting import SECTIONS, done, rules_of
from ..forms import (
    AppraiseesForm,
    CountingForm,
    DaysForm,
    FrameForm,
    QuestionRows,
    StartForm,
    StratumRows,
    appraisee_lines,
    rows_of,
)
from ..models import Round, RoundState
from .common import round_of

EXPECTED_RESPONSE = 0.6  # of those invited; what planned samples are judged by


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def new(request: HttpRequest) -> HttpResponse:
    """A round is begun."""
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.create_round(by=request.user, **form.cleaned_data)
        return redirect("appraisals:setup", code=made.code, section=SECTIONS[0])
    return render(request, "appraisals/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def setup(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """One part of the set-up."""
    one = round_of(request, code)
    if section not in SECTIONS:
        raise Http404
    if one.state != RoundState.DRAFT:
        return redirect("appraisals:round", code=code)
    return _PAGES[section](request, one)


def _page(request: HttpRequest, one: Round, section: str, status: int = 200, **context: Any) -> HttpResponse:
    finished = done(one)
    steps = [{"name": name, "is_done": finished[name], "is_current": name == section} for name in SECTIONS]
    later = SECTIONS[SECTIONS.index(section) + 1 :]
    context |= {"round": one, "steps": steps, "section": section, "next": later[0] if later else ""}
    return render(request, f"appraisals/setup_{section}.html", context, status=status)


def _saved(request: HttpRequest, one: Round, section: str) -> HttpResponse:
    """On to the next part, or stay where only saving was asked for."""
    if "stay" in request.POST:
        messages.success(request, _("Saved."))
        return redirect("appraisals:setup", code=one.code, section=section)
    return redirect("appraisals:setup", code=one.code, section=SECTIONS[SECTIONS.index(section) + 1])


def _appraisees(request: HttpRequest, one: Round) -> HttpResponse:
    groups = one.draft["groups"]
    if request.method == "POST":
        form = AppraiseesForm(request.POST, groups=groups)
        if form.is_valid():
            actions.change_draft(one, by=request.user, appraisees=form.cleaned_data["rows"])
            return _saved(request, one, "appraisees")
        return _page(request, one, "appraisees", 422, form=form, groups=groups)
    rows = one.draft["appraisees"]
    if "agencies" in request.GET:
        there = {row["code"] for row in rows}
        rows = rows + [
            {"group": groups[0]["code"], "code": agency.code, "zh": agency.name, "en": agency.name}
            for agency in queries.agencies()
            if agency.code not in there
        ]
    form = AppraiseesForm(initial={"rows": appraisee_lines(rows)}, groups=groups)
    return _page(request, one, "appraisees", form=form, groups=groups, agencies=queries.agencies().count())


def _raters(request: HttpRequest, one: Round) -> HttpResponse:
    if request.method == "POST":
        rows = StratumRows(request.POST)
        if rows.is_valid():
            actions.change_draft(one, by=request.user, strata=rows_of(rows))
            return _saved(request, one, "raters")
        return _page(request, one, "raters", 422, rows=rows, plan=[])
    return _page(request, one, "raters", rows=StratumRows(initial=one.draft["strata"]), plan=_plan(one))


def _plan(one: Round) -> list[str]:
    """What the sample as it stands will be able to tell apart, in sentences."""
    strata = [row for row in one.draft["strata"] if row.get("eligible")]
    if not strata or not one.draft["appraisees"]:
        return []
    try:
        found = bridge.plan_round(
            strata=strata,
            appraisees=len(one.draft["appraisees"]),
            per_ballot=one.draft["most_rated"],
            response=EXPECTED_RESPONSE,
        )
    except XiaonengError as error:
        return [told(error)]
    sentences: list[str] = found[words_language()]
    return sentences


def _questions(request: HttpRequest, one: Round) -> HttpResponse:
    draft = one.draft
    initial = {f"points_{level}": f"{points:g}" for level, points in draft["points"].items()} | draft
    if request.method == "POST":
        rows, form = QuestionRows(request.POST), CountingForm(request.POST)
        if rows.is_valid() and form.is_valid():
            questions = rows_of(rows)
            names = ("asks_remarks", "most_rated", "fewest_published", "bucket_hours", "pooled_rounds", "is_supervised")
            is_new = questions != draft["questions"] or form.points != draft["points"]
            actions.change_draft(
                one,
                by=request.user,
                questions=questions,
                points=form.points,
                version=draft["version"] + 1 if is_new else draft["version"],
                **{name: form.cleaned_data[name] for name in names},
            )
            return _saved(request, one, "questions")
        return _page(request, one, "questions", 422, rows=rows, form=form)
    return _page(
        request, one, "questions", rows=QuestionRows(initial=draft["questions"]), form=CountingForm(initial=initial)
    )


def _days(request: HttpRequest, one: Round) -> HttpResponse:
    form = DaysForm(request.POST or None, initial=one.draft["days"])
    if request.method == "POST" and form.is_valid():
        days = {name: day.isoformat() if day else "" for name, day in form.cleaned_data.items()}
        actions.change_draft(one, by=request.user, days=days)
        return _saved(request, one, "days")
    return _page(request, one, "days", 422 if form.errors else 200, form=form)


def _check(request: HttpRequest, one: Round) -> HttpResponse:
    try:
        rules, refused = rules_of(one), ""
    except RoundRulesError as error:
        rules, refused = None, told(error)
    return _page(request, one, "check", rules=rules, refused=refused)


_PAGES: Mapping[str, Callable[[HttpRequest, Round], HttpResponse]] = {
    "appraisees": _appraisees,
    "raters": _raters,
    "questions": _questions,
    "days": _days,
    "check": _check,
}


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def frame(request: HttpRequest, code: str) -> HttpResponse:
    """A roll is read for its sizes and its hash; it is not kept."""
    one = round_of(request, code)
    if one.state != RoundState.DRAFT:
        return redirect("appraisals:round", code=code)
    form = FrameForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        terms = {
            "name": one.code,
            "legal_ground": given["legal_ground"],
            "holder": given["holder"],
            "made_on": timezone.localdate().isoformat(),
            "delete_by": given["delete_by"].isoformat(),
        }
        with tempfile.TemporaryDirectory() as folder:
            source = source_of(form.cleaned_data, form.columns, Path(folder))
            try:
                found = bridge.frame_sizes(source=source, terms=terms, rules=form.draw_rules)
            except XiaonengError as error:
                form.add_error("file", told(error))
        if not form.errors:
            kept = {"terms": terms, "rules": form.draw_rules, "seed_text": given["seed_text"], "frame": found["frame"]}
            kept["source"] = {"columns": form.columns} if given.get("file") else _period(given)
            actions.frame_taken(one, by=request.user, sizes=found["strata"], frame=kept)
            messages.success(request, _("The roll was read and its hash kept. It will be read once more for the draw."))
            return redirect("appraisals:setup", code=code, section="raters")
    return render(request, "appraisals/frame.html", {"round": one, "form": form}, status=422 if form.errors else 200)


def source_of(given: Mapping[str, Any], columns: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Where the bridge finds the frame: the uploaded roll in a folder that is emptied again, or the cases of a period."""
    file = given.get("file")
    if not file:
        return _period(given)
    path = folder / ("roll" + Path(file.name or "").suffix.lower())
    with path.open("wb") as opened:
        for chunk in file.chunks():
            opened.write(chunk)
    return {"path": str(path), "columns": dict(columns)}


def _period(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name].isoformat() for name in ("cases_from", "cases_to")}


@require_POST
@permitted("rounds.change")
def fix(request: HttpRequest, code: str) -> HttpResponse:
    """The rules are fixed and hashed."""
    one = round_of(request, code)
    try:
        actions.fix_rules(one, by=request.user, at=timezone.now())
    except (RoundRulesError, actions.WrongStateError) as error:
        messages.error(
            request, told(error) if isinstance(error, XiaonengError) else _("The round has gone on in the meantime.")
        )
        return redirect("appraisals:setup", code=code, section="check")
    return redirect("appraisals:round", code=code)


@require_POST
@permitted("rounds.change")
def unfix(request: HttpRequest, code: str) -> HttpResponse:
    """The rules are taken up again."""
    try:
        actions.unfix(round_of(request, code), by=request.user)
    except actions.WrongStateError:
        messages.error(request, _("The round was announced already: its rules stay as they are."))
        return redirect("appraisals:round", code=code)
    return redirect("appraisals:setup", code=code, section="check")


@require_POST
@permitted("rounds.change")
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """A round that was never announced is thrown away."""
    try:
        actions.discard(round_of(request, code), by=request.user)
    except actions.WrongStateError:
        messages.error(request, _("The round was announced already: withdraw it instead."))
        return redirect("appraisals:round", code=code)
    messages.success(request, _("The round has been discarded."))
    return redirect("appraisals:rounds")


@require_GET
@permitted("rounds.read")
def rules_file(request: HttpRequest, code: str) -> HttpResponse:
    """The rules as they were fixed: the text that was hashed."""
    one = round_of(request, code)
    if one.rules is None:
        raise Http404
    return HttpResponse(one.fixed_rules.canonical(), content_type="application/json")
