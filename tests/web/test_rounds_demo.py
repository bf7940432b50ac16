"""The rounds of the invented county: one is out, one takes ballots, one is being set up; nobody real is in them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from xiaoneng.core.ballots import code_hash, root
from xiaoneng.web import appraisals
from xiaoneng.web.accounts import first_account
from xiaoneng.web.accounts.models import User
from xiaoneng.web.appraisals import demo
from xiaoneng.web.appraisals.actions.announcing import codes_of
from xiaoneng.web.appraisals.models import Remark, Round, RoundState
from xiaoneng.web.ballotbox.casting import Submission, cast

from .test_rounds import _secret_databases  # noqa: F401  registrar and box in files of this test's own

pytestmark = pytest.mark.django_db(databases=["default", "registrar", "box"])


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The demo with fewer raters: what it is held for can be seen with half of them."""
    small = [(*row[:3], row[3] // 2, max(row[4] // 2, 80), *row[5:]) for row in demo._STRATA]
    monkeypatch.setattr(demo, "_STRATA", small)
    return list(appraisals.load_demo())


def test_the_demo_shows_a_round_in_each_of_its_ages(lines: list[str]) -> None:
    states = {one.code: one.state for one in Round.objects.all()}
    assert states == {
        "demo-society": RoundState.PUBLISHED,
        "demo-windows": RoundState.ANNOUNCED,
        "demo-next": RoundState.DRAFT,
    }
    assert len(lines) == 3
    assert list(appraisals.load_demo()) == []  # once is enough

    over = Round.objects.get(code="demo-society")
    result: dict[str, Any] = over.result or {}
    assert result["set_aside"]["batches"] == ["village_cadre-1"]
    assert result["screening"]["raised"]  # the afternoon on which the same answers came in a row
    assert all("演示" in one.title_zh and "demo" in one.title_en for one in Round.objects.all())
    page = Client().get("/rounds/demo-society/result/").content.decode()
    assert "<svg" in page
    open_now = Client().get("/rounds/demo-windows/").content.decode()
    assert "/vote/demo-windows/" in open_now

    waiting, done = (Remark.objects.filter(checked_by__isnull=way) for way in (True, False))
    assert waiting.exists()
    assert done.exists()
    assert not done.exclude(text="").exists()

    # the same slips each time, and those that were not used still vote
    now = Round.objects.get(code="demo-windows")
    codes = codes_of(now.fixed_rules, demo._bytes(now.code))
    announced = (now.announcement or {})["codes"]
    for stratum, mine in codes.items():
        assert announced[stratum]["root"] == root(sorted(code_hash(now.code, stratum, code) for code in mine)).hex()
    answers = {now.fixed_rules.appraisees[0].code: {"attitude": 4}}
    assert cast(now.code, Submission(receipt=bytes(16), answers=answers, code=codes["firm"][0])).token_hash


def test_nobody_can_log_in_as_those_in_whose_name_the_demo_acts(lines: list[str]) -> None:
    for name in ("demo-clerk", "demo-checker"):
        user = User.objects.get(username=name)
        assert not user.is_active
        assert not user.has_usable_password()
    assert first_account()  # the office still gets its one-time password
