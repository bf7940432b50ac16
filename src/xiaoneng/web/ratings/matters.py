"""When a bad rating opens a matter, and when it lets it go. What is done about it stands in `actions`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from xiaoneng.core.ratings import HandlingDays, contact_due_on, counted, is_bad, mend_due_on
from xiaoneng.web import audit
from xiaoneng.web.registry import workdays

from .models import Matter, MatterState, MatterStep, Rating, RatingState, days_in_force


def open_matters(ratings: Sequence[Rating], *, by: Any) -> int:
    """Open a matter for each bad rating that counts and has none; how many were opened.

    The days run from the day of the rating where it came by link; a file's row may be weeks old, so that they run from
    the day on which we learned of it.
    """
    bad = [one for one in ratings if is_bad(one.level) and counted(vars(one))]
    have = set(Matter.objects.filter(rating__in=bad).values_list("rating_id", flat=True))
    days, calendar, made = days_in_force(), workdays(), 0
    for rating in bad:
        if rating.pk in have:
            continue
        begins_on = timezone.localdate(rating.recorded_at)
        matter = Matter.objects.create(
            rating=rating,
            agency_code=rating.agency_code,
            opened_on=begins_on,
            contact_due_on=contact_due_on(begins_on, days, calendar),
            mend_due_on=mend_due_on(begins_on, days, calendar),
            is_named=rating.is_named or bool(rating.contact),
            is_repeated=_is_repeated(rating, begins_on, days),
        )
        MatterStep.objects.create(matter=matter, kind="opened", by=_name(by))
        made += 1
    return made


def withdraw_matters(ratings: Sequence[int], *, by: Any) -> None:
    """Let the untouched matters of ratings go that stand no longer."""
    for matter in Matter.objects.filter(rating__in=ratings, state=MatterState.OPEN, review__isnull=True):
        Matter.objects.filter(pk=matter.pk).update(state=MatterState.WITHDRAWN, closed_on=timezone.localdate())
        MatterStep.objects.create(matter=matter, kind="withdrawn", by=_name(by))
        audit.record("ratings_withdrawn", subject=matter, by=by, before={"state": "open"}, after={"state": "withdrawn"})


def _is_repeated(rating: Rating, on: date, days: HandlingDays) -> bool:
    """Whether the same item of the agency had another bad rating in the days before."""
    if rating.case is None:
        return False
    return (
        Matter.objects.filter(
            agency_code=rating.agency_code,
            rating__case__service_item=rating.case.service_item,
            opened_on__gte=on - timedelta(days=days.repeat_days),
            opened_on__lte=on,
        )
        .exclude(rating__state=RatingState.EXCLUDED)
        .exclude(rating__case_key=rating.case_key)
        .exists()
    )


def _name(by: Any) -> str:
    return by if isinstance(by, str) else str(by.get_username())
