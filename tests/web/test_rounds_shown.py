"""What the pages of a round show: pictures that are pictures, names instead of codes, a plan that reaches the page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from xiaoneng.web.appraisals import actions

from .rounds import announced, counted, office, paper_round, vote
from .test_rounds import FRAME, _secret_databases, roll  # noqa: F401  registrar and box in files of this test's own

pytestmark = pytest.mark.django_db(databases=["default", "registrar", "box"])


def test_a_result_is_drawn_and_not_spelt_out() -> None:
    one, codes = announced(paper_round())
    for number, code in enumerate(codes[:40]):
        vote(one, code, {"water": 5 - number % 3, "housing": 2 - number % 2})
    one = counted(one)
    actions.publish(one, by=office(), at=timezone.now())
    for page in ("/rounds/r1/result/", "/rounds/r1/of/water/"):
        text = Client().get(page).content.decode()
        assert '<svg class="drawing' in text
        assert "Picture(" not in text
        assert "&lt;svg" not in text


def test_what_was_announced_of_a_stratum_stands_under_its_name() -> None:
    one, _codes = announced(paper_round())
    text = Client().get(f"/rounds/{one.code}/").content.decode()
    assert "评议人的编码" in text
    assert "raters的编码" not in text


def test_what_a_sample_can_tell_comes_back_from_the_process_that_reckons_it() -> None:
    from xiaoneng.web.bridge.asking import reply

    strata = [{"code": "a", "eligible": 72, "invited": 42}, {"code": "b", "eligible": 48, "invited": 28}]
    found = reply("plan", {"strata": strata, "appraisees": 4, "per_ballot": None, "response": 0.6})
    assert len(json.loads(json.dumps(found))["zh"]) > 2


def test_before_anything_was_announced_the_list_says_so_once(reader: Any) -> None:
    text = reader("office_editor").get("/rounds/").content.decode()
    assert text.count("/rounds/new/") == 1
    assert 'name="q"' not in text


def test_the_roll_for_the_draw_is_not_called_optional(reader: Any) -> None:
    paper_round()
    client = reader("office_editor")
    client.post("/rounds/r1/frame/", FRAME | {"file": roll()})
    client.post("/rounds/r1/fix/")
    page = client.get("/rounds/r1/").content.decode()
    assert "抽取评议人" in page
    assert "（选填）" not in page


def test_the_list_says_what_an_announced_round_is_doing_today() -> None:
    announced(paper_round())
    assert "正在投票" in Client().get("/rounds/").content.decode()


def test_a_batch_has_a_name_and_only_what_was_handed_out_together_can_be_set_aside(reader: Any) -> None:
    one, codes = announced(paper_round(bucket_hours=4))
    for number, code in enumerate(codes[:40]):
        vote(one, code, {"water": 5 - number % 3, "housing": 2 - number % 2})
    one = counted(one)
    found = {"batch": "raters-1", "batch_kind": "code_batch", "ballots": 40, "tests": ["likeness", "burst"]}
    one.result["screening"] = {
        **(one.result["screening"] or {"tests_run": 2, "signals_found": 2, "false_signals_expected": 0.1}),
        "raised": [found, {**found, "batch": "0003", "batch_kind": "time"}],
    }
    one.save()
    actions.set_aside(one, by=office(), batch="raters-1", reason="同一时间送来")
    client = reader("office_editor")
    page = client.get("/rounds/r1/batches/").content.decode()
    assert "评议人，第 1 批" in page
    assert "批内评分彼此相似、集中到达" in page
    assert 'value="0003"' not in page
    assert page.count('name="reason"') == 0  # one is asked for already, the other is a span of time
    actions.publish(one, by=office(), at=timezone.now())
    assert "set-aside" not in client.get("/rounds/r1/batches/").content.decode().partition("<h2>")[0]
