"""A small round to install, with the codes and tokens of its voters, and what their browsers send."""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import (
    Appraisee,
    Group,
    Question,
    QuestionKind,
    Questionnaire,
    RoundDays,
    RoundKind,
    RoundRules,
    Stratum,
    Way,
    default_questionnaire,
)

OPENS, CLOSES = date(2026, 11, 10), date(2026, 11, 20)
ISSUE = (date(2026, 11, 1), date(2026, 11, 8))
POINTS = {"5": 100.0, "4": 80.0, "3": 60.0, "2": 40.0, "1": 20.0}
KEY = ballots.make_key(2048)  # one for all tests: making keys takes longer than all the rest
OTHER_KEY = ballots.make_key(2048)


def named(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def chance(seed: int) -> Callable[[int], bytes]:
    """Random bytes that are the same each time."""
    return random.Random(seed).randbytes


def a_round(**changes: Any) -> RoundRules:
    """Staff on paper (who may not rate housing), firms by token; one question with a die."""
    asked = default_questionnaire()
    asked = Questionnaire(
        version=2,
        questions=(
            *asked.questions,
            Question(
                "favour", named("有人向您索要好处吗", "Were you asked for a favour"), QuestionKind.FORCED_RESPONSE
            ),
        ),
        points=POINTS,
    )
    given: dict[str, Any] = {
        "code": "2026-society",
        "kind": RoundKind.SOCIETY_RATES_AGENCIES,
        "title": named("二〇二六年社会评议", "Appraisal of 2026"),
        "groups": (Group("windows", named("窗口单位", "Windows")),),
        "appraisees": (
            Appraisee("water", named("水务局", "Water bureau"), "windows"),
            Appraisee("housing", named("住建局", "Housing bureau"), "windows"),
            Appraisee("tax", named("税务局", "Tax bureau"), "windows"),
        ),
        "strata": (
            Stratum("staff", named("干部职工", "Staff"), eligible=400, invited=100, weight=0.4, way=Way.PAPER,
                    appraisees=("water", "tax")),
            Stratum("firms", named("企业", "Firms"), eligible=900, invited=100, weight=0.6, way=Way.TOKEN),
        ),
        "questionnaire": asked,
        "days": RoundDays(OPENS, CLOSES, *ISSUE),
        "fewest_published": 5,
        "bucket_hours": 12,
    }  # fmt: skip
    return RoundRules(**{**given, **changes}).checked()


def a_staff_round(**changes: Any) -> RoundRules:
    """Forty staff rate their leadership in one sitting, on paper."""
    given = {
        "code": "2026-leadership",
        "kind": RoundKind.STAFF_RATE_LEADERSHIP,
        "strata": (Stratum("staff", named("干部职工", "Staff"), eligible=40, invited=40, weight=1.0, way=Way.PAPER),),
        "questionnaire": default_questionnaire(),
        "fewest_published": 10,
        "bucket_hours": None,
        "days": RoundDays(OPENS, OPENS),
    }
    return a_round(**{**given, **changes})


ANSWERS = {"water": {"attitude": 5, "fairness": 4, "results": "no_contact"}, "_": {"favour": "no"}}


@dataclass
class Handed:
    """A round in the box, and what its voters hold."""

    rules: RoundRules
    codes: Mapping[str, list[str]]  # stratum -> paper codes
    installed: Any = None

    @property
    def code(self) -> str:
        return self.rules.code

    def hash_of(self, code: str, stratum: str = "staff") -> bytes:
        return ballots.code_hash(self.rules.code, stratum, code)


def handed(rules: RoundRules, paper: int = 40, seed: int = 1) -> Handed:
    """Codes for the strata on paper, in batches of twenty."""
    draw = chance(seed)
    codes = {one.code: ballots.make_codes(paper, draw) for one in rules.strata if one.way is Way.PAPER}
    return Handed(rules, codes)


def install(given: Handed, key: RSAPrivateKey = KEY) -> Handed:
    """Put it into the box."""
    from xiaoneng.web import ballotbox

    rules = given.rules
    hashes = {
        stratum: [(ballots.code_hash(rules.code, stratum, code), f"b{place // 20}") for place, code in enumerate(mine)]
        for stratum, mine in given.codes.items()
    }
    keys = {one.code: ballots.public_pem(key.public_key()) for one in rules.strata if one.way is Way.TOKEN}
    given.installed = ballotbox.install_round(rules, keys, hashes)
    return given


def a_token(
    seed: int, stratum: str = "firms", round: str = "2026-society", key: RSAPrivateKey = KEY
) -> tuple[bytes, bytes]:
    """A token and its signature, as the voter's browser makes them with the registrar."""
    draw = chance(seed)
    prepared = ballots.prepare(ballots.token_message(round, stratum, draw), ballots.Variant.PSS_RANDOMIZED, draw)
    blinded = ballots.blind(key.public_key(), prepared, ballots.Variant.PSS_RANDOMIZED, draw)
    signed = ballots.blind_sign(key, blinded.blinded_msg, draw)
    sig = ballots.finalize(key.public_key(), prepared, signed, blinded.inverse, ballots.Variant.PSS_RANDOMIZED)
    return prepared, sig


def text64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def ballot(
    *,
    code: str = "",
    token: tuple[bytes, bytes] | None = None,
    receipt: int = 1,
    answers: Any = ANSWERS,
    remark: str = "",
) -> dict[str, Any]:
    """What a browser sends."""
    told: dict[str, Any] = {"receipt": f"{receipt:032x}", "answers": answers, "remark": remark}
    if code:
        told["code"] = code
    if token:
        told["token"], told["signature"] = map(text64, token)
    return told


def submission(**given: Any) -> Any:
    """The same, read."""
    from xiaoneng.web.ballotbox.casting import read_submission

    return read_submission(json.dumps(ballot(**given)).encode())
