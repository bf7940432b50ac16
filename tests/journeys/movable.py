"""The application with a day that can be moved, started by a journey as a process of its own: `movable.py FOLDER`.

The file `days` in the folder says by how many days the clock is ahead; `told.json` holds the codes of slips and letters, as
somebody reads them off the paper.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1])
USERS = {"walker": "office_editor", "second": "office_editor"}


def main(word: str) -> None:
    """Serve until stopped."""
    os.environ.update(XIAONENG_DATA_DIR=str(FOLDER), DJANGO_SETTINGS_MODULE="xiaoneng.web.settings")
    import django

    django.setup()
    _move_the_day()
    _tell_the_codes()
    from xiaoneng.web.accounts.models import User
    from xiaoneng.web.ops.starting import prepare, start

    prepare()
    for name, role in USERS.items():
        User.objects.create_user(name, word, role=role, full_name=name)
    start(host="127.0.0.1", port=0, threads=8, with_demo=False)


def _move_the_day() -> None:
    from django.utils import timezone

    real, file = timezone.now, FOLDER / "days"
    file.write_text("0", encoding="ascii")

    def now() -> datetime:
        return real() + timedelta(days=int(file.read_text(encoding="ascii")))

    timezone.now = now


def _tell_the_codes() -> None:
    from xiaoneng.web import registrar
    from xiaoneng.web.appraisals.actions import announcing

    made: dict[str, list[str]] = {"codes": [], "invitations": []}
    make_codes, install_round = announcing.make_codes, registrar.install_round

    def told_codes(*args: Any) -> list[str]:
        codes = make_codes(*args)
        made["codes"] += codes
        return codes

    def told_round(*args: Any, **options: Any) -> Any:
        installed = install_round(*args, **options)
        made["invitations"] += [one.code for one in installed.invitations]
        (FOLDER / "told.json").write_text(json.dumps(made), encoding="ascii")
        return installed

    announcing.make_codes, registrar.install_round = told_codes, told_round


if __name__ == "__main__":
    main(sys.argv[2])
