"""Every way to read the trace."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from .models import Entry


def trace(*, search: str = "", kind: str = "") -> QuerySet[Any]:
    """The entries, latest first, narrowed by a word in actor or subject and by kind."""
    entries: QuerySet[Any] = Entry.objects.all()
    if search:
        entries = entries.filter(Q(actor__icontains=search) | Q(subject_text__icontains=search) | Q(subject_id=search))
    if kind:
        entries = entries.filter(kind=kind)
    return entries


def kinds() -> list[str]:
    """The kinds of deeds that have happened."""
    return list(Entry.objects.order_by("kind").values_list("kind", flat=True).distinct())


def trace_of(subject_type: str, subject_id: str) -> QuerySet[Any]:
    """What happened to one subject, latest first."""
    return Entry.objects.filter(subject_type=subject_type, subject_id=subject_id)
