"""Directives passed down the levels (督办事项): where they lie, where they are lost, what is added on the way.

Moments are drawn as `Mon 10:00`, in the first week of March 2026 (Monday 2 March). The offices are open Monday to Friday,
9:00 to 17:00, so that a working day has 8 hours; the day of judging is Friday, to its end, unless another is named.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from xiaoneng.core.calendar import Schedule, load_calendar, read_hours
from xiaoneng.core.engine import Engine
from xiaoneng.core.flow import directive_levels
from xiaoneng.core.tables import DIRECTIVE_STAGES

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY = date(2026, 3, 2)
OFFICE = Schedule("office", load_calendar("cn"), read_hours("09:00-17:00"))
NAMES = {1: "county", 2: "agency", 3: "office"}


def value(column: str, text: str) -> Any:
    if not text:
        return None
    if column.endswith("_at"):
        day, clock = text.split(" ")
        return datetime.fromisoformat(f"{day_of(day)} {clock:0>5}").replace(tzinfo=ZONE)
    if column.endswith("_on"):
        return day_of(text)
    return int(text) if column in ("level_no", "targets") else text


def day_of(name: str) -> date:
    return MONDAY + timedelta(days=DAYS.index(name))


def levels(drawing: str, *, on: str = "Fri") -> list[dict[str, Any]]:
    lines = [line.strip() for line in drawing.strip().splitlines() if "-+-" not in line]
    heads, *rows = ([part.strip() for part in line.split("|")] for line in lines)
    drawn = [{name: value(name, text) for name, text in zip(heads, row, strict=True)} for row in rows]
    for row in drawn:
        row["level_name"] = NAMES[row["level_no"]]
    with Engine(threads=1, zone=str(ZONE)) as engine:
        stages = engine.from_rows(DIRECTIVE_STAGES, drawn)
        return directive_levels(engine, stages, schedule=OFFICE, on=day_of(on)).rows()


def told(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


TWO = """
    directive | level_no | agency | arrived_at | passed_at
    ----------+----------+--------+------------+----------
    D1        | 1        | county | Mon 9:00   | Mon 13:00
    D1        | 2        | water  | Mon 13:00  | Tue 13:00
    D1        | 3        | canal  | Tue 13:00  | Wed 9:00
    D2        | 1        | county | Mon 9:00   | Tue 9:00
    D2        | 2        | roads  | Tue 9:00   |
    D2        | 3        | bridge |            |
    """


def test_a_directive_lies_on_a_level_from_its_arrival_until_it_is_passed_on():
    """Level 1 held D1 half a day and D2 a day: 1.5 working days. Level 2 held D1 one day (Monday 13:00 to Tuesday 13:00)
    and still holds D2: Tuesday 9:00 to the end of Friday, four days. Level 3 held D1 half a day. Of the 7 days in all
    level 2 has 5. The medians are of those that have left."""
    assert told(levels(TWO), "level_no", "held_workdays", "held_share", "held_workdays_median") == [
        (1, 1.5, 1.5 / 7, 0.75),
        (2, 5, 5 / 7, 1),
        (3, 0.5, 0.5 / 7, 0.5),
    ]


def test_survival_is_the_share_that_arrives():
    """Both reach levels 1 and 2, one of two reaches level 3, where it was acted on."""
    found = told(levels(TWO), "level_name", "directives", "arrived", "passed", "survival_share")
    assert found == [("county", 2, 2, 2, 1), ("agency", 2, 2, 1, 1), ("office", 2, 1, 1, 0.5)]


def test_what_happened_after_the_day_of_judging_has_not_happened_yet():
    """Judged on Monday: D1 lay half a day at level 1 and since 13:00 at level 2, another half; D2 a day at level 1."""
    found = told(levels(TWO, on="Mon"), "arrived", "passed", "held_workdays", "survival_share")
    assert found == [(2, 1, 1.5, 1), (1, 0, 0.5, 0.5), (0, 0, None, 0)]


def test_a_directive_that_ends_higher_up_is_not_missed_lower_down():
    """D2 is to pass two levels only: of the one directive that is to reach level 3, one did."""
    shorter = "\n".join(line for line in TWO.splitlines() if "bridge" not in line)
    assert told(levels(shorter), "directives", "survival_share") == [(2, 1), (2, 1), (1, 1)]


def test_the_time_on_a_level_falls_into_unread_undivided_and_not_passed_on():
    """D1 was signed for after 2 hours, divided 4 hours later and passed on after 2 more; D2 after 4, and was not divided.
    Unread: (2 + 4) / 2 = 3 hours. Level 2 records neither: unknown, not zero."""
    (first, second) = levels("""
        directive | level_no | arrived_at | read_at   | split_at  | passed_at
        ----------+----------+------------+-----------+-----------+----------
        D1        | 1        | Mon 9:00   | Mon 11:00 | Mon 15:00 | Mon 17:00
        D2        | 1        | Mon 9:00   | Mon 13:00 |           |
        D1        | 2        | Mon 17:00  |           |           | Tue 17:00
        """)
    columns = ("signed_for", "divided", "unread_workdays_mean", "unsplit_workdays_mean", "unpassed_workdays_mean")
    assert told([first, second], *columns) == [(2, 1, 3 / 8, 4 / 8, 2 / 8), (None, None, None, None, None)]
    assert second["held_workdays"] == 1


def test_distortion_is_told_against_the_level_above():
    """Level 2 set an earlier day for D1 (Thursday instead of Friday) and a later one for D2, which is no shortening; it
    named one more target for D2. Level 3 wrote no day; for D1 it named one target more than level 2, whose number is
    that of level 1. Above level 1 there is none."""
    found = levels("""
        directive | level_no | arrived_at | limit_on | targets
        ----------+----------+------------+----------+--------
        D1        | 1        | Mon 9:00   | Fri      | 3
        D1        | 2        | Mon 10:00  | Thu      |
        D1        | 3        | Mon 11:00  |          | 4
        D2        | 1        | Mon 9:00   | Thu      | 3
        D2        | 2        | Mon 10:00  | Fri      | 4
        D2        | 3        | Mon 11:00  |          | 4
        """)
    assert told(found, "limits_shortened", "targets_added") == [(None, None), (1, 1), (None, 1)]


KNOT = """
    directive | level_no | agency | arrived_at | passed_at
    ----------+----------+--------+------------+----------
    D1        | 1        | county | Mon 9:00   | Mon 11:00
    D1        | 2        | water  | Mon 11:00  | Mon 13:00
    D1        | 3        | canal  | Mon 13:00  | Mon 17:00
    D2        | 1        | county | Mon 9:00   | Mon 11:00
    D2        | 2        | roads  | Mon 11:00  | Thu 11:00
    D2        | 3        | bridge | Thu 11:00  | Thu 13:00
    D3        | 1        | county | Mon 9:00   | Mon 11:00
    D3        | 2        | parks  | Mon 11:00  | Mon 15:00
    D3        | 3        | trees  | Mon 15:00  | Mon 17:00
    """


def test_the_knot_is_the_level_whose_slowest_body_exceeds_the_median_body_most():
    """Level 2: water 2 hours, parks 4, roads 24: roads exceeds the median by 20 hours, 2.5 working days. Level 3: canal 4
    hours, the others 2: 2 hours, a quarter of a day. Level 1 is one body, which cannot be compared."""
    assert told(levels(KNOT), "bodies", "excess_workdays", "slowest_agency", "is_knot") == [
        (1, None, None, False),
        (3, 2.5, "roads", True),
        (3, 0.25, "canal", False),
    ]


def test_fewer_than_three_bodies_are_not_compared_and_then_there_may_be_no_knot():
    """Without D3 each level has two bodies at most."""
    fewer = "\n".join(line for line in KNOT.splitlines() if "D3" not in line)
    assert told(levels(fewer), "excess_workdays", "slowest_agency", "is_knot") == [(None, None, False)] * 3


def test_a_level_on_which_all_bodies_are_alike_is_no_knot():
    """Three bodies, a working day each: the excess is nothing, and nobody is named."""
    (level,) = levels("""
        directive | level_no | agency | arrived_at | passed_at
        ----------+----------+--------+------------+----------
        D1        | 1        | water  | Mon 9:00   | Tue 9:00
        D2        | 1        | roads  | Mon 9:00   | Tue 9:00
        D3        | 1        | parks  | Mon 9:00   | Tue 9:00
        """)
    assert told([level], "excess_workdays", "slowest_agency", "is_knot") == [(0, None, False)]


def test_a_body_that_still_holds_a_directive_counts_with_what_it_has_held_so_far():
    """Roads never passed D2 on: from Monday 11:00 to the end of Friday it held it 6 + 4 x 8 = 38 hours, 34 more than the
    median body, parks, with its 4."""
    held = KNOT.replace("| Mon 11:00  | Thu 11:00", "| Mon 11:00  |          ").replace("Thu 11:00  | Thu 13:00", "|")
    (_, second, _) = levels("\n".join(line for line in held.splitlines() if "bridge" not in line))
    assert told([second], "excess_workdays", "slowest_agency", "is_knot") == [(34 / 8, "roads", True)]
