"""What every page knows: its navigation, the county's name, the switches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .nav import nav_for

LARGE_TYPE_COOKIE = "large_type"


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of the shell."""
    user = getattr(request, "user", None)
    return {
        "nav": nav_for(user, request.path),
        "county_name": settings.COUNTY_NAME,
        "is_demo": (settings.DATA_DIR / "demo").exists(),
        "is_large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1",
        "here": request.get_full_path(),
    }
