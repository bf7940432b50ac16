"""Every permission of the application in one place: its name, and for whom it holds.

A permission about one agency's records takes an object that has `agency_code` (a case, an item, an agency itself).
"""

from __future__ import annotations

from typing import Any

import rules

from .models import Role


def _has_role(*roles: Role) -> rules.Predicate:
    names = {str(role) for role in roles}

    @rules.predicate(f"has_role:{','.join(sorted(names))}")
    def has_role(user: Any) -> bool:
        return bool(getattr(user, "is_active", False)) and getattr(user, "role", None) in names

    return has_role


@rules.predicate
def is_own_agency(user: Any, record: Any = None) -> bool:
    """The record belongs to the liaison's agency; without a record, whether they have an agency at all."""
    if not getattr(user, "agency_code", ""):
        return False
    return record is None or getattr(record, "agency_code", None) == user.agency_code


@rules.predicate
def manages_users(user: Any) -> bool:
    """Someone whose account says that they manage accounts."""
    return bool(getattr(user, "is_active", False)) and bool(getattr(user, "manages_users", False))


is_admin = _has_role(Role.SYSTEM_ADMIN)
is_office = _has_role(Role.OFFICE_EDITOR)
is_liaison = _has_role(Role.LIAISON)
is_leader = _has_role(Role.LEADER)
is_auditor = _has_role(Role.AUDITOR)
sees_county = is_office | is_leader | is_auditor  # every agency's records; the administrator runs the machine only

PERMISSIONS: dict[str, Any] = {
    "accounts.manage": is_admin | manages_users,
    "audit.read": is_auditor | is_office,
    "registry.read": sees_county | is_liaison | is_admin,
    "registry.change": is_office,
    "calendar.change": is_office,
    "cases.read": sees_county | (is_liaison & is_own_agency),
    "cases.import": is_office,
    "overview.read": sees_county,
    "rounds.change": is_office,
    "rounds.read": sees_county,
    "ratings.read": sees_county | (is_liaison & is_own_agency),
    "ratings.handle": is_office | (is_liaison & is_own_agency),
    "ratings.decide": is_office,
    "ratings.change": is_office,
    "agency.read": sees_county | (is_liaison & is_own_agency),
}

for _name, _predicate in PERMISSIONS.items():
    rules.set_perm(_name, _predicate)
