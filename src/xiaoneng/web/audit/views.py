"""The trace, as those may read it who check."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xiaoneng.web.shell import asked, paginated, permitted

from . import queries


@require_GET
@permitted("audit.read")
def trace(request: HttpRequest) -> HttpResponse:
    """Who did what, and when."""
    search, kind = asked(request, "q"), asked(request, "kind")
    page = paginated(request, queries.trace(search=search, kind=kind))
    context = {"page": page, "search": search, "kind": kind, "kinds": queries.kinds()}
    return render(request, "audit/trace.html", context)
