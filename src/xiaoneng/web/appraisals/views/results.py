"""The result of a round: for everybody, for one appraisee, as a file. All of it has passed the publication limits."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from xiaoneng.core.drawing import as_file
from xiaoneng.core.words import label
from xiaoneng.web.cases.exporting import guarded
from xiaoneng.web.shell import asked, open_to_all
from xiaoneng.web.shell.formats import words_language

from .. import queries
from ..models import Round
from ..pictures import marks, named, rank_picture, rank_text, score_picture
from .common import batch_name, both_ways, round_of, tabs


def _readable(request: HttpRequest, code: str) -> Round:
    """The round, if the reader may read the whole of its result."""
    one = round_of(request, code)
    if one.result is None:
        raise Http404
    if one.is_of_persons and not request.user.has_perm("rounds.change"):
        raise PermissionDenied
    if not queries.may_read_result(request.user, one):
        raise Http404
    return one


@require_GET
@open_to_all
def result(request: HttpRequest, code: str) -> HttpResponse:
    """Scores with their intervals, ranks as ranges, group by group."""
    one = _readable(request, code)
    groups = [_shown(group, code) for group in _result(one)["groups"]]
    context = tabs(one, request.user) | {
        "result": one.result,
        "groups": groups,
        "said": _said(one),
        "rules": one.fixed_rules,
        "both": both_ways(one),
        "aside": [batch_name(one, batch) for batch in (_result(one)["set_aside"] or {}).get("batches", ())],
    }
    return render(request, "appraisals/result.html", context)


def _result(one: Round) -> Mapping[str, Any]:
    return one.result or {}


def _said(one: Round) -> str:
    """The finding of the whole round, in a sentence."""
    rows = [row for group in _result(one)["groups"] for row in group["rows"]]
    upper = sum(row["tier"] == "upper_half" for row in rows)
    lower = sum(row["tier"] == "lower_half" for row in rows)
    if _result(one)["is_small_body"]:
        return _("Too few raters for a rank: only what can be mended is told.")
    if not upper and not lower:
        return _("The ballots do not tell anyone apart: no one stands clearly above or below.")
    if not lower:
        return _("%(upper)s clearly in the upper half of their group; the others cannot be told apart.") % {
            "upper": upper
        }
    if not upper:
        return _("%(lower)s clearly in the lower half of their group; the others cannot be told apart.") % {
            "lower": lower
        }
    return _(
        "%(upper)s clearly in the upper half of their group, %(lower)s clearly in the lower; the others cannot be told apart."
    ) % {
        "upper": upper,
        "lower": lower,
    }


def _shown(group: Mapping[str, Any], code: str) -> dict[str, Any]:
    """A group with its pictures and its sentence."""
    rows = [{**row, "name": named(row["title"]), "rank": _rank(row)} for row in group["rows"]]
    known = [row for row in rows if row["score"] is not None]
    title = named(group["title"])
    top = [row["name"] for row in rows if row["appraisee"] in group["top"]]
    said = (
        ngettext(
            "%(count)s may be among the best three of this group: the line is drawn round all of them.",
            "%(count)s may be among the best three of this group: the line is drawn round all of them.",
            len(top),
        )
        % {"count": len(top)}
        if group["is_ranked"]
        else _("Nobody is ranked here.")
    )
    sizes = (False, True)
    scores = [score_picture(known, title=title, code=code, is_narrow=narrow) for narrow in sizes] if known else []
    ranks = (
        [rank_picture(rows, title=said, code=code, is_narrow=narrow) for narrow in sizes] if group["is_ranked"] else []
    )
    return {
        "code": group["code"],
        "title": title,
        "rows": rows,
        "is_ranked": group["is_ranked"],
        "top": top,
        "said": said,
        "scores": scores,
        "ranks": ranks,
        "drawn": {"scores": marks(scores), "ranks": marks(ranks)},
    }


def _rank(row: Mapping[str, Any]) -> str:
    if row["rank_lower_simultaneous"] is None:
        return ""
    return rank_text(row["rank_lower_simultaneous"], row["rank_upper_simultaneous"])


@require_GET
@open_to_all
def result_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The result as CSV or JSON, a picture as SVG: the same figures as on the page."""
    one = _readable(request, code)
    if kind == "json":
        return JsonResponse(
            {"result": one.result, "result_hash": one.result_hash}, json_dumps_params={"ensure_ascii": False}
        )
    if kind == "svg":
        return _picture_file(one, asked(request, "group"), asked(request, "picture"))
    text = io.StringIO()
    writer = csv.writer(text)
    columns = (
        "group",
        "appraisee",
        "name",
        "n",
        "score",
        "low",
        "high",
        "rank_lower",
        "rank_upper",
        "tier",
        "adjusted",
        "why",
    )
    writer.writerow(columns)
    for group in _result(one)["groups"]:
        for row in group["rows"]:
            cells = {
                **row,
                "group": named(group["title"]),
                "name": named(row["title"]),
                "rank_lower": row["rank_lower_simultaneous"],
                "rank_upper": row["rank_upper_simultaneous"],
            }
            writer.writerow([guarded(_told(column, cells[column])) for column in columns])
    return HttpResponse(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{one.code}.csv"'},
    )


def _told(column: str, value: Any) -> Any:
    """A cell as it is read: tier and reason by their words, all else as it stands."""
    return label(value, words_language()) if column in ("tier", "why") else value


def _picture_file(one: Round, group: str, picture: str) -> HttpResponse:
    found = next((each for each in _result(one)["groups"] if each["code"] == group), None)
    shown = _shown(found, one.code) if found else {}
    pictures = shown.get(picture) if picture in ("scores", "ranks") else None
    if not pictures:
        raise Http404
    return HttpResponse(as_file(pictures[0], words_language()), content_type="image/svg+xml; charset=utf-8")


@require_GET
@open_to_all
def appraisee(request: HttpRequest, code: str, appraisee: str) -> HttpResponse:
    """One appraisee: what was asked, how it was answered as far as that may be told, and what can be mended."""
    one = round_of(request, code)
    if one.result is None:
        raise Http404
    if not queries.may_read_result(request.user, one, appraisee):
        if one.is_of_persons and one.state == "published":
            raise PermissionDenied
        raise Http404
    for group in _result(one)["groups"]:
        for row in group["rows"]:
            if row["appraisee"] == appraisee:
                return render(request, "appraisals/appraisee.html", _of(request, one, group, row))
    raise Http404


def _of(request: HttpRequest, one: Round, group: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    asked_of = {question.code: named(question.title) for question in one.fixed_rules.questionnaire.questions}
    strata = {stratum.code: named(stratum.title) for stratum in one.fixed_rules.strata}
    questions = [
        {
            **each,
            "title": {"zh": asked_of[each["question"]], "en": asked_of[each["question"]]},
            "tier": "",
            "appraisee": row["appraisee"],
        }
        for each in row["questions"]
    ]
    known = [each for each in questions if each["score"] is not None]
    said = one.remarks.filter(appraisee=row["appraisee"], checked_by__isnull=False, is_left_out=False)
    return tabs(one, request.user) | {
        "row": {**row, "name": named(row["title"]), "rank": _rank(row)},
        "group": named(group["title"]),
        "count": len(group["rows"]),
        "questions": questions,
        "strata": [{**each, "name": strata[each["stratum"]]} for each in row["strata"]],
        "pictures": marks(
            [
                score_picture(known, title=named(row["title"]), code=one.code, is_narrow=narrow, has_links=False)
                for narrow in (False, True)
            ]
        )
        if known
        else "",
        "remarks": said.values_list("paraphrase", flat=True),
        "is_small_body": _result(one)["is_small_body"],
    }
