"""Ratings: by link, by file, and what is done about bad ones; each deed with its trace and its refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from xiaoneng.core.errors import RatingsError
from xiaoneng.core.ratings import HandlingDays
from xiaoneng.web.accounts.models import User
from xiaoneng.web.ratings import actions, queries
from xiaoneng.web.ratings.models import Matter, MatterState, Rating, RatingLink, RatingState, Review

Deeds = Callable[[], list[str]]


def link_for(case: Any) -> tuple[RatingLink, str]:
    ((_case, token),) = actions.make_links([case], by="office")
    return RatingLink.objects.get(token_hash=actions.hashed(token)), f"/rate/{token}/"


def bad(case: Any, **facts: Any) -> Matter:
    link, _address = link_for(case)
    return Matter.objects.get(rating=actions.give(link, level=1, reasons=["other"], **facts))


@pytest.fixture
def people(db: None, agency_codes: list[str]) -> dict[str, User]:
    """Two liaisons of the first agency, and two of the office."""
    own = {"role": "liaison", "agency_code": agency_codes[0]}
    return {
        "handler": User.objects.create_user("handler", **own),
        "colleague": User.objects.create_user("colleague", **own),
        "office": User.objects.create_user("office-1", role="office_editor"),
        "second": User.objects.create_user("office-2", role="office_editor"),
    }


# --- by link


def test_the_person_served_rates_on_one_screen_without_login(concluded: list[Any], deeds: Deeds) -> None:
    _link, address = link_for(concluded[0])
    deeds()
    client = Client()
    page = client.get(address)
    html = page.content.decode()
    assert html.count('name="level"') == 5
    assert (
        "checked" not in html.partition('class="field levels"')[2].partition("</fieldset>")[0]
    )  # no level is chosen for anybody
    assert concluded[0].case_no not in html
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    answer = client.post(address, {"level": "4"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}?given")
    rating = Rating.objects.get(case_key=concluded[0].case_id)
    assert (rating.level, rating.is_current, rating.source, rating.is_named) == (4, True, "link", False)
    assert deeds() == ["ratings_given"]
    assert not Matter.objects.filter(rating=rating).exists()


def test_the_page_of_the_rater_is_light(concluded: list[Any]) -> None:
    """At most 50 KB with its style sheets, its script and its pictures."""
    from django.contrib.staticfiles import finders

    _link, address = link_for(concluded[0])
    html = Client().get(address).content
    files = (
        "shell/shell.css",
        "shell/parts.css",
        "shell/shell.js",
        "shell/mark.svg",
        "shell/signs.svg",
        "ratings/ratings.css",
    )
    sizes = [len(open(str(finders.find(name)), "rb").read()) for name in files]  # noqa: SIM115, PTH123
    assert len(html) + sum(sizes) <= 50 * 1024


def test_a_bad_rating_needs_a_reason_and_keeps_what_was_typed(concluded: list[Any]) -> None:
    _link, address = link_for(concluded[0])
    answer = Client().post(address, {"level": "2", "remark": "等了很久"})
    assert answer.status_code == 422
    assert "等了很久" in answer.content.decode()
    assert Client().post(address, {}).status_code == 422
    assert not Rating.objects.exists()


def test_a_token_is_kept_as_its_hash_alone(concluded: list[Any]) -> None:
    link, address = link_for(concluded[0])
    token = address.split("/")[2]
    assert len(token) >= 22  # 128 bit in base 64
    assert token not in str(vars(link))


def test_a_new_link_stops_the_former_one(concluded: list[Any]) -> None:
    _first, old = link_for(concluded[0])
    _second, new = link_for(concluded[0])
    assert (Client().get(old).status_code, Client().get(new).status_code) == (410, 200)


def test_no_link_before_the_case_is_concluded(concluded: list[Any]) -> None:
    concluded[0].concluded_on = None
    with pytest.raises(RatingsError, match="is not concluded"):
        actions.make_links([concluded[0]], by="office")


def test_who_is_logged_in_cannot_rate(office: Client, concluded: list[Any]) -> None:
    _link, address = link_for(concluded[0])
    assert office.post(address, {"level": "5"}).status_code == 403
    assert not Rating.objects.exists()


def test_a_link_that_has_run_out_is_dead(concluded: list[Any]) -> None:
    link, address = link_for(concluded[0])
    RatingLink.objects.filter(pk=link.pk).update(open_until=timezone.localdate() - timedelta(days=1))
    assert Client().post(address, {"level": "5"}).status_code == 410
    with pytest.raises(actions.RatingClosedError, match="closed"):
        actions.give(link, level=5)


def test_a_rating_may_be_changed_until_it_is_dealt_with(
    concluded: list[Any], people: dict[str, User], deeds: Deeds
) -> None:
    """Bad, then less bad: one matter with its days. Good: the matter goes. Bad again and contacted: it stands."""
    link, address = link_for(concluded[0])
    actions.give(link, level=1, reasons=["other"])
    matter = Matter.objects.get()
    actions.give(link, level=2, reasons=["guide"])
    matter.refresh_from_db()
    assert (matter.rating.level, Matter.objects.count(), matter.state) == (2, 1, "open")
    actions.give(link, level=4)
    matter.refresh_from_db()
    assert matter.state == MatterState.WITHDRAWN
    assert [one.level for one in Rating.objects.filter(case_key=concluded[0].case_id)] == [1, 2, 4]
    assert Rating.objects.get(is_current=True).level == 4
    actions.give(link, level=1, reasons=["other"])
    actions.contact(Matter.objects.get(state="open"), by=people["handler"], is_reached=True, note="已通话")
    assert "4" not in Client().post(address, {"level": "4"}).headers.get("Location", "")
    assert Rating.objects.get(is_current=True).level == 1
    assert "ratings_withdrawn" in deeds()


def test_a_new_link_does_not_open_again_what_was_dealt_with(concluded: list[Any], people: dict[str, User]) -> None:
    actions.contact(bad(concluded[0]), by=people["handler"], is_reached=True, note="x")
    link, _address = link_for(concluded[0])
    with pytest.raises(actions.RatingClosedError, match="dealt with"):
        actions.give(link, level=5)


def test_guessing_links_has_to_wait(db: None) -> None:
    client = Client(REMOTE_ADDR="203.0.113.7")
    found = {client.get(f"/rate/guess-{n}/").status_code for n in range(30)}
    assert found == {404}
    assert client.get("/rate/guess/").status_code == 429


# --- what is done about a bad one


def test_a_bad_rating_goes_from_contact_to_closing(concluded: list[Any], people: dict[str, User], deeds: Deeds) -> None:
    matter = bad(concluded[0], contact="13800000000")
    assert matter.is_named
    deeds()
    actions.contact(matter, by=people["handler"], is_reached=True, note="已通话")
    actions.mend(matter, by=people["handler"], mending="mended", note="已补办")
    with pytest.raises(RatingsError, match="have a colleague call"):
        actions.call_back(matter, by=people["handler"], is_satisfied=True, note="x")
    with pytest.raises(RatingsError, match="call them back first"):
        actions.close(matter, by=people["handler"])
    actions.call_back(matter, by=people["colleague"], is_satisfied=False, note="仍不满意")
    actions.mend(matter, by=people["handler"], mending="explained", note="依据第十条")
    actions.call_back(matter, by=people["colleague"], is_satisfied=True, note="认可")
    actions.close(matter, by=people["handler"])
    assert matter.state == MatterState.CLOSED
    steps = ["contacted", "mended", "called_back", "mended", "called_back", "closed"]
    assert deeds() == [f"ratings_{step}" for step in steps]
    assert [step.kind for step in matter.steps.all()] == ["opened", *steps]


def test_steps_cannot_be_left_out_or_taken_twice(concluded: list[Any], people: dict[str, User]) -> None:
    matter = bad(concluded[0])
    with pytest.raises(RatingsError, match="a step before it is missing"):
        actions.mend(matter, by=people["handler"], mending="mended", note="x")
    with pytest.raises(RatingsError, match="is no way to mend"):
        actions.mend(matter, by=people["handler"], mending="ignored", note="x")
    actions.contact(matter, by=people["handler"], is_reached=False, note="x")
    with pytest.raises(RatingsError, match="moved on"):
        actions.contact(matter, by=people["handler"], is_reached=True, note="x")


def test_a_contested_rating_counts_nowhere_until_it_is_decided(
    concluded: list[Any], people: dict[str, User], deeds: Deeds
) -> None:
    matter, code = bad(concluded[0]), concluded[0].agency_code
    deeds()
    total = lambda: queries.total_of(queries.counts_by("month", agency=code))
    assert (total().given, total().bad) == (1, 1)
    review = actions.ask_review(matter, by=people["handler"], claim="mistaken", agency_side="选错了事项")
    assert (total().given, total().contested) == (0, 1)
    with pytest.raises(RatingsError, match="goes on"):
        actions.contact(matter, by=people["handler"], is_reached=True, note="x")
    with pytest.raises(RatingsError, match="asked for once"):
        actions.ask_review(matter, by=people["handler"], claim="malicious", agency_side="x")
    with pytest.raises(RatingsError, match="side is missing"):
        actions.decide(review, by=people["office"], is_upheld=True, decision="x")
    with pytest.raises(RatingsError, match="not of the agency"):
        actions.hear_rater(review, by=people["colleague"], is_reached=False, rater_side="")
    with pytest.raises(RatingsError, match="write down what they said"):
        actions.hear_rater(review, by=people["office"], is_reached=True, rater_side=" ")
    actions.hear_rater(review, by=people["office"], is_reached=True, rater_side="是点错了")
    review.refresh_from_db()
    with pytest.raises(RatingsError, match="not of the agency"):
        actions.decide(review, by=people["colleague"], is_upheld=True, decision="x")
    actions.decide(review, by=people["office"], is_upheld=True, decision="双方一致")
    with pytest.raises(RatingsError, match="decided before"):
        actions.decide(review, by=people["second"], is_upheld=False, decision="x")
    with pytest.raises(RatingsError, match="is decided"):
        actions.hear_rater(review, by=people["second"], is_reached=False, rater_side="")
    assert (total().given, total().excluded, total().upheld, total().decided) == (0, 1, 1, 1)
    assert Rating.objects.get().state == RatingState.EXCLUDED
    assert deeds() == ["ratings_review_asked", "ratings_rater_heard", "ratings_review_decided"]


def test_a_review_that_is_not_upheld_lets_the_matter_go_on(concluded: list[Any], people: dict[str, User]) -> None:
    matter = bad(concluded[0])
    review = actions.ask_review(matter, by=people["handler"], claim="malicious", agency_side="x")
    actions.hear_rater(review, by=people["office"], is_reached=False, rater_side="")
    review.refresh_from_db()
    actions.decide(review, by=people["office"], is_upheld=False, decision="没有证据")
    actions.contact(matter, by=people["handler"], is_reached=True, note="x")
    assert (matter.state, Rating.objects.get().state) == ("contacted", "counts")


def test_the_steps_are_taken_on_the_page(reader: Callable[..., Client], concluded: list[Any]) -> None:
    matter = bad(concluded[0], remark="电话没人接", contact="13800000000")
    liaison, leader = reader("liaison"), reader("leader")
    address = f"/ratings/matters/{matter.pk}/"
    assert "13800000000" in liaison.get(address).content.decode()
    hidden = leader.get(address).content.decode()
    assert "13800000000" not in hidden
    assert "电话没人接" not in hidden
    assert liaison.post(f"{address}contact/", {"is_reached": "1", "note": "已通话"}).status_code == 302
    assert liaison.post(f"{address}mend/", {"mending": "at_once", "note": "当场改正"}).status_code == 302
    refused = liaison.post(f"{address}call-back/", {"result": "yes", "note": "x"}, follow=True).content.decode()
    assert "have a colleague call" in refused
    matter.refresh_from_db()
    assert matter.state == "mended"
    assert (
        "no review was asked for"
        in reader("office_editor")
        .post(f"{address}decide/", {"is_upheld": "1", "decision": "x"}, follow=True)
        .content.decode()
    )


def test_several_are_marked_as_contacted_at_once(reader: Callable[..., Client], concluded: list[Any]) -> None:
    """Those of another agency stay as they are."""
    own, other = [bad(case) for case in concluded[:2]], bad(concluded[3])
    sent = {"matter": [one.pk for one in (*own, other)], "note": "短信", "is_reached": "1"}
    reader("liaison").post("/ratings/matters/contact/", sent)
    assert list(Matter.objects.order_by("pk").values_list("state", flat=True)) == ["contacted", "contacted", "open"]


@pytest.mark.parametrize(
    ("due", "expected"), [("overdue", 1), ("today", 0), ("review", 0), ("active", 2), ("over", 0), ("nonsense", 2)]
)
def test_the_desk_is_filtered_by_what_is_due(office: Client, concluded: list[Any], due: str, expected: int) -> None:
    bad(concluded[0])
    late = bad(concluded[1])
    Matter.objects.filter(pk=late.pk).update(contact_due_on=timezone.localdate() - timedelta(days=1))
    html = office.get(f"/ratings/matters/?due={due}").content.decode()
    assert html.count('name="matter"') == expected


# --- links and days


def test_links_come_as_slips_or_as_a_table(office: Client, concluded: list[Any], deeds: Deeds) -> None:
    concluded[0].__class__.objects.filter(pk=concluded[0].pk).update(service_item_name="=cmd|' /C calc'!A0")
    number = concluded[0].case_no
    table = office.post("/ratings/links/make/", {"case_no": number, "as": "csv"})
    text = table.content.decode("utf-8-sig")
    assert "http://testserver/rate/" in text
    assert ",'=cmd" in text or ",\"'=cmd" in text
    slips = office.post("/ratings/links/make/", {"case_no": number, "as": "pdf"})
    assert slips.content.startswith(b"%PDF")
    assert slips.headers["Cache-Control"] == "private, no-store"
    assert deeds() == ["ratings_links_made", "ratings_links_made"]
    assert office.post("/ratings/links/make/", {"case_no": "nowhere"}).status_code == 302
    assert office.post("/ratings/links/make/", {"first_on": "2026-05-02", "last_on": "2026-05-01"}).status_code == 422


def test_the_county_sets_its_days_with_their_ground(office: Client, concluded: list[Any], deeds: Deeds) -> None:
    sent = {"contact_workdays": 2, "mend_workdays": 15, "change_days": 3, "link_days": 10, "ground": "本县办法第5条"}
    assert office.post("/ratings/days/", {**sent, "ground": ""}).status_code == 422
    assert office.post("/ratings/days/", sent).status_code == 302
    assert deeds() == ["ratings_days_set"]
    matter = bad(concluded[0])
    assert (matter.mend_due_on - matter.opened_on).days >= 15
    assert actions.days_in_force() == HandlingDays(2, 15, 3, 10)


# --- what is told


def test_too_few_ratings_are_not_told(concluded: list[Any], agency_codes: list[str]) -> None:
    for case in concluded[:3]:
        link, _address = link_for(case)
        actions.give(link, level=5)
    assert [row.is_told for row in queries.counts_by("agency") if row.key == agency_codes[0]] == [False]
    html = Client().get(f"/ratings/agencies/{agency_codes[0]}/").content.decode()
    assert "100.0%" not in html
    line = next(
        line
        for line in Client().get("/ratings/shares.csv").content.decode().splitlines()
        if line.endswith(f"{concluded[0].agency_name}") or concluded[0].agency_name in line
    )
    assert line.strip(",") in (concluded[0].agency_name, f"{concluded[0].agency_name}")


def test_the_share_that_rated_stands_beside_every_score(agency_codes: list[str]) -> None:
    from xiaoneng.web.cases.models import Case

    cases = Case.objects.filter(is_current=True, concluded_on__isnull=False, agency_code=agency_codes[0])[:6]
    for case, level in zip(cases, (5, 5, 4, 3, 2, 1), strict=True):
        link, _address = link_for(case)
        actions.give(link, level=level, reasons=["other"])
    row = next(row for row in queries.counts_by("agency") if row.key == agency_codes[0])
    assert (row.counts.given, row.counts.good, row.is_told) == (6, 4, True)
    html = Client().get("/ratings/").content.decode()
    assert "66.7%" in html
    assert f"{6 / row.counts.services:.1%}" in html
    assert Client().get(f"/ratings/agencies/{agency_codes[0]}/").status_code == 200
    assert Review.objects.count() == 0
