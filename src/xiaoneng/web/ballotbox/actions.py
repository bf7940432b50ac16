"""Changing the box: a round is installed, spare codes are voided. The close has a file of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import RoundRules, Way

from . import booth, keeping, marks, storage
from .errors import CodesError, RoundInstalledError, RoundStateError
from .intake import put_tally
from .models import Round, State
from .queries import round_of

Codes = Mapping[str, Iterable[tuple[bytes, str]]]


class Installed(NamedTuple):
    """What is printed on the notice before anything is handed out."""

    round: str
    rules_hash: str
    box_key: bytes  # public, PEM
    box_fingerprint: str
    key_fingerprints: Mapping[str, str]  # stratum -> fingerprint of its token key
    codes: Mapping[str, tuple[int, str]]  # stratum -> codes handed out, root of their hashes as hex


def install_round(rules: RoundRules, keys: Mapping[str, bytes], codes: Codes) -> Installed:
    """Make a round ready to be voted in.

    In      rules: checked; keys: stratum -> public key of its tokens, PEM; codes: stratum -> (hash, batch) of each code
    Out     what is published; the same call once more gives the same
    Raises  RoundRulesError; BallotKeyError; CodesError; RoundInstalledError where the round stands there otherwise
    """
    rules.checked()
    rows = _code_rows(rules, codes)
    shown = {stratum: _read_key(pem) for stratum, pem in keys.items()}
    _check_keys(rules, shown)
    pems = {stratum: ballots.public_pem(key).decode() for stratum, key in sorted(shown.items())}
    with storage.changing() as cursor:
        former = Round.objects.filter(code=rules.code).first()
        if former is not None:
            if former.rules.encode() != rules.canonical() or former.keys != pems or not _same(cursor, rules.code, rows):
                raise RoundInstalledError(
                    f"round {rules.code} stands in the box with other rules, keys or codes: they were published and stay; "
                    "give the new round another code"
                )
            return _installed(former, rules, shown, rows)
        secret = keeping.made(rules.code)
        fresh = Round(
            code=rules.code,
            rules=rules.canonical().decode(),
            keys=pems,
            box_key=ballots.public_pem(secret.receipt.public_key()).decode(),
        )
        fresh.seal = seal_of(secret.mac, fresh, rows)
        fresh.save(force_insert=True)
        storage.put_codes(cursor, fresh.code, rows)
        put_tally(cursor, booth.booth_of(fresh.code), marks.EMPTY)
    return _installed(fresh, rules, shown, rows)


def void_codes(round: str, hashes: Iterable[bytes]) -> int:
    """Void spare codes, which were opened and counted in public.

    Out     how many were voided now
    Raises  CodesError where one was never handed out, or has voted; RoundStateError after the close
    """
    wanted = sorted(set(hashes))
    with storage.changing() as cursor:
        found = open_round(cursor, round)
        rows = {row.code_hash: row for row in storage.codes_of(cursor, round)}
        if unknown := [hashed for hashed in wanted if hashed not in rows]:
            raise CodesError(
                f"code {ballots.short(unknown[0])} is none of round {round}: compare the list of spare codes"
            )
        if used := storage.ballots_of(cursor, round, wanted):
            raise CodesError(
                f"code {ballots.short(used[0].token_hash)} has voted: it was no spare code; look who opened it"
            )
        fresh = [hashed for hashed in wanted if not rows[hashed].is_voided]
        storage.void(cursor, round, fresh)
        rows |= {hashed: rows[hashed]._replace(is_voided=True) for hashed in fresh}
        found.seal = seal_of(keeping.mac_key(round), found, list(rows.values()))
        found.save(update_fields=["seal"])
    return len(fresh)


def open_round(cursor: Any, code: str) -> Round:
    """A round that is open, held for this transaction: no ballot is taken meanwhile.

    Raises  RoundMissingError; RoundStateError
    """
    found = round_of(code)
    if found.state == State.OPEN:
        storage.locked_tally(cursor, code)
        found.refresh_from_db()
    if found.state != State.OPEN:
        raise RoundStateError(f"round {code} is closed: nothing in it can be changed any more")
    return found


def seal_of(mac_key: bytes, round: Round, rows: Iterable[storage.CodeRow]) -> bytes:
    """The seal over what was installed."""
    told = [round.code.encode(), round.rules.encode(), ballots.encoded(round.keys), round.box_key.encode()]
    told += [code_leaf(row) for row in sorted(rows)]
    return marks.round_seal(mac_key, told)


def code_leaf(row: storage.CodeRow) -> bytes:
    """A code as it goes into a seal or a root."""
    return ballots.encoded([row.code_hash.hex(), row.stratum, row.batch, row.is_voided])


def _code_rows(rules: RoundRules, codes: Codes) -> list[storage.CodeRow]:
    rows = []
    for stratum, mine in codes.items():
        if rules.stratum(stratum).way is not Way.PAPER:
            raise CodesError(f"stratum {stratum} votes with tokens: it gets no codes")
        for hashed, batch in mine:
            if len(hashed) != marks.SHA256_BYTES or len(batch) > 40:
                raise CodesError(
                    f"stratum {stratum}: a code hash has 32 bytes, and the name of a batch at most 40 letters"
                )
            rows.append(storage.CodeRow(bytes(hashed), stratum, batch, False))
    counted = Counter(row.code_hash for row in rows)
    if len(counted) != len(rows):
        twice = next(hashed for hashed, times in counted.items() if times > 1)
        raise CodesError(f"code {ballots.short(twice)} stands twice in the list: make the codes anew")
    return sorted(rows)


def _read_key(pem: bytes) -> RSAPublicKey:
    return ballots.read_public(pem, RSAPublicKey)


def _check_keys(rules: RoundRules, keys: Mapping[str, RSAPublicKey]) -> None:
    with_tokens = {stratum.code for stratum in rules.strata if stratum.way is Way.TOKEN}
    if lacking := sorted(with_tokens - set(keys)):
        raise CodesError(f"stratum {lacking[0]} votes with tokens and has no public key: take it from the registrar")
    if strange := sorted(set(keys) - with_tokens):
        raise CodesError(f"stratum {strange[0]} does not vote with tokens: leave its key out")


def _same(cursor: Any, code: str, rows: list[storage.CodeRow]) -> bool:
    there = [row._replace(is_voided=False) for row in storage.codes_of(cursor, code)]
    return sorted(there) == rows


def _installed(
    round: Round, rules: RoundRules, keys: Mapping[str, RSAPublicKey], rows: list[storage.CodeRow]
) -> Installed:
    hashes: dict[str, list[bytes]] = defaultdict(list)
    for row in rows:
        hashes[row.stratum].append(row.code_hash)
    pem = round.box_key.encode()
    return Installed(
        round=round.code,
        rules_hash=rules.hash,
        box_key=pem,
        box_fingerprint=ballots.fingerprint(ballots.read_public(pem, Ed25519PublicKey)),
        key_fingerprints={stratum: ballots.fingerprint(key) for stratum, key in sorted(keys.items())},
        codes={stratum: (len(mine), ballots.root(sorted(mine)).hex()) for stratum, mine in sorted(hashes.items())},
    )
