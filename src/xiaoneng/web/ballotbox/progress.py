"""How far sheets and spare codes have come, for the office that runs the round: who entered what is told, never what was read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from xiaoneng.core import ballots

from . import sheets, storage
from .queries import round_of


class EnteredSheet(NamedTuple):
    """A sheet, entered once or twice. Stratum and way are those of its first entry."""

    sheet: str
    stratum: str
    way: str
    entered_by: tuple[str, ...]
    differing: int  # fields in which its two entries differ; 0 where it was entered once only


class OwnSheet(NamedTuple):
    """What one person typed of a sheet."""

    stratum: str
    way: str
    answers: ballots.Answers
    remark: str


class HandedCode(NamedTuple):
    """What became of a code that was handed out."""

    stratum: str
    is_voided: bool
    has_voted: bool


def entered_sheets(round: str) -> list[EnteredSheet]:
    """Every sheet that was entered, in the order of the numbers; none after the close, which takes them out."""
    round_of(round)
    entries: dict[str, list[storage.SheetRow]] = defaultdict(list)
    with storage.reading() as cursor:
        for row in storage.sheets_of(cursor, round):
            entries[row.sheet].append(row)
    differing: dict[str, int] = defaultdict(int)
    for one in sheets.differences(round):
        differing[one.sheet] += one.second is not None
    return [
        EnteredSheet(sheet, rows[0].stratum, rows[0].way, tuple(row.entered_by for row in rows), differing[sheet])
        for sheet, rows in sorted(entries.items())
    ]


def own_sheet(round: str, sheet: str, by: str) -> OwnSheet | None:
    """The entry that this person made of a sheet, to be corrected; never that of another."""
    round_of(round)
    with storage.reading() as cursor:
        own = [row for row in storage.sheets_of(cursor, round) if row.sheet == sheet and row.entered_by == by]
    if not own:
        return None
    return OwnSheet(own[0].stratum, own[0].way, ballots.read_answers(own[0].answers), own[0].remark)


def counted_sheets(round: str) -> dict[str, sheets.SheetCounts]:
    """Stratum -> its reconciliation sheet; nothing until papers and calls added up."""
    round_of(round)
    with storage.reading() as cursor:
        counted = storage.sheet_counts_of(cursor, round)
    return {stratum: sheets.SheetCounts(**json.loads(counts)) for stratum, counts in counted.items()}


def handed_codes(round: str, hashes: Iterable[bytes]) -> dict[bytes, HandedCode]:
    """What became of these codes; one that was never handed out is not there."""
    round_of(round)
    wanted = sorted(set(hashes))
    with storage.reading() as cursor:
        rows = storage.codes_of(cursor, round, wanted)
        voted = {row.token_hash for row in storage.ballots_of(cursor, round, wanted)}
    return {row.code_hash: HandedCode(row.stratum, row.is_voided, row.code_hash in voted) for row in rows}


def voided_codes(round: str) -> dict[str, list[bytes]]:
    """Stratum -> hashes of the spare codes that were voided, sorted: they are told to everybody."""
    round_of(round)
    found: dict[str, list[bytes]] = defaultdict(list)
    with storage.reading() as cursor:
        for row in storage.codes_of(cursor, round):
            if row.is_voided:
                found[row.stratum].append(row.code_hash)
    return {stratum: sorted(mine) for stratum, mine in sorted(found.items())}
