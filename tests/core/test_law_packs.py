"""Law packs are read whole or refused: what is malformed, contradicts itself or claims more than its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import LawError, UnsourcedRuleError
from xiaoneng.core.law import Readings, load_pack, packs, read_pack, rule
from xiaoneng.core.tables import LIMITS

PACK = """
id = "cn-hongze"
name_zh = "某县"
name_en = "A county"
zone = "Asia/Shanghai"
calendar = "cn"
default_rule = "cn-hongze.answer"
source = "county document"
"""
RULE = """
[answer]
name_zh = "答复"
name_en = "Answer"
starts_with = "received"
limit = 5
unit = "workday"
law = "某县办法"
article = "3"
quote = "五个工作日内答复"
source = "county document"
in_force_from = 2026-01-01
is_confirmed = true
checked_by = "法制机构"
review_by = 2027-06-30
"""


def folder(tmp_path: Path, rules: str = RULE, pack: str = PACK) -> Path:
    (tmp_path / "pack.toml").write_text(pack, encoding="utf-8")
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    return tmp_path


def changed(old: str, new: str) -> str:
    assert old in RULE
    return RULE.replace(old, new)


def test_a_county_writes_a_pack_of_its_own(tmp_path: Path) -> None:
    pack = read_pack(folder(tmp_path))
    found = pack.rule("cn-hongze.answer", on=date(2026, 3, 2))
    assert (found.limit, found.is_confirmed, found.pack) == (5, True, "cn-hongze")
    assert pack.card_rules.id == "default"


def test_a_county_adds_rules_to_a_pack(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(RULE, encoding="utf-8")
    pack = load_pack("cn", extra=tmp_path)
    assert pack.rule("cn.answer").limit == 5
    assert "cn.answer" not in load_pack("cn").versions
    assert rule("cn.answer", extra=tmp_path).limit == 5


def test_a_countys_version_takes_over_on_its_day_and_not_before(tmp_path: Path) -> None:
    """The county reads the edges of a pause otherwise from 1 January 2027; until then the packaged version holds."""
    own = (
        changed("[answer]", "[licence_decision]").replace("2026-01-01", "2027-01-01").replace("limit = 5", "limit = 20")
    )
    (tmp_path / "own.toml").write_text(own + 'readings = { pause_days = "with_both" }\n', encoding="utf-8")
    pack = load_pack("cn", extra=tmp_path)
    days = (date(2026, 12, 31), date(2027, 1, 1))
    readings = [pack.rule("cn.licence_decision", on=day).readings.pause_days for day in days]
    assert readings == ["strictly_inside", "with_both"]
    assert pack.versions["cn.licence_decision"][0].in_force_to == date(2026, 12, 31)


def test_a_countys_version_cannot_act_backwards_beyond_the_packaged_one(tmp_path: Path) -> None:
    """The packaged version begins on 1 July 2004; one that begins on the same day would replace it unseen."""
    own = changed("[answer]", "[licence_decision]").replace("2026-01-01", "2004-07-01")
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    with pytest.raises(LawError, match="two versions hold on 2004-07-01"):
        load_pack("cn", extra=tmp_path)


def test_a_change_of_law_is_a_new_version_and_the_old_one_stays(tmp_path: Path) -> None:
    old = changed("[answer]", "[[answer]]") + "in_force_to = 2026-06-30\n"
    new = changed("[answer]", "[[answer]]").replace("limit = 5", "limit = 3").replace("2026-01-01", "2026-07-01")
    pack = read_pack(folder(tmp_path, new + old))
    limits = [pack.rule("cn-hongze.answer", on=day).limit for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert limits == [5, 3]
    assert pack.rules["cn-hongze.answer"].limit == 3


def test_versions_that_hold_on_the_same_day_are_refused(tmp_path: Path) -> None:
    old = changed("[answer]", "[[answer]]")
    new = old.replace("2026-01-01", "2026-07-01")
    with pytest.raises(LawError, match="two versions hold on 2026-07-01; end the earlier one with in_force_to"):
        read_pack(folder(tmp_path, old + new))


def test_what_the_rules_of_a_file_have_in_common_is_said_once(tmp_path: Path) -> None:
    shared = '[defaults]\nunit = "day"\n' + changed('unit = "workday"\n', "") + changed("[answer]", "[other]")
    pack = read_pack(folder(tmp_path, shared))
    assert [pack.rule(f"cn-hongze.{name}").unit for name in ("answer", "other")] == ["day", "workday"]


@pytest.mark.parametrize("lacking", ["law", "article", "quote", "source", "in_force_from", "checked_by", "review_by"])
def test_a_rule_that_claims_to_be_confirmed_without_its_source_is_refused(tmp_path: Path, lacking: str) -> None:
    without = "\n".join(line for line in RULE.splitlines() if not line.startswith(f"{lacking} ="))
    with pytest.raises(UnsourcedRuleError, match=f"claims to be confirmed but has no {lacking}"):
        read_pack(folder(tmp_path, without))
    unconfirmed = without.replace("is_confirmed = true", "is_confirmed = false")
    assert not read_pack(folder(tmp_path, unconfirmed)).rule("cn-hongze.answer").is_confirmed


REFUSED = {
    "an unknown key": (changed("limit = 5", "limmit = 5"), "unknown key limmit; did you mean limit"),
    "an unknown unit": (changed('"workday"', '"fortnight"'), "unit = 'fortnight': it must be one of workday, day"),
    "no unit": (changed('unit = "workday"\n', ""), "unit = None"),
    "an unknown start": (changed('"received"', '"arrived"'), "starts_with = 'arrived'"),
    "a limit as text": (changed("limit = 5", 'limit = "5"'), "limit must be a whole number"),
    "a limit below zero": (changed("limit = 5", "limit = -5"), "limit must be a whole number"),
    "an extension without unit": (RULE + "extension_limit = 3\n", "extension_limit and extension_unit go together"),
    "an extension of nothing": (RULE + 'extension_limit = 0\nextension_unit = "day"\n', "an extension of 0"),
    "an extension of no limit": (
        changed("limit = 5\n", "") + 'extension_limit = 3\nextension_unit = "workday"\n',
        "extends a limit that it does not have",
    ),
    "an unknown outcome": (RULE + 'deemed_outcome = "deemed_lost"\n', "deemed_outcome must be one of"),
    "an unknown deemed day": (RULE + 'deemed_from = "middle"\n', "deemed_from must be start or limit_end"),
    "an unknown ground": (RULE + 'pause_grounds = ["lunch"]\n', "pause_grounds = 'lunch'"),
    "a ground twice": (RULE + 'pause_grounds = ["hearing", "hearing"]\n', "a pause ground is named twice"),
    "grounds as text": (RULE + 'pause_grounds = "hearing"\n', "pause_grounds must be a list"),
    "days crosswise": (RULE + "in_force_to = 2025-01-01\n", "the days stand crosswise"),
    "a day as text": (changed("2027-06-30", '"2027-06-30"'), "review_by must be a day"),
    "no English name": (changed('name_en = "Answer"', 'name_en = ""'), "a name in Chinese and in English"),
    "a name that is no text": (changed('name_en = "Answer"', "name_en = 3"), "name_en must be text"),
    "a flag as text": (changed("is_confirmed = true", 'is_confirmed = "yes"'), "is_confirmed must be true or false"),
    "an unknown reading": (RULE + 'readings = { pause_days = "sometimes" }\n', "reading pause_days = 'sometimes'"),
    "a reading misspelt": (RULE + 'readings = { pause_day = "with_both" }\n', "unknown key pause_day"),
    "readings that are none": (RULE + "readings = 3\n", "readings must be a table"),
    "closing at 25": (RULE + "readings = { closes_at_hour = 25 }\n", "a full hour from 1 to 24"),
    "after hours without hours": (
        RULE + 'readings = { after_hours_receipt = "next_workday" }\n',
        "say when the office closes",
    ),
    "a rule that is no table": ("answer = 3\n", "answer must be a table"),
    "a bad name": (changed("[answer]", "[Answer]"), "its id must be pack.name in lower case"),
    "defaults that are no table": ("defaults = 3\n" + RULE, "defaults must be a table"),
    "no TOML": ("[answer", "it is no TOML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_rule_is_refused(tmp_path: Path, case: str) -> None:
    rules, message = REFUSED[case]
    with pytest.raises(LawError, match=message):
        read_pack(folder(tmp_path, rules))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('zone = "Asia/Shanghai"\n', "", "it has no zone"),
        ("default_rule = ", "default = ", "unknown key default"),
        ("cn-hongze.answer", "cn-hongze.anser", r"is not among its rules; did you mean cn-hongze\.answer"),
        ('source = "county document"', 'source = "x"\ncard_rules = "none"', "there is no card rule set 'none'"),
    ],
)
def test_a_malformed_pack_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(LawError, match=message):
        read_pack(folder(tmp_path, pack=PACK.replace(old, new)))


def test_a_folder_that_is_not_there_or_holds_no_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="no such folder of law files"):
        load_pack("cn", extra=tmp_path / "none")
    with pytest.raises(LawError, match=r"it has no pack\.toml"):
        read_pack(tmp_path)


@pytest.mark.parametrize("name", packs())
def test_the_table_of_limits_has_its_shape_and_every_version(name: str) -> None:
    pack = load_pack(name)
    with Engine() as engine:
        table = pack.table(engine)
        LIMITS.check(table)
        rows = table.rows()
    assert [row["law_rule"] for row in rows] == sorted(pack.versions)
    for row in rows:
        found = pack.rule(row["law_rule"])
        assert (row["limit_length"], row["limit_unit"], row["quote"]) == (found.limit, found.unit, found.quote)
        assert row["pause_grounds"] == ",".join(found.pause_grounds)
        assert (row["rolls_over"], row["roll_over"]) == (found.rolls_over, found.readings.roll_over)


def test_another_reading_is_another_rule() -> None:
    taken = replace(rule("cn.penalty_decision"), readings=Readings(roll_over="none"))
    assert not taken.rolls_over
    assert rule("cn.penalty_decision").rolls_over
