"""What is true: one row a deed."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from xiaoneng.core.errors import XiaonengError


class AppendOnlyError(XiaonengError):
    """A row that may only be added was to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows are added and read; a change or a deletion in bulk is refused."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError("the trace is only added to: write a new entry that says what is corrected")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("the trace is only added to: nothing in it is deleted")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise AppendOnlyError("the trace is only added to: write a new entry that says what is corrected")


class Entry(models.Model):
    """One deed: `actor` is the login name as it was then, so that the row stands without the account."""

    is_append_only = True

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150, db_index=True)
    actor_role = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=60, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=120)
    subject_text = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    note = models.TextField(blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.kind} {self.subject_type} {self.subject_id}"

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What differs between before and after, one mapping a name."""
        before, after = self.before or {}, self.after or {}
        names = [*after, *(name for name in before if name not in after)]
        return [
            {"name": name, "before": before.get(name), "after": after.get(name)}
            for name in names
            if before.get(name) != after.get(name)
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("the trace is only added to: write a new entry that says what is corrected")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("the trace is only added to: nothing in it is deleted")
