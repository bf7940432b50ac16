"""Reading the box: totals while it runs, ballots for the results and files for everybody after the close."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import RoundRules

from . import storage
from .booth import rules_of
from .errors import RoundMissingError, RoundStateError
from .models import Round, State


class Totals(NamedTuple):
    """Valid ballots by stratum; None where there are fewer than `fewest`."""

    fewest: int
    by_stratum: Mapping[str, int | None]


class KeptBallot(NamedTuple):
    """A ballot after the close: without token, without moment."""

    stratum: str
    batch: str
    bucket: int | None
    answers: ballots.Answers


def round_of(code: str) -> Round:
    """A round of the box.

    Raises  RoundMissingError
    """
    found = Round.objects.filter(code=code).first()
    if found is None:
        raise RoundMissingError(f"the box holds no round {code}: install it, or compare its code with the notice")
    return found


def closed(code: str) -> Round:
    """A round that is closed.

    Raises  RoundMissingError; RoundStateError while it is open
    """
    found = round_of(code)
    if found.state != State.CLOSED:
        raise RoundStateError(f"round {code} is still open: nothing of its ballots is shown before the close")
    return found


def totals(code: str) -> Totals:
    """How many ballots count so far, by stratum; small numbers are not told."""
    found = round_of(code)
    rules = rules_of(found)
    if found.state == State.CLOSED:
        counted: Mapping[str, int] = ballots.read_closing(bytes(found.statement)).counts
    else:
        with storage.reading() as cursor:
            counted = storage.counted(cursor, code)
    by_stratum = {stratum.code: counted.get(stratum.code, 0) for stratum in rules.strata}
    shown = {stratum: count if count >= rules.fewest_published else None for stratum, count in by_stratum.items()}
    return Totals(rules.fewest_published, shown)


def ballots_for_results(code: str) -> list[KeptBallot]:
    """Every ballot that counts, in the order of its content; only after the close."""
    closed(code)
    with storage.reading() as cursor:
        return [KeptBallot(*row[:3], ballots.read_answers(row.answers)) for row in storage.kept_of(cursor, code)]


def remarks(code: str) -> list[str]:
    """All remarks, in the order of the alphabet; nothing ties them to a ballot. Only after the close."""
    closed(code)
    with storage.reading() as cursor:
        return storage.kept_remarks_of(cursor, code)


def published_ballots(rules: RoundRules, kept: list[storage.KeptRow]) -> ballots.Published:
    """What may be published of them: strata of thirty or more, and never where persons are rated."""
    if rules.kind_rules.rates_persons:
        return {}
    bare = [ballots.StoredBallot(b"", row.stratum, row.answers, b"") for row in kept]
    return ballots.published_ballots(bare, bytes.fromhex(rules.hash))


def evidence(code: str) -> ballots.Evidence:
    """What anybody may hold of a closed round."""
    found = closed(code)
    return evidence_of(found, ballots.read_public(found.box_key.encode(), Ed25519PublicKey))


def evidence_of(round: Round, box_key: Ed25519PublicKey) -> ballots.Evidence:
    """The same, to be judged by a key that was read elsewhere."""
    rules = rules_of(round)
    with storage.reading() as cursor:
        kept, log = storage.kept_of(cursor, round.code), storage.leaves_of(cursor, round.code)
        codes = storage.codes_of(cursor, round.code)
    published = published_ballots(rules, kept)
    hashes: dict[str, list[bytes]] = {stratum.code: [] for stratum in rules.strata}
    for row in codes:
        if not row.is_voided:
            hashes.setdefault(row.stratum, []).append(row.code_hash)
    for stratum, mine in json.loads(bytes(round.kept_statement))["sheets"].items():
        hashes[stratum] = sorted([*hashes[stratum], *map(bytes.fromhex, mine)])
    return ballots.Evidence(
        signed=ballots.SignedClosing(bytes(round.statement), bytes(round.signature)),
        box_key=box_key,
        log=log,
        published=published,
        counts=ballots.recount(published),
        keys={stratum: ballots.read_public(pem.encode(), RSAPublicKey) for stratum, pem in round.keys.items()},
        code_hashes=hashes,
    )


@lru_cache(maxsize=8)
def published_files(code: str) -> dict[str, bytes]:
    """The published files of a closed round, by name; `xiaoneng verify FOLDER` reads a folder of them."""
    files = ballots.published_files(evidence(code))
    files["rules.json"] = closed(code).rules.encode()
    return files
