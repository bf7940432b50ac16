"""The addresses of the registrar where it runs as a process of its own: its pages, the language, and nothing else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path, register_converter
from django.utils.translation import gettext as _

from xiaoneng.web.shell.codes import CodeConverter
from xiaoneng.web.shell.views import healthz, switch_language

register_converter(CodeConverter, "code")

_shell = (
    [path("switch/language/", switch_language, name="language"), path("healthz/", healthz, name="healthz")],
    "shell",
)
urlpatterns = [path("", include(_shell)), path("", include("xiaoneng.web.registrar.urls"))]


def _told(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "registrar/told.html", {"sentence": sentence}, status=status)


def handler400(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Asked for in a way that no browser asks."""
    return _told(request, _("This request cannot be read. Load the page again."), 400)


def handler403(request: HttpRequest, exception: Any = None, reason: str = "") -> HttpResponse:
    """A form that was open too long."""
    return _told(request, _("The page was open too long. Load it again; nothing is lost."), 403)


def handler404(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """No such round."""
    return _told(request, _("There is nothing at this address. Compare it with the letter."), 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Our fault."""
    return HttpResponse(
        "The registrar failed. 登记处出错，请稍后再试。\n", status=500, content_type="text/plain; charset=utf-8"
    )
