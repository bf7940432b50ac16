"""Agencies and items that the records name but the registry does not know yet are entered there, with their trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from xiaoneng.web import audit
from xiaoneng.web.cases.models import Case
from xiaoneng.web.registry.models import Agency, ServiceItem, ServiceItemVersion


def register_agencies(*, by: Any) -> int:
    """Enter the agencies of the current cases that are missing; their names stand as the records print them."""
    known = set(Agency.objects.values_list("code", flat=True))
    named = Case.objects.filter(is_current=True).exclude(agency_code="").values_list("agency_code", "agency_name")
    missing = {code: name for code, name in named.distinct() if code not in known}
    for code, name in sorted(missing.items()):
        agency = Agency.objects.create(code=code, name=name or code)
        audit.record("agency_created", subject=agency, by=by, after={"code": code, "name": agency.name})
    return len(missing)


def register_items(rows: Iterable[Mapping[str, Any]], *, by: Any) -> int:
    """Enter the versions of items that an import brings (rows of SERVICE_ITEMS); one that is there already stays."""
    added = 0
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    items = {(item.agency.code, item.code): item for item in ServiceItem.objects.select_related("agency")}
    for row in rows:
        code, agency_code = row["service_item"], row["agency"]
        if not code or not agency_code:
            continue
        if agency_code not in agencies:
            agencies[agency_code] = Agency.objects.create(code=agency_code, name=row["agency_name"] or agency_code)
            audit.record("agency_created", subject=agencies[agency_code], by=by, after={"code": agency_code})
        key = (agency_code, code)
        if key not in items:
            items[key] = ServiceItem.objects.create(
                agency=agencies[agency_code], code=code, name=row["service_item_name"] or code
            )
        texts = ("catalog_code", "item_kind", "case_kind", "law_rule", "file_hash", "sheet")
        _, is_new = ServiceItemVersion.objects.get_or_create(
            service_item=items[key],
            in_force_from=row["in_force_from"],
            defaults={
                "name": row["service_item_name"] or code,
                "in_force_to": row["in_force_to"],
                "promised_limit": row["promised_limit"],
                "promised_unit": row["promised_unit"] or "workday",
                "statutory_limit": row["statutory_limit"],
                "statutory_unit": row["statutory_unit"] or "workday",
                "line": row["line"],
                "recorded_by": by if isinstance(by, str) else by.get_username(),
                **{name: row[name] or "" for name in texts},
            },
        )
        added += is_new
    if added:
        audit.record("service_items_imported", subject=("registry.serviceitem", "-"), by=by, after={"versions": added})
    return added
