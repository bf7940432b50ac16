"""The way of a ballot past all that a page needs: `POST /vote/<round>/cast` with JSON is answered here, the rest by Django.

A hall votes within a minute, and a ballot needs no language, no template and no policy of a page. What is refused, and why, is
decided in the same place for both ways: `views.answered`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from .views import JSON, LARGEST_BALLOT, answered

Start = Callable[..., Any]
_CAST = re.compile(r"/vote/([^/]+)/cast")
_HEADERS = [
    ("Content-Type", JSON),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]
_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_pages = get_wsgi_application()
_IS_SECURE = bool(settings.SECURE_SSL_REDIRECT)


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """The WSGI application of the box."""
    found = _CAST.fullmatch(environ.get("PATH_INFO", ""))
    length = environ.get("CONTENT_LENGTH") or ""
    if (
        found is None
        or environ["REQUEST_METHOD"] != "POST"
        or environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != JSON
        or not length.isdigit()
        or int(length) > LARGEST_BALLOT
        or _must_go_to_https(environ)
    ):
        return _pages(environ, start_response)
    asked = parse_qs(environ.get("QUERY_STRING", "")).get("lang", [""])[0]
    status, headers, body = answered(unquote(found[1]), environ["wsgi.input"].read(int(length)), asked)
    start_response(_LINES[status], [*_HEADERS, *headers, ("Content-Length", str(len(body)))])
    return [body]


def _must_go_to_https(environ: dict[str, Any]) -> bool:
    """Whether the page's own rule would send this request elsewhere first."""
    return _IS_SECURE and environ.get("HTTP_X_FORWARDED_PROTO") != "https"
