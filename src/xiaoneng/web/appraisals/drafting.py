"""A round that is being written: what it starts from, and how what was typed becomes rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from xiaoneng.core.appraisal import (
    KIND_RULES,
    Appraisee,
    Group,
    Question,
    QuestionKind,
    Questionnaire,
    RoundDays,
    RoundKind,
    RoundRules,
    Stratum,
    Way,
    default_questionnaire,
)
from xiaoneng.core.errors import RoundRulesError

from .models import Round

SECTIONS = ("appraisees", "raters", "questions", "days", "check")


def blank(kind: str) -> dict[str, Any]:
    """What a new round of this kind starts from: groups and strata of its preset, three questions, nobody rated yet."""
    from xiaoneng.core.sampling import load_preset  # brings DuckDB along

    preset, rules = load_preset(kind), KIND_RULES[RoundKind(kind)]
    asked = default_questionnaire()
    named = [one.weight for one in preset.strata if one.weight]
    others = len(preset.strata) - len(named)
    share = round(100 * (1 - sum(named)) / others, 1) if others else 100.0  # what sources leave open, in equal parts
    strata = [
        {
            "code": one.id,
            "zh": one.label["zh"],
            "en": one.label["en"],
            "eligible": None,
            "invited": None,
            "weight_percent": round(one.weight * 100, 1) if one.weight else share,
            "way": str(Way.PAPER if rules.is_staff else Way.TOKEN),
            "is_cadre": one.cadre == "yes",
        }
        for one in preset.strata
    ]
    return {
        "groups": [{"code": one.id, "zh": one.label["zh"], "en": one.label["en"]} for one in preset.groups]
        or [{"code": "all", "zh": "全部", "en": "all"}],
        "appraisees": [],
        "strata": strata,
        "questions": [
            {"code": one.code, "zh": one.title["zh"], "en": one.title["en"], "kind": str(one.kind)}
            for one in asked.questions
        ],
        "version": asked.version,
        "points": dict(asked.points),
        "asks_remarks": True,
        "days": {},
        "fewest_published": rules.fewest_published,
        "most_rated": None,
        "bucket_hours": None,
        "pooled_rounds": 1,
        "is_supervised": rules.is_staff,
        "draw": {},
    }


def rules_of(one: Round) -> RoundRules:
    """The draft as rules, checked.

    Raises  RoundRulesError where something is missing or not allowed
    """
    from xiaoneng.core.appraisal import usual_screening  # brings numpy along

    draft = one.draft
    days = {
        name: _day(draft["days"].get(name)) for name in ("issue_opens_on", "issue_closes_on", "opens_on", "closes_on")
    }
    if days["opens_on"] is None or days["closes_on"] is None:
        raise RoundRulesError(f"round {one.code} has no day on which its box opens or closes: give both")
    strata = [row for row in draft["strata"] if row.get("eligible")]
    if not strata:
        raise RoundRulesError(f"round {one.code} has no raters yet: say how many are eligible in at least one stratum")
    whole = sum(float(row["weight_percent"] or 0) for row in strata)
    kind = RoundKind(one.kind)
    has_tokens = any(row["way"] == Way.TOKEN for row in strata)
    return RoundRules(
        code=one.code,
        kind=kind,
        title={"zh": one.title_zh, "en": one.title_en},
        groups=tuple(Group(row["code"], _named(row)) for row in _used_groups(draft)),
        appraisees=tuple(Appraisee(row["code"], _named(row), row["group"]) for row in draft["appraisees"]),
        strata=tuple(
            Stratum(
                code=row["code"],
                title=_named(row),
                eligible=int(row["eligible"]),
                invited=int(row["invited"] or row["eligible"]),
                weight=float(row["weight_percent"] or 0) / whole if whole else 0.0,
                way=Way(row["way"]),
                is_cadre=bool(row.get("is_cadre")),
            )
            for row in strata
        ),
        questionnaire=Questionnaire(
            version=int(draft["version"]),
            questions=tuple(
                Question(row["code"], _named(row), QuestionKind(row["kind"])) for row in draft["questions"]
            ),
            points={level: float(points) for level, points in draft["points"].items()},
            asks_remarks=bool(draft["asks_remarks"]),
        ),
        days=RoundDays(
            opens_on=days["opens_on"],
            closes_on=days["closes_on"],
            issue_opens_on=days["issue_opens_on"] if has_tokens else None,
            issue_closes_on=days["issue_closes_on"] if has_tokens else None,
        ),
        fewest_published=int(draft["fewest_published"]),
        most_rated=draft["most_rated"],
        bucket_hours=draft["bucket_hours"],
        pooled_rounds=int(draft["pooled_rounds"]),
        is_supervised=bool(draft["is_supervised"]),
        draw=draft["draw"],
        screening=usual_screening(),
    ).checked()


def done(one: Round) -> dict[str, bool]:
    """Which sections of the set-up hold what they need."""
    draft = one.draft
    return {
        "appraisees": bool(draft["appraisees"]),
        "raters": any(row.get("eligible") for row in draft["strata"]),
        "questions": bool(draft["questions"]),
        "days": bool(draft["days"].get("opens_on") and draft["days"].get("closes_on")),
        "check": one.rules is not None,
    }


def _used_groups(draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    used = {row["group"] for row in draft["appraisees"]}
    return [row for row in draft["groups"] if row["code"] in used] or list(draft["groups"])


def _named(row: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": row["zh"], "en": row["en"] or row["zh"]}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
