"""The public log (公示日志): a Merkle tree over hashes, so that anyone can check that his own is in it.

Source  RFC 6962, section 2.1; the checks of proofs as in RFC 9162, sections 2.1.3.2 and 2.1.4.2
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from xiaoneng.core.errors import ProofError


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf: SHA-256 of 00 and the data."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node: SHA-256 of 01 and its two halves."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Log:
    """A log of leaves in a given order, with every level of its tree.

    A level pairs the hashes below it; one left over goes up as it is. That gives the same tree as splitting at the
    largest power of two (RFC 6962, 2.1).
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = [leaf_hash(data) for data in leaves]
        self._levels = [level]
        while len(level) > 1:
            pairs = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
            level = pairs + level[len(level) - len(level) % 2 :]
            self._levels.append(level)

    def __len__(self) -> int:
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """Root of the whole log; that of an empty one is the hash of nothing."""
        return self._levels[-1][0] if self._levels[0] else hashlib.sha256().digest()

    def inclusion_path(self, index: int) -> list[bytes]:
        """The hashes that lead from a leaf to the root (RFC 6962, 2.1.1), lowest first.

        Raises  ProofError where the log has no such leaf
        """
        if not 0 <= index < len(self):
            raise ProofError(f"the log has {len(self)} leaves, there is no leaf {index}")
        path = []
        for level in self._levels[:-1]:
            if (index ^ 1) < len(level):
                path.append(level[index ^ 1])
            index >>= 1
        return path

    def consistency_proof(self, old_size: int) -> list[bytes]:
        """The hashes that show that the first `old_size` leaves are still the same (RFC 6962, 2.1.2).

        Raises  ProofError where the log never had that size
        """
        if not 0 <= old_size <= len(self):
            raise ProofError(f"the log has {len(self)} leaves and never had {old_size}")
        return [] if old_size in (0, len(self)) else self._subproof(old_size, 0, len(self), True)

    def _subproof(self, size: int, start: int, end: int, is_known: bool) -> list[bytes]:
        if size == end - start:
            return [] if is_known else [self._root_of(start, end)]
        half = _half(end - start)
        if size <= half:
            return [*self._subproof(size, start, start + half, is_known), self._root_of(start + half, end)]
        return [*self._subproof(size - half, start + half, end, False), self._root_of(start, start + half)]

    def _root_of(self, start: int, end: int) -> bytes:
        """Root of the leaves from `start` up to `end`; full halves stand on their level already."""
        length = end - start
        height = length.bit_length() - 1
        if length == 1 << height and start % length == 0:
            return self._levels[height][start >> height]
        half = _half(length)
        return node_hash(self._root_of(start, start + half), self._root_of(start + half, end))


def root(leaves: Iterable[bytes]) -> bytes:
    """Root of a log of these leaves, in their order."""
    return Log(leaves).root


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path of one leaf; whoever asks for many keeps a `Log`."""
    return Log(leaves).inclusion_path(index)


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Shows that the first `old_size` leaves are a beginning of these; whoever asks for many keeps a `Log`."""
    return Log(leaves).consistency_proof(old_size)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf stands at this place in a log of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last, hashed = size - 1, leaf_hash(leaf)
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            hashed = node_hash(step, hashed)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            hashed = node_hash(hashed, step)
        index, last = index >> 1, last >> 1
    return last == 0 and hashed == root


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a log grew out of an older one with nothing changed in it (RFC 9162, 2.1.4.2)."""
    if old_size > new_size or old_size < 0:
        return False
    if old_size in (0, new_size):
        return not proof and (old_root == new_root if old_size else old_root == root(()))
    steps = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not steps:
        return False
    index, last = old_size - 1, new_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, step)
        index, last = index >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _half(length: int) -> int:
    """The largest power of two below a length."""
    return 1 << (length - 1).bit_length() - 1
