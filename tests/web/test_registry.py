"""The registry: agencies and items with the days on which they hold, and catalogues from files, each taken in once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xiaoneng.web.registry import actions, queries
from xiaoneng.web.registry.models import Agency, CatalogueImport, ServiceItem, ServiceItemVersion

Deeds = Callable[[], list[str]]
CATALOGUE = """\
department,main_item,name,link,areaCode,itemCode,taskType,deptCode
区水务局,未分类,取水许可,,511602000000,A-001,1,W1
区水务局,未分类,河道采砂许可,,511602000000,A-002,1,W1
区林业局,未分类,林木采伐许可,,511602000000,B-001,1,L1
"""


@pytest.fixture
def water(db: None) -> ServiceItem:
    """An item of an agency of its own, without a version."""
    return ServiceItem.objects.create(agency=Agency.objects.create(code="W", name="水利局"), code="W1", name="取水许可")


def _version(item: ServiceItem, begins: str, promised: int, statutory: int | None = 20) -> ServiceItemVersion:
    return actions.add_version(
        item,
        by="test",
        in_force_from=date.fromisoformat(begins),
        name=item.name,
        promised_limit=promised,
        promised_unit="workday",
        statutory_limit=statutory,
        statutory_unit="workday",
    )


def _upload(client: Client, content: bytes | str, name: str = "items.csv") -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    return client.post("/registry/items/import/", {"file": SimpleUploadedFile(name, data)})


# --- agencies


def test_an_agency_is_added_changed_and_on_record(office: Client, deeds: Deeds) -> None:
    added = office.post("/registry/agencies/new/", {"code": "W", "name": "水利局", "in_force_from": "2020-01-01"})
    assert added.headers["Location"] == "/registry/agencies/W/"
    fields = {"code": "W", "name": "水务局", "in_force_from": "2020-01-01", "in_force_to": "2026-12-31"}
    assert office.post("/registry/agencies/W/change/", fields).status_code == 302
    agency = Agency.objects.get(code="W")
    assert (agency.name, agency.in_force_to) == ("水务局", date(2026, 12, 31))
    assert [agency.holds_on(day) for day in (date(2019, 12, 31), date(2020, 1, 1), date(2026, 12, 31))] == [
        *(False, True, True)
    ]
    assert deeds() == ["agency_created", "agency_changed"]
    office.post("/registry/agencies/W/change/", fields)
    assert deeds() == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"code": "", "name": "水利局"}, "code"),
        ({"code": "W", "name": ""}, "name"),
        ({"code": "x" * 61, "name": "水利局"}, "code"),
        ({"code": "W", "name": "水\0利局"}, "name"),
        ({"code": "{known}", "name": "水利局"}, "code"),
        ({"code": "W", "name": "水利局", "in_force_from": "soon"}, "in_force_from"),
        ({"code": "W", "name": "水利局", "in_force_from": "0001-01-01"}, "in_force_from"),
        ({"code": "W", "name": "水利局", "in_force_from": "2026-02-01", "in_force_to": "2026-01-01"}, "in_force_to"),
    ],
)
def test_an_agency_that_makes_no_sense_is_refused(
    sent: dict[str, str], field: str, office: Client, deeds: Deeds, agency_codes: list[str]
) -> None:
    Agency.objects.get_or_create(code=agency_codes[0], defaults={"name": "x"})
    sent = {name: value.replace("{known}", agency_codes[0]) for name, value in sent.items()}
    response = office.post("/registry/agencies/new/", sent)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert deeds() == []


@pytest.mark.parametrize("code", ["A/B", "..", ".", "~", "a%2Fb", "问?号#", "new line", "%"])
def test_an_agency_has_a_page_whatever_its_code(code: str, office: Client) -> None:
    added = office.post("/registry/agencies/new/", {"code": code, "name": "水利局"})
    address = added.headers["Location"]
    assert office.get(address).context["agency"].code == code
    assert office.get(f"{address}change/").context["form"]["code"].value() == code


# --- items and their versions


def test_the_version_of_a_day_is_the_one_that_held_then(water: ServiceItem) -> None:
    first, second = _version(water, "2024-01-01", 10), _version(water, "2026-03-01", 5)
    days = {"2023-12-31": None, "2024-01-01": first, "2026-02-28": first, "2026-03-01": second, "2030-01-01": second}
    assert {day: queries.version_on(water, date.fromisoformat(day)) for day in days} == days
    first.refresh_from_db()
    assert first.in_force_to == date(2026, 2, 28)


def test_a_new_version_leaves_the_earlier_one_as_it_was(office: Client, water: ServiceItem, deeds: Deeds) -> None:
    _version(water, "2024-01-01", 10)
    deeds()
    sent = {"name": "取水许可", "in_force_from": "2026-03-01", "promised_limit": "5", "promised_unit": "workday"}
    sent |= {"statutory_limit": "20", "statutory_unit": "workday", "case_kind": "promised_case"}
    response = office.post(f"/registry/items/{water.pk}/version/", sent)
    assert response.status_code == 302, response.context["form"].errors
    assert list(water.versions.values_list("promised_limit", flat=True)) == [5, 10]
    assert deeds() == ["service_item_changed"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"in_force_from": "2024-01-01"}, "in_force_from"),
        ({"in_force_from": "2023-01-01"}, "in_force_from"),
        ({"in_force_from": ""}, "in_force_from"),
        ({"promised_limit": "-1"}, "promised_limit"),
        ({"promised_limit": "21"}, "promised_limit"),
        ({"promised_limit": "9" * 30}, "promised_limit"),
        ({"promised_unit": "moon"}, "promised_unit"),
        ({"law_rule": "cn.no_such_rule"}, "law_rule"),
        ({"name": ""}, "name"),
    ],
)
def test_a_version_that_makes_no_sense_is_refused_and_nothing_acts_backwards(
    sent: dict[str, str], field: str, office: Client, water: ServiceItem, deeds: Deeds
) -> None:
    _version(water, "2024-01-01", 10)
    deeds()
    good = {"name": "取水许可", "in_force_from": "2026-03-01", "promised_limit": "5", "promised_unit": "workday"}
    good |= {"statutory_limit": "20", "statutory_unit": "workday"}
    response = office.post(f"/registry/items/{water.pk}/version/", {**good, **sent})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert deeds() == []


@pytest.mark.parametrize("begins", ["2027-01-01", "2199-12-31"])
def test_an_item_whose_version_is_still_to_come_can_be_opened(begins: str, office: Client, water: ServiceItem) -> None:
    _version(water, begins, 5)
    for page in (f"/registry/items/{water.pk}/", "/registry/items/", "/registry/agencies/W/"):
        assert office.get(page).status_code == 200


def test_a_promise_longer_than_the_law_is_counted(office: Client, water: ServiceItem) -> None:
    before = office.get("/registry/items/").context["long_promises"]
    _version(water, "2024-01-01", 30)
    assert office.get("/registry/items/").context["long_promises"] == before + 1


# --- catalogues from files


def test_a_catalogue_brings_agencies_and_items_and_the_same_file_changes_nothing(office: Client, deeds: Deeds) -> None:
    response = _upload(office, CATALOGUE)
    assert response.status_code == 200, response.context["form"].errors
    result = response.context["result"]
    assert (result.items_added, result.versions_added, result.refused) == (3, 3, [])
    assert list(Agency.objects.get(name="区水务局").service_items.values_list("name", flat=True)) == [
        *("取水许可", "河道采砂许可")
    ]
    assert deeds().count("catalogue_imported") == 1
    rows = list(ServiceItemVersion.objects.order_by("pk").values())
    again = _upload(office, CATALOGUE, "renamed.csv")
    assert again.context["result"].is_repeated
    assert list(ServiceItemVersion.objects.order_by("pk").values()) == rows
    assert deeds() == []


def test_a_changed_item_without_a_day_is_refused_with_the_line(office: Client) -> None:
    """Nobody could tell from when on the other limit holds."""
    _upload(office, CATALOGUE)
    result = _upload(office, CATALOGUE.replace("采砂许可", "采砂与弃渣许可")).context["result"]
    assert (result.versions_added, result.unchanged) == (0, 2)
    assert [(row["line"], row["reason"]) for row in result.refused] == [(3, "version_not_after")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("other.csv", b"colour,size\nred,3\n"),
        ("head.csv", CATALOGUE.splitlines()[0].encode()),
        ("items.pdf", b"%PDF-1.7"),
        ("items.xlsx", CATALOGUE.encode()),
        ("cut.xlsx", b"PK\x03\x04" + b"\0" * 50),
        ("长" * 90 + ".csv", b"colour,size\nred,3\n"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_and_nothing_changes(
    name: str, content: bytes, office: Client, deeds: Deeds
) -> None:
    response = _upload(office, content, name)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not CatalogueImport.objects.exists()
    assert deeds() == []


def test_a_catalogue_over_the_limit_is_refused(office: Client, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1024**2
    response = _upload(office, b"x" * (1024**2 + 1))
    assert response.status_code == 422
    assert "1 MiB" in str(response.context["form"].errors["file"])


@pytest.mark.shared_data
def test_the_catalogue_of_a_real_district_comes_in_whole(office: Client, shared_data: Path) -> None:
    folder = shared_data / "cn_service_items_guangan"
    reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    content = gzip.decompress((folder / "service_items.csv.gz").read_bytes())
    before = set(Agency.objects.values_list("pk", flat=True))
    result = _upload(office, content, "service_items.csv").context["result"]
    assert (result.items_added, result.refused) == (reference["distinct_itemCode"], [])
    added = Agency.objects.exclude(pk__in=before)
    counts = {agency.name: agency.service_items.count() for agency in added}
    assert counts == reference["items_by_department"]
    assert office.get("/registry/items/").status_code == 200
