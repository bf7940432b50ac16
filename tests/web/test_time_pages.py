"""Where the time goes: what the pages say, whose figures they show, and that each figure opens as many cases as it counts."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .importing import Importer, csv_of

Named = Mapping[str, str | int]
PAGES = ("", "map/", "steps/", "causes/", "spectrum/", "variants/", "handovers/", "items/", "departures/", "cases/")


def _get(client: Client, page: str, **facts: str) -> str:
    response = client.get(f"/time/{page}?{urlencode(facts)}")
    assert response.status_code == 200, page
    return str(response.content.decode())


def _file(client: Client, page: str, file: str, **facts: str) -> list[dict[str, str]]:
    response = client.get(f"/time/{page}?{urlencode({**facts, 'file': file})}")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == f'attachment; filename="{file}"'
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def _count(client: Client, **facts: str) -> int:
    """How many cases the list behind a figure holds."""
    response = client.get(f"/time/cases/?{urlencode(facts)}")
    assert response.status_code == 200
    return int(response.context["page"].paginator.count)


def _agency_with(table: str) -> str:
    from xiaoneng.web.cases.models import FlowScope, FlowTable

    found = FlowTable.objects.filter(table=table, scope=FlowScope.AGENCY).order_by("pk").first()
    assert found is not None
    return found.agency_code


# --- a figure opens the cases that it counts ------------------------------------------------------------------------------


@pytest.mark.parametrize("is_of_an_agency", [False, True])
def test_a_move_on_the_map_opens_the_cases_in_which_it_happens(office: Client, is_of_an_agency: bool) -> None:
    scope = {"agency": _agency_with("directly_follows")} if is_of_an_agency else {}
    moves = _file(office, "map/", "moves.csv", **scope)
    assert len(moves) > 5
    for move in moves:
        count = _count(office, **scope, **{"from": move["from_name"], "to": move["to_name"]})
        assert count == int(move["cases"]), move


def test_a_step_opens_the_cases_that_have_it(office: Client) -> None:
    steps = _file(office, "map/", "steps.csv")
    assert len(steps) > 5
    assert {one["name"]: _count(office, step=one["name"]) for one in steps} == {
        one["name"]: int(one["cases"]) for one in steps
    }


def test_a_way_opens_its_cases_and_the_ways_together_hold_every_case(office: Client) -> None:
    from xiaoneng.web.cases.models import CaseFlow

    page = office.get("/time/variants/")
    ways = page.context["ways"]
    assert [_count(office, way=one.code) for one in ways.shown[:5]] == [one.cases for one in ways.shown[:5]]
    assert ways.cases == CaseFlow.objects.count()
    assert ways.found == ways.ways == CaseFlow.objects.values("step_path").distinct().count()
    assert all(one.coverage >= one.share for one in ways.shown)


def test_a_hand_over_opens_the_cases_in_which_it_happens(office: Client) -> None:
    for holder in ("agency", "office"):
        pairs = _file(office, "handovers/", "handovers.csv", holder=holder)
        for pair in pairs[:8]:
            facts = {name: pair[name] for name in ("holder", "from_agency", "from_office", "to_agency", "to_office")}
            assert _count(office, **facts) == int(pair["cases"]), pair


def test_what_came_straight_back_opens_its_cases(office: Client) -> None:
    """A case may come back several times, so that there are at most as many cases as returns."""
    pairs = [one for one in office.get("/time/handovers/?holder=office").context["pairs"] if one["returns"]]
    assert pairs
    for pair in pairs[:6]:
        shown = office.get(pair["address_back"]).context["page"].paginator
        assert 0 < shown.count <= min(pair["returns"], pair["cases"]), pair
        there = [f"{pair[f'{end}_agency']}\x1e{pair[f'{end}_office'] or ''}" for end in ("from", "to", "from")]
        assert all("\x1f".join(there) in clock.case.flow.office_path.names for clock in shown.object_list)


def test_where_open_cases_stand_opens_these_cases(office: Client) -> None:
    waits = _file(office, "", "open_waits.csv")
    assert len(waits) > 2
    for one in waits[:10]:
        count = _count(office, at=one["agency"], office=one["office"], stands=one["name"])
        assert count == int(one["cases"]), one


def test_a_queue_opens_the_cases_that_were_overtaken(office: Client) -> None:
    queues = [one for one in _file(office, "handovers/", "overtaking.csv") if one["listed_cases"] != "0"]
    for one in queues[:5]:
        assert _count(office, agency=one["agency"], queue=one["queue"]) == int(one["listed_cases"])


@pytest.mark.parametrize("is_of_an_agency", [False, True])
def test_a_departure_from_the_list_opens_its_cases(office: Client, is_of_an_agency: bool) -> None:
    rows = _file(office, "departures/", "departures.csv")
    assert {one["departure"] for one in rows} >= {"extra_step", "repeated_step"}
    scope = {"agency": rows[0]["agency"]} if is_of_an_agency else {}
    if is_of_an_agency:
        rows = _file(office, "departures/", "departures.csv", **scope)
        assert {one["agency"] for one in rows} == {scope["agency"]}
    for one in rows:
        wish = {"extra_step": "step", "repeated_step": "twice", "missing_step": "without"}[one["departure"]]
        place = {"agency": one["agency"], "item": one["service_item"]}
        assert _count(office, **place, **{wish: one["name"]}) == int(one["cases"]), one


def test_a_finding_opens_its_cases_the_costliest_first(office: Client, named: Named) -> None:
    from xiaoneng.web.cases.models import FlowFinding

    for finding in FlowFinding.objects.all():
        assert _count(office, finding=str(finding.finding_no)) == finding.found_cases.count() == finding.cases
    page = office.get(f"/time/findings/{named['own_finding']}/")
    listed = [one.workdays for one in page.context["listed"]]
    assert listed == sorted(listed, reverse=True)
    assert "这一环节比县内其他地方慢" in page.content.decode()


def test_a_finding_of_many_cases_keeps_those_that_it_cost_most_and_says_so(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xiaoneng.web.bridge import flowing
    from xiaoneng.web.cases.models import Case, FlowFinding

    monkeypatch.setattr(flowing, "MOST_FINDING_CASES", 2)
    cases = list(Case.objects.filter(is_current=True)[:3])
    row: dict[str, Any] = {field.name: None for field in FlowFinding._meta.concrete_fields if field.name != "told"}
    row |= {"finding_no": 77, "kind": "slow_step", "certainty": "candidate", "agency": cases[0].agency_code}
    row |= {"agency_name": cases[0].agency_name, "compared_with": "same_item", "cases": 3, "cost_workdays": 6.0}
    costs = pytest.importorskip("pyarrow").table(
        {"finding_no": [77, 77, 77], "case_id": [one.case_id for one in cases], "workdays": [1.0, 3.0, 2.0]}
    )
    flowing._keep_findings([row], costs, {one.case_id: one.pk for one in cases})
    finding = FlowFinding.objects.get(finding_no=77)
    assert [one.case_id for one in finding.found_cases.all()] == [cases[1].pk, cases[2].pk]
    assert "保留用时最多的 2 件" in unescape(office.get("/time/findings/77/").content.decode())


@pytest.mark.parametrize("is_of_an_agency", [False, True])
def test_a_cause_opens_the_cases_that_waited_so_and_their_days_add_up(office: Client, is_of_an_agency: bool) -> None:
    scope = {"agency": _agency_with("wait_causes")} if is_of_an_agency else {}
    parts = [one for one in office.get(f"/time/causes/?{urlencode(scope)}").context["parts"] if one["workdays"]]
    assert len(parts) > 2
    for part in parts:
        response = office.get(part["address"])
        days = [clock.figure_workdays for clock in response.context["page"].paginator.object_list]
        assert days == sorted(days, reverse=True)
        assert sum(days) == pytest.approx(part["workdays"], abs=1e-3)
        assert part["label"] in unescape(response.content.decode())


def test_cases_that_nobody_had_are_opened_and_add_up(office: Client) -> None:
    context = office.get("/time/handovers/").context
    days = [one.figure_workdays for one in office.get(context["orphans_address"]).context["page"].paginator.object_list]
    assert len(days) == context["orphans"].with_any > 0
    assert sum(days) == pytest.approx(context["orphans"].workdays)


def test_an_office_opens_the_ended_cases_that_it_had(office: Client) -> None:
    offices = office.get("/time/handovers/").context["absorption"]
    assert len(offices) > 2
    for one in offices[:8]:
        assert office.get(one["address"]).context["page"].paginator.count == one["cases"], one


# --- whose figures ----------------------------------------------------------------------------------------------------------


def test_a_liaison_reads_the_own_agency_only(reader: Callable[[str], Client], agency_codes: list[str]) -> None:
    liaison, own = reader("liaison"), agency_codes[0]
    assert {one["name"] for one in _file(liaison, "", "agencies.csv")} <= {_name_of(own)}
    assert {one["agency"] for one in _file(liaison, "handovers/", "absorption.csv")} == {own}
    assert {one["agency_code"] for one in _file(liaison, "", "findings.csv")} <= {own}
    for pair in _file(liaison, "handovers/", "handovers.csv", holder="agency"):
        assert own in (pair["from_agency"], pair["to_agency"])
    html = _get(liaison, "handovers/", holder="agency")
    assert not [code for code in agency_codes[1:] if f">{code}" in html]  # other agencies under their names
    for pair in _file(liaison, "handovers/", "handovers.csv"):
        assert pair["from_agency"] == pair["to_agency"] == own
    assert liaison.get("/time/items/?file=items.csv").status_code == 404
    for wish in (
        {},
        {"because": "unexplained"},
        {"orphan": "1"},
        {"holder": "office", "from_agency": own, "had": "1"},
    ):
        clocks = liaison.get("/time/cases/", wish).context["page"].paginator.object_list
        assert set(clocks.values_list("agency_code", flat=True)) <= {own}, wish
    clocks = liaison.get("/time/cases/").context["page"].paginator.object_list
    assert set(clocks.values_list("agency_code", flat=True)) == {own}


def _name_of(code: str) -> str:
    from xiaoneng.web.cases.models import AgencyTotal

    return AgencyTotal.objects.get(agency_code=code).agency_name


def test_a_liaison_compares_the_own_agency_with_others_that_are_not_named(
    reader: Callable[[str], Client], named: Named
) -> None:
    html = _get(reader("liaison"), f"items/{quote(str(named['shared_item']))}/")
    assert html.count("<tbody>\n<tr>") == 1
    assert "太少" in html  # one other agency: its median would be that agency's


def test_no_page_names_a_handler(office: Client, reader: Callable[[str], Client], named: Named) -> None:
    from xiaoneng.web.cases.models import Step

    handlers = set(Step.objects.exclude(handler="").values_list("handler", flat=True))
    assert handlers
    for client in (office, reader("liaison")):
        for page in (*PAGES, f"findings/{named['own_finding']}/"):
            html = _get(client, page)
            assert not [name for name in handlers if name in html], page


# --- filters ----------------------------------------------------------------------------------------------------------------


def test_the_filters_stay_in_every_address_of_the_page(office: Client) -> None:
    agency = _agency_with("directly_follows")
    html = unescape(_get(office, "map/", agency=agency))
    links = re.findall(r'href="(/time/[^"]*)"', html)
    kept = [
        link for link in links if "drawing.css" not in link and link != "/time/"
    ]  # the last is of the main navigation
    assert len(kept) > 10
    assert [link for link in kept if f"agency={agency}" not in link] == []


@pytest.mark.parametrize(
    "address",
    [
        "map/?agency=nowhere",
        "map/?item=nothing",
        "spectrum/?from=x&to=y",
        "items/nothing/",
        "findings/99999/",
        "cases/?finding=99999",
        "cases/export.pdf",
        "map/?file=map.pdf",
        "map/?file=other.csv",
    ],
)
def test_what_is_not_there_is_not_found(office: Client, address: str) -> None:
    assert office.get(f"/time/{address}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "map/?detail=x",
        "map/?detail=-1",
        "map/?detail=999",
        "steps/?sort=x&kind=y",
        "cases/?finding=x&holder=z&page=9999",
        "cases/?because=handler&orphan=yes&ended=2&named=",
    ],
)
def test_nonsense_in_an_address_is_left_out(office: Client, address: str) -> None:
    assert office.get(f"/time/{address}").status_code == 200


def test_less_detail_draws_fewer_paths(office: Client) -> None:
    few, all_ = (_get(office, "map/", detail=str(detail)).count('class="edge') for detail in (30, 100))
    assert few < all_


def test_steps_are_ranked_and_sorted_as_the_address_says(office: Client) -> None:
    by_rank, by_name = (
        [one["name"] for one in office.get("/time/steps/", {"sort": sort}).context["rows"]] for sort in ("", "-name")
    )
    assert by_name == sorted(by_rank, reverse=True)
    costs = [one["cost_workdays"] for one in office.get("/time/steps/").context["rows"]]
    assert costs == sorted(costs, reverse=True)


def test_ways_are_found_by_a_part_of_a_steps_name(office: Client) -> None:
    step = _file(office, "map/", "steps.csv")[0]["name"]
    ways = office.get("/time/variants/", {"q": step[:1]}).context["ways"]
    assert ways.shown
    assert all(any(step[:1] in name for name in one.steps) for one in ways.shown)
    assert "没有路径含这样的环节" in _get(office, "variants/", q="没有这个")


# --- to take along ------------------------------------------------------------------------------------------------------------


def test_every_picture_and_table_can_be_taken_along(office: Client) -> None:
    agency = _agency_with("spectrum")
    for page in PAGES[:-1]:
        offered = re.findall(r'file=([\w.]+)"', unescape(_get(office, page, agency=agency)))
        for file in offered:
            response = office.get(f"/time/{page}?agency={agency}&file={file}")
            assert response.status_code == 200, file
            begins = b"<svg" if file.endswith(".svg") else b"\xef\xbb\xbf"
            assert response.content.startswith(begins), file


@pytest.mark.parametrize(("kind", "ending"), [("xes", ".xes.gz"), ("ocel", ".json.gz")])
def test_the_event_log_names_no_handler_and_leaves_a_trace(
    reader: Callable[[str], Client], agency_codes: list[str], deeds: Callable[[], list[str]], kind: str, ending: str
) -> None:
    from xiaoneng.web.cases.models import Case, Step

    deeds()
    answer = reader("liaison").post(f"/time/log/{kind}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'{ending}"')
    text = gzip.decompress(answer.content).decode()
    handlers = set(Step.objects.exclude(handler="").values_list("handler", flat=True))
    assert not [name for name in handlers if name in text]
    others = Case.objects.filter(agency_code=agency_codes[1]).values_list("case_no", flat=True)[:20]
    assert not [case_no for case_no in others if case_no in text]
    assert "cases_exported" in deeds()


def test_a_log_of_an_unknown_kind_is_not_found(office: Client) -> None:
    assert office.post("/time/log/pdf/").status_code == 404


# --- empty, hostile, many -----------------------------------------------------------------------------------------------------


def test_a_county_without_findings_is_told_calmly_where_the_days_go(office: Client) -> None:
    from xiaoneng.web.cases.models import FlowFinding

    FlowFinding.objects.all().delete()
    html = _get(office, "")
    assert "没有哪一处慢得超出偶然" in html
    assert 'class="drawing' in html


def test_a_county_of_one_agency_has_nothing_to_compare_and_says_how_that_changes(office: Client) -> None:
    from xiaoneng.web.cases.models import FlowTable

    FlowTable.objects.filter(table="item_peers").delete()
    assert "两个机关有了同名事项的已办结办件之后" in _get(office, "items/")


def test_before_the_first_run_every_page_says_what_it_needs(office: Client, reader: Callable[[str], Client]) -> None:
    from xiaoneng.web.cases.models import ClockRun

    ClockRun.objects.all().delete()
    for page in PAGES:
        html = _get(office, page)
        assert "/import/" in html
        assert "需要带环节的办件" in html, page
    assert 'class="button" href="/import/"' not in _get(reader("leader"), "")


def test_after_an_import_was_undone_nothing_of_its_time_is_left(office: Client) -> None:
    from datetime import date

    from xiaoneng.web.bridge import actions
    from xiaoneng.web.cases.models import CaseFlow, FlowFinding, FlowPath, FlowTable, ImportBatch

    actions.undo_import(ImportBatch.objects.get(), by="test")
    assert CaseFlow.objects.count() == 0  # at once, with the cases
    for page in PAGES:
        _get(office, page)
    actions.run_clocks(on=date(2026, 11, 20))
    assert [model.objects.count() for model in (FlowTable, FlowFinding, FlowPath)] == [0, 0, 0]
    for page in PAGES:
        _get(office, page)


def test_a_county_whose_files_hold_no_steps_is_told_so(importer: Importer) -> None:
    from xiaoneng.web.bridge import actions
    from xiaoneng.web.cases.models import ImportBatch

    actions.undo_import(ImportBatch.objects.get(), by="test")
    importer.take(csv_of(), "no-steps.csv")
    assert "没有带环节的办件" in _get(importer.client, "")
    for page in PAGES[1:-1]:
        assert "没有" in _get(importer.client, page), page
    assert _count(importer.client) == 0


SCRIPT = "<script>alert(1)</script>\"'><img src=x>{{7*7}}"


def test_names_that_would_run_are_shown_as_they_are(office: Client) -> None:
    from xiaoneng.web.cases.models import FlowFinding, FlowPath, FlowTable

    for table in FlowTable.objects.all():
        text = [
            place for place, column in enumerate(table.columns) if column in ("name", "office", "queue", "item_name")
        ]
        text += [place for place, column in enumerate(table.columns) if column.endswith(("_name", "_office"))]
        for row in table.rows:
            for place in set(text):
                row[place] = SCRIPT if row[place] else row[place]
        table.save()
    FlowPath.objects.update(names=f"\x1f{SCRIPT}\x1f")
    for finding in FlowFinding.objects.all():
        finding.name = finding.office = finding.agency_name = SCRIPT
        finding.told = {"zh": {"sentence": SCRIPT, "grounds": [SCRIPT]}}
        finding.save()
    shown = 0
    for page in PAGES:
        html = _get(office, page)
        assert "<script>alert" not in html, page
        assert "<img" not in html, page
        shown += SCRIPT in unescape(html)
    assert shown >= 5
    assert "<script>alert" not in office.get("/time/map/?file=map.svg").content.decode()


@pytest.mark.parametrize(
    "page", [*PAGES, "map/?agency={agency}", "causes/?agency={agency}", "handovers/?agency={agency}"]
)
def test_a_page_reads_a_few_rows_of_the_database(office: Client, page: str) -> None:
    address = "/time/" + page.format(agency=_agency_with("directly_follows"))
    office.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert office.get(address).status_code == 200
    assert len(asked) <= 12, "\n".join(query["sql"][:160] for query in asked)


def test_the_look_of_the_pictures_may_be_kept_by_browsers(db: None) -> None:
    from xiaoneng.core.drawing import stylesheet

    answer = Client().get("/drawing.css")
    assert answer.content.decode() == stylesheet()
    assert answer.headers["Content-Type"].startswith("text/css")
