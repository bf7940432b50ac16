"""Codes in addresses: the records bring codes of agencies and items with any sign in them, and each must have a page."""

from __future__ import annotations

from urllib.parse import unquote

_NOTHING = "~"
_STEPS = {".": "%2E", "..": "%2E%2E", _NOTHING: "%7E"}  # a browser takes the first two for ways up


class CodeConverter:
    """One part of an address that stands for a code, such as `path("agencies/<code:code>/", …)`."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """The code of an address."""
        return "" if value == _NOTHING else unquote(value)

    def to_url(self, value: str) -> str:
        """The address of a code; Django quotes whatever else an address cannot hold."""
        plain = str(value)
        return _STEPS.get(plain) or plain.replace("%", "%25").replace("/", "%2F") or _NOTHING
