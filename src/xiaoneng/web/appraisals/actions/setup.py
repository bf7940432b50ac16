"""A round is made, written, fixed; until it is announced it can be taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from xiaoneng.core.appraisal import RoundRules
from xiaoneng.web import audit

from ..drafting import blank, rules_of
from ..models import Round, RoundState


class WrongStateError(Exception):
    """The round has gone on in the meantime: what was asked no longer fits."""


def held(one: Round, *states: str) -> Round:
    """The round, locked, if it is in one of these states.

    Raises  WrongStateError
    """
    found = Round.objects.select_for_update().get(pk=one.pk)
    if found.state not in states:
        raise WrongStateError(found.get_state_display())
    return found


@transaction.atomic
def create_round(*, by: Any, code: str, kind: str, title_zh: str, title_en: str) -> Round:
    """A new round, with the groups, strata and questions of its kind to start from."""
    made = Round.objects.create(code=code, kind=kind, title_zh=title_zh, title_en=title_en, draft=blank(kind))
    audit.record("round_created", subject=made, by=by, after={"code": code, "kind": kind})
    return made


@transaction.atomic
def change_draft(one: Round, *, by: Any, **parts: Any) -> Round:
    """Put other values into parts of the draft.

    Raises  WrongStateError once the rules are fixed
    """
    found = held(one, RoundState.DRAFT)
    changed = sorted(name for name, value in parts.items() if found.draft.get(name) != value)
    if changed:
        found.draft = {**found.draft, **parts}
        found.save(update_fields=["draft"])
        audit.record("round_changed", subject=found, by=by, after={f"draft_{name}": "✓" for name in changed})
    return found


@transaction.atomic
def frame_taken(one: Round, *, by: Any, sizes: Mapping[str, Any], frame: Mapping[str, Any]) -> Round:
    """Take eligible and invited numbers of a roll into the draft, with the hash that is published in its place.

    In      sizes: stratum -> {eligible, invited}; frame: what the rules say of the roll
    """
    found = held(one, RoundState.DRAFT)
    known = {row["code"]: row for row in found.draft["strata"]}
    strata = [{**row, **sizes[row["code"]]} if row["code"] in sizes else row for row in found.draft["strata"]]
    strata += [
        {"code": code, "zh": code, "en": code, "weight_percent": None, "way": "token", "is_cadre": False, **numbers}
        for code, numbers in sizes.items()
        if code not in known
    ]
    found.draft = {**found.draft, "strata": strata, "draw": dict(frame)}
    found.save(update_fields=["draft"])
    audit.record("round_frame_taken", subject=found, by=by, after={"frame_hash": frame["frame"]["hash"]})
    return found


@transaction.atomic
def fix_rules(one: Round, *, by: Any, at: datetime) -> RoundRules:
    """Fix the rules: their text and its hash stay as they are from now on.

    Raises  RoundRulesError where they contradict themselves; WrongStateError
    """
    found = held(one, RoundState.DRAFT)
    rules = rules_of(found)
    found.rules, found.rules_hash = rules.as_dict(), rules.hash
    found.state, found.fixed_at = RoundState.FIXED, at
    found.save(update_fields=["rules", "rules_hash", "state", "fixed_at"])
    audit.record("round_rules_fixed", subject=found, by=by, after={"rules_hash": rules.hash})
    return rules


@transaction.atomic
def unfix(one: Round, *, by: Any) -> None:
    """Take the rules up again, as long as nothing was announced; draws made by them are void."""
    found = held(one, RoundState.FIXED)
    before = found.rules_hash
    found.draws.all().delete()
    found.rules, found.rules_hash, found.state, found.fixed_at = None, "", RoundState.DRAFT, None
    found.save(update_fields=["rules", "rules_hash", "state", "fixed_at"])
    audit.record("round_rules_taken_up", subject=found, by=by, before={"rules_hash": before})


@transaction.atomic
def discard(one: Round, *, by: Any) -> None:
    """Throw away a round that was never announced."""
    found = held(one, RoundState.DRAFT, RoundState.FIXED)
    audit.record("round_discarded", subject=found, by=by, before={"code": found.code})
    found.delete()
