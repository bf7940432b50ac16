"""`xiaoneng verify`: whether a closed round of appraisal is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xiaoneng.core.errors import SealError

from .speaking import Talk, hint, spoken

if TYPE_CHECKING:
    from xiaoneng.core.ballots import Evidence, Fault

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("verify", help=hint("verify"))
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
@click.option("--key", type=_FILE, help=hint("verify_key"))
@click.option("--ballots", type=_FILE, help=hint("verify_ballots"))
@click.option("--receipt", "receipts", type=_FILE, multiple=True, help=hint("verify_receipt"))
@click.option("--token", "tokens", metavar="HEX", multiple=True, help=hint("verify_token"))
@click.option("--fingerprint", "expected", metavar="F", help=hint("verify_fingerprint"))
@spoken
@click.pass_obj
def verify_command(
    talk: Talk,
    path: Path,
    key: Path | None,
    ballots: Path | None,
    receipts: tuple[Path, ...],
    tokens: tuple[str, ...],
    expected: str | None,
) -> int:
    from xiaoneng.core.ballots import (
        Receipt,
        fingerprint,
        read_exported,
        read_folder,
        read_mac_key,
        read_receipt,
        verify_round,
    )

    evidence = read_folder(path)
    if expected is not None and "".join(expected.split()).lower() != fingerprint(evidence.box_key).replace(" ", ""):
        raise SealError(talk.say("ballots_verify_other_key"))
    if ballots or key:
        evidence = evidence._replace(ballots=read_exported(ballots or path / "export.jsonl"))
    evidence = evidence._replace(
        mac_key=read_mac_key(key) if key else None,
        receipts=[*map(read_receipt, receipts), *(Receipt(_hex(token)) for token in tokens)],
    )
    faults = verify_round(evidence, talk.language)
    talk.answer(_told(evidence, faults), lambda: _lines(talk, evidence, faults))
    return 1 if faults else 0


def _hex(token: str) -> bytes:
    try:
        return bytes.fromhex(token)
    except ValueError as error:
        raise click.BadParameter(token, param_hint="--token") from error


def _told(evidence: Evidence, faults: list[Fault]) -> dict[str, Any]:
    from xiaoneng.core.ballots import checks, fingerprint

    return {
        "is_whole": not faults,
        "fingerprint": fingerprint(evidence.box_key),
        "checked": checks(evidence),
        "faults": [{"kind": str(fault.kind), "where": fault.where, "said": fault.said} for fault in faults],
        "receipts": [
            {"token_hash": leaf.hex(), "line": place + 1, "path": [step.hex() for step in steps]}
            for leaf, place, steps in _paths(evidence)
        ],
    }


def _paths(evidence: Evidence) -> Iterator[tuple[bytes, int, list[bytes]]]:
    """Place and path of every receipt that is in the log."""
    from xiaoneng.core.ballots import Log

    if evidence.log is None or not evidence.receipts:
        return
    log, places = Log(evidence.log), {leaf: place for place, leaf in enumerate(evidence.log)}
    for receipt in evidence.receipts:
        if receipt.token_hash in places:
            place = places[receipt.token_hash]
            yield receipt.token_hash, place, log.inclusion_path(place)


def _lines(talk: Talk, evidence: Evidence, faults: list[Fault]) -> Iterator[str]:
    from xiaoneng.core.ballots import checks, fingerprint, read_closing, short

    try:
        closing = read_closing(evidence.signed.statement)
    except SealError:
        pass  # it is the first fault below
    else:
        yield talk.say("ballots_verify_round", round=closing.round, closed_on=closing.closed_on, ballots=closing.size)
    yield talk.say("ballots_verify_key", fingerprint=fingerprint(evidence.box_key))
    for check in checks(evidence):
        yield talk.say("ballots_verify_checked", what=talk.say(f"ballots_check_{check}"))
    for leaf, place, steps in _paths(evidence):
        yield talk.say("ballots_verify_path", where=short(leaf), line=place + 1, steps=len(steps))
    if faults:
        yield talk.say("ballots_verify_faults", n=len(faults))
        yield faults[0].said
    else:
        yield talk.say("ballots_verify_whole")
