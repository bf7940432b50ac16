"""Holiday notices that the county adds: proposed, looked at, approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from xiaoneng.core.errors import NoticeError
from xiaoneng.web import audit

from .. import notices, queries
from ..models import HolidayNotice, NoticeState

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Notice


@transaction.atomic
def propose_notice(notice: Notice, *, by: Any) -> HolidayNotice:
    """Keep a notice for approval; nothing uses it yet.

    Raises  NoticeError where it contradicts the notices in force, or one of its id is there
    """
    from xiaoneng.core.calendar import write_notice

    if HolidayNotice.objects.filter(notice_id=notice.id).exclude(state=NoticeState.DISCARDED).exists():
        raise NoticeError(f"notice {notice.id}: there is a notice of this id already; give the new one its own")
    queries.workdays_with(notice)  # refuses what clashes
    HolidayNotice.objects.filter(notice_id=notice.id, state=NoticeState.DISCARDED).delete()
    kept = HolidayNotice.objects.create(
        notice_id=notice.id,
        year=notice.year,
        title=notice.title,
        document_no=notice.document_no,
        text=write_notice(notice),
        added_by=by.get_username(),
    )
    audit.record("holiday_notice_proposed", subject=kept, by=by, after={"id": notice.id, "text": kept.text})
    return kept


@transaction.atomic
def approve_notice(kept: HolidayNotice, *, by: Any) -> None:
    """Let every clock use the notice from now on, and run them anew.

    Raises  NoticeError where it has been decided on, or clashes with a notice approved since
    """
    from xiaoneng.core.calendar import read_notice

    queries.workdays_with(read_notice(kept.text))
    now = timezone.now()
    waiting = HolidayNotice.objects.filter(pk=kept.pk, state=NoticeState.PROPOSED)
    if not waiting.update(state=NoticeState.APPROVED, approved_by=by.get_username(), approved_at=now):
        raise NoticeError(f"notice {kept.notice_id}: it has been decided on already")
    audit.record(
        "holiday_notice_approved", subject=kept, by=by, before={"state": "proposed"}, after={"state": "approved"}
    )
    transaction.on_commit(notices.recount)


@transaction.atomic
def discard_notice(kept: HolidayNotice, *, by: Any) -> None:
    """Lay a proposed notice aside; one that has been approved stays.

    Raises  NoticeError where it has been decided on
    """
    waiting = HolidayNotice.objects.filter(pk=kept.pk, state=NoticeState.PROPOSED)
    if not waiting.update(state=NoticeState.DISCARDED):
        raise NoticeError(f"notice {kept.notice_id}: it has been decided on already")
    audit.record(
        "holiday_notice_discarded", subject=kept, by=by, before={"state": "proposed"}, after={"state": "discarded"}
    )
