"""Lists that the county gives beside its records, and its office hours: given, put back, removed."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from xiaoneng.web import audit

from ..models import CountyList, ListRole


@transaction.atomic
def give_list(role: str, *, content: bytes, rows: int, by: Any, file_name: str = "") -> bool:
    """Put a list in use, in place of the one that was; the next run of the clocks reads it.

    In      content: the file as it was sent, or the office hours as UTF-8 text; rows: how many rows its reader found
    Out     whether anything changed: the same bytes again change nothing
    """
    sha256, before = hashlib.sha256(content).hexdigest(), _in_use(role)
    if before is not None and before.sha256 == sha256:
        return False
    _lay_aside(before)
    given = CountyList.objects.create(
        role=ListRole(role), file_name=file_name[:200], sha256=sha256, rows=rows, content=content, uploaded_by=_name(by)
    )
    _record("given", given, by, before=before, after=given)
    return True


@transaction.atomic
def put_back_list(former: CountyList, *, by: Any) -> None:
    """Put a former list in use again; nothing is written where it is."""
    before = _in_use(former.role)
    if before is not None and before.pk == former.pk:
        return
    _lay_aside(before)
    CountyList.objects.filter(pk=former.pk).update(is_current=True)
    _record("put_back", former, by, before=before, after=former)


@transaction.atomic
def remove_list(role: str, *, by: Any) -> bool:
    """Use no list of this role any more; it stays among the former ones.

    Out     whether one was in use
    """
    before = _in_use(role)
    if before is None:
        return False
    _lay_aside(before)
    _record("removed", before, by, before=before)
    return True


def _in_use(role: str) -> CountyList | None:
    """The list in use, its row held until the end of the transaction."""
    return CountyList.objects.select_for_update().filter(role=role, is_current=True).first()


def _lay_aside(kept: CountyList | None) -> None:
    if kept is not None:
        CountyList.objects.filter(pk=kept.pk).update(is_current=False)


def _record(
    deed: str, kept: CountyList, by: Any, *, before: CountyList | None = None, after: CountyList | None = None
) -> None:
    """The trace; each list has a word of its own for what was done, such as `leaders_given`."""
    audit.record(
        f"{kept.role}_{deed}",
        subject=kept,
        by=by,
        before=before.facts() if before else None,
        after=after.facts() if after else None,
    )


def _name(by: Any) -> str:
    return by if isinstance(by, str) else str(by.get_username())
