"""Whether the box is whole (核验): edits by somebody without its key are found, while voting runs and after the close."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import RoundRules, Way
from xiaoneng.core.errors import AnswersError, XiaonengError
from xiaoneng.web.shell.formats import words_language

from . import booth, keeping, marks, queries, sheets, storage
from .actions import code_leaf, seal_of
from .kept import holds_kept, kept_leaves
from .models import Round, State


class BoxFault(NamedTuple):
    """One thing that is wrong: its kind, where it is, and a sentence for people."""

    kind: str
    where: str
    said: str


def verify_box(round: str) -> list[BoxFault]:
    """Everything that is wrong with a round in the box; nothing where it is whole.

    Raises  RoundMissingError; KeysMissingError
    """
    found = queries.round_of(round)
    return faults_while_open(found) if found.state == State.OPEN else faults_after_close(found)


def faults_while_open(round: Round) -> list[BoxFault]:
    """What the seals of the box find: an edited row, a row taken out, put back or added, other rules, keys or codes."""
    try:
        rules, keys = booth.rules_of(round), keeping.keys_of(round.code)
    except (ValueError, XiaonengError) as error:
        return [
            BoxFault("rules_unreadable", round.code, _("The rules or keys of the round cannot be read: %s") % error)
        ]
    with storage.reading() as cursor:
        codes, rows = storage.codes_of(cursor, round.code), storage.ballots_of(cursor, round.code)
        remarks, stored = storage.remarks_of(cursor, round.code), storage.locked_tally(cursor, round.code)
        entered = storage.sheets_of(cursor, round.code)
        by_sheet = {hashed for mine in sheets.hashes_of(cursor, round.code).values() for hashed in mine}
    found = []
    if seal_of(keys.mac, round, codes) != bytes(round.seal):
        said = _("The seal of the round does not hold: rules, keys or codes were edited.")
        found.append(BoxFault("round_edited", round.code, said))
    for sheet in entered:
        if sheets.sealed(keys.mac, round.code, sheet) != sheet:
            found.append(BoxFault("sheet_edited", sheet.sheet, _("The entry of sheet %s was edited.") % sheet.sheet))
    tally = marks.EMPTY
    handed_out = {code.code_hash: code for code in codes if not code.is_voided}
    for row in rows:
        remark = remarks.pop(marks.remark_mark(keys.mac, round.code, row.token_hash), "")
        found += _faults_of(round.code, rules, keys.mac, row, remark)
        if not _was_handed_out(rules, row, handed_out, by_sheet):
            said = _("Ballot %s came with no code that was handed out.") % ballots.short(row.token_hash)
            found.append(BoxFault("code_unknown", ballots.short(row.token_hash), said))
        tally = tally.plus(keys.mac, row.mac, row.margin_mac)
    found += [BoxFault("remark_added", mark.hex(), _("A remark belongs to no ballot.")) for mark in remarks]
    if marks.unmasked(keys.mac, round.code, *stored) != tally:
        said = _(
            "The ballots are not those that were stored: one was taken out, added, or put back from an older copy."
        )
        found.append(BoxFault("ballots_differ", round.code, said))
    return found


def faults_after_close(round: Round) -> list[BoxFault]:
    """What the signed statements find; the key they are judged by does not come from the database."""
    key = keeping.receipt_key(round.code).public_key()
    return [*_faults_of_closing(round, key), *_faults_of_kept(round, key)]


def _faults_of_closing(round: Round, key: Ed25519PublicKey) -> Iterator[BoxFault]:
    """Statement, log, published ballots, keys and codes, as anybody can check them."""
    try:
        evidence = queries.evidence_of(round, key)
    except (ValueError, KeyError, TypeError, AttributeError, XiaonengError) as error:
        yield BoxFault("round_edited", round.code, _("What the box holds of the round cannot be read: %s") % error)
        return
    for fault in ballots.verify_round(evidence, words_language()):
        yield BoxFault(str(fault.kind), fault.where, fault.said)
    try:
        told, rules = ballots.read_closing(bytes(round.statement)), booth.rules_of(round)
        box_key = ballots.read_public(round.box_key.encode(), Ed25519PublicKey)
    except (ValueError, KeyError, TypeError, XiaonengError) as error:
        yield BoxFault("round_edited", round.code, _("What the box holds of the round cannot be read: %s") % error)
        return
    if told.rules != rules.hash or told.round != round.code:
        yield BoxFault("rules_edited", round.code, _("The rules are not those that the closing statement names."))
    if box_key.public_bytes_raw() != key.public_bytes_raw():
        yield BoxFault("box_key_edited", round.code, _("The public key of the box was edited."))


def _faults_of_kept(round: Round, key: Ed25519PublicKey) -> Iterator[BoxFault]:
    """What remains of the ballots against its own signed statement."""
    statement = bytes(round.kept_statement)
    if not holds_kept(key, statement, bytes(round.kept_signature)):
        said = _("The statement of what was kept is not signed by the box.")
        yield BoxFault("kept_unsigned", round.code, said)
        return
    told = json.loads(statement)
    with storage.reading() as cursor:
        kept, remarks = storage.kept_of(cursor, round.code), storage.kept_remarks_of(cursor, round.code)
        codes = storage.codes_of(cursor, round.code)
        left = [name for name in storage.SECRET_TABLES if storage.has_rows(cursor, name, round.code)]
    if told["closing"] != hashlib.sha256(bytes(round.statement)).hexdigest():
        yield BoxFault(
            "closing_swapped", round.code, _("The closing statement is another than when the round was closed.")
        )
    try:
        roots = {
            "kept_root": ballots.root(kept_leaves(kept)).hex(),
            "remarks_root": ballots.root(remark.encode() for remark in remarks).hex(),
            "codes_root": ballots.root(code_leaf(code) for code in codes).hex(),
        }
    except (ValueError, AttributeError) as error:
        yield BoxFault("kept_unreadable", round.code, _("What was kept of the ballots cannot be read: %s") % error)
        return
    sentences = {
        "kept_root": _("The ballots that were kept were edited."),
        "remarks_root": _("The remarks that were kept were edited."),
        "codes_root": _("The codes that were handed out were edited."),
    }
    yield from (BoxFault(name, round.code, sentences[name]) for name, root in roots.items() if told[name] != root)
    yield from (BoxFault("rows_left", name, _("Rows were put into %s after the close.") % name) for name in left)


def _faults_of(round: str, rules: RoundRules, key: bytes, row: storage.BallotRow, remark: str) -> Iterator[BoxFault]:
    where = ballots.short(row.token_hash)
    stored = ballots.StoredBallot(row.token_hash, row.stratum, row.answers, row.mac)
    if not ballots.has_mac(key, round, stored):
        yield BoxFault("seal_broken", where, _("The seal of ballot %s does not hold: it was edited.") % where)
        return
    margin = marks.margin_mac(key, round, row.token_hash, bucket=row.bucket, mark=row.receipt_mark, remark=remark)
    if margin != row.margin_mac:
        said = _("What stands beside ballot %s was edited: its remark, its receipt or its bucket.") % where
        yield BoxFault("margin_broken", where, said)
    try:
        ballots.read_answers(row.answers, booth.form_of(rules, row.stratum))
    except AnswersError as error:
        yield BoxFault("ballot_unreadable", where, _("Ballot %(where)s: %(error)s") % {"where": where, "error": error})


def _was_handed_out(
    rules: RoundRules, row: storage.BallotRow, codes: Mapping[bytes, storage.CodeRow], by_sheet: set[bytes]
) -> bool:
    strata = {stratum.code: stratum.way for stratum in rules.strata}
    if strata.get(row.stratum) is Way.TOKEN or row.token_hash in by_sheet:
        return row.stratum in strata
    return row.token_hash in codes and codes[row.token_hash].stratum == row.stratum
