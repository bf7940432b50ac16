"""The addresses of the box where it runs as a process of its own: its pages, and nothing else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, register_converter
from django.utils.translation import gettext as _
from django.views.generic import RedirectView

from xiaoneng.web.shell.codes import CodeConverter
from xiaoneng.web.shell.views import healthz

from .views import in_language, told

register_converter(CodeConverter, "code")

urlpatterns = [
    path("", RedirectView.as_view(url="/vote/")),
    path("healthz/", healthz, name="healthz"),
    path("", include("xiaoneng.web.ballotbox.urls")),
]


@in_language
def handler400(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Asked for in a way that no browser asks."""
    return told(request, _("This request cannot be read. Load the page again."), 400)


@in_language
def handler403(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Nothing here asks who somebody is."""
    return told(request, _("This is not to be seen here."), 403)


@in_language
def handler404(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """No such page."""
    return told(request, _("There is nothing at this address. Compare it with your paper."), 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Our fault."""
    return HttpResponse(
        "The ballot box failed. 票箱出错，请稍后再试。\n", status=500, content_type="text/plain; charset=utf-8"
    )
