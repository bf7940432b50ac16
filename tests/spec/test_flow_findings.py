"""How sure it is, and from a difference to a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.flow import bottlenecks, compare
from xiaoneng.core.flow.comparing import Compared, cases_of, saving_interval
from xiaoneng.core.tables import CASES, STEP_CAUSES, WORKED_STEPS

_DAY = 25_200  # seconds of a working day of seven hours
_MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """An office whose cases, two a week, each spend so many working days at the step."""

    agency: str
    workdays: tuple[float, ...]
    item: str = "取水许可"
    weeks: int = 12
    kind: str = "promised_case"
    limit_workdays: int | None = None


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def compared(engine: Engine, *offices: Office) -> Any:
    """The comparisons of the step 审查 at these offices; the days of an office are taken in turn by its cases."""
    worked, cases = [], []
    for office in offices:
        for number in range(2 * office.weeks):
            began = _MONDAY + timedelta(weeks=number // 2, days=number % 2)
            case_id, days = f"{office.agency}-{number:03d}", office.workdays[number % len(office.workdays)]
            cases.append(
                {
                    "case_id": case_id,
                    "agency": office.agency,
                    "service_item_name": office.item,
                    "case_kind": office.kind,
                    "promised_limit": office.limit_workdays,
                    "promised_unit": "workday" if office.limit_workdays else None,
                }
            )
            worked.append(
                {
                    "case_id": case_id,
                    "step_no": 1,
                    "case_agency": office.agency,
                    "agency": office.agency,
                    "office": "审批科",
                    "name": "审查",
                    "enabled_at": began,
                    "arrived_at": began,
                    "left_at": began,
                    "is_start_recorded": True,
                    "is_end_recorded": True,
                    "waited_workseconds": 0,
                    "took_workseconds": round(days * _DAY),
                    "took_seconds": round(days * _DAY),
                    "workday_seconds": _DAY,
                    "is_first": True,
                    "is_last": True,
                }
            )
    tables = {"cases": engine.from_rows(CASES, cases), "step_causes": engine.empty(STEP_CAUSES)}
    steps = engine.from_rows(WORKED_STEPS, worked)
    tables["agency_returns"] = engine.stage("flow/agency_returns", worked_steps=steps)
    return compare(engine, steps, **tables)


def slow_step(found: Any, agency: str) -> Compared:
    (one,) = [one for one in found.compared if one.kind == "slow_step" and one.agency == agency]
    return one


def test_an_office_that_takes_three_days_where_others_take_one_is_confirmed(engine: Engine) -> None:
    """24 cases of the same item at 3 and 4 days in turn (median 3.5), at the other two agencies at 1 and 2 (median 1.5):
    2 days a case, 48 in all, and no ordering by chance does that."""
    found = compared(engine, Office("水务", (3.0, 4.0)), Office("城关", (1.0, 2.0)), Office("河东", (2.0, 1.0)))
    one = slow_step(found, "水务")
    assert (one.is_same_item, one.cases, one.weeks) == (True, 24, 12)
    assert (one.case_workdays, one.peer_workdays, one.saved_workdays) == pytest.approx((3.5, 1.5, 48.0))
    assert one.is_confirmed
    assert not any(slow_step(found, agency).is_confirmed for agency in ("城关", "河东"))


def test_a_difference_below_the_least_effect_is_none_however_sure(engine: Engine) -> None:
    """0.3 days more in every single case: beyond chance, and below half a working day."""
    found = compared(engine, Office("水务", (1.3, 1.4)), Office("城关", (1.0, 1.1)))
    one = slow_step(found, "水务")
    assert one.q_value < 0.05
    assert not one.is_confirmed


def test_one_bad_week_is_one_observation_and_no_finding(engine: Engine) -> None:
    """An office is as quick as the other but for the four cases of two weeks, which take 20 days: cases of a week are one group."""
    days = tuple(20.0 if place in (4, 5, 6, 7) else 1.0 + place % 2 for place in range(24))
    found = compared(engine, Office("水务", days), Office("城关", (1.0, 2.0)))
    assert not slow_step(found, "水务").is_confirmed


def test_fewer_than_twenty_cases_or_eight_weeks_are_not_compared(engine: Engine) -> None:
    """18 cases in 9 weeks are too few; 14 cases in 7 weeks too."""
    for weeks in (9, 7):
        found = compared(engine, Office("水务", (9.0, 8.0), weeks=weeks), Office("城关", (1.0, 2.0)))
        assert [one for one in found.compared if one.agency == "水务"] == []


def test_an_office_without_any_peer_is_not_compared(engine: Engine) -> None:
    assert compared(engine, Office("水务", (9.0, 8.0))).compared == ()


def test_other_items_must_be_exceeded_in_days_and_as_a_share_of_the_limit(engine: Engine) -> None:
    """Items that no two share, limits of 8 and 15 days (both 8 to 15). 水务 takes 4 of its 15 days, 城关 2 of 8: twice the days, and
    about the same share (0.27 and 0.25). Slow in days alone is not slow."""
    found = compared(
        engine,
        Office("水务", (4.0, 4.1), item="取水许可", limit_workdays=15),
        Office("城关", (2.0, 2.1), item="采砂许可", limit_workdays=8),
    )
    one = slow_step(found, "水务")
    assert not one.is_same_item
    assert not one.is_confirmed
    assert one.saved_workdays < 24 * 1.0


def test_a_saving_of_cases_that_are_all_alike_has_no_width(engine: Engine) -> None:
    """Every case at 水务 takes 3 days, elsewhere 1: 2 days in each of 24 cases, whichever weeks are left out."""
    found = compared(engine, Office("水务", (3.0,)), Office("城关", (1.0, 1.0)))
    one = slow_step(found, "水务")
    assert saving_interval(one, cases_of(engine, found, [one])[0]) == pytest.approx((48.0, 48.0))


def test_what_cannot_be_told_apart_has_ranks_that_overlap(engine: Engine) -> None:
    """Three steps over six weeks: 审查 takes 10 days in every case, 受理 and 决定 take 1 and 2 in turn, so that neither is ahead."""
    worked, cases = [], []
    for number in range(12):
        began = _MONDAY + timedelta(weeks=number // 2)
        cases.append({"case_id": f"A{number:02d}", "agency": "水务"})
        turn = number // 2 % 2
        for place, (name, days) in enumerate((("受理", 1 + turn), ("审查", 10), ("决定", 2 - turn)), start=1):
            worked.append(
                {
                    "case_id": f"A{number:02d}",
                    "step_no": place,
                    "case_agency": "水务",
                    "agency": "水务",
                    "name": name,
                    "from_agency": "水务",
                    "arrived_at": began,
                    "waited_workseconds": 0,
                    "took_workseconds": days * _DAY,
                    "workday_seconds": _DAY,
                    "is_first": place == 1,
                    "is_last": place == 3,
                }
            )
    found = bottlenecks(engine, engine.from_rows(WORKED_STEPS, worked), cases=engine.from_rows(CASES, cases))
    steps = {
        row["name"]: (row["cost_workdays"], row["rank_low"], row["rank_high"])
        for row in found.rows()
        if row["kind"] == "step" and row["agency"] is None
    }
    assert steps == {"审查": (120.0, 1, 1), "受理": (18.0, 2, 3), "决定": (18.0, 2, 3)}
