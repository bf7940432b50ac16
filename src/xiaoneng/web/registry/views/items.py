"""Service items: the list, one item with its history, a new version, and catalogues from files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from xiaoneng.core.errors import XiaonengError
from xiaoneng.web.shell import asked, paginated, permitted, told

from .. import actions, catalogue, law_rules, queries
from ..forms import CatalogueForm, VersionForm
from ..models import CaseKindChoice, ServiceItem


@require_GET
@permitted("registry.read")
def items(request: HttpRequest) -> HttpResponse:
    """The items of all agencies that the reader may see."""
    chosen = {name: asked(request, name) for name in ("q", "agency", "kind")}
    found = queries.items_for(request.user, search=chosen["q"], agency=chosen["agency"], kind=chosen["kind"])
    page = paginated(request, found)
    context: dict[str, Any] = {
        "page": page,
        "chosen": chosen,
        "is_narrowed": any(chosen.values()),
        "rows": [(item, queries.version_on(item, timezone.localdate())) for item in page],
        "agencies": queries.agencies_for(request.user).values_list("code", "name"),
        "kinds": CaseKindChoice.choices,
        "long_promises": queries.long_promises(request.user),
    }
    return render(request, "registry/items.html", context)


def _item(request: HttpRequest, pk: int) -> ServiceItem:
    """The item, if the reader may see it; another agency's is not found."""
    found = queries.items_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
@permitted("registry.read")
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: its limits today, the rule under them, and what held before."""
    found = _item(request, pk)
    today = timezone.localdate()
    version = queries.version_on(found, today)
    rule = law_rules.find_rule(version.law_rule) if version is not None and version.law_rule else None
    context: dict[str, Any] = {
        "item": found,
        "version": version,
        "versions": found.versions.all(),
        "rule": rule,
        "rule_text": law_rules.described(rule) if rule is not None else "",
        "today": today,
    }
    return render(request, "registry/item.html", context)


@require_http_methods(["GET", "POST"])
@permitted("registry.change")
def new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of an item, from a day on."""
    found = _item(request, pk)
    last = found.versions.first()
    initial = {**last.facts(), "in_force_from": None} if last is not None else {}
    form = VersionForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.add_version(found, by=request.user, **form.cleaned_data)
                messages.success(request, _("The new version is on record."))
                return redirect("registry:item", pk=found.pk)
            except XiaonengError:
                form.add_error(
                    "in_force_from",
                    _("A version begins on this day or later already. Give a later day; nothing acts backwards."),
                )
        return render(request, "registry/version_form.html", {"form": form, "item": found}, status=422)
    return render(request, "registry/version_form.html", {"form": form, "item": found})


@require_http_methods(["GET", "POST"])
@permitted("registry.change")
def import_items(request: HttpRequest) -> HttpResponse:
    """A catalogue of items from a file; the same file twice changes nothing."""
    form = CatalogueForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "imports": queries.imports()[:20]}
    if request.method != "POST":
        return render(request, "registry/import_items.html", context)
    if form.is_valid():
        try:
            read = catalogue.read(form.cleaned_data["file"])
            result = actions.import_service_items(read.rows, read.source, sha256=read.sha256, by=request.user)
        except XiaonengError as error:
            form.add_error("file", told(error))
        else:
            context |= {"result": result, "source": read.source}
            _tell(request, result)
            return render(request, "registry/import_items.html", context)
    return render(request, "registry/import_items.html", context, status=422)


def _tell(request: HttpRequest, result: actions.ImportResult) -> None:
    if result.is_repeated:
        messages.warning(request, _("This file was taken in before. Nothing has changed."))
        return
    messages.success(
        request,
        ngettext("%(n)s version has been added.", "%(n)s versions have been added.", result.versions_added)
        % {"n": result.versions_added},
    )
