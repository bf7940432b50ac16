"""How content the people served are, and how many of them said so: for anyone, within the publication limits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiaoneng.core import words
from xiaoneng.core.ratings import flags_of
from xiaoneng.web.shell import open_to_all
from xiaoneng.web.shell.formats import words_language

from .. import queries, telling
from ..models import days_in_force


@require_GET
@open_to_all
def ratings(request: HttpRequest) -> HttpResponse:
    """Every agency: a sentence, the picture, the table, how we know."""
    found = queries.counts_by("agency")
    total = queries.total_of(found)
    rows = telling.rows_of(found, "agency", queries.agency_names([row.key for row in found]))
    title = _("Good ratings of each agency, with what the number of ratings leaves open")
    return render(
        request,
        "ratings/ratings.html",
        {
            "said": telling.said_of(total, is_told=total.given >= queries.least_given()),
            "total": total,
            "shares": telling.rows_of([queries.Row("", total, True)], "agency")[0]["shares"],
            "rows": rows,
            "has_told": any(row["is_told"] for row in rows),
            "pictures": telling.drawn(rows, title=title),
            "left_out": telling.left_out(total),
            "least": queries.least_given(),
            "days": days_in_force(),
        },
    )


@require_GET
@open_to_all
def file(request: HttpRequest) -> HttpResponse:
    """The same table as a file."""
    found = queries.counts_by("agency")
    rows = telling.rows_of(found, "agency", queries.agency_names([row.key for row in found]))
    response = HttpResponse(telling.as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ratings.csv"'
    return response


@require_GET
@open_to_all
def agency(request: HttpRequest, agency: str) -> HttpResponse:
    """One agency: by item, by channel, by month; signs of stuffing for those who may read its ratings."""
    name = queries.agency_or_404(agency)
    parts = {part: queries.counts_by(part, agency=agency) for part in ("item", "channel", "month")}
    total = queries.total_of(parts["month"])
    names = queries.item_names(agency)
    is_told = total.given >= queries.least_given()
    record = type("Named", (), {"agency_code": agency})()
    may_read = request.user.is_authenticated and request.user.has_perm("ratings.read", record)
    context = {
        "code": agency,
        "name": name,
        "said": telling.said_of(total, is_told=is_told),
        "is_told": is_told,
        "total": total,
        "shares": telling.rows_of([queries.Row("", total, True)], "agency")[0]["shares"],
        "tables": [
            {"title": title, "head": head, "rows": telling.rows_of(parts[part], part, names)}
            for part, title, head in (
                ("item", _("By service item"), _("Service item")),
                ("channel", _("By the way the case came in"), _("Channel")),
                ("month", _("By month of conclusion"), _("Month")),
            )
        ],
        "left_out": telling.left_out(total) if is_told or may_read else [],
        "least": queries.least_given(),
        "may_read": may_read,
    }
    if may_read:
        flags = flags_of(queries.batch_of(agency), best_share=queries.best_share())
        language = words_language()
        context["flags"] = [words.say(f"ratings_flag_{flag.code}", language, **flag.facts) for flag in flags]
    return render(request, "ratings/agency.html", context)
