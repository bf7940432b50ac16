"""A small invented county in the test database, and a reader of every role."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from .importing import Importer
from .postgres import placed, postgres  # noqa: F401  fixtures of all
from .rounds import kept_round

HERE = Path(__file__).parent
SEED, CASES, AGENCIES = 7, 1000, 4
ROLES = ("office_editor", "liaison", "leader", "auditor", "system_admin")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The pages ask three databases: a test that may ask the first may ask them all."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if HERE in item.path.parents and not (marker and "databases" in marker.kwargs):
            if marker or "db" in getattr(item, "fixturenames", ()):
                given = dict(marker.kwargs) if marker else {}
                item.add_marker(pytest.mark.django_db(**given, databases="__all__"), append=False)


@pytest.fixture(autouse=True)
def _at_once(settings: Any, tmp_path: Path) -> None:
    """Imports and the daily run happen in this process; each test has a data folder of its own; passwords are hashed fast."""
    settings.BRIDGE_WORKS_APART = False
    settings.DATA_DIR = tmp_path / "data"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The county is imported and judged once; each test then works in a transaction of its own."""
    from xiaoneng.web.bridge import demo

    with django_db_blocker.unblock():
        demo.fill(SEED, cases=CASES, agencies=AGENCIES)


@pytest.fixture
def agency_codes(db: None) -> list[str]:
    """The codes of the county's agencies, in order; the liaison belongs to the first."""
    from xiaoneng.web.cases.models import Case

    return list(Case.objects.order_by("agency_code").values_list("agency_code", flat=True).distinct())


@pytest.fixture
def reader(agency_codes: list[str]) -> Callable[[str], Client]:
    """A browser in which someone of this role is logged in; `anyone` is nobody."""
    from xiaoneng.web.accounts.models import User

    def logged_in(role: str, **fields: Any) -> Client:
        client = Client()
        if role != "anyone":
            fields = {"agency_code": agency_codes[0] if role == "liaison" else "", **fields}
            client.force_login(
                User.objects.create_user(f"a-{role}", "a sentence to remember", role=role, **fields),
                backend="django.contrib.auth.backends.ModelBackend",
            )
        return client

    return logged_in


@pytest.fixture
def office(reader: Callable[..., Client]) -> Client:
    """The effectiveness office, logged in."""
    return reader("office_editor")


@pytest.fixture
def importer(office: Client, django_capture_on_commit_callbacks: Any) -> Importer:
    """The effectiveness office at the import page."""
    return Importer(office, django_capture_on_commit_callbacks)


@pytest.fixture
def without_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No daily run after an import, for tests that do not ask about the clocks: it takes longer than all the rest."""
    from xiaoneng.web.bridge import jobs

    monkeypatch.setattr(jobs, "run_clocks", lambda **_: None)


@pytest.fixture
def deeds(db: None) -> Callable[[], list[str]]:
    """The kinds of deeds in the trace since this was last asked."""
    from xiaoneng.web.audit.models import Entry

    seen = set(Entry.objects.values_list("pk", flat=True))

    def since() -> list[str]:
        fresh = [entry for entry in Entry.objects.order_by("pk") if entry.pk not in seen]
        seen.update(entry.pk for entry in fresh)
        return [entry.kind for entry in fresh]

    return since


NEXT_YEAR = """
year = 2027

[[notices]]
id = "cn-2027-test"
title = "关于2027年部分节假日安排的通知（测试）"
document_no = "测试〔2026〕1号"
issued_on = 2026-11-20
url = "https://example.org/2027"
is_confirmed = true
off = [
    { name = "元旦", from = 2027-01-01, to = 2027-01-03 },
    { name = "春节", from = 2027-02-05, to = 2027-02-12 },
    { name = "劳动节", from = 2027-05-01, to = 2027-05-05 },
    { name = "国庆节", from = 2027-10-01, to = 2027-10-07 },
]
makeup = [{ name = "春节", days = [2027-01-30, 2027-02-13] }]
"""


def flow_of(agency: str) -> tuple[int, str]:
    """A finding of an agency, and an item that it shares with another; both are drawn here, since chance may leave them out."""
    from xiaoneng.web.cases.models import CaseFlow, FlowFinding, FlowFindingCase, FlowScope, FlowTable

    flow = CaseFlow.objects.filter(agency_code=agency).select_related("case").first()
    assert flow is not None
    number = 900 + FlowFinding.objects.filter(finding_no__gte=900).count()
    told = {
        "zh": {"sentence": "这一环节比县内其他地方慢。", "grounds": ["与县内同一事项比较"]},
        "en": {"sentence": "This step is slower than elsewhere.", "grounds": ["Compared with the same item."]},
    }
    facts: dict[str, Any] = {"cost_workdays": 40.0, "case_workdays": 40.0, "saved_workdays": 20.0, "saved_low": 10.0}
    finding = FlowFinding.objects.create(
        finding_no=number, kind="slow_step", certainty="confirmed", agency_code=agency, agency_name=flow.case.agency_name,
        name="审查", cases=1, saved_high=30.0, peer_workdays=20.0, compared_with="same_item", peers=80, told=told, **facts,
    )  # fmt: skip
    FlowFindingCase.objects.create(finding=finding, case=flow.case, workdays=40.0)
    name = flow.case.case_no  # a name that no item has
    columns = ["agency", "agency_name", "cases", "lasted_workdays_p25", "lasted_workdays_median", "lasted_workdays_p75"]
    columns += ["lasted_workdays_p90", "steps_median", "handovers_mean"]
    rows = [
        [code, flow.case.agency_name, 10, 1.0, 2.0 + place, 3.0, 4.0, 5.0, 0.5]
        for place, code in enumerate((agency, "Y"))
    ]
    FlowTable.objects.create(table="item_peers", scope=FlowScope.COUNTY, part=name, columns=columns, rows=rows)
    return number, name


@cache
def _signing_key() -> Any:
    from xiaoneng.core.ballots import make_key

    return make_key(2048)


def round_to_sign() -> str:
    """The code of a round whose tokens are issued these days."""
    from datetime import timedelta

    from django.utils import timezone

    from xiaoneng.core.appraisal import RoundDays
    from xiaoneng.web import registrar

    from .registrar.rounds import a_roll, a_round, chance

    today = timezone.localdate()
    days = (today + timedelta(days=by) for by in (10, 20, -1, 5))
    rules = a_round(code="signing", days=RoundDays(*days))
    registrar.install_round(rules, a_roll(rules), chance(1), make_key=_signing_key)
    return rules.code


def rated_badly(case: Any) -> int:
    """A bad rating of a case, as a link brings it: the number of its matter."""
    from xiaoneng.web.ratings import actions
    from xiaoneng.web.ratings.models import Matter, RatingLink

    ((_case, token),) = actions.make_links([case], by="a-clerk")
    rating = actions.give(RatingLink.objects.get(token_hash=actions.hashed(token)), level=2, reasons=["guide"])
    return Matter.objects.get(rating=rating).pk


@pytest.fixture
def concluded(agency_codes: list[str]) -> list[Any]:
    """Three concluded cases of each of the first two agencies, one agency after the other."""
    from xiaoneng.web.cases.models import Case

    cases = Case.objects.filter(is_current=True, concluded_on__isnull=False).order_by("pk")
    return [case for code in agency_codes[:2] for case in cases.filter(agency_code=code)[:3]]


@pytest.fixture
def named(agency_codes: list[str], concluded: list[Any]) -> dict[str, str | int]:
    """What the names in braces of a drawn address stand for; `own` is the agency of the liaison."""
    from xiaoneng.core.calendar import read_notice
    from xiaoneng.web.accounts.models import User
    from xiaoneng.web.cases.models import Case, ImportBatch
    from xiaoneng.web.registry import actions
    from xiaoneng.web.registry.models import Agency, CountyList, ServiceItem

    cases = [
        Case.objects.filter(agency_code=code, is_current=True).exclude(service_item="").first() for code in agency_codes
    ]
    own, other = (case for case in cases[:2] if case is not None)
    clerk = User.objects.create_user("a-clerk", "a sentence to remember", role="leader")
    for case in (own, other):
        Agency.objects.get_or_create(code=case.agency_code, defaults={"name": case.agency_name})
    item, _ = ServiceItem.objects.get_or_create(
        code=own.service_item, defaults={"agency": Agency.objects.get(code=own.agency_code)}
    )
    notice = actions.propose_notice(read_notice(NEXT_YEAR), by=clerk)
    batch = ImportBatch.objects.get()
    former = CountyList.objects.create(
        role="leaders", file_name="former.csv", sha256="0" * 64, rows=1, content=b"agency,handler\nD9,A1\n",
        is_current=False, uploaded_by="a-clerk",
    )  # fmt: skip
    signing = round_to_sign()
    rounds = {
        "draft_round": kept_round("draft", "society_rates_agencies", "draft"),
        "told_round": kept_round("told", "society_rates_agencies", "published"),
        "counted_round": kept_round("counted", "ten_thousand_people", "counted"),
        "persons_round": kept_round("persons", "county_and_towns_rate_middle_managers", "published"),
    }
    from xiaoneng.web.ratings.actions import make_links

    own_matter, other_matter = (rated_badly(case) for case in (concluded[0], concluded[3]))
    ((_case, token),) = make_links([concluded[1]], by="a-clerk")
    shared, other_shared = (flow_of(code) for code in (own.agency_code, other.agency_code))
    return {
        **rounds,
        "signing": signing,
        "own_matter": own_matter,
        "other_matter": other_matter,
        "rating_link": token,
        "own_finding": shared[0],
        "other_finding": other_shared[0],
        "shared_item": shared[1],
        "other_shared_item": other_shared[1],
        "own": own.agency_code,
        "own_item": own.service_item,
        "own_case": own.pk,
        "other": other.agency_code,
        "other_item": other.service_item,
        "other_case": other.pk,
        "registered": item.pk,
        "former_list": former.pk,
        "notice": notice.pk,
        "batch": batch.pk,
        "user": clerk.pk,
    }
