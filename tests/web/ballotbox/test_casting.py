"""Taking ballots: one a token, the last counts, the same one again is answered alike; every refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from xiaoneng.core import ballots
from xiaoneng.web import ballotbox
from xiaoneng.web.ballotbox import booth, casting, errors, storage

from .conftest import ZONE
from .rounds import ANSWERS, OTHER_KEY, Handed, a_round, a_staff_round, a_token, handed, install, submission

pytestmark = pytest.mark.django_db(databases=["default", "box"])
ROUND = "2026-society"


def rows() -> list[storage.BallotRow]:
    with storage.reading() as cursor:
        return storage.ballots_of(cursor, ROUND)


def cast(**given: Any) -> casting.Acknowledgement:
    return casting.cast(ROUND, submission(**given))


def test_a_ballot_is_acknowledged_with_a_signature_that_the_published_key_makes(society: Handed) -> None:
    told = cast(code=society.codes["staff"][0])
    key = ballots.read_public(society.installed.box_key, Ed25519PublicKey)
    assert told.token_hash == society.hash_of(society.codes["staff"][0])
    assert ballots.check_acknowledgement(key, ROUND, told.token_hash, told.receipt, told.signature)


def test_a_token_and_a_code_are_taken_each_in_its_stratum(society: Handed) -> None:
    cast(code=society.codes["staff"][0])
    cast(token=a_token(7))
    assert sorted(row.stratum for row in rows()) == ["firms", "staff"]
    assert all(ballotbox.verify_box(ROUND) == [] for _ in range(2))


def test_the_same_ballot_sent_three_times_is_answered_alike_and_counts_once(society: Handed) -> None:
    told = {cast(token=a_token(7), receipt=5) for _ in range(3)}
    assert len(told) == 1
    assert len(rows()) == 1


def test_of_two_ballots_with_one_token_the_last_counts(society: Handed) -> None:
    code = society.codes["staff"][0]
    cast(code=code, receipt=1, remark="原来的话")
    cast(code=code, receipt=2, answers={"tax": {"attitude": 1}})
    assert [row.answers for row in rows()] == [b'{"tax":{"attitude":1}}']
    with storage.reading() as cursor:
        assert storage.remarks_of(cursor, ROUND) == {}
    assert ballotbox.verify_box(ROUND) == []


def test_a_late_repetition_of_a_ballot_that_was_replaced_does_not_bring_it_back(society: Handed) -> None:
    """The first request was answered, lost on the way, and comes again after the voter voted anew."""
    code = society.codes["staff"][0]
    first = cast(code=code, receipt=1)
    cast(code=code, receipt=2, answers={"tax": {"attitude": 1}})
    assert cast(code=code, receipt=1) == first
    assert [row.answers for row in rows()] == [b'{"tax":{"attitude":1}}']


def test_another_ballot_under_the_same_receipt_is_refused(society: Handed) -> None:
    cast(token=a_token(7), receipt=1)
    with pytest.raises(errors.ReceiptReusedError):
        cast(token=a_token(7), receipt=1, answers={"tax": {"attitude": 1}})


def test_a_code_is_read_as_people_type_it(society: Handed) -> None:
    code = ballots.grouped(society.codes["staff"][0]).lower()
    assert cast(code=f" {code} ").token_hash == society.hash_of(society.codes["staff"][0])


REFUSED: list[tuple[type[errors.Refusal], Callable[[Handed], dict[str, Any]]]] = [
    (errors.UnknownCodeError, lambda given: {"code": ballots.make_codes(1, lambda n: b"\7" * n)[0]}),
    (errors.UnknownCodeError, lambda given: {"code": given.codes["staff"][0][:-1] + "!"}),
    (errors.UnknownTokenError, lambda given: {"token": a_token(7, key=OTHER_KEY)}),
    (errors.UnknownTokenError, lambda given: {"token": a_token(7, round="2025-society")}),
    (errors.UnknownTokenError, lambda given: {"token": a_token(7, stratum="staff")}),
    (errors.UnknownTokenError, lambda given: {"token": (a_token(7)[0], a_token(8)[1])}),
    (errors.UnknownTokenError, lambda given: {"token": (b"no token", b"")}),
    (errors.WrongAnswersError, lambda given: {"token": a_token(7), "answers": {}}),
    (errors.WrongAnswersError, lambda given: {"token": a_token(7), "answers": [1]}),
    (errors.WrongAnswersError, lambda given: {"token": a_token(7), "answers": {"water": {"attitude": 6}}}),
    (errors.WrongAnswersError, lambda given: {"token": a_token(7), "answers": {"water": {"attitude": [5]}}}),
    (errors.WrongAnswersError, lambda given: {"token": a_token(7), "answers": {"nowhere": {"attitude": 5}}}),
    (errors.WrongAnswersError, lambda given: {"token": a_token(7), "answers": {"_": {"favour": 5}}}),
    (errors.WrongAnswersError, lambda given: {"code": given.codes["staff"][0], "answers": {"housing": {"attitude": 5}}}),
    (errors.WrongAnswersError, lambda given: {"token": a_token(7), "remark": "长" * 2001}),
    (errors.WrongAnswersError, lambda given: {"token": a_token(7), "remark": "a\x00b"}),
    (errors.MalformedError, lambda given: {}),
    (errors.MalformedError, lambda given: {"token": a_token(7), "code": given.codes["staff"][0]}),
    (errors.MalformedError, lambda given: {"token": a_token(7), "receipt": 1 << 160}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given"), REFUSED)
def test_what_is_refused_leaves_nothing_behind(
    society: Handed, kind: type[errors.Refusal], given: Callable[[Handed], dict[str, Any]]
) -> None:
    with pytest.raises(kind):
        cast(**given(society))
    assert rows() == []
    assert ballotbox.verify_box(ROUND) == []


def test_no_more_are_rated_than_the_rules_say(box: Any) -> None:
    install(handed(a_round(most_rated=1)))
    cast(token=a_token(7), answers={"tax": {"attitude": 5}, "_": {"favour": "yes"}})
    with pytest.raises(errors.WrongAnswersError):
        cast(token=a_token(7), receipt=2, answers={"tax": {"attitude": 5}, "water": {"attitude": 5}})


def test_a_voided_code_cannot_vote(society: Handed) -> None:
    code = society.codes["staff"][3]
    assert ballotbox.void_codes(ROUND, [society.hash_of(code)]) == 1
    with pytest.raises(errors.VoidedCodeError):
        cast(code=code)
    assert ballotbox.verify_box(ROUND) == []


@pytest.mark.parametrize(("days", "kind"), [(-1, errors.NotOpenError), (11, errors.ClosedError)])
def test_before_and_after_its_days_the_box_takes_nothing(
    society: Handed, day: Callable[..., None], days: int, kind: type[errors.Refusal]
) -> None:
    day(days=days)
    with pytest.raises(kind):
        cast(token=a_token(7))
    assert rows() == []


def test_after_the_close_the_box_takes_nothing_even_in_a_process_that_knew_it_open(society: Handed) -> None:
    """Another process closed the round; this one still has it in mind."""
    known = booth.booth_of(ROUND)
    ballotbox.close_round(ROUND, society.rules.days.closes_on)
    booth._booths[ROUND] = known
    with pytest.raises(errors.ClosedError):
        cast(token=a_token(7))
    booth.forget()
    with pytest.raises(errors.ClosedError):
        cast(token=a_token(7))


def test_a_round_that_is_not_there_is_refused(box: Any) -> None:
    with pytest.raises(errors.RoundMissingError):
        cast(token=a_token(7))


def test_a_public_round_keeps_half_days_and_nothing_finer(society: Handed, day: Callable[..., None]) -> None:
    """From midnight of the first day: 10 Nov 00:00 is 0, 11:59 still 0, 12:00 is 1, 11 Nov 00:10 is 2."""
    moments = [(10, 0, 0), (10, 11, 59), (10, 12, 0), (11, 0, 10)]
    for place, (in_november, hour, minute) in enumerate(moments):
        day(datetime(2026, 11, in_november, hour, minute, tzinfo=ZONE))
        cast(token=a_token(20 + place))
    assert sorted(row.bucket or 0 for row in rows()) == [0, 0, 1, 2]


def test_a_round_of_staff_keeps_no_time_at_all(box: Any, day: Callable[..., None]) -> None:
    day(days=0)
    given = install(handed(a_staff_round()))
    casting.cast(given.code, submission(code=given.codes["staff"][0], answers={"water": {"attitude": 5}}))
    with storage.reading() as cursor:
        assert [row.bucket for row in storage.ballots_of(cursor, given.code)] == [None]


def test_the_tables_have_no_column_for_a_time_and_no_row_numbers(box: Any) -> None:
    with storage.reading() as cursor:
        tables = [name for name in box.introspection.table_names(cursor) if name.startswith("ballotbox_")]
        assert len(tables) == 11
        for table in tables:
            kinds = {
                str(column.type_code): column.name for column in box.introspection.get_table_description(cursor, table)
            }
            columns = set(kinds.values())
            assert not {name for name in columns if name.endswith(("_at", "_on", "time", "date")) or name == "id"}
        if box.vendor == "sqlite":
            cursor.execute("select name, sql from sqlite_master where name like 'ballotbox_%%' and type = 'table'")
            made = dict(cursor.fetchall())
            assert {name for name, sql in made.items() if "without rowid" not in sql} == {"ballotbox_round"}


def test_a_ballot_that_cannot_be_written_is_refused_and_may_be_sent_again(
    society: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, say: the writer says so, and the same ballot is taken once there is room."""

    def full(*_: Any) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(storage, "put_ballots", full)
        with pytest.raises(errors.NotStoredError):
            cast(token=a_token(7))
    assert rows() == []
    cast(token=a_token(7))
    assert len(rows()) == 1
    assert ballotbox.verify_box(ROUND) == []


def test_casting_writes_no_log_and_no_trace(society: Handed, caplog: pytest.LogCaptureFixture) -> None:
    from xiaoneng.web.audit.models import Entry

    before = Entry.objects.count()
    with caplog.at_level(0):
        cast(code=society.codes["staff"][0])
    assert caplog.text == ""
    assert Entry.objects.count() == before


def test_neither_code_nor_token_nor_receipt_stands_in_the_database_file(
    society: Handed, tmp_path: Any, box: Any
) -> None:
    """Only hashes and keyed marks do; on PostgreSQL the same rows are written."""
    if box.vendor != "sqlite":
        return
    code, token = society.codes["staff"][0], a_token(7)
    cast(code=code, receipt=0x1122334455667788, answers={**ANSWERS})
    cast(token=token, receipt=0x1122334455667788)
    stored = (tmp_path / "box.sqlite3").read_bytes()
    assert b"attitude" in stored
    for secret in (code.encode(), token[0][-32:], token[1], bytes.fromhex(f"{0x1122334455667788:032x}")):
        assert secret not in stored
