"""Statutory limits as data (法定时限): each rule with its article, its words, its source and the reading it takes."""

from .cards import CardCondition, CardRule, CardRules, MustAct, card_rule_sets, load_card_rules
from .describing import describe, describe_readings
from .packs import Pack, load_pack, packs, read_pack, rule
from .rules import Readings, Rule

__all__ = [
    "CardCondition",
    "CardRule",
    "CardRules",
    "MustAct",
    "Pack",
    "Readings",
    "Rule",
    "card_rule_sets",
    "describe",
    "describe_readings",
    "load_card_rules",
    "load_pack",
    "packs",
    "read_pack",
    "rule",
]
