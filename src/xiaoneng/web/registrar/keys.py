"""The private signing keys: one file each in the data folder, readable by its owner only.

Files, not rows: whoever takes the database, or a copy of it, can sign nothing; and a file can be destroyed, while a
database keeps what was deleted in free pages, in its log and in every backup. They are not encrypted, since the key to
open them would have to lie beside them. XIAONENG_REGISTRAR_KEYS names the folder; default `registrar-keys` in the data
folder. No backup may hold it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

from xiaoneng.core.ballots import Signer, private_pem, read_private

from .refusals import IssueClosedError

_signers: dict[Path, Signer] = {}


def _folder(round: str) -> Path:
    named = os.environ.get("XIAONENG_REGISTRAR_KEYS")
    return (
        Path(named) if named else Path(settings.DATA_DIR) / "registrar-keys"
    ) / round  # a code has neither a slash nor a dot in front


def _file(round: str, stratum: str) -> Path:
    return _folder(round) / f"{stratum}.pem"


def keep(round: str, stratum: str, key: RSAPrivateKey) -> None:
    """Write a new key, for its owner's eyes only."""
    folder = _folder(round)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.parent.chmod(0o700)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(_file(round, stratum), flags, 0o600), "wb") as opened:
        opened.write(private_pem(key))
        opened.flush()
        os.fsync(opened.fileno())


def signer(round: str, stratum: str) -> Signer:
    """The key of a stratum, ready to sign.

    Raises  IssueClosedError where the key is no longer there
    """
    file = _file(round, stratum)
    if not file.is_file():
        _signers.pop(file, None)
        raise IssueClosedError(f"the signing key of {stratum} in round {round} was destroyed: no token can be signed")
    if file not in _signers:
        _signers[file] = Signer(read_private(file.read_bytes(), RSAPrivateKey))
    return _signers[file]


def destroy(round: str) -> int:
    """Overwrite and remove the keys of a round; says how many there were."""
    folder = _folder(round)
    files = sorted(folder.glob("*.pem"))
    for file in files:
        with file.open("r+b") as opened:
            opened.write(os.urandom(file.stat().st_size))
            opened.flush()
            os.fsync(opened.fileno())
        file.unlink()
        _signers.pop(file, None)
    shutil.rmtree(folder, ignore_errors=True)
    return len(files)


def has_any(round: str) -> bool:
    """Whether a private key of this round is still there."""
    return any(_folder(round).glob("*.pem"))
