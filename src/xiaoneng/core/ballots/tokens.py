"""Tokens (令牌): what a voter holds after the registrar has signed blindly, and how the ballot box reads it.

A token says its round and its stratum and is random otherwise. The key of the stratum must hold over it; nothing else
is known of who sends it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from xiaoneng.core.errors import TokenError

from .blind import Variant, Verifier
from .domains import TOKEN_HASH, framed

SECRET_BYTES = 32
_NAME = re.compile(r"[^|\x00-\x1f\x7f]{1,100}")


class Token(NamedTuple):
    """A token as the ballot box reads it."""

    round: str
    stratum: str
    secret: bytes


def named(name: str, what: str) -> str:
    """A round or a stratum that may stand in a token, a code or a seal: not empty, without a bar or control signs."""
    if not _NAME.fullmatch(name):
        raise TokenError(f"{what} {name!r} cannot stand in a token: 1 to 100 characters, no bar, no control signs")
    return name


def token_message(round: str, stratum: str, random_bytes: Callable[[int], bytes]) -> bytes:
    """A new token message: round, stratum and 32 random bytes, before it is prepared and blinded."""
    head = f"{named(round, 'round')}|{named(stratum, 'stratum')}|"
    return head.encode() + random_bytes(SECRET_BYTES)


def parse_token(prepared_msg: bytes, variant: Variant = Variant.PSS_RANDOMIZED) -> Token:
    """Round, stratum and secret of a prepared message.

    Raises  TokenError where it is not made like a token
    """
    body = prepared_msg[variant.prefix_bytes :]
    parts = body[:-SECRET_BYTES].split(b"|")
    if len(body) <= SECRET_BYTES or len(parts) != 3 or parts[2]:
        raise TokenError("this is no token: round, stratum and 32 random bytes are expected; copy the token again")
    try:
        of_round, stratum = (part.decode() for part in parts[:2])
    except UnicodeDecodeError as error:
        raise TokenError("this is no token: its round or stratum is not text; copy the token again") from error
    return Token(named(of_round, "round"), named(stratum, "stratum"), body[-SECRET_BYTES:])


def token_hash(round: str, stratum: str, message: bytes) -> bytes:
    """What the ballot box keeps of a spent token: SHA-256 of its prepared message, with round and stratum.

    The message, not the signature: one message signed twice is one token.
    """
    return hashlib.sha256(framed(TOKEN_HASH, round.encode(), stratum.encode(), message)).digest()


def take_token(
    prepared_msg: bytes, sig: bytes, *, round: str, verifiers: Mapping[str, Verifier], stratum: str | None = None
) -> tuple[str, bytes]:
    """Stratum and hash of a token that is good for this round.

    In      verifiers: the published keys of the round, by stratum; stratum: the only one allowed, where given
    Raises  TokenError for another round or stratum, or where the signature does not hold
    """
    variant = next(iter(verifiers.values())).variant if verifiers else Variant.PSS_RANDOMIZED
    token = parse_token(prepared_msg, variant)
    if token.round != round:
        raise TokenError(f"this token is for the round {token.round}, here is {round}: open the page of that round")
    if stratum is not None and token.stratum != stratum:
        raise TokenError(f"this token is for {token.stratum}, not for {stratum}")
    verifier = verifiers.get(token.stratum)
    if verifier is None:
        raise TokenError(f"the round {round} has no voters called {token.stratum}")
    if not verifier.verify(sig, prepared_msg):
        raise TokenError(f"the signature of this token does not hold under the published key of {token.stratum}")
    return token.stratum, token_hash(round, token.stratum, prepared_msg)
