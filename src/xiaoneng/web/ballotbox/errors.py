"""What the ballot box refuses. Each refusal has a word for the voter's page and a status for the browser."""

from __future__ import annotations

from typing import ClassVar

from xiaoneng.core.errors import XiaonengError


class BoxError(XiaonengError):
    """The ballot box cannot do what was asked; nothing was changed."""


class RoundInstalledError(BoxError):
    """A round stands in the box already, with other rules, keys or codes."""


class RoundMissingError(BoxError):
    """The box holds no such round."""


class RoundStateError(BoxError):
    """A round is closed already, or not yet, or may not be closed on that day."""


class KeysMissingError(BoxError):
    """The keys of a round, which lie outside the database, are not there."""


class CodesError(BoxError):
    """Codes cannot be installed or voided as asked."""


class DamagedBoxError(BoxError):
    """Rows of the box were edited by somebody without its key; `faults` names them."""

    def __init__(self, message: str, faults: object = ()) -> None:
        super().__init__(message)
        self.faults = faults


class ReplicaError(BoxError):
    """A replica cannot be written or put back."""


class SheetsError(BoxError):
    """A sheet was not entered as it must be, or the sheets do not add up; they do not count."""


class Refusal(BoxError):
    """A ballot was not taken. `word` names the sentence on the voter's page."""

    status: ClassVar[int] = 400
    word: ClassVar[str] = "malformed"


class MalformedError(Refusal):
    """Not readable as a ballot."""


class WrongContentTypeError(Refusal):
    status = 415
    word = "wrong_content_type"


class TooBigError(Refusal):
    status = 413
    word = "too_big"


class NotOpenError(Refusal):
    status = 409
    word = "not_open"


class ClosedError(Refusal):
    status = 409
    word = "closed"


class UnknownCodeError(Refusal):
    status = 403
    word = "unknown_code"


class VoidedCodeError(Refusal):
    status = 403
    word = "voided_code"


class UnknownTokenError(Refusal):
    """No token of this round, or not signed by the published key of its stratum."""

    status = 403
    word = "unknown_token"


class WrongAnswersError(Refusal):
    """The answers do not fit the questions that this voter is asked."""

    status = 422
    word = "wrong_answers"


class ReceiptReusedError(Refusal):
    """Another ballot was stored under the same receipt."""

    status = 409
    word = "receipt_reused"


class NotStoredError(Refusal):
    """The database could not be written; the voter's page tries again."""

    status = 503
    word = "not_stored"
