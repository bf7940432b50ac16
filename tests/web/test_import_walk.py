"""The import, step by step: a dry run first, then all rows or the good ones, and a way back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from xiaoneng.web.bridge.progress import folder_of
from xiaoneng.web.cases.models import Case, CaseClock, ImportBatch, SavedMapping
from xiaoneng.web.registry.models import Agency

from .importing import BAD_ROW, HEAD, ROWS, Importer, csv_of, numbers

Deeds = Callable[[], list[str]]
FOREIGN = ("甲", "乙", "丙", "丁")
FOREIGN_ROWS = (("T-1", "水利局", "2026-11-02", "取水许可"), ("T-2", "水利局", "2026-11-03", "取水许可"))


def test_a_dry_run_says_what_would_change_and_changes_nothing(importer: Importer, deeds: Deeds) -> None:
    cases = Case.objects.count()
    batch = importer.upload(("cases.csv", csv_of()))
    assert batch.state == "checked"
    assert batch.profile == "case_table"
    assert batch.report["counts"]["cases"] == 2
    assert batch.report["changes"] == {"cases_new": 2, "cases_changed": 0}
    assert Case.objects.count() == cases
    assert "2 件" in importer.page(batch)
    assert deeds() == ["files_uploaded"]


def test_taking_everything_in_brings_the_cases_their_clocks_and_their_agency(importer: Importer, deeds: Deeds) -> None:
    """Accepted Monday 2 November 2026, five working days: Monday 9 November."""
    batch = importer.upload(("cases.csv", csv_of()))
    assert importer.press(batch, "accept") == "done"
    assert batch.counts["cases_new"] == 2
    assert numbers() == ["T-1", "T-2"]
    clocks = {clock.case.case_no: clock for clock in CaseClock.objects.filter(agency_code="D9").select_related("case")}
    assert f"{clocks['T-1'].first_due_on}" == "2026-11-09"
    assert clocks["T-1"].state == "open_late"
    assert clocks["T-2"].state == "in_time"
    assert Agency.objects.get(code="D9").name == "水利局"
    kinds = deeds()
    assert kinds[:2] == ["files_uploaded", "import_accepted"]
    assert set(kinds[2:]) == {"agency_created", "files_imported", "clocks_run"}


@pytest.mark.usefixtures("without_clocks")
def test_rows_that_cannot_be_read_stop_the_import_until_the_good_ones_are_accepted(importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of((*ROWS, BAD_ROW))))
    assert batch.refused_rows == 1
    assert importer.press(batch, "accept") == "checked"
    assert numbers() == []
    assert importer.press(batch, "accept", {"good_rows": "1"}) == "done"
    assert numbers() == ["T-1", "T-2"]
    assert batch.counts["set_aside"] == 1


def test_the_rows_at_fault_can_be_downloaded_with_their_reason_beside_them(importer: Importer) -> None:
    from python_calamine import load_workbook

    batch = importer.upload(("cases.csv", csv_of((*ROWS, BAD_ROW))))
    response = importer.client.get(f"/import/{batch.pk}/rows.xlsx")
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    cells = book.get_sheet_by_index(0).to_python()
    assert set(HEAD) <= set(cells[0])
    texts = [str(value) for value in cells[1]]
    assert "不知何时" in texts
    assert any("日期或时间无法识别" in text for text in texts)


def test_an_import_that_is_let_go_leaves_no_file_and_no_record(importer: Importer, deeds: Deeds) -> None:
    batch = importer.upload(("cases.csv", csv_of()))
    assert importer.press(batch, "discard") == "discarded"
    assert not folder_of(batch.pk).exists()
    assert numbers() == []
    assert importer.client.get(f"/import/{batch.pk}/").status_code == 404
    assert deeds()[-1] == "import_discarded"


def test_undoing_brings_back_what_the_import_had_replaced(importer: Importer, deeds: Deeds) -> None:
    importer.take(csv_of())
    concluded = [list(row) for row in ROWS]
    concluded[0][7] = "2026-11-05 16:00:00"
    second = importer.take(csv_of(concluded), "later.csv")
    assert second.counts["cases_changed"] == 2
    assert CaseClock.objects.get(case__case_no="T-1", agency_code="D9").state == "in_time"
    assert importer.press(second, "undo") == "undone"
    assert numbers() == ["T-1", "T-2"]
    assert Case.objects.get(case_no="T-1", agency_code="D9", is_current=True).concluded_on is None
    assert CaseClock.objects.get(case__case_no="T-1", agency_code="D9").state == "open_late"
    assert "import_undone" in deeds()


@pytest.mark.usefixtures("without_clocks")
def test_an_import_on_which_a_later_one_builds_cannot_be_undone_first(importer: Importer) -> None:
    first = importer.take(csv_of())
    second = importer.take(csv_of(ROWS[:1], head=HEAD), "later.csv")
    assert importer.press(first, "undo") == "done"
    assert importer.press(second, "undo") == "undone"
    assert importer.press(first, "undo") == "undone"
    assert numbers() == []


def test_the_page_says_when_the_clocks_are_behind(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    from xiaoneng.web.bridge import jobs

    assert not importer.client.get(f"/import/{importer.take(csv_of()).pk}/").context["is_behind"]
    monkeypatch.setattr(jobs, "run_clocks", lambda **_: None)
    assert importer.client.get(f"/import/{importer.take(csv_of(ROWS[:1]), 'x.csv').pk}/").context["is_behind"]


def test_cases_that_come_while_the_clocks_run_are_judged_too(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the slower of two runs would keep what it had read before the import."""
    import xiaoneng.core.edition as edition
    from xiaoneng.web.bridge import actions, jobs

    real, runs = edition.edition_tables, []

    def slowly(*arguments: Any, **options: Any) -> Any:
        runs.append(1)
        if len(runs) == 1:
            with monkeypatch.context() as during:
                during.setattr(jobs, "run_clocks", lambda **_: None)
                importer.take(csv_of())
        return real(*arguments, **options)

    monkeypatch.setattr(edition, "edition_tables", slowly)
    actions.run_clocks(on=date(2026, 11, 20))
    assert len(runs) == 2
    assert CaseClock.objects.filter(agency_code="D9").count() == 2
    assert CaseClock.objects.count() == Case.objects.filter(is_current=True).count()


@pytest.mark.usefixtures("without_clocks")
def test_an_undone_file_may_be_taken_in_again(importer: Importer) -> None:
    batch = importer.take(csv_of())
    importer.press(batch, "undo")
    assert importer.take(csv_of()).counts["cases_new"] == 2
    assert numbers() == ["T-1", "T-2"]


@pytest.mark.usefixtures("without_clocks")
def test_the_same_file_twice_changes_nothing(importer: Importer, deeds: Deeds) -> None:
    """Neither by the page, which offers no button for it, nor by a button pressed all the same."""
    importer.take(csv_of())
    before = list(Case.objects.order_by("pk").values())
    deeds()
    again = importer.upload(("another name.csv", csv_of()))
    assert again.report["known_files"] == ["another name.csv"]
    assert f'action="/import/{again.pk}/accept/"' not in importer.page(again)
    assert importer.press(again, "accept") == "failed"
    assert again.error_kind == "AlreadyImportedError"
    assert list(Case.objects.order_by("pk").values()) == before
    assert deeds() == ["files_uploaded", "import_accepted"]


@pytest.mark.usefixtures("without_clocks")
def test_the_same_cases_in_another_file_replace_the_earlier_rows_which_stay_readable(importer: Importer) -> None:
    importer.take(csv_of())
    importer.take(csv_of(ROWS[::-1]), "sorted.csv")
    assert numbers() == ["T-1", "T-2"]
    assert Case.objects.filter(agency_code="D9", is_current=False).count() == 2
    case = Case.objects.get(case_no="T-1", is_current=True)
    assert "cases.csv" in importer.client.get(f"/cases/{case.pk}/").content.decode()


# --- columns that nobody knows


@pytest.mark.usefixtures("without_clocks")
def test_unknown_columns_wait_for_a_mapping_which_reads_the_next_file_too(importer: Importer, deeds: Deeds) -> None:
    batch = importer.upload(("foreign.csv", csv_of(FOREIGN_ROWS, head=FOREIGN)))
    assert batch.state == "unmapped"
    page = importer.client.get(f"/import/{batch.pk}/mapping/")
    assert page.status_code == 200
    assert [column for _, column, _ in page.context["form"].columns] == list(FOREIGN)
    fields = dict(zip(("column_0", "column_1", "column_2", "column_3"), _TARGETS, strict=True))
    assert importer.press(batch, "mapping", {"name": "县水利局", "record": "cases", **fields}) == "checked"
    assert batch.report["counts"]["cases"] == 2
    assert importer.press(batch, "accept") == "done"
    assert sorted(Case.objects.filter(agency_name="水利局").values_list("case_no", flat=True)) == ["T-1", "T-2"]
    assert SavedMapping.objects.get().name == "县水利局"
    assert "mapping_saved" in deeds()
    later = importer.upload(("next.csv", csv_of((("T-9", *FOREIGN_ROWS[0][1:]),), head=FOREIGN)))
    assert importer.press(later, "read", {"mapping": "saved:县水利局"}) == "checked"
    assert later.report["counts"]["cases"] == 1


_TARGETS = ("case_no", "agency_name", "received_at", "service_item_name")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "", "column_0": "case_no"}, "name"),
        ({"name": "../../x", "column_0": "case_no"}, "name"),
        ({"name": "x" * 65, "column_0": "case_no"}, "name"),
        ({"name": "x", "column_0": ""}, "__all__"),
        ({"name": "x", "column_0": "agency"}, "__all__"),
        ({"name": "x", "column_0": "case_no", "column_1": "case_no"}, "column_1"),
        ({"name": "x", "column_0": "no_such_field"}, "column_0"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_beside_its_field(
    sent: dict[str, str], field: str, importer: Importer
) -> None:
    batch = importer.upload(("foreign.csv", csv_of(FOREIGN_ROWS, head=FOREIGN)))
    response = importer.post(f"/import/{batch.pk}/mapping/", {"record": "cases", **sent})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not SavedMapping.objects.exists()


def test_a_layout_that_does_not_exist_is_not_found(importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of()))
    assert importer.post(f"/import/{batch.pk}/read/", {"mapping": "/etc/passwd"}).status_code == 404
    assert importer.client.get(f"/import/{batch.pk}/mapping/?record=x").status_code == 404
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_a_layout_that_does_not_fit_is_said_and_another_can_be_chosen(importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of()))
    assert importer.press(batch, "read", {"mapping": "bpic15"}) == "unmapped"
    assert batch.error_kind == "MappingError"
    assert importer.press(batch, "read", {"mapping": ""}) == "checked"


# --- while the work is under way


def test_the_progress_is_told_to_the_page_that_waits(importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of()))
    ImportBatch.objects.filter(pk=batch.pk).update(state="importing")
    facts = {
        "phases": ["reading", "writing", "clocks", "storing"],
        "phase": "writing",
        "share": 0.25,
        "seconds_left": 9,
    }
    (folder_of(batch.pk) / "progress.json").write_text(json.dumps(facts), encoding="utf-8")
    response = importer.client.get(f"/import/{batch.pk}/progress/")
    assert response.headers["X-Is-Running"] == "1"
    assert "no-store" in response.headers["Cache-Control"]
    assert "25%" in response.content.decode()


@pytest.mark.parametrize("content", ["", "{", '{"phase": 3}'])
def test_a_progress_file_that_is_half_written_breaks_no_page(content: str, importer: Importer) -> None:
    batch = importer.upload(("cases.csv", csv_of()))
    ImportBatch.objects.filter(pk=batch.pk).update(state="checking")
    (folder_of(batch.pk) / "progress.json").write_text(content, encoding="utf-8")
    assert importer.client.get(f"/import/{batch.pk}/progress/").status_code == 200
    assert importer.client.get(f"/import/{batch.pk}/").status_code == 200


def test_the_page_of_an_import_whose_folder_is_gone_still_opens(importer: Importer) -> None:
    """After a restore of the database without the files."""
    import shutil

    batch = importer.upload(("cases.csv", csv_of()))
    shutil.rmtree(folder_of(batch.pk))
    client: Client = importer.client
    assert client.get(f"/import/{batch.pk}/").status_code == 200
    assert client.get(f"/import/{batch.pk}/rows.xlsx").status_code == 404
    assert client.get(f"/import/{batch.pk}/mapping/").status_code == 302
    assert importer.press(batch, "accept") == "failed"
    assert numbers() == []
