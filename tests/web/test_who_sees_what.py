"""Who sees what: every address of the application, for every role. A new address fails until it stands here.

`own` and `other` are the agency of the liaison and another one, with a case and an item each. 302 is the way to the login page
(or, for the front pages, onwards); 404 hides what a reader may not know of; 405 is a button's address opened like a page. The
import has been taken in, so that its columns can no longer be mapped, and no workbook of its refused rows was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from .conftest import ROLES

PAGES = """
    page                                 | anyone | office_editor | liaison | leader | auditor | system_admin
    -------------------------------------+--------+---------------+---------+--------+---------+-------------
    /                                    | 200    | 302           | 302     | 302    | 302     | 302
    /healthz/                            | 200    | 200           | 200     | 200    | 200     | 200
    /deadline/                           | 200    | 200           | 200     | 200    | 200     | 200
    /calendar/                           | 200    | 200           | 200     | 200    | 200     | 200
    /calendar/2026/                      | 200    | 200           | 200     | 200    | 200     | 200
    /login/                              | 200    | 302           | 302     | 302    | 302     | 302
    /me/                                 | 302    | 200           | 200     | 200    | 200     | 200
    /me/password/                        | 302    | 200           | 200     | 200    | 200     | 200
    /accounts/                           | 302    | 403           | 403     | 403    | 403     | 200
    /accounts/new/                       | 302    | 403           | 403     | 403    | 403     | 200
    /accounts/{user}/                    | 302    | 403           | 403     | 403    | 403     | 200
    /trace/                              | 302    | 200           | 403     | 403    | 200     | 403
    /overview/                           | 302    | 200           | 302     | 200    | 200     | 302
    /agencies/{own}/                     | 302    | 200           | 200     | 200    | 200     | 403
    /agencies/{other}/                   | 302    | 200           | 404     | 200    | 200     | 403
    /items/{own_item}/                   | 302    | 200           | 200     | 200    | 200     | 403
    /items/{other_item}/                 | 302    | 200           | 404     | 200    | 200     | 403
    /figures/agencies.csv                | 302    | 200           | 403     | 200    | 200     | 403
    /time/                               | 302    | 200           | 200     | 200    | 200     | 403
    /time/?agency={own}                  | 302    | 200           | 200     | 200    | 200     | 403
    /time/?agency={other}                | 302    | 200           | 404     | 200    | 200     | 403
    /time/?agency=nowhere                | 302    | 404           | 404     | 404    | 404     | 403
    /drawing.css                         | 200    | 200           | 200     | 200    | 200     | 200
    /time/findings/{own_finding}/        | 302    | 200           | 200     | 200    | 200     | 403
    /time/findings/{other_finding}/      | 302    | 200           | 404     | 200    | 200     | 403
    /time/map/                           | 302    | 200           | 200     | 200    | 200     | 403
    /time/map/?agency={own}&item={own_item} | 302 | 200           | 200     | 200    | 200     | 403
    /time/map/?agency={other}            | 302    | 200           | 404     | 200    | 200     | 403
    /time/map/?file=moves.csv            | 302    | 200           | 200     | 200    | 200     | 403
    /time/steps/                         | 302    | 200           | 200     | 200    | 200     | 403
    /time/causes/                        | 302    | 200           | 200     | 200    | 200     | 403
    /time/causes/?agency={own}           | 302    | 200           | 200     | 200    | 200     | 403
    /time/spectrum/                      | 302    | 200           | 200     | 200    | 200     | 403
    /time/variants/                      | 302    | 200           | 200     | 200    | 200     | 403
    /time/handovers/                     | 302    | 200           | 200     | 200    | 200     | 403
    /time/items/                         | 302    | 200           | 200     | 200    | 200     | 403
    /time/items/{shared_item}/           | 302    | 200           | 200     | 200    | 200     | 403
    /time/items/{other_shared_item}/     | 302    | 200           | 404     | 200    | 200     | 403
    /time/departures/                    | 302    | 200           | 200     | 200    | 200     | 403
    /time/departures/?agency={other}     | 302    | 200           | 404     | 200    | 200     | 403
    /time/directives/                    | 302    | 200           | 403     | 200    | 200     | 403
    /time/lists/                         | 302    | 200           | 403     | 200    | 200     | 403
    /time/lists/item_steps/template.csv  | 302    | 200           | 403     | 200    | 200     | 403
    /time/lists/office_hours/template.csv | 302   | 404           | 403     | 404    | 404     | 403
    /time/lists/{former_list}/file/      | 302    | 200           | 403     | 403    | 403     | 403
    /time/cases/                         | 302    | 200           | 200     | 200    | 200     | 403
    /time/cases/?finding={own_finding}   | 302    | 200           | 200     | 200    | 200     | 403
    /time/cases/?finding={other_finding} | 302    | 200           | 404     | 200    | 200     | 403
    /time/cases/export.csv               | 302    | 200           | 200     | 200    | 200     | 403
    /time/cases/export.xlsx              | 302    | 200           | 200     | 200    | 200     | 403
    /cases/                              | 302    | 200           | 200     | 200    | 200     | 403
    /cases/export.csv                    | 302    | 200           | 200     | 200    | 200     | 403
    /cases/export.xlsx                   | 302    | 200           | 200     | 200    | 200     | 403
    /cases/{own_case}/                   | 302    | 200           | 200     | 200    | 200     | 403
    /cases/{other_case}/                 | 302    | 200           | 404     | 200    | 200     | 403
    /cards/                              | 302    | 200           | 200     | 200    | 200     | 403
    /ratings/                            | 200    | 200           | 200     | 200    | 200     | 200
    /ratings/shares.csv                  | 200    | 200           | 200     | 200    | 200     | 200
    /ratings/agencies/{own}/             | 200    | 200           | 200     | 200    | 200     | 200
    /ratings/agencies/{other}/           | 200    | 200           | 200     | 200    | 200     | 200
    /ratings/agencies/nowhere/           | 404    | 404           | 404     | 404    | 404     | 404
    /ratings/matters/                    | 302    | 200           | 200     | 200    | 200     | 403
    /ratings/matters/{own_matter}/       | 302    | 200           | 200     | 200    | 200     | 403
    /ratings/matters/{other_matter}/     | 302    | 200           | 404     | 200    | 200     | 403
    /ratings/links/                      | 302    | 200           | 403     | 403    | 403     | 403
    /ratings/days/                       | 302    | 200           | 403     | 403    | 403     | 403
    /rate/{rating_link}/                 | 200    | 403           | 403     | 403    | 403     | 403
    /rate/nowhere/                       | 404    | 403           | 403     | 403    | 403     | 403
    /registry/agencies/                  | 302    | 200           | 200     | 200    | 200     | 200
    /registry/agencies/new/              | 302    | 200           | 403     | 403    | 403     | 403
    /registry/agencies/{own}/            | 302    | 200           | 200     | 200    | 200     | 200
    /registry/agencies/{own}/change/     | 302    | 200           | 403     | 403    | 403     | 403
    /registry/items/                     | 302    | 200           | 200     | 200    | 200     | 200
    /registry/items/import/              | 302    | 200           | 403     | 403    | 403     | 403
    /registry/items/{registered}/        | 302    | 200           | 200     | 200    | 200     | 200
    /registry/items/{registered}/version/ | 302   | 200           | 403     | 403    | 403     | 403
    /calendar/notices/new/               | 302    | 200           | 403     | 403    | 403     | 403
    /calendar/notices/{notice}/          | 302    | 200           | 403     | 403    | 403     | 403
    /token/{signing}/                    | 200    | 200           | 200     | 200    | 200     | 200
    /token/{signing}/mine/               | 200    | 200           | 200     | 200    | 200     | 200
    /rounds/                             | 200    | 200           | 200     | 200    | 200     | 200
    /rounds/new/                         | 302    | 200           | 403     | 403    | 403     | 403
    /rounds/{draft_round}/               | 404    | 302           | 404     | 302    | 302     | 404
    /rounds/{told_round}/                | 200    | 200           | 200     | 200    | 200     | 200
    /rounds/{draft_round}/setup/check/   | 302    | 200           | 403     | 403    | 403     | 403
    /rounds/{draft_round}/frame/         | 302    | 200           | 403     | 403    | 403     | 403
    /rounds/{told_round}/rules.json      | 302    | 200           | 403     | 200    | 200     | 403
    /rounds/{told_round}/announcement.json | 200  | 200           | 200     | 200    | 200     | 200
    /rounds/{draft_round}/announcement.json | 404 | 404           | 404     | 404    | 404     | 404
    /rounds/{told_round}/method/         | 200    | 200           | 200     | 200    | 200     | 200
    /rounds/{told_round}/result/         | 200    | 200           | 200     | 200    | 200     | 200
    /rounds/{counted_round}/result/      | 404    | 200           | 404     | 404    | 404     | 404
    /rounds/{persons_round}/result/      | 403    | 200           | 403     | 403    | 403     | 403
    /rounds/{told_round}/result/csv/     | 200    | 200           | 200     | 200    | 200     | 200
    /rounds/{counted_round}/result/json/ | 404    | 200           | 404     | 404    | 404     | 404
    /rounds/{persons_round}/result/json/ | 403    | 200           | 403     | 403    | 403     | 403
    /rounds/{told_round}/of/water/       | 200    | 200           | 200     | 200    | 200     | 200
    /rounds/{counted_round}/of/water/    | 404    | 200           | 404     | 404    | 404     | 404
    /rounds/{persons_round}/of/water/    | 403    | 200           | 403     | 403    | 403     | 403
    /rounds/{counted_round}/batches/     | 302    | 200           | 403     | 403    | 403     | 403
    /rounds/{counted_round}/remarks/     | 302    | 200           | 403     | 403    | 403     | 403
    /rounds/{persons_round}/readers/     | 302    | 200           | 403     | 403    | 403     | 403
    /rounds/{told_round}/prints/codes.pdf/ | 302  | 404           | 403     | 403    | 403     | 403
    /vote/                               | 200    | 200           | 200     | 200    | 200     | 200
    /vote/page-hash/                     | 200    | 200           | 200     | 200    | 200     | 200
    /vote/nowhere/                       | 404    | 404           | 404     | 404    | 404     | 404
    /vote/nowhere/round.json             | 404    | 404           | 404     | 404    | 404     | 404
    /vote/nowhere/plain/                 | 404    | 404           | 404     | 404    | 404     | 404
    /vote/nowhere/check/                 | 404    | 404           | 404     | 404    | 404     | 404
    /vote/nowhere/proof.json             | 404    | 404           | 404     | 404    | 404     | 404
    /vote/nowhere/published.json         | 404    | 404           | 404     | 404    | 404     | 404
    /vote/nowhere/published.zip          | 404    | 404           | 404     | 404    | 404     | 404
    /vote/nowhere/published/closing.json | 404    | 404           | 404     | 404    | 404     | 404
    /rounds/nowhere/paper/               | 302    | 404           | 403     | 403    | 403     | 403
    /rounds/nowhere/paper/differences/   | 302    | 404           | 403     | 403    | 403     | 403
    /rounds/nowhere/paper/reconcile/     | 302    | 404           | 403     | 403    | 403     | 403
    /rounds/nowhere/spares/              | 302    | 404           | 403     | 403    | 403     | 403
    /rounds/nowhere/signatures/          | 302    | 404           | 403     | 403    | 403     | 403
    /import/                             | 302    | 200           | 403     | 403    | 403     | 403
    /import/{batch}/                     | 302    | 200           | 403     | 403    | 403     | 403
    /import/{batch}/progress/            | 302    | 200           | 403     | 403    | 403     | 403
    /import/{batch}/mapping/             | 302    | 302           | 403     | 403    | 403     | 403
    /import/{batch}/rows.xlsx            | 302    | 404           | 403     | 403    | 403     | 403
    """

BUTTONS = """
    button                               | anyone | liaison | leader | auditor | system_admin
    -------------------------------------+--------+---------+--------+---------+-------------
    /logout/                             | 302    | 302     | 302    | 302     | 302
    /switch/language/                    | 302    | 302     | 302    | 302     | 302
    /switch/type/                        | 302    | 302     | 302    | 302     | 302
    /accounts/{user}/password/           | 302    | 403     | 403    | 403     | 200
    /calendar/notices/{notice}/decide/   | 302    | 403     | 403    | 403     | 403
    /clocks/run/                         | 302    | 403     | 403    | 403     | 403
    /time/log/xes/                       | 302    | 200     | 200    | 200     | 403
    /time/lists/run/                     | 302    | 403     | 403    | 403     | 403
    /time/lists/leaders/give/            | 302    | 403     | 403    | 403     | 403
    /time/lists/office_hours/give/       | 302    | 403     | 403    | 403     | 403
    /time/lists/leaders/remove/          | 302    | 403     | 403    | 403     | 403
    /time/lists/{former_list}/put-back/  | 302    | 403     | 403    | 403     | 403
    /rounds/{draft_round}/fix/           | 302    | 403     | 403    | 403     | 403
    /rounds/{draft_round}/unfix/         | 302    | 403     | 403    | 403     | 403
    /rounds/{draft_round}/discard/       | 302    | 403     | 403    | 403     | 403
    /rounds/{draft_round}/draw/          | 302    | 403     | 403    | 403     | 403
    /rounds/{draft_round}/announce/      | 302    | 403     | 403    | 403     | 403
    /rounds/{told_round}/prints/destroy/ | 302    | 403     | 403    | 403     | 403
    /rounds/{told_round}/close/          | 302    | 403     | 403    | 403     | 403
    /rounds/{counted_round}/count/       | 302    | 403     | 403    | 403     | 403
    /rounds/{counted_round}/publish/     | 302    | 403     | 403    | 403     | 403
    /rounds/{told_round}/withdraw/       | 302    | 403     | 403    | 403     | 403
    /rounds/{counted_round}/batches/set-aside/ | 302 | 403  | 403    | 403     | 403
    /rounds/{counted_round}/batches/drill/ | 302  | 403     | 403    | 403     | 403
    /token/{signing}/begin/              | 422    | 422     | 422    | 422     | 422
    /token/{signing}/issue/              | 422    | 422     | 422    | 422     | 422
    /ratings/matters/contact/            | 302    | 302     | 403    | 403     | 403
    /ratings/matters/{own_matter}/contact/ | 302  | 422     | 403    | 403     | 403
    /ratings/matters/{other_matter}/contact/ | 302 | 404    | 403    | 403     | 403
    /ratings/matters/{own_matter}/mend/  | 302    | 422     | 403    | 403     | 403
    /ratings/matters/{own_matter}/call-back/ | 302 | 422    | 403    | 403     | 403
    /ratings/matters/{own_matter}/close/ | 302    | 302     | 403    | 403     | 403
    /ratings/matters/{own_matter}/review/ | 302   | 422     | 403    | 403     | 403
    /ratings/matters/{own_matter}/heard/ | 302    | 403     | 403    | 403     | 403
    /ratings/matters/{own_matter}/decide/ | 302   | 403     | 403    | 403     | 403
    /ratings/links/make/                 | 302    | 403     | 403    | 403     | 403
    /import/{batch}/read/                | 302    | 403     | 403    | 403     | 403
    /import/{batch}/accept/              | 302    | 403     | 403    | 403     | 403
    /import/{batch}/again/               | 302    | 403     | 403    | 403     | 403
    /import/{batch}/discard/             | 302    | 403     | 403    | 403     | 403
    /import/{batch}/undo/                | 302    | 403     | 403    | 403     | 403
    """


BALLOT = ("/vote/nowhere/known", "/vote/nowhere/cast")  # the token or code is the authority: no cookie, no login

ROUNDS = ("draft_round", "told_round", "counted_round", "persons_round")


def _rows(drawn: str) -> list[tuple[str, dict[str, int]]]:
    head, _, *lines = [line for line in drawn.splitlines() if line.strip()]
    roles = [name.strip() for name in head.split("|")[1:]]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [(cells[0], dict(zip(roles, map(int, cells[1:]), strict=True))) for cells in rows]


@pytest.mark.parametrize("role", ["anyone", *ROLES])
def test_every_page_opens_for_those_who_may_and_for_nobody_else(
    role: str, reader: Callable[[str], Client], named: dict[str, str | int]
) -> None:
    client = reader(role)
    expected = {page: answers[role] for page, answers in _rows(PAGES)}
    found = {page: client.get(page.format(**named)).status_code for page in expected}
    assert found == expected


@pytest.mark.parametrize("role", ["anyone", *(role for role in ROLES if role != "office_editor")])
def test_every_button_works_for_those_who_may_and_for_nobody_else(
    role: str, reader: Callable[[str], Client], named: dict[str, str | int]
) -> None:
    client = reader(role)
    expected = {button: answers[role] for button, answers in reversed(_rows(BUTTONS))}  # logging out comes last
    found = {button: client.post(button.format(**named)).status_code for button in expected}
    assert found == expected


@pytest.mark.parametrize("role", ["anyone", *ROLES])
def test_a_button_cannot_be_pressed_by_following_a_link(
    role: str, reader: Callable[[str], Client], named: dict[str, str | int]
) -> None:
    """405 for everyone: nothing changes by a link, a picture's address or a search engine."""
    client = reader(role)
    found = {button: client.get(button.format(**named)).status_code for button, _ in _rows(BUTTONS)}
    assert {button: status for button, status in found.items() if status != 405} == {}


def test_no_button_works_without_the_token_of_its_own_page(
    reader: Callable[[str], Client], named: dict[str, str | int]
) -> None:
    """Another site cannot press our buttons in a reader's name."""
    client = reader("office_editor")
    client.handler.enforce_csrf_checks = True
    found = {button: client.post(button.format(**named)).status_code for button, _ in _rows(BUTTONS)}
    assert {button: status for button, status in found.items() if status != 403} == {}


@pytest.mark.parametrize("role", ["anyone", *ROLES])
def test_the_box_takes_a_ballot_alike_whoever_is_logged_in_and_sets_no_cookie(
    role: str, reader: Callable[[str], Client]
) -> None:
    client = reader(role)
    for address, status in zip(BALLOT, (404, 400), strict=True):  # no such round; no ballot in it
        answer = client.post(address, "{}", content_type="application/json")
        assert answer.status_code == status, address
        assert not answer.cookies
        assert client.get(address).status_code == 405


def _addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns)
        else:
            yield "/" + str(pattern.pattern)


def test_every_address_stands_in_the_tables() -> None:
    listed = [*BALLOT, *(address for drawn in (PAGES, BUTTONS) for address, _ in _rows(drawn))]
    resolver = get_resolver()
    drawn = {"/" + str(resolver.resolve(_filled(address)).route) for address in listed}
    assert set(_addresses(resolver.url_patterns)) - drawn == set()


def _filled(address: str) -> str:
    numbers = {"user", "registered", "notice", "batch", "own_case", "other_case", "own_finding", "other_finding"}
    numbers |= {"former_list", "own_matter", "other_matter"}
    for name in (
        *numbers,
        "own",
        "other",
        "own_item",
        "other_item",
        "shared_item",
        "other_shared_item",
        "signing",
        *ROUNDS,
    ):
        address = address.replace("{" + name + "}", "1" if name in numbers else "X")
    return address.partition("?")[0]
