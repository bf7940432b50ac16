"""Every way to read accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import Q, QuerySet

from .models import Role, User

AgencyChoices = Callable[[], Iterable[tuple[str, str]]]
_agency_choices: list[AgencyChoices] = []


def offer_agencies(choices: AgencyChoices) -> None:
    """The registry, one floor up, says which agencies there are."""
    _agency_choices[:] = [choices]


def agency_choices() -> list[tuple[str, str]]:
    """Code and name of every agency; none where no registry is installed."""
    return list(_agency_choices[0]()) if _agency_choices else []


def managers() -> QuerySet[User]:
    """Who may manage accounts and can log in; the permission `accounts.manage` holds for the same."""
    return User.objects.filter(Q(role=Role.SYSTEM_ADMIN) | Q(manages_users=True), is_active=True)


def users(*, search: str = "") -> QuerySet[User]:
    """All accounts by login name, narrowed by a word in name or agency."""
    found = User.objects.all()
    if search:
        found = found.filter(
            Q(username__icontains=search) | Q(full_name__icontains=search) | Q(agency_code__icontains=search)
        )
    return found
