"""What comes in on paper and by telephone: sheets entered by two persons, spare codes voided, signatures counted by two.

The trace says who entered how many, and never which sheet or what stands on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from xiaoneng.web import audit, ballotbox, registrar

from ..models import Round, RoundState
from .setup import WrongStateError, held


class EnteredBeforeError(Exception):
    """The same person has entered this sheet already, and did not ask to correct it."""


class Entered(NamedTuple):
    """What became of an entry: the first or the second of its sheet, and in how many fields the two differ."""

    entry: int
    is_twice: bool
    differing: int


@transaction.atomic
def enter_sheet(
    one: Round,
    *,
    by: Any,
    on: date,
    sheet: str,
    stratum: str,
    way: str,
    answers: Mapping[str, Mapping[str, int | str]],
    remark: str = "",
    is_correction: bool = False,
) -> Entered:
    """Enter a sheet for the first or the second time, or correct the own entry.

    Raises  WrongStateError before the box opens and after it is closed; EnteredBeforeError; what the box refuses
    """
    found = held(one, RoundState.ANNOUNCED)
    if on < found.fixed_rules.days.opens_on:
        raise WrongStateError(found.get_state_display())
    name = by.get_username()
    has_entry = ballotbox.own_sheet(found.code, sheet, name) is not None
    if has_entry != is_correction:
        raise EnteredBeforeError(sheet)
    entry = ballotbox.enter_sheet(
        found.code, sheet=sheet, stratum=stratum, answers=answers, by=name, way=way, remark=remark
    )
    entered = {each.sheet: each for each in ballotbox.entered_sheets(found.code)}
    mine = sum(name in each.entered_by for each in entered.values())
    kind = "round_sheet_corrected" if is_correction else "round_sheet_entered"
    audit.record(kind, subject=found, by=by, after={"sheets": mine})
    return Entered(entry, len(entered[sheet].entered_by) == 2, entered[sheet].differing)


@transaction.atomic
def state_sheets(one: Round, *, by: Any, counts: Mapping[str, Mapping[str, int]]) -> int:
    """Let the sheets count, once both entries of each agree and papers and calls add up; gives how many ballots they are.

    Raises  WrongStateError; SheetsError, naming what does not add up
    """
    found = held(one, RoundState.ANNOUNCED)
    stated = {stratum: ballotbox.sheet_counts(**numbers) for stratum, numbers in counts.items()}
    added = ballotbox.reconcile(found.code, stated, by.get_username())
    audit.record("round_sheets_counted", subject=found, by=by, after={"sheets": added, "reconciliation": dict(counts)})
    return added


@transaction.atomic
def void_spares(one: Round, *, by: Any, hashes: Iterable[bytes]) -> int:
    """Void spare codes that were opened and counted in public; their hashes stand in the trace.

    Raises  WrongStateError; CodesError where one was never handed out, or has voted
    """
    found = held(one, RoundState.ANNOUNCED)
    wanted = sorted(set(hashes))
    voided = ballotbox.void_codes(found.code, wanted)
    audit.record(
        "round_spares_voided", subject=found, by=by, after={"codes": voided, "hashes": [each.hex() for each in wanted]}
    )
    return voided


def note_refused_spares(one: Round, *, by: Any, codes: int) -> None:
    """Write down that codes were tried and refused: whether a code has voted must not be asked without a trace."""
    audit.record("round_spares_refused", subject=one, by=by, after={"codes": codes})


@transaction.atomic
def count_signatures(one: Round, *, by: Any, stratum: str, count: int) -> bool:
    """One person's count of the signatures on a roll; whether two persons now agree.

    Raises  WrongStateError before the announcement; SignaturesError, also where two differ and both are struck out
    """
    found = held(one, RoundState.ANNOUNCED, RoundState.CLOSED, RoundState.COUNTED)
    is_settled = registrar.enter_signatures(found.code, stratum, count, by.get_username())
    kind = "round_signatures_settled" if is_settled else "round_signatures_counted"
    audit.record(
        kind,
        subject=found,
        by=by,
        after={"stratum": stratum} | ({"signatures": count} if is_settled else {}),
    )
    return is_settled


def note_differing_signatures(one: Round, *, by: Any, stratum: str) -> None:
    """Write down that two counts differed and were struck out."""
    audit.record("round_signatures_differ", subject=one, by=by, after={"stratum": stratum})
