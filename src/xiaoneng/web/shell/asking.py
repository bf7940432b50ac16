"""What a reader asks in the address, as plain short text."""

from __future__ import annotations

from django.http import HttpRequest

LONGEST = 120  # signs; a database refuses a pattern of many thousands


def asked(request: HttpRequest, name: str, *, most: int = LONGEST) -> str:
    """One part of the address: cut to what a name can be, without the sign (NUL) that no database keeps."""
    return request.GET.get(name, "").replace("\0", "").strip()[:most]
