"""Rounds to look at: set up, announced and voted in by the application's own actions."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from xiaoneng.web.accounts.models import User
from xiaoneng.web.appraisals import actions, prints
from xiaoneng.web.appraisals.models import Round

QUESTIONS = ("attitude", "fairness", "results")


def office(name: str = "round-office") -> User:
    """Someone of the office."""
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(name, "a sentence to remember", role="office_editor")


def paper_round(
    *,
    code: str = "r1",
    kind: str = "society_rates_agencies",
    eligible: int = 60,
    appraisees: Sequence[str] = ("water", "housing"),
    **parts: Any,
) -> Round:
    """A round whose raters all have paper codes; the box is open today."""
    today = timezone.localdate()
    by = office()
    made = actions.create_round(by=by, code=code, kind=kind, title_zh="评议一轮", title_en="A round")
    group = made.draft["groups"][0]["code"]
    stratum = {"code": "raters", "zh": "评议人", "en": "raters", "eligible": eligible, "invited": eligible}
    given = {
        "appraisees": [{"group": group, "code": one, "zh": f"机关{one}", "en": f"Agency {one}"} for one in appraisees],
        "strata": [{**stratum, "weight_percent": 100.0, "way": "paper", "is_cadre": False}],
        "days": {"opens_on": today.isoformat(), "closes_on": today.isoformat()},
    }
    return actions.change_draft(made, by=by, **(given | parts))


def announced(one: Round) -> tuple[Round, list[str]]:
    """The round announced, and its paper codes, as somebody reads them off the slips."""
    from xiaoneng.web.appraisals.actions import announcing

    made: list[str] = []
    real = announcing.make_codes

    def kept(count: int, random_bytes: Any) -> list[str]:
        codes = real(count, random_bytes)
        made.extend(codes)
        return codes

    announcing.make_codes = kept
    try:
        actions.fix_rules(one, by=office(), at=timezone.now())
        actions.announce(
            one, by=office(), at=timezone.now(), page="http://127.0.0.1/vote/r/", token_page="http://127.0.0.1/token/r/"
        )
    finally:
        announcing.make_codes = real
    one.refresh_from_db()
    return one, made


def vote(one: Round, code: str, levels: Mapping[str, int | str], remark: str = "") -> Any:
    """One ballot with a paper code: the same level on every question."""
    from xiaoneng.web.ballotbox.casting import Submission, cast

    answers = {who: dict.fromkeys(QUESTIONS, level) for who, level in levels.items()}
    return cast(one.code, Submission(receipt=secrets.token_bytes(16), answers=answers, remark=remark, code=code))


def day_after(one: Round) -> date:
    """The first day on which the box may be closed."""
    return one.fixed_rules.days.closes_on + timedelta(days=1)


def counted(one: Round) -> Round:
    """The round closed and counted."""
    actions.close(one, by=office(), at=timezone.now(), on=day_after(one))
    actions.count(one, by=office())
    one.refresh_from_db()
    return one


def printed(one: Round) -> list[str]:
    """The documents that wait to be printed."""
    return prints.names(one)


def kept_round(code: str, kind: str, state: str) -> str:
    """A round as its row alone, with the result of a round to which nobody came; no box, no registrar."""
    from xiaoneng.core.appraisal import result

    one = paper_round(
        code=code, kind=kind, **({"fewest_published": 10} if "staff" in kind or "managers" in kind else {})
    )
    if state != "draft":
        rules = actions.fix_rules(one, by=office(), at=timezone.now())
        kept = {
            "state": state,
            "announcement": {"rules_hash": rules.hash, "codes": {}, "fingerprints": {}, "page_hash": ""},
        }
        Round.objects.filter(pk=one.pk).update(**kept, result=result(rules, []), result_hash="0" * 64)
    return code
