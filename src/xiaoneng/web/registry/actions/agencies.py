"""Agencies: made and changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from xiaoneng.web import audit

from ..models import Agency

FACTS = ("code", "name", "short_name", "in_force_from", "in_force_to")


def facts(agency: Agency) -> dict[str, Any]:
    """What an agency's row says, for the trace."""
    return {name: getattr(agency, name) for name in FACTS}


@transaction.atomic
def create_agency(*, by: Any, **fields: Any) -> Agency:
    """A new agency."""
    agency = Agency.objects.create(**fields)
    audit.record("agency_created", subject=agency, by=by, after=facts(agency))
    return agency


@transaction.atomic
def change_agency(agency: Agency, *, by: Any, **fields: Any) -> None:
    """Another name, code, or day; nothing is written where nothing differs."""
    before = facts(Agency.objects.select_for_update().get(pk=agency.pk))
    for name, value in fields.items():
        setattr(agency, name, value)
    if facts(agency) == before:
        return
    agency.save(update_fields=list(fields))
    audit.record("agency_changed", subject=agency, by=by, before=before, after=facts(agency))
