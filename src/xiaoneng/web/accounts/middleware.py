"""What holds of every page: a one-time password opens one only, and no page of a reader stays behind in a cache."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

OPEN_TO_IT = {"accounts:new_password", "accounts:logout", "shell:language", "shell:type", "shell:healthz"}


class NewPasswordMiddleware:
    """Sends a user with a one-time password to the page for a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and match.view_name not in OPEN_TO_IT and request.user.is_authenticated:
            if getattr(request.user, "must_change_password", False):
                return redirect("accounts:new_password")
        return None


class PrivatePagesMiddleware:
    """Keeps the pages of someone who is logged in out of every cache: at a shared desk the next reader presses "back"."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response
