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
from ..words import say
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
        raise _refused("unknown_stratum", round=self.code, stratum=code, strata=_listed(self.strata))

    def rated_by(self, stratum: str) -> tuple[Appraisee, ...]:
        """The appraisees whom raters of a stratum may rate, in order."""
        allowed = self.stratum(stratum).appraisees
        return tuple(one for one in self.appraisees if not allowed or one.code in allowed)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, days as ISO text: what is published and what `read_rules` reads."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return plain

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
            "days": _read_days(data["days"]),
            "screening": dict(data.get("screening") or {}),
        }
        rules = RoundRules(**rest)
    except (KeyError, TypeError, ValueError) as error:
        raise _refused("unreadable", error=error) from None
    return rules.checked()


def _read_days(given: Mapping[str, str | None]) -> RoundDays:
    """Days from ISO text; those of the box must be there, those of the issue may be missing."""

    def known(name: str) -> date | None:
        day = given.get(name)
        return date.fromisoformat(day) if day else None

    return RoundDays(
        opens_on=date.fromisoformat(given["opens_on"] or ""),
        closes_on=date.fromisoformat(given["closes_on"] or ""),
        issue_opens_on=known("issue_opens_on"),
        issue_closes_on=known("issue_closes_on"),
    )


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


def _refused(code: str, **facts: Any) -> RoundRulesError:
    """The refusal as an exact sentence, with its code for readers of either language."""
    return RoundRulesError(say(f"appraisal_refused_{code}", "en", **facts), f"appraisal_refused_{code}", **facts)


def _listed(items: tuple[Any, ...]) -> str:
    return ", ".join(item.code for item in items) or "-"


def _check_codes(rules: RoundRules) -> None:
    named: dict[str, tuple[Any, ...]] = {"group": rules.groups, "appraisee": rules.appraisees, "stratum": rules.strata}
    named["question"] = rules.questionnaire.questions
    for what, items in {"round": (rules,), **named}.items():
        if not items:
            raise _refused(f"no_{what}", round=rules.code)
        for item in items:
            if not _CODE.fullmatch(item.code):
                raise _refused("code", name=item.code)
            if sum(other.code == item.code for other in items) > 1:
                raise _refused("twice", name=item.code)
            if not item.title.get("zh") or not item.title.get("en"):
                raise _refused("one_language", name=item.code)
    groups = {group.code for group in rules.groups}
    known = {one.code for one in rules.appraisees}
    for appraisee in rules.appraisees:
        if appraisee.group not in groups:
            raise _refused("group", name=appraisee.code, group=appraisee.group, groups=_listed(rules.groups))
    for stratum in rules.strata:
        unknown = [code for code in stratum.appraisees if code not in known]
        if unknown:
            raise _refused("stranger", stratum=stratum.code, name=unknown[0])


def _check_strata(rules: RoundRules) -> None:
    for stratum in rules.strata:
        facts = {"stratum": stratum.code, "invited": stratum.invited, "eligible": stratum.eligible}
        if not 0 < stratum.invited <= stratum.eligible:
            raise _refused("invited", **facts)
        if not stratum.weight > 0:
            raise _refused("weight", stratum=stratum.code, weight=f"{stratum.weight:g}")
        if rules.is_small_body and stratum.invited < stratum.eligible:
            raise _refused("small_sample", small=SMALL_BODY_BELOW, **facts)
    total = sum(stratum.weight for stratum in rules.strata)
    if abs(total - 1) > 1e-9:
        raise _refused("weights", total=f"{total:g}")
    if rules.is_small_body and len(rules.strata) > 1:
        raise _refused("small_strata", small=SMALL_BODY_BELOW)


def _check_questions(rules: RoundRules) -> None:
    asked = rules.questionnaire
    if not asked.scales:
        raise _refused("no_scale", round=rules.code)
    if set(asked.points) != {str(level) for level in LEVELS}:
        raise _refused("levels", levels=", ".join(sorted(asked.points)))
    points = [asked.points[str(level)] for level in LEVELS]
    if not all(100 >= high > low >= 0 for high, low in itertools.pairwise(points)):
        raise _refused("points")
    most = rules.kind_rules.most_questions_of_small_bodies
    if rules.is_small_body and len(asked.scales) > most:
        raise _refused("small_questions", small=SMALL_BODY_BELOW, most=most, asked=len(asked.scales))
    if asked.forced_responses and sum(stratum.invited for stratum in rules.strata) < FEWEST_FOR_FORCED_RESPONSE:
        raise _refused("dice", fewest=FEWEST_FOR_FORCED_RESPONSE)


def _check_days(rules: RoundRules) -> None:
    days = rules.days
    if days.closes_on < days.opens_on:
        raise _refused("closes_early", closes=days.closes_on, opens=days.opens_on)
    if not any(stratum.way is Way.TOKEN for stratum in rules.strata):
        return
    if days.issue_opens_on is None or days.issue_closes_on is None:
        raise _refused("no_issue")
    if days.issue_closes_on < days.issue_opens_on:
        raise _refused("issue_ends_early", closes=days.issue_closes_on, opens=days.issue_opens_on)
    if days.opens_on - days.issue_closes_on < timedelta(days=2):
        raise _refused("no_pause", closes=days.issue_closes_on, opens=days.opens_on)


def _check_secrecy(rules: RoundRules) -> None:
    floor = rules.kind_rules.fewest_published
    if rules.fewest_published < floor:
        raise _refused("limit", fewest=rules.fewest_published, floor=floor)
    if rules.kind_rules.is_staff and rules.bucket_hours is not None:
        raise _refused("time_of_staff")
    if rules.bucket_hours is not None and rules.bucket_hours not in BUCKET_HOURS:
        raise _refused("fine_time", hours=rules.bucket_hours)
    for stratum in rules.strata:
        if stratum.way is Way.TOKEN and stratum.eligible < FEWEST_FOR_A_KEY:
            raise _refused("lonely_key", stratum=stratum.code, eligible=stratum.eligible, fewest=FEWEST_FOR_A_KEY)
    if rules.most_rated is not None and rules.most_rated < 1:
        raise _refused("most_rated")
    if rules.pooled_rounds < 1 or (rules.pooled_rounds > 1 and not rules.is_small_body):
        raise _refused("pooled", rounds=rules.pooled_rounds, small=SMALL_BODY_BELOW)
