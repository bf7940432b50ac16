"""A county of twenty-four cases, each with its story as its number: judged as counted off apart from the code, and byte for byte as reviewed.

The records stand in `small_county`, the reviewed edition in `expected`. Where a change of method is meant to change it,
`python scripts/golden.py` writes it anew: read the difference before you keep it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from xiaoneng.core.edition import Edition, analyse, explained_case

HERE = Path(__file__).parent
ON = date(2026, 10, 31)
REVIEWED = (
    "summary.json",
    *(
        f"tables/{name}.csv"
        for name in ("cases", "cards", "agencies", "set_aside", "directly_follows", "step_times", "case_flows")
    ),
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return analyse(
        sorted((HERE / "small_county").glob("*.csv")), out_dir=tmp_path_factory.mktemp("golden") / "edition", on=ON
    )


@pytest.mark.parametrize("name", REVIEWED)
def test_the_edition_is_the_reviewed_one_byte_for_byte(name: str, edition: Edition) -> None:
    assert (edition.folder / name).read_text(encoding="utf-8") == (HERE / "expected" / name).read_text(encoding="utf-8")


def test_each_story_ends_as_counted_off_on_the_wall_calendar(edition: Edition) -> None:
    """2026: off are 15 to 23 February, 4 to 6 April, 1 to 7 October; worked are 14 and 28 February, 20 September, 10 October."""
    expected = """
        story                        | promised   | by law     | state     | card
        -----------------------------+------------+------------+-----------+--------------
        in-time                      | 2026-03-09 | 2026-03-30 | in_time   | none
        late-by-promise              | 2026-03-09 | 2026-03-30 | late      | yellow
        late-by-law                  | 2026-03-11 | 2026-03-30 | late      | red
        over-spring-festival         | 2026-02-27 | 2026-03-18 | in_time   | none
        over-national-day            | 2026-10-20 | 2026-11-02 | late      | yellow
        received-on-rest-day         | 2026-03-23 | 2026-04-07 | in_time   | none
        heard-in-a-hearing           | 2026-03-24 | 2026-04-13 | in_time   | none
        stopped-for-internal-study   | 2026-03-11 | 2026-03-30 | late      | red
        two-stops-that-overlap       | 2026-03-31 | 2026-04-15 | in_time   | none
        still-stopped                | –          | –          | paused    | none
        open-and-far                 | 2026-11-06 | 2026-11-25 | running   | none
        open-and-soon-due            | 2026-11-02 | 2026-11-23 | running   | early_warning
        open-and-late                | 2026-10-19 | 2026-11-09 | open_late | yellow
        open-and-late-by-law         | 2026-09-10 | 2026-09-29 | open_late | red
        told-late-what-is-missing    | 2026-04-03 | 2026-03-30 | late      | red
        told-in-time-what-is-missing | 2026-04-03 | 2026-04-20 | in_time   | none
        concluded-before-received    | –          | –          | unjudged  | none
        end-is-1970                  | 2026-11-04 | 2026-11-25 | running   | none
        refused                      | 2026-04-15 | 2026-04-30 | in_time   | none
        same-number                  | 2026-05-18 | 2026-06-08 | in_time   | none
        same-number                  | 2026-05-20 | 2026-06-08 | late      | yellow
        sent-twice                   | 2026-05-29 | 2026-06-09 | in_time   | none
        a-formula-as-a-name          | 2026-06-04 | 2026-06-30 | in_time   | none
        markup-as-a-name             | 2026-06-05 | 2026-06-30 | late      | yellow
        """
    rows = [[cell.strip() for cell in line.split("|")] for line in expected.strip().splitlines()[2:]]
    names = ("case_no", "due_as_promised_on", "due_by_law_on", "state", "card")
    found = [[str(row[name] or "–") for name in names] for row in edition.rows("cases")]
    assert sorted(found) == sorted(rows)


def test_what_was_left_out_is_named(edition: Edition) -> None:
    found = sorted((row["case_no"], row["reason"]) for row in edition.rows("set_aside"))
    assert found == [
        ("concluded-before-received", "concluded_before_received"),
        ("nobody-knows-this-number", "no_such_case"),
        ("sent-twice", "superseded"),
    ]


def test_the_hearing_is_skipped_day_by_day(edition: Edition) -> None:
    """Thursday 5 to Tuesday 17 March lie strictly inside the hearing: nine working days that do not count."""
    told = explained_case(edition, "heard-in-a-hearing").to_dict("en")
    law = next(clock for clock in told["clocks"] if clock["clock"] == "statutory_limit")
    still = [day["day"] for day in law["days"] if day["state"] == "paused"]
    assert (still[0], still[-1]) == ("2026-03-05", "2026-03-17")
    counted = [day["day"] for day in law["days"] if day["state"] == "counted"]
    assert counted[:4] == ["2026-03-03", "2026-03-04", "2026-03-18", "2026-03-19"]


def test_waits_are_as_counted_off_in_office_hours(edition: Edition) -> None:
    """Office hours 08:30–12:00 and 14:00–17:30, seven hours a day; from acceptance to decision.

    in-time: Monday 2 March 09:30 (6 h left), four days, Monday 9 March till 16:00 (5.5 h): 39.5 h.
    over-spring-festival: 12 February (6 h), 13, 14, 24, 25, 26 February, till 11:00 on the 27th (2.5 h): 43.5 h.
    over-national-day: 29 September (6 h), 30 September and 8, 9, 10, 12–16, 19, 20 October, till 11:00 on the 21st: 85.5 h.
    received-on-rest-day: Saturday night, so from Monday 9 March: ten days, till 10:00 on the 23rd (1.5 h): 71.5 h.
    """
    counted_hours = {
        "in-time": 39.5,
        "over-spring-festival": 43.5,
        "over-national-day": 85.5,
        "received-on-rest-day": 71.5,
    }
    flows = {row["case_id"].split("/")[1]: row for row in edition.rows("case_flows")}
    found = {story: flows[story]["waited_workdays"] for story in counted_hours}
    assert found == {story: pytest.approx(hours / 7, abs=1e-4) for story, hours in counted_hours.items()}
