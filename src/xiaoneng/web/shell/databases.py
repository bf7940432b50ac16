"""Which app lives in which database: the registrar and the ballot box have one each, all others share the default one."""

from __future__ import annotations

from typing import Any

APART = {"registrar": "registrar", "ballotbox": "box"}  # label of the app -> name of its database


class Apart:
    """The router: nothing crosses from one database to another."""

    def db_for_read(self, model: Any, **_: Any) -> str:
        return APART.get(model._meta.app_label, "default")

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **_: Any) -> bool:
        return self.db_for_read(one) == self.db_for_read(other)

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        return APART.get(app_label, "default") == db
