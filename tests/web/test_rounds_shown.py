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
