"""An appraisal round (评议轮次): its rules, fixed and hashed before it opens, and what its ballots say.

The rules are read by every process of a round, the ballot box too; what reckons is loaded only where it is asked for, since it
brings the whole of numpy, scipy and DuckDB along.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .kinds import KIND_RULES, KindRules, RoundKind
from .rules import (
    LEVELS,
    NO_CONTACT,
    Appraisee,
    Group,
    Question,
    QuestionKind,
    Questionnaire,
    RoundDays,
    RoundRules,
    Stratum,
    Way,
    default_questionnaire,
    read_rules,
)

if TYPE_CHECKING:
    from .ballots import Ratings, ratings
    from .batches import usual_screening
    from .results import METHOD, drill, result
    from .scoring import Scores, scores

__all__ = [
    "KIND_RULES",
    "LEVELS",
    "METHOD",
    "NO_CONTACT",
    "Appraisee",
    "Group",
    "KindRules",
    "Question",
    "QuestionKind",
    "Questionnaire",
    "Ratings",
    "RoundDays",
    "RoundKind",
    "RoundRules",
    "Scores",
    "Stratum",
    "Way",
    "default_questionnaire",
    "drill",
    "ratings",
    "read_rules",
    "result",
    "scores",
    "usual_screening",
]

_RECKONS = {
    "METHOD": "results",
    "Ratings": "ballots",
    "Scores": "scoring",
    "drill": "results",
    "ratings": "ballots",
    "result": "results",
    "scores": "scoring",
    "usual_screening": "batches",
}


def __getattr__(name: str) -> Any:
    if name not in _RECKONS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f".{_RECKONS[name]}", __name__), name)
