"""Keyed marks of the box, beside the seal of a ballot that the core makes.

The margin of a ballot (bucket, mark of its receipt, remark) has a seal of its own. A keyed sum over all ballots shows that a
row was taken out or put back, and tells nothing of the rows.

Source  RFC 2104 (HMAC); Clarke, Devadas, van Dijk, Gassend, Suh: Incremental multiset hash functions, ASIACRYPT 2003
        (MSet-Add-Hash: the sum of keyed hashes modulo 2^m behind a mask that changes each time)
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import NamedTuple

_TAG = b"xiaoneng/ballotbox/1/"
SHA256_BYTES = 32
_MODULUS = 1 << 8 * SHA256_BYTES
MARK_BYTES = 16


def _keyed(key: bytes, purpose: bytes, *parts: bytes) -> bytes:
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in (_TAG + purpose, *parts))
    return hmac.digest(key, framed, hashlib.sha256)


def receipt_mark(key: bytes, round: str, token_hash: bytes, receipt: bytes) -> bytes:
    """What the box keeps of a receipt: it can be recognised and not be read."""
    return _keyed(key, b"receipt", round.encode(), token_hash, receipt)[:MARK_BYTES]


def remark_mark(key: bytes, round: str, token_hash: bytes) -> bytes:
    """Under which name the remark of a ballot lies while voting runs."""
    return _keyed(key, b"remark", round.encode(), token_hash)[:MARK_BYTES]


def margin_mac(key: bytes, round: str, token_hash: bytes, *, bucket: int | None, mark: bytes, remark: str) -> bytes:
    """The seal of what stands beside the answers."""
    told = b"" if bucket is None else str(bucket).encode()
    return _keyed(key, b"margin", round.encode(), token_hash, told, mark, remark.encode())


def sheet_mac(key: bytes, round: str, *parts: bytes) -> bytes:
    """The seal of one entry of a sheet."""
    return _keyed(key, b"sheet", round.encode(), *parts)


def round_seal(key: bytes, parts: Iterable[bytes]) -> bytes:
    """The seal of a round's rules, keys and codes."""
    return _keyed(key, b"round", *parts)


class Tally(NamedTuple):
    """Count and keyed sum of the ballots of a round."""

    ballots: int
    total: int

    def plus(self, key: bytes, mac: bytes, margin: bytes) -> Tally:
        """With one ballot more."""
        return Tally(self.ballots + 1, (self.total + _element(key, mac, margin)) % _MODULUS)

    def minus(self, key: bytes, mac: bytes, margin: bytes) -> Tally:
        """With one ballot less."""
        return Tally(self.ballots - 1, (self.total - _element(key, mac, margin)) % _MODULUS)

    def masked(self, key: bytes, round: str, nonce: bytes) -> bytes:
        """The sum as it is stored, behind a mask of this key and nonce."""
        return ((self.total + _mask(key, round, self.ballots, nonce)) % _MODULUS).to_bytes(SHA256_BYTES, "big")


EMPTY = Tally(0, 0)


def unmasked(key: bytes, round: str, ballots: int, nonce: bytes, masked: bytes) -> Tally:
    """The tally behind its mask; without the right key and count it is a number that no rows add up to."""
    total = (int.from_bytes(masked, "big") - _mask(key, round, ballots, nonce)) % _MODULUS
    return Tally(ballots, total)


def _mask(key: bytes, round: str, ballots: int, nonce: bytes) -> int:
    return int.from_bytes(_keyed(key, b"tally-mask", round.encode(), str(ballots).encode(), nonce), "big")


def _element(key: bytes, mac: bytes, margin: bytes) -> int:
    return int.from_bytes(_keyed(key, b"tally", mac, margin), "big")
