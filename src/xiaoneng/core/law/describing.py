"""A rule in one paragraph, for the command line and the pages."""

from __future__ import annotations

from ..words import label, say
from .rules import READING_CHOICES, Readings, Rule


def describe(rule: Rule, language: str = "zh") -> str:
    """What the rule says, where it stands in the law, and whether it is confirmed.

    In      language: zh or en
    """
    name = rule.name_zh if language == "zh" else rule.name_en
    comma = "、" if language == "zh" else ", "
    start = label(f"start_{rule.starts_with}", language)
    if rule.limit is None:
        parts = [say("law_no_number", language, name=name, start=start)]
    else:
        code = "law_limit_before" if rule.counts_backwards else "law_limit"
        unit = label(f"unit_{rule.unit}", language)
        parts = [say(code, language, name=name, start=start, limit=rule.limit, unit=unit)]
    if rule.extension_limit is not None and rule.extension_unit is not None:
        unit = label(f"unit_{rule.extension_unit}", language)
        approver = label(rule.extension_approver, language)
        code = "law_extension_by" if approver else "law_extension"
        parts.append(say(code, language, limit=rule.extension_limit, unit=unit, approver=approver))
        if rule.extension_needs_reasons:
            parts.append(say("law_extension_reasons", language))
    if rule.deemed_outcome:
        parts.append(say("law_deemed", language, outcome=label(rule.deemed_outcome, language)))
    if rule.pause_grounds:
        grounds = comma.join(label(ground, language) for ground in rule.pause_grounds)
        parts.append(say("law_pauses", language, grounds=grounds))
        if rule.pause_notice_required:
            parts.append(say("law_pause_notice", language))
    if rule.restarts_on_supplement:
        parts.append(say("law_restarts", language))
    if not rule.binds_agency:
        parts.append(say("law_other_party", language))
    if rule.law:
        parts.append(say("law_basis", language, law=rule.law, article=rule.article.replace(", ", comma) or "-"))
    if not rule.is_confirmed:
        parts.append(say("law_unconfirmed", language))
    return ("" if language == "zh" else " ").join(parts)


def describe_readings(readings: Readings, language: str = "zh") -> list[str]:
    """One sentence for each reading taken, in the order of `Readings`: what an explanation prints."""
    return [say(f"reading_{name}_{getattr(readings, name)}", language) for name in READING_CHOICES]
