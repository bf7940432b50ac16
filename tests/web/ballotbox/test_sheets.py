"""Paper and telephone ballots: two persons, one reconciliation sheet, and nothing counts before all adds up."""

from __future__ import annotations

from typing import Any

import pytest

from xiaoneng.core import ballots
from xiaoneng.web import ballotbox
from xiaoneng.web.ballotbox import casting, errors, sheets, storage

from .rounds import CLOSES, Handed, submission

pytestmark = pytest.mark.django_db(databases=["default", "box"])
ROUND = "2026-society"
GOOD = {"water": {"attitude": 5}}


def enter(sheet: str, by: str, answers: Any = GOOD, **given: Any) -> int:
    return ballotbox.enter_sheet(ROUND, **{"sheet": sheet, "stratum": "staff", "answers": answers, "by": by, **given})


def both(sheet: str, **given: Any) -> None:
    assert (enter(sheet, "wang", **given), enter(sheet, "li", **given)) == (1, 2)


COUNTS = {"issued": 4, "used": 2, "spoilt": 1, "blank": 1, "called": 3, "answered": 1, "refused": 2}


def test_sheets_count_once_both_entries_agree_and_all_adds_up(society: Handed) -> None:
    both("A1", remark="门口太挤")
    both("A2", answers={"tax": {"results": "no_contact"}})
    both("T1", way="telephone")
    casting.cast(ROUND, submission(code=society.codes["staff"][0]))
    assert ballotbox.totals(ROUND).by_stratum == {"staff": None, "firms": None}
    assert ballotbox.reconcile(ROUND, {"staff": ballotbox.sheet_counts(**COUNTS)}, by="zhao") == 3
    assert ballotbox.verify_box(ROUND) == []
    told = ballots.read_closing(ballotbox.close_round(ROUND, CLOSES, {"firms": 7}).statement)
    assert told.counts == {"staff": 4, "firms": 0}
    assert told.issued == {"staff": 40 + 4 + 1, "firms": 7}
    assert ballotbox.remarks(ROUND) == ["门口太挤"]
    assert ballotbox.verify_box(ROUND) == []
    with storage.reading() as cursor:
        assert sheets.sheet_hash(ROUND, "staff", "A1") in storage.leaves_of(cursor, ROUND)
        assert storage.sheets_of(cursor, ROUND) == []


def test_the_second_entry_is_made_by_another_person(society: Handed) -> None:
    """The same person entering again corrects his own entry; a third person is refused."""
    assert enter("A1", "wang") == 1
    assert enter("A1", "wang", {"water": {"attitude": 4}}) == 1
    assert enter("A1", "li", {"water": {"attitude": 4}}) == 2
    assert ballotbox.differences(ROUND) == []
    with pytest.raises(errors.SheetsError, match="entered by two others"):
        enter("A1", "zhao")


def test_differences_name_sheet_field_and_both_entries(society: Handed) -> None:
    """
    sheet | first            | second
    ------+------------------+-----------------------
    A1    | water.attitude 5 | water.attitude 4, tax.results 1
    A2    | entered          | not yet
    """
    enter("A1", "wang")
    enter("A1", "li", {"water": {"attitude": 4}, "tax": {"results": 1}})
    enter("A2", "wang")
    assert ballotbox.differences(ROUND) == [
        ("A1", "tax.results", "", "1"),
        ("A1", "water.attitude", "5", "4"),
        ("A2", "", "wang", None),
    ]
    with pytest.raises(errors.SheetsError, match="sheet A1 differs"):
        ballotbox.reconcile(ROUND, {"staff": ballotbox.sheet_counts()}, by="zhao")


WRONG = [
    ({"issued": 5}, "papers were issued"),
    ({"issued": 5, "used": 3}, "papers were used and 2 were entered"),
    ({"called": 4}, "were called"),
    ({"called": 4, "answered": 2}, "answered by telephone and 1 were entered"),
    ({"spoilt": -1, "blank": 3}, "below zero"),
]


@pytest.mark.parametrize(("changed", "said"), WRONG)
def test_a_sheet_that_does_not_balance_counts_nothing(society: Handed, changed: dict[str, int], said: str) -> None:
    both("A1")
    both("A2")
    both("T1", way="telephone")
    with pytest.raises(errors.SheetsError, match=said):
        ballotbox.reconcile(ROUND, {"staff": ballotbox.sheet_counts(**{**COUNTS, **changed})}, by="zhao")
    with storage.reading() as cursor:
        assert storage.ballots_of(cursor, ROUND) == []


def test_a_stratum_with_sheets_needs_its_reconciliation_sheet(society: Handed) -> None:
    both("A1")
    with pytest.raises(errors.SheetsError, match="no reconciliation sheet"):
        ballotbox.reconcile(ROUND, {}, by="zhao")


def test_after_the_reconciliation_no_sheet_is_entered_and_none_is_counted_twice(society: Handed) -> None:
    both("A1")
    counts = {"staff": ballotbox.sheet_counts(issued=1, used=1)}
    ballotbox.reconcile(ROUND, counts, by="zhao")
    with pytest.raises(errors.SheetsError, match="counted already"):
        ballotbox.reconcile(ROUND, counts, by="zhao")
    with pytest.raises(errors.SheetsError, match="counted already"):
        enter("A2", "wang")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"sheet": "王小明"}, errors.SheetsError),
        ({"sheet": ""}, errors.SheetsError),
        ({"way": "post"}, errors.SheetsError),
        ({"answers": {"housing": {"attitude": 5}}}, errors.WrongAnswersError),
    ],
)
def test_what_stands_on_no_sheet_is_refused(society: Handed, given: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        ballotbox.enter_sheet(ROUND, **{"sheet": "A1", "stratum": "staff", "answers": GOOD, "by": "wang", **given})


def test_an_edited_entry_of_a_sheet_is_found(society: Handed) -> None:
    both("A1")
    assert ballotbox.verify_box(ROUND) == []
    with storage.changing() as cursor:
        cursor.execute("update ballotbox_sheet set answers = %s", [b'{"water":{"attitude":1}}'])
    assert [fault.kind for fault in ballotbox.verify_box(ROUND)] == ["sheet_edited", "sheet_edited"]
    with pytest.raises(errors.DamagedBoxError):
        ballotbox.close_round(ROUND, CLOSES)
