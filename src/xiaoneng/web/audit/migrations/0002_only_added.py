"""The database itself refuses to change or delete an entry of the trace, whoever asks."""

from typing import Any

from django.db import migrations

_REFUSAL = "the trace is only added to"

_SQLITE = [
    f"create trigger audit_entry_no_{deed} before {deed} on audit_entry begin select raise(abort, '{_REFUSAL}'); end"
    for deed in ("update", "delete")
]
_POSTGRESQL = [
    "create function audit_entry_refuse() returns trigger language plpgsql as "
    f"$$ begin raise exception '{_REFUSAL}'; end $$",
    "create trigger audit_entry_no_change before update or delete or truncate on audit_entry "
    "for each statement execute function audit_entry_refuse()",
]
_BACK = {
    "sqlite": ["drop trigger audit_entry_no_update", "drop trigger audit_entry_no_delete"],
    "postgresql": ["drop trigger audit_entry_no_change on audit_entry", "drop function audit_entry_refuse()"],
}


def refuse(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def allow(apps: Any, schema_editor: Any) -> None:
    for statement in _BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(refuse, allow)]
