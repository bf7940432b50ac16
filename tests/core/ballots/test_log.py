"""The public log: the reference values of RFC 6962's tree, every path and proof, and what no proof can be made of."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.core.ballots import (
    Log,
    consistency_proof,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from xiaoneng.core.errors import ProofError

# Leaves and roots of the test data of the certificate-transparency project, in use by many implementations
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_root_of_each_size_is_the_published_one(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "path"), [(0, ["96a296d2", "5f083f0a", "6b47aaf2"]), (5, ["bc1a0643", "ca854ea1", "d37ee418"])]
)
def test_the_path_of_a_leaf_is_the_published_one(index: int, path: list[str]) -> None:
    assert [step.hex()[:8] for step in inclusion_path(LEAVES, index)] == path


def test_every_leaf_of_every_size_is_shown_by_its_path_and_no_other_leaf_is() -> None:
    for size in range(1, 9):
        log = Log(LEAVES[:size])
        for index in range(size):
            path = log.inclusion_path(index)
            for claimed in range(8):
                assert verify_inclusion(LEAVES[claimed], index, size, path, log.root) == (claimed == index)
            for other in range(-1, size + 1):
                assert verify_inclusion(LEAVES[index], other, size, path, log.root) == (other == index)


def test_every_pair_of_sizes_is_shown_to_be_consistent() -> None:
    """All (m, n) up to 8; a changed root, proof or size does not hold."""
    for new in range(9):
        for old in range(new + 1):
            proof = consistency_proof(LEAVES[:new], old)
            old_root, new_root = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
            assert verify_consistency(old, old_root, new, new_root, proof)
            if old:
                assert not verify_consistency(old, bytes(32), new, new_root, proof)
                assert not verify_consistency(old, old_root, new, bytes(32), proof)
                assert not verify_consistency(old, old_root, new, new_root, [*proof, bytes(32)])
            for step in range(len(proof)):
                broken = [*proof[:step], bytes(32), *proof[step + 1 :]]
                assert not verify_consistency(old, old_root, new, new_root, broken)
                assert not verify_consistency(old, old_root, new, new_root, proof[:step])
    assert not verify_consistency(3, bytes.fromhex(ROOTS[3]), 2, bytes.fromhex(ROOTS[2]), [])


def split(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, 2.1, word for word: split at the largest power of two below the length."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(split(leaves[:half]), split(leaves[half:]))


@given(st.lists(st.binary(max_size=4), max_size=40), st.data())
def test_levels_and_the_definition_give_the_same_tree(leaves: list[bytes], data: st.DataObject) -> None:
    log = Log(leaves)
    assert log.root == split(leaves)
    old = data.draw(st.integers(0, len(leaves)))
    assert verify_consistency(old, split(leaves[:old]), len(leaves), log.root, log.consistency_proof(old))
    if leaves:
        index = data.draw(st.integers(0, len(leaves) - 1))
        path = log.inclusion_path(index)
        assert verify_inclusion(leaves[index], index, len(leaves), path, log.root)
        strange = data.draw(st.binary(max_size=5).filter(lambda leaf: leaf != leaves[index]))
        assert not verify_inclusion(strange, index, len(leaves), path, log.root)


def test_a_leaf_and_a_size_beyond_the_log_are_refused() -> None:
    for index in (-1, 8):
        with pytest.raises(ProofError, match="no leaf"):
            inclusion_path(LEAVES, index)
    with pytest.raises(ProofError, match="never had 9"):
        consistency_proof(LEAVES, 9)
