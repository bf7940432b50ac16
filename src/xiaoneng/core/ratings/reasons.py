"""The second-level questions of a rating (二级指标): versioned content, the same for all; nobody adds or removes one locally."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from ..errors import RatingsError


@dataclass(frozen=True)
class Reasons:
    """One version: its name, first day, source, and the reasons in order."""

    version: str
    first_on: date
    source: str
    is_confirmed: bool
    reasons: tuple[Mapping[str, Any], ...]

    def fitting(self, channel: str) -> tuple[Mapping[str, Any], ...]:
        """The reasons for `on_site` or `online`."""
        return tuple(one for one in self.reasons if channel in one["fits"])

    def titles(self, language: str, *, is_bad: bool = False) -> dict[str, str]:
        """Code -> printed name; with `is_bad` what somebody would say who was not content."""
        key = f"bad_{language}" if is_bad else language
        return {one["code"]: one[key] for one in self.reasons}


@cache
def reason_versions() -> tuple[Reasons, ...]:
    """All versions, the oldest first."""
    text = resources.files(__package__).joinpath("reasons.toml").read_text(encoding="utf-8")
    found = [
        Reasons(one["version"], one["from"], one["source"], one["is_confirmed"], tuple(one["reasons"]))
        for one in tomllib.loads(text)["versions"]
    ]
    return tuple(sorted(found, key=lambda one: one.first_on))


def reasons_on(day: date) -> Reasons:
    """The version in force on a day.

    Raises  RatingsError before the first version
    """
    found = [one for one in reason_versions() if one.first_on <= day]
    if not found:
        raise RatingsError(
            f"no second-level questions were in force on {day}: the first version begins on {reason_versions()[0].first_on}"
        )
    return found[-1]
