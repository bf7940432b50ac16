"""Blind signatures: the four vectors of RFC 9474, Appendix A; a whole round trip; refusals; the time of a check."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from xiaoneng.core.ballots import (
    Signer,
    Variant,
    Verifier,
    blind,
    blind_sign,
    finalize,
    prepare,
    take_token,
    token_message,
    verify,
)
from xiaoneng.core.errors import TokenError

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "rfc9474.json").read_text(encoding="utf-8"))
NAMES = [vector["name"] for vector in VECTORS["vectors"]]


@pytest.fixture(scope="module")
def rfc_key() -> RSAPrivateKey:
    p, q, e = (int(VECTORS[name], 16) for name in "pqe")
    d = pow(e, -1, math.lcm(p - 1, q - 1))
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(e, p * q))
    assert f"{p * q:x}".startswith(VECTORS["n_starts"])
    assert f"{p * q:x}".endswith(VECTORS["n_ends"])
    assert f"{d:x}".zfill(1024).startswith(VECTORS["d_starts"])
    return numbers.private_key()


def scripted(vector: dict[str, Any], n: int) -> Callable[[int], bytes]:
    """The chance of a vector: its prefix, its salt, and the r whose inverse it gives."""
    r = pow(int(VECTORS["inv"], 16), -1, n).to_bytes(512)
    drawn = {32: bytes.fromhex(vector["msg_prefix"]), 48: bytes.fromhex(vector["salt"]), 512: r}
    return lambda length: drawn[length]


@pytest.mark.parametrize("name", NAMES)
def test_each_vector_of_the_rfc_gives_its_bytes(
    name: str, rfc_key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    """RFC 9474, Appendix A.1 to A.4; the fingerprints of the signatures are SHA-256 of the printed ones."""
    vector = VECTORS["vectors"][NAMES.index(name)]
    public, variant = rfc_key.public_key(), Variant(name)
    chance = scripted(vector, public.public_numbers().n)
    prepared = prepare(bytes.fromhex(VECTORS["msg"]), variant, chance)
    assert prepared.hex() == vector["msg_prefix"] + VECTORS["msg"]
    blinded = blind(public, prepared, variant, chance)
    assert blinded.inverse.hex() == VECTORS["inv"]
    assert blinded.blinded_msg.hex().startswith(vector.get("blinded_msg_starts", ""))
    signed = blind_sign(rfc_key, blinded.blinded_msg, random_bytes)
    assert signed.hex().startswith(vector.get("blind_sig_starts", ""))
    sig = finalize(public, prepared, signed, blinded.inverse, variant)
    assert sig.hex().startswith(vector["sig_starts"])
    assert hashlib.sha256(sig).hexdigest().startswith(vector["sig_sha256_starts"])


@pytest.mark.parametrize("variant", list(Variant))
def test_a_round_trip_holds_and_the_signer_sees_nothing_of_it(
    variant: Variant, key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    """Two blindings of one message share nothing, and no other message holds."""
    public = key.public_key()
    prepared = prepare(b"a token", variant, random_bytes)
    first, second = (blind(public, prepared, variant, random_bytes) for _ in range(2))
    assert first.blinded_msg != second.blinded_msg
    signer = Signer(key)
    sig = finalize(public, prepared, signer.blind_sign(first.blinded_msg, random_bytes), first.inverse, variant)
    assert verify(public, sig, prepared, variant)
    assert not verify(public, sig, prepared + b"x", variant)
    assert not verify(public, sig[:-1] + bytes([sig[-1] ^ 1]), prepared, variant)


def test_the_signature_does_not_depend_on_the_blinding_of_the_private_operation(
    key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    blinded = blind(key.public_key(), b"message", Variant.PSS_DETERMINISTIC, random_bytes).blinded_msg
    d, n = key.private_numbers().d, key.public_key().public_numbers().n
    plain = pow(int.from_bytes(blinded), d, n).to_bytes(256)
    assert {Signer(key).blind_sign(blinded, random_bytes) for _ in range(3)} == {plain}


def test_a_signature_with_a_fault_is_not_given_out(
    key: RSAPrivateKey, random_bytes: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One half of the Chinese remainders off by one: enough to betray the key, were it sent."""
    signer = Signer(key)
    monkeypatch.setattr(signer, "_dp", signer._dp + 1)
    blinded = blind(key.public_key(), b"message", Variant.PSS_RANDOMIZED, random_bytes).blinded_msg
    with pytest.raises(TokenError, match="not given out"):
        signer.blind_sign(blinded, random_bytes)


@pytest.mark.parametrize("length", [0, 255, 257])
def test_a_blinded_message_of_another_length_is_refused(
    length: int, key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    with pytest.raises(TokenError, match="256 bytes"):
        blind_sign(key, b"\1" * length, random_bytes)


def test_a_blinded_message_above_the_modulus_is_refused(
    key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    with pytest.raises(TokenError, match="below"):
        blind_sign(key, key.public_key().public_numbers().n.to_bytes(256), random_bytes)


def test_a_signature_by_another_key_is_found_when_it_is_unblinded(
    key: RSAPrivateKey, rfc_key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    public = key.public_key()
    blinded = blind(public, b"message", Variant.PSS_RANDOMIZED, random_bytes)
    with pytest.raises(TokenError, match="does not hold"):
        finalize(public, b"message", b"\1" * 256, blinded.inverse, Variant.PSS_RANDOMIZED)
    with pytest.raises(TokenError, match="256 bytes"):
        finalize(public, b"message", b"\1" * 512, blinded.inverse, Variant.PSS_RANDOMIZED)


def test_a_source_of_chance_that_runs_dry_is_refused(key: RSAPrivateKey) -> None:
    with pytest.raises(TokenError, match="source of chance"):
        prepare(b"message", Variant.PSS_RANDOMIZED, lambda _: b"short")


def test_chance_beyond_the_modulus_is_drawn_again(key: RSAPrivateKey, random_bytes: Callable[[int], bytes]) -> None:
    """r of all ones lies above every modulus, r of nothing has no inverse."""
    draws: Iterator[bytes] = iter([b"\0" * 48, b"\xff" * 256, b"\0" * 256, b"\0" * 255 + b"\3"])
    blinded = blind(key.public_key(), b"message", Variant.PSS_RANDOMIZED, lambda _: next(draws))
    n = key.public_key().public_numbers().n
    assert int.from_bytes(blinded.inverse) * 3 % n == 1


def test_a_token_is_checked_in_a_tenth_of_a_millisecond(
    key: RSAPrivateKey, random_bytes: Callable[[int], bytes]
) -> None:
    """3072 bits take 0.05 ms; the best of several runs, since the machine is shared."""
    public, variant = key.public_key(), Variant.PSS_RANDOMIZED
    prepared = prepare(token_message("r", "s", random_bytes), variant, random_bytes)
    blinded = blind(public, prepared, variant, random_bytes)
    sig = finalize(public, prepared, blind_sign(key, blinded.blinded_msg, random_bytes), blinded.inverse, variant)
    verifiers, best = {"s": Verifier(public)}, 1.0
    for _ in range(10):
        started = time.process_time()
        for _ in range(50):
            take_token(prepared, sig, round="r", verifiers=verifiers)
        best = min(best, (time.process_time() - started) / 50)
    assert best < 0.0001
