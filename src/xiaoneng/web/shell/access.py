"""Who may open a page: said beside the view, checked before it runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    """A page that needs no login."""
    view.permission = ""  # type: ignore[attr-defined]
    return view


def permitted(permission: str = "") -> Callable[[View], View]:
    """A page for readers who are logged in and, where one is named, have the permission.

    Someone who is not logged in is sent to the login page and comes back; someone without the permission reads 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            from django.contrib.auth.views import redirect_to_login  # needs the apps to be loaded

            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if permission and not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission or "user"  # type: ignore[attr-defined]
        return guarded

    return decorate
