"""Every way to read the registry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from .models import (
    Agency,
    CatalogueImport,
    CountyList,
    HolidayNotice,
    ListRole,
    NoticeState,
    Post,
    PostLevel,
    ServiceItem,
    ServiceItemVersion,
    Tenure,
)

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar, Notice


# --- the calendar in force


def workdays(name: str = "cn") -> Calendar:
    """The calendar with the county's approved notices; made anew only when one is approved."""
    from xiaoneng.core.calendar import load_calendar

    return load_calendar(name) if name != "cn" else _calendar_with(_approved_texts())


def workdays_with(notice: Notice) -> Calendar:
    """The calendar as it would be with one notice more.

    Raises  NoticeError where the notice clashes with those in force
    """
    from xiaoneng.core.calendar import load_calendar, read_notices

    there = [each for text in _approved_texts() for each in read_notices(text)]
    return load_calendar("cn", notices=[*there, notice])


def _approved_texts() -> tuple[str, ...]:
    approved = HolidayNotice.objects.filter(state=NoticeState.APPROVED).order_by("approved_at", "pk")
    return tuple(approved.values_list("text", flat=True))


@lru_cache(maxsize=8)
def _calendar_with(texts: tuple[str, ...]) -> Calendar:
    from xiaoneng.core.calendar import load_calendar, read_notices

    return load_calendar("cn", notices=[notice for text in texts for notice in read_notices(text)])


# --- agencies and items


def agency_choices() -> Iterable[tuple[str, str]]:
    """Code and name of every agency, for forms."""
    return Agency.objects.values_list("code", "name")


def agencies_for(user: Any, *, search: str = "") -> QuerySet[Agency]:
    """The agencies that the reader may see, with the number of their items; a liaison sees their own."""
    found = Agency.objects.all()
    if user.role == "liaison":
        found = found.filter(code=user.agency_code)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(short_name__icontains=search) | Q(code__icontains=search))
    counts = {"item_count": Count("service_items", distinct=True), "office_count": Count("offices", distinct=True)}
    return found.annotate(**counts).order_by("name", "code")


def items_for(user: Any, *, search: str = "", agency: str = "", kind: str = "") -> QuerySet[ServiceItem]:
    """The items that the reader may see, with their versions, narrowed by a word, an agency and a kind of case."""
    newest = ServiceItemVersion.objects.order_by("-in_force_from", "-pk")
    found = ServiceItem.objects.select_related("agency").prefetch_related(Prefetch("versions", newest))
    if user.role == "liaison":
        found = found.filter(agency__code=user.agency_code)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(code__icontains=search))
    if agency:
        found = found.filter(agency__code=agency)
    if kind:
        found = found.filter(versions__case_kind=kind).distinct()
    return found


def long_promises(user: Any) -> int:
    """How many items promise a longer limit than their statutory one, in the same unit."""
    found = ServiceItemVersion.objects.filter(
        in_force_to__isnull=True, promised_limit__gt=F("statutory_limit"), statutory_limit__gt=0
    ).filter(promised_unit=F("statutory_unit"))
    if user.role == "liaison":
        found = found.filter(service_item__agency__code=user.agency_code)
    return found.count()


def leadership_of(agency: Agency) -> QuerySet[Post]:
    """The agency's posts of leadership with those who hold them, latest first."""
    tenures = Prefetch("tenures", Tenure.objects.select_related("official"))
    return agency.posts.filter(level=PostLevel.LEADERSHIP).prefetch_related(tenures)


def version_on(item: ServiceItem, day: date) -> ServiceItemVersion | None:
    """The version of the item that holds on the day: the one that began last, where several do."""
    holding = [version for version in item.versions.all() if version.holds_on(day)]
    return max(holding, key=lambda version: (version.in_force_from or date.min, version.pk), default=None)


def imports() -> QuerySet[CatalogueImport]:
    """The catalogue files taken in, latest first."""
    return CatalogueImport.objects.all()


def service_item_rows() -> list[dict[str, Any]]:
    """Every version of every item as rows of SERVICE_ITEMS, for the analyses."""
    versions = ServiceItemVersion.objects.select_related("service_item__agency").order_by("service_item", "pk")
    return [
        {
            "service_item": version.service_item.code,
            "service_item_name": version.name,
            "catalog_code": version.catalog_code or None,
            "agency": version.service_item.agency.code,
            "agency_name": version.service_item.agency.name,
            "item_kind": version.item_kind or None,
            "case_kind": version.case_kind or None,
            "promised_limit": version.promised_limit,
            "promised_unit": version.promised_unit if version.promised_limit is not None else None,
            "statutory_limit": version.statutory_limit,
            "statutory_unit": version.statutory_unit if version.statutory_limit is not None else None,
            "law_rule": version.law_rule or None,
            "in_force_from": version.in_force_from,
            "in_force_to": version.in_force_to,
            "file_hash": version.file_hash or None,
            "sheet": version.sheet or None,
            "line": version.line,
        }
        for version in versions.iterator(chunk_size=2000)
    ]


# --- lists that the county gives beside its records


def county_lists() -> QuerySet[CountyList]:
    """Every list ever given, the newest of each role first; what is in them is read only where it is asked for."""
    return CountyList.objects.exclude(role=ListRole.OFFICE_HOURS).defer("content")


def office_hours() -> QuerySet[CountyList]:
    """The office hours in use and those before them, the newest first."""
    return CountyList.objects.filter(role=ListRole.OFFICE_HOURS)


def lists_in_use() -> QuerySet[CountyList]:
    """The list in use of each role that has one, the office hours among them."""
    return CountyList.objects.filter(is_current=True).order_by("role")
