"""An appraisal round (评议轮次): its rules, fixed and hashed before it opens, and what its ballots say."""

from .ballots import Ratings, ratings
from .batches import usual_screening
from .kinds import KIND_RULES, KindRules, RoundKind
from .result import METHOD, drill, result
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
