"""What each hash, seal and signature is for: a tag in front, so that one can never pass for another."""

from __future__ import annotations

_TAG = b"xiaoneng/ballots/1/"
TOKEN_HASH = _TAG + b"token"
CODE_HASH = _TAG + b"code"
BALLOT_MAC = _TAG + b"ballot"
BALLOT_LEAF = _TAG + b"ballot-leaf"
ACKNOWLEDGEMENT = _TAG + b"acknowledgement"
CLOSING = _TAG + b"closing"
SHUFFLE = _TAG + b"shuffle"
REPLICA = _TAG + b"replica"


def framed(tag: bytes, *parts: bytes) -> bytes:
    """A tag and parts, each behind its length (4 bytes), so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4) + part for part in (tag, *parts))
