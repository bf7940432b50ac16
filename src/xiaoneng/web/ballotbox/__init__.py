"""The ballot box (票箱): takes ballots, knows no names, keeps no order; a database and, if wanted, a process of its own.

The other half of a secret round is the registrar, which knows names and sees no ballot. They share no key, no transaction and
no log line; what goes from one to the other (public keys, hashes of codes, counts) is carried by the office that runs the round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiaoneng.core.appraisal import RoundRules
    from xiaoneng.core.ballots import SignedClosing

    from .actions import Installed
    from .progress import EnteredSheet, HandedCode, OwnSheet
    from .queries import KeptBallot, Totals
    from .sheets import Difference, SheetCounts
    from .verifying import BoxFault

__all__ = [
    "WHOLE_BALLOT",
    "auditors_key_lies_here",
    "ballots_for_results",
    "close_round",
    "counted_sheets",
    "differences",
    "enter_sheet",
    "entered_sheets",
    "handed_codes",
    "install_round",
    "opened_ballots",
    "own_sheet",
    "page_hash",
    "published_files",
    "reconcile",
    "remarks",
    "restore_replica",
    "sheet_counts",
    "totals",
    "verify_box",
    "void_codes",
    "voided_codes",
]

WHOLE_BALLOT = (
    "_"  # stands in place of an appraisee where a question is asked once a ballot; no appraisee's code can be that
)


def install_round(
    rules: RoundRules, keys: Mapping[str, bytes], codes: Mapping[str, Iterable[tuple[bytes, str]]]
) -> Installed:
    """Make a round ready to be voted in (see `actions.install_round`).

    In      keys: stratum -> public key of its tokens, PEM; codes: stratum -> (hash, batch) of each paper code
    Out     what is printed on the notice: hash of the rules, fingerprints, count and root of the codes
    """
    from .actions import install_round as install

    return install(rules, keys, codes)


def auditors_key_lies_here() -> bool:
    """Whether the auditors' private key still lies beside the box that it opens, where it must not stay."""
    from .keeping import has_auditors_private_key

    return has_auditors_private_key()


def void_codes(round: str, hashes: Iterable[bytes]) -> int:
    """Void spare codes that were opened and counted in public; gives how many were voided now."""
    from .actions import void_codes as void

    return void(round, hashes)


def totals(round: str) -> Totals:
    """Valid ballots by stratum, None where there are fewer than may be told."""
    from .queries import totals as read

    return read(round)


def close_round(round: str, at_day: date, issued: Mapping[str, int] | None = None) -> SignedClosing:
    """Close a round and cut the tokens off its ballots (see `closing.close_round`).

    In      issued: tokens that the registrar signed, by stratum; codes and sheets the box counts itself
    """
    from .closing import close_round as close

    return close(round, at_day, issued)


def ballots_for_results(round: str) -> list[KeptBallot]:
    """Stratum, batch, bucket and answers of every ballot that counts; only after the close."""
    from .queries import ballots_for_results as read

    return read(round)


def remarks(round: str) -> list[str]:
    """The remarks of a closed round, tied to no ballot, in the order of the alphabet."""
    from .queries import remarks as read

    return read(round)


def published_files(round: str) -> dict[str, bytes]:
    """The published files of a closed round by name; `xiaoneng verify FOLDER` reads a folder of them."""
    from .queries import published_files as read

    return read(round)


def verify_box(round: str) -> list[BoxFault]:
    """Everything that was edited in the box without its key; nothing where it is whole."""
    from .verifying import verify_box as verify

    return verify(round)


def opened_ballots(round: str, auditors_private_pem: bytes) -> dict[str, bytes]:
    """For the auditors: the rows of a closed round with their tokens, and the key of the seals, as files."""
    from .closing import opened_ballots as opened

    return opened(round, auditors_private_pem)


def enter_sheet(
    round: str, *, sheet: str, stratum: str, answers: Any, by: str, way: str = "paper", remark: str = ""
) -> int:
    """Enter a paper or telephone ballot for the first or the second time (see `sheets.enter_sheet`)."""
    from .sheets import enter_sheet as enter

    return enter(round, sheet=sheet, stratum=stratum, answers=answers, by=by, way=way, remark=remark)


def differences(round: str) -> list[Difference]:
    """Every field in which the two entries of a sheet differ, and every sheet entered once only."""
    from .sheets import differences as read

    return read(round)


def sheet_counts(**counts: int) -> SheetCounts:
    """A reconciliation sheet: issued, used, spoilt, blank; called, answered, refused."""
    from .sheets import SheetCounts as Counts

    return Counts(**counts)


def reconcile(round: str, counts: Mapping[str, SheetCounts], by: str) -> int:
    """Let the sheets count once both entries agree and papers and calls add up (see `sheets.reconcile`)."""
    from .sheets import reconcile as state

    return state(round, counts, by)


def entered_sheets(round: str) -> list[EnteredSheet]:
    """Every sheet that was entered, by whom, and in how many fields its two entries differ."""
    from .progress import entered_sheets as read

    return read(round)


def own_sheet(round: str, sheet: str, by: str) -> OwnSheet | None:
    """The entry that this person made of a sheet, to be corrected; never that of another."""
    from .progress import own_sheet as read

    return read(round, sheet, by)


def counted_sheets(round: str) -> dict[str, SheetCounts]:
    """Stratum -> its reconciliation sheet; nothing until papers and calls added up."""
    from .progress import counted_sheets as read

    return read(round)


def handed_codes(round: str, hashes: Iterable[bytes]) -> dict[bytes, HandedCode]:
    """What became of these codes; one that was never handed out is not there."""
    from .progress import handed_codes as read

    return read(round, hashes)


def voided_codes(round: str) -> dict[str, list[bytes]]:
    """Stratum -> hashes of the spare codes that were voided, for everybody to see."""
    from .progress import voided_codes as read

    return read(round)


def restore_replica(sealed: bytes, private_pem: bytes) -> list[str]:
    """Put the rounds of a sealed replica into an empty box; gives their codes."""
    from .replica import restore

    return restore(sealed, private_pem)


def page_hash() -> str:
    """SHA-256 over what the voter's browser is sent: both pages, style and scripts (see `pages.page_hash`)."""
    from .pages import page_hash as hashed

    return hashed()
