"""The voter's page as it is sent: the same bytes for every round and voter, so that its fingerprint can be printed."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from xiaoneng.core import words
from xiaoneng.web.shell.formats import words_language

LANGUAGES = {"zh": "zh-hans", "en": "en"}
SCRIPTS = ("ballotbox/ballot.css", "ballotbox/ballot.js")
PROTECTED = ("admin", "office", "leak", "edit", "dropped", "stuffing", "watched")
EXPOSED = ("code_kept", "device", "beside", "network", "one_machine", "page", "small", "pattern", "remarks")


def threats() -> dict[str, Any]:
    """What is protected and what is not, in the reader's language."""

    def said(name: str) -> str:
        return words.say(f"ballots_threat_{name}", words_language())

    return {
        "protected_head": said("protected"),
        "protected": [said(f"protected_{name}") for name in PROTECTED],
        "exposed_head": said("exposed"),
        "exposed": [said(f"exposed_{name}") for name in EXPOSED],
    }


@lru_cache(maxsize=len(LANGUAGES))
def vote_page(language: str) -> bytes:
    """The page in one language, zh or en."""
    with translation.override(LANGUAGES[language]):
        return render_to_string("ballotbox/vote.html", {"threats": threats()}).encode()


@lru_cache(maxsize=len(LANGUAGES))
def packed_page(language: str) -> bytes:
    """The same, packed for a slow line; it holds no secret that its length could tell."""
    return gzip.compress(vote_page(language), mtime=0)


def parts() -> dict[str, str]:
    """Every part of the page -> SHA-256 of the bytes that a browser gets."""
    sent = {f"vote.{language}.html": vote_page(language) for language in LANGUAGES}
    sent |= {Path(name).name: _static(name) for name in SCRIPTS}
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(sent.items())}


def page_hash() -> str:
    """SHA-256 over the lines "fingerprint, two spaces, name" of all parts, as `sha256sum` prints them."""
    lines = "".join(f"{hashed}  {name}\n" for name, hashed in parts().items())
    return hashlib.sha256(lines.encode()).hexdigest()


def _static(name: str) -> bytes:
    found = finders.find(name)
    return Path(str(found)).read_bytes()
