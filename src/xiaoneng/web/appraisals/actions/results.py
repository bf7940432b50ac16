"""From a closed box to a result that is told: counted, batches set aside by two, remarks put in other words, published."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from xiaoneng.web import audit, ballotbox, bridge

from ..models import Remark, ResultReader, Round, RoundState, SetAside
from .setup import held


class SamePersonError(Exception):
    """The second person must be another than the first."""


def count(one: Round, *, by: Any) -> dict[str, Any]:
    """Count the closed ballots: with all batches, and without those that two people set aside.

    Raises  WrongStateError before the close, or once the result is out
    """
    one = Round.objects.get(pk=one.pk)
    rules = one.fixed_rules
    aside = list(one.set_aside.filter(second_by__isnull=False).values_list("batch", flat=True))
    found = bridge.count_round(
        rules=rules.as_dict(),
        ballots=_ballots(one),
        set_aside=aside,
        earlier=[_ballots(each) for each in _pooled_with(one)],
        former=_former(one),
    )
    found["drill"] = (one.result or {}).get("drill")
    digest = _hash(found)
    with transaction.atomic():
        locked = held(one, RoundState.CLOSED, RoundState.COUNTED)
        locked.result, locked.result_hash, locked.state = found, digest, RoundState.COUNTED
        locked.save(update_fields=["result", "result_hash", "state"])
        audit.record("round_counted", subject=locked, by=by, after={"result_hash": digest, "set_aside": aside})
    return found


def run_drill(one: Round, *, by: Any) -> None:
    """Measure what the round's screening can find, on shadow copies of its ballots; published with the result.

    Raises  WrongStateError unless the round is counted and not out yet
    """
    found = bridge.drill_round(rules=one.fixed_rules.as_dict(), ballots=_ballots(one))
    with transaction.atomic():
        locked = held(one, RoundState.COUNTED)
        locked.result = {**(locked.result or {}), "drill": found}
        locked.result_hash = _hash(locked.result)
        locked.save(update_fields=["result", "result_hash"])
        audit.record("round_drilled", subject=locked, by=by, after={"result_hash": locked.result_hash})


def _hash(result: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a result, in hexadecimal digits."""
    return hashlib.sha256(
        json.dumps(result, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _ballots(one: Round) -> list[dict[str, Any]]:
    return [ballot._asdict() for ballot in ballotbox.ballots_for_results(one.code)]


def _pooled_with(one: Round) -> list[Round]:
    """The earlier rounds that a small body's rules put together with this one: blocks that never overlap."""
    rules = one.fixed_rules
    if rules.pooled_rounds < 2 or one.closed_at is None:
        return []
    same = [
        each
        for each in Round.objects.filter(kind=one.kind, closed_at__lt=one.closed_at).exclude(state=RoundState.WITHDRAWN)
        if _body(each.rules) == _body(one.rules)
    ]
    before = sorted(same, key=lambda each: (each.closed_at, each.pk))
    return before[len(before) - len(before) % rules.pooled_rounds :]


def _body(rules: dict[str, Any] | None) -> Any:
    """What must be the same for rounds to be put together: who is rated by whom, what is asked, and the rule itself."""
    if rules is None:
        return None
    asked = {**rules["questionnaire"], "version": None}
    return [[one["code"] for one in rules["appraisees"]], rules["strata"][0]["code"], asked, rules["pooled_rounds"]]


def _former(one: Round) -> dict[str, Any] | None:
    """The published result of the last round of the same kind, for what has changed."""
    if one.closed_at is None:
        return None
    earlier = Round.objects.filter(kind=one.kind, state=RoundState.PUBLISHED, closed_at__lt=one.closed_at)
    last = earlier.order_by("-closed_at").first()
    return None if last is None else last.result


@transaction.atomic
def set_aside(one: Round, *, by: Any, batch: str, reason: str) -> SetAside:
    """The first of two people asks that a batch be set aside; the second one, another, agrees.

    Raises  SamePersonError where the same person would be both; WrongStateError outside of closed and counted
    """
    found = held(one, RoundState.CLOSED, RoundState.COUNTED)
    known = SetAside.objects.select_for_update().filter(round=found, batch=batch).first()
    if known is None:
        made = SetAside.objects.create(round=found, batch=batch, reason=reason, first_by=by)
        audit.record("batch_set_aside_asked", subject=found, by=by, after={"batch": batch, "reason": reason})
        return made
    if known.first_by_id == by.pk:
        raise SamePersonError(batch)
    known.second_by = by
    known.save(update_fields=["second_by"])
    audit.record("batch_set_aside", subject=found, by=by, after={"batch": batch, "reason": known.reason})
    return known


@transaction.atomic
def paraphrase(remark: Remark, *, by: Any, text: str, appraisee: str = "", is_left_out: bool = False) -> None:
    """Put a remark in other words, or leave it out; the checker must be another person."""
    remark.paraphrase, remark.appraisee, remark.is_left_out = text, appraisee, is_left_out
    remark.paraphrased_by, remark.checked_by = by, None
    remark.save(update_fields=["paraphrase", "appraisee", "is_left_out", "paraphrased_by", "checked_by"])
    audit.record("remark_paraphrased", subject=remark.round, by=by)


@transaction.atomic
def check_paraphrase(remark: Remark, *, by: Any) -> None:
    """Agree that a paraphrase says what was meant and shows nobody's hand; the remark itself is then wiped.

    Raises  SamePersonError where the paraphraser would check their own words
    """
    if remark.paraphrased_by_id is None or remark.paraphrased_by_id == by.pk:
        raise SamePersonError(remark.place)
    remark.checked_by, remark.text = by, ""
    remark.save(update_fields=["checked_by", "text"])
    audit.record("remark_checked", subject=remark.round, by=by)


@transaction.atomic
def publish(one: Round, *, by: Any, at: datetime) -> None:
    """Tell the result: to everybody, or, where persons are rated, to those entitled."""
    found = held(one, RoundState.COUNTED)
    found.state, found.published_at = RoundState.PUBLISHED, at
    found.save(update_fields=["state", "published_at"])
    audit.record("round_published", subject=found, by=by, after={"result_hash": found.result_hash})


@transaction.atomic
def withdraw(one: Round, *, by: Any, reason: str) -> None:
    """Withdraw a round that was announced; its page stays, and says why."""
    found = held(one, RoundState.ANNOUNCED, RoundState.CLOSED, RoundState.COUNTED, RoundState.PUBLISHED)
    before = found.state
    found.state, found.withdrawn_because = RoundState.WITHDRAWN, reason
    found.save(update_fields=["state", "withdrawn_because"])
    audit.record("round_withdrawn", subject=found, by=by, before={"state": before}, after={"reason": reason})


@transaction.atomic
def add_reader(one: Round, *, by: Any, appraisee: str, user: Any) -> None:
    """Open the result of one appraisee to a person."""
    ResultReader.objects.get_or_create(round=one, appraisee=appraisee, user=user)
    audit.record(
        "result_reader_added", subject=one, by=by, after={"appraisee": appraisee, "reader": user.get_username()}
    )


@transaction.atomic
def remove_reader(reader: ResultReader, *, by: Any) -> None:
    """Close it again."""
    audit.record(
        "result_reader_removed",
        subject=reader.round,
        by=by,
        before={"appraisee": reader.appraisee, "reader": reader.user.get_username()},
    )
    reader.delete()
