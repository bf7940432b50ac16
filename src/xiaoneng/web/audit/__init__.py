"""The audit trail (审计): who did what, when, with what before and after; rows are only added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["record"]


def record(
    kind: str,
    *,
    subject: Any,
    by: Any,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Write down one deed; call it inside the transaction of the deed itself.

    In      kind: what was done, as subject_verb (service_item_changed); subject: the model row, or a (type, id) pair;
            by: the user, or a name such as "system" where no person did it
    """
    from .actions import record as write

    write(kind, subject=subject, by=by, before=before, after=after, note=note)
