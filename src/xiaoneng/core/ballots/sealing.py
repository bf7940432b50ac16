"""Seals (封存): what makes an edited ballot show, what a voter gets in hand, and what is signed at the close.

Every stored ballot carries a message authentication code made with a key of the ballot box, so that whoever holds the
rows without the key can change nothing unnoticed. The voter gets a signature that says that a ballot with his token was
taken and never what is in it. At the close, counts and two roots are signed; from then on not even the key helps.

Source  RFC 2104 (HMAC), RFC 8032 (Ed25519), RFC 6962 (roots)
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from xiaoneng.core.errors import SealError

from .answers import encoded
from .domains import ACKNOWLEDGEMENT, BALLOT_LEAF, BALLOT_MAC, CLOSING, framed
from .log import Log

MAC_BYTES = 32
RECEIPT_BYTES = 16  # 128 random bits that the voter draws, so that he alone can ask for his acknowledgement again


class StoredBallot(NamedTuple):
    """A ballot as the ballot box stores it. It holds no time and no remark."""

    token_hash: bytes
    stratum: str
    answers: bytes
    mac: bytes
    receipt: bytes = b""
    acknowledgement: bytes = b""


def make_mac_key(random_bytes: Callable[[int], bytes]) -> bytes:
    """A new key for the seals of one round; it is kept outside the database of the ballot box."""
    return random_bytes(MAC_BYTES)


def ballot_mac(box_key: bytes, round: str, token_hash: bytes, stratum: str, answers: bytes) -> bytes:
    """The seal of a stored ballot: HMAC-SHA256 over round, token hash, stratum and canonical answers."""
    sealed = framed(BALLOT_MAC, round.encode(), token_hash, stratum.encode(), answers)
    return hmac.digest(box_key, sealed, hashlib.sha256)


def has_mac(box_key: bytes, round: str, ballot: StoredBallot) -> bool:
    """Whether a stored ballot carries the seal of this key."""
    made = ballot_mac(box_key, round, ballot.token_hash, ballot.stratum, ballot.answers)
    return hmac.compare_digest(made, ballot.mac)


def acknowledge(private_key: Ed25519PrivateKey, round: str, token_hash: bytes, receipt: bytes) -> bytes:
    """What the voter gets: a signature that a ballot with this token was taken. The same call gives the same bytes.

    Raises  SealError where the receipt is not 16 bytes
    """
    return private_key.sign(_acknowledged(round, token_hash, receipt))


def check_acknowledgement(
    public_key: Ed25519PublicKey, round: str, token_hash: bytes, receipt: bytes, acknowledgement: bytes
) -> bool:
    """Whether an acknowledgement was signed by the ballot box of this key."""
    return _holds(public_key, acknowledgement, _acknowledged(round, token_hash, receipt))


def _acknowledged(round: str, token_hash: bytes, receipt: bytes) -> bytes:
    if len(receipt) != RECEIPT_BYTES:
        raise SealError(f"a receipt has {RECEIPT_BYTES} bytes, this has {len(receipt)}: draw another")
    return framed(ACKNOWLEDGEMENT, round.encode(), token_hash, receipt)


def ballot_leaf(ballot: StoredBallot) -> bytes:
    """Leaf of a ballot below the root that is signed at the close."""
    parts = framed(BALLOT_LEAF, ballot.token_hash, ballot.stratum.encode(), ballot.answers, ballot.mac)
    return hashlib.sha256(parts).digest()


class Closing(NamedTuple):
    """What the ballot box states at the close of a round."""

    round: str
    closed_on: str
    counts: Mapping[str, int]  # ballots by stratum, those with none as 0
    issued: Mapping[str, int]  # tokens signed and codes handed out by stratum: no more ballots than these
    ballots_root: bytes
    log_root: bytes
    keys: Mapping[str, str]  # stratum -> fingerprint of its token key
    rules: str = ""  # hash of the round's rules
    published: Mapping[str, str] = {}  # stratum -> root of its published ballots, in their order, as hex

    @property
    def size(self) -> int:
        """Leaves of the log, which is ballots in all."""
        return sum(self.counts.values())

    def statement(self) -> bytes:
        """The canonical text that is signed."""
        return encoded(
            {
                "ballots_root": self.ballots_root.hex(),
                "closed_on": self.closed_on,
                "counts": dict(self.counts),
                "issued": dict(self.issued),
                "keys": dict(self.keys),
                "log_root": self.log_root.hex(),
                "published": dict(self.published),
                "round": self.round,
                "rules": self.rules,
            }
        )


class SignedClosing(NamedTuple):
    """A closing statement as it is published: its text, byte for byte, and the signature."""

    statement: bytes
    signature: bytes


def log_leaves(ballots: Iterable[StoredBallot]) -> list[bytes]:
    """Leaves of the public log: the hashes of the spent tokens and nothing else, sorted."""
    return sorted(ballot.token_hash for ballot in ballots)


def close_round(
    ballots: Iterable[StoredBallot],
    *,
    round: str,
    closed_on: str,
    strata: Sequence[str],
    issued: Mapping[str, int] | None = None,
    keys: Mapping[str, str] | None = None,
    rules: str = "",
    published: Mapping[str, Iterable[bytes]] | None = None,
) -> Closing:
    """The closing statement over the last ballot of every token.

    In      ballots: one row a token; strata: all of the round; issued: tokens and codes given out by stratum;
            published: what `published_ballots` gives, so that the statement answers for it too
    Raises  SealError where a token stands twice, or a stratum is not of the round
    """
    rows = sorted(ballots, key=lambda ballot: ballot.token_hash)
    for one, other in pairwise(rows):
        if one.token_hash == other.token_hash:
            raise SealError(f"token {one.token_hash.hex()} stands twice: only the last ballot of a token is closed")
    found = Counter(ballot.stratum for ballot in rows)
    if strange := sorted(set(found) - set(strata)):
        raise SealError(f"ballots of {strange[0]} were stored, but the round has no such stratum")
    return Closing(
        round=round,
        closed_on=closed_on,
        counts={stratum: found[stratum] for stratum in strata},
        issued=dict(issued or {}),
        ballots_root=Log(ballot_leaf(ballot) for ballot in rows).root,
        log_root=Log(log_leaves(rows)).root,
        keys=dict(keys or {}),
        rules=rules,
        published={stratum: Log(mine).root.hex() for stratum, mine in (published or {}).items()},
    )


def sign_closing(closing: Closing, private_key: Ed25519PrivateKey) -> SignedClosing:
    """The closing statement with the signature of the ballot box."""
    statement = closing.statement()
    return SignedClosing(statement, private_key.sign(framed(CLOSING, statement)))


def check_closing(signed: SignedClosing, public_key: Ed25519PublicKey) -> Closing:
    """What a closing statement says, once its signature holds.

    Raises  SealError where it does not hold under this key, or the text is no closing statement
    """
    if not _holds(public_key, signed.signature, framed(CLOSING, signed.statement)):
        raise SealError(
            "the closing statement is not signed by this key, or was edited: compare the key's fingerprint "
            "with the printed notice"
        )
    return read_closing(signed.statement)


def read_closing(statement: bytes) -> Closing:
    """What the text of a closing statement says, whether signed or not.

    Raises  SealError where the text is no closing statement
    """
    try:
        told = json.loads(statement)
        closing = Closing(
            round=str(told["round"]),
            closed_on=str(told["closed_on"]),
            counts={str(name): int(count) for name, count in told["counts"].items()},
            issued={str(name): int(count) for name, count in told["issued"].items()},
            ballots_root=bytes.fromhex(told["ballots_root"]),
            log_root=bytes.fromhex(told["log_root"]),
            keys={str(name): str(key) for name, key in told["keys"].items()},
            rules=str(told["rules"]),
            published={str(name): str(found) for name, found in told["published"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SealError(f"this text is no closing statement: {error}") from error
    if closing.statement() != statement:
        raise SealError("this text is no closing statement in its canonical form")
    return closing


def _holds(public_key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        public_key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True
