"""Lightly against guessing: an address that opens unknown links again and again waits. Nothing of it is written down."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

MOST_UNKNOWN = 30  # in ten minutes; a hall with one address for all its terminals stays far below
_SECONDS = 600


def _key(request: HttpRequest) -> str:
    return "ratings-" + hashlib.sha256(str(request.META.get("REMOTE_ADDR", "")).encode()).hexdigest()[:32]


def must_wait(request: HttpRequest) -> bool:
    """Whether this address has opened too many links that do not exist."""
    return int(cache.get(_key(request), 0)) >= MOST_UNKNOWN


def note_unknown(request: HttpRequest) -> None:
    """It has opened one more."""
    key = _key(request)
    cache.add(key, 0, _SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # it ran out in between
        cache.set(key, 1, _SECONDS)
