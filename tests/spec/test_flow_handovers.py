"""How work changes hands: passings, returns, orphan days, who ends up with a case, and where open cases stand.

A working day has seven hours here (08:30-12:00, 14:00-17:30); 2 March 2026 is a Monday.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from xiaoneng.core.calendar import Schedule, load_calendar, read_hours
from xiaoneng.core.flow import absorption, case_flows, handover_counts, handovers, open_waits

Draw = Callable[..., Any]


def the_flow(flow: Any, case: str = "A") -> dict[str, Any]:
    rows = case_flows(flow.engine, flow.worked, schedule=flow.schedule).rows()
    found: dict[str, Any] = next(row for row in rows if row["case_id"] == case)
    return found


def the_counts(flow: Any, holder: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        row for row in handover_counts(flow.engine, flow.worked).rows() if row["holder"] == holder
    )
    return found


def test_steps_in_a_row_of_one_office_are_one_run(drawn_flow: Draw) -> None:
    """Window, window, review, window: two passings; the case went to review and straight back, so one return (ABA)."""
    flow = drawn_flow("""
        case | agency | office | handler | step    | start    | end
        -----+--------+--------+---------+---------+----------+---------
        A    | water  | window | Li      | receive | 02 08:30 | 02 09:00
        A    | water  | window | Li      | check   | 02 09:00 | 02 09:30
        A    | water  | review | Wang    | review  | 02 09:30 | 02 10:00
        A    | water  | window | Li      | reply   | 02 10:00 | 02 10:30
        """)
    found = the_flow(flow)
    assert (found["steps"], found["office_handovers"], found["office_returns"]) == (4, 2, 1)
    assert (found["handler_handovers"], found["agency_handovers"], found["agency_returns"]) == (2, 0, 0)
    assert the_counts(flow, "office") == {
        "holder": "office",
        "moves": 3,
        "handovers": 2,
        "returns": 1,
        "revisits": 1,
        "cases": 1,
    }


def test_a_return_comes_straight_back_and_a_detour_is_a_revisit_only(drawn_flow: Draw) -> None:
    """1-2-3-1 comes back by way of another office: no return, but 3 hand-overs + 1 − 3 offices = 1 revisit.

    1-2-1-2 comes straight back twice: to 1, and then to 2; 3 + 1 − 2 = 2 revisits.
    """
    flow = drawn_flow("""
        case | agency | office | step | end
        -----+--------+--------+------+---------
        A    | water  | 1      | a    | 02 09:00
        A    | water  | 2      | b    | 02 10:00
        A    | water  | 3      | c    | 02 11:00
        A    | water  | 1      | d    | 02 12:00
        B    | water  | 1      | a    | 02 09:00
        B    | water  | 2      | b    | 02 10:00
        B    | water  | 1      | c    | 02 11:00
        B    | water  | 2      | d    | 02 12:00
        """)
    assert [the_flow(flow, "A")[name] for name in ("office_returns", "office_revisits")] == [0, 1]
    assert [the_flow(flow, "B")[name] for name in ("office_returns", "office_revisits")] == [2, 2]
    counts = the_counts(flow, "office")
    assert (counts["handovers"], counts["returns"], counts["revisits"]) == (6, 2, 3)


def test_offices_of_the_same_name_in_two_agencies_are_two_offices(drawn_flow: Draw) -> None:
    """The window of water and the window of forestry: one passing between offices, and one between agencies."""
    flow = drawn_flow("""
        case | agency   | office | handler | step | end
        -----+----------+--------+---------+------+---------
        A    | water    | window | Li      | a    | 02 09:00
        A    | forestry | window | Li      | b    | 02 10:00
        """)
    found = the_flow(flow)
    assert [found[f"{holder}_handovers"] for holder in ("office", "agency", "handler")] == [1, 1, 1]


def test_a_step_that_names_no_office_is_held_by_another_than_a_named_one(drawn_flow: Draw) -> None:
    """Window, nameless, nameless, window: two passings and one return; the two nameless steps are one run."""
    flow = drawn_flow("""
        case | agency | office | handler | step | end
        -----+--------+--------+---------+------+---------
        A    | water  | window | Li      | a    | 02 09:00
        A    | water  |        | Li      | b    | 02 10:00
        A    | water  |        | Li      | c    | 02 11:00
        A    | water  | window | Li      | d    | 02 12:00
        """)
    found = the_flow(flow)
    assert (found["office_handovers"], found["office_returns"], found["handler_handovers"]) == (2, 1, 0)


def test_steps_beyond_the_first_of_their_name_are_repeats(drawn_flow: Draw) -> None:
    """Review three times and check twice: 2 + 1. Two steps without a name are not known to be the same."""
    flow = drawn_flow("""
        case | agency | office | step   | end
        -----+--------+--------+--------+---------
        A    | water  | 1      | check  | 02 09:00
        A    | water  | 1      | review | 02 09:10
        A    | water  | 1      | review | 02 09:20
        A    | water  | 1      | check  | 02 09:30
        A    | water  | 1      | review | 02 09:40
        A    | water  | 1      |        | 02 09:50
        A    | water  | 1      |        | 02 10:00
        """)
    assert the_flow(flow)["repeats"] == 3


def test_a_pair_is_listed_with_its_passings_its_returns_and_its_imbalance(drawn_flow: Draw) -> None:
    """Window to review three times, back once: (3 − 1) / 4 = 0.5. Only in case C did it come straight back: one return.

    The review began half a day, half a day and one and a half days after the window had ended: 2.5 in all, 0.5 in the median.
    """
    flow = drawn_flow("""
        case | agency | office | step | start    | end
        -----+--------+--------+------+----------+---------
        A    | water  | window | a    | 02 08:30 | 02 12:00
        A    | water  | review | b    | 02 17:30 | 02 17:30
        B    | water  | window | a    | 02 08:30 | 02 12:00
        B    | water  | review | b    | 03 08:30 | 03 09:00
        C    | water  | window | a    | 02 08:30 | 02 12:00
        C    | water  | review | b    | 03 17:30 | 03 17:30
        C    | water  | window | c    | 04 12:00 | 04 12:00
        """)
    there, back = (row for row in sorted(handovers(flow.engine, flow.worked).rows(), key=lambda row: -row["handovers"]))
    assert (there["holder"], there["from_office"], there["to_office"]) == ("office", "window", "review")
    assert (there["handovers"], there["cases"], there["returns"], there["imbalance"]) == (3, 3, 1, 0.5)
    assert (there["waited_workdays"], there["waited_workdays_median"]) == (2.5, 0.5)
    assert there["waited_workdays_mean"] == pytest.approx(2.5 / 3)
    assert (back["from_office"], back["handovers"], back["returns"], back["imbalance"]) == ("review", 1, 0, -0.5)
    assert (there["starts_recorded_share"], back["waited_workdays"]) == (1.0, 0.5)


def test_persons_are_counted_but_never_listed_in_pairs(drawn_flow: Draw) -> None:
    """Li passes to Wang within one office: the count of hand-overs between handlers is 1, and no pair is listed."""
    flow = drawn_flow("""
        case | agency | office | handler | step | end
        -----+--------+--------+---------+------+---------
        A    | water  | window | Li      | a    | 02 09:00
        A    | water  | window | Wang    | b    | 02 10:00
        """)
    assert the_counts(flow, "handler")["handovers"] == 1
    assert handovers(flow.engine, flow.worked).rows() == []


def test_orphan_days_run_from_leaving_one_office_to_beginning_at_another(drawn_flow: Draw) -> None:
    """Left on Monday at noon, begun on Tuesday at noon: half a day and half a day. The wait within the review is none:

    it lay there from Tuesday evening to Wednesday noon, but the review had it. Orphan 1.0; waited 1.0 + 0.5.
    """
    flow = drawn_flow("""
        case | agency | office | step | start    | end
        -----+--------+--------+------+----------+---------
        A    | water  | window | a    | 02 08:30 | 02 12:00
        A    | water  | review | b    | 03 12:00 | 03 17:30
        A    | water  | review | c    | 04 12:00 | 04 17:30
        """)
    found = the_flow(flow)
    assert (found["orphan_workdays"], found["waited_workdays"], found["lasted_workdays"]) == (1.0, 1.5, 3.0)


def test_orphan_days_are_unknown_where_the_taker_records_no_start(drawn_flow: Draw) -> None:
    """A: when the review began is not recorded, so waiting and work cannot be told apart. B never left the window: zero."""
    flow = drawn_flow("""
        case | agency | office | step | start    | end
        -----+--------+--------+------+----------+---------
        A    | water  | window | a    | 02 08:30 | 02 12:00
        A    | water  | review | b    |          | 03 12:00
        B    | water  | window | a    |          | 02 12:00
        B    | water  | window | b    |          | 03 12:00
        """)
    assert the_flow(flow, "A")["orphan_workdays"] is None
    assert the_flow(flow, "B")["orphan_workdays"] == 0.0


def test_a_step_that_names_nobody_is_orphaned_as_a_whole(drawn_flow: Draw) -> None:
    """Monday noon to Tuesday noon it waits for, and is in, a step without office and handler (1.0); then it waits until

    Tuesday evening for the review (0.5): 1.5. Where no step names anybody, nothing is known.
    """
    flow = drawn_flow("""
        case | agency | office | handler | step | start    | end
        -----+--------+--------+---------+------+----------+---------
        A    | water  | window | Li      | a    | 02 08:30 | 02 12:00
        A    |        |        |         | b    | 02 17:30 | 03 12:00
        A    | water  | review | Wang    | c    | 03 17:30 | 03 17:30
        B    |        |        |         | a    | 02 08:30 | 02 12:00
        B    |        |        |         | b    | 02 17:30 | 03 12:00
        """)
    assert the_flow(flow, "A")["orphan_workdays"] == 1.5
    assert the_flow(flow, "B")["orphan_workdays"] is None


def test_a_case_lasts_on_the_schedule_of_the_agency_that_answers_for_it(drawn_flow: Draw) -> None:
    """Monday 08:30 to Tuesday 12:30 on hours 08:30-12:30 of four hours: two working days."""
    flow = drawn_flow("""
        case | agency | office | step | start    | end
        -----+--------+--------+------+----------+---------
        A    | water  | window | a    | 02 08:30 | 02 10:00
        A    | water  | window | b    | 02 11:00 | 03 12:30
        """)
    mornings = Schedule("mornings", load_calendar("cn"), read_hours("08:30-12:30"))
    rows = case_flows(flow.engine, flow.worked, schedule=flow.schedule, agency_schedules={"water": mornings}).rows()
    assert rows[0]["lasted_workdays"] == 2.0


def test_an_office_absorbs_the_cases_that_it_has_last(drawn_flow: Draw) -> None:
    """Window touched A, B, C and had all three first; A ended there although it had been away. Review had B last, decision C.

    Absorption: window 1 of 3, review 1 of 3 (A and C went on), decision 1 of 1.
    """
    flow = drawn_flow("""
        case | agency | office   | step | end
        -----+--------+----------+------+---------
        A    | water  | window   | a    | 02 09:00
        A    | water  | review   | b    | 02 10:00
        A    | water  | window   | c    | 02 11:00
        B    | water  | window   | a    | 02 09:00
        B    | water  | review   | b    | 02 10:00
        C    | water  | window   | a    | 02 09:00
        C    | water  | review   | b    | 02 10:00
        C    | water  | decision | c    | 02 11:00
        """)
    found = {row.pop("office"): row for row in absorption(flow.engine, flow.worked, cases=flow.cases).rows()}
    columns = ("cases", "received_first", "finished_first", "taken_from_others", "passed_for_good")
    assert [found["window"][name] for name in columns] == [3, 3, 1, 0, 2]
    assert [found["review"][name] for name in columns] == [3, 0, 0, 1, 2]
    assert [found["decision"][name] for name in columns] == [1, 0, 0, 1, 0]
    assert [found[office]["absorption_share"] for office in ("window", "review", "decision")] == [1 / 3, 1 / 3, 1.0]


def test_nobody_has_absorbed_a_case_that_is_still_open(drawn_flow: Draw) -> None:
    """B stands at the review now, but may go on: only A counts."""
    flow = drawn_flow(
        """
        case | agency | office | step | end
        -----+--------+--------+------+---------
        A    | water  | window | a    | 02 09:00
        B    | water  | window | a    | 02 09:00
        B    | water  | review | b    | 02 10:00
        """,
        """
        case | agency | item   | ended
        -----+--------+--------+------
        A    | water  | permit | 02
        B    | water  | permit |
        """,
    )
    found = absorption(flow.engine, flow.worked, cases=flow.cases).rows()
    assert [(row["office"], row["cases"], row["absorption_share"]) for row in found] == [("window", 1, 1.0)]


def test_an_open_case_waits_from_its_last_step_to_the_end_of_the_day(drawn_flow: Draw) -> None:
    """Judged on Wednesday 4 March.

    A ended its check on Monday noon: half of Monday, Tuesday, Wednesday = 2.5. B began its check on Tuesday morning and has not
    ended it: Tuesday and Wednesday = 2. C was concluded on 5 March, so it is open on the 4th: Wednesday afternoon = 0.5.
    D was concluded on the 4th: not open.
    """
    flow = drawn_flow(
        """
        case | agency | office | step  | start    | end
        -----+--------+--------+-------+----------+---------
        A    | water  | window | check | 02 08:30 | 02 12:00
        B    | water  | window | check | 03 08:30 |
        C    | water  | review | sign  | 04 08:30 | 04 12:00
        D    | water  | review | sign  | 02 08:30 | 02 12:00
        """,
        """
        case | agency | item   | ended
        -----+--------+--------+------
        A    | water  | permit |
        B    | water  | permit |
        C    | water  | permit | 05
        D    | water  | permit | 04
        """,
    )
    found = open_waits(flow.engine, flow.worked, cases=flow.cases, schedule=flow.schedule, on=date(2026, 3, 4)).rows()
    assert [tuple(row.values()) for row in found] == [
        ("water", "review", "sign", 1, 0.5, 0.5, 0.5),
        ("water", "window", "check", 2, 4.5, 2.25, 2.5),
    ]


def test_an_open_wait_is_counted_on_the_hours_of_the_agency_where_it_stands(drawn_flow: Draw) -> None:
    """From Monday 08:30 to the end of Tuesday, by mornings of four hours: two working days."""
    mornings = Schedule("mornings", load_calendar("cn"), read_hours("08:30-12:30"))
    flow = drawn_flow(
        """
        case | agency | office | step  | start | end
        -----+--------+--------+-------+-------+---------
        A    | water  | window | check |       | 02 08:30
        """,
        """
        case | agency | item   | ended
        -----+--------+--------+------
        A    | water  | permit |
        """,
    )
    found = open_waits(
        flow.engine,
        flow.worked,
        cases=flow.cases,
        schedule=flow.schedule,
        on=date(2026, 3, 3),
        agency_schedules={"water": mornings},
    ).rows()
    assert found[0]["waiting_workdays"] == 2.0


def test_an_open_wait_beyond_the_calendar_is_unknown_and_not_zero(drawn_flow: Draw) -> None:
    flow = drawn_flow(
        """
        case | agency | office | step  | start | end
        -----+--------+--------+-------+-------+---------
        A    | water  | window | check |       | 02 08:30
        """,
        """
        case | agency | item   | ended
        -----+--------+--------+------
        A    | water  | permit |
        """,
    )
    on = date(flow.schedule.calendar.last.year + 1, 1, 4)
    found = open_waits(flow.engine, flow.worked, cases=flow.cases, schedule=flow.schedule, on=on).rows()
    assert [(row["cases"], row["waiting_workdays"], row["waiting_workdays_max"]) for row in found] == [(1, None, None)]
