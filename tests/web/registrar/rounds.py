"""A small round to install, chance that can be repeated, and what a voter's browser does."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import (
    Appraisee,
    Group,
    RoundDays,
    RoundKind,
    RoundRules,
    Stratum,
    Way,
    default_questionnaire,
)

NAMED = {"zh": "名称", "en": "name"}
OPENS, CLOSES = date(2026, 11, 1), date(2026, 11, 8)  # of the issue
VOTING = date(2026, 11, 10)


def chance(seed: int) -> Callable[[int], bytes]:
    """Random bytes that are the same each time."""
    return random.Random(seed).randbytes


def a_round(tokens: int = 12, paper: int = 11, **changes: Any) -> RoundRules:
    """Firms with tokens, staff with paper codes; far more are eligible than drawn."""
    given: dict[str, Any] = {
        "code": "2026-society",
        "kind": RoundKind.SOCIETY_RATES_AGENCIES,
        "title": {"zh": "二〇二六年社会评议", "en": "Appraisal of 2026"},
        "groups": (Group("windows", NAMED),),
        "appraisees": (Appraisee("water", NAMED, "windows"),),
        "strata": (
            Stratum("firms", {"zh": "企业", "en": "Firms"}, eligible=900, invited=tokens, weight=0.6, way=Way.TOKEN),
            Stratum("staff", {"zh": "干部", "en": "Staff"}, eligible=400, invited=paper, weight=0.4, way=Way.PAPER),
        ),
        "questionnaire": default_questionnaire(),
        "days": RoundDays(VOTING, date(2026, 11, 20), OPENS, CLOSES),
        "fewest_published": 5,
        "bucket_hours": None,
    }
    return RoundRules(**{**given, **changes})


def a_roll(rules: RoundRules) -> list[Any]:
    """As many persons as the rules invite."""
    from xiaoneng.web.registrar import RollRow

    return [
        RollRow(stratum.code, f"王{stratum.code}{place:05}", f"长宁路{place}号")
        for stratum in rules.strata
        for place in range(stratum.invited)
    ]


class Voter(NamedTuple):
    """What a browser holds while a token is signed."""

    prepared: bytes
    blinded: bytes
    inverse: bytes
    key: RSAPublicKey

    def token(self, signature: bytes) -> bytes:
        """The signature of the token, once the blinding is off."""
        return ballots.finalize(self.key, self.prepared, signature, self.inverse, ballots.Variant.PSS_RANDOMIZED)


def a_voter(round: str, stratum: str, pem: bytes, random_bytes: Callable[[int], bytes]) -> Voter:
    """Draw a token and blind it."""
    key = ballots.read_public(pem, RSAPublicKey)
    variant = ballots.Variant.PSS_RANDOMIZED
    prepared = ballots.prepare(ballots.token_message(round, stratum, random_bytes), variant, random_bytes)
    blinded = ballots.blind(key, prepared, variant, random_bytes)
    return Voter(prepared, blinded.blinded_msg, blinded.inverse, key)
