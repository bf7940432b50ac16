"""Service items: versions from a day on, and whole catalogues from a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from xiaoneng.core.errors import XiaonengError
from xiaoneng.core.terms import CaseKind, Unit
from xiaoneng.web import audit

from ..models import Agency, CatalogueImport, ServiceItem, ServiceItemVersion

ONE_DAY = timedelta(days=1)
_COMPARED = (
    *("name", "catalog_code", "item_kind", "case_kind", "promised_limit", "promised_unit"),
    *("statutory_limit", "statutory_unit", "law_rule"),
)


class VersionDayError(XiaonengError):
    """A new version does not begin after the one before it."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: counts of rows, and the refused rows with their reasons."""

    items_added: int = 0
    versions_added: int = 0
    unchanged: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    is_repeated: bool = False  # the same file had been taken in before; nothing was changed


@transaction.atomic
def add_version(item: ServiceItem, *, by: Any, in_force_from: date, **fields: Any) -> ServiceItemVersion:
    """A new version of an item from a day on; the one before it ends on the day before.

    Raises  VersionDayError where a version begins on that day or later already
    """
    last = item.versions.select_for_update().order_by("-in_force_from", "-pk").first()
    if last is not None and (last.in_force_from or date.min) >= in_force_from:
        raise VersionDayError(
            f"item {item.code}: a version begins on {last.in_force_from} already; give a later day, "
            "nothing acts backwards"
        )
    before = None
    if last is not None:
        before = last.facts()
        if last.in_force_to is None or last.in_force_to >= in_force_from:
            last.in_force_to = in_force_from - ONE_DAY
            last.save(update_fields=["in_force_to"])
    carried = {name: getattr(last, name) for name in ("catalog_code", "item_kind")} if last is not None else {}
    version = ServiceItemVersion.objects.create(
        service_item=item, in_force_from=in_force_from, recorded_by=_name(by), **{**carried, **fields}
    )
    ServiceItem.objects.filter(pk=item.pk).update(name=version.name)
    audit.record("service_item_changed", subject=item, by=by, before=before, after=version.facts())
    return version


@transaction.atomic
def import_service_items(
    rows: Iterable[Mapping[str, Any]], source: str, *, sha256: str = "", by: Any = "system"
) -> ImportResult:
    """Take in a catalogue; the same file twice changes nothing, an unchanged item gets no new version.

    In      rows: as SERVICE_ITEMS; source: the file's name; sha256: of the whole file (else that of the first row)
    Out     counts, and the rows that were refused with their reasons
    """
    listed = list(rows)
    sha256 = sha256 or str((listed[0].get("file_hash") if listed else "") or "")
    if sha256 and CatalogueImport.objects.filter(sha256=sha256).exists():
        return ImportResult(unchanged=len(listed), is_repeated=True)
    agencies = _Agencies(listed, by)
    items = {(item.agency.code, item.code): item for item in ServiceItem.objects.select_related("agency")}
    latest: dict[int, ServiceItemVersion] = {}
    for version in ServiceItemVersion.objects.order_by("in_force_from", "pk"):
        latest[version.service_item_id] = version
    refused: list[dict[str, Any]] = []
    new_versions: list[ServiceItemVersion] = []
    closed: list[ServiceItemVersion] = []
    renamed: list[ServiceItem] = []
    items_added = unchanged = 0
    for place, row in enumerate(listed, 1):
        reason = _fault(row)
        if reason:
            refused.append({"line": row.get("line") or place, "reason": reason, "code": row.get("service_item")})
            continue
        agency = agencies.of(row)
        key = (agency.code, str(row["service_item"]))
        item = items.get(key)
        if item is None:
            item = items[key] = ServiceItem.objects.create(
                agency=agency, code=key[1], name=str(row["service_item_name"])[:300]
            )
            items_added += 1
        version = _version(item, row, source, sha256, by)
        before = latest.get(item.pk)
        if before is not None and all(getattr(before, name) == getattr(version, name) for name in _COMPARED):
            unchanged += 1
            continue
        if before is not None and not _follows(before, version):
            refused.append({"line": row.get("line") or place, "reason": "version_not_after", "code": key[1]})
            continue
        if before is not None and before.pk and version.in_force_from:
            before.in_force_to = version.in_force_from - ONE_DAY
            closed.append(before)
        if item.name != version.name:
            item.name = version.name
            renamed.append(item)
        new_versions.append(version)
        latest[item.pk] = version
    ServiceItemVersion.objects.bulk_update(closed, ["in_force_to"], batch_size=500)
    ServiceItemVersion.objects.bulk_create(new_versions, batch_size=500)
    ServiceItem.objects.bulk_update(renamed, ["name"], batch_size=500)
    result = ImportResult(items_added, len(new_versions), unchanged, refused)
    if sha256:
        made = CatalogueImport.objects.create(
            source=source[:200],
            sha256=sha256,
            items_added=items_added,
            versions_added=len(new_versions),
            unchanged=unchanged,
            refused=refused,
            imported_by=_name(by),
        )
        after = {"source": source, "items_added": items_added, "versions_added": len(new_versions)}
        audit.record("catalogue_imported", subject=made, by=by, after={**after, "refused": len(refused)})
    return result


def _name(by: Any) -> str:
    return by if isinstance(by, str) else str(by.get_username())


def _fault(row: Mapping[str, Any]) -> str:
    """Why a row cannot be taken in; empty where it can. The codes are sentences in the list of words."""
    if not row.get("service_item"):
        return "no_item_code"
    if not row.get("service_item_name"):
        return "no_item_name"
    if not (row.get("agency") or row.get("agency_name")):
        return "no_agency"
    for limit, unit in (("promised_limit", "promised_unit"), ("statutory_limit", "statutory_unit")):
        length = row.get(limit)
        if length is not None and (not isinstance(length, int) or length < 0):
            return "limit_not_a_number"
        if row.get(unit) and row[unit] not in set(Unit):
            return "unit_not_known"
    if row.get("case_kind") and row["case_kind"] not in set(CaseKind):
        return "case_kind_not_known"
    return ""


class _Agencies:
    """The agencies of a catalogue, by code and by name; one that is not on record is added.

    Portals give the parts of one agency codes of their own, so a name that is known stands for its agency. A new agency
    takes the code that most of its rows carry.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]], by: Any) -> None:
        known = list(Agency.objects.all())
        self.by_code = {agency.code: agency for agency in known}
        self.by_name = {agency.name: agency for agency in known}
        self.by = by
        self.codes: dict[str, Counter[str]] = {}
        for row in rows:
            self.codes.setdefault(_agency_name(row), Counter())[_agency_code(row)] += 1

    def of(self, row: Mapping[str, Any]) -> Agency:
        """The agency of a row."""
        name = _agency_name(row)
        found = self.by_code.get(_agency_code(row)) or self.by_name.get(name)
        if found is None:
            code = self.codes[name].most_common(1)[0][0]
            found = Agency.objects.create(code=code, name=name)
            self.by_code[code] = self.by_name[name] = found
            audit.record("agency_created", subject=found, by=self.by, after={"code": code, "name": name})
        return found


def _agency_code(row: Mapping[str, Any]) -> str:
    return str(row.get("agency") or row.get("agency_name") or "")[:60]


def _agency_name(row: Mapping[str, Any]) -> str:
    return str(row.get("agency_name") or row.get("agency") or "")[:120]


def _version(item: ServiceItem, row: Mapping[str, Any], source: str, sha256: str, by: Any) -> ServiceItemVersion:
    return ServiceItemVersion(
        service_item=item,
        name=str(row["service_item_name"])[:300],
        catalog_code=str(row.get("catalog_code") or "")[:40],
        item_kind=str(row.get("item_kind") or "")[:60],
        case_kind=row.get("case_kind") or "",
        promised_limit=row.get("promised_limit"),
        promised_unit=row.get("promised_unit") or Unit.WORKDAY.value,
        statutory_limit=row.get("statutory_limit"),
        statutory_unit=row.get("statutory_unit") or Unit.WORKDAY.value,
        law_rule=row.get("law_rule") or "",
        in_force_from=row.get("in_force_from"),
        in_force_to=row.get("in_force_to"),
        source_file=source[:200],
        file_hash=row.get("file_hash") or sha256,
        sheet=row.get("sheet") or "",
        line=row.get("line"),
        recorded_by=_name(by),
    )


def _follows(before: ServiceItemVersion, version: ServiceItemVersion) -> bool:
    """Whether the new version begins after the one before it; one without a day says nothing about when."""
    return version.in_force_from is not None and version.in_force_from > (before.in_force_from or date.min)
