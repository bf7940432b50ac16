"""The sealed replica (密封副本): the one encrypted copy of a running ballot box, overwritten each time.

A fresh X25519 key agrees with the public key of those who keep the replica; HKDF-SHA256 makes an AES-256-GCM key of
that. The ballot box can write replicas and can open none.

Source  RFC 7748 (X25519), RFC 5869 (HKDF), NIST SP 800-38D (GCM)
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xiaoneng.core.errors import SealError

from .domains import REPLICA

_MAGIC = b"XNREPL1\n"
_KEY_BYTES = 32
_NONCE = b"\0" * 12  # each key is used once, so that a fixed nonce repeats nothing


def seal_replica(data: bytes, public_key: X25519PublicKey, random_bytes: Callable[[int], bytes]) -> bytes:
    """Data that only the holder of the private key can read, and nobody can change unnoticed."""
    fresh = X25519PrivateKey.from_private_bytes(random_bytes(_KEY_BYTES))
    sent = fresh.public_key().public_bytes_raw()
    key = _key(fresh.exchange(public_key), sent, public_key.public_bytes_raw())
    return _MAGIC + sent + AESGCM(key).encrypt(_NONCE, data, _MAGIC + sent)


def open_replica(sealed: bytes, private_key: X25519PrivateKey) -> bytes:
    """The data of a sealed replica.

    Raises  SealError where it is none, is damaged, or was sealed for another key
    """
    head = len(_MAGIC) + _KEY_BYTES
    if not sealed.startswith(_MAGIC) or len(sealed) < head:
        raise SealError("this file is no sealed replica of a ballot box")
    sent = sealed[len(_MAGIC) : head]
    try:
        shared = private_key.exchange(X25519PublicKey.from_public_bytes(sent))
        key = _key(shared, sent, private_key.public_key().public_bytes_raw())
        return AESGCM(key).decrypt(_NONCE, sealed[head:], sealed[:head])
    except (InvalidTag, ValueError) as error:
        raise SealError("the replica cannot be opened: it is damaged, or was sealed for another key") from error


def _key(shared: bytes, sent: bytes, receiver: bytes) -> bytes:
    made = HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=None, info=REPLICA + sent + receiver)
    return made.derive(shared)
