"""Taking ballots in (收票): request threads check, one thread writes what has gathered, in one transaction.

A ballot is answered only after its transaction is on the disk. The writer waits for the others that are being checked at
this moment, but never longer than 10 ms; where nobody else is on the way it writes at once.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connections

from xiaoneng.core import ballots

from . import marks, replica, storage
from .booth import Booth
from .errors import ClosedError, NotStoredError, ReceiptReusedError, Refusal, UnknownCodeError, VoidedCodeError
from .models import State

GATHERED_WITHIN_S = 0.010
MOST_AT_ONCE = 256
ANSWERED_WITHIN_S = 30.0
STIRRED_EVERY = 2000  # ballots; in a rush, which the rewriting would hold up, at the first breath after it
STIRRED_AT_THE_LATEST = 20_000
RUSH = 16  # ballots on the way at once
STIRRED_WHEN_IDLE_S = 2.0

_log = logging.getLogger("xiaoneng.ballotbox")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a ballot: a paper code may belong to any stratum that votes on paper."""

    stratum: str
    token_hash: bytes
    answers: bytes
    refusal: Refusal | None = None  # why the answers do not fit this stratum


@dataclass(slots=True)
class Job:
    """A ballot on its way, checked as far as it can be without the database."""

    booth: Booth
    candidates: Sequence[Candidate]
    is_code: bool
    receipt: bytes
    remark: str
    bucket: int | None
    outcome: Candidate | Refusal | None = None
    done: threading.Lock = field(default_factory=threading.Lock)


class Intake:
    """The one writer of this process."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self._coming = 0
        self._count_lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._unstirred = 0

    def on_the_way(self, by: int) -> None:
        """Tell the writer how many ballots are being checked."""
        with self._count_lock:
            self._coming += by

    def store(self, job: Job) -> Candidate:
        """Hand a ballot over and wait until it lies on the disk.

        Raises  Refusal
        """
        if getattr(settings, "BALLOTBOX_WRITES_APART", True):
            job.done.acquire()
            self._ensure_thread()
            self._queue.put(job)
            if not job.done.acquire(timeout=ANSWERED_WITHIN_S):
                raise NotStoredError("the box is overloaded: the page tries again with the same receipt")
        else:
            _write([job])
        if isinstance(job.outcome, Refusal):
            raise job.outcome
        assert job.outcome is not None
        return job.outcome

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            with self._count_lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="ballots", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                batch = self._gathered(self._queue.get(timeout=STIRRED_WHEN_IDLE_S))
            except Empty:
                self._stir(1)
                connections[storage.BOX].close_if_unusable_or_obsolete()
                continue
            _write(batch)
            for job in batch:
                job.done.release()
            replica.wanted()
            self._unstirred += len(batch)
            self._stir(STIRRED_EVERY if self._coming < RUSH else STIRRED_AT_THE_LATEST)

    def _gathered(self, first: Job) -> list[Job]:
        batch, until = [first], time.monotonic() + GATHERED_WITHIN_S
        while len(batch) < MOST_AT_ONCE:
            with suppress(Empty):
                batch.append(self._queue.get_nowait())
                continue
            left = until - time.monotonic()
            if self._coming <= len(batch) or left <= 0:
                break
            with suppress(Empty):
                batch.append(self._queue.get(timeout=left))
        return batch

    def _stir(self, fewest: int) -> None:
        if self._unstirred < fewest:
            return
        try:
            storage.rewrite_in_key_order()
            self._unstirred = 0
        except Exception as error:  # a full disk, say: the ballots are safe, and it is tried again
            _log.error("the tables were not rewritten: %s", type(error).__name__)


intake = Intake()


def _write(batch: list[Job]) -> None:
    """Store a batch in one transaction; where that fails, each ballot alone, so that one cannot stop the others."""
    try:
        with storage.changing() as cursor:
            by_round: dict[str, list[Job]] = defaultdict(list)
            for job in batch:
                by_round[job.booth.code].append(job)
            for code in sorted(by_round):  # always in this order: two writers cannot wait for each other
                _store(cursor, by_round[code])
    except Exception as error:
        _log.error("ballots were not stored: %s", type(error).__name__)
        close_old_connections()
        if len(batch) > 1:
            for job in batch:
                _write([job])
        else:
            batch[0].outcome = NotStoredError("the ballot could not be written: the page tries again")


def _store(cursor: Any, jobs: list[Job]) -> None:
    booth = jobs[0].booth
    if storage.state_of(cursor, booth.code) != State.OPEN:
        for job in jobs:
            job.outcome = ClosedError(f"round {booth.code} is closed: no ballot can be taken any more")
        return
    stored = storage.locked_tally(cursor, booth.code)  # the close takes this row away: nothing can be written after it
    tally = marks.unmasked(booth.mac_key, booth.code, *stored)
    codes = _codes(cursor, booth.code, jobs)
    wanted = [(job, found) for job in jobs if (found := _chosen(job, codes))]
    rows = {row.token_hash: row for row in storage.ballots_of(cursor, booth.code, _hashes(wanted))}
    used = storage.past_receipts(cursor, booth.code, [_mark(job, found) for job, found in wanted]) if rows else set()
    changed: dict[bytes, storage.BallotRow] = {}
    remarks: dict[bytes, str] = {}
    past: set[bytes] = set()
    for job, found in wanted:
        former, row = rows.get(found.token_hash), _row(job, found)
        job.outcome = found
        if row.receipt_mark in used or row.receipt_mark in past:
            continue  # a late repetition of a ballot that was replaced since: answered as before, stored no more
        if former is not None and former.receipt_mark == row.receipt_mark:
            if former.mac != row.mac:
                job.outcome = ReceiptReusedError("another ballot was stored under this receipt: draw a new one")
            continue  # the same ballot once more
        if former is not None:
            tally = tally.minus(booth.mac_key, former.mac, former.margin_mac)
            past.add(former.receipt_mark)
        tally = tally.plus(booth.mac_key, row.mac, row.margin_mac)
        rows[found.token_hash] = changed[found.token_hash] = row
        if job.remark or former is not None:  # the former ballot may have had one
            remarks[marks.remark_mark(booth.mac_key, booth.code, found.token_hash)] = job.remark
    if changed:
        storage.put_ballots(cursor, booth.code, changed.values())
        storage.put_remarks(cursor, booth.code, remarks)
        storage.put_past_receipts(cursor, booth.code, past)
        put_tally(cursor, booth, tally)


def put_tally(cursor: Any, booth: Booth, tally: marks.Tally) -> None:
    """Store a tally behind a fresh mask."""
    nonce = secrets.token_bytes(marks.SHA256_BYTES)
    row = storage.TallyRow(tally.ballots, nonce, tally.masked(booth.mac_key, booth.code, nonce))
    storage.put_tally(cursor, booth.code, row)


def _codes(cursor: Any, code: str, jobs: list[Job]) -> dict[bytes, storage.CodeRow]:
    hashes = sorted({one.token_hash for job in jobs if job.is_code for one in job.candidates})
    return {row.code_hash: row for row in storage.codes_of(cursor, code, hashes)} if hashes else {}


def _chosen(job: Job, codes: dict[bytes, storage.CodeRow]) -> Candidate | None:
    """The reading that holds; where none does, the job has its refusal."""
    if not job.is_code:
        return job.candidates[0]
    for candidate in job.candidates:
        row = codes.get(candidate.token_hash)
        if row is None or row.stratum != candidate.stratum:
            continue
        if row.is_voided:
            job.outcome = VoidedCodeError("this code was voided in public: it cannot vote")
        elif candidate.refusal is not None:
            job.outcome = candidate.refusal
        else:
            return candidate
        return None
    job.outcome = UnknownCodeError("no such code was handed out in this round: compare it with the paper")
    return None


def _hashes(wanted: list[tuple[Job, Candidate]]) -> list[bytes]:
    return sorted({found.token_hash for _, found in wanted})


def _mark(job: Job, found: Candidate) -> bytes:
    return marks.receipt_mark(job.booth.mac_key, job.booth.code, found.token_hash, job.receipt)


def _row(job: Job, found: Candidate) -> storage.BallotRow:
    booth = job.booth
    mark = _mark(job, found)
    return storage.BallotRow(
        token_hash=found.token_hash,
        stratum=found.stratum,
        bucket=job.bucket,
        answers=found.answers,
        mac=ballots.ballot_mac(booth.mac_key, booth.code, found.token_hash, found.stratum, found.answers),
        receipt_mark=mark,
        margin_mac=marks.margin_mac(
            booth.mac_key, booth.code, found.token_hash, bucket=job.bucket, mark=mark, remark=job.remark
        ),
    )
