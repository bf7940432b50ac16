"""Somebody edits the database without the key: every edit is found, while voting runs and after the close."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from xiaoneng.core import ballots
from xiaoneng.web import ballotbox
from xiaoneng.web.ballotbox import casting, errors, storage

from .rounds import CLOSES, Handed, a_token, submission
from .test_close import voted

pytestmark = pytest.mark.django_db(databases=["default", "box"])
ROUND = "2026-society"
Edit = Callable[[Any, random.Random], str]  # makes one edit; says what it did


def _pick(cursor: Any, chance: random.Random, table: str, column: str) -> Any:
    cursor.execute(f"select {column} from {table} where round = %s order by {column}", [ROUND])
    found = chance.choice(cursor.fetchall())[0]
    return bytes(found) if isinstance(found, bytes | memoryview) else found


def _flipped(data: Any, chance: random.Random) -> bytes:
    changed = bytearray(bytes(data))
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _flip(table: str, key: str, column: str) -> Edit:
    """One bit of one value."""

    def edit(cursor: Any, chance: random.Random) -> str:
        where = _pick(cursor, chance, table, key)
        cursor.execute(f"select {column} from {table} where round = %s and {key} = %s", [ROUND, where])
        value = cursor.fetchone()[0]
        fresh = _flipped(value, chance) if isinstance(value, bytes | memoryview) else f"{value}x"
        cursor.execute(f"update {table} set {column} = %s where round = %s and {key} = %s", [fresh, ROUND, where])
        return f"{table}.{column}"

    return edit


def _other_answers(cursor: Any, chance: random.Random) -> str:
    """A ballot gets other answers that are just as well formed."""
    where = _pick(cursor, chance, "ballotbox_ballot", "token_hash")
    text = ballots.encoded({"tax": {"attitude": chance.randint(1, 5), "results": chance.randint(1, 5)}})
    cursor.execute("update ballotbox_ballot set answers = %s where token_hash = %s", [text, where])
    return "other answers"


def _swap(cursor: Any, chance: random.Random) -> str:
    """Two ballots change places, with their seals."""
    rows = storage.ballots_of(cursor, ROUND)
    one = chance.choice(rows)
    other = chance.choice([row for row in rows if row.answers != one.answers])
    for row, given in ((one, other), (other, one)):
        cursor.execute(
            "update ballotbox_ballot set answers = %s, mac = %s where token_hash = %s",
            [given.answers, given.mac, row.token_hash],
        )
    return "swapped"


def _delete(table: str, key: str) -> Edit:
    def edit(cursor: Any, chance: random.Random) -> str:
        where = _pick(cursor, chance, table, key)
        cursor.execute(f"delete from {table} where round = %s and {key} = %s", [ROUND, where])
        return f"deleted from {table}"

    return edit


def _add(cursor: Any, chance: random.Random) -> str:
    """A ballot of nobody, copied from another."""
    row = chance.choice(storage.ballots_of(cursor, ROUND))
    storage.put_ballots(cursor, ROUND, [row._replace(token_hash=chance.randbytes(32))])
    return "added"


def _stratum(cursor: Any, chance: random.Random) -> str:
    row = chance.choice(storage.ballots_of(cursor, ROUND))
    other = "firms" if row.stratum == "staff" else "staff"
    cursor.execute("update ballotbox_ballot set stratum = %s where token_hash = %s", [other, row.token_hash])
    return "stratum"


def _bucket(cursor: Any, chance: random.Random) -> str:
    where = _pick(cursor, chance, "ballotbox_ballot", "token_hash")
    cursor.execute("update ballotbox_ballot set bucket = bucket + 1 where token_hash = %s", [where])
    return "bucket"


def _unvoid(cursor: Any, chance: random.Random) -> str:
    cursor.execute("update ballotbox_code set is_voided = 1 - is_voided where code_hash = %s",
                   [_pick(cursor, chance, "ballotbox_code", "code_hash")])  # fmt: skip
    return "voided"


def _rules(cursor: Any, chance: random.Random) -> str:
    """The weight of the firms is changed."""
    cursor.execute("update ballotbox_round set rules = replace(rules, '0.6', '0.5') where code = %s", [ROUND])
    return "rules"


WHILE_OPEN: list[Edit] = [
    _other_answers, _other_answers, _other_answers, _swap, _add, _stratum, _bucket, _unvoid, _rules,
    _flip("ballotbox_ballot", "token_hash", "answers"),
    _flip("ballotbox_ballot", "token_hash", "token_hash"),
    _flip("ballotbox_ballot", "token_hash", "mac"),
    _flip("ballotbox_ballot", "token_hash", "receipt_mark"),
    _flip("ballotbox_ballot", "token_hash", "margin_mac"),
    _flip("ballotbox_remark", "mark", "remark"),
    _flip("ballotbox_remark", "mark", "mark"),
    _flip("ballotbox_tally", "round", "masked"),
    _flip("ballotbox_code", "code_hash", "code_hash"),
    _flip("ballotbox_code", "code_hash", "batch"),
    _delete("ballotbox_ballot", "token_hash"),
    _delete("ballotbox_remark", "mark"),
    _delete("ballotbox_code", "code_hash"),
]  # fmt: skip


def _kept_answers(cursor: Any, chance: random.Random) -> str:
    place = _pick(cursor, chance, "ballotbox_kept", "place")
    text = ballots.encoded({"tax": {"fairness": chance.randint(1, 5)}})
    cursor.execute("update ballotbox_kept set answers = %s where round = %s and place = %s", [text, ROUND, place])
    return "kept answers"


def _kept_order(cursor: Any, chance: random.Random) -> str:
    """The first of the kept ballots becomes the last."""
    cursor.execute("update ballotbox_kept set place = 9999 where round = %s and place = 0", [ROUND])
    return "kept order"


def _new_leaf(cursor: Any, chance: random.Random) -> str:
    storage.put_leaves(cursor, ROUND, [chance.randbytes(32)])
    return "leaf added"


def _late_ballot(cursor: Any, chance: random.Random) -> str:
    row = storage.BallotRow(chance.randbytes(32), "staff", None, b'{"tax":{"fairness":5}}', b"\0" * 32, b"", b"")
    storage.put_ballots(cursor, ROUND, [row])
    return "late ballot"


AFTER_THE_CLOSE: list[Edit] = [
    _kept_answers, _kept_answers, _kept_order, _new_leaf, _late_ballot, _rules,
    _flip("ballotbox_kept", "place", "answers"),
    _flip("ballotbox_kept", "place", "stratum"),
    _flip("ballotbox_kept", "place", "batch"),
    _flip("ballotbox_kept_remark", "place", "remark"),
    _flip("ballotbox_leaf", "leaf", "leaf"),
    _flip("ballotbox_code", "code_hash", "stratum"),
    _delete("ballotbox_kept", "place"),
    _delete("ballotbox_kept_remark", "place"),
    _delete("ballotbox_leaf", "leaf"),
    _delete("ballotbox_code", "code_hash"),
]  # fmt: skip
_OF_THE_ROUND = ("statement", "signature", "kept_statement", "kept_signature", "box_key")


def _in_round(column: str) -> Edit:
    def edit(cursor: Any, chance: random.Random) -> str:
        cursor.execute(f"select {column} from ballotbox_round where code = %s", [ROUND])
        value = cursor.fetchone()[0]
        fresh = (
            value[:60] + ("B" if value[60] == "A" else "A") + value[61:]
            if isinstance(value, str)
            else _flipped(value, chance)
        )
        cursor.execute(f"update ballotbox_round set {column} = %s where code = %s", [fresh, ROUND])
        return column

    return edit


class _Undone(Exception):
    """Ends a transaction whose edit is taken back."""


def _unfound(edits: list[Edit], times: int, chance: random.Random) -> Counter[str]:
    """Edits that nobody noticed; each is made in a transaction that is taken back."""
    unfound: Counter[str] = Counter()
    for turn in range(times):
        try:
            with storage.changing() as cursor:
                what = edits[turn % len(edits)](cursor, chance)
                if not ballotbox.verify_box(ROUND):
                    unfound[what] += 1
                raise _Undone
        except _Undone:
            pass
    return unfound


def _prepared(given: Handed) -> None:
    voted(given, 14, 4)
    ballotbox.void_codes(ROUND, [given.hash_of(given.codes["staff"][39])])
    casting.cast(ROUND, submission(token=a_token(0), receipt=77, answers={"tax": {"attitude": 1}}))


@pytest.mark.slow
def test_a_thousand_edits_are_found(society: Handed, box: Any) -> None:
    """Five hundred while voting runs, five hundred after the close, by turns of every kind; none escapes."""
    times = 500 if box.vendor == "sqlite" else 66
    _prepared(society)
    assert _unfound(WHILE_OPEN, times, random.Random(1)) == Counter()
    assert ballotbox.verify_box(ROUND) == []
    ballotbox.close_round(ROUND, CLOSES)
    edits = [*AFTER_THE_CLOSE, *map(_in_round, _OF_THE_ROUND)]
    assert _unfound(edits, times, random.Random(2)) == Counter()
    assert ballotbox.verify_box(ROUND) == []


def test_an_older_copy_of_a_ballot_put_back_is_found(society: Handed) -> None:
    """Row and seal are those that the box itself made, before the voter voted again."""
    code = society.codes["staff"][0]
    casting.cast(ROUND, submission(code=code, receipt=1))
    with storage.reading() as cursor:
        old = storage.ballots_of(cursor, ROUND)
    casting.cast(ROUND, submission(code=code, receipt=2, answers={"tax": {"attitude": 1}}))
    with storage.changing() as cursor:
        storage.put_ballots(cursor, ROUND, old)
    assert [fault.kind for fault in ballotbox.verify_box(ROUND)] == ["ballots_differ"]


def test_a_box_that_was_edited_is_not_closed(society: Handed) -> None:
    _prepared(society)
    with storage.changing() as cursor:
        _other_answers(cursor, random.Random(3))
    with pytest.raises(errors.DamagedBoxError, match="do not hold"):
        ballotbox.close_round(ROUND, CLOSES)
    assert len(ballotbox.verify_box(ROUND)) == 1


def test_the_first_bad_row_is_named(society: Handed) -> None:
    _prepared(society)
    with storage.changing() as cursor:
        row = storage.ballots_of(cursor, ROUND)[5]
        storage.put_ballots(cursor, ROUND, [row._replace(answers=b'{"tax":{"attitude":2}}')])
    found = ballotbox.verify_box(ROUND)
    assert (found[0].kind, found[0].where) == ("seal_broken", ballots.short(row.token_hash))
    assert ballots.short(row.token_hash) in found[0].said
