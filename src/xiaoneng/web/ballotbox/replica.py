"""The sealed replica (密封副本): one encrypted copy of the open rounds, overwritten while voting runs.

Dated backups would tell, by their differences, who voted between two of them. So there is one file, written in the order of
the keys, sealed for the auditors, put in place of the former one in a single step. The box itself cannot open it.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import threading
import time
import zlib
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import connections

from xiaoneng.core import ballots

from . import booth, keeping, storage
from .errors import ReplicaError
from .models import Round, State

EVERY_S = 15.0
_log = logging.getLogger("xiaoneng.ballotbox")
_is_wanted = threading.Event()
_start_lock = threading.Lock()
_thread: threading.Thread | None = None
_ROUND = ("code", "rules", "box_key", "state")


def file() -> Path:
    """Where the replica lies. XIAONENG_BOX_REPLICA names another place, best on another disk."""
    return Path(os.environ.get("XIAONENG_BOX_REPLICA") or settings.DATA_DIR / "box-replica.sealed")


def wanted() -> None:
    """Ballots were stored: the thread beside the intake writes the replica again, at most every 15 seconds."""
    global _thread
    _is_wanted.set()
    if _thread is None or not _thread.is_alive():
        with _start_lock:
            if _thread is None or not _thread.is_alive():
                _thread = threading.Thread(target=_run, name="replica", daemon=True)
                _thread.start()


def _run() -> None:
    while True:
        _is_wanted.wait()
        time.sleep(getattr(settings, "BALLOTBOX_REPLICA_EVERY_S", EVERY_S))
        _is_wanted.clear()
        try:
            write()
        except Exception as error:  # it is tried again after the next ballot; the ballots themselves are safe
            _log.error("the replica was not written: %s", type(error).__name__)
        finally:
            connections[storage.BOX].close()


def write() -> None:
    """Write the replica of all open rounds now."""
    sealed = ballots.seal_replica(_packed(), keeping.auditors_key(), secrets.token_bytes)
    target = file()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(sealed)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def after_close() -> None:
    """A closed round must not live on in the replica: write it anew for those still open, or take it away."""
    if Round.objects.filter(state=State.OPEN).exists():
        write()
    else:
        file().unlink(missing_ok=True)


def _packed() -> bytes:
    rounds: list[dict[str, Any]] = []
    with storage.changing() as cursor:  # one moment for all tables; voters wait, so that rows are only read here
        for each in Round.objects.filter(state=State.OPEN).order_by("code"):
            keys = keeping.keys_of(each.code)
            rounds.append(
                {
                    "round": {name: getattr(each, name) for name in _ROUND},
                    "keys": each.keys,
                    "seal": bytes(each.seal).hex(),
                    "mac_key": keys.mac.hex(),
                    "receipt_key": ballots.private_pem(keys.receipt).decode(),
                    "tally": storage.locked_tally(cursor, each.code),
                    "codes": storage.codes_of(cursor, each.code),
                    "ballots": storage.ballots_of(cursor, each.code),
                    "remarks": storage.remarks_of(cursor, each.code),
                    "past": storage.past_receipts(cursor, each.code),
                    "sheets": storage.sheets_of(cursor, each.code),
                    "sheet_counts": storage.sheet_counts_of(cursor, each.code),
                }
            )
    for told in rounds:
        told["tally"] = _plain(told["tally"])
        for name in ("codes", "ballots", "sheets"):
            told[name] = [_plain(row) for row in told[name]]
        told["remarks"] = {mark.hex(): text for mark, text in sorted(told["remarks"].items())}
        told["past"] = sorted(mark.hex() for mark in told["past"])
    return zlib.compress(json.dumps(rounds, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def restore(sealed: bytes, private_pem: bytes) -> list[str]:
    """Put the rounds of a replica into an empty box, with their keys.

    Out     codes of the rounds that are open again
    Raises  SealError where the replica cannot be opened; ReplicaError where the box holds one of its rounds already
    """
    rounds = json.loads(
        zlib.decompress(ballots.open_replica(sealed, ballots.read_private(private_pem, X25519PrivateKey)))
    )
    with storage.changing() as cursor:
        for told in rounds:
            code = told["round"]["code"]
            if Round.objects.filter(code=code).exists():
                raise ReplicaError(f"the box holds round {code} already: put a replica into an empty box only")
            Round.objects.create(**told["round"], keys=told["keys"], seal=bytes.fromhex(told["seal"]))
            storage.put_tally(cursor, code, storage.TallyRow(*_filled(told["tally"])))
            storage.put_codes(cursor, code, (storage.CodeRow(*_filled(row)) for row in told["codes"]))
            storage.put_ballots(cursor, code, (storage.BallotRow(*_filled(row)) for row in told["ballots"]))
            storage.put_remarks(cursor, code, {bytes.fromhex(mark): text for mark, text in told["remarks"].items()})
            storage.put_past_receipts(cursor, code, map(bytes.fromhex, told["past"]))
            for row in told["sheets"]:
                storage.put_sheet(cursor, code, storage.SheetRow(*_filled(row)))
            for stratum, counts in told["sheet_counts"].items():
                storage.put_sheet_count(cursor, code, stratum, counts, "")
            keeping.put_back(code, bytes.fromhex(told["mac_key"]), told["receipt_key"].encode())
    booth.forget()
    return [told["round"]["code"] for told in rounds]


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """A row as JSON: bytes as {"hex": ...}."""
    return [{"hex": value.hex()} if isinstance(value, bytes) else value for value in row]


def _filled(row: list[Any]) -> list[Any]:
    return [bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for value in row]
