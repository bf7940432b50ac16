"""Labels and sentences in Chinese and English, kept as data: one TOML file a room, the glossary first.

A label is the printed name of an identifier (`yellow` → 黄牌). A sentence has named places (`{day}`) and belongs to a
code that the analyses emit, so that page, report and command line say the same thing.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh", "en")


@cache
def _entries(kind: str) -> dict[str, dict[str, str]]:
    entries: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            for name, texts in tomllib.loads(file.read_text(encoding="utf-8")).get(kind, {}).items():
                if name in entries:
                    raise ValueError(f"{file.name}: {kind} {name!r} is defined twice")
                entries[name] = texts
    return entries


def label(name: str | None, language: str = "zh") -> str:
    """The printed name of an identifier; an identifier without one is printed as it stands."""
    if not name:
        return ""
    return _entries("labels").get(str(name), {}).get(language, str(name))


def say(code: str, language: str = "zh", **facts: Any) -> str:
    """The sentence that belongs to a code, with its facts put in.

    Raises  KeyError where no sentence has this code, or a fact that it names is missing
    """
    return _entries("sentences")[code][language].format(**facts)


def has_sentence(code: str) -> bool:
    """Whether a sentence is written for this code."""
    return code in _entries("sentences")


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language of a terminal: that asked for with --lang, else that of LANG; Chinese where neither says English."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            chosen = value or (arguments[place + 1] if place + 1 < len(arguments) else "")
            if chosen in LANGUAGES:
                return chosen
    named = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "en" if named.lower().startswith("en") else "zh"


def hint(code: str) -> str:
    """A help text of a command, in the language of the terminal."""
    return say(f"help_{code}", language_of(sys.argv[1:], os.environ))
