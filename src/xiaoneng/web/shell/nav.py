"""The main navigation: each app adds its entries when it starts; a reader sees those that they may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: `permission` empty is for anyone, "user" for anyone who is logged in, else a named permission.

    `under` is the beginning of the addresses for which the entry counts as the current one.
    """

    label: str | Promise
    url_name: str
    permission: str
    order: int
    under: str = ""


_items: dict[str, NavItem] = {}


def add_to_nav(*items: NavItem) -> None:
    """Add entries; the same address again replaces its entry."""
    for item in items:
        _items[item.url_name] = item


def nav_for(user: Any, path: str) -> list[dict[str, Any]]:
    """The entries that this reader may open, in order, the current one marked."""
    shown = []
    for item in sorted(_items.values(), key=lambda one: one.order):
        if item.permission and not getattr(user, "is_authenticated", False):
            continue
        if item.permission not in ("", "user") and not user.has_perm(item.permission):
            continue
        try:
            address = reverse(item.url_name)
        except NoReverseMatch:
            continue
        under = item.under or address
        is_current = path == address or (under != "/" and path.startswith(under))
        shown.append({"label": item.label, "address": address, "is_current": is_current})
    return shown
