"""What a browser may do with our pages: nothing from elsewhere, nothing inline, no frame, no cookie that a script can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import path

from .pages import pages_of

Named = Mapping[str, str | int]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
}
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _faults(response: Any) -> list[str]:
    """What is missing in the head of an answer."""
    said = response.headers.get("Content-Security-Policy", "")
    policy = dict(part.strip().split(" ", 1) for part in said.split(";") if part.strip())
    faults = [] if policy == POLICY else [f"policy {said!r}"]
    return faults + [name for name, value in HEADERS.items() if response.headers.get(name) != value]


@pytest.mark.parametrize("role", ["anyone", "office_editor", "system_admin"])
def test_every_page_forbids_what_it_does_not_need(role: str, reader: Callable[[str], Client], named: Named) -> None:
    client = reader(role)
    faults = {page: _faults(client.get(page)) for page in pages_of(role, named)}
    assert {page: found for page, found in faults.items() if found} == {}
    assert len(faults) > 4


def _breaks(request: Any) -> Any:
    raise RuntimeError("a fault of ours with a secret in it")


def _forbids(request: Any) -> Any:
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


handler403 = "xiaoneng.web.shell.errors.forbidden"
handler404 = "xiaoneng.web.shell.errors.not_found"
handler500 = "xiaoneng.web.shell.errors.broken"


@pytest.mark.parametrize(
    ("asked", "status"),
    [("/breaks/", 500), ("/forbids/", 403), ("/nowhere/", 404), ("/x%00y/", 404), ("/../etc/", 404)],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_errors_are_as_strict_and_tell_nothing(
    asked: str, status: int, language: str, settings: Any, db: None
) -> None:
    import xiaoneng.web.urls as real

    class Urls:
        urlpatterns = [*real.urlpatterns, path("breaks/", _breaks), path("forbids/", _forbids)]

    Urls.handler403, Urls.handler404, Urls.handler500 = handler403, handler404, handler500  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = Urls
    client = Client(raise_request_exception=False)
    client.cookies["language"] = language
    response = client.get(asked)
    assert response.status_code == status
    assert _faults(response) == []
    text = response.content.decode()
    assert "secret" not in text
    assert "Traceback" not in text
    assert f'<html lang="{"en" if language == "en" else "zh-CN"}"' in text


def test_a_page_asked_under_another_name_is_refused(db: None) -> None:
    """Otherwise a link in one of our pages could be made to lead to that name."""
    for host in ("example.org", "127.0.0.1.example.org", "localhost@example.org", "example.org:80"):
        response = Client(headers={"host": host}).get("/deadline/")
        assert response.status_code == 400
        assert _faults(response) == []
        assert "example.org" not in response.content.decode()


def test_no_page_holds_a_script_or_a_style_of_its_own_or_an_address_elsewhere(
    reader: Callable[[str], Client], named: Named
) -> None:
    """What the policy would refuse is not there to begin with; the address of a notice's source is text, not loaded."""
    client = reader("office_editor")
    found: dict[str, list[str]] = {}
    for page in pages_of("office_editor", named):
        html = client.get(page).content.decode()
        inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", html)
        loaded = re.findall(
            r"<(?:script|img|link|iframe|use|form|object|embed)[^>]*(?:src|href|action)=\"(?!/(?!/)|\?|#|\")[^\"]*",
            html,
        )
        if inline or loaded:
            found[page] = [*inline, *loaded]
    assert found == {}


def test_cookies_are_hidden_from_scripts_and_other_sites(db: None) -> None:
    from xiaoneng.web.accounts.models import User

    User.objects.create_user("wang", "cranes over the reservoir", role="leader")
    client = Client()
    client.get("/login/")
    client.post("/login/", {"username": "wang", "password": "cranes over the reservoir"})
    client.post("/switch/language/", {"language": "en"})
    client.post("/switch/type/", {"large": "1"})
    cookies = {name: (bool(one["httponly"]), one["samesite"]) for name, one in client.cookies.items()}
    assert set(cookies) >= {"sessionid", "csrftoken", "language", "large_type"}
    assert set(cookies.values()) == {(True, "Lax")}


def test_behind_https_cookies_never_travel_in_the_open() -> None:
    """The settings of a process that stands behind https, read by that process."""
    import os
    import subprocess
    import sys

    code = (
        "from xiaoneng.web import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.SECURE_HSTS_SECONDS > 0, s.DEBUG)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "XIAONENG_SECURE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "True", "True", "True", "True", "False"]


def test_what_needs_a_login_is_kept_by_no_cache_in_between(reader: Callable[[str], Client], named: Named) -> None:
    client = reader("office_editor")
    kept = {page: client.get(page).headers.get("Cache-Control", "") for page in pages_of("office_editor", named)}
    assert {page: said for page, said in kept.items() if "private" not in said and "no-store" not in said} == {}


def test_a_form_left_open_overnight_says_what_to_do(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/login/", {"username": "wang", "password": "x"})
    assert response.status_code == 403
    assert _faults(response) == []
