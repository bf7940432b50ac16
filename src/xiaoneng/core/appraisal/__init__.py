"""An appraisal round (评议轮次): its rules, fixed and hashed before it opens, and what its ballots say."""

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

__all__ = [
    "KIND_RULES",
    "LEVELS",
    "NO_CONTACT",
    "Appraisee",
    "Group",
    "KindRules",
    "Question",
    "QuestionKind",
    "Questionnaire",
    "RoundDays",
    "RoundKind",
    "RoundRules",
    "Stratum",
    "Way",
    "default_questionnaire",
    "read_rules",
]
