"""Paper and telephone ballots (纸质票、电话票): each sheet is entered twice, by two persons, and counts once all adds up.

A sheet has a number printed on it, which stands beside no name anywhere. Numbers, answers and counts are all that is kept.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from xiaoneng.core import ballots

from . import marks, storage
from .actions import open_round
from .booth import booth_of
from .casting import checked_answers, checked_remark
from .errors import SheetsError
from .intake import put_tally

PAPER, TELEPHONE = "paper", "telephone"
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_NO_RECEIPT = bytes(ballots.RECEIPT_BYTES)


@dataclass(frozen=True, slots=True)
class SheetCounts:
    """The reconciliation sheet of a stratum: what became of every paper, and of every call."""

    issued: int = 0
    used: int = 0
    spoilt: int = 0
    blank: int = 0  # handed back empty, or left over
    called: int = 0
    answered: int = 0
    refused: int = 0


class Difference(NamedTuple):
    """Where the two entries of a sheet differ; `second` is None where the sheet was entered once only."""

    sheet: str
    field: str
    first: str
    second: str | None


def enter_sheet(
    round: str, *, sheet: str, stratum: str, answers: Any, by: str, way: str = PAPER, remark: str = ""
) -> int:
    """Enter a sheet, for the first or the second time; whoever entered it may correct his own entry.

    Out     1 or 2: which of the two entries this is
    Raises  SheetsError; WrongAnswersError; RoundStateError after the close
    """
    if not _NUMBER.fullmatch(sheet):
        raise SheetsError(f"sheet number {sheet!r}: take letters, digits and dashes, as printed on the sheet")
    if way not in (PAPER, TELEPHONE):
        raise SheetsError(f"way {way!r}: a sheet was filled in on paper or by telephone")
    booth = booth_of(round)
    booth.rules.stratum(stratum)
    text, kept = checked_answers(booth, stratum, answers), checked_remark(booth, remark)
    with storage.changing() as cursor:
        open_round(cursor, round)
        if storage.sheet_counts_of(cursor, round):
            raise SheetsError(f"the sheets of round {round} are counted already: no sheet can be entered any more")
        there = {row.entry: row for row in storage.sheets_of(cursor, round) if row.sheet == sheet}
        own = [entry for entry, row in there.items() if row.entered_by == by]
        entry = own[0] if own else len(there) + 1
        if entry > 2:
            raise SheetsError(f"sheet {sheet} was entered by two others already: one of them corrects it")
        row = storage.SheetRow(sheet, entry, stratum, way, text, kept, by)
        storage.put_sheet(cursor, round, sealed(booth.mac_key, round, row))
    return entry


def differences(round: str) -> list[Difference]:
    """Every field in which the two entries of a sheet differ, and every sheet that was entered once only."""
    with storage.reading() as cursor:
        pairs = _pairs(storage.sheets_of(cursor, round))
    found = []
    for sheet, entries in sorted(pairs.items()):
        if len(entries) < 2:
            found.append(Difference(sheet, "", entries[0].entered_by, None))
            continue
        first, second = (_fields(entry) for entry in entries)
        found += [
            Difference(sheet, name, first.get(name, ""), second.get(name, ""))
            for name in sorted({*first, *second})
            if first.get(name, "") != second.get(name, "")
        ]
    return found


def reconcile(round: str, counts: Mapping[str, SheetCounts], by: str) -> int:
    """Let the sheets count, once both entries agree and papers and calls add up.

    In      counts: stratum -> its reconciliation sheet; by: who states it
    Out     how many ballots were added to the box
    Raises  SheetsError, naming the first thing that does not add up; nothing counts then
    """
    booth = booth_of(round)
    with storage.changing() as cursor:
        open_round(cursor, round)
        if storage.sheet_counts_of(cursor, round):
            raise SheetsError(f"the sheets of round {round} are counted already")
        pairs = _pairs(storage.sheets_of(cursor, round))
        if wrong := differences(round):
            raise SheetsError(f"sheet {wrong[0].sheet} differs or was entered once only: compare it with the paper")
        agreed = [entries[0] for entries in pairs.values()]
        _check_counts(booth.rules, agreed, counts)
        _add(cursor, booth, agreed)
        for stratum, told in counts.items():
            storage.put_sheet_count(cursor, round, stratum, json.dumps(asdict(told), sort_keys=True), by)
    return len(agreed)


def hashes_of(cursor: Any, round: str) -> dict[str, list[bytes]]:
    """Stratum -> hashes under which its sheets lie in the box, sorted; nothing before they count."""
    found: dict[str, list[bytes]] = defaultdict(list)
    if storage.sheet_counts_of(cursor, round):
        for row in storage.sheets_of(cursor, round):
            if row.entry == 1:
                found[row.stratum].append(sheet_hash(round, row.stratum, row.sheet))
    return {stratum: sorted(mine) for stratum, mine in sorted(found.items())}


def sheet_hash(round: str, stratum: str, sheet: str) -> bytes:
    """What stands in the public log for a sheet; whoever remembers its number can look it up."""
    return ballots.token_hash(round, stratum, b"sheet/" + sheet.encode())


def sealed(key: bytes, round: str, row: storage.SheetRow) -> storage.SheetRow:
    """An entry with the seal that this key makes of it."""
    told = [str(value).encode() for value in (row.entry, row.sheet, row.stratum, row.way, row.remark, row.entered_by)]
    return row._replace(mac=marks.sheet_mac(key, round, *told, row.answers))


def _pairs(rows: Sequence[storage.SheetRow]) -> dict[str, list[storage.SheetRow]]:
    pairs: dict[str, list[storage.SheetRow]] = defaultdict(list)
    for row in rows:
        pairs[row.sheet].append(row)
    return dict(pairs)


def _fields(row: storage.SheetRow) -> dict[str, str]:
    fields = {"stratum": row.stratum, "way": row.way, "remark": row.remark}
    for appraisee, mine in ballots.read_answers(row.answers).items():
        fields |= {f"{appraisee}.{question}": str(answer) for question, answer in mine.items()}
    return fields


def _check_counts(rules: Any, agreed: Sequence[storage.SheetRow], counts: Mapping[str, SheetCounts]) -> None:
    entered = Counter((row.stratum, row.way) for row in agreed)
    for stratum in sorted({row.stratum for row in agreed} - set(counts)):
        raise SheetsError(f"stratum {stratum} has sheets and no reconciliation sheet: state what became of its papers")
    for name, told in counts.items():
        rules.stratum(name)
        papers, calls = entered[name, PAPER], entered[name, TELEPHONE]
        for is_right, said in (
            (min(asdict(told).values()) >= 0, "a count is below zero"),
            (
                told.issued == told.used + told.spoilt + told.blank,
                f"{told.issued} papers were issued, and {told.used} used + {told.spoilt} spoilt + {told.blank} blank are not that many",
            ),
            (told.used == papers, f"{told.used} papers were used and {papers} were entered"),
            (
                told.called == told.answered + told.refused,
                f"{told.called} were called, and {told.answered} answered + {told.refused} refused are not that many",
            ),
            (told.answered == calls, f"{told.answered} answered by telephone and {calls} were entered"),
        ):
            if not is_right:
                raise SheetsError(f"stratum {name}: {said}; count again before the sheets count")


def _add(cursor: Any, booth: Any, agreed: Sequence[storage.SheetRow]) -> None:
    tally = marks.unmasked(booth.mac_key, booth.code, *storage.locked_tally(cursor, booth.code))
    rows, remarks = [], {}
    for sheet in agreed:
        hashed = sheet_hash(booth.code, sheet.stratum, sheet.sheet)
        mark = marks.receipt_mark(booth.mac_key, booth.code, hashed, _NO_RECEIPT)
        row = storage.BallotRow(
            hashed,
            sheet.stratum,
            None,
            sheet.answers,
            ballots.ballot_mac(booth.mac_key, booth.code, hashed, sheet.stratum, sheet.answers),
            mark,
            marks.margin_mac(booth.mac_key, booth.code, hashed, bucket=None, mark=mark, remark=sheet.remark),
        )
        tally = tally.plus(booth.mac_key, row.mac, row.margin_mac)
        rows.append(row)
        remarks[marks.remark_mark(booth.mac_key, booth.code, hashed)] = sheet.remark
    if rows:
        storage.put_ballots(cursor, booth.code, rows)
        storage.put_remarks(cursor, booth.code, remarks)
        put_tally(cursor, booth, tally)
