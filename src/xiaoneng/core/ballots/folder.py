"""The folder of published files: everything by which anybody checks a round, and the box's own export beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from xiaoneng.core.errors import SealError

from .answers import encoded
from .keys import public_pem, read_public
from .sealing import SignedClosing, StoredBallot
from .verifying import Evidence, Receipt

CLOSING, SIGNATURE, BOX_KEY = "closing.json", "closing.sig", "box_key.pem"
LOG, PUBLISHED, COUNTS, KEYS, CODES = "log.txt", "ballots.json", "counts.json", "keys.json", "code_hashes.json"
EXPORT = "export.jsonl"

Read = TypeVar("Read")


def published_files(evidence: Evidence) -> dict[str, bytes]:
    """The files that are published, by name. Rows of the ballot box and its key are never among them."""
    files = {
        CLOSING: evidence.signed.statement,
        SIGNATURE: evidence.signed.signature.hex().encode() + b"\n",
        BOX_KEY: public_pem(evidence.box_key),
    }
    if evidence.log is not None:
        files[LOG] = _lines(leaf.hex() for leaf in evidence.log)
    if evidence.published is not None:
        files[PUBLISHED] = encoded(
            {name: [json.loads(one) for one in mine] for name, mine in evidence.published.items()}
        )
    if evidence.counts is not None:
        files[COUNTS] = encoded(evidence.counts)
    if evidence.keys is not None:
        files[KEYS] = encoded({name: public_pem(key).decode() for name, key in evidence.keys.items()})
    if evidence.code_hashes is not None:
        files[CODES] = encoded({name: [one.hex() for one in mine] for name, mine in evidence.code_hashes.items()})
    return files


def read_folder(folder: Path) -> Evidence:
    """What a folder of published files holds. Files other than the statement, its signature and the key may be missing.

    Raises  SealError where one is missing that is needed, or cannot be read
    """
    return Evidence(
        signed=SignedClosing(
            _needed(folder / CLOSING, bytes), _needed(folder / SIGNATURE, lambda data: bytes.fromhex(data.decode()))
        ),
        box_key=_needed(folder / BOX_KEY, lambda pem: read_public(pem, Ed25519PublicKey)),
        log=_if_there(folder / LOG, lambda data: [bytes.fromhex(line) for line in data.decode().split()]),
        published=_if_there(
            folder / PUBLISHED,
            lambda data: {name: [encoded(one) for one in mine] for name, mine in json.loads(data).items()},
        ),
        counts=_if_there(folder / COUNTS, _counts),
        keys=_if_there(
            folder / KEYS,
            lambda data: {name: read_public(pem.encode(), RSAPublicKey) for name, pem in json.loads(data).items()},
        ),
        code_hashes=_if_there(
            folder / CODES,
            lambda data: {name: [bytes.fromhex(one) for one in mine] for name, mine in json.loads(data).items()},
        ),
    )


def exported(ballots: Iterable[StoredBallot]) -> bytes:
    """The rows of the ballot box for its auditors, one JSON object a line, in the order of their token hashes."""
    return _lines(
        encoded(
            {
                "acknowledgement": ballot.acknowledgement.hex(),
                "answers": ballot.answers.decode(),
                "mac": ballot.mac.hex(),
                "receipt": ballot.receipt.hex(),
                "stratum": ballot.stratum,
                "token_hash": ballot.token_hash.hex(),
            }
        ).decode()
        for ballot in sorted(ballots, key=lambda ballot: ballot.token_hash)
    )


def read_exported(path: Path) -> list[StoredBallot]:
    """The rows in an export of the ballot box.

    Raises  SealError where it cannot be read
    """
    return _needed(path, lambda data: [_ballot(json.loads(line)) for line in data.decode().splitlines() if line])


def read_receipt(path: Path) -> Receipt:
    """What a voter kept: a JSON object with token_hash, receipt and acknowledgement, each in hex.

    Raises  SealError where it cannot be read
    """

    def read(data: bytes) -> Receipt:
        told = json.loads(data)
        return Receipt(*(bytes.fromhex(told.get(name, "")) for name in Receipt._fields))

    return _needed(path, read)


def read_mac_key(path: Path) -> bytes:
    """The key of the seals from its file, in hex.

    Raises  SealError where it cannot be read
    """
    return _needed(path, lambda data: bytes.fromhex(data.decode()))


def _ballot(told: dict[str, str]) -> StoredBallot:
    return StoredBallot(
        token_hash=bytes.fromhex(told["token_hash"]),
        stratum=told["stratum"],
        answers=told["answers"].encode(),
        mac=bytes.fromhex(told["mac"]),
        receipt=bytes.fromhex(told["receipt"]),
        acknowledgement=bytes.fromhex(told["acknowledgement"]),
    )


def _counts(data: bytes) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    counts: dict[str, dict[str, dict[str, dict[str, int]]]] = json.loads(data)
    for appraisees in counts.values():
        for questions in appraisees.values():
            for answers in questions.values():
                if any(type(count) is not int for count in answers.values()):
                    raise ValueError("a count is a whole number")
    return counts


def _needed(path: Path, read: Callable[[bytes], Read]) -> Read:
    if not path.is_file():
        raise SealError(f"{path} is missing: give the folder of published files as it was published")
    try:
        return read(path.read_bytes())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SealError(f"{path} cannot be read: {error}") from error


def _if_there(path: Path, read: Callable[[bytes], Read]) -> Read | None:
    return _needed(path, read) if path.is_file() else None


def _lines(lines: Iterable[Any]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
