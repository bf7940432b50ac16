"""Secret ballots: one voter one ballot, nobody can tell whose it is, and whatever is changed shows."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from xiaoneng.core.ballots import (
    Evidence,
    FaultKind,
    Kind,
    Receipt,
    StoredBallot,
    Variant,
    Verifier,
    acknowledge,
    ballot_mac,
    blind,
    blind_sign,
    canonical,
    close_round,
    code_hash,
    finalize,
    log_leaves,
    make_key,
    make_receipt_key,
    merged_strata,
    parse_code,
    prepare,
    published_ballots,
    read_answers,
    recount,
    sign_closing,
    take_token,
    threats,
    token_message,
    verify_round,
)
from xiaoneng.core.errors import AnswersError, CodeError, TokenError, TooFewEligibleError

FORM = {"water": {"speed": Kind.LEVEL}, "taxes": {"favour": Kind.RANDOMISED}}
CHANCE = random.Random(26)
BOX = make_receipt_key(CHANCE.randbytes)
SEALS = CHANCE.randbytes(32)


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return make_key(2048)


def ballot(token: int, stratum: str, speed: int | str) -> StoredBallot:
    """A ballot as the box stores it."""
    token_hash, answers = bytes([token]) * 32, canonical({"water": {"speed": speed}}, FORM)
    receipt = bytes([token]) * 16
    mac = ballot_mac(SEALS, "r", token_hash, stratum, answers)
    return StoredBallot(token_hash, stratum, answers, mac, receipt, acknowledge(BOX, "r", token_hash, receipt))


def test_the_registrar_signs_what_it_cannot_see(key: RSAPrivateKey) -> None:
    """What it saw, the blinded message and its signature, has no part in common with what is handed to the ballot box.

    Two blindings of the same token look like two unrelated numbers, and either leads to a good signature.
    """
    public, variant = key.public_key(), Variant.PSS_RANDOMIZED
    prepared = prepare(token_message("r", "staff", CHANCE.randbytes), variant, CHANCE.randbytes)
    signatures = []
    seen = set()
    for _ in range(2):
        blinded = blind(public, prepared, variant, CHANCE.randbytes)
        signed = blind_sign(key, blinded.blinded_msg, CHANCE.randbytes)
        seen |= {blinded.blinded_msg, signed}
        signatures.append(finalize(public, prepared, signed, blinded.inverse, variant))
    assert len(seen) == 4
    assert not seen & set(signatures)
    hashes = {take_token(prepared, sig, round="r", verifiers={"staff": Verifier(public)})[1] for sig in signatures}
    assert len(hashes) == 1  # one token, however often it was signed


def test_a_token_is_good_for_its_round_and_its_stratum_alone(key: RSAPrivateKey) -> None:
    """Round and stratum stand in the token and are signed with it; the key says the stratum too."""
    public, variant = key.public_key(), Variant.PSS_RANDOMIZED
    prepared = prepare(token_message("2026", "staff", CHANCE.randbytes), variant, CHANCE.randbytes)
    blinded = blind(public, prepared, variant, CHANCE.randbytes)
    sig = finalize(public, prepared, blind_sign(key, blinded.blinded_msg, CHANCE.randbytes), blinded.inverse, variant)
    assert take_token(prepared, sig, round="2026", verifiers={"staff": Verifier(public)})[0] == "staff"
    with pytest.raises(TokenError, match="round 2026, here is 2027"):
        take_token(prepared, sig, round="2027", verifiers={"staff": Verifier(public)})
    with pytest.raises(TokenError, match="no voters called staff"):
        take_token(prepared, sig, round="2026", verifiers={"firms": Verifier(public)})


def test_a_stratum_of_fewer_than_ten_shares_a_key_with_the_next_smallest() -> None:
    """4 and 7 join and are 11; 30 stands alone. Drawn: who may vote, and which key each gets."""
    drawing = """
        stratum | eligible | key
        --------+----------+--------------
        media   | 4        | media+veterans
        veterans| 7        | media+veterans
        firms   | 30       | firms
        """
    rows = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()[2:]]
    assert merged_strata({name: int(count) for name, count, _ in rows}) == {name: key for name, _, key in rows}


def test_a_stratum_that_is_still_too_small_after_one_join_is_joined_again() -> None:
    """1 and 2 are 3, still fewer than ten; with 20 they are 23."""
    assert set(merged_strata({"a": 1, "b": 2, "c": 20}).values()) == {"a+b+c"}


def test_a_round_of_fewer_than_ten_in_all_cannot_be_secret() -> None:
    """Nine may vote, however they are arranged."""
    with pytest.raises(TooFewEligibleError, match="9 may vote"):
        merged_strata({"staff": 5, "firms": 4})


def test_a_code_is_read_as_it_is_meant_and_a_wrong_character_is_said() -> None:
    """Sixteen zeros have the check character 1: nought times anything is nought, and the sum must be 1 modulo 37.

    With 1 in place 16, which counts double, the sum is 2, and the check must make up -1, which is 36 and has no
    character: such a code is never drawn.
    """
    drawing = """
        typed                 | read as
        ----------------------+------------------
        00000000000000001     | 00000000000000001
        0000-0000-0000-0000-1 | 00000000000000001
        oooo OOOO 0000 0000 l | 00000000000000001
        0000-0000-0000-0000-I | 00000000000000001
        00000000000000010     | refused
        00000000000000002     | refused
        0000000000000000      | refused
        0000-0000-0000-0000-U | refused
        """
    for line in drawing.strip().splitlines()[2:]:
        typed, expected = (cell.strip() for cell in line.split("|"))
        if expected == "refused":
            with pytest.raises(CodeError):
                parse_code(typed)
        else:
            assert parse_code(typed) == expected


def test_the_box_knows_a_code_by_its_hash_which_differs_by_round_and_stratum() -> None:
    """The same code in two rounds, or for two strata, cannot be recognised."""
    code = "0" * 16 + "1"
    hashes = {code_hash(year, stratum, code) for year in ("2026", "2027") for stratum in ("staff", "firms")}
    assert len(hashes) == 4
    assert code_hash("2026", "staff", "oooo-oooo-oooo-oooo-l") in hashes


def test_no_contact_is_an_answer_of_its_own_and_never_a_level() -> None:
    """Of three ballots one says 4, one 2, one that its voter had no contact: the levels are two, not three."""
    ballots = [canonical({"water": {"speed": speed}}, FORM) for speed in (4, 2, "no_contact")]
    assert recount({"staff": ballots})["staff"]["water"]["speed"] == {"2": 1, "4": 1, "no_contact": 1}
    with pytest.raises(AnswersError, match=r"water\.speed: 0 is no answer"):
        canonical({"water": {"speed": 0}}, FORM)


def test_a_question_of_randomised_response_takes_yes_and_no_alone() -> None:
    assert read_answers(canonical({"taxes": {"favour": "yes"}}, FORM)) == {"taxes": {"favour": "yes"}}
    with pytest.raises(AnswersError, match=r"taxes\.favour"):
        canonical({"taxes": {"favour": 5}}, FORM)


def test_a_ballot_has_one_text_however_its_answers_came() -> None:
    """Names in the order of the alphabet, no spaces."""
    first = {"water": {"speed": 3}, "taxes": {"favour": "no"}}
    second = {"taxes": {"favour": "no"}, "water": {"speed": 3}}
    text = b'{"taxes":{"favour":"no"},"water":{"speed":3}}'
    assert canonical(first, FORM) == canonical(second, FORM) == text


def test_a_receipt_shows_that_a_ballot_is_counted_and_not_what_it_says() -> None:
    """The same acknowledgement comes for a good and for a bad mark, and it speaks against a box that drops the ballot."""
    kind, harsh = ballot(1, "staff", 5), ballot(1, "staff", 1)
    assert kind.acknowledgement == harsh.acknowledgement
    kept = [ballot(2, "staff", 3), ballot(3, "staff", 4)]
    closing = close_round(kept, round="r", closed_on="2026-12-11", strata=["staff"])
    evidence = Evidence(sign_closing(closing, BOX), BOX.public_key(), log=log_leaves(kept))
    mine = Receipt(kind.token_hash, kind.receipt, kind.acknowledgement)
    assert [fault.kind for fault in verify_round(evidence._replace(receipts=[mine]))] == [FaultKind.RECEIPT_MISSING]
    other = Receipt(kept[0].token_hash, kept[0].receipt, kept[0].acknowledgement)
    assert verify_round(evidence._replace(receipts=[other])) == []


def test_an_edit_of_a_row_breaks_its_seal_and_names_it() -> None:
    """A mark of 1 is made a 5 in the database; the row is called by the beginning of its token hash."""
    rows = [ballot(1, "staff", 1), ballot(2, "staff", 4)]
    closing = close_round(rows, round="r", closed_on="2026-12-11", strata=["staff"])
    edited = [rows[0]._replace(answers=canonical({"water": {"speed": 5}}, FORM)), rows[1]]
    evidence = Evidence(sign_closing(closing, BOX), BOX.public_key(), ballots=edited, mac_key=SEALS)
    faults = verify_round(evidence)
    assert [(fault.kind, fault.where) for fault in faults] == [(FaultKind.SEAL_BROKEN, "01" * 8)]


def test_no_stratum_has_more_ballots_than_were_handed_out() -> None:
    """Two tokens were signed and three ballots are there: the statement itself is a fault."""
    rows = [ballot(number, "staff", 3) for number in (1, 2, 3)]
    closing = close_round(rows, round="r", closed_on="2026-12-11", strata=["staff"], issued={"staff": 2})
    faults = verify_round(Evidence(sign_closing(closing, BOX), BOX.public_key()))
    assert [(fault.kind, fault.where) for fault in faults] == [(FaultKind.MORE_THAN_ISSUED, "staff")]


def test_ballots_are_published_for_thirty_and_more_in_an_order_that_tells_nothing() -> None:
    """29 of staff are kept back, 30 of firms come out; with the tokens dealt out anew the list is the same."""
    rows = [ballot(number, "staff", 1 + number % 5) for number in range(29)]
    rows += [ballot(100 + number, "firms", 1 + number % 5) for number in range(30)]
    published = published_ballots(rows, b"seed")
    assert {stratum: len(mine) for stratum, mine in published.items()} == {"firms": 30}
    answers = [row.answers for row in rows[29:]]
    assert Counter(published["firms"]) == Counter(answers)
    dealt = [
        row._replace(token_hash=other.token_hash) for row, other in zip(rows[29:], reversed(rows[29:]), strict=True)
    ]
    assert published_ballots(dealt, b"seed") == published


def test_the_ballot_page_says_what_is_not_protected_too() -> None:
    """In both languages; the sentence on one machine goes where two offices run two."""
    for language in ("zh", "en"):
        told = threats(language)
        assert len(told.protected) == 7
        assert len(told.exposed) == 9
        assert set(told.exposed) - set(threats(language, has_two_machines=True).exposed) == {told.exposed[4]}
    assert "他可以在您之后再投一次" in threats().exposed[0]
