"""What the box tells everybody: the round while it runs, the log and the files after the close."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import defaultdict
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language, gettext

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import Way

from . import booth, pages, queries, storage
from .casting import Submission
from .errors import MalformedError
from .models import Round, State

_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold: the files' own time is nobody's concern


def state_of(found: Round) -> str:
    """open, not_open, over (its last day is past) or closed."""
    if found.state == State.CLOSED:
        return "closed"
    day, days = booth.today(), booth.rules_of(found).days
    return "not_open" if day < days.opens_on else "over" if day > days.closes_on else "open"


def told_of(found: Round) -> dict[str, Any]:
    """The round as the voter's page reads it."""
    rules = booth.rules_of(found)
    asked = rules.questionnaire
    return {
        "code": rules.code,
        "title": rules.title,
        "county": settings.COUNTY_NAME,
        "state": state_of(found),
        "opens_on": rules.days.opens_on.isoformat(),
        "closes_on": rules.days.closes_on.isoformat(),
        "strata": [
            {"code": one.code, "title": one.title, "way": one.way, "appraisees": one.appraisees} for one in rules.strata
        ],
        "appraisees": [{"code": one.code, "title": one.title} for one in rules.appraisees],
        "questions": [{"code": one.code, "title": one.title, "kind": one.kind} for one in asked.questions],
        "asks_remarks": asked.asks_remarks,
        "most_rated": rules.most_rated,
        "bucket_hours": None if rules.kind_rules.is_staff else rules.bucket_hours,
        "rules_hash": rules.hash,
        "box_fingerprint": ballots.fingerprint(ballots.read_public(found.box_key.encode(), Ed25519PublicKey)),
        "key_fingerprints": {
            stratum: ballots.fingerprint(ballots.read_public(pem.encode(), RSAPublicKey))
            for stratum, pem in found.keys.items()
        },
        "page_hash": pages.page_hash(),
        "is_trial": not getattr(settings, "BALLOTBOX_STANDS_ALONE", False),
    }


def read_form(form: QueryDict) -> Submission:
    """A ballot from the plain form, whose radio buttons are named appraisee/question.

    Raises  MalformedError
    """
    answers: dict[str, dict[str, int | str]] = defaultdict(dict)
    for name, value in form.items():
        appraisee, slash, question = name.partition("/")
        if slash:
            answers[appraisee][question] = int(text) if (text := str(value)).isascii() and text.isdigit() else text
    try:
        receipt = bytes.fromhex(str(form.get("receipt", "")))
    except ValueError as error:
        raise MalformedError("the receipt is no number: load the page again") from error
    return Submission(receipt, dict(answers), str(form.get("remark") or ""), str(form.get("code") or ""))


@lru_cache(maxsize=8)
def _log(code: str) -> tuple[ballots.Log, dict[bytes, int]]:
    queries.closed(code)
    with storage.reading() as cursor:
        leaves = storage.leaves_of(cursor, code)
    return ballots.Log(leaves), {leaf: place for place, leaf in enumerate(leaves)}


def forget() -> None:
    """Forget what was read of closed rounds: another database is in place."""
    _log.cache_clear()
    queries.published_files.cache_clear()


def proof_of(code: str, leaf: str) -> dict[str, Any]:
    """Where a line stands in the log, and the way to the root.

    Raises  RoundStateError while the round is open
    """
    log, places = _log(code)
    try:
        place = places.get(bytes.fromhex(leaf))
    except ValueError:
        place = None
    told: dict[str, Any] = {"is_in_log": place is not None, "size": len(log), "root": log.root.hex()}
    if place is not None:
        told |= {"index": place, "path": [step.hex() for step in log.inclusion_path(place)]}
    return told


def check_context(found: Round, leaf: str) -> dict[str, Any]:
    """What the page of checks shows."""
    rules, language = booth.rules_of(found), "en" if get_language() == "en" else "zh"
    context: dict[str, Any] = {"code": found.code, "title": rules.title[language], "leaf": leaf}
    context["is_closed"] = found.state == State.CLOSED
    context["strata"] = " ".join(one.code for one in rules.strata if one.way is Way.PAPER)
    if found.state != State.CLOSED:
        return context
    closing = ballots.read_closing(bytes(found.statement))
    context |= {"files": listed(found.code), "log_root": closing.log_root.hex()}
    context["counts"] = [
        {"name": one.title[language], "ballots": _shown(closing.counts[one.code], rules.fewest_published),
         "issued": closing.issued.get(one.code, "–")}
        for one in rules.strata
    ]  # fmt: skip
    if leaf:
        told = proof_of(found.code, leaf)
        context["path"] = told.get("path", [])
        context["answer"] = _answer(leaf, told)
    return context


def listed(code: str) -> list[dict[str, str]]:
    """The published files of a closed round, with their fingerprints."""
    files = queries.published_files(code)
    return [{"name": name, "sha256": hashlib.sha256(files[name]).hexdigest()} for name in sorted(files)]


def zipped(code: str) -> bytes:
    """The published files as a zip, the same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(queries.published_files(code).items()):
            archive.writestr(zipfile.ZipInfo(f"{code}/{name}", _ZIP_DAY), data)
    return packed.getvalue()


def _answer(leaf: str, told: dict[str, Any]) -> str:
    if told["is_in_log"]:
        return gettext("It is in the log, on line %(line)s of %(size)s. Your ballot counts.") % {
            "line": told["index"] + 1,
            "size": told["size"],
        }
    if len(leaf) != 64:  # a code typed where no script runs
        return gettext("Without scripts, give the first line of your receipt: 64 letters and digits.")
    return gettext("No ballot was cast with it: it is not in the log.")


def _shown(count: int, fewest: int) -> int | str:
    """The statement is signed and public as a whole; here too few are still not told as a figure of a page."""
    return count if count >= fewest else gettext("fewer than %s") % fewest
