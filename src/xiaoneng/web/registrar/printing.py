"""The roll on which paper codes are signed for: names, and no code."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import timezone as offset

from django.utils import timezone

from xiaoneng.core import ballots

from . import queries
from .refusals import SignaturesError


def signature_roll(round: str) -> tuple[bytes, int]:
    """The roll of every stratum with paper codes as PDF, and how many persons stand on it.

    Raises  SignaturesError where the round has no paper codes, or its roll is deleted
    """
    signing = queries.round_of(round)
    rules = queries.rules_of(signing)
    people = {
        one.code: [ballots.Person(name, contact) for name, contact in queries.people(round, one.code)]
        for one in signing.strata.filter(has_tokens=False).order_by("pk")
    }
    if not any(people.values()):
        raise SignaturesError(f"nobody of round {round} signs for a paper code, or the roll is deleted")
    sheet = ballots.Sheet(
        title=rules.title["zh"],
        closes_on=rules.days.closes_on,
        page="",
        made_at=printed_at(),
        strata={one.code: one.title["zh"] for one in rules.strata},
    )
    return ballots.signature_roll(sheet, people).pdf, sum(len(mine) for mine in people.values())


def printed_at() -> datetime:
    """Today, at its beginning, as a PDF takes it: with a fixed offset, and no hour that would tell."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return today.astimezone(offset(today.utcoffset() or timedelta()))
