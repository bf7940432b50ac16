"""The roll (名册): a table that keeps no order of issue. All of its statements stand here.

A person's key is 128 bits of a hash of the invitation code, so as good as drawn: the one B-tree of the table lies in the
order of these keys, on SQLite without a rowid. Issue changes one flag and 32 bytes in place: no row grows, moves or gets
a number. PostgreSQL writes a new version of the row instead, and its place and transaction would tell the order;
therefore the whole table is written afresh in the order of the keys (`rewrite`), now and then while issue runs, and at
its close.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import IntegrityError, connections, router, transaction

from xiaoneng.core.ballots import parse_code

from .models import SigningRound
from .refusals import RollError

KEY_BYTES = 16
HASH_BYTES = 32
NOTHING = bytes(HASH_BYTES)  # in place of a hash, so that the row has its full length from the beginning
LONGEST = {"stratum": 40, "name": 60, "contact": 100}  # characters: a row never needs a second page
_INVITATION = b"xiaoneng/registrar/1/invitation\n"
_MESSAGE = b"xiaoneng/registrar/1/blinded-message\n"

SQLITE = """
create table registrar_roll (
    person_key blob not null primary key check (length(person_key) = 16),
    round text not null,
    stratum text not null,
    name text not null,
    contact text not null,
    is_issued integer not null check (is_issued in (0, 1)),
    message_hash blob not null check (length(message_hash) = 32)
) without rowid
"""
POSTGRESQL = """
create table registrar_roll (
    person_key bytea not null primary key check (length(person_key) = 16),
    round text not null,
    stratum text not null,
    name text not null,
    contact text not null,
    is_issued smallint not null check (is_issued in (0, 1)),
    message_hash bytea not null check (length(message_hash) = 32)
)
"""
CREATE = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


class Entry(NamedTuple):
    """A person of the roll, as the roll is written: key, stratum, name, contact."""

    person_key: bytes
    stratum: str
    name: str
    contact: str


class Tick(NamedTuple):
    """What is known of the issue to one person."""

    stratum: str
    is_issued: bool
    message_hash: bytes


def person_key(round: str, code: str) -> bytes:
    """The key of the person who holds an invitation code; takes a code as typed.

    Raises  CodeError where it cannot be a code
    """
    told = round.encode() + b"\n" + parse_code(code).encode()
    return hashlib.sha256(_INVITATION + told).digest()[:KEY_BYTES]


def message_hash(blinded_msg: bytes) -> bytes:
    """What is kept of a blinded message, to know it again."""
    return hashlib.sha256(_MESSAGE + blinded_msg).digest()


def load(round: str, entries: Iterable[Entry]) -> None:
    """Write the persons of a round, nobody issued a token; in the order of their keys."""
    rows = [(e.person_key, round, e.stratum, e.name, e.contact, 0, NOTHING) for e in sorted(entries)]
    try:
        with connection().cursor() as cursor:
            cursor.executemany("insert into registrar_roll values (%s, %s, %s, %s, %s, %s, %s)", rows)
    except IntegrityError:
        raise RollError("two persons of the roll got the same key: install the round once more") from None


def tick_of(round: str, key: bytes) -> Tick | None:
    """What the roll says of a person; None where there is nobody with this key."""
    asked = "select stratum, is_issued, message_hash from registrar_roll where person_key = %s and round = %s"
    with connection().cursor() as cursor:
        cursor.execute(asked, (key, round))
        row = cursor.fetchone()
    return None if row is None else Tick(row[0], bool(row[1]), bytes(row[2]))


def tick(round: str, key: bytes, hashed: bytes) -> bool:
    """Note that a token was issued for this message; False where one was issued already, for whatever message."""
    asked = "update registrar_roll set is_issued = 1, message_hash = %s where person_key = %s and round = %s and is_issued = 0"
    with connection().cursor() as cursor:
        cursor.execute(asked, (hashed, key, round))
        return bool(cursor.rowcount)


def issued(round: str) -> dict[str, int]:
    """Persons with a token, by stratum; a stratum without any is not there."""
    asked = "select stratum, count(*) from registrar_roll where round = %s and is_issued = 1 group by stratum"
    with connection().cursor() as cursor:
        cursor.execute(asked, (round,))
        return {stratum: int(count) for stratum, count in cursor.fetchall()}


def people(round: str, stratum: str) -> Iterator[tuple[str, str]]:
    """Name and contact of all persons of a stratum, in the order of their names."""
    asked = "select name, contact from registrar_roll where round = %s and stratum = %s order by name, contact"
    with connection().cursor() as cursor:
        cursor.execute(asked, (round, stratum))
        yield from cursor.fetchall()


def delete(round: str) -> None:
    """Take the persons of a round off the roll."""
    with connection().cursor() as cursor:
        cursor.execute("delete from registrar_roll where round = %s", (round,))


def rewrite() -> None:
    """Write the whole table afresh in the order of its keys, in one transaction: nothing tells which row changed when."""
    here = connection()
    with transaction.atomic(using=here.alias), here.cursor() as cursor:
        if here.vendor == "postgresql":
            cursor.execute("lock table registrar_roll in access exclusive mode")
        cursor.execute(CREATE[here.vendor].replace("create table registrar_roll", "create table registrar_roll_fresh"))
        cursor.execute("insert into registrar_roll_fresh select * from registrar_roll order by person_key")
        cursor.execute("drop table registrar_roll")
        cursor.execute("alter table registrar_roll_fresh rename to registrar_roll")
        if here.vendor == "postgresql":
            cursor.execute("alter index registrar_roll_fresh_pkey rename to registrar_roll_pkey")


def compact() -> None:
    """Give back the space of what was dropped, so that no page of it stays in the file; not inside a transaction."""
    here = connection()
    if here.vendor == "sqlite" and not here.in_atomic_block:
        with here.cursor() as cursor:
            cursor.execute("vacuum")


def connection() -> Any:
    """The registrar's database."""
    return connections[router.db_for_write(SigningRound)]
