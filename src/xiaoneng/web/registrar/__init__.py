"""The registrar (登记处): knows who was drawn and who was issued a token; never a ballot.

It has a database of its own and may run as a process of its own. The ballot box knows ballots and never a name; the two
share no key, no order, no time and no transaction.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiaoneng.core.appraisal import RoundRules

    from .actions import Installed, Invitation, Reconciled, RollRow

__all__ = [
    "Installed",
    "Invitation",
    "Reconciled",
    "RollRow",
    "are_keys_destroyed",
    "close_issue",
    "close_overdue",
    "delete_roll",
    "enter_signatures",
    "fingerprints",
    "install_round",
    "issue",
    "issued_counts",
    "people",
    "public_keys",
    "published",
    "reconcile",
    "remove_round",
    "signature_counters",
]

_TYPES = ("Installed", "Invitation", "Reconciled", "RollRow")


def __getattr__(name: str) -> Any:
    if name in _TYPES:
        from . import actions

        return getattr(actions, name)
    raise AttributeError(name)


def install_round(
    rules: RoundRules, roll: Iterable[RollRow], random_bytes: Callable[[int], bytes] = os.urandom, **options: Any
) -> Installed:
    """Take in a roll, make keys and invitation codes; see `actions.install_round`."""
    from . import actions

    return actions.install_round(rules, roll, random_bytes, **options)


def issue(round: str, invitation_code: str, blinded_msg: bytes, on: date) -> bytes:
    """The blind signature for the holder of a code, once; see `actions.issue`."""
    from . import actions

    return actions.issue(round, invitation_code, blinded_msg, on)


def issued_counts(round: str) -> dict[str, int | None]:
    """Tokens issued, or signatures counted by two, by stratum; None where not counted yet."""
    from . import queries

    return queries.issued_counts(round)


def published(round: str) -> list[dict[str, Any]]:
    """What everybody may know of each stratum: eligible, drawn, fingerprint, and issued after the close."""
    from . import queries

    return queries.published(round)


def public_keys(round: str) -> dict[str, bytes]:
    """Public keys (PEM) by stratum with tokens."""
    from . import queries

    return queries.public_keys(round)


def fingerprints(round: str) -> dict[str, str]:
    """Fingerprints of the public keys by stratum with tokens."""
    from . import queries

    return queries.fingerprints(round)


def people(round: str, stratum: str) -> list[tuple[str, str]]:
    """Name and contact of the persons drawn, for the roll that is signed on paper."""
    from . import queries

    return queries.people(round, stratum)


def close_issue(round: str, on: date | None = None) -> dict[str, int]:
    """End the issue for everybody and destroy the keys; tokens issued by stratum."""
    from . import actions

    return actions.close_issue(round, on)


def close_overdue(on: date) -> list[str]:
    """Close every round whose last day of issue is over."""
    from . import actions

    return actions.close_overdue(on)


def are_keys_destroyed(round: str) -> bool:
    """Whether nobody can sign a token of this round any more."""
    from . import queries

    return queries.are_keys_destroyed(round)


def enter_signatures(round: str, stratum: str, count: int, by: str) -> bool:
    """One person's count of the signatures on a paper roll; whether two persons now agree."""
    from . import actions

    return actions.enter_signatures(round, stratum, count, by)


def signature_counters(round: str) -> dict[str, tuple[str, ...]]:
    """Who has counted the signatures of each stratum with paper codes: nobody, one, or two who agree."""
    from . import queries

    return queries.signature_counters(round)


def reconcile(round: str, handed_out: Mapping[str, int]) -> dict[str, Reconciled]:
    """Paper codes handed out beside signatures, by stratum."""
    from . import actions

    return actions.reconcile(round, handed_out)


def delete_roll(round: str) -> None:
    """Delete the names of a round whose issue is closed; the counts stay."""
    from . import actions

    actions.delete_roll(round)


def remove_round(round: str) -> None:
    """Remove a round with everything that belongs to it."""
    from . import actions

    actions.remove_round(round)
