"""A round from its set-up to its result, each action with its trace and its refusals, and who may read what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from xiaoneng.core.errors import RoundRulesError
from xiaoneng.web.appraisals import actions
from xiaoneng.web.appraisals.models import Remark, Round, RoundState
from xiaoneng.web.audit.models import Entry

from .postgres import database_at
from .rounds import announced, counted, day_after, office, paper_round, printed, vote

pytestmark = pytest.mark.django_db(databases=["default", "registrar", "box"])


@pytest.fixture(autouse=True)
def _secret_databases(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Registrar and box in files of this test's own; ballots are written by the thread of the test."""
    from xiaoneng.web.ballotbox import booth, queries

    settings.BALLOTBOX_WRITES_APART = False
    booth.forget()
    queries.published_files.cache_clear()
    with (
        database_at("registrar", str(tmp_path / "registrar.sqlite3")),
        database_at("box", str(tmp_path / "box.sqlite3")),
    ):
        yield
    booth.forget()
    queries.published_files.cache_clear()


def kinds() -> list[str]:
    return list(Entry.objects.filter(kind__startswith="round_").order_by("pk").values_list("kind", flat=True))


def a_counted_round(**parts: Any) -> Round:
    """Forty ballots: water 5 or 4, housing 2 or 1; three remarks."""
    one, codes = announced(paper_round(**parts))
    for number, code in enumerate(codes[:40]):
        vote(
            one,
            code,
            {"water": 5 - number % 2, "housing": 2 - number % 2},
            remark=f"remark {number}" if number < 3 else "",
        )
    return counted(one)


# --- set-up


def test_a_new_round_starts_from_what_its_kind_brings() -> None:
    one = actions.create_round(
        by=office(), code="k", kind="ten_thousand_people", title_zh="万人评议", title_en="Ten thousand"
    )
    assert [row["code"] for row in one.draft["groups"]] == [
        "administration",
        "enforcement",
        "public_service",
        "vertical",
        "township",
    ]
    assert len(one.draft["strata"]) > 5
    assert kinds() == ["round_created"]


@pytest.mark.parametrize(
    "kind", ["society_rates_agencies", "ten_thousand_people", "county_and_towns_rate_middle_managers"]
)
def test_a_new_round_begins_with_weights_that_add_up(kind: str) -> None:
    one = actions.create_round(by=office(), code="k", kind=kind, title_zh="评议", title_en="Round")
    weights = [row["weight_percent"] for row in one.draft["strata"]]
    assert sum(weights) == pytest.approx(100, abs=0.1 * len(weights))


def test_saving_what_is_there_already_leaves_no_trace() -> None:
    one = paper_round()
    before = kinds()
    actions.change_draft(one, by=office(), days=one.draft["days"])
    assert kinds() == before


def test_rules_that_contradict_themselves_are_not_fixed() -> None:
    one = paper_round(fewest_published=2)
    with pytest.raises(RoundRulesError, match="nothing below 5"):
        actions.fix_rules(one, by=office(), at=timezone.now())
    one.refresh_from_db()
    assert (one.state, one.rules) == (RoundState.DRAFT, None)


def test_fixed_rules_cannot_be_changed_and_can_be_taken_up_until_they_are_announced() -> None:
    one = paper_round()
    actions.fix_rules(one, by=office(), at=timezone.now())
    with pytest.raises(actions.WrongStateError):
        actions.change_draft(one, by=office(), fewest_published=9)
    actions.unfix(one, by=office())
    one, _codes = announced(one)
    with pytest.raises(actions.WrongStateError):
        actions.unfix(one, by=office())
    with pytest.raises(actions.WrongStateError):
        actions.discard(one, by=office())


def test_a_round_that_was_never_announced_can_be_discarded() -> None:
    actions.discard(paper_round(), by=office())
    assert not Round.objects.exists()
    assert kinds()[-1] == "round_discarded"


ROLL = "编号,姓名,电话,层\n" + "".join(f"p{number},某某{number},1380000{number:04d},raters\n" for number in range(80))


def roll(text: str = ROLL) -> SimpleUploadedFile:
    return SimpleUploadedFile("roll.csv", text.encode())


FRAME = {
    "person_key": "编号", "stratum": "层", "name": "姓名", "contact": "电话", "legal_ground": "统计法第九条",
    "holder": "统计局", "delete_by": "2027-06-30", "sample_size": "30", "method": "proportional",
    "seed_text": "双色球红球号码",
}  # fmt: skip


def test_a_roll_gives_its_numbers_and_its_hash_and_is_drawn_from_again_with_the_public_number(reader: Any) -> None:
    """Eighty on the roll, thirty drawn: the roll with the fixed hash is the only one that can be drawn from."""
    one = paper_round()
    client: Client = reader("office_editor")
    assert client.post("/rounds/r1/frame/", FRAME | {"file": roll()}).status_code == 302
    one.refresh_from_db()
    assert [(row["eligible"], row["invited"]) for row in one.draft["strata"]] == [(80, 30)]
    client.post("/rounds/r1/fix/")
    other = roll(ROLL.replace("p7,", "p7x,"))
    client.post("/rounds/r1/draw/", {"file": other, "seed_number": "03080912192633"})
    assert not one.draws.exists()
    client.post("/rounds/r1/draw/", {"file": roll(), "seed_number": "12"})
    assert not one.draws.exists()
    client.post("/rounds/r1/draw/", {"file": roll(), "seed_number": "03080912192633"})
    draw = one.draws.get()
    assert len(draw.record["commitments"]) == 30
    assert "某某" not in str(draw.record)
    client.post("/rounds/r1/announce/")
    one.refresh_from_db()
    assert one.state == RoundState.ANNOUNCED
    assert printed(one) == ["codes.pdf", "labels.pdf", "roll.pdf"]
    assert one.announcement["codes"]["raters"]["count"] == 33


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"file": ""}, "名册"),
        ({"person_key": ""}, "表头"),
        ({"stratum": "无此列"}, "无此列"),
        ({"sample_size": "1"}, "2"),
        ({"legal_ground": ""}, ""),
    ],
)
def test_a_roll_that_does_not_do_is_refused_beside_its_field(reader: Any, changes: dict[str, str], said: str) -> None:
    paper_round()
    answer = reader("office_editor").post("/rounds/r1/frame/", FRAME | {"file": roll()} | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()


# --- announced, closed, counted


def test_an_announced_round_tells_beforehand_what_can_be_checked_afterwards() -> None:
    one, codes = announced(paper_round())
    assert one.announcement["rules_hash"] == one.rules_hash
    assert one.announcement["codes"]["raters"]["count"] == len(codes) == 66
    assert one.announcement["page_hash"]
    public = Client().get("/rounds/r1/announcement.json").json()
    assert public["announcement"] == one.announcement
    assert not any(code in str(public) for code in codes)


def test_printed_files_can_be_destroyed_and_are_gone(reader: Any) -> None:
    one, _codes = announced(paper_round())
    client = reader("office_editor")
    assert client.get("/rounds/r1/prints/codes.pdf/").content.startswith(b"%PDF")
    client.post("/rounds/r1/prints/destroy/")
    assert client.get("/rounds/r1/prints/codes.pdf/").status_code == 404
    assert printed(one) == []


def test_the_office_is_told_to_carry_the_auditors_key_away(reader: Any, settings: Any) -> None:
    """The box made the key when it sealed the ballots, since none was given to it; once it is gone from here nothing is said."""
    a_counted_round()
    client = reader("office_editor")
    assert "auditors.private.pem" in client.get("/rounds/r1/").content.decode()
    assert "auditors.private.pem" not in Client().get("/rounds/r1/").content.decode()
    next(settings.DATA_DIR.rglob("auditors.private.pem")).unlink()
    assert "auditors.private.pem" not in client.get("/rounds/r1/").content.decode()


@pytest.mark.parametrize("name", ["drawn.json", "..%2Fxiaoneng.sqlite3", "nothing.pdf"])
def test_nothing_else_can_be_fetched_as_a_print(reader: Any, name: str) -> None:
    announced(paper_round())
    assert reader("office_editor").get(f"/rounds/r1/prints/{name}/").status_code == 404


def test_the_box_is_not_closed_before_its_last_day_is_over() -> None:
    one, _codes = announced(paper_round())
    with pytest.raises(actions.WrongStateError):
        actions.close(one, by=office(), at=timezone.now(), on=one.fixed_rules.days.closes_on)
    actions.close(one, by=office(), at=timezone.now(), on=day_after(one))
    with pytest.raises(actions.WrongStateError):
        actions.close(one, by=office(), at=timezone.now(), on=day_after(one))


def test_a_counted_round_says_what_its_ballots_carry() -> None:
    one = a_counted_round()
    rows = {row["appraisee"]: row for group in one.result["groups"] for row in group["rows"]}
    assert (rows["water"]["score"], rows["housing"]["score"]) == (90.0, 30.0)
    assert (rows["water"]["rank_lower"], rows["water"]["rank_upper"]) == (1, 1)
    assert one.result["ballots"][0]["ballots"] == 40
    assert kinds() == [
        "round_created",
        "round_changed",
        "round_rules_fixed",
        "round_announced",
        "round_closed",
        "round_counted",
    ]


def test_a_result_goes_out_once_and_only_when_counted() -> None:
    one, _codes = announced(paper_round())
    with pytest.raises(actions.WrongStateError):
        actions.publish(one, by=office(), at=timezone.now())
    one = counted(one)
    actions.publish(one, by=office(), at=timezone.now())
    with pytest.raises(actions.WrongStateError):
        actions.count(one, by=office())


def test_a_withdrawn_round_keeps_its_page_and_says_why() -> None:
    one, _codes = announced(paper_round())
    actions.withdraw(one, by=office(), reason="名册有误")
    assert "名册有误" in Client().get("/rounds/r1/").content.decode()
    with pytest.raises(actions.WrongStateError):
        actions.withdraw(one, by=office(), reason="again")


# --- batches and remarks: always two people


def test_a_batch_is_set_aside_by_two_people_and_shown_both_ways() -> None:
    one = a_counted_round()
    actions.set_aside(one, by=office(), batch="raters-1", reason="同一时间送来")
    with pytest.raises(actions.SamePersonError):
        actions.set_aside(one, by=office(), batch="raters-1", reason="")
    assert actions.count(one, by=office())["set_aside"] is None
    actions.set_aside(one, by=office("second"), batch="raters-1", reason="")
    found = actions.count(one, by=office())
    assert found["set_aside"]["batches"] == ["raters-1"]


def test_nothing_is_set_aside_once_the_result_is_out() -> None:
    one = a_counted_round()
    actions.publish(one, by=office(), at=timezone.now())
    with pytest.raises(actions.WrongStateError):
        actions.set_aside(one, by=office(), batch="raters-1", reason="late")
    with pytest.raises(actions.WrongStateError):
        actions.run_drill(one, by=office())


def test_a_remark_is_shown_in_other_words_after_a_second_person_has_checked_and_is_then_wiped() -> None:
    one = a_counted_round()
    remark = one.remarks.first()
    assert remark is not None
    with pytest.raises(actions.SamePersonError):
        actions.check_paraphrase(remark, by=office())
    actions.paraphrase(remark, by=office(), text="希望周六也能办事", appraisee="water")
    with pytest.raises(actions.SamePersonError):
        actions.check_paraphrase(remark, by=office())
    actions.check_paraphrase(remark, by=office("second"))
    actions.publish(one, by=office(), at=timezone.now())
    page = Client().get("/rounds/r1/of/water/").content.decode()
    assert "希望周六也能办事" in page
    assert "remark " not in page
    assert Remark.objects.get(pk=remark.pk).text == ""


def test_remarks_stand_in_no_order_that_came_from_ballots() -> None:
    one = a_counted_round()
    places = list(one.remarks.values_list("place", flat=True))
    assert places == sorted(places)
    assert all(len(place) == 32 for place in places)


# --- who may read what

PAGES = (
    "/rounds/r1/",
    "/rounds/r1/result/",
    "/rounds/r1/result/csv/",
    "/rounds/r1/result/json/",
    "/rounds/r1/of/water/",
    "/rounds/r1/method/",
)


def test_anyone_may_read_a_published_result_of_agencies_and_nobody_one_that_is_not_out() -> None:
    one = a_counted_round()
    assert [Client().get(page).status_code for page in PAGES] == [200, 404, 404, 404, 404, 200]
    actions.publish(one, by=office(), at=timezone.now())
    assert [Client().get(page).status_code for page in PAGES] == [200] * 6
    actions.withdraw(one, by=office(), reason="wrong")
    assert Client().get("/rounds/r1/result/").status_code == 404


def test_a_result_of_persons_is_for_the_person_and_those_entitled(reader: Any) -> None:
    from xiaoneng.web.accounts.models import User

    one = a_counted_round(kind="county_and_towns_rate_middle_managers", fewest_published=10)
    actions.publish(one, by=office(), at=timezone.now())
    person = User.objects.create_user("head", "a sentence to remember", role="liaison", agency_code="x")
    actions.add_reader(one, by=office(), appraisee="water", user=person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/rounds/r1/of/water/").status_code == 200
    assert client.get("/rounds/r1/of/housing/").status_code == 403
    for stranger in (Client(), client, reader("leader"), reader("auditor")):
        assert stranger.get("/rounds/r1/result/").status_code == 403
        assert stranger.get("/rounds/r1/result/json/").status_code == 403
    assert Client().get("/rounds/r1/of/water/").status_code == 403
    actions.remove_reader(one.readers.get(), by=office())
    assert client.get("/rounds/r1/of/water/").status_code == 403


def test_a_round_being_set_up_is_known_to_the_county_alone(reader: Any) -> None:
    paper_round()
    assert Client().get("/rounds/r1/").status_code == 404
    assert "评议一轮" not in Client().get("/rounds/").content.decode()
    assert "评议一轮" in reader("auditor").get("/rounds/").content.decode()


def test_files_hold_no_live_formula() -> None:
    one = paper_round(appraisees=("water", "housing"))
    one.draft["appraisees"][0]["zh"] = "=cmd()"
    one.save()
    one, codes = announced(one)
    for code in codes[:12]:
        vote(one, code, {"water": 4, "housing": 3})
    one = counted(one)
    actions.publish(one, by=office(), at=timezone.now())
    text = Client().get("/rounds/r1/result/csv/").content.decode()
    assert "'=cmd()" in text
    assert ",=cmd()" not in text


def test_progress_is_told_in_totals_and_small_ones_not_at_all() -> None:
    one, codes = announced(paper_round())
    for code in codes[:4]:
        vote(one, code, {"water": 4})
    assert "少于 5" in Client().get("/rounds/r1/").content.decode()
    vote(one, codes[4], {"water": 4})
    assert "少于 5" not in Client().get("/rounds/r1/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_a_round_speaks_both_languages(reader: Any, language: str) -> None:
    one = a_counted_round()
    client = reader("office_editor")
    client.cookies["language"] = language
    pages = (*PAGES, "/rounds/", "/rounds/new/", "/rounds/r1/batches/", "/rounds/r1/remarks/")
    for page in pages:
        assert client.get(page).status_code == 200, page
    other = paper_round(code="r2")
    for section in ("appraisees", "raters", "questions", "days", "check"):
        assert client.get(f"/rounds/{other.code}/setup/{section}/").status_code == 200
    assert client.get("/rounds/r2/frame/").status_code == 200
    assert (
        b"<svg" in client.get(f"/rounds/r1/result/svg/?group={one.result['groups'][0]['code']}&picture=ranks").content
    )


def test_a_round_is_set_up_by_its_forms(reader: Any) -> None:
    client = reader("office_editor")
    start = {"kind": "free", "title_zh": "食堂评议", "title_en": "Canteen", "code": "canteen"}
    assert client.post("/rounds/new/", start).status_code == 302
    assert client.post("/rounds/new/", start).status_code == 422
    lines = "全部\ta\t甲\tA\nall,b,乙"
    assert client.post("/rounds/canteen/setup/appraisees/", {"rows": lines}).status_code == 302
    bad = client.post("/rounds/canteen/setup/appraisees/", {"rows": "nowhere\ta\t甲"})
    assert bad.status_code == 422
    assert "nowhere" in bad.content.decode()
    rows = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-code": "staff",
        "form-0-zh": "职工",
        "form-0-en": "staff",
    }
    rows |= {"form-0-eligible": "40", "form-0-invited": "41", "form-0-weight_percent": "100", "form-0-way": "paper"}
    assert client.post("/rounds/canteen/setup/raters/", rows).status_code == 422
    assert client.post("/rounds/canteen/setup/raters/", rows | {"form-0-invited": "40"}).status_code == 302
    today = timezone.localdate().isoformat()
    assert client.post("/rounds/canteen/setup/days/", {"opens_on": today, "closes_on": today}).status_code == 302
    one = Round.objects.get(code="canteen")
    assert [row["code"] for row in one.draft["appraisees"]] == ["a", "b"]
    page = client.get("/rounds/canteen/setup/raters/").content.decode()
    assert "plan" in page
    assert client.post("/rounds/canteen/fix/").status_code == 302
    one.refresh_from_db()
    assert one.state == RoundState.FIXED


def test_the_json_of_a_result_is_the_one_that_was_hashed() -> None:
    import hashlib
    import json

    one = a_counted_round()
    actions.publish(one, by=office(), at=timezone.now())
    told = Client().get("/rounds/r1/result/json/").json()
    text = json.dumps(told["result"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == told["result_hash"] == one.result_hash
