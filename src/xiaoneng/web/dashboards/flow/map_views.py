"""Pages that draw the flow: the process map, the spectrum of one segment, the ways that cases took."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xiaoneng.web.shell import asked, permitted

from . import addresses, pictures, queries, telling
from .asking import scope_of
from .showing import page, unnamed

_MOST_STRIPS = 20  # the table beneath goes on
_MOST_SLOW = 30
LEAST_DETAIL = 30  # percent of the moves: below, a map is but its skeleton


@require_GET
@permitted("agency.read")
def process_map(request: HttpRequest) -> HttpResponse:
    """Which way do cases go, and between which steps do they wait?"""
    scope = scope_of(request)
    rows = queries.tables_of(scope, "step_times", "directly_follows")
    steps, edges = rows["step_times"], rows["directly_follows"]
    detail = _detail(asked(request, "detail"))
    sentence = telling.map_sentence(edges)
    wide, narrow = (
        pictures.process_map(steps, edges, scope, title=sentence, detail=detail, is_narrow=is_narrow)
        for is_narrow in (False, True)
    )
    shown = wide.moves_shown / wide.moves_all if wide.moves_all else 1.0
    context = {
        "sentence": sentence,
        "picture": pictures.Drawn(wide, narrow),
        "detail": min(int(100 * (shown if detail is None else detail)), 99 if wide.edges_hidden else 100),
        "least_detail": LEAST_DETAIL,
        "edges": [
            {**one, "address": addresses.of_move(one, scope)}
            for one in sorted(edges, key=lambda one: -(one["waited_workdays"] or 0))
        ],
        "logs": (("xes", "XES"), ("ocel", "OCEL 2.0")),
    }
    columns = ["from_name", "to_name", "moves", "cases", "starts_recorded_share", "waited_workdays"]
    columns += ["waited_workdays_mean", "waited_workdays_p25", "waited_workdays_median", "waited_workdays_p75"]
    columns += ["waited_workdays_p90", "waited_days_mean", "waited_days_median", "waited_days_p90"]
    step_columns = ["name", "events", "cases", "starts", "ends", "reworked_cases", "repeats", "self_loops"]
    step_columns += ["starts_recorded_share", "spent_workdays", "waited_workdays", "spent_workdays_median"]
    files = {"moves": pictures.plain_table(edges, *columns), "steps": pictures.plain_table(steps, *step_columns)}
    return page(request, scope, "map", context, pictures={"map": wide}, tables=files)


@require_GET
@permitted("agency.read")
def spectrum(request: HttpRequest) -> HttpResponse:
    """How does one segment run, case by case, week by week?"""
    scope = scope_of(request)
    edges = {
        (one["from_name"], one["to_name"]): one
        for one in queries.tables_of(scope.whole_agency, "directly_follows")["directly_follows"]
    }
    segments = sorted(
        (one for one in queries.segments_of(scope) if one in edges),
        key=lambda one: (-(edges[one]["waited_workdays"] or 0), one),
    )
    chosen = (asked(request, "from", most=200), asked(request, "to", most=200))
    if asked(request, "segment", most=420):
        chosen = next((one for one in segments if _segment(one) == asked(request, "segment", most=420)), chosen)
    if chosen == ("", "") and segments:
        chosen = segments[0]
    elif chosen != ("", "") and chosen not in segments:
        raise Http404("no such segment")
    rows = queries.spectrum_of(scope, chosen)
    sentence = telling.spectrum_sentence(edges.get(chosen))
    picture = pictures.spectrum(rows, from_name=unnamed(chosen[0]), to_name=unnamed(chosen[1]), title=sentence)
    context = {
        "sentence": sentence,
        "segments": [(_segment(one), one == chosen) for one in segments],
        "from_name": unnamed(chosen[0]),
        "to_name": unnamed(chosen[1]),
        "picture": picture,
        "address": addresses.of_move({"from_name": chosen[0], "to_name": chosen[1]}, scope),
        "slowest": pictures.slowest(rows, most=_MOST_SLOW),
    }
    columns = ("case_id", "left_at", "arrived_at", "quartile")
    files = {"spectrum": pictures.plain_table(rows, *columns)}
    return page(
        request, scope, "spectrum", context, pictures={"spectrum": picture.wide} if picture else {}, tables=files
    )


def _segment(segment: tuple[str, str]) -> str:
    return " → ".join(map(unnamed, segment))


@require_GET
@permitted("agency.read")
def variants(request: HttpRequest) -> HttpResponse:
    """How many different ways do cases take, and how far do the usual ones reach?"""
    scope = scope_of(request)
    text = asked(request, "q")
    ways = queries.ways_of(scope, step=text)
    sentence = telling.ways_sentence(ways)
    picture = pictures.variant_strips(ways, scope, title=sentence, most=_MOST_STRIPS)
    context = {
        "sentence": sentence,
        "ways": ways,
        "text": text,
        "picture": picture,
        "rows": [{"way": one, "address": addresses.of_cases(scope, way=one.code)} for one in ways.shown],
    }
    rows = [
        (one.cases, one.share, one.coverage, one.lasted_workdays, one.waited_workdays, " → ".join(one.steps))
        for one in ways.shown
    ]
    files = {"variants": (["cases", "share", "coverage", "lasted_workdays", "waited_workdays", "path"], rows)}
    return page(
        request, scope, "variants", context, pictures={"variants": picture.wide} if picture else {}, tables=files
    )


def _detail(text: str) -> float | None:
    """The share of the moves to show, as asked in percent; None where nothing sensible is asked."""
    return min(max(int(text), LEAST_DETAIL), 100) / 100 if text.isdecimal() and len(text) < 4 else None
