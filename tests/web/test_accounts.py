"""Accounts: a one-time password opens one page, wrong tries close the login, and somebody can always manage accounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from xiaoneng.web.accounts import actions, first_account
from xiaoneng.web.accounts.models import Role, User

OWN = "cranes over the reservoir"
Deeds = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def _no_tries_from_before(db: None) -> Iterator[None]:
    from axes.utils import reset

    cache.clear()
    reset()
    yield
    reset()


@pytest.fixture
def admin(reader: Callable[..., Client]) -> Client:
    return reader("system_admin")


def _login(client: Client, username: str, password: str, follow: str = "") -> Any:
    return client.post("/login/", {"username": username, "password": password, "next": follow})


def _user(username: str, role: Role = Role.LEADER, **fields: Any) -> User:
    return User.objects.create_user(username, OWN, role=role, **fields)


def _form(user: User, **changed: Any) -> dict[str, Any]:
    """What the browser sends for the form of an account; a box that is not ticked is not sent."""
    facts = {"username": user.username, "full_name": user.full_name, "role": user.role, "agency_code": user.agency_code}
    boxes = {name: getattr(user, name) for name in ("manages_users", "is_active")}
    return {name: value for name, value in ({**facts, **boxes} | changed).items() if value is not False}


# --- the one-time password


def test_the_first_start_gives_the_office_a_password_and_the_next_start_another_until_it_is_used() -> None:
    first, second = first_account(), first_account()
    assert first
    assert second
    assert first != second
    client = Client()
    assert _login(client, "office", first).status_code == 422
    assert _login(client, "office", second).status_code == 302
    assert first_account() is None


def test_a_one_time_password_opens_nothing_but_the_page_for_a_new_one() -> None:
    password = first_account()
    assert password is not None
    client = Client()
    _login(client, "office", password)
    for page in ("/overview/", "/cases/", "/import/", "/accounts/", "/calendar/", "/deadline/"):
        assert client.get(page).headers["Location"] == "/me/password/", page
    assert client.post("/clocks/run/").headers["Location"] == "/me/password/"
    assert client.get("/me/password/").status_code == 200


def test_a_password_of_ones_own_opens_the_rest_and_is_in_the_trace_without_its_text(deeds: Deeds) -> None:
    from xiaoneng.web.audit.models import Entry

    password = first_account()
    assert password is not None
    client = Client()
    _login(client, "office", password)
    assert client.post("/me/password/", {"new": OWN, "again": OWN}).headers["Location"] == "/"
    assert client.get("/overview/").status_code == 200
    assert deeds() == ["user_created", "password_changed"]
    assert not [entry for entry in Entry.objects.all() if OWN in f"{vars(entry)}" or password in f"{vars(entry)}"]


def test_a_one_time_password_cannot_be_chosen_again() -> None:
    password = first_account()
    assert password is not None
    client = Client()
    _login(client, "office", password)
    assert client.post("/me/password/", {"new": password, "again": password}).status_code == 422


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short", "fewer than ten characters"),
        ("1234567890", "digits only, and common"),
        ("2938475610293", "digits only"),
        ("password123", "common"),
        ("ma-leader99", "like the login name"),
    ],
)
def test_a_weak_password_is_refused_beside_its_field(new: str, why: str) -> None:
    client = Client()
    client.force_login(_user("ma-leader9"), backend="django.contrib.auth.backends.ModelBackend")
    response = client.post("/me/password/", {"old": OWN, "new": new, "again": new})
    assert response.status_code == 422, why
    assert response.context["form"].errors["new"]
    assert User.objects.get(username="ma-leader9").check_password(OWN)


def test_a_new_password_needs_the_present_one_and_the_same_text_twice() -> None:
    client = Client()
    client.force_login(_user("wang"), backend="django.contrib.auth.backends.ModelBackend")
    wrong = client.post("/me/password/", {"old": "not this one", "new": "a quite new sentence", "again": "another"})
    assert set(wrong.context["form"].errors) == {"old", "again"}


# --- the login


def test_five_wrong_tries_close_the_login_even_for_the_right_password() -> None:
    _user("wang")
    client = Client()
    answers = [_login(client, "wang", f"wrong {number}").status_code for number in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert _login(client, "wang", OWN).status_code == 429
    assert client.get("/overview/").status_code == 302


def test_wrong_tries_on_one_name_leave_another_open() -> None:
    _user("wang")
    _user("li")
    client = Client()
    for number in range(6):
        _login(client, "wang", f"wrong {number}")
    assert _login(client, "li", OWN).status_code == 302


def test_a_wrong_password_and_an_unknown_name_are_answered_alike() -> None:
    _user("wang")
    texts = [_login(Client(), name, "wrong").content.decode().replace(name, "X") for name in ("wang", "nobody")]
    here, there = (re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", text) for text in texts)
    assert here == there


def test_a_shut_account_is_out_at_once() -> None:
    wang = _user("wang")
    client = Client()
    _login(client, "wang", OWN)
    assert client.get("/overview/").status_code == 200
    User.objects.filter(pk=wang.pk).update(is_active=False)
    assert client.get("/overview/").status_code == 302
    assert _login(Client(), "wang", OWN).status_code == 422


def test_a_new_password_ends_every_other_session_of_the_user() -> None:
    wang = _user("wang")
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        _login(client, "wang", OWN)
    here.post("/me/password/", {"old": OWN, "new": "herons over the dam", "again": "herons over the dam"})
    assert here.get("/overview/").status_code == 200
    assert elsewhere.get("/overview/").status_code == 302
    actions.give_one_time_password(wang, by="test")
    assert here.get("/overview/").status_code == 302


def test_the_session_has_another_number_after_the_login() -> None:
    """A number that somebody planted in the browser before is worth nothing afterwards."""
    _user("wang")
    client = Client()
    client.get("/login/")
    before = client.session.session_key
    _login(client, "wang", OWN)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "http:///example.org"],
)
def test_the_way_back_never_leads_to_another_site(elsewhere: str) -> None:
    _user("wang")
    assert _login(Client(), "wang", OWN, elsewhere).headers["Location"] == "/"
    assert Client().post("/switch/language/", {"language": "en", "next": elsewhere}).headers["Location"] == "/"
    assert Client().post("/switch/type/", {"large": "1", "next": elsewhere}).headers["Location"] == "/"


def test_the_way_back_leads_to_the_page_that_was_asked_for() -> None:
    _user("wang")
    client = Client()
    asked = client.get("/cases/?q=A-1").headers["Location"]
    assert asked == "/login/?next=/cases/%3Fq%3DA-1"
    assert _login(client, "wang", OWN, "/cases/?q=A-1").headers["Location"] == "/cases/?q=A-1"


# --- who manages accounts


def test_a_new_account_gets_a_password_that_is_shown_once(admin: Client, deeds: Deeds) -> None:
    fields = {"username": "zhao", "full_name": "赵", "role": "auditor", "is_active": "on"}
    shown = admin.post("/accounts/new/", fields)
    password = shown.context["password"]
    assert password in shown.content.decode()
    assert deeds() == ["user_created"]
    assert _login(Client(), "zhao", password).status_code == 302
    assert password not in admin.get("/accounts/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "a b"}, "username"),
        ({"username": "wang"}, "username"),
        ({"username": "x" * 61}, "username"),
        ({"username": "zhao\0"}, "username"),
        ({"role": "king"}, "role"),
        ({"role": "liaison"}, "agency_code"),
        ({"role": "leader", "agency_code": "{agency}"}, "agency_code"),
        ({"role": "liaison", "agency_code": "nowhere"}, "agency_code"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    wrong: dict[str, str], field: str, admin: Client, deeds: Deeds
) -> None:
    from xiaoneng.web.registry.models import Agency

    _user("wang")
    agency = Agency.objects.order_by("pk").first()
    assert agency is not None
    wrong = {name: value.format(agency=agency.code) for name, value in wrong.items()}
    response = admin.post("/accounts/new/", {"username": "zhao", "role": "leader", "is_active": "on", **wrong})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert deeds() == []


def test_a_change_of_role_holds_at_the_next_click(admin: Client, deeds: Deeds) -> None:
    wang = _user("wang", Role.OFFICE_EDITOR)
    client = Client()
    _login(client, "wang", OWN)
    assert client.get("/import/").status_code == 200
    admin.post(f"/accounts/{wang.pk}/", _form(wang, role="leader"))
    assert client.get("/import/").status_code == 403
    assert deeds() == ["user_changed"]


def test_saving_an_account_unchanged_leaves_no_trace(admin: Client, deeds: Deeds) -> None:
    wang = _user("wang")
    assert admin.post(f"/accounts/{wang.pk}/", _form(wang)).status_code == 302
    assert deeds() == []


@pytest.mark.parametrize("change", [{"role": "leader"}, {"is_active": False}])
def test_the_last_who_may_manage_accounts_stays(change: dict[str, Any], admin: Client, deeds: Deeds) -> None:
    """Otherwise nobody could ever make an account again."""
    only = User.objects.get(role=Role.SYSTEM_ADMIN)
    response = admin.post(f"/accounts/{only.pk}/", _form(only, **change))
    assert response.status_code == 422
    assert response.context["form"].errors
    assert deeds() == []


def test_who_manages_accounts_may_leave_when_another_stays(admin: Client, deeds: Deeds) -> None:
    only = User.objects.get(role=Role.SYSTEM_ADMIN)
    _user("li", Role.OFFICE_EDITOR, manages_users=True)
    assert admin.post(f"/accounts/{only.pk}/", _form(only, role="leader")).status_code == 302
    assert admin.get("/accounts/").status_code == 403


def test_a_lost_password_is_answered_with_a_one_time_one(admin: Client, deeds: Deeds) -> None:
    wang = _user("wang")
    password = admin.post(f"/accounts/{wang.pk}/password/").context["password"]
    assert _login(Client(), "wang", OWN).status_code == 422
    client = Client()
    assert _login(client, "wang", password).status_code == 302
    assert client.get("/overview/").headers["Location"] == "/me/password/"
    assert deeds() == ["one_time_password_given"]
