"""Rounds to test with: a public one with two strata, and a small body of fourteen."""

from __future__ import annotations

from datetime import date
from typing import Any

from xiaoneng.core.appraisal import (
    Appraisee,
    Group,
    RoundDays,
    RoundKind,
    RoundRules,
    Stratum,
    Way,
    default_questionnaire,
)

NAMED = {"zh": "名称", "en": "name"}


def a_round(**changes: Any) -> RoundRules:
    given: dict[str, Any] = {
        "code": "2026-society",
        "kind": RoundKind.SOCIETY_RATES_AGENCIES,
        "title": NAMED,
        "groups": (Group("windows", NAMED),),
        "appraisees": (Appraisee("water", NAMED, "windows"), Appraisee("housing", NAMED, "windows")),
        "strata": (
            Stratum("citizens", NAMED, eligible=4000, invited=400, weight=0.6, way=Way.PAPER),
            Stratum("firms", NAMED, eligible=900, invited=200, weight=0.4, way=Way.TOKEN),
        ),
        "questionnaire": default_questionnaire(),
        "days": RoundDays(date(2026, 11, 10), date(2026, 11, 20), date(2026, 11, 1), date(2026, 11, 8)),
        "fewest_published": 5,
        "bucket_hours": 12,
    }
    return RoundRules(**{**given, **changes})


def a_small_body(**changes: Any) -> RoundRules:
    given = {
        "kind": RoundKind.STAFF_RATE_LEADERSHIP,
        "strata": (Stratum("staff", NAMED, eligible=14, invited=14, weight=1.0, way=Way.PAPER),),
        "fewest_published": 10,
        "bucket_hours": None,
        "days": RoundDays(date(2026, 11, 10), date(2026, 11, 10)),
    }
    return a_round(**{**given, **changes})


BIG = a_round()
SMALL = a_small_body()
