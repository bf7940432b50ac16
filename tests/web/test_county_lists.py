"""Lists that the county gives beside its records, and its office hours: taken, refused, put back, and used by the next run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from .importing import Importer, csv_of

ON = date(2026, 11, 20)
STEPS = "事项,环节,必经,先行环节\n{item},收件,是,\n{item},决定,是,收件\n"


def _give(client: Client, role: str, content: str | bytes, name: str = "list.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(f"/time/lists/{role}/give/", {"file": SimpleUploadedFile(name, data)})


def _set_hours(client: Client, hours: str) -> Any:
    return client.post("/time/lists/office_hours/give/", {"hours": hours})


def _in_use(role: str) -> Any:
    from xiaoneng.web.registry.models import CountyList

    return CountyList.objects.filter(role=role, is_current=True).first()


def _only_here(client: Client) -> None:
    """Take every list of the invented county out of use."""
    for role in ("item_steps", "leaders", "case_papers", "directives", "office_hours"):
        client.post(f"/time/lists/{role}/remove/")


def _error(response: Any, role: str) -> str:
    """What stands beside the field of a list."""
    assert response.status_code == 422
    form = response.context["hours_form"] if role == "office_hours" else None
    form = form or next(one["upload"] for one in response.context["lists"] if str(one["form"].role) == role)
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


# --- giving and taking back


def test_the_lists_of_the_invented_county_are_in_use_and_counted(office: Client) -> None:
    page = office.get("/time/lists/")
    rows = {str(one["form"].role): one["in_use"] and one["in_use"].rows for one in page.context["lists"]}
    assert rows["leaders"] == 4  # one an agency
    assert rows["case_papers"] is None
    assert rows["item_steps"]
    assert rows["directives"]
    assert "4 份清单中有 3 份在用" in page.content.decode()


def test_a_list_is_taken_with_its_bytes_and_leaves_a_trace(office: Client, deeds: Callable[[], list[str]]) -> None:
    content = STEPS.format(item="W1").encode("gb18030")
    deeds()
    assert _give(office, "item_steps", content, "办理流程.csv").status_code == 302
    kept = _in_use("item_steps")
    assert (kept.file_name, kept.rows, bytes(kept.content)) == ("办理流程.csv", 2, content)
    assert kept.uploaded_by == "a-office_editor"
    assert deeds() == ["item_steps_given"]
    html = office.get("/time/lists/").content.decode()
    assert "办理流程.csv" in html
    assert office.get(f"/time/lists/{kept.pk}/file/").content == content


def test_the_same_list_again_changes_nothing(office: Client, deeds: Callable[[], list[str]]) -> None:
    _give(office, "leaders", "agency,handler\nD9,A1\n")
    first = _in_use("leaders")
    deeds()
    _give(office, "leaders", "agency,handler\nD9,A1\n")
    assert _in_use("leaders").pk == first.pk
    assert deeds() == []


def test_a_list_that_was_replaced_can_be_put_back(office: Client, deeds: Callable[[], list[str]]) -> None:
    first = _in_use("leaders")
    _give(office, "leaders", "agency,handler\nD9,A1\n")
    deeds()
    assert f"/time/lists/{first.pk}/put-back/" in office.get("/time/lists/").content.decode()
    office.post(f"/time/lists/{first.pk}/put-back/")
    assert _in_use("leaders").pk == first.pk
    assert deeds() == ["leaders_put_back"]
    office.post(f"/time/lists/{first.pk}/put-back/")
    assert deeds() == []


def test_a_list_that_was_removed_can_be_put_back(office: Client, deeds: Callable[[], list[str]]) -> None:
    first = _in_use("directives")
    deeds()
    office.post("/time/lists/directives/remove/")
    assert _in_use("directives") is None
    assert deeds() == ["directives_removed"]
    office.post("/time/lists/directives/remove/")
    assert deeds() == []
    office.post(f"/time/lists/{first.pk}/put-back/")
    assert _in_use("directives").pk == first.pk


def test_every_deed_on_a_list_has_a_name_in_both_languages() -> None:
    from xiaoneng.core import words
    from xiaoneng.web.registry.models import ListRole

    kinds = [f"{role}_{deed}" for role in ListRole for deed in ("given", "put_back", "removed")]
    assert [kind for kind in kinds for language in ("zh", "en") if words.label(kind, language) == kind] == []


@pytest.mark.parametrize("role", ["item_steps", "leaders", "case_papers", "directives"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_empty_file_with_the_rows_of_the_example_is_a_list_that_is_taken(
    office: Client, role: str, language: str
) -> None:
    office.cookies["language"] = language
    headings = office.get(f"/time/lists/{role}/template.csv").content.decode("utf-8-sig")
    page = office.get("/time/lists/").context["lists"]
    from django.utils import translation

    with translation.override(language):
        example = next(one["form"] for one in page if str(one["form"].role) == role).example
    text = io.StringIO()
    text.write(headings)
    csv.writer(text).writerows(example)
    response = _give(office, role, text.getvalue())
    assert response.status_code == 302, _error(response, role)
    assert _in_use(role).rows == len(example)


def test_a_workbook_is_taken(office: Client) -> None:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((("机关", "办理人"), ("D9", "A1"), ("D9", "A2"))):
            sheet.write_row(number, 0, row)
    assert _give(office, "leaders", buffer.getvalue(), "领导.xlsx").status_code == 302
    assert _in_use("leaders").rows == 2


# --- refusals


@pytest.mark.parametrize(
    ("role", "content", "told"),
    [
        ("item_steps", "事项,环节,必经\nW1,收件,是\nW1,,是\n", "line 3: the step is empty"),
        ("item_steps", "事项,环节,先行环节\nW1,收件,决定\nW1,决定,收件\n", "runs in a circle"),
        ("leaders", "机关,办理人\nD9,A1\nD9,\n", "line 3: handler is empty"),
        ("leaders", "机关,姓名\nD9,A1\n", "there is no column '姓名'"),
        ("case_papers", "办件编号\nW1\n", "材料 paper is missing"),
        ("directives", "督办件,层级,收到时间,转出时间\n1,1,2026-03-02,\n1,3,2026-03-03,\n", "level 3 and not level 2"),
        ("leaders", "机关,办理人\n", "no row below the header"),
        ("leaders", "机关,办理人\n ,\n", "holds no row"),
        ("leaders", b"\x00\x01\x02\x03" * 50, "list.csv"),
    ],
)
def test_a_refused_list_says_what_and_where_beside_its_field_and_leaves_the_one_in_use(
    office: Client, deeds: Callable[[], list[str]], role: str, content: str | bytes, told: str
) -> None:
    before = _in_use(role)
    deeds()
    response = _give(office, role, content)
    message = _error(response, role)
    assert told in unescape(message)
    assert "/tmp" not in message
    assert message in response.content.decode()
    assert _in_use(role) == before
    assert deeds() == []


def test_a_file_of_another_kind_or_too_large_is_refused_before_it_is_read(office: Client, settings: Any) -> None:
    assert "list.pdf" in _error(_give(office, "leaders", "x", "list.pdf"), "leaders")
    settings.IMPORT_MAX_BYTES = 10
    assert "list.csv" in _error(_give(office, "leaders", "机关,办理人\nD9,A1\n"), "leaders")
    assert "请选择文件" in _error(office.post("/time/lists/leaders/give/"), "leaders")


@pytest.mark.parametrize("hours", ["early to late", "08:30", "08:35-12:00", "12:00-08:30", "08:30-12:00, 11:00-17:00"])
def test_office_hours_that_cannot_be_read_are_refused_and_kept_as_typed(office: Client, hours: str) -> None:
    response = _set_hours(office, hours)
    assert "办公时间无法采用" in _error(response, "office_hours")
    assert f'value="{hours}"' in response.content.decode()
    assert _in_use("office_hours") is None


def test_office_hours_are_confirmed_by_being_set_and_go_back_to_the_default_when_emptied(
    office: Client, deeds: Callable[[], list[str]]
) -> None:
    assert "默认值，未经核实" in office.get("/time/lists/").content.decode()
    deeds()
    _set_hours(office, "8:00-12:00；13:00-17:00")
    html = office.get("/time/lists/").content.decode()
    assert "08:00–12:00, 13:00–17:00" in html
    assert "县里已核实" in html
    _set_hours(office, "")
    assert "默认值，未经核实" in office.get("/time/lists/").content.decode()
    assert deeds() == ["office_hours_given", "office_hours_removed"]


def test_a_list_that_is_not_there_is_not_found(office: Client) -> None:
    from xiaoneng.web.registry.models import CountyList

    hours = CountyList.objects.create(role="office_hours", sha256="1" * 64, rows=1, content=b"x", uploaded_by="x")
    for address in ("holidays/give/", "holidays/remove/", "999999/put-back/"):
        assert office.post(f"/time/lists/{address}").status_code == 404
    assert office.get("/time/lists/holidays/template.csv").status_code == 404
    assert office.get(f"/time/lists/{hours.pk}/file/").status_code == 404


# --- for whom


def test_who_may_not_import_reads_which_lists_are_in_use_and_changes_nothing(reader: Callable[[str], Client]) -> None:
    leader = reader("leader")
    html = leader.get("/time/lists/").content.decode()
    assert "leaders.csv" in html
    assert "/give/" not in html
    assert "/file/" not in html
    assert _give(leader, "leaders", "agency,handler\nD9,A1\n").status_code == 403
    assert "/time/lists/" not in reader("liaison").get("/time/").content.decode()


# --- the next run uses them


def _run() -> Any:
    from xiaoneng.web.bridge import actions

    return actions.run_clocks(on=ON)


@pytest.fixture
def small(importer: Importer, without_clocks: None) -> Importer:
    """A county of one agency whose cases have a step that no list will have; no list is in use."""
    from xiaoneng.web.bridge import actions
    from xiaoneng.web.cases.models import ImportBatch

    actions.undo_import(ImportBatch.objects.get(), by="test")
    _only_here(importer.client)
    head = ("case_id", "activity", "timestamp", "agency", "service_item", "service_item_name")
    rows = [
        (f"C{n}", name, f"2026-03-{moment}:00:00", "D9", "W1", "取水许可")
        for n in range(30)
        for name, moment in (("收件", "02 09"), ("内部会审", "02 13"), ("决定", "03 13"))
    ]
    importer.take(csv_of(rows, head=head), "events.csv")
    return importer


def _hidden() -> list[str]:
    from xiaoneng.web.cases.models import FlowFinding

    return list(FlowFinding.objects.filter(kind="hidden_step").values_list("name", flat=True))


def test_a_hidden_step_is_found_only_once_the_list_is_given(small: Importer) -> None:
    _run()
    assert _hidden() == []
    _give(small.client, "item_steps", STEPS.format(item="W1"))
    assert _hidden() == []  # not before the next run
    assert small.client.get("/time/lists/").context["is_behind"]
    run = _run()
    assert _hidden() == ["内部会审"]
    assert [one["role"] for one in run.summary["lists"]["used"]] == ["item_steps"]
    assert not small.client.get("/time/lists/").context["is_behind"]
    small.client.post("/time/lists/item_steps/remove/")
    _run()
    assert _hidden() == []


def test_office_hours_change_how_many_working_days_a_step_takes(small: Importer) -> None:
    """From Monday 09:00 to Tuesday 13:00.

    By the default hours (seven a day): Monday 3 h before noon and 3.5 h after it, Tuesday 3.5 h: 10 h, 10/7 of a working day.
    By 09:00-13:00 (four a day): 4 h on each, two working days.
    """
    from xiaoneng.web.cases.models import CaseFlow

    def lasted() -> float:
        return float(CaseFlow.objects.values_list("lasted_workdays", flat=True)[0] or 0)

    assert _run().summary["office_hours"] == {"spans": "08:30–12:00, 14:00–17:30", "is_confirmed": False}
    before = lasted()
    _set_hours(small.client, "09:00-13:00")
    assert _run().summary["office_hours"] == {"spans": "09:00–13:00", "is_confirmed": True}
    assert before == pytest.approx(10 / 7, abs=1e-5)
    assert lasted() == pytest.approx(2.0, abs=1e-5)


def test_a_list_that_can_no_longer_be_read_is_left_out_and_named(small: Importer) -> None:
    from xiaoneng.web.registry.models import CountyList

    _give(small.client, "item_steps", STEPS.format(item="W1"))
    _give(small.client, "leaders", "agency,handler\nD9,A1\n")
    CountyList.objects.filter(role="leaders", is_current=True).update(content=b"agency,colour\nD9,red\n")
    _set_hours(small.client, "08:00-12:00")
    CountyList.objects.filter(role="office_hours", is_current=True).update(content=b"always")
    run = _run()
    assert _hidden() == ["内部会审"]
    left_out = {one["role"]: one["error"] for one in run.summary["lists"]["left_out"]}
    assert set(left_out) == {"leaders", "office_hours"}
    assert left_out["leaders"].startswith("list.csv: there is no column 'colour'")
    assert run.summary["office_hours"]["is_confirmed"] is False
    html = small.client.get("/time/lists/").content.decode()
    assert "上次计算时限没有采用" in html
    assert "there is no column" in html


def test_a_fault_of_ours_in_reading_a_list_does_not_keep_the_clocks_from_running(
    small: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xiaoneng.web.bridge import county_lists

    def broken(*_: Any) -> Any:
        raise RuntimeError("broken")

    _give(small.client, "leaders", "agency,handler\nD9,A1\n")
    monkeypatch.setattr(county_lists, "_tables", broken)
    assert [one["role"] for one in _run().summary["lists"]["left_out"]] == ["leaders"]


def test_a_run_during_which_a_list_changes_is_done_again(small: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    from xiaoneng.web.bridge import actions

    given = actions.given_lists
    times: list[int] = []

    def slow(engine: Any) -> Any:
        times.append(1)
        found = given(engine)
        if len(times) == 1:
            _give(small.client, "item_steps", STEPS.format(item="W1"))
        return found

    monkeypatch.setattr(actions, "given_lists", slow)
    _run()
    assert len(times) == 2
    assert _hidden() == ["内部会审"]


def test_the_clocks_are_run_from_the_page(office: Client, monkeypatch: pytest.MonkeyPatch, deeds: Any) -> None:
    from xiaoneng.web.bridge import work

    monkeypatch.setattr(work, "start", lambda *_: None)
    deeds()
    assert office.post("/time/lists/run/").headers["Location"] == "/time/lists/"
    assert deeds() == ["clocks_started"]


# --- the page


def test_the_page_asks_the_database_a_few_times_however_many_lists_were_given(office: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office.get("/time/lists/")
    with CaptureQueriesContext(connection) as few:
        office.get("/time/lists/")
    for number in range(5):
        _give(office, "leaders", f"agency,handler\nD9,A{number}\n")
        _set_hours(office, f"08:00-1{number}:00")
    with CaptureQueriesContext(connection) as more:
        html = office.get("/time/lists/").content.decode()
    assert html.count("/put-back/") == 9
    assert len(more) <= len(few) <= 10, "\n".join(query["sql"][:160] for query in more)


def test_a_file_name_that_would_run_is_shown_as_it_is(office: Client) -> None:
    name = "<img src=x onerror=alert(1)>.csv"
    _give(office, "leaders", "agency,handler\nD9,<script>alert(1)</script>\n", name)
    _give(office, "leaders", "agency,handler\nD9,A1\n")
    html = office.get("/time/lists/").content.decode()
    assert "<img" not in html
    assert name in unescape(html)


def test_the_server_reads_no_list_itself(office: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Apart, the question goes to a process of its own; its refusal comes back as what it is."""
    from xiaoneng.core.errors import CountyListError
    from xiaoneng.web.bridge import county_lists

    settings.BRIDGE_WORKS_APART = True
    monkeypatch.setattr(county_lists, "count_rows", None)
    assert _give(office, "leaders", "agency,handler\nD9,A1\nD9,A2\n").status_code == 302
    assert _in_use("leaders").rows == 2
    with pytest.raises(CountyListError, match="line 2: handler is empty"):
        county_lists.give_list("leaders", SimpleUploadedFile("l.csv", b"agency,handler\nD9,\n"), by="test")


# --- the pages that rest on lists


def _rows(client: Client, page: str, file: str, **facts: str) -> list[dict[str, str]]:
    response = client.get(f"/time/{page}/", {**facts, "file": file})
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def _text(client: Client, page: str, **facts: str) -> str:
    return unescape(client.get(f"/time/{page}/", facts).content.decode())


def test_departures_from_the_list_are_told_by_kind_and_open_their_cases(small: Importer) -> None:
    """Every one of the 30 cases has 收件, 内部会审, 决定; the list wants 决定 first, 公告 as well, and knows no 内部会审.

    They are marked as concluded, since a step is missing only once its case is.
    """
    from xiaoneng.web.cases.models import Case

    Case.objects.filter(is_current=True).update(concluded_on=date(2026, 3, 3))
    _give(small.client, "item_steps", "事项,环节,先行环节\nW1,收件,决定\nW1,决定,\nW1,公告,\n")
    _run()
    rows = _rows(small.client, "departures", "departures.csv")
    assert {(one["departure"], one["name"], one["other_name"], one["cases"]) for one in rows} == {
        ("extra_step", "内部会审", "", "30"),
        ("missing_step", "公告", "", "30"),
        ("order_break", "收件", "决定", "30"),
    }
    sentence = small.client.get("/time/departures/").context["sentence"]
    assert sentence.startswith("清单之外的环节有 1 处。有办件缺少的必经环节有 1 处。次序颠倒的环节有 1 处。")
    assert "本应先办" in _text(small.client, "departures", kind="order_break")
    for wish, name, count in (
        ("step", "内部会审", 30),
        ("without", "公告", 30),
        ("without", "决定", 0),
        ("twice", "收件", 0),
    ):
        page = small.client.get("/time/cases/", {"agency": "D9", "item": "W1", wish: name})
        assert page.context["page"].paginator.count == count, (wish, name)


PAPERS = "办件编号,材料\n" + "\n".join(
    f"{case},{paper}"
    for case, papers in {"C0": "图纸 图纸 图纸 证明", "C1": "图纸 图纸", "C2": "图纸 证明", "E0": "图纸 图纸"}.items()
    for paper in papers.split()
)


@pytest.fixture
def swapped(importer: Importer, without_clocks: None) -> Importer:
    """Two agencies with a list that wants 收件 before 决定: of the cases C0 to C4 at D9 the first three decide first, of E0 to E3
    at D8 all of them.
    """
    from xiaoneng.web.bridge import actions
    from xiaoneng.web.cases.models import ImportBatch

    actions.undo_import(ImportBatch.objects.get(), by="test")
    _only_here(importer.client)
    head = ("case_id", "activity", "timestamp", "agency", "service_item", "service_item_name")
    right, wrong = ("收件", "决定"), ("决定", "收件")
    walks = {f"C{n}": ("D9", "W1", wrong if n < 3 else right) for n in range(5)}
    walks |= {f"E{n}": ("D8", "W1", wrong) for n in range(4)}
    rows = [
        (case, name, f"2026-03-{moment}:00:00", agency, item, "取水许可")
        for case, (agency, item, names) in walks.items()
        for name, moment in zip(names, ("02 09", "03 13"), strict=True)
    ]
    importer.take(csv_of(rows, head=head), "events.csv")
    _give(importer.client, "item_steps", STEPS.format(item="W1"))
    _give(importer.client, "case_papers", PAPERS)
    _run()
    return importer


def _opened(client: Client, kind: str) -> dict[str, tuple[int, str]]:
    """By agency: how many cases the departure of this kind counts, and the address that it opens."""
    page = client.get("/time/departures/", {"kind": kind}).context["page"]
    return {one["agency"]: (one["cases"], one["address"]) for one in page}


def _listed(client: Client, address: str) -> list[str]:
    """The cases of the list at this address; the file of the list holds the same."""
    response = client.get(address)
    assert response.status_code == 200
    shown = [clock.case.case_no for clock, *_ in response.context["rows"]]
    file = client.get(address.replace("/time/cases/", "/time/cases/export.csv"))
    text = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert sorted(line[0] for line in list(csv.reader(io.StringIO(text)))[1:]) == sorted(shown)
    return sorted(shown)


def _heading(client: Client, address: str, language: str) -> str:
    """The heading as it is read, without its markup."""
    client.cookies["language"] = language
    found = re.search("<h1>(.*?)</h1>", client.get(address).content.decode())
    assert found is not None
    return unescape(re.sub("<[^>]*>", "", found[1]))


def test_a_pair_in_the_wrong_order_opens_the_cases_in_which_it_happens(swapped: Importer) -> None:
    opened = _opened(swapped.client, "order_break")
    assert {agency: cases for agency, (cases, _) in opened.items()} == {"D9": 3, "D8": 4}
    address = opened["D9"][1]
    assert f'href="{address}"' in _text(swapped.client, "departures", kind="order_break")
    assert _listed(swapped.client, address) == ["C0", "C1", "C2"]
    assert _listed(swapped.client, opened["D8"][1]) == ["E0", "E1", "E2", "E3"]
    assert _heading(swapped.client, address, "zh-hans") == "有 3 件先办了“决定”，本应先办“收件”。"
    assert _heading(swapped.client, address, "en") == "3 cases have 决定 before 收件, which should have come first."


def test_a_paper_asked_for_again_opens_its_cases_and_says_how_often(swapped: Importer) -> None:
    """C2 was asked for the drawing (图纸) once, as were C0 and C2 for the certificate (证明): no repeat."""
    opened = _opened(swapped.client, "repeated_paper")
    assert {agency: cases for agency, (cases, _) in opened.items()} == {"D9": 2, "D8": 1}
    address = opened["D9"][1]
    assert _listed(swapped.client, address) == ["C0", "C1"]
    assert _listed(swapped.client, opened["D8"][1]) == ["E0"]
    rows = swapped.client.get(address).context["rows"]
    assert {clock.case.case_no: times for clock, times in rows} == {"C0": 3, "C1": 2}
    assert "要求次数" in unescape(swapped.client.get(address).content.decode())
    assert _heading(swapped.client, address, "zh-hans") == "有 2 件重复要求了材料“图纸”。"
    assert _heading(swapped.client, address, "en") == "In 2 cases the paper 图纸 was asked for again."


@pytest.mark.parametrize(
    ("kind", "wish", "own", "all_"),
    [("order_break", {"early": "决定", "late": "收件"}, 3, 7), ("repeated_paper", {"paper": "图纸"}, 2, 3)],
)
def test_a_liaison_opens_the_cases_of_the_own_agency_only(
    swapped: Importer, reader: Callable[..., Client], kind: str, wish: dict[str, str], own: int, all_: int
) -> None:
    """The office sees both agencies where it asks for neither; the liaison of D9 sees D9, and D8 is not there for them."""
    liaison = reader("liaison", agency_code="D9")
    assert len(_listed(swapped.client, f"/time/cases/?{urlencode(wish)}")) == all_
    assert len(_listed(liaison, f"/time/cases/?{urlencode(wish)}")) == own
    assert {agency: len(_listed(liaison, address)) for agency, (_, address) in _opened(liaison, kind).items()} == {
        "D9": own
    }
    for page in ("/time/cases/", "/time/cases/export.csv", "/time/departures/"):
        assert liaison.get(page, {**wish, "agency": "D8"}).status_code == 404


def test_an_item_opens_the_ended_cases_that_each_agency_had_of_it(
    swapped: Importer, reader: Callable[..., Client]
) -> None:
    from xiaoneng.web.cases.models import Case

    Case.objects.filter(is_current=True).update(concluded_on=date(2026, 3, 3))
    _run()
    rows = swapped.client.get("/time/items/取水许可/").context["rows"]
    assert {one["agency"]: len(_listed(swapped.client, one["address"])) for one in rows} == {"D9": 5, "D8": 4}
    assert "“取水许可”已办结 5 件" in _heading(
        swapped.client, {one["agency"]: one["address"] for one in rows}["D9"], "zh-hans"
    )
    (together,) = swapped.client.get("/time/items/").context["rows"]
    assert together["cases"] == len(_listed(swapped.client, together["address"])) == 9
    liaison = reader("liaison", agency_code="D9")
    (own,) = liaison.get("/time/items/取水许可/").context["rows"]
    assert len(_listed(liaison, own["address"])) == 5


def test_the_next_run_forgets_the_cases_of_departures(swapped: Importer) -> None:
    from xiaoneng.web.cases.models import FlowDepartureCase

    assert FlowDepartureCase.objects.count() == 7 + 3
    swapped.client.post("/time/lists/item_steps/remove/")
    _run()
    assert FlowDepartureCase.objects.count() == 0


def test_without_a_list_the_pages_say_what_they_need_and_where(
    small: Importer, reader: Callable[[str], Client]
) -> None:
    _run()
    for page in ("departures", "directives"):
        html = _text(small.client, page)
        assert 'class="button" href="/time/lists/"' in html
        assert "需要先交入" in html
    assert 'href="/time/lists/"' not in _text(reader("liaison"), "departures")


def test_cases_that_follow_the_list_are_said_to(small: Importer) -> None:
    _give(small.client, "item_steps", "事项,环节\nW1,收件\nW1,内部会审\nW1,决定\n")
    _run()
    assert "能对照的办件都与所办事项的清单一致" in _text(small.client, "departures")


def test_directives_lie_longest_where_the_page_says(small: Importer) -> None:
    """Two levels, two directives, hours 09:00-13:00 (four a day).

    A lies Monday 09:00-11:00 at 县 (half a day), then to Wednesday 11:00 at 局 (two days). B lies Monday 09:00 to Tuesday
    09:00 at 县 (one day) and never arrives at 局. 县 has 1.5 of 3.5 days, 局 2, which is 57 %.
    """
    _set_hours(small.client, "09:00-13:00")
    head = "督办件,层级,层级名称,收到时间,转出时间\n"
    rows = "A,1,县,2026-03-02 09:00,2026-03-02 11:00\nA,2,局,2026-03-02 11:00,2026-03-04 11:00\n"
    rows += "B,1,县,2026-03-02 09:00,2026-03-03 09:00\nB,2,局,,\n"
    _give(small.client, "directives", head + rows)
    _run()
    sentence = small.client.get("/time/directives/").context["sentence"]
    assert sentence == "督办事项在“局”一级停得最久，占全部天数的 57%。2 件中有 1 件传到了最后一级（局）。"
    levels = _rows(small.client, "directives", "levels.csv")
    assert [(one["arrived"], one["passed"], float(one["held_workdays"])) for one in levels] == [
        ("2", "2", 1.5),
        ("1", "1", 2.0),
    ]


def test_how_we_know_names_the_office_hours_and_whether_they_are_confirmed(small: Importer) -> None:
    _run()
    assert "默认值，未经核实" in _text(small.client, "map")
    _set_hours(small.client, "09:00-13:00")
    _run()
    html = _text(small.client, "map")
    assert "办公时间：09:00–13:00" in html
    assert "未经核实" not in html
