"""Every way to read: counts for anyone within the limits, bad ratings for those who deal with them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case as Whether
from django.db.models import Count, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest
from django.utils import timezone

from xiaoneng.core.ratings import GOOD_FROM, Counts, Given, told_rows
from xiaoneng.web.cases.models import Case
from xiaoneng.web.registry.models import Agency
from xiaoneng.web.shell import asked

from .models import ACTIVE, Matter, MatterState, Rating, RatingLink, RatingState

PARTS = ("agency", "item", "channel", "month")
DUES = ("overdue", "today", "review", "active", "over")
_FIELDS = {"agency": "agency_code", "item": "service_item", "channel": "channel"}
_GIVEN = Q(level__isnull=False, is_default=False, is_by_staff=False) & ~Q(is_valid=False)
_COUNTS = _GIVEN & Q(state=RatingState.COUNTS)
_MOST_FLAGGED = 20_000


@dataclass(frozen=True)
class Row:
    """One row of a table of shares."""

    key: Any
    counts: Counts
    is_told: bool


def least_given() -> int:
    """Ratings below which nothing is told: the floor where the public rates."""
    from xiaoneng.core.suppression import Limits

    return Limits("public").min_cell


def counts_by(part: str, *, agency: str = "") -> list[Row]:
    """The counts of every agency, item, channel or month (of conclusion), of one agency where it is named; those first that
    have most ratings. Rows of too few ratings, and those from which they could be had, say so."""
    services = Case.objects.filter(is_current=True, concluded_on__isnull=False)
    ratings = Rating.objects.filter(is_current=True, case__is_current=True, case__concluded_on__isnull=False)
    if agency:
        services, ratings = services.filter(agency_code=agency), ratings.filter(case__agency_code=agency)
    matters = Matter.objects.filter(rating__in=ratings)
    counts: dict[Any, dict[str, int]] = defaultdict(dict)
    for row in _grouped(services, part, "").annotate(services=Count("pk")):
        counts[row["key"]]["services"] = row["services"]
    known = _grouped(ratings, part, "case__").annotate(
        given=Count("pk", filter=_COUNTS),
        good=Count("pk", filter=_COUNTS & Q(level__gte=GOOD_FROM)),
        by_default=Count("pk", filter=Q(is_default=True)),
        by_staff=Count("pk", filter=Q(is_by_staff=True)),
        invalid=Count("pk", filter=Q(is_valid=False)),
        contested=Count("pk", filter=Q(state=RatingState.CONTESTED)),
        excluded=Count("pk", filter=Q(state=RatingState.EXCLUDED)),
    )
    today, stands = timezone.localdate(), Q(rating__state=RatingState.COUNTS) & ~Q(state=MatterState.WITHDRAWN)
    is_due, mend_due = Q(contact_due_on__lt=today), Q(mend_due_on__lt=today)
    dealt = _grouped(matters, part, "rating__case__").annotate(
        named_bad=Count("pk", filter=stands & Q(is_named=True)),
        called_back=Count("pk", filter=stands & Q(is_named=True, called_back_on__isnull=False)),
        contact_due=Count("pk", filter=stands & (is_due | Q(contacted_on__isnull=False))),
        contacted_in_time=Count("pk", filter=stands & Q(contacted_on__lte=F("contact_due_on"))),
        mend_due=Count("pk", filter=stands & (mend_due | Q(mended_on__isnull=False))),
        mended_in_time=Count("pk", filter=stands & Q(mended_on__lte=F("mend_due_on"))),
        decided=Count("pk", filter=Q(review__decided_at__isnull=False)),
        upheld=Count("pk", filter=Q(review__is_upheld=True)),
        repeated_bad=Count("pk", filter=stands & Q(is_repeated=True)),
    )
    for rows in (known, dealt):
        for row in rows:
            key = row.pop("key")
            counts[key] |= row
    found = sorted(((key, Counts(**one)) for key, one in counts.items()), key=lambda one: (-one[1].given, str(one[0])))
    told = told_rows([one.given for _key, one in found], least=least_given())
    rows = [Row(key, one, is_told) for (key, one), is_told in zip(found, told, strict=True)]
    return sorted(rows, key=lambda row: str(row.key)) if part == "month" else rows


def _grouped(rows: QuerySet[Any], part: str, path: str) -> Any:
    key = TruncMonth(f"{path}concluded_on") if part == "month" else F(f"{path}{_FIELDS[part]}")
    return rows.order_by().values(key=key)


def total_of(rows: list[Row]) -> Counts:
    """All rows together."""
    return sum((row.counts for row in rows), Counts())


def agency_names(codes: list[str]) -> dict[str, str]:
    """The printed names of agencies."""
    return dict(Agency.objects.filter(code__in=codes).values_list("code", "name"))


def agency_or_404(code: str) -> str:
    """The name of an agency that has cases or stands in the registry."""
    agency = Agency.objects.filter(code=code).first()
    if agency is not None:
        return agency.name
    case = Case.objects.filter(agency_code=code, is_current=True).first()
    if case is None:
        raise Http404("no such agency")
    return case.agency_name or code


def item_names(agency: str) -> dict[str, str]:
    """The printed names of an agency's items, as its cases have them."""
    cases = Case.objects.filter(agency_code=agency, is_current=True).order_by()
    return dict(cases.values_list("service_item", "service_item_name").distinct())


def batch_of(agency: str) -> list[Given]:
    """The ratings of an agency as the signs of stuffing are looked for in them, the latest so many."""
    rows = Rating.objects.filter(agency_code=agency, replaced_by__isnull=True, case__isnull=False)
    listed = rows.order_by("-pk").values_list(
        "case_key", "level", "rated_at", "case__concluded_at", "remark", "is_default", "is_by_staff"
    )
    return [
        Given(
            key,
            level,
            rated and timezone.localtime(rated),
            ended and timezone.localtime(ended),
            bool(text),
            default,
            staff,
        )
        for key, level, rated, ended, text, default, staff in listed[:_MOST_FLAGGED]
    ]


def best_share() -> float | None:
    """The share of the best level among all given ratings; None where there is none."""
    found = Rating.objects.filter(_COUNTS, is_current=True).aggregate(
        n=Count("pk"), best=Count("pk", filter=Q(level=5))
    )
    return found["best"] / found["n"] if found["n"] else None


# --- bad ratings


def sees_all(user: Any) -> bool:
    """Whether the reader sees more than their own agency."""
    return bool(user.role != "liaison")


def is_of(user: Any, agency_code: str) -> bool:
    """Whether somebody belongs to an agency."""
    return bool(user.agency_code == agency_code)


def matters_for(user: Any) -> QuerySet[Matter]:
    """The bad ratings that the reader may see: a liaison those of their own agency."""
    matters = Matter.objects.select_related("rating", "rating__case", "review")
    return matters.filter(agency_code=user.agency_code) if user.role == "liaison" else matters


def matters_found(user: Any, request: HttpRequest) -> tuple[QuerySet[Matter], dict[str, str]]:
    """What the reader asks for in the address, and the wish itself; a part that makes no sense is left out."""
    wanted = {"due": asked(request, "due"), "agency": asked(request, "agency"), "q": asked(request, "q")}
    if wanted["due"] not in DUES:
        wanted["due"] = ""
    matters, today = matters_for(user), timezone.localdate()
    if wanted["agency"]:
        matters = matters.filter(agency_code=wanted["agency"])
    if wanted["q"]:
        matters = matters.filter(rating__case__case_no__startswith=wanted["q"])
    under_review = Q(rating__state=RatingState.CONTESTED)
    if wanted["due"] == "overdue":
        matters = matters.filter(overdue(today)).exclude(under_review)
    elif wanted["due"] == "today":
        late = Q(state=MatterState.OPEN, contact_due_on=today) | Q(
            state__in=(MatterState.OPEN, MatterState.CONTACTED), mend_due_on=today
        )
        matters = matters.filter(late).exclude(under_review)
    elif wanted["due"] == "review":
        matters = matters.filter(under_review)
    elif wanted["due"] == "active":
        matters = matters.filter(state__in=ACTIVE)
    elif wanted["due"] == "over":
        matters = matters.exclude(state__in=ACTIVE)
    is_over = Whether(When(state__in=ACTIVE, then=Value(0)), default=Value(1))
    return matters.order_by(is_over, "contact_due_on", "pk"), wanted


def overdue(today: date) -> Q:
    """Not contacted by its day, or not mended by its day."""
    return Q(state=MatterState.OPEN, contact_due_on__lt=today) | Q(
        state__in=(MatterState.OPEN, MatterState.CONTACTED), mend_due_on__lt=today
    )


def desk_counts(user: Any) -> dict[str, int]:
    """How many wait, are overdue, are under review."""
    today, contested = timezone.localdate(), Q(rating__state=RatingState.CONTESTED)
    return matters_for(user).aggregate(
        active=Count("pk", filter=Q(state__in=ACTIVE)),
        overdue=Count("pk", filter=overdue(today) & ~contested),
        contested=Count("pk", filter=contested),
    )


def matter_for(user: Any, pk: int) -> Matter:
    """One bad rating.

    Raises  Http404 where there is none, or the reader may not see it: the two cannot be told apart
    """
    matter = matters_for(user).filter(pk=pk).first()
    if matter is None:
        raise Http404("no such bad rating")
    return matter


# --- links


def cases_to_link(
    *, agency: str = "", first_on: date | None = None, last_on: date | None = None, text: str = ""
) -> QuerySet[Case]:
    """Concluded cases without a link in force."""
    cases = Case.objects.filter(is_current=True, concluded_on__isnull=False)
    if agency:
        cases = cases.filter(agency_code=agency)
    if first_on:
        cases = cases.filter(concluded_on__gte=first_on)
    if last_on:
        cases = cases.filter(concluded_on__lte=last_on)
    if text:
        return cases.filter(case_no=text).order_by("-concluded_on", "pk")
    linked = RatingLink.objects.filter(stopped_at__isnull=True).values("case_key")
    return cases.exclude(case_id__in=linked).order_by("-concluded_on", "pk")


def link_counts() -> dict[str, int]:
    """How many links were made and used."""
    return RatingLink.objects.aggregate(made=Count("pk"), used=Count("pk", filter=Q(used_on__isnull=False)))


def link_of(token_hash: str) -> RatingLink | None:
    """The link whose token this is."""
    return RatingLink.objects.filter(token_hash=token_hash).first()


def case_of(link: RatingLink) -> Case | None:
    """The service that it asks about."""
    return Case.objects.filter(case_id=link.case_key, is_current=True).first()
