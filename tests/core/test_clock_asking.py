"""Questions as outsiders write them: spellings that are understood, and mistakes that are named; the documented example."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoneng.cli import main
from xiaoneng.core.calendar import load_calendar
from xiaoneng.core.clocks import EXTENSION_KEYS, KEYS, PAUSE_KEYS, answer, answer_all
from xiaoneng.core.law import load_pack, rule

ROOT = Path(__file__).resolve().parents[2]
SOURCES: dict[str, Any] = {
    "rule_of": lambda name, on: rule(name, on=on),
    "pack_of": load_pack,
    "calendar": load_calendar("cn"),
}


def batch(file: Path, *arguments: str) -> Any:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["due", "--batch", str(file), "--json", *arguments])
    assert not ended.value.code, err.getvalue()
    return json.loads(out.getvalue())


def test_the_documented_example_is_answered_as_documented(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "methods" / "clocks.md").read_text(encoding="utf-8")
    asked, answered = re.findall(r"```json\n(.*?)```", page, re.S)
    (tmp_path / "questions.json").write_text(asked, encoding="utf-8")
    found = batch(tmp_path / "questions.json")
    wanted = json.loads(answered)
    assert [{name: one[name] for name in other} for one, other in zip(found, wanted, strict=True)] == wanted


def test_the_page_lists_every_key() -> None:
    page = (ROOT / "docs" / "methods" / "clocks.md").read_text(encoding="utf-8")
    assert [name for name in (*KEYS, *PAUSE_KEYS, *EXTENSION_KEYS) if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    "question",
    [
        {"start": "2026/3/2", "limit": 20, "unit": "working days", "as-of": "2026-03-31"},
        {"Start": "2026年3月2日", "limit": "20个工作日", "as of": "2026-03-31"},
        {"started_on": "20260302", "limit": {"length": 20, "unit": "wd"}, "on": "2026.3.31"},
        {"start_date": "2026-03-02 09:30", "limit": "20 workdays", "as_of_day": "2026-03-31T17:00:00+08:00"},
        {"accepted_on": "2026-03-02T01:30:00Z", "law": "cn.licence_decision", "on": "2026-03-31", "pauses": []},
    ],
)
def test_spellings_that_mean_the_same_give_the_same(question: dict[str, Any]) -> None:
    found = answer(question, **SOURCES)
    assert (found["due_on"], found["remaining_workdays"], found["state"]) == ("2026-03-30", -1, "open_late")


@pytest.mark.parametrize(
    "pause",
    [
        {"from": "2026-03-04", "to": "2026-03-09", "ground": "hearing", "has_written_notice": True},
        {"started_on": "2026-03-04", "ended_on": "2026-03-09", "reason": "听证", "notice": "告知书第5号"},
        {"start": "2026-03-04", "end": "2026-03-09", "ground": "Hearing", "written notice": "yes"},
    ],
)
def test_a_pause_is_understood_in_several_spellings(pause: dict[str, Any]) -> None:
    found = answer({"start": "2026-03-02", "rule": "cn.licence_decision", "pause": pause}, **SOURCES)
    assert (found["due_on"], found["findings"]) == ("2026-04-01", [])


@pytest.mark.parametrize(
    "extension",
    [
        "10wd",
        10,
        {"length": "10个工作日", "approved_on": "2026-03-27", "reasons": "材料复杂"},
        {"limit": 10, "unit": "workdays", "approved_on": "2026-03-27", "reasons_told": True},
    ],
)
def test_an_extension_is_understood_in_several_spellings(extension: Any) -> None:
    found = answer({"start": "2026-03-02", "rule": "cn.licence_decision", "extension": extension}, **SOURCES)
    assert (found["due_on"], found["findings"]) == ("2026-04-14", [])


def test_a_ground_that_no_law_names_is_irregular_and_noted() -> None:
    """`lunch` stops no licence; a slip of the pen near a lawful ground is asked back."""
    stopped = {"from": "2026-03-04", "to": "2026-03-09", "ground": "lunch", "has_written_notice": True}
    question = {"start": "2026-03-02", "rule": "cn.licence_decision", "on": "2026-03-05", "pauses": [stopped]}
    found = answer(question, **SOURCES)
    assert (found["due_on"], found["findings"], found["card"]) == ("2026-03-30", ["pause_without_ground"], "red")
    assert "lunch" in found["notes"][0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": "2026/2/30"}, "start: '2026/2/30' is not a day of the calendar"),
        ({"start": 20260212}, "start: 20260212 is not a day"),
        ({"start": "2026-03-02T25:00"}, "is not a day"),
        ({"limit": 2.5, "unit": "workday"}, "limit: 2.5 is not a whole number"),
        ({"limit": True, "unit": "workday"}, "limit: True is not a whole number"),
        ({"limit": -3, "unit": "workday"}, "limit: -3 is below zero"),
        ({"limit": 999999999, "unit": "day"}, "longer than a hundred years"),
        ({"limit": "20wd", "unit": "day"}, "contradict each other"),
        ({"limit": [20]}, "limit: [20]"),
        ({"rule": 7}, "rule: 7 is no rule"),
        ({"rule": "cn.licence_decison"}, "did you mean cn.licence_decision"),
        ({"rule": "cn.nothing"}, "no rule 'cn.nothing'"),
        ({"pausess": []}, "no key 'pausess'; did you mean pauses?"),
        ({"received_on": "2026-03-03"}, "start and received_on say the same thing"),
        ({"pauses": 7}, "pauses[0]: 7 is no object"),
        ({"pauses": [{"from": "2026-03-04"}, {"from": "2026-13-01"}]}, "pauses[1].from: '2026-13-01'"),
        (
            {"pauses": [{"from": "2026-03-04", "ground": "hearnig"}]},
            "pauses[0].ground: 'hearnig' is not known; did you",
        ),
        ({"pauses": [{"from": "2026-03-04", "ground": 3}]}, "pauses[0].ground: 3 is no text"),
        ({"pauses": [{"from": "2026-03-04", "why": "x"}]}, "pauses[0] has no key 'why'"),
        ({"pauses": [{"from": "2026-03-04", "notice": 3}]}, "pauses[0].has_written_notice: 3 is neither"),
        ({"extensions": [{"unit": "day"}]}, "extensions[0] needs a length"),
        ({"extensions": [{"length": "many"}]}, "extensions[0].length: 'many'"),
        ({"extensions": [{"length": 3, "approved_on": "soon"}]}, "extensions[0].approved_on: 'soon'"),
        ({"readings": "strict"}, "readings: 'strict' is no object"),
        ({"readings": {"closes_at_hour": "17"}}, "closes_at_hour"),
        ({"counts_first_day": "perhaps"}, "counts_first_day: 'perhaps' is neither"),
        ({"on": {}}, "on: {} is not a day"),
        ({"promised": "soon"}, "promised: 'soon'"),
    ],
)
def test_a_mistake_is_named_with_its_question_and_its_place(wrong: dict[str, Any], said: str) -> None:
    good = {"start": "2026-03-02", "rule": "cn.licence_decision"}
    first, second, third = answer_all([good, good | wrong, good], **SOURCES)
    assert (first["due_on"], third["due_on"]) == ("2026-03-30", "2026-03-30")
    assert (second["id"], second["index"]) == (1, 1)
    assert second["error"].startswith("questions[1]: ")
    assert said in second["error"]


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 10**12), st.floats(), st.text(max_size=12), st.just("2026-03-02")
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from([*KEYS, *PAUSE_KEYS]), inner)),
    max_leaves=6,
)


@given(question=st.dictionaries(st.sampled_from([*KEYS, "as-of", "hint"]), anything))
def test_whatever_is_asked_is_answered_or_refused_and_nothing_breaks(question: dict[str, Any]) -> None:
    (found,) = answer_all([{"start": "2026-03-02", "limit": "20wd"} | question], **SOURCES)
    assert ("due_on" in found) != ("error" in found)


def test_a_file_may_hold_one_question_or_what_all_have_in_common(tmp_path: Path) -> None:
    alone, common = tmp_path / "one.json", tmp_path / "common.json"
    alone.write_text('{"start": "2026-03-02", "limit": "5wd"}', encoding="utf-8")
    common.write_text(
        '{"on": "2026-03-10", "questions": [{"start": "2026-03-02", "limit": "5wd"}, 7]}', encoding="utf-8"
    )
    assert [one["state"] for one in batch(alone)] == ["running"]
    first, second = batch(common)
    assert (first["state"], second["index"]) == ("open_late", 1)
    assert "7 is no object" in second["error"]


def test_a_number_takes_the_unit_of_its_rule_and_is_refused_without_either() -> None:
    assert answer({"start": "2026-03-02", "rule": "cn.petition_handling", "limit": 30}, **SOURCES)["unit"] == "day"
    (found,) = answer_all([{"start": "2026-03-02", "limit": 20}], **SOURCES)
    assert "has no unit" in found["error"]
