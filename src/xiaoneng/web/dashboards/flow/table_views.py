"""Pages that compare: what costs most days, why it waits, the same item at several agencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xiaoneng.web.shell import asked, permitted

from . import addresses, pictures, queries, telling
from .asking import CAUSES, Scope, agency_name, scope_of
from .queries import Row
from .showing import page

KINDS = ("step", "move", "handover")
STEP_SORTS = ("rank", "cost_workdays", "cases", "times", "name")
_MOST_BARS = 14


@require_GET
@permitted("agency.read")
def steps(request: HttpRequest) -> HttpResponse:
    """Which steps, moves and hand-overs cost people the most days?"""
    scope = scope_of(request)
    rows = queries.tables_of(scope.whole_agency, "bottlenecks")["bottlenecks"]
    kind = asked(request, "kind") if asked(request, "kind") in KINDS else KINDS[0]
    there = [one for one in KINDS if any(row["kind"] == one for row in rows)]
    chosen = sorted((row for row in rows if row["kind"] == kind), key=lambda one: one["rank"])
    end = max((row["cost_high"] or row["cost_workdays"] or 0 for row in chosen), default=0)
    shown = [
        {
            **row,
            "told": pictures.place_of(row, scope),
            "address": addresses.of_place(row, scope),
            "picture": pictures.cost_interval(row, end=end),
        }
        for row in _sorted(chosen, asked(request, "sort"))
    ]
    context = {
        "sentence": telling.steps_sentence([{**one, "name": pictures.place_of(one, scope)} for one in chosen], kind),
        "rows": shown,
        "kind": kind,
        "kinds": [one for one in KINDS if one in there],
        "scale": pictures.cost_axis(end) if shown else "",
        "kept": [("kind", kind)] if kind != KINDS[0] else [],
    }
    columns = ["kind", "from_name", "name", "from_agency", "from_office", "to_agency", "to_office", "cases", "times"]
    columns += ["cost_workdays", "cost_low", "cost_high", "share", "rank", "rank_low", "rank_high"]
    return page(request, scope, "steps", context, tables={"steps": pictures.plain_table(rows, *columns)})


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    name = sort.removeprefix("-") if sort.removeprefix("-") in STEP_SORTS else "rank"
    return sorted(
        rows,
        key=lambda one: (one[name] is None, one[name] or 0 if name != "name" else one[name]),
        reverse=sort.startswith("-"),
    )


@require_GET
@permitted("agency.read")
def causes(request: HttpRequest) -> HttpResponse:
    """Why did it wait: whose turn was it, and what kept them?"""
    scope = scope_of(request)
    parts = pictures.cause_labels()
    groups: dict[str, list[Row]] = {}
    if not scope.agency:
        agencies = queries.by_agency(scope, "wait_causes", part="agency")["wait_causes"]
        by_step = queries.by_agency(scope, "wait_causes", part="agency_name")["wait_causes"]
        groups["agency"] = [
            {
                **one,
                "name": agency_name(scope.names, one["agency"]),
                "address": f"?{urlencode({'agency': one['agency']})}",
            }
            for one in agencies
        ]
        groups["step"] = _summed(by_step)
        whole = queries.tables_of(scope, "wait_causes", part="all")["wait_causes"]
    elif not scope.item:
        items = queries.items_of(scope.agency, "wait_causes", part="agency_item")
        names = {one.service_item or one.service_item_name: one.service_item_name for one in scope.items}
        groups["item"] = [
            {
                **one,
                "name": names.get(one["service_item"]) or one["service_item"],
                "address": scope.with_(item=one["service_item"]),
            }
            for one in items
            if one["service_item"]
        ]
        groups["step"] = queries.tables_of(scope, "wait_causes", part="agency_name")["wait_causes"]
        whole = queries.tables_of(scope, "wait_causes", part="agency")["wait_causes"]
    else:
        groups["step"] = queries.tables_of(scope, "wait_causes", part="agency_item_name")["wait_causes"]
        whole = queries.tables_of(scope, "wait_causes", part="agency_item")["wait_causes"]
    groups["step"] = [{**one, "address": addresses.of_step(one["name"], scope)} for one in groups["step"]]
    groups = {
        name: sorted((one for one in rows if one["waited_workdays"]), key=lambda one: -one["waited_workdays"])
        for name, rows in groups.items()
    }
    total = whole[0] if whole else None
    shares = [(label, (total or {}).get(column) or 0.0) for column, label in parts]
    shown = [
        (name, rows, pictures.causes(rows[:_MOST_BARS], title=telling.causes_title(name)))
        for name, rows in groups.items()
        if rows
    ]
    context = {
        "sentence": telling.causes_sentence(total, shares),
        "whole": total,
        "parts": pictures.cause_parts(total, scope),
        "columns": parts,
        "groups": shown,
        "most": _MOST_BARS,
    }
    tables = {name: pictures.cause_table(rows) for name, rows, _ in shown}
    drawn = {name: picture.wide for name, _, picture in shown if picture}
    return page(request, scope, "causes", context, pictures=drawn, tables=tables)


def _summed(rows: Iterable[Row]) -> list[Row]:
    """The rows of the same step at all agencies together."""
    summed: dict[str, Row] = {}
    for row in rows:
        one = summed.setdefault(row["name"] or "", {"name": row["name"], "waits": 0, "recorded": 0.0})
        one["waits"] += row["waits"]
        one["recorded"] += (row["starts_recorded_share"] or 0) * row["waits"]
        for column in (
            "waited_workdays",
            "waited_days",
            "closed_days",
            *(f"{cause}_workdays" for cause in CAUSES),
        ):
            one[column] = one.get(column, 0.0) + (row[column] or 0.0)
    return [{**one, "starts_recorded_share": one["recorded"] / one["waits"]} for one in summed.values()]


@require_GET
@permitted("agency.read")
def handovers(request: HttpRequest) -> HttpResponse:
    """Between which offices does work pass, and where does it come straight back?"""
    scope = scope_of(request)
    rows = queries.of_county("handovers", "handover_counts")
    seen = [one for one in rows["handovers"] if _concerns(one, scope)]
    has_agencies = any(one["holder"] == "agency" for one in seen)
    holder = asked(request, "holder")
    if holder not in ("agency", "office"):
        holder = "office" if scope.agency or not has_agencies else "agency"
    pairs = [one for one in seen if one["holder"] == holder]
    pairs.sort(key=lambda one: (-one["handovers"], str(one)))
    absorbed = queries.by_agency(scope, "absorption", "overtaking")
    counts = {one["holder"]: one for one in rows["handover_counts"]}
    sentence = telling.handovers_sentence(counts.get("office") if not scope.agency else None, pairs, holder)
    picture = pictures.handover_matrix(pairs, scope, title=sentence)
    context = {
        "sentence": sentence,
        "pairs": [
            {
                **one,
                "giver": pictures.holder_name(one["from_agency"], one["from_office"], scope),
                "taker": pictures.holder_name(one["to_agency"], one["to_office"], scope),
                "address": addresses.of_handover(one, scope),
                "address_back": addresses.of_handover(one, scope, is_return=True) if one["returns"] else None,
            }
            for one in pairs
        ],
        "holder": holder,
        "matrix": picture,
        "counts": [counts[name] for name in ("agency", "office") if name in counts] if not scope.agency else [],
        "offices": len(absorbed["absorption"]),
        "absorption": sorted(
            (
                {
                    **one,
                    "agency_name": agency_name(scope.names, one["agency"]),
                    "address": addresses.of_office(one, scope),
                }
                for one in absorbed["absorption"]
                if one["passed_for_good"]
            ),
            key=lambda one: (one["absorption_share"] or 0, -one["cases"]),
        ),
        "queues": len(absorbed["overtaking"]),
        "overtaking": _queues(absorbed["overtaking"], scope, queries.item_names(request.user)),
        "orphans": queries.orphan_days(scope),
        "orphans_address": addresses.of_cases(scope, orphan="1"),
    }
    columns = [
        "holder",
        "from_agency",
        "from_office",
        "to_agency",
        "to_office",
        "handovers",
        "cases",
        "returns",
        "imbalance",
    ]
    columns += ["starts_recorded_share", "waited_workdays", "waited_workdays_mean", "waited_workdays_median"]
    tables = {
        "handovers": pictures.plain_table(pairs, *columns),
        "absorption": pictures.plain_table(
            absorbed["absorption"],
            *("agency", "office", "cases", "received_first", "finished_first", "taken_from_others", "passed_for_good"),
            "absorption_share",
        ),
        "overtaking": pictures.plain_table(
            absorbed["overtaking"],
            *("queue", "agency", "cases", "pairs", "inversions", "overtaken_share", "most_overtaken", "listed_cases"),
        ),
    }
    drawn = {"handovers": picture.wide} if picture else {}
    return page(request, scope, "handovers", context, pictures=drawn, tables=tables)


def _queues(rows: Iterable[Row], scope: Scope, items: Mapping[str, str]) -> list[Row]:
    """The queues in which cases were overtaken often, the item under its name."""
    often = [one for one in rows if one["listed_cases"]]
    shown = []
    for one in sorted(often, key=lambda one: (-(one["overtaken_share"] or 0), one["queue"])):
        code, slash, rest = one["queue"].partition(" / ")
        told = f"{items.get(code, code)}{slash}{rest}"
        shown.append({**one, "told": told, "agency_name": agency_name(scope.names, one["agency"])})
    return shown


def _concerns(pair: Row, scope: Scope) -> bool:
    """Whether a pair is shown: of an agency its own offices among themselves, and its exchange with other agencies."""
    if not scope.agency:
        return True
    ends = (pair["from_agency"], pair["to_agency"])
    return scope.agency in ends if pair["holder"] == "agency" else ends == (scope.agency, scope.agency)


@require_GET
@permitted("agency.read")
def items(request: HttpRequest) -> HttpResponse:
    """Which items take much longer at one agency than at another?"""
    scope = scope_of(request)
    found = []
    for name, rows in queries.item_peers(scope).items():
        known = [one["lasted_workdays_median"] for one in rows if queries.has_enough(one)]
        found.append(
            {
                "name": name,
                "agencies": len(rows),
                "address": addresses.of_cases(scope, named=name, ended="1"),
                "cases": sum(one["cases"] for one in rows),
                "gap": max(known) - min(known) if known else 0.0,
                "low": min(known, default=None),
                "high": max(known, default=None),
                "own": next((one["lasted_workdays_median"] for one in rows if one["agency"] == scope.agency), None),
            }
        )
    found.sort(key=lambda one: (-one["gap"], one["name"]))
    text = asked(request, "q")
    shown = [one for one in found if text.lower() in one["name"].lower()]
    end = max((one["high"] or 0.0 for one in found), default=0.0)
    for one in shown:
        one["picture"] = pictures.range_row(one["low"], one["high"], end=end) if scope.sees_county else ""
    scale = pictures.cost_axis(end) if scope.sees_county and end else ""
    context = {
        "sentence": telling.items_sentence(found),
        "scale": scale,
        "rows": shown,
        "text": text,
        "all": len(found),
    }
    columns = ["name", "agencies", "cases", "low", "high"]
    return page(
        request,
        scope,
        "items",
        context,
        tables={"items": pictures.plain_table(found, *columns)} if scope.sees_county else {},
    )


@require_GET
@permitted("agency.read")
def item(request: HttpRequest, name: str) -> HttpResponse:
    """How long does the same item take at each agency that handles it?"""
    scope = scope_of(request)
    rows = queries.item_peers(scope, name).get(name)
    if rows is None:
        raise Http404("no such item")
    if not scope.sees_county:  # a liaison reads how the own agency stands to the others, not what each of them needs
        others = [one for one in rows if one["agency"] != scope.agency]
        rows = [one for one in rows if one["agency"] == scope.agency]
    rows = sorted(rows, key=lambda one: (one["lasted_workdays_median"] is None, -(one["lasted_workdays_median"] or 0)))
    told = [one for one in rows if queries.has_enough(one)]
    picture = pictures.item_rows(told, title=telling.item_sentence(name, told))
    context = {
        "sentence": telling.item_sentence(name, told),
        "name": name,
        "rows": [
            {**one, "has_enough": queries.has_enough(one), "address": addresses.of_item(name, one["agency"], scope)}
            for one in rows
        ],
        "picture": picture,
        "others": len(others) if not scope.sees_county else 0,
        "peer_median": _middle([one["lasted_workdays_median"] for one in others if queries.has_enough(one)])
        if not scope.sees_county
        else None,
    }
    columns = ["agency", "agency_name", "cases", "lasted_workdays_p25", "lasted_workdays_median", "lasted_workdays_p75"]
    columns += ["lasted_workdays_p90", "steps_median", "handovers_mean"]
    drawn = {"item": picture.wide} if picture else {}
    tables = {"item": pictures.plain_table(rows, *columns)}
    return page(request, scope, "item", context, pictures=drawn, tables=tables)


def _middle(medians: Sequence[Any]) -> float | None:
    """The middle of the other agencies' medians, where there are enough of them that none can be read off."""
    known = sorted(one for one in medians if one is not None)
    return known[len(known) // 2] if len(known) >= 3 else None
