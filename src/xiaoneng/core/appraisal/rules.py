"""The rules of a round: who is rated by whom, what is asked, when, and how it will be counted.

They are written down and hashed before the first ballot; registrar, ballot box and results read the same text. Changing
a letter changes the hash that was published.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from ..errors import RoundRulesError
from .kinds import KIND_RULES, SMALL_BODY_BELOW, KindRules, RoundKind

LEVELS = (5, 4, 3, 2, 1)  # 非常满意 满意 基本满意 不满意 非常不满意
NO_CONTACT = "no_contact"  # an answer of its own: neither 0 nor the middle
BUCKET_HOURS = (4, 12, 24)  # how coarse the time of a public ballot may be; none at all is allowed too
FEWEST_FOR_A_KEY = 10  # eligible raters who share one signing key
FEWEST_FOR_FORCED_RESPONSE = 150  # ballots; fewer tell nothing (Warner 1965)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_TAG = b"xiaoneng/1/round-rules\n"

Words = Mapping[str, str]  # {"zh": ..., "en": ...}


class Way(StrEnum):
    """How the raters of a stratum come to their ballot."""

    PAPER = "paper"  # a sealed code, drawn from an urn
    TOKEN = "token"  # noqa: S105 - a token that the registrar signed without seeing it


class QuestionKind(StrEnum):
    """What kind of answer a question takes."""

    SCALE = "scale"  # five levels, or no contact
    FORCED_RESPONSE = "forced_response"  # yes or no, told by a die in one third of the cases (Boruch 1971)


@dataclass(frozen=True, slots=True)
class Group:
    """Appraisees that may be compared with one another."""

    code: str
    title: Words


@dataclass(frozen=True, slots=True)
class Appraisee:
    """Who is rated: an agency, a leadership, a section head."""

    code: str
    title: Words
    group: str


@dataclass(frozen=True, slots=True)
class Stratum:
    """Raters who count together, with the share that their view has in the whole."""

    code: str
    title: Words
    eligible: int  # persons, after exclusions
    invited: int  # persons drawn; all of them in a census
    weight: float  # share of the score, 0 to 1; the weights of all strata add up to 1
    way: Way
    is_cadre: bool = False
    appraisees: tuple[str, ...] = ()  # codes of those it may rate; empty: all


@dataclass(frozen=True, slots=True)
class Question:
    """One question; a scale is asked of each appraisee, a forced response once a ballot."""

    code: str
    title: Words
    kind: QuestionKind = QuestionKind.SCALE


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What is asked, in a version of its own, and the points of each level."""

    version: int
    questions: tuple[Question, ...]
    points: Mapping[str, float]  # level -> points, from 0 to 100
    points_unconfirmed: bool = True  # no public text gives the points of the five levels
    asks_remarks: bool = True

    @property
    def scales(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.questions if one.kind is QuestionKind.SCALE)

    @property
    def forced_responses(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.questions if one.kind is QuestionKind.FORCED_RESPONSE)


@dataclass(frozen=True, slots=True)
class RoundDays:
    """First and last days. Tokens are issued, then a whole day passes, then the box opens."""

    opens_on: date
    closes_on: date
    issue_opens_on: date | None = None
    issue_closes_on: date | None = None


@dataclass(frozen=True)
class RoundRules:
    """The rules of one round; `checked()` refuses what may not be."""

    code: str
    kind: RoundKind
    title: Words
    groups: tuple[Group, ...]
    appraisees: tuple[Appraisee, ...]
    strata: tuple[Stratum, ...]
    questionnaire: Questionnaire
    days: RoundDays
    fewest_published: int
    most_rated: int | None = None  # appraisees on one ballot; None: all
    bucket_hours: int | None = None  # None: the box keeps no time at all
    pooled_rounds: int = 1  # rounds of a small body that are put together, fixed beforehand
    is_supervised: bool = True  # one sitting: codes drawn from the urn, dead at the close
    draw: Mapping[str, Any] = field(default_factory=dict)  # the public record of the draw: seed, hashes, counts
    screening: Mapping[str, Any] = field(
        default_factory=dict
    )  # the plan of tests for orchestrated batches; empty: the usual one

    @property
    def kind_rules(self) -> KindRules:
        return KIND_RULES[self.kind]

    @property
    def eligible(self) -> int:
        """Persons who may rate, over all strata."""
        return sum(stratum.eligible for stratum in self.strata)

    @property
    def is_small_body(self) -> bool:
        """Too few raters for a rank: they are all asked, and the publication limits decide what may be said."""
        return self.eligible < SMALL_BODY_BELOW

    def stratum(self, code: str) -> Stratum:
        for one in self.strata:
            if one.code == code:
                return one
        raise RoundRulesError(f"round {self.code} has no stratum {code}; it has {_listed(self.strata)}")

    def rated_by(self, stratum: str) -> tuple[Appraisee, ...]:
        """The appraisees whom raters of a stratum may rate, in order."""
        allowed = self.stratum(stratum).appraisees
        return tuple(one for one in self.appraisees if not allowed or one.code in allowed)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, days as ISO text: what is published and what `read_rules` reads."""
        return json.loads(json.dumps(asdict(self), default=str))  # type: ignore[no-any-return]

    def canonical(self) -> bytes:
        """The one way in which these rules are written: sorted keys, UTF-8, no spaces."""
        return json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def hash(self) -> str:
        """SHA-256 in hexadecimal digits: published before the round opens."""
        return hashlib.sha256(_TAG + self.canonical()).hexdigest()

    def checked(self) -> RoundRules:
        """These rules, or a refusal that says what is wrong, where and what to do.

        Raises  RoundRulesError
        """
        for check in (_check_codes, _check_strata, _check_questions, _check_days, _check_secrecy):
            check(self)
        return self


def read_rules(data: Mapping[str, Any]) -> RoundRules:
    """Rules from plain data, checked.

    Raises  RoundRulesError where something is missing, of the wrong kind, or not allowed
    """
    try:
        days = {name: date.fromisoformat(day) if day else None for name, day in data["days"].items()}
        asked = dict(data["questionnaire"])
        asked["questions"] = tuple(Question(**{**one, "kind": QuestionKind(one["kind"])}) for one in asked["questions"])
        asked["points"] = {str(level): float(points) for level, points in asked["points"].items()}
        strata = tuple(
            Stratum(**{**one, "way": Way(one["way"]), "appraisees": tuple(one.get("appraisees") or ())})
            for one in data["strata"]
        )
        rest = {
            **data,
            "kind": RoundKind(data["kind"]),
            "groups": tuple(Group(**one) for one in data["groups"]),
            "appraisees": tuple(Appraisee(**one) for one in data["appraisees"]),
            "strata": strata,
            "questionnaire": Questionnaire(**asked),
            "days": RoundDays(**days),  # type: ignore[arg-type]
            "screening": dict(data.get("screening") or {}),
        }
        rules = RoundRules(**rest)
    except (KeyError, TypeError, ValueError) as error:
        raise RoundRulesError(
            f"the rules of the round cannot be read ({error}): take the file as it was published"
        ) from None
    return rules.checked()


def default_questionnaire() -> Questionnaire:
    """Three questions that every agency can be asked about, as in the schemes of Hangzhou since 2010."""
    return Questionnaire(
        version=1,
        questions=(
            Question("attitude", {"zh": "服务态度和办事效率", "en": "Attitude and speed"}),
            Question("fairness", {"zh": "办事公正和廉洁自律", "en": "Fairness and integrity"}),
            Question("results", {"zh": "工作实效", "en": "Results of its work"}),
        ),
        points={"5": 100.0, "4": 80.0, "3": 60.0, "2": 40.0, "1": 20.0},
    )


# --- what may not be --------------------------------------------------------------------------------------------------


def _listed(items: tuple[Any, ...]) -> str:
    return ", ".join(item.code for item in items) or "none"


def _check_codes(rules: RoundRules) -> None:
    named = {"group": rules.groups, "appraisee": rules.appraisees, "stratum": rules.strata}
    named["question"] = rules.questionnaire.questions  # type: ignore[assignment]
    if not _CODE.fullmatch(rules.code):
        raise RoundRulesError(f"round code {rules.code!r}: take letters, digits, '-', '_' and '.', at most 40")
    for what, items in named.items():
        codes = [item.code for item in items]
        if not codes:
            raise RoundRulesError(f"round {rules.code} has no {what}: name at least one")
        for code in codes:
            if not _CODE.fullmatch(code):
                raise RoundRulesError(f"{what} code {code!r}: take letters, digits, '-', '_' and '.', at most 40")
            if codes.count(code) > 1:
                raise RoundRulesError(f"{what} {code} stands twice in round {rules.code}: each code once")
    groups = {group.code for group in rules.groups}
    known = {one.code for one in rules.appraisees}
    for appraisee in rules.appraisees:
        if appraisee.group not in groups:
            raise RoundRulesError(
                f"appraisee {appraisee.code} stands in group {appraisee.group}, which the round has not: "
                f"it has {_listed(rules.groups)}"
            )
    for stratum in rules.strata:
        unknown = [code for code in stratum.appraisees if code not in known]
        if unknown:
            raise RoundRulesError(
                f"stratum {stratum.code} rates {unknown[0]}, who is no appraisee of the round: add it, or take it out"
            )
    titled: tuple[Any, ...] = (rules, *rules.groups, *rules.appraisees, *rules.strata, *rules.questionnaire.questions)
    for item in titled:
        if not item.title.get("zh") or not item.title.get("en"):
            raise RoundRulesError(f"{item.code} lacks its name in Chinese or English: give both")


def _check_strata(rules: RoundRules) -> None:
    for stratum in rules.strata:
        if not 0 < stratum.invited <= stratum.eligible:
            raise RoundRulesError(
                f"stratum {stratum.code} invites {stratum.invited} of {stratum.eligible} eligible persons: invite from 1 to all"
            )
        if not stratum.weight > 0:
            raise RoundRulesError(
                f"stratum {stratum.code} has weight {stratum.weight}: give it a share above 0, or leave it out"
            )
        if rules.is_small_body and stratum.invited < stratum.eligible:
            raise RoundRulesError(
                f"stratum {stratum.code} invites {stratum.invited} of {stratum.eligible}, and the round has fewer than "
                f"{SMALL_BODY_BELOW} eligible raters: in so small a body everybody is asked"
            )
    total = sum(stratum.weight for stratum in rules.strata)
    if abs(total - 1) > 1e-9:
        raise RoundRulesError(f"the weights of the strata add up to {total:g}: they must add up to 1")
    if rules.is_small_body and len(rules.strata) > 1:
        raise RoundRulesError(
            f"fewer than {SMALL_BODY_BELOW} eligible raters must be one stratum: a small body is never divided"
        )


def _check_questions(rules: RoundRules) -> None:
    asked = rules.questionnaire
    if not asked.scales:
        raise RoundRulesError(f"round {rules.code} asks nothing on the five levels: add such a question")
    if set(asked.points) != {str(level) for level in LEVELS}:
        raise RoundRulesError(
            f"the points name levels {', '.join(sorted(asked.points))}: give points for 1, 2, 3, 4 and 5"
        )
    points = [asked.points[str(level)] for level in LEVELS]
    if not all(100 >= high > low >= 0 for high, low in itertools.pairwise(points)):
        raise RoundRulesError("the points must fall from level 5 to level 1, between 100 and 0")
    most = rules.kind_rules.most_questions_of_small_bodies
    if rules.is_small_body and len(asked.scales) > most:
        raise RoundRulesError(
            f"a body below {SMALL_BODY_BELOW} is asked {most} questions at most, not {len(asked.scales)}: more would tell who answered"
        )
    if asked.forced_responses and sum(stratum.invited for stratum in rules.strata) < FEWEST_FOR_FORCED_RESPONSE:
        raise RoundRulesError(
            f"a question answered with a die needs {FEWEST_FOR_FORCED_RESPONSE} raters; this round invites fewer: leave it out"
        )


def _check_days(rules: RoundRules) -> None:
    days = rules.days
    if days.closes_on < days.opens_on:
        raise RoundRulesError(
            f"the box closes on {days.closes_on}, before it opens on {days.opens_on}: change one of them"
        )
    if not any(stratum.way is Way.TOKEN for stratum in rules.strata):
        return
    if days.issue_opens_on is None or days.issue_closes_on is None:
        raise RoundRulesError("a stratum votes with tokens: say from when to when tokens are issued")
    if days.issue_closes_on < days.issue_opens_on:
        raise RoundRulesError(
            f"the issue of tokens ends on {days.issue_closes_on}, before it begins: change one of the days"
        )
    if days.opens_on - days.issue_closes_on < timedelta(days=2):
        raise RoundRulesError(
            f"tokens are issued until {days.issue_closes_on} and the box opens on {days.opens_on}: at least one whole day must "
            "lie between, so that nobody can tell from the hour who cast which ballot"
        )


def _check_secrecy(rules: RoundRules) -> None:
    floor = rules.kind_rules.fewest_published
    if rules.fewest_published < floor:
        raise RoundRulesError(
            f"fewest_published is {rules.fewest_published}: in a round of this kind nothing below {floor} ballots may be told"
        )
    if rules.kind_rules.is_staff and rules.bucket_hours is not None:
        raise RoundRulesError("the box keeps no time at all in a round of staff: leave bucket_hours out")
    if rules.bucket_hours is not None and rules.bucket_hours not in BUCKET_HOURS:
        raise RoundRulesError(f"bucket_hours is {rules.bucket_hours}: take 4, 12 or 24, or keep no time")
    for stratum in rules.strata:
        if stratum.way is Way.TOKEN and stratum.eligible < FEWEST_FOR_A_KEY:
            raise RoundRulesError(
                f"stratum {stratum.code} has {stratum.eligible} eligible persons: a signing key must be shared by "
                f"{FEWEST_FOR_A_KEY} or more; merge it with another stratum"
            )
    if rules.most_rated is not None and rules.most_rated < 1:
        raise RoundRulesError("most_rated must be 1 or more, or left out")
    if rules.pooled_rounds < 1 or (rules.pooled_rounds > 1 and not rules.is_small_body):
        raise RoundRulesError(
            f"pooled_rounds is {rules.pooled_rounds}: only rounds of bodies below {SMALL_BODY_BELOW} are put together"
        )
