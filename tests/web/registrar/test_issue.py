"""The issue of tokens: one a person, within its days, and nobody learns which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import Way
from xiaoneng.core.errors import BallotError, CodeError, RoundRulesError, TokenError
from xiaoneng.web import registrar
from xiaoneng.web.registrar import keys, roll
from xiaoneng.web.registrar.refusals import (
    AlreadyIssuedError,
    IssueClosedError,
    IssueNotOpenError,
    IssueRunningError,
    NotOnRollError,
    RollError,
    SignaturesError,
    UnknownRoundError,
)

from .rounds import CLOSES, OPENS, VOTING, a_roll, a_round, a_voter, chance

pytestmark = pytest.mark.django_db(databases=["default", "registrar"])
ROUND = "2026-society"
KEY = ballots.make_key(2048)  # one for all tests: making keys takes longer than all the rest


def a_key() -> RSAPrivateKey:
    return KEY


def _installed() -> Any:
    rules = a_round()
    return registrar.install_round(rules, a_roll(rules), chance(1), make_key=a_key)


@pytest.fixture
def installed() -> Any:
    """A round of twelve firms with tokens and eleven of staff with paper codes."""
    return _installed()


@pytest.fixture
def installed_on_both(placed: Callable[[str], Any]) -> Any:
    """The same on SQLite in a file, then on PostgreSQL, with transactions in earnest."""
    placed("registrar")
    return _installed()


def test_each_person_with_a_token_gets_a_code_of_their_own_and_paper_voters_get_none(installed: Any) -> None:
    """Twelve firms are drawn for tokens, eleven of staff for paper codes."""
    assert [one.stratum for one in installed.invitations] == ["firms"] * 12
    assert len({one.code for one in installed.invitations}) == 12
    assert list(installed.public_keys) == ["firms"]
    assert registrar.public_keys(ROUND) == installed.public_keys
    assert registrar.fingerprints(ROUND) == installed.fingerprints
    assert len(registrar.people(ROUND, "staff")) == 11


def test_the_roll_holds_no_code_and_nothing_else_of_a_code_than_half_of_its_hash(installed_on_both: Any) -> None:
    with roll.connection().cursor() as cursor:
        cursor.execute("select person_key, stratum, name, contact, message_hash from registrar_roll")
        stored = cursor.fetchall()
    for one in installed_on_both.invitations:
        assert not any(one.code.encode() in bytes(cell) for row in stored for cell in row if not isinstance(cell, str))
        assert not any(one.code in cell for row in stored for cell in row if isinstance(cell, str))
    assert {len(bytes(row[0])) for row in stored} == {16}
    assert {bytes(row[4]) for row in stored} == {bytes(32)}


def test_a_token_signed_blindly_is_good_for_the_ballot_box(installed: Any) -> None:
    voter = a_voter(ROUND, "firms", installed.public_keys["firms"], chance(2))
    signature = voter.token(registrar.issue(ROUND, installed.invitations[0].code, voter.blinded, OPENS))
    verifiers = {"firms": ballots.Verifier(voter.key)}
    stratum, _ = ballots.take_token(voter.prepared, signature, round=ROUND, verifiers=verifiers)
    assert stratum == "firms"


def test_the_same_request_gets_the_same_signature_and_a_different_one_is_refused(installed_on_both: Any) -> None:
    """A lost answer costs nobody the token; a second token is not to be had."""
    code = installed_on_both.invitations[3].code
    first = a_voter(ROUND, "firms", installed_on_both.public_keys["firms"], chance(3))
    second = a_voter(ROUND, "firms", installed_on_both.public_keys["firms"], chance(4))
    signature = registrar.issue(ROUND, code, first.blinded, OPENS)
    assert registrar.issue(ROUND, code, first.blinded, CLOSES) == signature
    with pytest.raises(AlreadyIssuedError, match="one for each person"):
        registrar.issue(ROUND, code, second.blinded, OPENS)
    assert registrar.issued_counts(ROUND) == {"firms": 1, "staff": None}


def test_two_different_requests_at_once_give_one_token(installed_on_both: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read that no token was issued; the one that writes second is refused."""
    code = installed_on_both.invitations[4].code
    first = a_voter(ROUND, "firms", installed_on_both.public_keys["firms"], chance(5))
    second = a_voter(ROUND, "firms", installed_on_both.public_keys["firms"], chance(6))
    before = roll.tick_of(ROUND, roll.person_key(ROUND, code))
    registrar.issue(ROUND, code, first.blinded, OPENS)
    told = iter([before])
    real = roll.tick_of
    monkeypatch.setattr(roll, "tick_of", lambda *key: next(told, None) or real(*key))
    with pytest.raises(AlreadyIssuedError):
        registrar.issue(ROUND, code, second.blinded, OPENS)


def test_a_message_that_cannot_be_signed_costs_no_token(installed: Any) -> None:
    code = installed.invitations[5].code
    for wrong in (b"", b"short", b"\xff" * 256, bytes(256)):
        with pytest.raises(TokenError, match="blind the token once more"):
            registrar.issue(ROUND, code, wrong, OPENS)
    assert registrar.issued_counts(ROUND)["firms"] == 0


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        (OPENS - timedelta(days=1), IssueNotOpenError),
        (OPENS, None),
        (CLOSES, None),
        (CLOSES + timedelta(days=1), IssueClosedError),
        (VOTING, IssueClosedError),
    ],
)
def test_tokens_are_issued_on_the_days_of_issue_only(installed: Any, on: date, refusal: type[Exception] | None) -> None:
    voter = a_voter(ROUND, "firms", installed.public_keys["firms"], chance(7))
    if refusal is None:
        assert registrar.issue(ROUND, installed.invitations[0].code, voter.blinded, on)
        return
    with pytest.raises(refusal):
        registrar.issue(ROUND, installed.invitations[0].code, voter.blinded, on)


def test_issue_ends_a_whole_day_before_the_box_opens() -> None:
    """Issue until the 9th and a box that opens on the 10th: no day lies between."""
    rules = a_round()
    with pytest.raises(RoundRulesError, match="one whole day"):
        replace(rules, days=replace(rules.days, issue_closes_on=VOTING - timedelta(days=1))).checked()


def test_a_wrong_code_is_refused_and_a_code_of_another_round_too(installed: Any) -> None:
    voter = a_voter(ROUND, "firms", installed.public_keys["firms"], chance(8))
    with pytest.raises(NotOnRollError, match="compare it with the letter"):
        registrar.issue(ROUND, ballots.make_code(chance(9)), voter.blinded, OPENS)
    with pytest.raises(CodeError):
        registrar.issue(ROUND, "ABCD", voter.blinded, OPENS)
    with pytest.raises(UnknownRoundError):
        registrar.issue("2025-society", installed.invitations[0].code, voter.blinded, OPENS)
    later = a_round(code="2027-society")
    registrar.install_round(later, a_roll(later), chance(10), make_key=a_key)
    with pytest.raises(NotOnRollError):
        registrar.issue("2027-society", installed.invitations[0].code, voter.blinded, OPENS)


def test_a_round_on_paper_issues_no_tokens() -> None:
    rules = a_round()
    paper = replace(
        rules,
        code="paper",
        strata=(replace(rules.strata[1], weight=1.0),),
        days=replace(rules.days, issue_opens_on=None),
    )
    made = registrar.install_round(paper, a_roll(paper), chance(1))
    assert made.invitations == ()
    with pytest.raises(IssueNotOpenError, match="on paper"):
        registrar.issue("paper", ballots.make_code(chance(1)), b"", OPENS)


# --- the close


def test_the_close_counts_and_destroys_the_keys_so_that_nobody_can_sign(installed_on_both: Any) -> None:
    voter = a_voter(ROUND, "firms", installed_on_both.public_keys["firms"], chance(11))
    registrar.issue(ROUND, installed_on_both.invitations[0].code, voter.blinded, OPENS)
    assert not registrar.are_keys_destroyed(ROUND)
    with pytest.raises(IssueRunningError, match="the day after"):
        registrar.close_issue(ROUND, CLOSES)
    assert registrar.close_issue(ROUND, CLOSES + timedelta(days=1)) == {"firms": 1}
    assert registrar.close_issue(ROUND, CLOSES + timedelta(days=2)) == {"firms": 1}
    assert registrar.are_keys_destroyed(ROUND)
    with pytest.raises(IssueClosedError):
        keys.signer(ROUND, "firms")
    with pytest.raises(IssueClosedError):  # the person who has a token, and on a day of issue
        registrar.issue(ROUND, installed_on_both.invitations[0].code, voter.blinded, OPENS)


def test_a_round_that_is_overdue_is_closed_by_the_first_look_after_its_last_day(installed: Any) -> None:
    assert registrar.close_overdue(CLOSES) == []
    assert registrar.close_overdue(CLOSES + timedelta(days=1)) == [ROUND]
    assert registrar.close_overdue(CLOSES + timedelta(days=1)) == []
    assert registrar.are_keys_destroyed(ROUND)


def test_private_keys_are_for_their_owner_and_no_database_holds_them(installed: Any) -> None:
    files = list(keys._folder(ROUND).iterdir())
    assert [(file.name, oct(file.stat().st_mode & 0o777)) for file in files] == [("firms.pem", "0o600")]
    assert keys._folder(ROUND).stat().st_mode & 0o077 == 0


def test_counts_are_told_once_the_issue_is_closed_for_all(installed: Any) -> None:
    """While it runs, a count that goes up would tell who has just come."""
    voter = a_voter(ROUND, "firms", installed.public_keys["firms"], chance(12))
    registrar.issue(ROUND, installed.invitations[0].code, voter.blinded, OPENS)
    told = {one["code"]: (one["eligible"], one["drawn"], one["issued"]) for one in registrar.published(ROUND)}
    assert told == {"firms": (900, 12, None), "staff": (400, 11, None)}
    registrar.close_issue(ROUND)
    assert {one["code"]: one["issued"] for one in registrar.published(ROUND)} == {"firms": 1, "staff": None}


def test_the_roll_is_deleted_after_the_round_and_the_counts_stay(installed_on_both: Any) -> None:
    voter = a_voter(ROUND, "firms", installed_on_both.public_keys["firms"], chance(13))
    registrar.issue(ROUND, installed_on_both.invitations[0].code, voter.blinded, OPENS)
    with pytest.raises(IssueRunningError, match="close the issue"):
        registrar.delete_roll(ROUND)
    registrar.close_issue(ROUND)
    registrar.delete_roll(ROUND)
    assert registrar.people(ROUND, "firms") == []
    assert registrar.issued_counts(ROUND) == {"firms": 1, "staff": None}


def test_a_round_installed_by_mistake_is_removed_whole(installed_on_both: Any) -> None:
    registrar.remove_round(ROUND)
    with pytest.raises(UnknownRoundError):
        registrar.people(ROUND, "firms")
    assert not keys.has_any(ROUND)
    rules = a_round()
    assert len(registrar.install_round(rules, a_roll(rules), chance(1), make_key=a_key).invitations) == 12


def test_a_rewrite_changes_no_row(installed_on_both: Any) -> None:
    def rows() -> list[Any]:
        with roll.connection().cursor() as cursor:
            cursor.execute("select * from registrar_roll order by person_key")
            return [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in cursor]

    before = rows()
    for _ in range(3):
        roll.rewrite()
    roll.compact()
    assert rows() == before
    assert len(before) == 23


# --- a roll that does not fit


def test_a_roll_must_fit_the_rules() -> None:
    rules = a_round()
    people = a_roll(rules)
    few = replace(rules, strata=(replace(rules.strata[0], invited=9), rules.strata[1]))
    for wrong_rules, wrong, told in (
        (rules, people[1:], "11 persons on the roll and the rules invite 12"),
        (rules, [people[0]._replace(stratum="nobody"), *people[1:]], "no stratum 'nobody'"),
        (rules, [people[0]._replace(name=" "), *people[1:]], "row 1 has no name"),
        (rules, [people[0]._replace(name="王" * 61), *people[1:]], "name may have 60"),
        (rules, [people[0]._replace(contact="a\x00b"), *people[1:]], "control sign"),
        (rules, [people[1], *people[1:]], "rows 1 and 2 are the same person"),
        (few, people[3:], "shared by 10"),
    ):
        with pytest.raises(RollError, match=told):
            registrar.install_round(wrong_rules, wrong, chance(1), make_key=a_key)
    assert all(stratum.way is not Way.PAPER or stratum.code == "staff" for stratum in rules.strata)
    registrar.install_round(rules, people, chance(1), make_key=a_key)
    with pytest.raises(RollError, match="installed already"):
        registrar.install_round(rules, people, chance(2), make_key=a_key)


def test_two_persons_with_one_key_are_refused_and_nothing_is_left() -> None:
    """A source of chance that repeats itself draws the same key for two persons of staff."""
    rules = a_round()
    real = chance(1)
    with pytest.raises(RollError, match="same key"):
        registrar.install_round(
            rules, a_roll(rules), lambda length: bytes(16) if length == 16 else real(length), make_key=a_key
        )
    with pytest.raises(UnknownRoundError):
        registrar.people(rules.code, "staff")


# --- signatures on paper


def test_signatures_count_once_two_persons_counted_the_same(installed: Any) -> None:
    assert registrar.reconcile(ROUND, {"staff": 10})["staff"] == (10, None)
    assert not registrar.enter_signatures(ROUND, "staff", 9, by="li")
    assert not registrar.enter_signatures(ROUND, "staff", 10, by="li")  # the same person counts again
    with pytest.raises(SignaturesError, match="10 and 9"):
        registrar.enter_signatures(ROUND, "staff", 9, by="zhao")
    assert not registrar.enter_signatures(ROUND, "staff", 10, by="li")
    assert registrar.enter_signatures(ROUND, "staff", 10, by="zhao")
    assert registrar.issued_counts(ROUND)["staff"] == 10
    assert registrar.reconcile(ROUND, {"staff": 10})["staff"].agrees
    assert not registrar.reconcile(ROUND, {"staff": 11})["staff"].agrees
    with pytest.raises(SignaturesError, match="two persons already"):
        registrar.enter_signatures(ROUND, "staff", 10, by="sun")


def test_signatures_that_cannot_be_are_refused(installed: Any) -> None:
    for stratum, count, told in (
        ("firms", 1, "no paper codes"),
        ("staff", 12, "12 signatures of 11"),
        ("staff", -1, "-1"),
    ):
        with pytest.raises(SignaturesError, match=told):
            registrar.enter_signatures(ROUND, stratum, count, by="li")


def test_every_refusal_is_one_of_the_secret_ballot() -> None:
    from xiaoneng.web.registrar import refusals

    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, BallotError)]
    codes = [kind.code for kind in kinds if issubclass(kind, refusals.RegistrarError)]
    assert len(set(codes)) == len(codes) == 9
