"""Cards (预警、黄牌、红牌): which conditions a case meets, and which level the rule set (data) draws for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..law import CardRule, CardRules
from ..terms import Card

LEVELS = (Card.NONE, Card.EARLY_WARNING, Card.YELLOW, Card.RED)

# The closed vocabulary of conditions on a case, in the order in which they name the card's rule where levels are equal.
CASE_CONDITIONS = (
    "statutory_passed",
    "irregular_pause",
    "refusal_without_reasons",
    "charge_without_basis",
    "promised_passed",
    "correction_notice_missed",
    "promised_within_workdays",
)


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """A card, the rule and version that drew it, and the day on which it fell due."""

    card: Card
    rule: str | None = None
    fell_on: date | None = None


def draw(card_rules: CardRules, met: Mapping[str, date | None]) -> DrawnCard:
    """The highest card among the conditions that are met.

    In      met: condition → day on which it fell due
    """
    best = DrawnCard(Card.NONE)
    for condition in CASE_CONDITIONS:
        rule = _rule(card_rules, condition)
        if rule is None or condition not in met:
            continue
        if LEVELS.index(Card(rule.level)) > LEVELS.index(best.card):
            best = DrawnCard(Card(rule.level), card_rules.label(rule), met[condition])
    return best


def early_within_workdays(card_rules: CardRules) -> int:
    """How many working days before the promised day the early warning is given; -1 is never."""
    rule = _rule(card_rules, "promised_within_workdays")
    return -1 if rule is None or rule.workdays is None else rule.workdays


def card_parameters(card_rules: CardRules) -> dict[str, Any]:
    """The rule set as the parameters of the clock stage."""
    parameters: dict[str, Any] = {"early_within_workdays": early_within_workdays(card_rules)}
    for condition in CASE_CONDITIONS:
        rule = _rule(card_rules, condition)
        name = "early" if condition == "promised_within_workdays" else condition
        parameters[f"{name}_level"] = 0 if rule is None else LEVELS.index(Card(rule.level))
        parameters[f"{name}_rule"] = None if rule is None else card_rules.label(rule)
    return parameters


def step_card_parameters(card_rules: CardRules) -> dict[str, Any]:
    """The rule set for steps: only a passed step limit draws a card."""
    parameters: dict[str, Any] = {
        name: 0 if name.endswith("_level") else None
        for name in card_parameters(card_rules)
        if name != "early_within_workdays"
    }
    rule = _rule(card_rules, "step_limit_passed")
    if rule is not None:
        parameters["promised_passed_level"] = LEVELS.index(Card(rule.level))
        parameters["promised_passed_rule"] = card_rules.label(rule)
    return parameters | {"early_within_workdays": -1}


def _rule(card_rules: CardRules, condition: str) -> CardRule | None:
    return next((rule for rule in card_rules.rules if rule.condition == condition), None)
