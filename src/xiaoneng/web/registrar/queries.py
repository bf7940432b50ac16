"""Every way to read the registrar. None tells who was issued a token, save a person about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xiaoneng.core.appraisal import RoundRules, read_rules

from . import keys, roll
from .models import SigningRound, SigningStratum
from .refusals import NotOnRollError, UnknownRoundError

_rules: dict[str, RoundRules] = {}  # by their hash: they never change


def round_of(code: str) -> SigningRound:
    """The round of a code.

    Raises  UnknownRoundError
    """
    found = SigningRound.objects.filter(pk=code).first()
    if found is None:
        raise UnknownRoundError(
            f"no round {code} is installed with this registrar: compare the address with the letter"
        )
    return found


def rules_of(signing: SigningRound) -> RoundRules:
    """The rules of a round, as they were installed."""
    if signing.rules_hash not in _rules:
        _rules[signing.rules_hash] = read_rules(signing.rules)
    return _rules[signing.rules_hash]


def stratum_of(round: str, invitation_code: str) -> tuple[SigningStratum, bool]:
    """The stratum of the person who holds a code, and whether a token was issued to them.

    Raises  NotOnRollError, CodeError
    """
    person = roll.tick_of(round, roll.person_key(round, invitation_code))
    if person is None:
        raise NotOnRollError(f"no person on the roll of round {round} has this code: compare it with the letter")
    return SigningStratum.objects.get(round=round, code=person.stratum), person.is_issued


def issued_counts(round: str) -> dict[str, int | None]:
    """Tokens issued and paper codes signed for, by stratum; None where two persons have not yet counted the signatures."""
    signing = round_of(round)
    running = {} if signing.is_issue_closed else roll.issued(round)
    counts: dict[str, int | None] = {}
    for one in signing.strata.order_by("pk"):
        if one.has_tokens:
            counts[one.code] = one.issued if one.issued is not None else running.get(one.code, 0)
        else:
            counts[one.code] = one.signatures if one.signatures_compared is not None else None
    return counts


def public_keys(round: str) -> dict[str, bytes]:
    """The public keys of a round, by stratum with tokens."""
    return {one.code: one.public_key.encode() for one in round_of(round).strata.filter(has_tokens=True).order_by("pk")}


def fingerprints(round: str) -> dict[str, str]:
    """The fingerprints of these keys, as they are published before the first token."""
    return {one.code: one.fingerprint for one in round_of(round).strata.filter(has_tokens=True).order_by("pk")}


def signature_counters(round: str) -> dict[str, tuple[str, ...]]:
    """Who has counted the signatures of each stratum with paper codes: nobody, one, or two who agree. Never what they counted."""
    return {
        one.code: tuple(name for name in (one.signatures_by, one.signatures_compared_by) if name)
        for one in round_of(round).strata.filter(has_tokens=False).order_by("pk")
    }


def published(round: str) -> list[dict[str, Any]]:
    """What everybody may know of each stratum: eligible, drawn; issued only once the issue is closed for all."""
    signing = round_of(round)
    rules = rules_of(signing)
    titles: Mapping[str, Mapping[str, str]] = {one.code: one.title for one in rules.strata}
    counts = issued_counts(round) if signing.is_issue_closed else {}
    return [
        {
            "code": one.code,
            "title": titles[one.code],
            "eligible": one.eligible,
            "drawn": one.drawn,
            "has_tokens": one.has_tokens,
            "issued": counts.get(one.code),
            "fingerprint": one.fingerprint,
        }
        for one in signing.strata.order_by("pk")
    ]


def are_keys_destroyed(round: str) -> bool:
    """Whether nobody can sign a token of this round any more."""
    return round_of(round).is_issue_closed and not keys.has_any(round)


def people(round: str, stratum: str) -> list[tuple[str, str]]:
    """Name and contact of the persons drawn, in the order of their names: for the roll that is signed on paper.

    Raises  UnknownRoundError
    """
    round_of(round)
    return list(roll.people(round, stratum))
