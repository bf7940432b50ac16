"""The import, step by step: upload, what is in the files, accept, what has changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoneng.core import words
from xiaoneng.core.errors import XiaonengError
from xiaoneng.web.cases import queries
from xiaoneng.web.cases.models import BatchState, ImportBatch
from xiaoneng.web.shell import paginated, permitted, told
from xiaoneng.web.shell.formats import words_language

from . import actions, looking, uploading, work
from .forms import MappingForm, UploadForm
from .looking import RECORDS
from .progress import folder_of, is_silent, read_progress


@require_http_methods(["GET", "POST"])
@permitted("cases.import")
def imports(request: HttpRequest) -> HttpResponse:
    """What was taken in, and the way in for more."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST":
        if form.is_valid():
            batch = uploading.upload(form.cleaned_data["files"], by=request.user)
            return redirect("bridge:import", pk=batch.pk)
        context = {"form": form, "page": paginated(request, queries.imports())}
        return render(request, "bridge/imports.html", context, status=422)
    context = {"form": form, "page": paginated(request, queries.imports(), per_page=20), "run": queries.last_run()}
    return render(request, "bridge/imports.html", context)


@require_GET
@permitted("cases.import")
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """One import, wherever it stands."""
    batch = _batch(pk)
    context: dict[str, Any] = {"batch": batch, "files": batch.files.all(), "progress": _progress(batch)}
    if batch.state in (BatchState.CHECKED, BatchState.UNMAPPED, BatchState.FAILED):
        context["profiles"] = looking.profile_choices()
    if batch.state in (BatchState.CHECKED, BatchState.DONE, BatchState.UNDONE):
        context |= looking.report_of(batch)
        context["set_aside"] = looking.set_aside_rows(batch)
    changed_at, run = batch.undone_at or batch.finished_at, queries.last_run()
    context["is_behind"] = bool(changed_at and (run is None or run.ran_at < changed_at))
    return render(request, "bridge/import.html", context)


@require_GET
@permitted("cases.import")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the work has come, for the page to look at now and then."""
    batch = _batch(pk)
    response = render(request, "bridge/_progress.html", {"batch": batch, "progress": _progress(batch)})
    response["X-Is-Running"] = "1" if batch.is_running else "0"
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@permitted("cases.import")
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by hand which column fills which field."""
    batch = _batch(pk)
    record = request.POST.get("record") or request.GET.get("record") or "cases"
    if record not in RECORDS:
        raise Http404("no such kind of record")
    try:
        peeks = looking.peek(pk)
    except XiaonengError as error:
        messages.error(request, told(error))
        return redirect("bridge:import", pk=pk)
    form = MappingForm(peeks[0], record, request.POST or None)
    context = {
        "batch": batch,
        "form": form,
        "record": record,
        "records": RECORDS,
        "peek": peeks[0],
        "others": peeks[1:],
    }
    if request.method != "POST":
        return render(request, "bridge/mapping.html", context)
    if not form.is_valid():
        return render(request, "bridge/mapping.html", context, status=422)
    try:
        uploading.save_mapping(form.cleaned_data["name"], record, form.mapping, by=request.user)
        uploading.read_with(batch, f"saved:{form.cleaned_data['name']}", by=request.user)
    except XiaonengError as error:
        form.add_error(None, told(error))
        return render(request, "bridge/mapping.html", context, status=422)
    return redirect("bridge:import", pk=pk)


@require_POST
@permitted("cases.import")
def read_with(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the same files in another way."""
    chosen = request.POST.get("mapping", "")
    if chosen == "by-hand":
        return redirect("bridge:mapping", pk=pk)
    if chosen and chosen not in {name for name, _title in looking.profile_choices()}:
        raise Http404("no such profile")
    return _led_on(request, pk, lambda batch: uploading.read_with(batch, chosen, by=request.user))


@require_POST
@permitted("cases.import")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the files in."""
    good_rows = request.POST.get("good_rows") == "1"
    return _led_on(request, pk, lambda batch: uploading.accept(batch, by=request.user, accept_good_rows=good_rows))


@require_POST
@permitted("cases.import")
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a job again that has stopped without a word."""
    return _led_on(request, pk, lambda batch: uploading.start_again(batch, by=request.user))


@require_POST
@permitted("cases.import")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an import go."""
    batch = _batch(pk)
    try:
        uploading.discard(batch, by=request.user)
    except XiaonengError as error:
        messages.error(request, told(error))
        return redirect("bridge:import", pk=pk)
    messages.success(request, _("The files were removed; nothing of them was taken in."))
    return redirect("bridge:imports")


@require_POST
@permitted("cases.import")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole import out again."""
    batch = _batch(pk)
    try:
        actions.undo_import(batch, by=request.user)
    except XiaonengError as error:
        messages.error(request, told(error))
        return redirect("bridge:import", pk=pk)
    work.start("clocks", "")
    messages.success(request, _("The import was undone. The clocks are being run anew."))
    return redirect("bridge:import", pk=pk)


@require_GET
@permitted("cases.import")
def rows_at_fault(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows at fault as a workbook: as they stood in the file, with the reason beside them."""
    batch = _batch(pk)
    path = folder_of(batch.pk) / f"rows-{words_language()}.xlsx"
    if not path.is_file():
        raise Http404("no such workbook")
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{pk}-rows.xlsx")


@require_POST
@permitted("cases.import")
def run_clocks(request: HttpRequest) -> HttpResponse:
    """Judge every case as of today."""
    actions.start_clocks(by=request.user)
    messages.success(request, _("The clocks are being run as of today. Load this page again in a minute."))
    return redirect("bridge:imports")


def _batch(pk: int) -> ImportBatch:
    return get_object_or_404(queries.imports(), pk=pk)


def _led_on(request: HttpRequest, pk: int, step: Any) -> HttpResponse:
    try:
        step(_batch(pk))
    except XiaonengError as error:
        messages.error(request, told(error))
    return redirect("bridge:import", pk=pk)


def _progress(batch: ImportBatch) -> dict[str, Any]:
    """Phases with their state, percent and time left."""
    said = read_progress(batch.pk) if batch.is_running else {}
    phases = list(said.get("phases") or ())
    at = phases.index(said["phase"]) if said.get("phase") in phases else -1
    left = said.get("seconds_left")
    return {
        "phases": [
            {
                "name": words.label(f"phase_{phase}", words_language()),
                "state": "done" if place < at else "now" if place == at else "to_come",
                "percent": round(100 * said["share"]) if place == at and said.get("share") is not None else None,
            }
            for place, phase in enumerate(phases)
        ],
        "seconds_left": round(left) if left and left > 2 else None,
        "is_silent": is_silent(batch),
    }
