"""The front page, the two switches, and the address by which a monitor asks whether we are there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from xiaoneng.core.drawing import stylesheet

from .access import open_to_all
from .context import LARGE_TYPE_COOKIE

FRONT_PAGES = ("dashboards:overview",)  # the first of these that exists is where a reader who is logged in begins
ONE_YEAR_SECONDS = 31_536_000


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A reader who is logged in goes to the overview; anyone else reads what is open to all."""
    if request.user.is_authenticated:
        for name in FRONT_PAGES:
            try:
                return redirect(reverse(name))
            except NoReverseMatch:
                continue
    return render(request, "shell/home.html")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Back to the page on which the switch was pressed, never to another site."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target)


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language."""
    response = _back(request)
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.IS_SECURE,
        )
    return response


@require_POST
def switch_type(request: HttpRequest) -> HttpResponse:
    """Turn large type (适老化) on or off."""
    response = _back(request)
    large = "1" if request.POST.get("large") == "1" else "0"
    response.set_cookie(
        LARGE_TYPE_COOKIE,
        large,
        max_age=ONE_YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.IS_SECURE,
    )
    return response


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the server answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@open_to_all
def drawing_css(request: HttpRequest) -> HttpResponse:
    """The look of the pictures, as the drawing room has it; its address changes with it (see the tag of the same name)."""
    response = HttpResponse(stylesheet(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
