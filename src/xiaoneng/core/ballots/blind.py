"""Blind signatures by RSA (盲签名): the registrar signs a token that it cannot see.

The voter multiplies the encoded message by r^e; the registrar signs that; the voter divides by r and holds a plain
RSASSA-PSS signature. Whoever signed learns nothing by which the signature could be recognised later.

Source  RFC 9474 (RSABSSA), sections 4 and 5; RFC 8017, sections 9.1.1 (EMSA-PSS) and B.2.1 (MGF1)
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from xiaoneng.core.errors import TokenError

PREFIX_BYTES = 32
_HASH_BYTES = 48  # SHA-384


class Variant(StrEnum):
    """The four variants of RFC 9474, section 5. The first is the one to take where nothing speaks against it."""

    PSS_RANDOMIZED = "RSABSSA-SHA384-PSS-Randomized"
    PSSZERO_RANDOMIZED = "RSABSSA-SHA384-PSSZERO-Randomized"
    PSS_DETERMINISTIC = "RSABSSA-SHA384-PSS-Deterministic"
    PSSZERO_DETERMINISTIC = "RSABSSA-SHA384-PSSZERO-Deterministic"

    @property
    def salt_bytes(self) -> int:
        return 0 if "PSSZERO" in self else _HASH_BYTES

    @property
    def prefix_bytes(self) -> int:
        """How many random bytes stand before the message once it is prepared."""
        return PREFIX_BYTES if self.endswith("Randomized") else 0


class Blinded(NamedTuple):
    """What goes to the registrar, and what the voter keeps to himself."""

    blinded_msg: bytes
    inverse: bytes


def prepare(msg: bytes, variant: Variant, random_bytes: Callable[[int], bytes]) -> bytes:
    """The message as it is signed: behind 32 random bytes in the randomized variants (RFC 9474, 4.1)."""
    return _drawn(random_bytes, variant.prefix_bytes) + msg if variant.prefix_bytes else msg


def blind(
    public_key: RSAPublicKey, prepared_msg: bytes, variant: Variant, random_bytes: Callable[[int], bytes]
) -> Blinded:
    """The prepared message encoded and blinded (RFC 9474, 4.2).

    In      random_bytes: asked first for the salt, then for r until it lies below n and has an inverse
    Out     blinded_msg, for the registrar; inverse of r, to be kept secret until `finalize`
    """
    n, e, length = _numbers(public_key)
    encoded = int.from_bytes(_encoded(prepared_msg, n.bit_length() - 1, _drawn(random_bytes, variant.salt_bytes)))
    if math.gcd(encoded, n) != 1:
        raise TokenError("the encoded message shares a factor with the key: the key is unfit, ask for another")
    r = _coprime(n, random_bytes)
    blinded = encoded * pow(r, e, n) % n
    return Blinded(blinded.to_bytes(length), pow(r, -1, n).to_bytes(length))


class Signer:
    """A signing key of the registrar, its numbers taken out once."""

    def __init__(self, private_key: RSAPrivateKey) -> None:
        numbers = private_key.private_numbers()
        self._p, self._q = numbers.p, numbers.q
        self._dp, self._dq, self._q_inverse = numbers.dmp1, numbers.dmq1, numbers.iqmp
        self._n, self._e = numbers.public_numbers.n, numbers.public_numbers.e
        self._length = (self._n.bit_length() + 7) // 8

    def blind_sign(self, blinded_msg: bytes, random_bytes: Callable[[int], bytes]) -> bytes:
        """The signature under a blinded message (RFC 9474, 4.3).

        The number that is raised to d is multiplied by a random r^e first, so that the time it takes says nothing of
        the key (Kocher 1996); the result is raised to e again before it is given out, since a single fault in one
        half would betray p and q (Boneh, DeMillo, Lipton 1997).

        Raises  TokenError where the message has the wrong length or is not below n, or the check fails
        """
        m = int.from_bytes(blinded_msg)
        if len(blinded_msg) != self._length or not 0 < m < self._n:
            raise TokenError(
                f"a blinded message for this key has {self._length} bytes and a value below the key's modulus; "
                f"{len(blinded_msg)} bytes were sent: blind the token once more with the published key"
            )
        r = _coprime(self._n, random_bytes)
        hidden = m * pow(r, self._e, self._n) % self._n
        s = self._raised(hidden) * pow(r, -1, self._n) % self._n
        if pow(s, self._e, self._n) != m:
            raise TokenError("the signature does not hold under its own key and was not given out: check the machine")
        return s.to_bytes(self._length)

    def _raised(self, number: int) -> int:
        """number^d mod n by the Chinese remainder theorem (RFC 8017, 5.1.2)."""
        at_p, at_q = pow(number, self._dp, self._p), pow(number, self._dq, self._q)
        return at_q + self._q * ((at_p - at_q) * self._q_inverse % self._p)


def blind_sign(private_key: RSAPrivateKey, blinded_msg: bytes, random_bytes: Callable[[int], bytes]) -> bytes:
    """The signature under a blinded message; a server that signs many keeps a `Signer`."""
    return Signer(private_key).blind_sign(blinded_msg, random_bytes)


def finalize(
    public_key: RSAPublicKey, prepared_msg: bytes, blind_sig: bytes, inverse: bytes, variant: Variant
) -> bytes:
    """The signature with the blinding taken off, checked (RFC 9474, 4.4).

    Raises  TokenError where the lengths are wrong or the signature does not hold: the signer used another key
    """
    n, _, length = _numbers(public_key)
    if len(blind_sig) != length or len(inverse) != length:
        raise TokenError(f"signature and inverse have {length} bytes each under this key")
    sig = (int.from_bytes(blind_sig) * int.from_bytes(inverse) % n).to_bytes(length)
    if not verify(public_key, sig, prepared_msg, variant):
        raise TokenError("the signature does not hold under the published key: do not vote with it, tell the office")
    return sig


class Verifier:
    """A public key of the registrar that checks signatures: about 0.05 ms each."""

    def __init__(self, public_key: RSAPublicKey, variant: Variant = Variant.PSS_RANDOMIZED) -> None:
        self.public_key, self.variant = public_key, variant
        self._padding = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=variant.salt_bytes)
        self._hash = hashes.SHA384()

    def verify(self, sig: bytes, prepared_msg: bytes) -> bool:
        """Whether the signature holds (RSASSA-PSS-VERIFY, RFC 8017, 8.1.2)."""
        try:
            self.public_key.verify(sig, prepared_msg, self._padding, self._hash)
        except InvalidSignature:
            return False
        return True


def verify(
    public_key: RSAPublicKey, sig: bytes, prepared_msg: bytes, variant: Variant = Variant.PSS_RANDOMIZED
) -> bool:
    """Whether a finished signature holds; a server that checks many keeps a `Verifier`."""
    return Verifier(public_key, variant).verify(sig, prepared_msg)


def _numbers(public_key: RSAPublicKey) -> tuple[int, int, int]:
    numbers = public_key.public_numbers()
    return numbers.n, numbers.e, (numbers.n.bit_length() + 7) // 8


def _drawn(random_bytes: Callable[[int], bytes], length: int) -> bytes:
    drawn = random_bytes(length) if length else b""
    if len(drawn) != length:
        raise TokenError(f"{length} random bytes were asked for and {len(drawn)} came: check the source of chance")
    return drawn


def _coprime(n: int, random_bytes: Callable[[int], bytes]) -> int:
    """A number below n, every one as likely as any other, that has an inverse."""
    length, spare = (n.bit_length() + 7) // 8, -n.bit_length() % 8
    while True:
        r = int.from_bytes(_drawn(random_bytes, length)) >> spare
        if 0 < r < n and math.gcd(r, n) == 1:
            return r


def _encoded(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE with SHA-384 (RFC 8017, 9.1.1)."""
    length = (bits + 7) // 8
    hashed = hashlib.sha384(b"\0" * 8 + hashlib.sha384(message).digest() + salt).digest()
    block = b"\0" * (length - len(salt) - _HASH_BYTES - 2) + b"\1" + salt
    masked = int.from_bytes(block) ^ int.from_bytes(_mask(hashed, len(block)))
    masked &= (1 << (8 * len(block) - (8 * length - bits))) - 1
    return masked.to_bytes(len(block)) + hashed + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    """MGF1 with SHA-384 (RFC 8017, B.2.1)."""
    blocks = (hashlib.sha384(seed + count.to_bytes(4)).digest() for count in range(-(-length // _HASH_BYTES)))
    return b"".join(blocks)[:length]
