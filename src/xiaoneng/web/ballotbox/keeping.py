"""Keys of the box, outside its database: a file a round and key in a folder that only the owner can read.

XIAONENG_BOX_KEYS names the folder; default `box-keys` in the data folder. The key of the seals is destroyed at the close: from
then on the signed statements hold, and nobody, not even the box, can seal another ballot.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.conf import settings

from xiaoneng.core import ballots

from .errors import KeysMissingError


class BoxKeys(NamedTuple):
    """Both secrets of a round."""

    mac: bytes
    receipt: Ed25519PrivateKey


def folder() -> Path:
    """Where the keys lie."""
    return Path(os.environ.get("XIAONENG_BOX_KEYS") or settings.DATA_DIR / "box-keys")


def made(round: str) -> BoxKeys:
    """The keys of a round, drawn at the first call."""
    if not _mac_file(round).exists() and not _receipt_file(round).exists():
        receipt = ballots.make_receipt_key(secrets.token_bytes)
        _write(_receipt_file(round), ballots.private_pem(receipt))
        _write(_mac_file(round), ballots.make_mac_key(secrets.token_bytes).hex().encode())
    return keys_of(round)


def keys_of(round: str) -> BoxKeys:
    """The keys of a round that is open.

    Raises  KeysMissingError
    """
    return BoxKeys(mac_key(round), receipt_key(round))


def mac_key(round: str) -> bytes:
    """The key of the seals; it is gone after the close."""
    return bytes.fromhex(_read(_mac_file(round)).decode("ascii"))


def receipt_key(round: str) -> Ed25519PrivateKey:
    """The key that signs acknowledgements and statements."""
    return ballots.read_private(_read(_receipt_file(round)), Ed25519PrivateKey)


def put_back(round: str, mac: bytes, receipt_pem: bytes) -> None:
    """Write the keys of a round that comes out of a replica."""
    _write(_receipt_file(round), receipt_pem)
    _write(_mac_file(round), mac.hex().encode())


def destroy_mac_key(round: str) -> None:
    """Overwrite the key of the seals and remove it."""
    file = _mac_file(round)
    if file.exists():
        with file.open("r+b") as opened:
            opened.write(bytes(file.stat().st_size))
            os.fsync(opened.fileno())
        file.unlink()


def auditors_key() -> X25519PublicKey:
    """The public key for which replicas and closing data are sealed.

    XIAONENG_BOX_AUDITORS_KEY names its file; default `auditors.pub.pem` beside the keys. Where there is none, a pair is made, and
    the private half, `auditors.private.pem`, is to be carried away from this machine.
    """
    named = os.environ.get("XIAONENG_BOX_AUDITORS_KEY")
    file = Path(named) if named else folder() / "auditors.pub.pem"
    if not named and not file.exists():
        pair = ballots.make_replica_key(secrets.token_bytes)
        _write(folder() / "auditors.private.pem", ballots.private_pem(pair))
        _write(file, ballots.public_pem(pair.public_key()))
    return ballots.read_public(_read(file), X25519PublicKey)


def has_auditors_private_key() -> bool:
    """Whether the private half still lies on this machine, where it should not."""
    return (folder() / "auditors.private.pem").exists()


def _mac_file(round: str) -> Path:
    return folder() / f"{round}.mac"


def _receipt_file(round: str) -> Path:
    return folder() / f"{round}.receipt.pem"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise KeysMissingError(
            f"the key {file.name} cannot be read ({error.strerror}): put back the folder of keys, or restore the replica"
        ) from error


def _write(file: Path, data: bytes) -> None:
    """Write a secret that is not there yet, readable by its owner only."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
