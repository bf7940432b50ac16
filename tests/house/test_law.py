"""Law grows old: every rule has a source and a review date to come, and every notice says where it stands."""

from __future__ import annotations

from datetime import date

import pytest

from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.law import card_rule_sets, load_card_rules, load_pack, packs

# The day on which the packs were last gone through. A review date on or before it is a review that was not done.
LAST_REVIEW_ON = date(2026, 11, 23)


@pytest.mark.parametrize("name", packs())
def test_every_rule_has_its_law_and_a_review_date_to_come(name: str) -> None:
    for versions in load_pack(name).versions.values():
        for rule in versions:
            assert rule.law, rule.id
            assert rule.source or (not rule.is_confirmed and rule.note), rule.id
            assert rule.review_by, rule.id
            assert rule.review_by > LAST_REVIEW_ON, rule.id


@pytest.mark.parametrize("name", packs())
def test_a_confirmed_pack_says_of_each_unconfirmed_rule_why(name: str) -> None:
    pack = load_pack(name)
    assert pack.source
    for rule in pack.rules.values():
        assert rule.is_confirmed or "未经核实" in rule.note or not pack.is_confirmed, rule.id


@pytest.mark.parametrize("name", card_rule_sets())
def test_every_card_rule_set_has_a_review_date_to_come(name: str) -> None:
    review_by = load_card_rules(name).review_by
    assert review_by
    assert review_by > LAST_REVIEW_ON


def test_every_confirmed_notice_names_its_number_its_day_and_the_government_page() -> None:
    for notice in load_calendar("cn").notices:
        if notice.is_confirmed:
            assert notice.document_no.startswith(("国办发明电〔", "国发明电〔")), notice.id
            assert "gov.cn/zhengce/" in notice.url, notice.id
