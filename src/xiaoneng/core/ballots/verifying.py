"""Verification (核验) of a closed round: whatever was edited, dropped, added, swapped or reordered is named.

Who holds more can check more. Anybody: the signature, the log, published ballots and their counts, his own receipt. The
auditor with the rows of the ballot box: all of them against the signed roots. With the box's key too: which row it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from xiaoneng.core.errors import AnswersError, SealError
from xiaoneng.core.words import say

from .answers import Form, read_answers
from .keys import fingerprint
from .log import Log
from .publishing import FEWEST_PUBLISHED, Counts, Published, recount
from .sealing import (
    RECEIPT_BYTES,
    Closing,
    SignedClosing,
    StoredBallot,
    ballot_leaf,
    check_acknowledgement,
    check_closing,
    has_mac,
    read_closing,
)


class FaultKind(StrEnum):
    """What can be wrong; each has its sentence, `ballots_fault_...`."""

    CLOSING_UNREADABLE = "closing_unreadable"
    CLOSING_UNSIGNED = "closing_unsigned"
    KEY_DIFFERS = "key_differs"
    SEAL_BROKEN = "seal_broken"
    BALLOT_UNREADABLE = "ballot_unreadable"
    BALLOT_TWICE = "ballot_twice"
    BALLOT_MISSING = "ballot_missing"
    BALLOT_ADDED = "ballot_added"
    BALLOTS_DIFFER = "ballots_differ"
    ACKNOWLEDGEMENT_BROKEN = "acknowledgement_broken"
    COUNT_DIFFERS = "count_differs"
    MORE_THAN_ISSUED = "more_than_issued"
    LOG_ORDER = "log_order"
    LOG_TWICE = "log_twice"
    LOG_DIFFERS = "log_differs"
    CODE_UNKNOWN = "code_unknown"
    PUBLISHED_TOO_FEW = "published_too_few"
    PUBLISHED_UNREADABLE = "published_unreadable"
    PUBLISHED_DIFFERS = "published_differs"
    COUNTS_DIFFER = "counts_differ"
    RECEIPT_BROKEN = "receipt_broken"
    RECEIPT_MISSING = "receipt_missing"


class Fault(NamedTuple):
    """One thing that is wrong: its kind, where it is, and a sentence for people."""

    kind: FaultKind
    where: str
    said: str


class Receipt(NamedTuple):
    """What a voter holds: which token, his own random number, and the signature of the ballot box if he kept it."""

    token_hash: bytes
    receipt: bytes = b""
    acknowledgement: bytes = b""


class Evidence(NamedTuple):
    """All that is at hand to check a round by. What is None is not checked."""

    signed: SignedClosing
    box_key: Ed25519PublicKey
    log: Sequence[bytes] | None = None
    published: Published | None = None
    counts: Counts | None = None
    keys: Mapping[str, RSAPublicKey] | None = None
    code_hashes: Mapping[str, Sequence[bytes]] | None = None
    ballots: Sequence[StoredBallot] | None = None
    mac_key: bytes | None = None
    form: Form | None = None
    receipts: Sequence[Receipt] = ()


def checks(evidence: Evidence) -> list[str]:
    """What `verify_round` looks at with this evidence; each has its label, `ballots_check_...`."""
    named = {
        "closing": True,
        "keys": evidence.keys is not None,
        "log": evidence.log is not None,
        "codes": evidence.code_hashes is not None,
        "ballots": evidence.ballots is not None,
        "seals": evidence.ballots is not None and evidence.mac_key is not None,
        "published": evidence.published is not None,
        "counts": evidence.counts is not None,
        "receipts": bool(evidence.receipts),
    }
    return [name for name, is_there in named.items() if is_there]


def verify_round(evidence: Evidence, language: str = "zh") -> list[Fault]:
    """Everything that is wrong with a closed round, in the order it was looked at; nothing where it is whole.

    In      evidence: the closing statement, the public keys, and whatever else is at hand
    Out     faults; of rows the first is the first bad one in the order given. A row is called by the beginning of its
            token hash, which is public
    """
    found = _Faults(language)
    closing = _closing(evidence, found)
    if closing is None:
        return found.listed
    if evidence.keys is not None:
        _check_keys(evidence.keys, closing, found)
    for stratum, count in closing.counts.items():
        if stratum in closing.issued and count > closing.issued[stratum]:
            found.add(FaultKind.MORE_THAN_ISSUED, stratum, ballots=count, issued=closing.issued[stratum])
    if evidence.ballots is not None:
        _check_ballots(evidence, evidence.ballots, closing, found)
    if evidence.log is not None:
        _check_log(evidence.log, closing, found)
    if evidence.code_hashes is not None and evidence.log is not None and not closing.keys:
        known = {hashed for mine in evidence.code_hashes.values() for hashed in mine}
        for leaf in evidence.log:
            if leaf not in known:
                found.add(FaultKind.CODE_UNKNOWN, short(leaf))
    if evidence.published is not None:
        _check_published(evidence.published, evidence.ballots, closing, found)
    if evidence.counts is not None:
        _check_counts(evidence.counts, evidence, found)
    for receipt in evidence.receipts:
        _check_receipt(receipt, evidence, closing, found)
    return found.listed


def verify_rows(
    ballots: Iterable[StoredBallot],
    *,
    round: str,
    mac_key: bytes,
    box_key: Ed25519PublicKey | None = None,
    form: Form | None = None,
    language: str = "zh",
) -> list[Fault]:
    """What is wrong with the rows of a box that is still open: broken seals, strange answers, tokens that stand twice.

    A row taken away, or an older ballot of the same token put back, shows only at the close or by the voter's receipt.
    """
    found = _Faults(language)
    seen: set[bytes] = set()
    for ballot in ballots:
        _check_row(ballot, seen, round, mac_key, box_key, form, found)
    return found.listed


class _Faults:
    def __init__(self, language: str) -> None:
        self.language, self.listed = language, list[Fault]()

    def add(self, kind: FaultKind, where: str, **facts: Any) -> None:
        self.listed.append(Fault(kind, where, say(f"ballots_fault_{kind}", self.language, where=where, **facts)))


def short(token_hash: bytes) -> str:
    """How a token hash is called in a sentence: its first sixteen digits."""
    return token_hash[:8].hex()


def _closing(evidence: Evidence, found: _Faults) -> Closing | None:
    try:
        return check_closing(evidence.signed, evidence.box_key)
    except SealError:
        found.add(FaultKind.CLOSING_UNSIGNED, "closing")
    try:
        return read_closing(evidence.signed.statement)
    except SealError as error:
        found.add(FaultKind.CLOSING_UNREADABLE, "closing", error=str(error))
        return None


def _check_keys(keys: Mapping[str, RSAPublicKey], closing: Closing, found: _Faults) -> None:
    for stratum in sorted({*keys, *closing.keys}):
        if stratum not in keys or fingerprint(keys[stratum]) != closing.keys.get(stratum):
            found.add(FaultKind.KEY_DIFFERS, stratum)


def _check_ballots(evidence: Evidence, ballots: Sequence[StoredBallot], closing: Closing, found: _Faults) -> None:
    seen: set[bytes] = set()
    before = len(found.listed)
    for ballot in ballots:
        _check_row(ballot, seen, closing.round, evidence.mac_key, evidence.box_key, evidence.form, found)
    if evidence.log is not None:
        logged = set(evidence.log)
        for leaf in evidence.log:
            if leaf not in seen:
                found.add(FaultKind.BALLOT_MISSING, short(leaf))
        for ballot in ballots:
            if ballot.token_hash not in logged:
                found.add(FaultKind.BALLOT_ADDED, short(ballot.token_hash))
    _compare(closing.counts, Counter(ballot.stratum for ballot in ballots), found)
    made = Log(ballot_leaf(ballot) for ballot in sorted(ballots, key=lambda ballot: ballot.token_hash)).root
    if made != closing.ballots_root and len(found.listed) == before:
        found.add(FaultKind.BALLOTS_DIFFER, "ballots")


def _check_row(
    ballot: StoredBallot,
    seen: set[bytes],
    round: str,
    mac_key: bytes | None,
    box_key: Ed25519PublicKey | None,
    form: Form | None,
    found: _Faults,
) -> None:
    where = short(ballot.token_hash)
    if mac_key is not None and not has_mac(mac_key, round, ballot):
        found.add(FaultKind.SEAL_BROKEN, where)
    elif not _is_readable(ballot.answers, form):
        found.add(FaultKind.BALLOT_UNREADABLE, where)
    elif box_key is not None and ballot.acknowledgement and not _is_acknowledged(box_key, round, ballot):
        found.add(FaultKind.ACKNOWLEDGEMENT_BROKEN, where)
    if ballot.token_hash in seen:
        found.add(FaultKind.BALLOT_TWICE, where)
    seen.add(ballot.token_hash)


def _is_readable(answers: bytes, form: Form | None = None) -> bool:
    try:
        read_answers(answers, form)
    except AnswersError:
        return False
    return True


def _is_acknowledged(key: Ed25519PublicKey, round: str, held: StoredBallot | Receipt) -> bool:
    if len(held.receipt) != RECEIPT_BYTES:
        return False
    return check_acknowledgement(key, round, held.token_hash, held.receipt, held.acknowledgement)


def _compare(stated: Mapping[str, int], counted: Mapping[str, int], found: _Faults) -> None:
    for stratum in sorted({*stated, *counted}):
        if stated.get(stratum, 0) != counted.get(stratum, 0):
            found.add(FaultKind.COUNT_DIFFERS, stratum, stated=stated.get(stratum, 0), counted=counted.get(stratum, 0))


def _check_log(log: Sequence[bytes], closing: Closing, found: _Faults) -> None:
    before = len(found.listed)
    for place, (one, other) in enumerate(pairwise(log), 1):
        if one == other:
            found.add(FaultKind.LOG_TWICE, short(other), line=place + 1)
        elif one > other:
            found.add(FaultKind.LOG_ORDER, short(other), line=place + 1)
    if len(log) != closing.size or Log(log).root != closing.log_root:
        if len(found.listed) == before:
            found.add(FaultKind.LOG_DIFFERS, "log", leaves=len(log), stated=closing.size)


def _check_published(
    published: Published, ballots: Sequence[StoredBallot] | None, closing: Closing, found: _Faults
) -> None:
    for stratum, mine in published.items():
        if closing.counts.get(stratum, 0) < FEWEST_PUBLISHED:
            found.add(FaultKind.PUBLISHED_TOO_FEW, stratum, fewest=FEWEST_PUBLISHED)
        for place, ballot in enumerate(mine, 1):
            if not _is_readable(ballot):
                found.add(FaultKind.PUBLISHED_UNREADABLE, f"{stratum} {place}")
        held = None
        if ballots is not None:
            held = Counter(ballot.answers for ballot in ballots if ballot.stratum == stratum)
        is_whole = len(mine) == closing.counts.get(stratum) and (held is None or held == Counter(mine))
        if not is_whole or Log(mine).root.hex() != closing.published.get(stratum):
            found.add(FaultKind.PUBLISHED_DIFFERS, stratum)
    for stratum in closing.published:
        if stratum not in published:
            found.add(FaultKind.PUBLISHED_DIFFERS, stratum)


def _check_counts(counts: Counts, evidence: Evidence, found: _Faults) -> None:
    """Every published count against the published ballots, or, where a stratum has none, against the rows."""
    source: dict[str, Iterable[bytes]] = dict(evidence.published or {})
    for stratum in counts:
        if stratum not in source and evidence.ballots is not None:
            source[stratum] = [ballot.answers for ballot in evidence.ballots if ballot.stratum == stratum]
    try:
        counted = recount(source)
    except AnswersError:
        return  # named already, as a ballot that cannot be read
    stated, again = dict(_cells(counts)), dict(_cells(counted))
    for cell in sorted({*stated, *again}):
        if stated.get(cell, 0) != again.get(cell, 0) and (cell[0] in source):
            where = " / ".join(cell)
            found.add(FaultKind.COUNTS_DIFFER, where, stated=stated.get(cell, 0), counted=again.get(cell, 0))


def _cells(counts: Counts) -> Iterator[tuple[tuple[str, str, str, str], int]]:
    for stratum, appraisees in counts.items():
        for appraisee, questions in appraisees.items():
            for question, answers in questions.items():
                for answer, count in answers.items():
                    yield (stratum, appraisee, question, answer), count


def _check_receipt(receipt: Receipt, evidence: Evidence, closing: Closing, found: _Faults) -> None:
    where = short(receipt.token_hash)
    if receipt.acknowledgement and not _is_acknowledged(evidence.box_key, closing.round, receipt):
        found.add(FaultKind.RECEIPT_BROKEN, where)
    elif evidence.log is not None and receipt.token_hash not in evidence.log:
        found.add(FaultKind.RECEIPT_MISSING, where)
