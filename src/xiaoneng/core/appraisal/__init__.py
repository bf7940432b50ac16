"""An appraisal round (评议轮次): its rules, fixed and hashed before it opens, and what its ballots say."""

from .ballots import Ratings, ratings
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
from .scores import Scores, scores

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
    "Ratings",
    "RoundDays",
    "RoundKind",
    "RoundRules",
    "Scores",
    "Stratum",
    "Way",
    "default_questionnaire",
    "ratings",
    "read_rules",
    "scores",
]
