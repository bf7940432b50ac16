"""Tokens, keys and codes: what they say, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.core.ballots import (
    Variant,
    Verifier,
    ballot_address,
    blind,
    blind_sign,
    code_hash,
    finalize,
    fingerprint,
    grouped,
    hashes_by_stratum,
    make_codes,
    make_key,
    make_receipt_key,
    make_replica_key,
    merged_strata,
    open_replica,
    parse_code,
    parse_token,
    prepare,
    private_pem,
    public_pem,
    read_private,
    read_public,
    seal_replica,
    take_token,
    token_hash,
    token_message,
)
from xiaoneng.core.ballots.codes import ALPHABET, _check
from xiaoneng.core.errors import BallotKeyError, CodeError, SealError, TokenError, TooFewEligibleError

Chance = Callable[[int], bytes]


def signed(key: RSAPrivateKey, round: str, stratum: str, chance: Chance) -> tuple[bytes, bytes]:
    public, variant = key.public_key(), Variant.PSS_RANDOMIZED
    prepared = prepare(token_message(round, stratum, chance), variant, chance)
    blinded = blind(public, prepared, variant, chance)
    sig = finalize(public, prepared, blind_sign(key, blinded.blinded_msg, chance), blinded.inverse, variant)
    return prepared, sig


def test_a_good_token_gives_its_stratum_and_its_hash(key: RSAPrivateKey, random_bytes: Chance) -> None:
    prepared, sig = signed(key, "2026-1", "企业代表", random_bytes)
    taken = take_token(prepared, sig, round="2026-1", verifiers={"企业代表": Verifier(key.public_key())})
    assert taken == ("企业代表", token_hash("2026-1", "企业代表", prepared))
    assert parse_token(prepared).secret == prepared[-32:]


def test_a_token_is_refused_in_another_round_stratum_or_under_another_key(
    key: RSAPrivateKey, random_bytes: Chance
) -> None:
    prepared, sig = signed(key, "2026-1", "staff", random_bytes)
    verifiers = {"staff": Verifier(key.public_key()), "firms": Verifier(key.public_key())}
    for wrong, why in [
        ({"round": "2026-2"}, "round 2026-1"),
        ({"stratum": "firms"}, "not for firms"),
        ({"verifiers": {"firms": verifiers["firms"]}}, "no voters called staff"),
        ({"verifiers": {"staff": Verifier(make_key(2048).public_key())}}, "does not hold"),
        ({"verifiers": {}}, "no voters"),
    ]:
        with pytest.raises(TokenError, match=why):
            take_token(prepared, sig, **{"round": "2026-1", "verifiers": verifiers, **wrong})


def test_a_stratum_cannot_be_written_over(key: RSAPrivateKey, random_bytes: Chance) -> None:
    """The bytes that say staff are signed with the rest."""
    prepared, sig = signed(key, "2026-1", "staff", random_bytes)
    forged = prepared.replace(b"staff", b"firms")
    with pytest.raises(TokenError, match="does not hold"):
        take_token(forged, sig, round="2026-1", verifiers={"firms": Verifier(key.public_key())})


NO_TOKENS = [
    b"",
    b"x" * 32,
    b"x" * 64,
    b"p" * 32 + b"a|b|" + b"s" * 31,
    b"p" * 32 + b"a|b|c|" + b"s" * 32,
    b"p" * 32 + b"\xff|b|" + b"s" * 32,
]


@pytest.mark.parametrize("broken", NO_TOKENS)
def test_what_is_no_token_is_refused(broken: bytes) -> None:
    with pytest.raises(TokenError, match="no token"):
        parse_token(broken)


@pytest.mark.parametrize("name", ["", "a|b", "line\n", "x" * 101])
def test_a_round_or_stratum_that_would_blur_a_token_is_refused(name: str, random_bytes: Chance) -> None:
    with pytest.raises(TokenError, match="cannot stand in a token"):
        token_message("r", name, random_bytes)


def test_hashes_of_tokens_and_codes_differ_by_round_stratum_and_purpose() -> None:
    """A bar in a name moves no border between two names."""
    code = "0000000000000000"
    code += ALPHABET[_check(code)]
    made = {token_hash("a", "bc", b"x"), token_hash("ab", "c", b"x"), token_hash("a", "b", b"cx")}
    made |= {code_hash("a", "bc", code), code_hash("ab", "c", code), token_hash("a", "bc", code.encode())}
    assert len(made) == 6


def test_a_fingerprint_is_sixteen_groups_of_four(key: RSAPrivateKey) -> None:
    told = fingerprint(key.public_key())
    assert re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}", told)
    assert told == fingerprint(read_public(public_pem(key.public_key()), RSAPublicKey))


def test_keys_come_back_from_their_files(key: RSAPrivateKey, random_bytes: Chance) -> None:
    box = make_receipt_key(random_bytes)
    assert read_private(private_pem(key), RSAPrivateKey).private_numbers() == key.private_numbers()
    back = read_private(private_pem(box, b"secret"), Ed25519PrivateKey, b"secret")
    assert back.private_bytes_raw() == box.private_bytes_raw()


def test_keys_that_are_short_locked_broken_or_of_another_kind_are_refused(
    key: RSAPrivateKey, random_bytes: Chance
) -> None:
    with pytest.raises(BallotKeyError, match="2048"):
        make_key(1024)
    with pytest.raises(BallotKeyError, match="cannot be read"):
        read_private(private_pem(key, b"secret"), RSAPrivateKey)
    with pytest.raises(BallotKeyError, match="cannot be read"):
        read_public(b"no key", RSAPublicKey)
    with pytest.raises(BallotKeyError, match="Ed25519PublicKey is needed"):
        read_public(public_pem(key.public_key()), Ed25519PublicKey)
    from cryptography.hazmat.primitives.asymmetric import rsa

    weak = rsa.generate_private_key(65537, 1024)
    with pytest.raises(BallotKeyError, match="1024 bits"):
        read_private(private_pem(weak), RSAPrivateKey)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), min_size=1))
def test_merged_strata_are_large_enough_and_nobody_is_left_out(eligible: dict[str, int]) -> None:
    if sum(eligible.values()) < 10:
        with pytest.raises(TooFewEligibleError):
            merged_strata(eligible)
        return
    merged = merged_strata(eligible)
    assert set(merged) == set(eligible)
    for name in set(merged.values()):
        parts = [stratum for stratum, mine in merged.items() if mine == name]
        assert "+".join(sorted(parts)) == name
        assert sum(eligible[part] for part in parts) >= 10
        assert len(parts) == 1 or any(eligible[part] < 10 for part in parts)


def test_the_check_character_is_that_of_the_standard() -> None:
    """ISO 7064 MOD 37-2: ISBT 128 prints H (17) behind G123498654321; python-stdnum gives Y (34) for G123489654321."""
    assert _check("G123498654321") == 17
    assert _check("G123489654321") == 34


def test_codes_are_distinct_sorted_and_of_the_alphabet(random_bytes: Chance) -> None:
    codes = make_codes(500, random_bytes)
    assert len(set(codes)) == 500
    assert codes == sorted(codes)
    assert {sign for code in codes for sign in code} == set(ALPHABET)
    assert {len(code) for code in codes} == {17}


def test_a_repeated_draw_gives_no_second_code() -> None:
    """The source says 0 twice (check 1), then 1 (check -1, which is 36 and has no sign here), then 16 (check -31, 6)."""
    draws = iter([bytes(10), bytes(10), bytes(9) + b"\1", bytes(9) + b"\x10"])
    assert make_codes(2, lambda _: next(draws)) == ["0" * 16 + "1", "0" * 15 + "G6"]
    assert next(draws, None) is None


@given(st.binary(min_size=10, max_size=10), st.data())
def test_every_single_wrong_character_and_every_swap_of_neighbours_is_refused(
    drawn: bytes, data: st.DataObject
) -> None:
    code = parse_code(make_codes(1, iter_of(drawn))[0])
    place = data.draw(st.integers(0, 16))
    other = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != code[place]]))
    with pytest.raises(CodeError, match="one character is wrong"):
        parse_code(code[:place] + other + code[place + 1 :])
    left = data.draw(st.integers(0, 15))
    if code[left] != code[left + 1]:
        with pytest.raises(CodeError, match="one character is wrong"):
            parse_code(code[:left] + code[left + 1] + code[left] + code[left + 2 :])


def iter_of(drawn: bytes) -> Chance:
    """The given bytes first, then counting on from them."""
    start = int.from_bytes(drawn)
    draws = ((start + step).to_bytes(11)[-10:] for step in range(1000))
    return lambda _: next(draws)


@given(st.binary(min_size=10, max_size=10), st.randoms(use_true_random=False))
def test_a_code_is_read_as_it_is_meant(drawn: bytes, chance: object) -> None:
    """Small letters, O, I and L for 0 and 1, spaces, dashes, full-width characters."""
    code = make_codes(1, iter_of(drawn))[0]
    lookalikes = {"0": "0Oo０", "1": "1IiLl１"}
    typed = "".join(
        chance.choice([*lookalikes.get(sign, sign + sign.lower())]) + chance.choice(["", " ", "-", "　", "—"])  # type: ignore[attr-defined]
        for sign in code
    )
    assert parse_code(typed) == code
    assert parse_code(grouped(code).lower()) == code
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert parse_code(wide) == code


NO_CODES = [
    ("", "has 0"),
    ("0" * 16, "has 16"),
    ("0" * 18, "has 18"),
    ("00U", "character 3, 'U'"),
    ("零" * 17, "character 1"),
]


@pytest.mark.parametrize(("typed", "why"), NO_CODES)
def test_what_cannot_be_a_code_is_refused(typed: str, why: str) -> None:
    with pytest.raises(CodeError, match=why):
        parse_code(typed)


def test_the_address_keeps_the_code_behind_the_fragment_sign(random_bytes: Chance) -> None:
    code = make_codes(1, random_bytes)[0]
    assert ballot_address("http://box/ballot/#old", grouped(code)) == f"http://box/ballot/#{code}"


def test_published_hashes_are_sorted_and_lead_back_to_no_code(random_bytes: Chance) -> None:
    codes = make_codes(20, random_bytes)
    hashes = hashes_by_stratum("r", {"staff": codes})["staff"]
    assert hashes == sorted(hashes)
    assert set(hashes) == {code_hash("r", "staff", grouped(code).lower()) for code in codes}


def test_a_sealed_replica_opens_with_its_key_alone(random_bytes: Chance) -> None:
    mine, other = make_replica_key(random_bytes), make_replica_key(random_bytes)
    sealed = seal_replica(b"the box", mine.public_key(), random_bytes)
    assert open_replica(sealed, mine) == b"the box"
    assert b"the box" not in sealed
    with pytest.raises(SealError, match="another key"):
        open_replica(sealed, other)
    for place in range(len(sealed)):
        with pytest.raises(SealError):
            open_replica(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], mine)
    with pytest.raises(SealError, match="no sealed replica"):
        open_replica(sealed[:20], mine)
