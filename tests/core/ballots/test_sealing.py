"""Answers, seals, acknowledgements, the closing statement and published ballots."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.core.ballots import (
    Kind,
    SignedClosing,
    StoredBallot,
    acknowledge,
    ballot_mac,
    canonical,
    check_acknowledgement,
    check_closing,
    close_round,
    count_all,
    has_mac,
    make_mac_key,
    make_receipt_key,
    published_ballots,
    read_answers,
    read_closing,
    recount,
    remark,
    sign_closing,
)
from xiaoneng.core.errors import AnswersError, SealError

FORM = {"water": {"speed": Kind.LEVEL, "manner": Kind.LEVEL}, "taxes": {"favour": Kind.RANDOMISED}}
Chance = Callable[[int], bytes]

levels = st.sampled_from([1, 2, 3, 4, 5, "no_contact"])
ballots = st.fixed_dictionaries(
    {}, optional={"water": st.dictionaries(st.sampled_from(["speed", "manner"]), levels, min_size=1),
                  "taxes": st.fixed_dictionaries({"favour": st.sampled_from(["yes", "no"])})}
).filter(bool)  # fmt: skip


@given(ballots)
def test_a_canonical_text_comes_back_as_its_answers_and_is_the_only_one(answers: dict[str, Any]) -> None:
    text = canonical(answers, FORM)
    assert read_answers(text, FORM) == answers
    turned = {name: dict(reversed(mine.items())) for name, mine in reversed(answers.items())}
    assert canonical(turned, FORM) == text
    assert b" " not in text
    with pytest.raises(AnswersError, match="canonical"):
        read_answers(text.replace(b":", b": ", 1))


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({}, "at least one answer"),
        ([1], "at least one answer"),
        ({"forest": {"speed": 1}}, "forest: is not rated"),
        ({"water": {}}, "water: at least one"),
        ({"water": 3}, "water: at least one"),
        ({"water": {"price": 1}}, "water.price: is not asked"),
        ({"water": {"speed": 0}}, "water.speed: 0 is no answer"),
        ({"water": {"speed": 6}}, "water.speed: 6"),
        ({"water": {"speed": 3.0}}, "water.speed: 3.0"),
        ({"water": {"speed": True}}, "water.speed: True"),
        ({"water": {"speed": "3"}}, "water.speed: '3'"),
        ({"water": {"speed": None}}, "water.speed: None"),
        ({"water": {"speed": [3]}}, "water.speed"),
        ({"water": {"speed": "yes"}}, "water.speed: 'yes'"),
        ({"taxes": {"favour": 1}}, "taxes.favour: 1 is no answer, yes, no are"),
        ({"taxes": {"favour": "no_contact"}}, "taxes.favour"),
    ],
)
def test_answers_that_do_not_fit_are_refused_by_the_name_of_their_field(answers: Any, why: str) -> None:
    with pytest.raises(AnswersError, match=why):
        canonical(answers, FORM)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff", b'{"water":{"speed":1,"speed":1}}', b'{"water":{"speed":NaN}}', b"[" * 5000])  # fmt: skip
def test_texts_that_are_no_ballot_are_refused(text: bytes) -> None:
    with pytest.raises(AnswersError):
        read_answers(text, FORM)
    if text != b"[]":
        return
    with pytest.raises(AnswersError, match="canonical"):
        read_answers(text)


def test_a_remark_is_trimmed_and_has_a_limit() -> None:
    assert remark("  窗口态度好 \n") == "窗口态度好"
    with pytest.raises(AnswersError, match="2001 characters"):
        remark("长" * 2001)


def test_a_seal_covers_every_part_of_a_ballot(random_bytes: Chance) -> None:
    key = make_mac_key(random_bytes)
    parts = ("r", b"t" * 32, "staff", b"{}")
    made = {ballot_mac(key, *parts)}
    made |= {ballot_mac(key, "q", *parts[1:]), ballot_mac(key, "r", b"u" * 32, *parts[2:])}
    made |= {ballot_mac(key, "r", b"t" * 32, "staf", b"f{}"), ballot_mac(make_mac_key(random_bytes), *parts)}
    assert len(made) == 5
    assert has_mac(key, "r", StoredBallot(*parts[1:], ballot_mac(key, *parts)))
    assert not has_mac(key, "r", StoredBallot(*parts[1:], b""))


def test_an_acknowledgement_says_that_a_token_was_taken_and_nothing_of_the_ballot(random_bytes: Chance) -> None:
    """It is made of round, token and receipt alone; asked for twice it is the same."""
    key = make_receipt_key(random_bytes)
    told = acknowledge(key, "r", b"t" * 32, b"x" * 16)
    assert told == acknowledge(key, "r", b"t" * 32, b"x" * 16)
    public = key.public_key()
    assert check_acknowledgement(public, "r", b"t" * 32, b"x" * 16, told)
    assert not check_acknowledgement(public, "q", b"t" * 32, b"x" * 16, told)
    assert not check_acknowledgement(public, "r", b"t" * 32, b"y" * 16, told)
    assert not check_acknowledgement(make_receipt_key(random_bytes).public_key(), "r", b"t" * 32, b"x" * 16, told)
    with pytest.raises(SealError, match="16 bytes"):
        acknowledge(key, "r", b"t" * 32, b"short")


def test_seal_and_acknowledgement_together_take_less_than_a_seventh_of_a_millisecond(random_bytes: Chance) -> None:
    key, box = make_mac_key(random_bytes), make_receipt_key(random_bytes)
    best = 1.0
    for _ in range(10):
        started = time.process_time()
        for _ in range(50):
            ballot_mac(key, "r", b"t" * 32, "staff", b'{"water":{"speed":1}}')
            acknowledge(box, "r", b"t" * 32, b"x" * 16)
        best = min(best, (time.process_time() - started) / 50)
    assert best < 0.00015


def test_a_closing_statement_holds_under_its_key_and_nowhere_else(closed: Any, random_bytes: Chance) -> None:
    signed = sign_closing(closed.closing, closed.box)
    assert check_closing(signed, closed.box.public_key()) == closed.closing
    assert closed.closing.counts == {"firms": 32, "staff": 8}
    with pytest.raises(SealError, match="not signed by this key"):
        check_closing(signed, make_receipt_key(random_bytes).public_key())
    edited = signed.statement.replace(b'"firms":32', b'"firms":33')
    assert edited != signed.statement
    with pytest.raises(SealError, match="was edited"):
        check_closing(SignedClosing(edited, signed.signature), closed.box.public_key())
    for strange in (b"{}", b"[]", b"\xff", signed.statement + b" "):
        with pytest.raises(SealError, match="no closing statement"):
            read_closing(strange)


def test_a_stratum_without_ballots_is_closed_with_nought() -> None:
    closing = close_round([], round="r", closed_on="2026-12-11", strata=["staff"])
    assert closing.counts == {"staff": 0}
    assert closing.size == 0


def test_a_token_that_stands_twice_and_a_strange_stratum_cannot_be_closed() -> None:
    ballot = StoredBallot(b"t" * 32, "staff", b"{}", b"m")
    with pytest.raises(SealError, match="stands twice"):
        close_round([ballot, ballot], round="r", closed_on="2026-12-11", strata=["staff"])
    with pytest.raises(SealError, match="no such stratum"):
        close_round([ballot], round="r", closed_on="2026-12-11", strata=["firms"])


def test_published_ballots_are_those_of_the_large_strata_without_token_and_seal(closed: Any) -> None:
    published = published_ballots(closed.ballots, b"seed")
    assert list(published) == ["firms"]
    assert Counter(published["firms"]) == Counter(row.answers for row in closed.ballots if row.stratum == "firms")
    said = b"".join(published["firms"]).hex()
    assert not any(row.token_hash.hex() in said or row.mac.hex() in said for row in closed.ballots)


def test_the_order_of_published_ballots_depends_on_no_token_and_on_no_order_of_rows(closed: Any) -> None:
    """Same answers behind other tokens, in another order: the same list. Another seed: another one."""
    chance = random.Random(3)
    others = [row._replace(token_hash=chance.randbytes(32)) for row in closed.ballots]
    chance.shuffle(others)
    assert published_ballots(others, b"seed") == published_ballots(closed.ballots, b"seed")
    assert published_ballots(others, b"else") != published_ballots(closed.ballots, b"seed")


def test_a_recount_gives_what_a_plain_loop_gives(closed: Any) -> None:
    counted = recount(published_ballots(closed.ballots, b"seed"))
    again: dict[tuple[str, str, str], int] = {}
    for row in closed.ballots:
        if row.stratum == "firms":
            for appraisee, mine in read_answers(row.answers).items():
                for question, answer in mine.items():
                    cell = (appraisee, question, str(answer))
                    again[cell] = again.get(cell, 0) + 1
    flat = {
        (appraisee, question, answer): count
        for appraisee, mine in counted["firms"].items()
        for question, answers in mine.items()
        for answer, count in answers.items()
    }
    assert flat == again
    assert count_all(closed.ballots)["firms"] == counted["firms"]
