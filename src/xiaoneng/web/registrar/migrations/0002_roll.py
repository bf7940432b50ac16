"""The roll: a table of its own making, without an order. See `roll.py` for why."""

from typing import Any

from django.db import migrations

from xiaoneng.web.registrar import roll


def create(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(roll.CREATE[schema_editor.connection.vendor])


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("drop table registrar_roll")


class Migration(migrations.Migration):
    dependencies = [("registrar", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
