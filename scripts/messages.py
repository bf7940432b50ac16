"""Collect the texts to translate and compile the catalogues; with --check, only say what is not in order.

English stands in the source; Chinese stands in the catalogue `locale/zh_Hans/LC_MESSAGES/django.po` of the package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "xiaoneng"
WEB = PACKAGE / "web"
LANGUAGES = ("zh_Hans",)


def catalogues() -> list[Path]:
    return sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/django*.po"))


def collect(into: Path) -> None:
    """Bring every catalogue up to date with the source (needs gettext)."""
    environment = dict(os.environ, DJANGO_SETTINGS_MODULE="xiaoneng.web.settings", XIAONENG_SECRET_KEY="collecting")
    for app in into.glob("*/apps.py"):  # each app keeps its own catalogue
        (app.parent / "locale").mkdir(exist_ok=True)
    for domain in ("django", "djangojs"):
        command = [sys.executable, "-m", "django", "makemessages", "--no-location", "--no-obsolete", "--no-wrap"]
        command += ["--domain", domain, *(part for name in LANGUAGES for part in ("--locale", name))]
        command += ["--ignore", "static/vendor/*", "--ignore", "static/*/vendor/*"]
        if domain == "djangojs" and not any(into.glob("**/locale/*/LC_MESSAGES/djangojs.po")):
            continue
        subprocess.run(command, cwd=into, env=environment, check=True, stdout=subprocess.DEVNULL)


def compiled(po: Path) -> bytes:
    """The machine form of a catalogue; the same catalogue gives the same bytes."""
    return polib.pofile(str(po)).to_binary()


def complaints() -> list[str]:
    """What is not in order, one sentence each."""
    found = []
    for po in catalogues():
        name = po.relative_to(PACKAGE.parent)
        for entry in polib.pofile(str(po)):
            if entry.obsolete:
                found.append(f"{name}: {entry.msgid!r} is no longer used: run make messages")
            elif "fuzzy" in entry.flags:
                found.append(f"{name}: the translation of {entry.msgid!r} is only a guess (fuzzy)")
            elif not entry.translated():
                found.append(f"{name}: {entry.msgid!r} has no translation")
        mo = po.with_suffix(".mo")
        if not mo.is_file() or mo.read_bytes() != compiled(po):
            found.append(f"{name}: the compiled catalogue is missing or stale: run make messages")
    return found + _uncollected()


def _uncollected() -> list[str]:
    """Texts in the source that the catalogues lack; needs gettext, which CI has."""
    if shutil.which("xgettext") is None or not catalogues():
        return []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "web"
        shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        collect(copy)
        found = []
        for po in sorted(copy.glob("**/locale/*/LC_MESSAGES/django*.po")):
            kept = WEB / po.relative_to(copy)
            known = {(entry.msgctxt, entry.msgid) for entry in (polib.pofile(str(kept)) if kept.is_file() else ())}
            for entry in polib.pofile(str(po)):
                if (entry.msgctxt, entry.msgid) not in known:
                    found.append(f"{po.relative_to(copy)}: {entry.msgid!r} is not in the catalogue: run make messages")
        return found


def main() -> int:
    if "--check" in sys.argv[1:]:
        found = complaints()
        print("\n".join(found))
        return 1 if found else 0
    if not WEB.is_dir():
        return 0
    if shutil.which("xgettext") is None:
        print("gettext is missing, so new texts were not collected: apt install gettext")
    else:
        collect(WEB)
    for po in catalogues():
        po.with_suffix(".mo").write_bytes(compiled(po))
    left = [line for line in complaints() if "run make messages" not in line]
    print("\n".join(left) or "Every text has its translation.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
