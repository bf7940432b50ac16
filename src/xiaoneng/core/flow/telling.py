"""A finding in a sentence, in Chinese and English: how many cases, what it costs, what would be saved, and how we know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..terms import Certainty
from ..words import has_sentence, label, say


def finding_sentence(finding: Mapping[str, Any], language: str) -> str:
    """The sentence of a row of FLOW_FINDINGS.

    Units   in the sentence: working days to one decimal below 100, whole above; shares as percentages
    """
    kind = finding["kind"]
    codes = (f"find_{kind}_{finding['compared_with']}", f"find_{kind}")
    code = next(code for code in codes if has_sentence(code))
    return say(
        code,
        language,
        place=_place(finding["agency_name"], finding["office"], language),
        other=_other(finding, language),
        name=finding["name"] or label("flow_unnamed_step", language),
        cases=f"{finding['cases']:,}",
        cost=days(finding["cost_workdays"]),
        each=days(finding["case_workdays"]),
        peer=days(finding["peer_workdays"]),
        saved=days(finding["saved_workdays"]),
        low=days(finding["saved_low"]),
        high=days(finding["saved_high"]),
        share=percent(finding["share"]),
        peer_share=percent(finding["peer_share"]),
    )


def _other(finding: Mapping[str, Any], language: str) -> str:
    name = finding["other_agency_name"]
    return agency_label(name, language) if name else label("flow_unnamed_office", language)


def finding_grounds(finding: Mapping[str, Any], language: str) -> list[str]:
    """How we know a finding: what it was compared with, how sure it is, the law that bears on it."""
    told = [label(f"compared_{finding['compared_with']}", language)]
    if finding["certainty"] == Certainty.CANDIDATE:
        told.append(say("find_candidate", language))
    elif finding["q_value"] is None:
        told.append(say("find_fact", language))
    else:
        q = finding["q_value"]
        told.append(say("find_q", language, q="< 0.0001" if q < 0.0001 else f"= {q:.2g}"))
    if finding["law"]:
        told.append(say("find_law", language, law=finding["law"], article=finding["article"]))
    return told


def days(value: float | None) -> str:
    """Working days as people write them: one decimal below 100, whole with thousands apart above; unknown is a dash."""
    if value is None:
        return "–"
    value = round(value, 1) + 0.0
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def percent(share: float | None) -> str:
    """A share from 0 to 1 as a percentage; unknown is a dash."""
    return "–" if share is None else f"{share:.1%}"


def agency_label(name: str | None, language: str) -> str:
    """The name of an agency; one that a source knows by a bare number is told apart from other numbers."""
    if name and name.isdigit() and len(name) <= 3:
        return say("flow_numbered_agency", language, number=name)
    return name or label("edition_unnamed", language)


def _place(agency: str | None, office: str | None, language: str) -> str:
    parts = [agency_label(agency, language), *([office] if office else [])]
    return ("" if language == "zh" else ", ").join(parts)
