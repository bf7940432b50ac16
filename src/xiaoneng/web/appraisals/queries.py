"""Every way to read rounds, always for some reader."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiaoneng.core.appraisal import RoundRules
from xiaoneng.web.registry.models import Agency

from .models import ResultReader, Round, RoundState

_ANNOUNCED = (RoundState.ANNOUNCED, RoundState.CLOSED, RoundState.COUNTED, RoundState.PUBLISHED, RoundState.WITHDRAWN)


def rounds_for(user: Any) -> QuerySet[Round]:
    """The rounds that this reader may know of: announced ones are public; the county's readers see those being set up too."""
    known = Round.objects.all()
    return known if user.has_perm("rounds.read") else known.filter(state__in=_ANNOUNCED)


def may_read_result(user: Any, one: Round, appraisee: str | None = None) -> bool:
    """Whether the reader may read the result of the round, or of one appraisee of it.

    A result of persons is for the office that runs the round, the person concerned, and those entered as entitled.
    """
    if one.result is None or one.state == RoundState.WITHDRAWN:
        return False
    if user.has_perm("rounds.change"):
        return True
    if one.state != RoundState.PUBLISHED:
        return False
    if not one.is_of_persons:
        return True
    readers = ResultReader.objects.filter(round=one, user_id=getattr(user, "pk", None) or 0)
    return appraisee is not None and readers.filter(appraisee=appraisee).exists()


def own_results(user: Any) -> QuerySet[ResultReader]:
    """The results of persons that were opened to this reader."""
    return ResultReader.objects.filter(user_id=getattr(user, "pk", None) or 0, round__state=RoundState.PUBLISHED)


def phase(rules: RoundRules, on: date) -> str:
    """What the day of an announced round is for: before, issue, pause, open or over."""
    days = rules.days
    if on > days.closes_on:
        return "over"
    if on >= days.opens_on:
        return "open"
    if days.issue_opens_on and days.issue_closes_on:
        if days.issue_opens_on <= on <= days.issue_closes_on:
            return "issue"
        if on > days.issue_closes_on:
            return "pause"
    return "before"


def stands_at(one: Round, on: date) -> str:
    """How far a round has come, in a word or two; of an announced one what its days say."""
    if one.state != RoundState.ANNOUNCED:
        return one.get_state_display()
    words = {
        "before": _("announced"),
        "issue": _("tokens are issued"),
        "pause": _("opens soon"),
        "open": _("box open"),
        "over": _("waits to be closed"),
    }
    return words[phase(one.fixed_rules, on)]


def agencies() -> QuerySet[Agency]:
    """The agencies of the registry, to begin a list of those who are rated."""
    return Agency.objects.order_by("name", "code")
