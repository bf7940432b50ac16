"""The close (截止): the last ballot of every token is counted, stated and signed; then the tokens are cut off.

What is kept, and why, stands in docs/decisions/0018-what-the-box-keeps.md.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import RoundRules, Way

from . import booth, keeping, queries, replica, sheets, storage
from .actions import open_round
from .errors import DamagedBoxError, RoundStateError
from .kept import kept_rows, kept_statement, sign_kept
from .models import Round, State
from .verifying import faults_while_open


def close_round(round: str, at_day: date, issued: Mapping[str, int] | None = None) -> ballots.SignedClosing:
    """Close a round: nobody can vote any more, and the statement is signed.

    In      at_day: the last day or later; issued: tokens that the registrar signed, by stratum (codes the box counts itself)
    Out     the closing statement; closing once more gives the same
    Raises  RoundStateError before the last day; DamagedBoxError where rows were edited (restore the replica, or call the
            auditors); KeysMissingError
    """
    found = queries.round_of(round)
    rules = booth.rules_of(found)
    if found.state == State.OPEN:
        if at_day < rules.days.closes_on:
            raise RoundStateError(f"round {round} runs until {rules.days.closes_on}: close it on that day or later")
        with storage.changing() as cursor:
            found = open_round(cursor, round)
            _close(cursor, found, rules, at_day, issued or {})
    booth.forget(round)
    queries.published_files.cache_clear()
    keeping.destroy_mac_key(round)  # here too after a crash between the two steps
    storage.rewrite_in_key_order()
    replica.after_close()
    return ballots.SignedClosing(bytes(found.statement), bytes(found.signature))


def _close(cursor: Any, round: Round, rules: RoundRules, at_day: date, issued: Mapping[str, int]) -> None:
    if faults := faults_while_open(round):
        raise DamagedBoxError(
            f"{len(faults)} rows of round {round.code} do not hold, the first: {faults[0].said} "
            "Put the replica back into an empty box, or let the auditors decide",
            faults,
        )
    keys, rows = keeping.keys_of(round.code), storage.ballots_of(cursor, round.code)
    codes, counts = storage.codes_of(cursor, round.code), storage.sheet_counts_of(cursor, round.code)
    by_sheet = sheets.hashes_of(cursor, round.code)
    kept = kept_rows(rules, rows, {code.code_hash: code.batch for code in codes})
    remarks = sorted(storage.remarks_of(cursor, round.code).values())
    stored = [ballots.StoredBallot(row.token_hash, row.stratum, row.answers, row.mac) for row in rows]
    closing = ballots.close_round(
        stored,
        round=round.code,
        closed_on=at_day.isoformat(),
        strata=[stratum.code for stratum in rules.strata],
        issued=_issued(rules, codes, counts, issued),
        keys={
            name: ballots.fingerprint(ballots.read_public(pem.encode(), RSAPublicKey))
            for name, pem in round.keys.items()
        },
        rules=rules.hash,
        published=queries.published_ballots(rules, kept),
    )
    signed = ballots.sign_closing(closing, keys.receipt)
    round.statement, round.signature = signed
    round.kept_statement = kept_statement(signed, kept, remarks, codes, by_sheet)
    round.kept_signature = sign_kept(keys.receipt, round.kept_statement)
    round.sealed_ballots = _sealed(stored, keys.mac)
    round.state = State.CLOSED
    storage.drop_secrets(cursor, round.code)
    storage.put_leaves(cursor, round.code, ballots.log_leaves(stored))
    storage.put_kept(cursor, round.code, kept, remarks)
    round.save()


def opened_ballots(round: str, auditors_private_pem: bytes) -> dict[str, bytes]:
    """What the auditors hold: the rows with their tokens and the key of the seals, as files for `xiaoneng verify`.

    Raises  SealError where the key is another
    """
    key = ballots.read_private(auditors_private_pem, X25519PrivateKey)
    told = json.loads(ballots.open_replica(bytes(queries.closed(round).sealed_ballots), key))
    return {"export.jsonl": told["export"].encode(), "mac.key": told["mac_key"].encode()}


def _issued(
    rules: RoundRules, codes: Sequence[storage.CodeRow], counts: Mapping[str, str], given: Mapping[str, int]
) -> dict[str, int]:
    on_paper = Counter(code.stratum for code in codes if not code.is_voided)
    issued = {}
    for stratum in rules.strata:
        told = json.loads(counts.get(stratum.code, "{}"))
        by_hand = int(told.get("issued", 0)) + int(told.get("answered", 0))
        if stratum.way is Way.PAPER or stratum.code in given:
            issued[stratum.code] = on_paper[stratum.code] + given.get(stratum.code, 0) + by_hand
    return issued


def _sealed(stored: Sequence[ballots.StoredBallot], mac_key: bytes) -> bytes:

    told = {"export": ballots.exported(stored).decode(), "mac_key": mac_key.hex()}
    return ballots.seal_replica(json.dumps(told).encode(), keeping.auditors_key(), secrets.token_bytes)
