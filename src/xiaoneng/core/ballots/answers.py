"""Answers (评议票内容): one canonical text a ballot, checked against the questions of its round.

A ballot says, appraisee by appraisee and question by question, a level from 1 to 5, or that the voter has no contact
(不了解), which is an answer of its own and never a level; to a question of randomised response, yes or no. A question
left out was not answered. Remarks in free words are no part of it: they are kept apart, and never published or counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from xiaoneng.core.errors import AnswersError

NO_CONTACT = "no_contact"
LEVELS = (1, 2, 3, 4, 5)
YES_NO = ("yes", "no")
LONGEST_REMARK = 2000


class Kind(StrEnum):
    """What a question may be answered with."""

    LEVEL = "level"
    RANDOMISED = "randomised"


Answer = int | str
Answers = dict[str, dict[str, Answer]]
Form = Mapping[str, Mapping[str, Kind]]
ALLOWED: dict[Kind, tuple[Answer, ...]] = {Kind.LEVEL: (*LEVELS, NO_CONTACT), Kind.RANDOMISED: YES_NO}


def canonical(answers: Mapping[str, Mapping[str, Answer]], form: Form) -> bytes:
    """The one text of these answers: JSON in UTF-8, names sorted, no spaces.

    In      answers: appraisee -> question -> answer; form: the round's appraisees, their questions and their kinds
    Raises  AnswersError, naming the field, where an answer fits no question, or there is none at all
    """
    if not isinstance(answers, Mapping) or not answers:
        raise AnswersError("answers: a ballot needs at least one answer")
    for appraisee, mine in answers.items():
        if appraisee not in form:
            raise AnswersError(f"{appraisee}: is not rated in this round")
        if not isinstance(mine, Mapping) or not mine:
            raise AnswersError(f"{appraisee}: at least one answer is needed, or leave it out")
        for question, answer in mine.items():
            if question not in form[appraisee]:
                raise AnswersError(f"{appraisee}.{question}: is not asked in this round")
            allowed = ALLOWED[form[appraisee][question]]
            if type(answer) not in (int, str) or answer not in allowed:  # True is 1 to Python, and no level
                raise AnswersError(f"{appraisee}.{question}: {answer!r} is no answer, {_told(allowed)} are")
    return encoded(answers)


def read_answers(data: bytes, form: Form | None = None) -> Answers:
    """The answers in a canonical text, checked against the form where one is given.

    Raises  AnswersError where it is not the canonical text of its answers
    """
    try:
        answers = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise AnswersError(f"answers: cannot be read: {error}") from error
    if form is not None:
        canonical(answers, form)
    if not isinstance(answers, dict) or encoded(answers) != data:
        raise AnswersError("answers: not in their canonical form (names sorted, no spaces, nothing twice)")
    return answers


def remark(text: str) -> str:
    """A remark in free words, as it is kept: apart from the answers, trimmed.

    Raises  AnswersError where it is too long
    """
    kept = text.strip()
    if len(kept) > LONGEST_REMARK:
        raise AnswersError(f"remarks: {len(kept)} characters, at most {LONGEST_REMARK} are kept: shorten it")
    return kept


def encoded(value: Any) -> bytes:
    """Canonical JSON: UTF-8, names sorted, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _told(allowed: tuple[Answer, ...]) -> str:
    return ", ".join(str(answer) for answer in allowed)
