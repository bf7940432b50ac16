"""The rules of law that a form offers: those that count forward to a last day, by law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiaoneng.web.shell.formats import is_chinese, limit_text, words_language

if TYPE_CHECKING:
    from xiaoneng.core.law import Rule

Choices = list[tuple[str, list[tuple[str, str]]]]


def home_rules() -> list[Rule]:
    """The rules of every pack that counts in the Chinese calendar, the national pack first."""
    from xiaoneng.core.law import load_pack, packs

    found = [load_pack(name) for name in packs()]
    at_home = sorted((pack for pack in found if pack.calendar == "cn"), key=lambda pack: (pack.id != "cn", pack.id))
    return [rule for pack in at_home for rule in pack.rules.values()]


def rule_choices() -> Choices:
    """The rules that have a limit and count forward, grouped by their law."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for rule in home_rules():
        if rule.limit is None or rule.counts_backwards:
            continue
        between = "：" if is_chinese() else ": "
        name = rule.name_zh if is_chinese() else rule.name_en
        mark = "" if rule.is_confirmed else _(" (unconfirmed)")
        text = f"{name}{between}{limit_text(rule.limit, rule.unit)}{mark}"
        grouped.setdefault(rule.law or rule.pack, []).append((rule.id, text))
    return list(grouped.items())


def find_rule(rule_id: str) -> Rule | None:
    """The rule of this id; None where no pack has it."""
    from xiaoneng.core.errors import LawError
    from xiaoneng.core.law import rule

    try:
        return rule(rule_id)
    except LawError:
        return None


def described(rule: Rule) -> str:
    """What the rule says, in the language of the page."""
    from xiaoneng.core.law import describe

    return describe(rule, words_language())
