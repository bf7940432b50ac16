"""Every address of the application. An app that is installed and has `urls.py` brings its own pages."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path, register_converter

from xiaoneng.web.shell.codes import CodeConverter

register_converter(CodeConverter, "code")

handler400 = "xiaoneng.web.shell.errors.bad_request"
handler403 = "xiaoneng.web.shell.errors.forbidden"
handler404 = "xiaoneng.web.shell.errors.not_found"
handler500 = "xiaoneng.web.shell.errors.broken"


def _pages() -> list[URLPattern | URLResolver]:
    """The pages of every app of the house, each app's `urls.py` holding whole addresses from the root."""
    modules = [f"{config.name}.urls" for config in apps.get_app_configs() if config.name.startswith("xiaoneng.web.")]
    return [path("", include(module)) for module in modules if find_spec(module)]


urlpatterns = _pages()
