"""A one-time password opens nothing but the page on which a new one is chosen."""

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
