"""Accounts (账号): users, their roles, and what each reader may do. The permissions stand in `permissions.py`."""

from __future__ import annotations

from typing import Any

__all__ = ["first_account", "offer_agencies"]


def first_account() -> str | None:
    """The one-time password of the office's account, made anew at each start until it has been used once.

    Empty   None once someone has logged in and chosen a password
    """
    from .actions import first_account as make

    return make()


def offer_agencies(choices: Any) -> None:
    """Take the function that lists the agencies as (code, name), for the form of a liaison's account."""
    from .queries import offer_agencies as offer

    offer(choices)
