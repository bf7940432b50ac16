"""The deadline calculator: open to anyone, so anything may be typed. It answers, or says what is wrong beside the field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.django_db


def _ask(**asked: Any) -> Any:
    return Client().get("/deadline/", asked)


def _due(**asked: Any) -> date:
    response = _ask(**asked)
    assert response.status_code == 200, response.context["form"].errors
    due_on = response.context["clock"].due_on
    assert isinstance(due_on, date)
    return due_on


# --- answers, each worked out by hand


@pytest.mark.parametrize(
    ("asked", "due_on"),
    [
        # Thursday 12 Feb 2026; Friday 13, the make-up Saturday 14, then the Spring Festival until Monday 23
        ({"start": "2026-02-12", "length": 2}, date(2026, 2, 14)),
        ({"start": "2026-02-12", "length": 3}, date(2026, 2, 24)),
        ({"start": "2026/02/12", "length": 3}, date(2026, 2, 24)),
        ({"start": "2026年2月12日", "length": 3}, date(2026, 2, 24)),
        # Monday 9 Nov 2026, five working days to Monday 16; Tuesday to Thursday stopped: Wednesday 11 does not count
        ({"start": "2026-11-09", "length": 5}, date(2026, 11, 16)),
        (
            {
                "start": "2026-11-09",
                "length": 5,
                "stop1_from": "2026-11-10",
                "stop1_to": "2026-11-12",
                "stop1_ground": "supplement",
            },
            date(2026, 11, 17),
        ),
        ({"start": "2026-11-09", "length": 5, "extension": 5}, date(2026, 11, 23)),
        ({"start": "2026-11-09", "rule": "cn.licence_decision"}, date(2026, 12, 7)),
        ({"start": "2026-11-09", "length": 1, "unit": "month"}, date(2026, 12, 9)),
        ({"start": "2026-11-09", "length": 0}, date(2026, 11, 9)),
    ],
)
def test_the_last_day_is_counted_by_the_calendar(asked: dict[str, Any], due_on: date) -> None:
    assert _due(unit=asked.pop("unit", "workday"), **asked) == due_on


def test_the_page_and_the_command_line_give_the_same_day(capsys: pytest.CaptureFixture[str]) -> None:
    from xiaoneng.cli import main

    for start, length in (("2026-09-21", 10), ("2025-12-29", 3), ("2026-04-30", 1)):
        with pytest.raises(SystemExit) as ended:
            main(["due", start, "--limit", f"{length}wd", "--json"])
        assert not ended.value.code
        assert f'"{_due(start=start, length=length)}"' in capsys.readouterr().out


def test_a_day_beyond_the_last_notice_is_provisional_and_says_so() -> None:
    response = _ask(start="2026-12-28", length=30)
    assert response.context["clock"].is_provisional
    assert not _ask(start="2026-03-02", length=5).context["clock"].is_provisional


# --- refusals


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"start": "", "length": 5}, "start"),
        ({"start": "2026-02-30", "length": 5}, "start"),
        ({"start": "yesterday", "length": 5}, "start"),
        ({"start": "0000-01-01", "length": 5}, "start"),
        ({"start": "10000-01-01", "length": 5}, "start"),
        ({"start": "2026-11-09"}, "length"),
        ({"start": "2026-11-09", "length": -1}, "length"),
        ({"start": "2026-11-09", "length": 999_999}, "length"),
        ({"start": "2026-11-09", "length": "9" * 5000}, "length"),
        ({"start": "2026-11-09", "length": "1e3"}, "length"),
        ({"start": "2026-11-09", "length": 999_999, "unit": "year"}, "length"),
        ({"start": "2026-11-09", "length": 5, "unit": "century"}, "unit"),
        ({"start": "2026-11-09", "rule": "cn.no_such_rule"}, "rule"),
        ({"start": "2026-11-09", "length": 5, "extension": 999_999}, "extension"),
        ({"start": "2026-11-09", "length": 5, "extension": 0}, "extension"),
        ({"start": "2026-11-09", "length": 5, "ended": "2026-11-01"}, "ended"),
        ({"start": "2026-11-09", "length": 5, "stop1_from": "2026-11-12", "stop1_to": "2026-11-10"}, "stop1_to"),
        ({"start": "2026-11-09", "length": 5, "stop1_to": "2026-11-10"}, "stop1_from"),
        ({"start": "2026-11-09", "length": 5, "stop1_ground": "because"}, "stop1_ground"),
    ],
)
def test_what_cannot_be_counted_is_refused_beside_its_field(asked: dict[str, Any], field: str) -> None:
    response = _ask(**asked)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "clock" not in response.context


@pytest.mark.parametrize("start", ["0001-01-01", "1970-01-01", "2003-12-31", "9999-12-31", "2200-01-01"])
@pytest.mark.parametrize("unit", ["workday", "day", "hour", "month", "year"])
def test_a_day_outside_of_the_calendar_is_answered_or_refused(start: str, unit: str) -> None:
    """And where it is refused, in words."""
    response = _ask(start=start, length=10, unit=unit)
    assert response.status_code in (200, 422)
    assert response.status_code == 200 or str(response.context["form"].errors)


NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; drop table x; --",
    "{{ 7919*7907 }}",
    "%s%n",
    "\0",
)


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("name", ["start", "rule", "length", "unit", "extension", "ended", "on", "stop1_from", "next"])
def test_what_was_typed_is_shown_again_and_never_run(name: str, text: str) -> None:
    response = _ask(**{"start": "2026-11-09", "length": "5", name: text})
    assert response.status_code in (200, 422)
    html = response.content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "62615533" not in html


_days = st.dates(date(2004, 1, 1), date(2030, 12, 31)).map(str) | st.text(max_size=12) | st.just("")
_numbers = st.integers(-5, 2000).map(str) | st.text(max_size=6) | st.just("")
_asked = st.fixed_dictionaries(
    {"start": _days, "length": _numbers},
    optional={
        "unit": st.sampled_from(["workday", "day", "hour", "month", "year", "x"]),
        "rule": st.sampled_from(["", "cn.licence_decision", "cn.x", "\ud800"]),
        "extension": _numbers,
        "ended": _days,
        "on": _days,
        "stop1_from": _days,
        "stop1_to": _days,
        "stop1_ground": st.sampled_from(["supplement", "special_procedure", "other", "x"]),
        "stop2_from": _days,
        "stop2_to": _days,
    },
)


@given(_asked)
def test_whatever_is_asked_it_answers_or_refuses(asked: dict[str, str]) -> None:
    plain = {name: value.encode("utf-8", "replace").decode() for name, value in asked.items()}
    assert _ask(**plain).status_code in (200, 422)


def test_every_rule_that_is_offered_can_be_counted() -> None:
    from xiaoneng.web.registry.law_rules import rule_choices

    ids = [rule for _, rules in rule_choices() for rule, _ in rules]
    assert len(ids) > 10
    assert {rule: _ask(start="2026-11-09", rule=rule).status_code for rule in ids} == dict.fromkeys(ids, 200)
