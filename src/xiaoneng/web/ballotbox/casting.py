"""Casting a ballot (投票): from what a browser sent to an acknowledgement. Nothing is logged, and no trace is kept."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from xiaoneng.core import ballots
from xiaoneng.core.errors import AnswersError, CodeError, TokenError

from . import WHOLE_BALLOT
from .booth import Booth, booth_of
from .errors import MalformedError, Refusal, UnknownCodeError, UnknownTokenError, WrongAnswersError
from .intake import Candidate, Job, intake


class Acknowledgement(NamedTuple):
    """What the voter gets: that a ballot with this token was taken, and nothing of what is in it."""

    token_hash: bytes
    receipt: bytes
    signature: bytes


class Submission(NamedTuple):
    """A ballot as it was sent: a paper code, or a token with its signature."""

    receipt: bytes
    answers: Any
    remark: str = ""
    code: str = ""
    token: bytes = b""
    signature: bytes = b""


def read_submission(body: bytes) -> Submission:
    """A submission from the JSON that the page sends.

    Raises  MalformedError
    """
    try:
        told = json.loads(body)
        submission = Submission(
            receipt=bytes.fromhex(told["receipt"]),
            answers=told["answers"],
            remark=str(told.get("remark") or ""),
            code=str(told.get("code") or ""),
            token=_decoded(told.get("token") or ""),
            signature=_decoded(told.get("signature") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedError("this is not readable as a ballot: load the page again") from error
    return submission


def cast(round: str, submission: Submission, at: datetime | None = None) -> Acknowledgement:
    """Take a ballot: the last one of a token counts, and the same one sent again is answered alike.

    In      at: the moment, where it is not now: an invented round may lie in the past
    Raises  RoundMissingError; a child of Refusal that says why
    """
    intake.on_the_way(1)
    try:
        booth = booth_of(round)
        booth.check_day(at)
        chosen = intake.store(_job(booth, submission, at))
    finally:
        intake.on_the_way(-1)
    signature = ballots.acknowledge(booth.receipt_key, booth.code, chosen.token_hash, submission.receipt)
    return Acknowledgement(chosen.token_hash, submission.receipt, signature)


def checked_answers(booth: Booth, stratum: str, answers: Any) -> bytes:
    """The canonical answers of a voter of this stratum.

    Raises  WrongAnswersError
    """
    try:
        text = ballots.canonical(answers, booth.forms[stratum])
    except (AnswersError, TypeError) as error:
        raise WrongAnswersError(str(error)) from error
    rated, most = len(set(answers) - {WHOLE_BALLOT}), booth.rules.most_rated
    if most is not None and rated > most:
        raise WrongAnswersError(f"{rated} are rated on this ballot, at most {most} may be: take some out")
    return text


def checked_remark(booth: Booth, remark: str) -> str:
    """The remark as it is kept.

    Raises  WrongAnswersError where it is too long, or this round asks for none
    """
    try:
        kept = ballots.remark(remark)
    except AnswersError as error:
        raise WrongAnswersError(str(error)) from error
    if kept and not booth.rules.questionnaire.asks_remarks:
        raise WrongAnswersError("this round takes no remarks: leave them out")
    if "\x00" in kept:
        raise WrongAnswersError("the remark holds a sign that cannot be kept: take it out")
    return kept


def _job(booth: Booth, submission: Submission, at: datetime | None) -> Job:
    if len(submission.receipt) != ballots.RECEIPT_BYTES:
        raise MalformedError(f"a receipt has {ballots.RECEIPT_BYTES} bytes: load the page again")
    if bool(submission.code) == bool(submission.token):
        raise MalformedError("a ballot comes with a code or with a token: give one of them")
    candidates = _from_code(booth, submission) if submission.code else [_from_token(booth, submission)]
    return Job(
        booth=booth,
        candidates=candidates,
        is_code=bool(submission.code),
        receipt=submission.receipt,
        remark=checked_remark(booth, submission.remark),
        bucket=booth.bucket(at),
    )


def _from_token(booth: Booth, submission: Submission) -> Candidate:
    try:
        stratum, token_hash = ballots.take_token(
            submission.token, submission.signature, round=booth.code, verifiers=booth.verifiers
        )
    except TokenError as error:
        raise UnknownTokenError(str(error)) from error
    return Candidate(stratum, token_hash, checked_answers(booth, stratum, submission.answers))


def _from_code(booth: Booth, submission: Submission) -> list[Candidate]:
    try:
        code = ballots.parse_code(submission.code)
    except CodeError as error:
        raise UnknownCodeError(str(error)) from error
    return [_candidate(booth, stratum, code, submission.answers) for stratum in booth.paper_strata]


def _candidate(booth: Booth, stratum: str, code: str, answers: Any) -> Candidate:
    token_hash = ballots.code_hash(booth.code, stratum, code)
    try:
        return Candidate(stratum, token_hash, checked_answers(booth, stratum, answers))
    except Refusal as refusal:
        return Candidate(stratum, token_hash, b"", refusal)


def told(acknowledgement: Acknowledgement) -> Mapping[str, str]:
    """An acknowledgement as it is sent and kept: the file that `xiaoneng verify --receipt` reads."""
    return {
        "token_hash": acknowledgement.token_hash.hex(),
        "receipt": acknowledgement.receipt.hex(),
        "acknowledgement": acknowledgement.signature.hex(),
    }


def _decoded(text: str) -> bytes:
    """Bytes from base64 as browsers write it, with or without its padding."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise MalformedError("token or signature is no base64: copy the token again") from error
