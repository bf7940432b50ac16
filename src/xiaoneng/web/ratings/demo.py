"""Ratings for the invented county: many content, some not, defaults and staff among them, one agency with a suspicious batch."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from xiaoneng.core.ratings import is_bad
from xiaoneng.web.cases.models import Case, ClockRun

from .keeping import settle
from .models import Claim, Matter, MatterState, MatterStep, Mending, Rating, RatingState, Review, Source

SEED = 2026
_CHANNELS = ("window", "window", "online", "self_service", "phone")
_REMARKS = (
    "说好三天办完，等了八天才通知。",
    "材料交了两遍，第一次没说清楚要什么。",
    "电话一直没人接，只好又跑一趟。",
    "网上提交总是退出，填了三次。",
)
_CASES = 6_000
_HANDLER, _CALLER = "demo-liaison", "demo-office"


def fill() -> Iterator[str]:
    """Give ratings to concluded cases, and deal with most of the bad ones."""
    if Rating.objects.exists():
        return
    chance = random.Random(SEED)  # noqa: S311 invented data, the same each time
    run = ClockRun.objects.first()
    today = run.on if run else timezone.localdate()
    cases = list(
        Case.objects.filter(is_current=True, concluded_on__isnull=False, concluded_at__isnull=False).order_by(
            "-concluded_on", "pk"
        )[:_CASES]
    )
    codes = sorted({case.agency_code for case in cases})
    quality = {code: (0.30 + 0.35 * chance.random(), 0.88 + 0.11 * chance.random()) for code in codes}
    odd = codes[len(codes) // 2] if codes else ""
    rows = [
        row for case in cases if (row := _row(case, chance, quality[case.agency_code], case.agency_code == odd, today))
    ]
    Rating.objects.bulk_create(rows, batch_size=2_000)
    rows += _by_link(cases, {row.case_key for row in rows}, chance)
    settle([row.case_key for row in rows], by="demo")
    for step in MatterStep.objects.filter(kind="opened").select_related("matter__rating"):
        MatterStep.objects.filter(pk=step.pk).update(at=step.matter.rating.recorded_at, by="system")
    dealt = _deal_with(chance, today)
    yield (
        f"好差评已生成 Ratings: {Rating.objects.filter(is_default=False, level__isnull=False).count():,} given, "
        f"{Matter.objects.count():,} bad ratings, {dealt:,} of them dealt with."
    )


def _row(case: Case, chance: random.Random, quality: tuple[float, float], is_odd: bool, today: date) -> Rating | None:
    active, good = quality
    ended = case.concluded_at
    assert ended is not None
    draw, rated_at = chance.random(), ended + timedelta(minutes=chance.randint(5, 4_000))
    if is_odd:  # staff press the best level in a row, on one afternoon
        active, good = 0.92, 1.0
        rated_at = _afternoon(ended) + timedelta(seconds=chance.randint(0, 400))
    if draw > active + 0.2 or timezone.localdate(rated_at) > today:
        return None
    is_default, is_by_staff = draw > active, active > draw > active * 0.97
    level = 3 if is_default else 5 if chance.random() < good * (1.0 if is_odd else 0.8) else chance.choice((4, 4, 3))
    if not is_default and not is_by_staff and not is_odd and chance.random() > good:
        level = chance.choice((2, 2, 1))
    bad = is_bad(level)
    channel = chance.choice(_CHANNELS)
    return Rating(
        case=case, case_key=case.case_id, agency_code=case.agency_code, source=Source.FILE, level=level, channel=channel,
        rated_at=rated_at, rated_on=timezone.localdate(rated_at), is_default=is_default, is_by_staff=is_by_staff,
        is_named=bad and chance.random() < 0.6, remark=chance.choice(_REMARKS) if bad and chance.random() < 0.5 else "",
        reasons=[chance.choice(("efficiency", "guide", "convenience", "other"))] if bad else [],
        reasons_version="2020-1" if bad else "", recorded_at=rated_at,
    )  # fmt: skip


def _by_link(cases: list[Case], rated: set[str], chance: random.Random) -> list[Rating]:
    """A few that came by link just now, so that something is due today."""
    now = timezone.now()
    free = [case for case in cases[:400] if case.case_id not in rated]
    return Rating.objects.bulk_create(
        Rating(
            case=case, case_key=case.case_id, agency_code=case.agency_code, source=Source.LINK, level=level, channel="online",
            rated_at=now, rated_on=timezone.localdate(now), is_named=level < 3, contact="13800000000" if level == 1 else "",
            remark=chance.choice(_REMARKS) if level < 3 else "", reasons=["guide"] if level < 3 else [],
            reasons_version="2020-1", recorded_at=now,
        )
        for case, level in zip(free, (5, 1, 4, 2, 5, 2), strict=False)
    )  # fmt: skip


def _afternoon(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(hour=17, minute=20, second=0)


def _deal_with(chance: random.Random, today: date) -> int:
    """The older ones are over, the newer ones wait at some step; two are under review, one was excluded."""
    dealt, reviews = 0, 0
    for matter in Matter.objects.select_related("rating").order_by("opened_on", "pk"):
        age = (today - matter.opened_on).days
        if age < 4 or chance.random() < 0.04:
            continue
        late = chance.random() < 0.12
        contacted = matter.contact_due_on + timedelta(days=2 if late else 0)
        facts: dict[str, object] = {
            "state": MatterState.CONTACTED, "contacted_on": contacted, "contacted_by": _HANDLER, "is_reached": matter.is_named,
        }  # fmt: skip
        steps = [("contacted", contacted, _HANDLER, "已与评价人通话，了解情况。")]
        if age > 8:
            mended = matter.mend_due_on + timedelta(days=3 if late else -1)
            facts |= {
                "state": MatterState.MENDED,
                "mended_on": mended,
                "mended_by": _HANDLER,
                "mending": Mending.MENDED,
            }
            steps.append(("mended", mended, _HANDLER, "已补办并说明原因。"))
        if age > 12 and (matter.is_named or age > 20):
            called = matter.mend_due_on + timedelta(days=4)
            facts |= {"state": MatterState.CLOSED, "closed_on": called}
            if matter.is_named:
                facts |= {"called_back_on": called, "called_back_by": _CALLER, "is_satisfied": chance.random() < 0.8}
                steps.append(("called_back", called, _CALLER, "回访时评价人表示认可。"))
            steps.append(("closed", called, _CALLER, ""))
        elif age > 8 and reviews < 3:
            reviews += 1
            _review(matter, is_decided=reviews == 1)
            continue
        Matter.objects.filter(pk=matter.pk).update(**facts)
        for kind, on, by, note in steps:
            at = timezone.make_aware(datetime.combine(on, time(10)))
            MatterStep.objects.create(matter=matter, kind=kind, at=at, by=by, note=note)
        dealt += 1
    return dealt


def _review(matter: Matter, *, is_decided: bool) -> None:
    at = timezone.make_aware(datetime.combine(matter.opened_on, time(15)))
    review = Review.objects.create(
        matter=matter,
        claim=Claim.MISTAKEN,
        agency_side="评价人办的是另一件事，评价对象选错，有叫号记录。",
        asked_by=_HANDLER,
        asked_at=at,
    )
    state = RatingState.CONTESTED
    if is_decided:
        Review.objects.filter(pk=review.pk).update(
            rater_reached=True, rater_side="是我点错了，不是这件事。", heard_at=at, heard_by=_CALLER, is_upheld=True,
            decision="双方陈述一致，评价对象选错，予以排除。", decided_at=at, decided_by=_CALLER,
        )  # fmt: skip
        Matter.objects.filter(pk=matter.pk).update(state=MatterState.EXCLUDED, closed_on=matter.opened_on)
        state = RatingState.EXCLUDED
    Rating.objects.filter(pk=matter.rating_id).update(state=state)
    MatterStep.objects.create(matter=matter, kind="review_asked", at=at, by=_HANDLER, note=review.agency_side)
