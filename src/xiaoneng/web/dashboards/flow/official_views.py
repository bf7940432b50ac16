"""Pages that rest on lists of the county: cases against the official steps of their item, directives down the levels."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xiaoneng.web.cases import queries as cases
from xiaoneng.web.registry.models import ListRole
from xiaoneng.web.shell import asked, paginated, permitted

from . import addresses, pictures, queries, telling
from .asking import agency_name, scope_of
from .showing import page

_SORTS = ("cases", "share", "spent_workdays")


@require_GET
@permitted("agency.read")
def departures(request: HttpRequest) -> HttpResponse:
    """Which steps stand on no list, which are missing, which come in the wrong order?"""
    scope = scope_of(request)
    items = queries.item_names(request.user)
    rows = [
        {
            **one,
            "agency_name": agency_name(scope.names, one["agency"]),
            "item_name": items.get(one["service_item"], one["service_item"]),
            "address": addresses.of_departure(one, scope),
        }
        for one in queries.departures_of(scope)
    ]
    rows.sort(key=_most_first)
    there = [kind for kind in telling.DEPARTURES if any(one["departure"] == kind for one in rows)]
    kind = asked(request, "kind") if asked(request, "kind") in there else (there or telling.DEPARTURES)[0]
    chosen = [one for one in rows if one["departure"] == kind]
    sort = asked(request, "sort")
    if sort.removeprefix("-") in _SORTS:
        chosen.sort(key=lambda one: one[sort.removeprefix("-")] or 0, reverse=not sort.startswith("-"))
    first: dict[str, Any] = rows[0] if rows else {}
    has_list = _was_read(ListRole.ITEM_STEPS)
    context = {
        "sentence": telling.departures_sentence(
            rows, has_list=has_list, agency=first.get("agency_name", ""), item=first.get("item_name", "")
        ),
        "has_list": has_list,
        "kind": kind,
        "kinds": there,
        "page": paginated(request, chosen),
        "kept": [("kind", kind)] if there and kind != there[0] else [],
    }
    columns = (
        "agency",
        "agency_name",
        "service_item",
        "item_name",
        "departure",
        "name",
        "other_name",
        "cases",
        "judged",
    )
    table = pictures.plain_table(rows, *columns, "share", "spent_workdays")
    return page(request, scope, "departures", context, tables={"departures": table})


def _most_first(row: dict[str, Any]) -> tuple[Any, ...]:
    """By kind, and what takes most days or happens most often first."""
    place = telling.DEPARTURES.index(row["departure"])
    name = (row["agency"], row["service_item"], row["name"], row["other_name"] or "")
    return (place, -(row["spent_workdays"] or 0), -row["cases"], name)


@require_GET
@permitted("overview.read")
def directives(request: HttpRequest) -> HttpResponse:
    """At which level do orders lie?"""
    scope = scope_of(request)
    rows = queries.of_county("directive_levels")["directive_levels"]
    sentence = telling.directives_sentence(rows, pictures.level_name)
    picture = pictures.levels(rows, title=sentence)
    context = {
        "sentence": sentence,
        "rows": [
            {
                **one,
                "name": pictures.level_name(one),
                "slowest": agency_name(scope.names, one["slowest_agency"]),
            }
            for one in rows
        ],
        "picture": picture,
    }
    columns = ["level_no", "level_name", "directives", "arrived", "signed_for", "divided", "passed", "survival_share"]
    columns += ["held_workdays", "held_share", "held_workdays_median", "unread_workdays_mean", "unsplit_workdays_mean"]
    columns += ["unpassed_workdays_mean", "limits_shortened", "targets_added", "bodies", "excess_workdays"]
    columns += ["slowest_agency", "is_knot"]
    tables = {"levels": pictures.plain_table(rows, *columns)} if rows else {}
    return page(
        request, scope, "directives", context, pictures={"levels": picture.wide} if picture else {}, tables=tables
    )


def _was_read(role: ListRole) -> bool:
    """Whether the last run of the clocks used the list."""
    run = cases.last_run()
    used = run.summary.get("lists", {}).get("used", ()) if run is not None else ()
    return any(one["role"] == role for one in used)
