"""Agencies: the list, one agency, and its form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xiaoneng.web.shell import asked, paginated, permitted

from .. import actions, queries
from ..forms import AgencyForm
from ..models import Agency


@require_GET
@permitted("registry.read")
def agencies(request: HttpRequest) -> HttpResponse:
    """The agencies of the programme."""
    search = asked(request, "q")
    page = paginated(request, queries.agencies_for(request.user, search=search))
    return render(request, "registry/agencies.html", {"page": page, "search": search})


def _agency(request: HttpRequest, code: str) -> Agency:
    """The agency, if the reader may see it; another agency's is not found."""
    found = queries.agencies_for(request.user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


@require_GET
@permitted("registry.read")
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """One agency in the registry: its offices, posts and items."""
    found = _agency(request, code)
    items = paginated(request, queries.items_for(request.user, agency=code))
    context: dict[str, Any] = {
        "agency": found,
        "page": items,
        "offices": found.offices.all(),
        "leadership": queries.leadership_of(found),
    }
    return render(request, "registry/agency.html", context)


@require_http_methods(["GET", "POST"])
@permitted("registry.change")
def agency_form(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """An agency made or changed."""
    known = get_object_or_404(Agency, code=code) if code else None
    form = AgencyForm(request.POST or None, instance=known)
    if request.method == "POST":
        if form.is_valid():
            if known is None:
                made = actions.create_agency(by=request.user, **form.cleaned_data)
                messages.success(request, _("The agency has been added."))
                return redirect("registry:agency", code=made.code)
            actions.change_agency(known, by=request.user, **form.cleaned_data)
            messages.success(request, _("The agency has been changed."))
            return redirect("registry:agency", code=known.code)
        return render(request, "registry/agency_form.html", {"form": form, "known": code}, status=422)
    return render(request, "registry/agency_form.html", {"form": form, "known": code})
