"""What remains of the ballots after the close (留存): answers without tokens, in the order of their content, under a signed root."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import RoundRules

from . import storage
from .actions import code_leaf

_TAG = b"xiaoneng/ballotbox/1/kept\n"
LONGEST_BATCH = 400  # characters of a merged name


def kept_rows(
    rules: RoundRules, rows: Sequence[storage.BallotRow], batches: Mapping[bytes, str]
) -> list[storage.KeptRow]:
    """Ballots without their tokens, in the order of their content; batches and buckets too small to name are merged."""
    fewest = rules.fewest_published
    by_stratum: dict[str, list[storage.BallotRow]] = defaultdict(list)
    for row in rows:
        by_stratum[row.stratum].append(row)
    kept = []
    for stratum, mine in by_stratum.items():
        batch = merged_batches(Counter(batches.get(row.token_hash, "") for row in mine), fewest)
        bucket = merged_buckets(Counter(row.bucket for row in mine if row.bucket is not None), fewest)
        kept += [
            storage.KeptRow(stratum, batch[batches.get(row.token_hash, "")], _of(bucket, row.bucket), row.answers)
            for row in mine
        ]
    return sorted(kept, key=lambda row: (row.stratum, row.batch, -1 if row.bucket is None else row.bucket, row.answers))


def merged_batches(counted: Mapping[str, int], fewest: int) -> dict[str, str]:
    """Batch -> the name it is kept under: the smallest join the next smallest until each has enough ballots, or one is left."""
    groups = [(count, [name]) for name, count in counted.items()]
    while len(groups) > 1:
        groups.sort(key=lambda group: (group[0], sorted(group[1])))
        if groups[0][0] >= fewest:
            break
        (few, names), (more, others), *rest = groups
        groups = [(few + more, names + others), *rest]
    return {name: "+".join(sorted(filter(None, names)))[:LONGEST_BATCH] for _, names in groups for name in names}


def merged_buckets(counted: Mapping[int, int], fewest: int) -> dict[int, int]:
    """Bucket -> the first bucket of its group: neighbours join until a group has enough ballots; what is left joins the last."""
    groups: list[list[int]] = []
    ballots_in = fewest
    for bucket in sorted(counted):
        if ballots_in >= fewest:
            groups.append([])
            ballots_in = 0
        groups[-1].append(bucket)
        ballots_in += counted[bucket]
    if len(groups) > 1 and ballots_in < fewest:
        rest = groups.pop()
        groups[-1] += rest
    return {bucket: group[0] for group in groups for bucket in group}


def kept_leaves(kept: Iterable[storage.KeptRow]) -> list[bytes]:
    """What remains of the ballots, as leaves of a root."""
    return [ballots.encoded([row.stratum, row.batch, row.bucket, row.answers.decode()]) for row in kept]


def holds_kept(key: Ed25519PublicKey, statement: bytes, signature: bytes) -> bool:
    """Whether the statement of what was kept is signed by this key."""
    try:
        key.verify(signature, _TAG + statement)
    except InvalidSignature:
        return False
    return True


def sign_kept(key: Ed25519PrivateKey, statement: bytes) -> bytes:
    """The signature of the statement of what was kept."""
    return key.sign(_TAG + statement)


def kept_statement(
    signed: ballots.SignedClosing,
    kept: Sequence[storage.KeptRow],
    remarks: Sequence[str],
    codes: Sequence[storage.CodeRow],
    by_sheet: Mapping[str, Sequence[bytes]],
) -> bytes:
    """What was kept, as it is signed: roots of ballots, remarks and codes, and which leaves of the log are sheets."""
    return ballots.encoded(
        {
            "closing": hashlib.sha256(signed.statement).hexdigest(),
            "kept": len(kept),
            "kept_root": ballots.root(kept_leaves(kept)).hex(),
            "remarks_root": ballots.root(remark.encode() for remark in remarks).hex(),
            "codes_root": ballots.root(code_leaf(code) for code in codes).hex(),
            "sheets": {stratum: [hashed.hex() for hashed in mine] for stratum, mine in by_sheet.items()},
        }
    )


def _of(merged: Mapping[int, int], bucket: int | None) -> int | None:
    return None if bucket is None else merged[bucket]
