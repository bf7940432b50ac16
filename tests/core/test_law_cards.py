"""The card rules are data: the default set, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from xiaoneng.core.errors import LawError, UnsourcedRuleError
from xiaoneng.core.law import CardCondition, card_rule_sets, load_card_rules
from xiaoneng.core.terms import Card

SET = """
id = "own"
version = "1"
name_zh = "本县规则"
name_en = "Own rules"
reply_workdays = 5
decide_workdays = 10

[[rules]]
id = "near"
name_zh = "将到"
name_en = "Near"
level = "early_warning"
condition = "promised_within_workdays"
workdays = 2
must_act = "handler"
"""


def test_the_default_set_draws_the_three_levels_on_their_facts() -> None:
    """Yellow for promise, step and correction notice; red for law, reasons, charges and pauses."""
    drawn = """
        promised_within_workdays | early_warning
        promised_passed          | yellow
        step_limit_passed        | yellow
        correction_notice_missed | yellow
        statutory_passed         | red
        refusal_without_reasons  | red
        charge_without_basis     | red
        irregular_pause          | red
        """
    expected = {
        CardCondition(condition.strip()): Card(level.strip())
        for condition, _, level in (line.partition("|") for line in drawn.splitlines() if line.strip())
    }
    rules = load_card_rules()
    assert {rule.condition: rule.level for rule in rules.rules} == expected
    assert set(CardCondition) == set(expected)
    (near,) = rules.of(CardCondition.PROMISED_WITHIN_WORKDAYS)
    assert near.workdays == 1


def test_every_card_names_who_must_act_and_the_time_to_reply() -> None:
    rules = load_card_rules()
    assert {(rule.reply_workdays, rule.decide_workdays) for rule in rules.rules} == {(3, 10)}
    assert all(rule.basis and rule.source and rule.must_act for rule in rules.rules)
    assert rules.label(rules.rules[0]) == "promised_close@2026.1"
    assert not rules.is_confirmed  # thresholds differ by city; no national rule was found
    assert card_rule_sets() == ["default"]


def test_a_county_keeps_a_set_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(SET, encoding="utf-8")
    rules = load_card_rules(file)
    assert (rules.version, rules.rules[0].workdays, rules.rules[0].reply_workdays) == ("1", 2, 5)


REFUSED = {
    "no rules": (SET.partition("[[rules]]")[0], "it has no .*rules"),
    "no version": (SET.replace('version = "1"', ""), "it has no version"),
    "no time to reply": (SET.replace("reply_workdays = 5", ""), "nothing may count before the time to reply has run"),
    "no card": (SET.replace('"early_warning"', '"none"'), "a card rule draws early_warning, yellow or red"),
    "an unknown fact": (SET.replace('"promised_within_workdays"', '"looks_bad"'), "condition = 'looks_bad'"),
    "a threshold where none belongs": (
        SET.replace('"promised_within_workdays"', '"promised_passed"'),
        "workdays belongs to promised_within_workdays",
    ),
    "no threshold": (SET.replace("workdays = 2\n", ""), "workdays belongs to promised_within_workdays"),
    "the same id twice": (SET + "[[rules]]" + SET.partition("[[rules]]")[2], "two card rules have the same id"),
    "no name": (SET.replace('name_en = "Near"', ""), "it has no name_en"),
    "an unknown key": (SET + 'colour = "red"\n', "unknown key colour"),
    "nobody known to act": (SET.replace('"handler"', '"someone"'), "must_act = 'someone'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_set_is_refused(tmp_path: Path, case: str) -> None:
    text, message = REFUSED[case]
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LawError, match=message):
        load_card_rules(file)


def test_a_card_rule_that_claims_to_be_confirmed_without_basis_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(SET + "is_confirmed = true\n", encoding="utf-8")
    with pytest.raises(UnsourcedRuleError, match="names no basis and source"):
        load_card_rules(file)


def test_a_set_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="there is no card rule set 'shenzhen'; there are default"):
        load_card_rules("shenzhen")
    with pytest.raises(LawError, match="cannot be read"):
        load_card_rules(tmp_path / "none.toml")
