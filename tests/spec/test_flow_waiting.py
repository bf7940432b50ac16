"""What counts as waiting, what follows what, the same item elsewhere, and which waits are drawn.

A working day has seven hours here (08:30-12:00, 14:00-17:30); 2 March 2026 is a Monday, 7 and 8 March are a weekend.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xiaoneng.core.calendar import Schedule, load_calendar, read_hours
from xiaoneng.core.flow import directly_follows, item_peers, spectrum, step_times

Draw = Callable[..., Any]
HOUR = 3600


def the_step(flow: Any, step_no: int, case: str = "A") -> dict[str, Any]:
    """A row of WORKED_STEPS."""
    rows = flow.worked.rows()
    found: dict[str, Any] = next(row for row in rows if (row["case_id"], row["step_no"]) == (case, step_no))
    return found


def the_edge(flow: Any, before: str, after: str, agency: str | None = None, item: str | None = None) -> dict[str, Any]:
    key = {"agency": agency, "service_item": item, "from_name": before, "to_name": after}
    found: dict[str, Any] = next(
        row for row in directly_follows(flow.engine, flow.worked).rows() if row.items() >= key.items()
    )
    return found


def the_times(flow: Any, name: str, agency: str | None = None) -> dict[str, Any]:
    key = {"agency": agency, "service_item": None, "name": name}
    found: dict[str, Any] = next(
        row for row in step_times(flow.engine, flow.worked).rows() if row.items() >= key.items()
    )
    return found


# --- what counts as waiting -------------------------------------------------------------------------------------------


def test_a_wait_runs_from_leaving_one_step_to_beginning_the_next(drawn_flow: Draw) -> None:
    """Left at 09:00, begun at 11:00: two hours waited; the step itself took from 11:00 to 11:30."""
    flow = drawn_flow("""
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 02 08:30 | 02 09:00
        A    | water  | review  | 02 11:00 | 02 11:30
        """)
    step = the_step(flow, 2)
    assert (step["waited_seconds"], step["waited_workseconds"]) == (2 * HOUR, 2 * HOUR)
    assert (step["took_seconds"], step["took_workseconds"]) == (HOUR // 2, HOUR // 2)


def test_nights_the_noon_break_and_rest_days_are_no_working_time(drawn_flow: Draw) -> None:
    """Friday 17:00 to Monday 09:00: half an hour on Friday and half on Monday, of 64 hours in all.

    11:00 to 15:00 on Monday: one hour before the break and one after it.
    """
    flow = drawn_flow("""
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 06 16:00 | 06 17:00
        A    | water  | review  | 09 09:00 | 09 11:00
        A    | water  | sign    | 09 15:00 | 09 15:30
        """)
    assert [the_step(flow, number)["waited_seconds"] for number in (2, 3)] == [64 * HOUR, 4 * HOUR]
    assert [the_step(flow, number)["waited_workseconds"] for number in (2, 3)] == [HOUR, 2 * HOUR]


def test_a_moment_within_a_quarter_of_an_hour_counts_to_the_second(drawn_flow: Draw) -> None:
    """From 11:53 to 14:07: seven minutes until the noon break and seven after it."""
    flow = drawn_flow("""
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 02 11:00 | 02 11:53
        A    | water  | review  | 02 14:07 | 02 14:08
        """)
    assert the_step(flow, 2)["waited_workseconds"] == 14 * 60


def test_a_step_without_a_start_of_its_own_is_all_waiting(drawn_flow: Draw) -> None:
    """Only its end is known: nobody can tell waiting from work, and the row says so."""
    flow = drawn_flow("""
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive |          | 02 09:00
        A    | water  | review  |          | 02 11:00
        """)
    step = the_step(flow, 2)
    assert (step["waited_workseconds"], step["took_workseconds"]) == (2 * HOUR, 0)
    assert (step["is_start_recorded"], step["is_end_recorded"]) == (False, True)


def test_a_step_that_begins_before_the_one_before_is_left_was_not_waited_for(drawn_flow: Draw) -> None:
    """Steps at the same time: the wait is 0 and never below."""
    flow = drawn_flow("""
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 02 08:30 | 02 10:00
        A    | water  | ask     | 02 09:00 | 02 11:00
        """)
    assert (the_step(flow, 2)["waited_seconds"], the_step(flow, 2)["waited_workseconds"]) == (0, 0)


def test_nothing_is_waited_for_before_the_first_step(drawn_flow: Draw) -> None:
    flow = drawn_flow("""
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 02 08:30 | 02 10:00
        """)
    step = the_step(flow, 1)
    assert (step["waited_seconds"], step["is_first"], step["is_last"], step["from_name"]) == (0, True, True, None)


def test_a_wait_after_a_step_without_any_moment_is_unknown(drawn_flow: Draw) -> None:
    """Nobody knows when the review was left: the wait for the signature is NULL and not 0, and no mean counts it."""
    flow = drawn_flow("""
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 02 08:30 | 02 09:00
        A    | water  | review  |          |
        A    | water  | sign    | 02 11:00 | 02 11:30
        B    | water  | review  | 02 08:30 | 02 09:00
        B    | water  | sign    | 02 10:00 | 02 11:30
        """)
    assert [the_step(flow, number)["waited_workseconds"] for number in (2, 3)] == [None, None]
    edge = the_edge(flow, "review", "sign")
    assert (edge["moves"], edge["waited_days_mean"]) == (2, pytest.approx(HOUR / 86_400))


def test_working_time_is_that_of_the_agency_that_does_the_step(drawn_flow: Draw) -> None:
    """Left on Monday at 16:00, begun on Tuesday at 10:00. Fire works 09:00-15:00, six hours, so that one hour counts, a sixth of
    its day; water works until 17:30 and from 08:30, so that an hour and a half on each day counts, three of its seven hours.
    """
    six = Schedule("fire", load_calendar("cn"), read_hours("09:00-15:00"))
    flow = drawn_flow(
        """
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 02 15:00 | 02 16:00
        A    | fire   | inspect | 03 10:00 | 03 11:00
        B    | water  | receive | 02 15:00 | 02 16:00
        B    | water  | inspect | 03 10:00 | 03 11:00
        """,
        agency_schedules={"fire": six},
    )
    fire, water = the_step(flow, 2, "A"), the_step(flow, 2, "B")
    assert (fire["waited_workseconds"], fire["workday_seconds"]) == (HOUR, 6 * HOUR)
    assert (water["waited_workseconds"], water["workday_seconds"]) == (3 * HOUR, 7 * HOUR)
    edge = the_edge(flow, "receive", "inspect")
    assert edge["waited_workdays"] == pytest.approx(1 / 6 + 3 / 7, abs=2e-5)


# --- what follows what ------------------------------------------------------------------------------------------------

THREE = """
    case | agency | step    | start    | end
    -----+--------+---------+----------+---------
    A    | water  | receive | 02 08:30 | 02 09:00
    A    | water  | review  | 02 10:00 | 02 11:00
    A    | water  | review  | 02 14:00 | 02 15:00
    A    | water  | sign    | 02 16:00 | 02 17:00
    B    | water  | receive | 02 08:30 | 02 09:00
    B    | water  | review  | 02 12:00 | 02 14:00
    B    | water  | sign    |          | 03 09:30
    C    | fire   | receive | 02 08:30 | 02 09:00
    C    | fire   | review  | 02 09:30 | 02 10:30
    """


def test_an_edge_is_counted_with_its_cases_and_its_waits(drawn_flow: Draw) -> None:
    """From receipt to review: 1 hour, 3 hours, half an hour; 4.5 hours in all, of seven a day; the median is one hour.

    From review to signature: 1 hour, and 14:00 to 09:30 next morning, 4.5 hours, with no start of the signature recorded.
    """
    flow = drawn_flow(THREE)
    edge = the_edge(flow, "receive", "review")
    assert (edge["moves"], edge["cases"], edge["starts_recorded_share"]) == (3, 3, 1.0)
    assert edge["waited_workdays"] == pytest.approx(4.5 / 7, abs=4e-5)
    assert edge["waited_workdays_mean"] == pytest.approx(1.5 / 7, abs=2e-5)
    assert edge["waited_workdays_median"] == pytest.approx(1 / 7, abs=2e-5)
    assert edge["waited_days_mean"] == pytest.approx(1.5 / 24)
    signed = the_edge(flow, "review", "sign")
    assert (signed["moves"], signed["starts_recorded_share"]) == (2, 0.5)
    assert signed["waited_workdays"] == pytest.approx(5.5 / 7, abs=4e-5)
    assert (the_edge(flow, "review", "review")["moves"], the_edge(flow, "review", "review")["cases"]) == (1, 1)


def test_quantiles_lie_between_two_waits_in_proportion(drawn_flow: Draw) -> None:
    """Waits of 0, 1, 2 and 3 hours: the first quartile is 0.75, the third 2.25, the ninth decile 2.7 hours."""
    flow = drawn_flow("""
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 02 08:30 | 02 09:00
        A    | water  | review  | 02 09:00 | 02 11:00
        B    | water  | receive | 02 08:30 | 02 09:00
        B    | water  | review  | 02 10:00 | 02 11:00
        C    | water  | receive | 02 08:30 | 02 09:00
        C    | water  | review  | 02 11:00 | 02 11:00
        D    | water  | receive | 02 08:30 | 02 09:00
        D    | water  | review  | 02 12:00 | 02 13:00
        """)
    edge = the_edge(flow, "receive", "review")
    found = [edge[f"waited_workdays_{name}"] * 7 for name in ("p25", "median", "p75", "p90")]
    assert found == pytest.approx([0.75, 1.5, 2.25, 2.7], abs=2e-4)
    assert edge["waited_days_p90"] * 24 == pytest.approx(2.7)


def test_the_graph_is_drawn_for_all_for_each_agency_and_for_each_of_its_items(drawn_flow: Draw) -> None:
    """NULL stands for all; cases whose own agency or item is unknown are in the whole, and in no part that would bear that name."""
    flow = drawn_flow(
        """
        case | step    | start    | end
        -----+---------+----------+---------
        A    | receive | 02 08:30 | 02 09:00
        A    | review  | 02 09:00 | 02 11:00
        B    | receive | 02 08:30 | 02 09:00
        B    | review  | 02 09:00 | 02 11:00
        C    | receive | 02 08:30 | 02 09:00
        C    | review  | 02 09:00 | 02 11:00
        """,
        """
        case | agency | item
        -----+--------+-------
        A    | water  | permit
        B    | water  |
        C    |        | permit
        """,
    )
    scopes = {
        (row["agency"], row["service_item"]): row["moves"] for row in directly_follows(flow.engine, flow.worked).rows()
    }
    assert scopes == {(None, None): 3, ("water", None): 2, ("water", "permit"): 1}
    assert scopes == {
        (row["agency"], row["service_item"]): row["events"]
        for row in step_times(flow.engine, flow.worked).rows()
        if row["name"] == "review"
    }


def test_a_step_is_counted_with_its_repeats_its_first_and_its_last_places(drawn_flow: Draw) -> None:
    """Four reviews in three cases: case A has a second one, straight after the first. Case C ends with its review."""
    found = the_times(drawn_flow(THREE), "review")
    names = ("events", "cases", "starts", "ends", "reworked_cases", "repeats", "self_loops")
    assert [found[name] for name in names] == [4, 3, 0, 1, 1, 1, 1]
    assert the_times(drawn_flow(THREE), "receive")["starts"] == 3


def test_the_time_of_a_step_is_its_wait_and_its_work(drawn_flow: Draw) -> None:
    """Reviews: waits of 1, 1, 3 and 0.5 hours and work of 1, 1, 0 (from the noon break on) and 1 hour: 5.5 and 3 hours.

    The wait from 11:00 to 14:00 counts one hour; the review from 12:00 to 14:00 lies in the noon break.
    """
    found = the_times(drawn_flow(THREE), "review")
    assert found["waited_workdays"] == pytest.approx(5.5 / 7, abs=5e-5)
    assert found["spent_workdays"] == pytest.approx(8.5 / 7, abs=5e-5)
    assert found["spent_workdays_mean"] == pytest.approx(8.5 / 4 / 7, abs=2e-5)
    assert found["spent_workdays_median"] == pytest.approx(2 / 7, abs=2e-5)


# --- the same item elsewhere ------------------------------------------------------------------------------------------


def test_an_item_is_compared_where_two_agencies_have_ended_cases_of_it(drawn_flow: Draw) -> None:
    """Water takes 2 and 4 hours, fire 1: compared under the name of the item. A case that is open, and an item of one agency
    alone, are left out. The case of 4 hours passes once from window to review.
    """
    flow = drawn_flow(
        """
        case | agency | office | step    | start    | end
        -----+--------+--------+---------+----------+---------
        A    | water  | window | receive | 02 08:30 | 02 10:30
        B    | water  | window | receive | 02 08:30 | 02 09:30
        B    | water  | review | review  | 02 11:30 | 02 14:30
        C    | fire   | window | receive | 02 08:30 | 02 09:30
        D    | fire   | window | receive | 02 08:30 | 02 11:30
        E    | fire   | window | receive | 02 08:30 | 02 11:30
        """,
        """
        case | agency | item | item name | ended
        -----+--------+------+-----------+------
        A    | water  | w1   | permit    | 02
        B    | water  | w1   | permit    | 02
        C    | fire   | f1   | permit    | 02
        D    | fire   | f1   | permit    |
        E    | fire   | f2   | licence   | 02
        """,
    )
    found = item_peers(flow.engine, worked=flow.worked, cases=flow.cases).rows()
    assert [(row["item_name"], row["agency"], row["cases"]) for row in found] == [
        ("permit", "fire", 1),
        ("permit", "water", 2),
    ]
    assert found[0]["lasted_workdays_median"] == pytest.approx(1 / 7, abs=2e-5)
    assert found[1]["lasted_workdays_median"] == pytest.approx(3 / 7, abs=2e-5)
    assert (found[1]["steps_median"], found[1]["handovers_mean"]) == (1.5, 0.5)


# --- which waits are drawn --------------------------------------------------------------------------------------------


def test_the_spectrum_draws_the_segments_that_cost_most(drawn_flow: Draw) -> None:
    """From receipt to review 4.5 hours are waited in all, from review to signature 5.5, from review to review one: of two segments
    over all the last one is not drawn. The slowest of two moves is in the fourth quartile, the quickest in the first.
    """
    flow = drawn_flow(THREE)
    edges = directly_follows(flow.engine, flow.worked)
    found = spectrum(flow.engine, worked=flow.worked, edges=edges, segments=2, agency_segments=1).rows()
    drawn = [(row["agency"], row["from_name"], row["to_name"]) for row in found]
    assert set(drawn) == {
        (None, "receive", "review"),
        (None, "review", "sign"),
        ("fire", "receive", "review"),
        ("water", "review", "sign"),
    }
    assert [
        (row["case_id"], row["quartile"], row["moves"])
        for row in found
        if drawn[found.index(row)][:2] == (None, "review")
    ] == [
        ("B", 4, 2),
        ("A", 1, 2),
    ]


def test_of_a_large_segment_the_same_moves_are_drawn_each_time(drawn_flow: Draw) -> None:
    """Three of twenty moves, and the quartiles of all twenty: equal waits are all in the first."""
    flow = drawn_flow(
        """
        case | agency | step    | start    | end
        -----+--------+---------+----------+---------
        A    | water  | receive | 02 08:30 | 02 09:00
        A    | water  | review  | 02 10:00 | 02 11:00
        """,
        repeat=20,
    )
    edges = directly_follows(flow.engine, flow.worked)
    first, again = (spectrum(flow.engine, worked=flow.worked, edges=edges, moves=3).rows() for _ in range(2))
    assert first == again
    assert [(row["agency"], row["quartile"], row["moves"]) for row in first] == [(None, 1, 20)] * 3 + [
        ("water", 1, 20)
    ] * 3
