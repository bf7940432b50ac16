"""What the registrar refuses. Each has a code by which the page finds its words, and a sentence for everyone else."""

from __future__ import annotations

from xiaoneng.core.errors import BallotError


class RegistrarError(BallotError):
    """Root of the registrar's refusals."""

    code = "refused"


class UnknownRoundError(RegistrarError):
    """No round of this code is installed here."""

    code = "unknown_round"


class RollError(RegistrarError):
    """A roll that cannot be taken in, or is no longer there."""

    code = "roll"


class NotOnRollError(RegistrarError):
    """No person of the roll has this invitation code."""

    code = "not_on_roll"


class IssueNotOpenError(RegistrarError):
    """Tokens are issued on other days."""

    code = "not_open"


class IssueClosedError(RegistrarError):
    """The issue of tokens has ended, and the keys are gone."""

    code = "closed"


class AlreadyIssuedError(RegistrarError):
    """A token was issued to this person, for another blinded message."""

    code = "already_issued"


class IssueRunningError(RegistrarError):
    """The issue of tokens has not ended yet."""

    code = "running"


class SignaturesError(RegistrarError):
    """A count of signatures that cannot be taken, or does not agree."""

    code = "signatures"
