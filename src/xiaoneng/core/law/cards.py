"""Card rule sets (亮牌规则): which fact draws which card, on what basis, and how it is answered. Versioned data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ..errors import LawError, UnsourcedRuleError
from ..terms import Card
from .reading import flag, known_keys, load_toml, optional_day, optional_number, text, word


class CardCondition(StrEnum):
    """The facts that can draw a card. The list is closed: clocks know how to find each of them."""

    PROMISED_WITHIN_WORKDAYS = "promised_within_workdays"  # the promised limit ends within so many working days
    PROMISED_PASSED = "promised_passed"
    STEP_LIMIT_PASSED = "step_limit_passed"
    CORRECTION_NOTICE_MISSED = "correction_notice_missed"  # no one-time notice within its limit
    STATUTORY_PASSED = "statutory_passed"
    REFUSAL_WITHOUT_REASONS = "refusal_without_reasons"
    CHARGE_WITHOUT_BASIS = "charge_without_basis"
    IRREGULAR_PAUSE = "irregular_pause"  # a stop without a lawful ground, or without the written notice


class MustAct(StrEnum):
    """Who must act on a card: one of the three liable roles, or the agency's head."""

    HANDLER = "handler"  # 承办人
    EXAMINER = "examiner"  # 审核人
    APPROVER = "approver"  # 批准人
    AGENCY_HEAD = "agency_head"  # 机关负责人


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRule:
    """One line of a card rule set.

    Units   workdays: threshold of the condition, where it has one; reply_workdays, decide_workdays: working days
    """

    id: str
    name_zh: str
    name_en: str
    level: Card
    condition: CardCondition
    workdays: int | None
    must_act: MustAct
    reply_workdays: int
    decide_workdays: int
    basis: str
    source: str
    is_confirmed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRules:
    """A card rule set in one version."""

    id: str
    version: str
    name_zh: str
    name_en: str
    in_force_from: date | None
    is_confirmed: bool
    checked_by: str
    review_by: date | None
    note: str
    rules: tuple[CardRule, ...]

    def of(self, condition: CardCondition) -> tuple[CardRule, ...]:
        """The rules that rest on this condition."""
        return tuple(rule for rule in self.rules if rule.condition == condition)

    def label(self, rule: CardRule) -> str:
        """The rule with its set's version, as a card prints it."""
        return f"{rule.id}@{self.version}"


def card_rule_sets() -> list[str]:
    """The names of the card rule sets that come with the package."""
    return sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml"))


def load_card_rules(name: str | Path = "default") -> CardRules:
    """A card rule set by name, or from a file of the county's own.

    Raises  LawError where there is none of this name, or it is malformed; UnsourcedRuleError where a rule claims to be
            confirmed but names no basis and source
    """
    if isinstance(name, Path):
        return _card_rules(load_toml(name, name.name), name.name)
    if name not in card_rule_sets():
        raise LawError(f"there is no card rule set {name!r}; there are {', '.join(card_rule_sets())}")
    file = _folder().joinpath(f"{name}.toml")
    return _card_rules(tomllib.loads(file.read_text(encoding="utf-8")), f"cards/{name}.toml")


def _folder() -> Traversable:
    return resources.files(__package__).joinpath("cards")


_SET_KEYS = {
    *("id", "version", "name_zh", "name_en", "in_force_from", "is_confirmed", "checked_by", "review_by", "note"),
    *("reply_workdays", "decide_workdays", "rules"),
}
_RULE_KEYS = {
    *("id", "name_zh", "name_en", "level", "condition", "workdays", "must_act", "reply_workdays", "decide_workdays"),
    *("basis", "source", "is_confirmed", "note"),
}


def _card_rules(data: Mapping[str, Any], where: str) -> CardRules:
    known_keys(data, _SET_KEYS, where)
    entries = data.get("rules")
    if not isinstance(entries, list) or not entries:
        raise LawError(f"{where}: it has no [[rules]]")
    rules = tuple(_card_rule(entry, data, where) for entry in entries)
    if len({rule.id for rule in rules}) != len(rules):
        raise LawError(f"{where}: two card rules have the same id")
    for required in ("id", "version", "name_zh", "name_en"):
        if not text(data, required, where):
            raise LawError(f"{where}: it has no {required}")
    return CardRules(
        id=text(data, "id", where),
        version=text(data, "version", where),
        name_zh=text(data, "name_zh", where),
        name_en=text(data, "name_en", where),
        in_force_from=optional_day(data, "in_force_from", where),
        is_confirmed=flag(data, "is_confirmed", where),
        checked_by=text(data, "checked_by", where),
        review_by=optional_day(data, "review_by", where),
        note=text(data, "note", where),
        rules=rules,
    )


def _card_rule(data: Mapping[str, Any], together: Mapping[str, Any], where: str) -> CardRule:
    where = f"{where}, {data.get('id', '(no id)')}"
    known_keys(data, _RULE_KEYS, where)
    for required in ("id", "name_zh", "name_en"):
        if not text(data, required, where):
            raise LawError(f"{where}: it has no {required}")
    days: dict[str, int] = {}
    for name in ("reply_workdays", "decide_workdays"):
        number = optional_number({**together, **data}, name, where)
        if not number:
            raise LawError(f"{where}: it has no {name}: nothing may count before the time to reply has run")
        days[name] = number
    level = word(data, "level", Card, where)
    if level is Card.NONE:
        raise LawError(f"{where}: a card rule draws early_warning, yellow or red")
    condition = word(data, "condition", CardCondition, where)
    workdays = optional_number(data, "workdays", where)
    if (workdays is not None) != (condition is CardCondition.PROMISED_WITHIN_WORKDAYS):
        raise LawError(f"{where}: workdays belongs to promised_within_workdays, and to no other condition")
    made = CardRule(
        id=text(data, "id", where),
        name_zh=text(data, "name_zh", where),
        name_en=text(data, "name_en", where),
        level=level,
        condition=condition,
        workdays=workdays,
        must_act=word(data, "must_act", MustAct, where),
        reply_workdays=days["reply_workdays"],
        decide_workdays=days["decide_workdays"],
        basis=text(data, "basis", where),
        source=text(data, "source", where),
        is_confirmed=flag(data, "is_confirmed", where),
        note=text(data, "note", where),
    )
    if made.is_confirmed and not (made.basis and made.source):
        raise UnsourcedRuleError(f"{where}: it claims to be confirmed but names no basis and source")
    return made
