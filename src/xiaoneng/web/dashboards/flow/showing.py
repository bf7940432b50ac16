"""What every page on the time has in common: its neighbours, its filters, how we know, and what can be taken along."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoneng.core import words
from xiaoneng.core.drawing import IN_CHINESE, IN_ENGLISH, Picture, Words, as_file
from xiaoneng.web.cases import queries as cases
from xiaoneng.web.cases.exporting import guarded
from xiaoneng.web.shell import asked
from xiaoneng.web.shell.formats import is_chinese, words_language

from .asking import Scope

PAGES = (
    ("time", gettext_lazy("Summary")),
    ("map", gettext_lazy("Process map")),
    ("steps", gettext_lazy("Costly steps")),
    ("causes", gettext_lazy("Why it waits")),
    ("spectrum", gettext_lazy("Case by case")),
    ("variants", gettext_lazy("Ways taken")),
    ("handovers", gettext_lazy("Hand-overs")),
    ("items", gettext_lazy("Same item")),
    ("departures", gettext_lazy("Against the list")),
    ("directives", gettext_lazy("Directives")),
    ("lists", gettext_lazy("Lists and hours")),
)
# Pages on the whole county, which a liaison does not read
_OF_COUNTY = ("directives", "lists")
# Pages that belong to another one of the row
_AMONG = {"finding": "time", "item": "items"}
Rows = Iterable[Sequence[Any]]


def in_words() -> Words:
    """The language of the pictures on this page."""
    return IN_CHINESE if is_chinese() else IN_ENGLISH


def named(codes: Iterable[str]) -> list[str]:
    """Labels of columns in the reader's language."""
    return [words.label(code, words_language()) for code in codes]


def page(
    request: HttpRequest,
    scope: Scope,
    name: str,
    context: Mapping[str, Any],
    *,
    pictures: Mapping[str, Picture] | None = None,
    tables: Mapping[str, tuple[Sequence[str], Rows]] | None = None,
    template: str = "",
    needs_run: bool = True,
    status: int = 200,
) -> HttpResponse:
    """The page, or the file of it that the address asks for (`?file=map.svg`, `?file=map.csv`).

    In      needs_run: the page has nothing to say before the clocks have run for the first time

    Raises  Http404 where there is no such file
    """
    wanted = asked(request, "file")
    if wanted:
        return _file(wanted, pictures or {}, tables or {})
    run = cases.last_run()
    shown = {
        "scope": scope,
        "run": run,
        "pages": [
            {
                "address": reverse(f"dashboards:{one}") + _kept(scope, one),
                "label": label,
                "is_current": one == _AMONG.get(name, name),
            }
            for one, label in PAGES
            if scope.sees_county or one not in _OF_COUNTY
        ],
        "files": [*(f"{one}.svg" for one in pictures or {}), *(f"{one}.csv" for one in tables or {})],
        **context,
    }
    if needs_run and (run is None or not run.summary):
        return render(request, "dashboards/flow/nothing_yet.html", shown)
    return render(request, template or f"dashboards/flow/{name}.html", shown, status=status)


def _kept(scope: Scope, page: str) -> str:
    """The filters that the next page understands too: the comparison of items is by name, not by an agency's item."""
    return scope.without_item if page == "items" else scope.query


def _file(
    wanted: str, pictures: Mapping[str, Picture], tables: Mapping[str, tuple[Sequence[str], Rows]]
) -> HttpResponse:
    name, _dot, kind = wanted.rpartition(".")
    if kind == "svg" and name in pictures:
        response = HttpResponse(as_file(pictures[name], words_language()), content_type="image/svg+xml; charset=utf-8")
    elif kind == "csv" and name in tables:
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        writer = csv.writer(response)
        head, rows = tables[name]
        writer.writerow(head)
        writer.writerows([guarded(value) for value in row] for row in rows)
    else:
        raise Http404("no such file")
    response["Content-Disposition"] = f'attachment; filename="{wanted}"'
    return response


def interval(low: float | None, high: float | None, shown: Any) -> str:
    """120–180, or a dash."""
    if low is None or high is None:
        return "—"
    first, last = shown(low), shown(high)
    return str(first) if first == last else f"{first}–{last}"


def days(value: float | None) -> str:
    """Working days as people write them: one decimal below 100, whole above."""
    from xiaoneng.web.shell.formats import number

    return number(value, 0 if value is not None and abs(value) >= 100 else 1)


def unnamed(name: str | None) -> str:
    """A step or office as it is called, also where the records call it nothing."""
    return name or _("(not named)")
