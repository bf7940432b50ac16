"""Every way to change the registrar: install a round, issue tokens, count signatures, close, delete.

Nothing here writes a line about a person to a log or a trace, and nothing keeps a time.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.db import transaction

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import RoundRules, Way

from . import keys, queries, roll
from .models import SigningRound, SigningStratum
from .refusals import (
    AlreadyIssuedError,
    IssueClosedError,
    IssueNotOpenError,
    IssueRunningError,
    NotOnRollError,
    RollError,
    SignaturesError,
)

FEWEST_DRAWN = 10  # persons who share a key: of fewer, nobody's ballot is secret
REWRITE_ONE_IN = 64  # issues, by chance: between two rewrites PostgreSQL still shows the order of the last few

RandomBytes = Callable[[int], bytes]


class RollRow(NamedTuple):
    """One person drawn for a round."""

    stratum: str
    name: str
    contact: str = ""  # where the invitation is sent, or the person's office


class Invitation(NamedTuple):
    """What goes to one person, once; the code is kept nowhere."""

    stratum: str
    name: str
    contact: str
    code: str


class Installed(NamedTuple):
    """What comes out of an installation: keys to be published, invitations to be printed and forgotten."""

    public_keys: dict[str, bytes]
    fingerprints: dict[str, str]
    invitations: tuple[Invitation, ...]


def install_round(
    rules: RoundRules,
    people: Iterable[RollRow],
    random_bytes: RandomBytes = os.urandom,
    *,
    make_key: Callable[[], RSAPrivateKey] = ballots.make_key,
) -> Installed:
    """Take in the roll of a round, make a signing key for each stratum with tokens and a code for each of its persons.

    In      people: one row a person drawn, exactly as many as the rules invite in each stratum
    Out     invitations, in the order of the roll, for strata with tokens; a stratum with paper codes gets none
    Raises  RollError where the round is here already, or the roll does not fit its rules
    """
    rows = _fitting(rules.checked(), list(people))
    if SigningRound.objects.filter(pk=rules.code).exists():
        raise RollError(f"round {rules.code} is installed already: remove it first, or give the round another code")
    private = {stratum.code: make_key() for stratum in rules.strata if stratum.way is Way.TOKEN}
    invitations: list[Invitation] = []
    entries: list[roll.Entry] = []
    codes: set[str] = set()
    for row in rows:
        if row.stratum not in private:
            entries.append(roll.Entry(random_bytes(roll.KEY_BYTES), row.stratum, row.name, row.contact))
            continue
        code = ballots.make_code(random_bytes)
        while code in codes:
            code = ballots.make_code(random_bytes)
        codes.add(code)
        entries.append(roll.Entry(roll.person_key(rules.code, code), row.stratum, row.name, row.contact))
        invitations.append(Invitation(row.stratum, row.name, row.contact, code))
    public = {stratum: key.public_key() for stratum, key in private.items()}
    prints = {stratum: ballots.fingerprint(key) for stratum, key in public.items()}
    pems = {stratum: ballots.public_pem(key) for stratum, key in public.items()}
    with transaction.atomic(using=roll.connection().alias):
        made = SigningRound.objects.create(pk=rules.code, rules=rules.as_dict(), rules_hash=rules.hash)
        for stratum in rules.strata:
            SigningStratum.objects.create(
                round=made,
                code=stratum.code,
                eligible=stratum.eligible,
                drawn=stratum.invited,
                has_tokens=stratum.code in private,
                public_key=pems.get(stratum.code, b"").decode(),
                fingerprint=prints.get(stratum.code, ""),
            )
        roll.load(rules.code, entries)
        keys.destroy(rules.code)  # of an installation that broke off
        for code, key in private.items():
            keys.keep(rules.code, code, key)
    return Installed(pems, prints, tuple(invitations))


def issue(
    round: str, invitation_code: str, blinded_msg: bytes, on: date, random_bytes: RandomBytes = os.urandom
) -> bytes:
    """The blind signature for the person who holds this code: one token a person.

    The same blinded message sent again gets the same signature again, so that a lost answer costs nobody the token.

    Raises  IssueNotOpenError, IssueClosedError outside the days of issue; NotOnRollError, CodeError for a wrong code;
            AlreadyIssuedError for a second, different message; TokenError for one that is no blinded message
    """
    signing = queries.round_of(round)
    refuse_outside_the_days(signing, queries.rules_of(signing), on)
    key, hashed = roll.person_key(round, invitation_code), roll.message_hash(blinded_msg)
    person = roll.tick_of(round, key)
    if person is None:
        raise NotOnRollError(f"no person on the roll of round {round} has this code: compare it with the letter")
    if person.is_issued and person.message_hash != hashed:
        raise AlreadyIssuedError(
            f"a token of round {round} was issued for this code already; there is one for each person"
        )
    signature = keys.signer(round, person.stratum).blind_sign(blinded_msg, random_bytes)
    if not person.is_issued and not note(round, key, hashed, random_bytes):
        again = roll.tick_of(round, key)  # the same code was sent twice at once
        if again is None or again.message_hash != hashed:
            raise AlreadyIssuedError(
                f"a token of round {round} was issued for this code already; there is one for each person"
            )
    return signature


def note(round: str, key: bytes, hashed: bytes, random_bytes: RandomBytes = os.urandom) -> bool:
    """Note that a token was issued to a person, and now and then write the roll afresh; False where one was already."""
    is_first = roll.tick(round, key, hashed)
    if int.from_bytes(random_bytes(2)) % REWRITE_ONE_IN == 0:
        roll.rewrite()
    return is_first


def close_issue(round: str, on: date | None = None) -> dict[str, int]:
    """End the issue for everybody: count, destroy the private keys, and write the roll afresh. Once more changes nothing.

    In      on: the day; None ends it whatever the days say, as for a round that is given up
    Out     tokens issued by stratum with tokens
    Raises  IssueRunningError before the last day of issue is over
    """
    signing = queries.round_of(round)
    closes_on = queries.rules_of(signing).days.issue_closes_on
    if on is not None and closes_on is not None and on <= closes_on and not signing.is_issue_closed:
        raise IssueRunningError(
            f"tokens of round {round} are issued until {closes_on}: close it the day after, or later"
        )
    if not signing.is_issue_closed:
        with transaction.atomic(using=roll.connection().alias):
            SigningRound.objects.filter(pk=round).update(is_issue_closed=True, issue_closed_on=on)
            counted = roll.issued(round)
            for stratum in signing.strata.filter(has_tokens=True):
                SigningStratum.objects.filter(pk=stratum.pk).update(issued=counted.get(stratum.code, 0))
    keys.destroy(round)
    roll.rewrite()
    roll.compact()
    return {one.code: one.issued or 0 for one in SigningStratum.objects.filter(round=round, has_tokens=True)}


def close_overdue(on: date) -> list[str]:
    """Close every round whose last day of issue is over; says which."""
    closed = []
    for signing in SigningRound.objects.filter(is_issue_closed=False):
        closes_on = queries.rules_of(signing).days.issue_closes_on
        if closes_on is not None and on > closes_on:
            close_issue(signing.code, on)
            closed.append(signing.code)
    return closed


def enter_signatures(round: str, stratum: str, count: int, by: str) -> bool:
    """Note how many signatures one person counted on the roll of paper codes; a second person's count settles it.

    Out     whether it is settled: two persons counted the same
    Raises  SignaturesError where the stratum votes with tokens, the count is impossible or settled, or the two differ
    """
    signing = queries.round_of(round)
    found = signing.strata.filter(code=stratum, has_tokens=False).first()
    if found is None:
        raise SignaturesError(f"round {round} hands out no paper codes to {stratum}: there are no signatures to count")
    if found.signatures_compared is not None:
        raise SignaturesError(f"the signatures of {stratum} were counted by two persons already: {found.signatures}")
    if not 0 <= count <= found.drawn:
        raise SignaturesError(f"{count} signatures of {found.drawn} persons on the roll of {stratum}: count again")
    rows = SigningStratum.objects.filter(pk=found.pk)
    if found.signatures is None or found.signatures_by == by:
        rows.update(signatures=count, signatures_by=by)
        return False
    if count != found.signatures:
        rows.update(signatures=None, signatures_by="")
        raise SignaturesError(
            f"two persons counted {found.signatures} and {count} signatures of {stratum}: both counts are struck out, count again"
        )
    rows.update(signatures_compared=count, signatures_compared_by=by)
    return True


class Reconciled(NamedTuple):
    """Paper codes handed out and signatures on the roll, of one stratum."""

    handed_out: int
    signatures: int | None  # None until two persons counted the same

    @property
    def agrees(self) -> bool:
        return self.handed_out == self.signatures


def reconcile(round: str, handed_out: Mapping[str, int]) -> dict[str, Reconciled]:
    """Codes handed out, as the ballot box knows them, beside the signatures, by stratum with paper codes."""
    paper = queries.round_of(round).strata.filter(has_tokens=False).order_by("pk")
    return {
        one.code: Reconciled(
            handed_out.get(one.code, 0), one.signatures if one.signatures_compared is not None else None
        )
        for one in paper
    }


def delete_roll(round: str) -> None:
    """Delete who was drawn, and who was issued a token; the counts stay.

    Raises  IssueRunningError while tokens are issued
    """
    if not queries.round_of(round).is_issue_closed:
        raise IssueRunningError(f"tokens of round {round} are still issued: close the issue before the roll is deleted")
    with transaction.atomic(using=roll.connection().alias):
        roll.delete(round)
        SigningRound.objects.filter(pk=round).update(is_roll_deleted=True)
    roll.rewrite()
    roll.compact()


def remove_round(round: str) -> None:
    """Remove a round with its roll, keys and counts, as when it was installed by mistake."""
    signing = queries.round_of(round)
    with transaction.atomic(using=roll.connection().alias):
        roll.delete(round)
        signing.delete()
    keys.destroy(round)
    roll.rewrite()
    roll.compact()


def refuse_outside_the_days(signing: SigningRound, rules: RoundRules, on: date) -> None:
    """Nothing where tokens of this round are issued on this day; else why not.

    Raises  IssueNotOpenError, IssueClosedError
    """
    opens_on, closes_on = rules.days.issue_opens_on, rules.days.issue_closes_on
    if opens_on is None or closes_on is None:
        raise IssueNotOpenError(f"round {signing.code} issues no tokens: its voters get codes on paper")
    if signing.is_issue_closed or on > closes_on:
        raise IssueClosedError(f"the issue of tokens in round {signing.code} ended with {closes_on}")
    if on < opens_on:
        raise IssueNotOpenError(
            f"tokens of round {signing.code} are issued from {opens_on} to {closes_on}: come back then"
        )


def _fitting(rules: RoundRules, rows: list[RollRow]) -> list[RollRow]:
    """The rows, trimmed, where they fit the rules."""
    known = {stratum.code: stratum for stratum in rules.strata}
    rows = [RollRow(row.stratum.strip(), row.name.strip(), row.contact.strip()) for row in rows]
    for place, row in enumerate(rows, 1):
        if row.stratum not in known:
            raise RollError(
                f"row {place}: round {rules.code} has no stratum {row.stratum!r}; it has {', '.join(known)}"
            )
        if not row.name:
            raise RollError(f"row {place} has no name: every person drawn is named")
        for what, most in roll.LONGEST.items():
            told = getattr(row, what)
            if len(told) > most or not told.isprintable():
                raise RollError(f"row {place}: {what} may have {most} characters, none of them a control sign")
    twice = [row for row, times in Counter(rows).items() if times > 1]
    if twice:
        places = [str(place) for place, row in enumerate(rows, 1) if row == twice[0]]
        raise RollError(f"rows {' and '.join(places)} are the same person: each person stands once")
    drawn = Counter(row.stratum for row in rows)
    for stratum in rules.strata:
        if stratum.way is Way.PAPER and not drawn[stratum.code]:
            continue  # who signs for a sealed code may stand on a roll that never leaves its holder
        if drawn[stratum.code] != stratum.invited:
            raise RollError(
                f"stratum {stratum.code} has {drawn[stratum.code]} persons on the roll and the rules invite {stratum.invited}: "
                "take the roll of the published draw"
            )
        if stratum.way is Way.TOKEN and stratum.invited < FEWEST_DRAWN:
            raise RollError(
                f"stratum {stratum.code} draws {stratum.invited} persons: a signing key must be shared by {FEWEST_DRAWN} or "
                "more; merge it with another stratum, or hand out codes on paper"
            )
    return rows
