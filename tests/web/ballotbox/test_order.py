"""What lies where in the file tells nothing of who came when."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from xiaoneng.web import ballotbox
from xiaoneng.web.ballotbox import casting, storage

from .rounds import CLOSES, Handed, submission

pytestmark = pytest.mark.django_db(databases=["default", "box"])
ROUND = "2026-society"


def _cast(given: Handed) -> list[bytes]:
    """Thirty ballots in an order that is not that of their hashes; the third is replaced at last."""
    codes = given.codes["staff"][:30]
    random.Random(5).shuffle(codes)
    for place, code in enumerate([*codes, codes[2]]):
        casting.cast(ROUND, submission(code=code, receipt=place, answers={"water": {"attitude": place % 5 + 1}}))
    return [given.hash_of(code) for code in codes]


def test_on_sqlite_the_cells_of_the_file_lie_in_key_order(society: Handed, box: Any, tmp_path: Path) -> None:
    """Before the rewriting they lie as they came (a page is filled from its end); after it as their keys, whatever the order."""
    if box.vendor != "sqlite":
        return
    came = _cast(society)
    file = tmp_path / "box.sqlite3"
    storage.rewrite_in_key_order()
    places = [_ballot_places(file.read_bytes(), hashed) for hashed in came]
    pages = sorted({place // 4096 for place in places})
    for page in pages:
        mine = [(place, hashed) for place, hashed in zip(places, came, strict=True) if place // 4096 == page]
        assert [hashed for _, hashed in sorted(mine, reverse=True)] == sorted(hashed for _, hashed in mine)


def _ballot_places(data: bytes, hashed: bytes) -> int:
    """Where the row of a ballot lies: its hash with its stratum behind; the table of codes holds the hash as well."""
    place = data.rfind(hashed + b"staff" + b"\x04") if data.count(hashed + b"staff\x04") == 1 else -1
    assert place > 0
    return place


def test_on_postgresql_ctid_follows_the_key_and_every_row_has_the_same_xmin(society: Handed, box: Any) -> None:
    if box.vendor != "postgresql":
        return
    _cast(society)
    storage.rewrite_in_key_order()
    with storage.reading() as cursor:
        cursor.execute("select xmin::text, token_hash from ballotbox_ballot order by ctid")
        rows = [(xmin, bytes(hashed)) for xmin, hashed in cursor.fetchall()]
        assert len({xmin for xmin, _ in rows}) == 1
        assert [hashed for _, hashed in rows] == sorted(hashed for _, hashed in rows)
        cursor.execute("select pg_relation_size('ballotbox_past_receipt') <= 8192")
        assert cursor.fetchone()[0]
    assert ballotbox.verify_box(ROUND) == []


def test_after_the_close_no_byte_of_the_file_ties_a_token_to_its_answers(
    society: Handed, box: Any, tmp_path: Path
) -> None:
    """On SQLite: what was dropped is overwritten. The hashes stand in the log and in the list of codes, and nowhere beside answers."""
    if box.vendor != "sqlite":
        return
    came = _cast(society)
    ballotbox.close_round(ROUND, CLOSES)
    data = (tmp_path / "box.sqlite3").read_bytes()
    assert not (tmp_path / "box.sqlite3-journal").exists() or not (tmp_path / "box.sqlite3-journal").read_bytes()
    for hashed in came:
        assert hashed in data
        place = -1
        while (place := data.find(hashed, place + 1)) >= 0:
            assert b"attitude" not in data[place : place + 64]


def test_the_journal_of_the_box_is_wiped_and_every_commit_is_on_the_disk(box: Any) -> None:
    if box.vendor != "sqlite":
        return
    with storage.reading() as cursor:
        told = {}
        for name in ("journal_mode", "synchronous", "secure_delete"):
            cursor.execute(f"pragma {name}")
            told[name] = cursor.fetchone()[0]
    assert told == {"journal_mode": "truncate", "synchronous": 2, "secure_delete": 1}
