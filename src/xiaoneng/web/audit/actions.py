"""Every way to change: there is one, and it adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from .models import Entry


def record(
    kind: str,
    *,
    subject: Any,
    by: Any,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> Entry:
    """Write down one deed (see the door for what is passed)."""
    subject_type, subject_id, subject_text = _named(subject)
    actor = by if isinstance(by, str) else by.get_username()
    return Entry.objects.create(
        at=timezone.now(),
        actor=actor,
        actor_role="" if isinstance(by, str) else str(getattr(by, "role", "")),
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        subject_text=subject_text[:200],
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        note=note,
    )


def _named(subject: Any) -> tuple[str, str, str]:
    if isinstance(subject, models.Model):
        return subject._meta.label_lower, str(subject.pk), str(subject)
    subject_type, subject_id = subject
    return str(subject_type), str(subject_id), ""
