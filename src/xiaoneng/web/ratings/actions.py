"""Every way to change: give a rating by link, deal with a bad one, review it, set the days. Each leaves its trace."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiaoneng.core.errors import RatingsError
from xiaoneng.core.ratings import HandlingDays, is_bad, reasons_on, within
from xiaoneng.web import audit
from xiaoneng.web.cases.models import Case

from .matters import open_matters
from .models import (
    DaysSet,
    Matter,
    MatterState,
    MatterStep,
    Mending,
    Rating,
    RatingLink,
    RatingState,
    Review,
    Source,
    days_in_force,
    is_open,
)

TOKEN_BYTES = 16  # 128 bit: not to be guessed
RATER = "rater"  # who rates stands in the trace under this name alone


class RatingClosedError(RatingsError):
    """The link is no longer open, or what it gave has been dealt with."""


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_links(cases: Sequence[Case], *, by: Any) -> list[tuple[Case, str]]:
    """A fresh link for each concluded case; an open one of before is stopped. The tokens are told here and never again.

    Raises  RatingsError where one of them is not concluded
    """
    for case in cases:
        if case.concluded_on is None:
            raise RatingsError(f"case {case.case_no} is not concluded: a service is rated when it is over")
    now, until = timezone.now(), timezone.localdate() + timedelta(days=days_in_force().link_days)
    keys = [case.case_id for case in cases]
    for start in range(0, len(keys), 500):
        RatingLink.objects.filter(case_key__in=keys[start : start + 500], stopped_at__isnull=True).update(
            stopped_at=now
        )
    made = [(case, secrets.token_urlsafe(TOKEN_BYTES)) for case in cases]
    RatingLink.objects.bulk_create(
        RatingLink(
            case_key=case.case_id, agency_code=case.agency_code, token_hash=hashed(token), open_until=until,
            made_at=now, made_by=by if isinstance(by, str) else by.get_username(),
        )
        for case, token in made
    )  # fmt: skip
    audit.record("ratings_links_made", subject=("ratings.ratinglink", "-"), by=by, after={"links": len(made)})
    return made


def give(
    link: RatingLink,
    *,
    level: int,
    channel: str = "online",
    reasons: Sequence[str] = (),
    remark: str = "",
    contact: str = "",
) -> Rating:
    """The person served rates, or changes what they said.

    Raises  RatingClosedError where the link is no longer open, or a bad rating has been dealt with already
    """
    now, on = timezone.now(), timezone.localdate()
    with transaction.atomic():
        link = RatingLink.objects.select_for_update().get(pk=link.pk)
        former = rating_of(link)
        if not may_rate(link, former):
            raise RatingClosedError("this link is closed: it has run out, or the rating has been dealt with")
        case = Case.objects.filter(case_id=link.case_key, is_current=True).first()
        Rating.objects.filter(case_key=link.case_key, is_current=True).update(is_current=False)
        rating = Rating.objects.create(
            case=case, case_key=link.case_key, agency_code=link.agency_code, source=Source.LINK, level=level,
            channel=channel, rated_at=now, rated_on=on, is_named=bool(contact), reasons=list(reasons),
            reasons_version=reasons_on(on).version, remark=remark, contact=contact, replaces=former, is_current=True,
            recorded_at=now,
        )  # fmt: skip
        if link.used_on is None:
            RatingLink.objects.filter(pk=link.pk).update(used_on=on)
        _carry_matter(former, rating)
        before = {"level": former.level} if former else None
        audit.record(
            "ratings_changed" if former else "ratings_given",
            subject=("ratings.rating", str(rating.pk)), by=RATER, before=before, after={"level": level},
        )  # fmt: skip
    return rating


def rating_of(link: RatingLink) -> Rating | None:
    """What was last said by links of the case."""
    return Rating.objects.filter(case_key=link.case_key, source=Source.LINK, replaced_by__isnull=True).last()


def may_rate(link: RatingLink, former: Rating | None) -> bool:
    """Whether a rating can be given or changed by the link now."""
    on = timezone.localdate()
    matter = getattr(former, "matter", None)
    if link.stopped_at is not None or (
        matter is not None and (matter.state != MatterState.OPEN or hasattr(matter, "review"))
    ):
        return False
    if former is None or link.used_on is None:
        return is_open(link, on)
    return within(link.used_on, on, days_in_force().change_days)


def _carry_matter(former: Rating | None, rating: Rating) -> None:
    """A changed rating takes the open matter along while it is bad, with its days; a good one lets it go."""
    matters = Matter.objects.filter(
        rating__case_key=rating.case_key, state=MatterState.OPEN, review__isnull=True
    ).exclude(rating=rating)
    matter = matters.first()
    if matter is None:
        open_matters([rating], by=RATER)
    elif is_bad(rating.level):
        Matter.objects.filter(pk=matter.pk).update(rating=rating, is_named=rating.is_named)
        MatterStep.objects.create(matter=matter, kind="changed", by=RATER)
    else:
        Matter.objects.filter(pk=matter.pk).update(state=MatterState.WITHDRAWN, closed_on=timezone.localdate())
        MatterStep.objects.create(matter=matter, kind="withdrawn", by=RATER)
        audit.record(
            "ratings_withdrawn", subject=matter, by=RATER, before={"state": "open"}, after={"state": "withdrawn"}
        )


# --- what is done about a bad rating


def contact(matter: Matter, *, by: Any, is_reached: bool, note: str) -> None:
    """The rater was contacted, or tried to be.

    Raises  RatingsError where this was done before, or a review goes on
    """
    _step(
        matter, "contacted", by, note, come_from=(MatterState.OPEN,), state=MatterState.CONTACTED,
        contacted_on=timezone.localdate(), contacted_by=by.get_username(), is_reached=is_reached,
        told={"reached": is_reached},
    )  # fmt: skip


def mend(matter: Matter, *, by: Any, mending: str, note: str) -> None:
    """It was mended, or explained; again, where the rater was not content when called back.

    Raises  RatingsError where nobody was contacted yet, or a review goes on
    """
    if mending not in Mending.values:
        raise RatingsError(f"{mending!r} is no way to mend: write one of {', '.join(Mending.values)}")
    again = (MatterState.CALLED_BACK,) if matter.is_satisfied is False else ()
    _step(
        matter, "mended", by, note, come_from=(MatterState.CONTACTED, *again), state=MatterState.MENDED,
        mended_on=timezone.localdate(), mended_by=by.get_username(), mending=mending, told={"outcome": mending},
    )  # fmt: skip


def call_back(matter: Matter, *, by: Any, is_satisfied: bool | None, note: str) -> None:
    """Somebody else than the handler called the rater back; None: they were not reached.

    Raises  RatingsError where the caller dealt with it, or it was not mended yet
    """
    if by.get_username() in (matter.contacted_by, matter.mended_by):
        raise RatingsError("who dealt with a bad rating does not call back: have a colleague call")
    _step(
        matter, "called_back", by, note, come_from=(MatterState.MENDED,), state=MatterState.CALLED_BACK,
        called_back_on=timezone.localdate(), called_back_by=by.get_username(), is_satisfied=is_satisfied,
        told={"satisfied": is_satisfied},
    )  # fmt: skip


def close(matter: Matter, *, by: Any, note: str = "") -> None:
    """It is over: after the call back, or after mending where nobody left a name.

    Raises  RatingsError where a rater who gave a name was not called back
    """
    if matter.is_named and matter.state == MatterState.MENDED:
        raise RatingsError("the rater gave a name: call them back first; every named bad rating is called back")
    _step(
        matter, "closed", by, note, come_from=(MatterState.MENDED, MatterState.CALLED_BACK), state=MatterState.CLOSED,
        closed_on=timezone.localdate(), told={},
    )  # fmt: skip


@transaction.atomic
def ask_review(matter: Matter, *, by: Any, claim: str, agency_side: str) -> Review:
    """The agency holds that the rating is malicious or mistaken; until it is decided the rating does not count.

    Raises  RatingsError where the matter is over, or a review was asked for before
    """
    if not matter.is_active or Review.objects.filter(matter=matter).exists():
        raise RatingsError("a review is asked for once, while the matter is open: this one is over or was reviewed")
    review = Review.objects.create(matter=matter, claim=claim, agency_side=agency_side, asked_by=by.get_username())
    Rating.objects.filter(pk=matter.rating_id).update(state=RatingState.CONTESTED)
    MatterStep.objects.create(matter=matter, kind="review_asked", by=by.get_username(), note=agency_side)
    audit.record("ratings_review_asked", subject=matter, by=by, after={"claim": claim})
    return review


@transaction.atomic
def hear_rater(review: Review, *, by: Any, is_reached: bool, rater_side: str) -> None:
    """The rater's side, or that they could not be reached; written down by somebody who is not of the agency.

    Raises  RatingsError where it was decided, by somebody of the agency, or without a word of somebody who was reached
    """
    _not_of_agency(review, by)
    if is_reached and not rater_side.strip():
        raise RatingsError("the rater was reached: write down what they said")
    waiting = Review.objects.filter(pk=review.pk, decided_at__isnull=True)
    if not waiting.update(
        rater_reached=is_reached, rater_side=rater_side, heard_at=timezone.now(), heard_by=by.get_username()
    ):
        raise RatingsError("this review is decided: nothing is added to it")
    MatterStep.objects.create(matter=review.matter, kind="rater_heard", by=by.get_username(), note=rater_side)
    audit.record("ratings_rater_heard", subject=review.matter, by=by, after={"reached": is_reached})


@transaction.atomic
def decide(review: Review, *, by: Any, is_upheld: bool, decision: str) -> None:
    """Upheld: the rating is excluded and shown as excluded. Else it counts again, and the matter goes on.

    Raises  RatingsError before both sides are on record, by somebody of the agency, or a second time
    """
    _not_of_agency(review, by)
    if review.heard_at is None:
        raise RatingsError("the rater's side is missing: record it, or that they could not be reached")
    waiting = Review.objects.filter(pk=review.pk, decided_at__isnull=True)
    if not waiting.update(
        is_upheld=is_upheld, decision=decision, decided_at=timezone.now(), decided_by=by.get_username()
    ):
        raise RatingsError("this review was decided before")
    state = RatingState.EXCLUDED if is_upheld else RatingState.COUNTS
    Rating.objects.filter(pk=review.matter.rating_id).update(state=state)
    if is_upheld:
        Matter.objects.filter(pk=review.matter_id).update(state=MatterState.EXCLUDED, closed_on=timezone.localdate())
    kind = "review_upheld" if is_upheld else "review_rejected"
    MatterStep.objects.create(matter=review.matter, kind=kind, by=by.get_username(), note=decision)
    audit.record(
        "ratings_review_decided",
        subject=review.matter,
        by=by,
        before={"state": "contested"},
        after={"state": str(state)},
    )


@transaction.atomic
def set_days(days: HandlingDays, *, ground: str, by: Any) -> DaysSet:
    """The days of handling from now on, with the document they rest on; open matters keep theirs."""
    before, numbers = days_in_force(), ("contact_workdays", "mend_workdays", "change_days", "link_days")
    row: DaysSet = DaysSet.objects.create(
        ground=ground, set_by=by.get_username(), **{name: getattr(days, name) for name in numbers}
    )
    audit.record(
        "ratings_days_set", subject=row, by=by,
        before={name: getattr(before, name) for name in numbers}, after={name: getattr(days, name) for name in numbers},
    )  # fmt: skip
    return row


def _not_of_agency(review: Review, by: Any) -> None:
    if by.agency_code == review.matter.agency_code or by.get_username() == review.asked_by:
        raise RatingsError("a review is heard and decided by somebody who is not of the agency and did not ask for it")


@transaction.atomic
def _step(
    matter: Matter, kind: str, by: Any, note: str, *, come_from: tuple[str, ...], told: dict[str, Any], **facts: Any
) -> None:
    if Rating.objects.filter(pk=matter.rating_id, state=RatingState.CONTESTED).exists():
        raise RatingsError("a review of this rating goes on: wait for its decision")
    before = matter.state
    if not Matter.objects.filter(pk=matter.pk, state__in=come_from).update(**facts):
        raise RatingsError(
            "this cannot be done now: the matter has moved on, or a step before it is missing; load the page again"
        )
    matter.refresh_from_db()
    MatterStep.objects.create(matter=matter, kind=kind, by=by.get_username(), note=note)
    audit.record(
        f"ratings_{kind}", subject=matter, by=by, before={"state": before}, after={"state": matter.state, **told}
    )
