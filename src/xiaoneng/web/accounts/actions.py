"""Every way to change an account, each with its trace."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction

from xiaoneng.core.errors import XiaonengError
from xiaoneng.web import audit

from . import queries
from .models import Role, User

FIRST_USERNAME = "office"
# No letters or digits that look alike on a screen: 0 O 1 l I
_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"


class LastManagerError(XiaonengError):
    """Nobody would be left who may manage accounts."""


def one_time_password() -> str:
    """A password to be read out once: four groups of four signs, 79 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def first_account() -> str | None:
    """Make the office's account, or give it a new one-time password as long as nobody has used it."""
    user = User.objects.filter(username=FIRST_USERNAME).first()
    if user is None and User.objects.exists():
        return None
    if user is not None and not (user.must_change_password and user.last_login is None):
        return None
    password = one_time_password()
    if user is None:
        user = User.objects.create_user(
            FIRST_USERNAME, password, role=Role.OFFICE_EDITOR, manages_users=True, must_change_password=True
        )
        audit.record("user_created", subject=user, by="system", after=_facts(user))
    else:
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record("one_time_password_given", subject=user, by="system")
    return password


@transaction.atomic
def create_user(*, by: Any, **fields: Any) -> tuple[User, str]:
    """A new account and its one-time password, shown once to the one who made it."""
    password = one_time_password()
    user = User.objects.create_user(password=password, must_change_password=True, **fields)
    audit.record("user_created", subject=user, by=by, after=_facts(user))
    return user, password


@transaction.atomic
def change_user(user: User, *, by: Any, **fields: Any) -> None:
    """Change name, role, agency, or whether the account may log in.

    Raises  LastManagerError where nobody who may manage accounts could log in afterwards
    """
    before = _facts(User.objects.select_for_update().get(pk=user.pk))
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=list(fields))
    if not queries.managers().exists():
        raise LastManagerError(f"{user.username} is the last who may manage accounts: let another account do so first")
    if _facts(user) != before:
        audit.record("user_changed", subject=user, by=by, before=before, after=_facts(user))


@transaction.atomic
def give_one_time_password(user: User, *, by: Any) -> str:
    """A new one-time password for someone who has lost theirs."""
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    audit.record("one_time_password_given", subject=user, by=by)
    return password


@transaction.atomic
def choose_password(user: User, password: str) -> None:
    """The user's own password in place of the old one."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record("password_changed", subject=user, by=user)


def _facts(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "full_name": user.full_name,
        "role": str(user.role),
        "agency_code": user.agency_code,
        "manages_users": user.manages_users,
        "is_active": user.is_active,
    }
