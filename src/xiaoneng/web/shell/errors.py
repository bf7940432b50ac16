"""Error pages: each says what happened and what to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: asked for under a name that is not ours, or in a way that no browser asks."""
    return render(request, "shell/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the reader is known, but this page is not for their role."""
    return render(request, "shell/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here that this reader may see."""
    return render(request, "shell/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault; the page needs neither database nor session."""
    return HttpResponse(render_plain(request), status=500)


def render_plain(request: HttpRequest) -> str:
    """The page for a failure, with nothing that could fail again."""
    from django.template.loader import render_to_string

    return render_to_string("shell/500.html", {"is_large_type": False})


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """403: the form's token is too old or missing, mostly a page left open overnight."""
    return render(request, "shell/403_form.html", status=403)
