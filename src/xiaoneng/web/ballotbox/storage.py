"""The tables of the box in plain SQL, the same on SQLite and PostgreSQL. Nothing here decides; nothing here tells the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

from django.db import connections, transaction

from .errors import RoundMissingError

BOX = "box"
_AT_ONCE = 500  # values of one `in (...)`: SQLite takes 999 in its oldest builds
# Tables of a round that is open, rewritten in the order of their keys.
SECRET_TABLES = ("ballotbox_ballot", "ballotbox_remark", "ballotbox_past_receipt")


class BallotRow(NamedTuple):
    """A ballot as it lies in its table."""

    token_hash: bytes
    stratum: str
    bucket: int | None
    answers: bytes
    mac: bytes
    receipt_mark: bytes
    margin_mac: bytes


class CodeRow(NamedTuple):
    """The hash of a code that was handed out."""

    code_hash: bytes
    stratum: str
    batch: str
    is_voided: bool


class TallyRow(NamedTuple):
    """Count and masked sum, as stored."""

    ballots: int
    nonce: bytes
    masked: bytes


class KeptRow(NamedTuple):
    """What remains of a ballot after the close."""

    stratum: str
    batch: str
    bucket: int | None
    answers: bytes


class SheetRow(NamedTuple):
    """One of the two entries of a sheet."""

    sheet: str
    entry: int
    stratum: str
    way: str
    answers: bytes
    remark: str
    entered_by: str
    mac: bytes = b""


@contextmanager
def changing() -> Iterator[Any]:
    """A cursor in a transaction of the box."""
    with transaction.atomic(using=BOX), connections[BOX].cursor() as cursor:
        yield cursor


@contextmanager
def reading() -> Iterator[Any]:
    """A cursor that only reads."""
    with connections[BOX].cursor() as cursor:
        yield cursor


def is_postgresql() -> bool:
    return bool(connections[BOX].vendor == "postgresql")


# --- one round, one writer at a time -------------------------------------------------------------------------------------


def locked_tally(cursor: Any, round: str) -> TallyRow:
    """The tally of a round; on PostgreSQL nobody else writes in the round until the transaction ends.

    SQLite begins every transaction as a writer, so that its whole file is ours already.
    """
    asked = "select ballots, nonce, masked from ballotbox_tally where round = %s"
    cursor.execute(f"{asked} for update" if is_postgresql() else asked, [round])
    found = cursor.fetchone()
    if found is None:
        raise RoundMissingError(f"the box holds no round {round}: install it, or compare its code with the notice")
    return TallyRow(found[0], bytes(found[1]), bytes(found[2]))


def put_tally(cursor: Any, round: str, tally: TallyRow) -> None:
    cursor.execute(
        "insert into ballotbox_tally (round, ballots, nonce, masked) values (%s, %s, %s, %s) "
        "on conflict (round) do update set ballots = excluded.ballots, nonce = excluded.nonce, masked = excluded.masked",
        [round, *tally],
    )


def state_of(cursor: Any, round: str) -> str:
    cursor.execute("select state from ballotbox_round where code = %s", [round])
    found = cursor.fetchone()
    return str(found[0]) if found else ""


# --- ballots -------------------------------------------------------------------------------------------------------------

_BALLOT = "token_hash, stratum, bucket, answers, mac, receipt_mark, margin_mac"
_PUT_BALLOT = f"""
    insert into ballotbox_ballot (round, {_BALLOT}) values (%s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (round, token_hash) do update set stratum = excluded.stratum, bucket = excluded.bucket,
        answers = excluded.answers, mac = excluded.mac, receipt_mark = excluded.receipt_mark, margin_mac = excluded.margin_mac
"""  # noqa: S608 (names of our own)


def ballots_of(cursor: Any, round: str, hashes: Sequence[bytes] | None = None) -> list[BallotRow]:
    """The ballots of a round, or those of some tokens, in the order of the token hashes."""
    head = f"select {_BALLOT} from ballotbox_ballot where round = %s"  # noqa: S608 (names of our own)
    return [_ballot(row) for row in _rows(cursor, head, round, "token_hash", hashes)]


def _ballot(row: Sequence[Any]) -> BallotRow:
    token_hash, stratum, bucket, answers, mac, mark, margin = row
    return BallotRow(bytes(token_hash), stratum, bucket, bytes(answers), bytes(mac), bytes(mark), bytes(margin))


def put_ballots(cursor: Any, round: str, rows: Iterable[BallotRow]) -> None:
    cursor.executemany(_PUT_BALLOT, [(round, *row) for row in rows])


def counted(cursor: Any, round: str) -> dict[str, int]:
    """Ballots by stratum."""
    cursor.execute("select stratum, count(*) from ballotbox_ballot where round = %s group by stratum", [round])
    return dict(cursor.fetchall())


def remarks_of(cursor: Any, round: str, marks: Sequence[bytes] | None = None) -> dict[bytes, str]:
    head = "select mark, remark from ballotbox_remark where round = %s"
    return {bytes(mark): remark for mark, remark in _rows(cursor, head, round, "mark", marks)}


def put_remarks(cursor: Any, round: str, remarks: dict[bytes, str]) -> None:
    """Write remarks under their marks; an empty one removes what was there."""
    gone = [(round, mark) for mark, remark in remarks.items() if not remark]
    there = [(round, mark, remark) for mark, remark in remarks.items() if remark]
    if gone:
        cursor.executemany("delete from ballotbox_remark where round = %s and mark = %s", gone)
    if there:
        cursor.executemany(
            "insert into ballotbox_remark (round, mark, remark) values (%s, %s, %s) "
            "on conflict (round, mark) do update set remark = excluded.remark",
            there,
        )


def past_receipts(cursor: Any, round: str, marks: Sequence[bytes] | None = None) -> set[bytes]:
    head = "select mark from ballotbox_past_receipt where round = %s"
    return {bytes(row[0]) for row in _rows(cursor, head, round, "mark", marks)}


def put_past_receipts(cursor: Any, round: str, marks: Iterable[bytes]) -> None:
    cursor.executemany(
        "insert into ballotbox_past_receipt (round, mark) values (%s, %s) on conflict (round, mark) do nothing",
        [(round, mark) for mark in marks],
    )


# --- codes ---------------------------------------------------------------------------------------------------------------


def codes_of(cursor: Any, round: str, hashes: Sequence[bytes] | None = None) -> list[CodeRow]:
    """Codes that were handed out, or some of them, in the order of their hashes."""
    head = "select code_hash, stratum, batch, is_voided from ballotbox_code where round = %s"
    return [
        CodeRow(bytes(hashed), stratum, batch, bool(is_voided))
        for hashed, stratum, batch, is_voided in _rows(cursor, head, round, "code_hash", hashes)
    ]


def put_codes(cursor: Any, round: str, rows: Iterable[CodeRow]) -> None:
    cursor.executemany(
        "insert into ballotbox_code (round, code_hash, stratum, batch, is_voided) values (%s, %s, %s, %s, %s)",
        [(round, row.code_hash, row.stratum, row.batch, int(row.is_voided)) for row in rows],
    )


def void(cursor: Any, round: str, hashes: Iterable[bytes]) -> None:
    cursor.executemany(
        "update ballotbox_code set is_voided = 1 where round = %s and code_hash = %s",
        [(round, hashed) for hashed in hashes],
    )


# --- after the close -----------------------------------------------------------------------------------------------------


def drop_secrets(cursor: Any, round: str) -> None:
    """Take everything out by which a ballot and a token hang together."""
    for table in (*SECRET_TABLES, "ballotbox_tally", "ballotbox_sheet"):
        cursor.execute(f"delete from {table} where round = %s", [round])  # noqa: S608 (names of our own)


def put_leaves(cursor: Any, round: str, leaves: Iterable[bytes]) -> None:
    cursor.executemany("insert into ballotbox_leaf (round, leaf) values (%s, %s)", [(round, leaf) for leaf in leaves])


def leaves_of(cursor: Any, round: str) -> list[bytes]:
    cursor.execute("select leaf from ballotbox_leaf where round = %s order by leaf", [round])
    return [bytes(row[0]) for row in cursor.fetchall()]


def put_kept(cursor: Any, round: str, rows: Iterable[KeptRow], remarks: Iterable[str]) -> None:
    cursor.executemany(
        "insert into ballotbox_kept (round, place, stratum, batch, bucket, answers) values (%s, %s, %s, %s, %s, %s)",
        [(round, place, *row) for place, row in enumerate(rows)],
    )
    cursor.executemany(
        "insert into ballotbox_kept_remark (round, place, remark) values (%s, %s, %s)",
        [(round, place, remark) for place, remark in enumerate(remarks)],
    )


def kept_of(cursor: Any, round: str) -> list[KeptRow]:
    cursor.execute(
        "select stratum, batch, bucket, answers from ballotbox_kept where round = %s order by place", [round]
    )
    return [KeptRow(stratum, batch, bucket, bytes(answers)) for stratum, batch, bucket, answers in cursor.fetchall()]


def kept_remarks_of(cursor: Any, round: str) -> list[str]:
    cursor.execute("select remark from ballotbox_kept_remark where round = %s order by place", [round])
    return [row[0] for row in cursor.fetchall()]


# --- sheets --------------------------------------------------------------------------------------------------------------


def sheets_of(cursor: Any, round: str) -> list[SheetRow]:
    cursor.execute(
        "select sheet, entry, stratum, way, answers, remark, entered_by, mac from ballotbox_sheet where round = %s "
        "order by sheet, entry",
        [round],
    )
    return [
        SheetRow(sheet, entry, stratum, way, bytes(answers), remark, entered_by, bytes(mac))
        for sheet, entry, stratum, way, answers, remark, entered_by, mac in cursor.fetchall()
    ]


def put_sheet(cursor: Any, round: str, row: SheetRow) -> None:
    cursor.execute(
        "insert into ballotbox_sheet (round, sheet, entry, stratum, way, answers, remark, entered_by, mac) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (round, sheet, entry) do update set stratum = "
        "excluded.stratum, way = excluded.way, answers = excluded.answers, remark = excluded.remark, mac = excluded.mac",
        [round, *row],
    )


def put_sheet_count(cursor: Any, round: str, stratum: str, counts: str, stated_by: str) -> None:
    cursor.execute(
        "insert into ballotbox_sheet_count (round, stratum, counts, stated_by) values (%s, %s, %s, %s) "
        "on conflict (round, stratum) do update set counts = excluded.counts, stated_by = excluded.stated_by",
        [round, stratum, counts, stated_by],
    )


def sheet_counts_of(cursor: Any, round: str) -> dict[str, str]:
    cursor.execute("select stratum, counts from ballotbox_sheet_count where round = %s order by stratum", [round])
    return dict(cursor.fetchall())


def has_rows(cursor: Any, table: str, round: str) -> bool:
    """Whether anything of a round lies in one of the secret tables."""
    cursor.execute(f"select 1 from {table} where round = %s limit 1", [round])  # noqa: S608 (names of our own)
    return cursor.fetchone() is not None


# --- order ---------------------------------------------------------------------------------------------------------------


def rewrite_in_key_order() -> None:
    """Write the secret tables anew in the order of their keys, so that places in the file tell nothing.

    SQLite: VACUUM copies every table in the order of its key; its scratch space stays in memory. PostgreSQL: rows are taken
    out and put back in one transaction into a new file of the table, so that ctid follows the key and every xmin is the same.
    (CLUSTER and VACUUM FULL would keep xmin.)
    """
    if not is_postgresql():
        with reading() as cursor:
            cursor.execute("pragma temp_store = memory")
            cursor.execute("vacuum")
        return
    with changing() as cursor:
        for table in SECRET_TABLES:
            key = "token_hash" if table == "ballotbox_ballot" else "mark"
            cursor.execute(f"lock table {table} in access exclusive mode")
            cursor.execute(f"create temporary table stirred on commit drop as select * from {table}")  # noqa: S608
            cursor.execute(f"truncate table {table}")
            cursor.execute(f"insert into {table} select * from stirred order by round, {key}")  # noqa: S608
            cursor.execute("drop table stirred")


def _rows(cursor: Any, head: str, round: str, key: str, wanted: Sequence[bytes] | None) -> Iterator[Sequence[Any]]:
    if wanted is None:
        cursor.execute(f"{head} order by {key}", [round])
        yield from cursor.fetchall()
        return
    left = iter(wanted)
    while some := list(islice(left, _AT_ONCE)):
        places = ", ".join(["%s"] * len(some))
        cursor.execute(f"{head} and {key} in ({places}) order by {key}", [round, *some])
        yield from cursor.fetchall()
