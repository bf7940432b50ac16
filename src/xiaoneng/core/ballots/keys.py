"""Keys of a round: one RSA key a stratum for tokens, one Ed25519 key for receipts and the closing, one X25519 for the replica.

Key pairs of RSA come from `cryptography` itself, the one place of the core where chance is no argument: its primes are
sound, ours would not be. All other keys are made of 32 bytes that the caller draws.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from xiaoneng.core.errors import BallotKeyError, TooFewEligibleError

BITS = 3072  # 128 bits of strength, good beyond 2030 (NIST SP 800-57 part 1 rev. 5, table 2)
FEWEST_BITS = 2048
FEWEST_ELIGIBLE = 10
KEY_BYTES = 32

PrivateKey = RSAPrivateKey | Ed25519PrivateKey | X25519PrivateKey
PublicKey = RSAPublicKey | Ed25519PublicKey | X25519PublicKey
Private = TypeVar("Private", RSAPrivateKey, Ed25519PrivateKey, X25519PrivateKey)
Public = TypeVar("Public", RSAPublicKey, Ed25519PublicKey, X25519PublicKey)


def make_key(bits: int = BITS) -> RSAPrivateKey:
    """A new signing key for the tokens of one stratum.

    Raises  BallotKeyError below 2048 bits
    """
    if bits < FEWEST_BITS:
        raise BallotKeyError(f"a key of {bits} bits can be broken: make one of at least {FEWEST_BITS}")
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def make_receipt_key(random_bytes: Callable[[int], bytes]) -> Ed25519PrivateKey:
    """A new key for acknowledgements and the closing statement."""
    return Ed25519PrivateKey.from_private_bytes(random_bytes(KEY_BYTES))


def make_replica_key(random_bytes: Callable[[int], bytes]) -> X25519PrivateKey:
    """A new key to open the sealed replica with; it is kept away from the ballot box."""
    return X25519PrivateKey.from_private_bytes(random_bytes(KEY_BYTES))


def private_pem(key: PrivateKey, password: bytes | None = None) -> bytes:
    """A private key as PEM (PKCS 8), encrypted where a password is given."""
    hidden = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)


def public_pem(key: PublicKey) -> bytes:
    """A public key as PEM (SubjectPublicKeyInfo)."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_private(pem: bytes, kind: Callable[..., Private], password: bytes | None = None) -> Private:
    """A private key of one kind from its PEM.

    Raises  BallotKeyError where it cannot be read, is of another kind, or is too short
    """
    try:
        key = load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BallotKeyError(f"the private key cannot be read: {error}") from error
    return _of_kind(key, kind)


def read_public(pem: bytes, kind: Callable[..., Public]) -> Public:
    """A public key of one kind from its PEM; refusals as in `read_private`."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BallotKeyError(f"the public key cannot be read: {error}") from error
    return _of_kind(key, kind)


Key = TypeVar("Key")


def _of_kind(key: Any, kind: Callable[..., Key]) -> Key:
    found: Key = key
    if not isinstance(kind, type) or not isinstance(key, kind):
        raise BallotKeyError(
            f"a key of the kind {getattr(kind, '__name__', kind)} is needed, this is {type(key).__name__}"
        )
    if isinstance(key, RSAPrivateKey | RSAPublicKey) and key.key_size < FEWEST_BITS:
        raise BallotKeyError(f"a key of {key.key_size} bits can be broken: use one of at least {FEWEST_BITS}")
    return found


def fingerprint(public_key: PublicKey) -> str:
    """SHA-256 of the public key (SubjectPublicKeyInfo), in sixteen groups of four, to be printed and compared by eye."""
    info = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    told = hashlib.sha256(info).hexdigest()
    return " ".join(told[place : place + 4] for place in range(0, len(told), 4))


def merged_strata(eligible: Mapping[str, int], fewest: int = FEWEST_ELIGIBLE) -> dict[str, str]:
    """Which key each stratum gets: strata with too few eligible share one with the next smallest.

    A key tells its stratum, and a stratum of three tells nearly who voted. The smallest joins the next smallest until
    none is too small; ties go by name, so that the same roll gives the same keys.

    In      eligible: how many may vote, by stratum
    Out     stratum -> name of its key; a shared one is the names joined by "+", in the order of the alphabet
    Raises  TooFewEligibleError where all together are fewer than `fewest`
    """
    total = sum(eligible.values())
    if total < fewest:
        raise TooFewEligibleError(
            f"{total} may vote in this round; with fewer than {fewest} nobody's ballot is secret: widen the round"
        )
    groups = [(count, [name]) for name, count in eligible.items()]
    while True:
        groups.sort(key=lambda group: (group[0], sorted(group[1])))
        if groups[0][0] >= fewest:
            break
        (few, names), (more, others), *rest = groups
        groups = [(few + more, names + others), *rest]
    return {name: "+".join(sorted(names)) for _, names in groups for name in names}
