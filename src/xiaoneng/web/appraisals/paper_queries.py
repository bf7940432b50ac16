"""Reading what came in on paper: how far sheets are, which spare codes are void, codes beside signatures and ballots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xiaoneng.web import ballotbox, registrar
from xiaoneng.web.shell.formats import words_language

from .models import Round

if TYPE_CHECKING:
    from xiaoneng.web.ballotbox.progress import EnteredSheet


def progress(entered: Sequence[EnteredSheet]) -> dict[str, int]:
    """Sheets entered at all, once only, twice alike, twice and differing."""
    twice = [each for each in entered if len(each.entered_by) == 2]
    differing = sum(each.differing > 0 for each in twice)
    return {
        "all": len(entered),
        "once": len(entered) - len(twice),
        "agreed": len(twice) - differing,
        "differing": differing,
    }


def voided(one: Round) -> list[dict[str, Any]]:
    """Voided spare codes of each stratum: title and hashes, for everybody to compare with the opened slips.

    Empty   a round that is not announced, or voided nothing
    """
    if one.announcement is None:
        return []
    rules = one.fixed_rules
    return [
        {"code": name, "title": rules.stratum(name).title[words_language()], "hashes": [each.hex() for each in mine]}
        for name, mine in ballotbox.voided_codes(one.code).items()
    ]


def paper_rows(one: Round) -> list[dict[str, Any]]:
    """One row a stratum with paper codes: codes made, voided and handed out, signatures by two, sheets and ballots.

    Out     `agrees`: as many codes were handed out as signed for; `fits`: no more ballots than signatures and sheets, None
            where that cannot be told yet
    """
    rules = one.fixed_rules
    made = {name: codes["count"] for name, codes in (one.announcement or {}).get("codes", {}).items()}
    void = {name: len(mine) for name, mine in ballotbox.voided_codes(one.code).items()}
    handed_out = {name: count - void.get(name, 0) for name, count in made.items()}
    counters, ballots = registrar.signature_counters(one.code), ballotbox.totals(one.code)
    counted = ballotbox.counted_sheets(one.code)
    rows = []
    for name, found in registrar.reconcile(one.code, handed_out).items():
        sheets = counted[name].used + counted[name].answered if name in counted else 0
        count = ballots.by_stratum.get(name)
        rows.append(
            {
                "stratum": rules.stratum(name),
                "title": rules.stratum(name).title[words_language()],
                "made": made.get(name, 0),
                "voided": void.get(name, 0),
                "handed_out": found.handed_out,
                "signatures": found.signatures,
                "agrees": found.agrees,
                "by": counters.get(name, ()),
                "sheets": sheets,
                "ballots": count,
                "fits": None if found.signatures is None else _fits(count, ballots.fewest, found.signatures + sheets),
            }
        )
    return rows


def _fits(ballots: int | None, fewest: int, may_be: int) -> bool | None:
    """Whether there are no more ballots than there may be. A number too small to be told fits where the largest such does."""
    if ballots is not None:
        return ballots <= may_be
    return True if fewest - 1 <= may_be else None
