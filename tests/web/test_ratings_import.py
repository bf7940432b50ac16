"""A file of ratings at the import page: what is refused, what stands, the same file again, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xiaoneng.web.cases.models import Case
from xiaoneng.web.ratings import actions, queries
from xiaoneng.web.ratings.models import Matter, Rating, RatingLink

from .importing import Importer, csv_of

HEAD = ("办件编号", "部门代码", "评价等级", "评价渠道", "评价时间", "是否默认", "评价人", "是否实名", "评价内容")
pytestmark = pytest.mark.usefixtures("without_clocks")


def line(
    case: Any, level: str, *, at: str = "2026-11-10 10:00", default: str = "否", by: str = "申请人", text: str = ""
) -> tuple[str, ...]:
    return (case.case_no, case.agency_code, level, "窗口", at, default, by, "是", text)


def standing(case: Any) -> Rating:
    return Rating.objects.get(case_key=case.case_id, is_current=True)


def test_levels_come_as_words_stars_and_numbers(importer: Importer, concluded: list[Any]) -> None:
    rows = [
        line(case, level)
        for case, level in zip(concluded, ("非常满意", "★★", "4", "3星", "不满意", "一星"), strict=True)
    ]
    batch = importer.take(csv_of(rows, head=HEAD), "ratings.csv")
    assert batch.counts["service_ratings"] == 6
    assert [standing(case).level for case in concluded] == [5, 2, 4, 3, 2, 1]
    assert {rating.channel for rating in Rating.objects.all()} == {"window"}
    assert Matter.objects.count() == 3
    assert standing(concluded[0]).file_id is not None
    assert standing(concluded[1]).line == 3


def test_defaults_and_staff_are_kept_and_do_not_count(importer: Importer, concluded: list[Any]) -> None:
    rows = [
        line(concluded[0], "3", default="是"),
        line(concluded[1], "5", by="工作人员"),
        line(concluded[2], "1", by="窗口人员"),
    ]
    importer.take(csv_of(rows, head=HEAD), "ratings.csv")
    total = queries.total_of(queries.counts_by("agency"))
    assert (total.given, total.by_default, total.by_staff) == (0, 1, 2)
    assert Matter.objects.count() == 0


def test_the_first_given_of_a_case_stands_and_a_link_goes_before_it(importer: Importer, concluded: list[Any]) -> None:
    case = concluded[0]
    rows = [
        line(case, "3", default="是"),
        line(case, "2", at="2026-11-11 09:00"),
        line(case, "5", at="2026-11-12 09:00"),
    ]
    importer.take(csv_of(rows, head=HEAD), "ratings.csv")
    assert standing(case).level == 2
    assert Matter.objects.get().state == "open"
    ((_case, token),) = actions.make_links([case], by="office")
    actions.give(RatingLink.objects.get(token_hash=actions.hashed(token)), level=4)
    assert standing(case).level == 4
    assert Matter.objects.get().state == "withdrawn"


def test_rows_without_a_case_are_refused_with_what_to_do(importer: Importer, concluded: list[Any]) -> None:
    """All or nothing: the good row waits until the other is corrected or left out."""
    rows = [
        line(concluded[0], "5"),
        ("NONE-1", "", "5", "窗口", "2026-11-10", "否", "", "", ""),
        line(concluded[1], "一般"),
    ]
    batch = importer.upload(("ratings.csv", csv_of(rows, head=HEAD)))
    assert batch.refused_rows == 2
    assert {(row.line, row.reason) for row in batch.set_aside.all()} == {
        (3, "rating_no_case"),
        (4, "unknown_rating_level"),
    }
    html = importer.page(batch)
    assert "NONE-1" in html
    assert "先导入办件" in html
    assert importer.press(batch, "accept") == "checked"
    assert not Rating.objects.exists()
    assert importer.press(batch, "accept", {"good_rows": "1"}) == "done"
    assert Rating.objects.count() == 1


def test_the_same_file_again_brings_no_new_row(importer: Importer, concluded: list[Any]) -> None:
    content = csv_of([line(concluded[0], "5"), line(concluded[1], "2")], head=HEAD)
    importer.take(content, "ratings.csv")
    again = importer.upload(("ratings.csv", content))
    assert "known_files" in again.report
    assert again.report["known_files"]
    more = csv_of([line(concluded[0], "5"), line(concluded[1], "2"), line(concluded[2], "4")], head=HEAD)
    batch = importer.take(more, "more.csv")
    assert (batch.counts["service_ratings"], batch.counts["ratings_repeated"]) == (1, 2)
    assert Rating.objects.count() == 3


def test_an_import_is_undone_while_nothing_was_done_about_it(
    importer: Importer, concluded: list[Any], deeds: Callable[[], list[str]]
) -> None:
    from xiaoneng.web.accounts.models import User

    batch = importer.take(csv_of([line(concluded[0], "1"), line(concluded[1], "5")], head=HEAD), "ratings.csv")
    matter = Matter.objects.get()
    handler = User.objects.create_user("handler", role="liaison", agency_code=matter.agency_code)
    actions.contact(matter, by=handler, is_reached=True, note="已通话")
    assert importer.press(batch, "undo") == "done"
    assert Rating.objects.count() == 2
    Matter.objects.filter(pk=matter.pk).update(state="open")
    assert importer.press(batch, "undo") == "undone"
    assert not Rating.objects.exists()
    assert not Matter.objects.exists()
    assert deeds().count("import_undone") == 1


def test_a_newer_row_of_the_case_takes_its_rating_along(importer: Importer, concluded: list[Any]) -> None:
    case = concluded[0]
    importer.take(csv_of([line(case, "4")], head=HEAD), "ratings.csv")
    later = (
        case.case_no, case.agency_code, case.agency_name, case.service_item, case.service_item_name, "2026-11-02 09:00:00",
        "2026-11-02 10:00:00", "2026-11-05 09:00:00", "5", "工作日",
    )  # fmt: skip
    batch = importer.take(csv_of([later]))
    newest = Case.objects.get(case_id=case.case_id, is_current=True)
    assert newest.pk != case.pk
    assert standing(case).case_id == newest.pk
    assert importer.press(batch, "undo") == "undone"
    assert standing(case).case_id == case.pk
