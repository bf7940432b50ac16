"""Cases: found by number or name, filtered and paged by the address, taken away as a file that no spreadsheet will run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xiaoneng.web.cases import exporting, queries
from xiaoneng.web.cases.models import Case, CaseClock, ItemTotal

NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://example.org")')


def _numbers(client: Client, **asked: Any) -> list[str]:
    page = client.get("/cases/", asked)
    assert page.status_code == 200
    return [clock.case.case_no for clock in page.context["page"]]


def _count(client: Client, **asked: Any) -> int:
    return int(client.get("/cases/", asked).context["page"].paginator.count)


@pytest.fixture
def known(db: None) -> CaseClock:
    """Some judged case with an item."""
    clock = CaseClock.objects.select_related("case").exclude(service_item="").exclude(state="unjudged").first()
    assert clock is not None
    return clock


# --- searching


def test_a_case_is_found_by_its_number_and_by_the_beginning_of_it(office: Client, known: CaseClock) -> None:
    number = known.case.case_no
    assert number in _numbers(office, q=number)
    assert _count(office, q=number[:-2]) >= _count(office, q=number) >= 1
    assert number in _numbers(office, q=f"  {number} ")


def test_cases_are_found_by_the_chinese_name_of_their_item(office: Client, known: CaseClock) -> None:
    name = known.case.service_item_name
    codes = set(ItemTotal.objects.filter(service_item_name__contains=name).values_list("service_item", flat=True))
    expected = CaseClock.objects.filter(service_item__in=codes).count()
    assert _count(office, q=name) == expected > 0
    assert _count(office, q=name[1:]) >= expected


@pytest.mark.parametrize("sign", ["%", "_", "%%", "____", "\\", "*", "?", "[a-z]", "' or 1=1 --", '"', ";"])
def test_signs_of_a_pattern_are_taken_as_they_stand(sign: str, office: Client) -> None:
    assert _count(office, q=sign) == 0


@pytest.mark.parametrize("asked", ["x" * 100_000, "\0", "办\0件", "\ud800", "\U0010ffff", "🙂", "\u202e", " " * 500])
def test_no_search_breaks_the_page(asked: str, office: Client) -> None:
    from urllib.parse import quote

    query = quote(asked.encode("utf-8", "surrogatepass"))
    for page in ("/cases/", "/cards/", "/registry/items/", "/registry/agencies/", "/trace/"):
        assert office.get(f"{page}?q={query}").status_code == 200, page


@pytest.mark.parametrize("name", ["agency", "item", "state", "card", "due", "sort", "page", "q", "kind"])
@pytest.mark.parametrize("value", ["", "%00", "zzz", "-1", "1e9", "9" * 5000, "a%27b", "%ff", "../..", "--received"])
def test_nonsense_in_the_address_never_breaks_a_list(name: str, value: str, office: Client) -> None:
    for page in ("/cases/", "/cards/", "/overview/", "/trace/", "/cases/export.csv"):
        assert office.get(f"{page}?{name}={value}").status_code == 200, page


@pytest.mark.parametrize("number", ["0", "99999999", "9" * 30, "9" * 400])
def test_a_number_that_no_record_has_is_not_found(number: str, office: Client) -> None:
    for page in ("/cases/{}/", "/registry/items/{}/", "/import/{}/", "/calendar/notices/{}/"):
        assert office.get(page.format(number)).status_code == 404, page


# --- filters and pages


def test_filters_narrow_by_agency_item_state_and_card(office: Client, known: CaseClock) -> None:
    clocks = CaseClock.objects.all()
    assert _count(office) == clocks.count()
    assert _count(office, agency=known.agency_code) == clocks.filter(agency_code=known.agency_code).count()
    assert _count(office, item=known.service_item) == clocks.filter(service_item=known.service_item).count()
    for state in queries.STATES:
        assert _count(office, state=state) == clocks.filter(state=state).count()
    for card in queries.CARDS:
        assert _count(office, card=card) == clocks.filter(card=card).count()
    both = clocks.filter(agency_code=known.agency_code, state=known.state).count()
    assert _count(office, agency=known.agency_code, state=known.state) == both


def test_the_pages_together_hold_every_case_once(office: Client) -> None:
    pages = office.get("/cases/").context["page"].paginator.num_pages
    numbers = [clock.pk for page in range(1, pages + 1) for clock in office.get(f"/cases/?page={page}").context["page"]]
    assert len(numbers) == len(set(numbers)) == CaseClock.objects.count()


@pytest.mark.parametrize(
    ("asked", "shown"), [("0", 1), ("-3", 1), ("x", 1), ("", 1), ("99999999999999999999", "last"), ("2", 2)]
)
def test_a_page_that_does_not_exist_is_the_nearest_one(asked: str, shown: int | str, office: Client) -> None:
    page = office.get("/cases/", {"page": asked}).context["page"]
    assert page.number == (page.paginator.num_pages if shown == "last" or asked in ("0", "-3") else shown)


@pytest.mark.parametrize("name", list(queries.SORTS))
def test_a_list_is_sorted_both_ways(name: str, office: Client) -> None:
    column = queries.SORTS[name][0]
    up = [getattr(clock, column) for clock in queries.found(_anyone(), queries.Wanted(sort=name))]
    down = [getattr(clock, column) for clock in queries.found(_anyone(), queries.Wanted(sort=f"-{name}"))]
    known = [value for value in up if value is not None]
    assert known == sorted(known)
    assert down == up[::-1]


def _anyone() -> Any:
    from xiaoneng.web.accounts.models import User

    return User(role="leader")


# --- files to take away


@pytest.fixture
def nasty(known: CaseClock) -> Case:
    """A case whose texts a spreadsheet would run."""
    case = known.case
    Case.objects.filter(pk=case.pk).update(case_no=NASTY[0], agency_name=NASTY[3], service_item_name=NASTY[7])
    return case


def test_the_csv_opens_in_excel_and_runs_nothing(office: Client, nasty: Case) -> None:
    response = office.get("/cases/export.csv")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf")
    assert response.headers["Content-Disposition"] == 'attachment; filename="cases.csv"'
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 1 + CaseClock.objects.count()
    assert ["'=1+1", "'@SUM(A1)", "'" + NASTY[7]] in [row[:3] for row in rows]
    assert [cell for row in rows for cell in row if cell[:1] in "=+@\t\r" and cell] == []


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_a_spreadsheet_would_run_gets_a_quote_before_it(text: str) -> None:
    assert exporting.guarded(text) == f"'{text}"


def test_numbers_stay_numbers_and_unknown_stays_empty() -> None:
    assert [exporting.guarded(value) for value in (-3, 0, None, "水利局", "A-1")] == [-3, 0, "", "水利局", "A-1"]


def test_the_workbook_holds_the_same_rows_as_plain_text(office: Client, nasty: Case) -> None:
    import zipfile

    from python_calamine import load_workbook

    content = office.get("/cases/export.xlsx").content
    rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + CaseClock.objects.count()
    assert ["=1+1", "@SUM(A1)", NASTY[7]] in [row[:3] for row in rows]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"<hyperlink" not in sheet


def test_a_file_holds_what_the_page_shows_and_the_trace_knows_who_took_it(
    office: Client, known: CaseClock, deeds: Callable[[], list[str]]
) -> None:
    asked = {"agency": known.agency_code, "state": known.state}
    response = office.get("/cases/export.csv", asked)
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + _count(office, **asked)
    assert deeds() == ["cases_exported"]


def test_a_file_of_another_kind_is_not_found(office: Client, deeds: Callable[[], list[str]]) -> None:
    for kind in ("pdf", "csv.exe", "XLSX"):
        assert office.get(f"/cases/export.{kind}").status_code == 404
    assert deeds() == []


def test_a_list_too_long_for_a_sheet_is_refused_with_a_way_out(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "LONGEST_SHEET_ROWS", 10)
    response = office.get("/cases/export.xlsx")
    assert response.status_code == 422
    assert "CSV" in response.content.decode()


def test_figures_can_be_taken_away_too(office: Client) -> None:
    for name in ("agencies", "months"):
        response = office.get(f"/figures/{name}.csv")
        assert response.content.startswith(b"\xef\xbb\xbf")
        assert len(response.content.decode("utf-8-sig").splitlines()) > 2
    assert office.get("/figures/secrets.csv").status_code == 404


# --- one case


def test_the_due_day_on_the_page_is_the_one_that_the_core_explains(office: Client) -> None:
    """Of one case in each state: page, stored clock and the core's explanation name the same days."""
    from xiaoneng.web.cases.judging import explained
    from xiaoneng.web.shell.formats import day_short

    seen = 0
    for state in queries.STATES:
        clock = CaseClock.objects.filter(state=state, first_due_on__isnull=False).select_related("case").first()
        if clock is None:
            continue
        case = clock.case
        told = explained(
            case, pauses=list(case.pauses.all()), extensions=list(case.extensions.all()), on=clock.judged_on
        )
        both = (told.promised, told.statutory)
        assert [one.clock.due_on if one else None for one in both] == [clock.promised_due_on, clock.statutory_due_on]
        html = office.get(f"/cases/{case.pk}/").content.decode()
        for one in both:
            if one is not None and one.clock.due_on is not None:
                assert day_short(one.clock.due_on) in html
                assert [row.day for row in one.rows if row.is_due] == [one.clock.due_on]
        seen += 1
    assert seen >= 3


def test_an_earlier_row_of_a_case_leads_to_the_one_that_holds(office: Client, known: CaseClock) -> None:
    case = known.case
    values = {field.name: getattr(case, field.name) for field in Case._meta.concrete_fields if field.name != "id"}
    earlier = Case.objects.create(**{**values, "is_current": False})
    assert office.get(f"/cases/{earlier.pk}/").headers["Location"] == f"/cases/{case.pk}/"


def test_a_case_without_a_clock_says_so_instead_of_breaking(office: Client, known: CaseClock) -> None:
    CaseClock.objects.filter(pk=known.pk).delete()
    assert office.get(f"/cases/{known.case.pk}/").status_code == 200


def test_every_kind_of_case_can_be_opened(office: Client) -> None:
    """One case for each combination of state, card, reason and finding."""
    kinds: dict[tuple[str, ...], int] = {}
    for clock in CaseClock.objects.all():
        kinds.setdefault((clock.state, clock.card, clock.reason, clock.findings, clock.law_rule), clock.pk)
    broken = {kind: pk for kind, pk in kinds.items() if office.get(f"/cases/{pk}/").status_code != 200}
    assert broken == {}
    assert len(kinds) > 10
