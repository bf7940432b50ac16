"""What a result has to say about itself: a code with its facts, whose sentence stands in words/survey*.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..words import say


@dataclass(frozen=True)
class Note:
    """Something that the reader of a figure must know, such as two strata that were taken together."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, language: str = "zh") -> str:
        """The note as a sentence."""
        return say(self.code, language, **self.facts)
