"""Why it waited (等待原因): every wait before a step, divided among its causes.

Moments are drawn as `Mon 10:00`, in the first week of March 2026 (Monday 2 March; no holiday is near); an empty start or
end is not recorded. The office is open Monday to Friday, 9:00 to 17:00. Waits are drawn as `hours:minutes`, causes that
took no time are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from xiaoneng.core.calendar import Schedule, load_calendar, read_hours
from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.flow import default_signature_names, split_waits, step_causes, wait_causes, worked_steps
from xiaoneng.core.tables import CASES, CAUSES, LEADERS, PAUSES, STEPS

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY = date(2026, 3, 2)
OFFICE = Schedule("office", load_calendar("cn"), read_hours("09:00-17:00"))
Waits = dict[str, dict[str, str]]


def rows_of(drawing: str) -> list[dict[str, str | None]]:
    lines = [line.strip() for line in drawing.strip().splitlines() if "-+-" not in line]
    heads, *rows = ([part.strip() or None for part in line.split("|")] for line in lines)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    day, clock = text.split(" ")
    return datetime.fromisoformat(f"{day_of(day)} {clock:0>5}").replace(tzinfo=ZONE)


def day_of(name: str) -> date:
    return MONDAY + timedelta(days=DAYS.index(name))


class Drawn:
    """The tables of a drawing: steps of cases that agency A answers for, unless `agency` says that another did the step."""

    def __init__(
        self, drawing: str, *, pauses: str = "", leaders: str = "", concluded: Mapping[str, str] | None = None
    ):
        rows = rows_of(drawing)
        self.engine = Engine(threads=1, zone=str(ZONE))
        self.cases = self.engine.from_rows(
            CASES,
            [
                {"case_id": case, "agency": "A", "service_item": "permit"}
                | ({"concluded_on": day_of(concluded[case])} if concluded and case in concluded else {})
                for case in dict.fromkeys(row["case"] for row in rows)
            ],
        )
        numbers = dict[str | None, int]()
        steps = []
        for row in rows:
            numbers[row["case"]] = numbers.get(row["case"], 0) + 1
            steps.append(
                {"case_id": row["case"], "step_no": numbers[row["case"]], "name": row["name"]}
                | {"agency": row.get("agency"), "office": row.get("office"), "handler": row.get("handler")}
                | {"started_at": moment(row["start"]), "ended_at": moment(row["end"])}
            )
        self.steps = self.engine.from_rows(STEPS, steps)
        self.pauses = self.engine.from_rows(
            PAUSES,
            [
                {"case_id": row["case"], "pause_no": number, "ground": row["ground"]}
                | {"started_on": day_of(str(row["from"])), "ended_on": day_of(row["to"]) if row["to"] else None}
                for number, row in enumerate(rows_of(pauses) if pauses else [])
            ],
        )
        self.leaders = self.engine.from_rows(LEADERS, rows_of(leaders) if leaders else [])

    def worked(self, **schedules: Any) -> Table:
        return worked_steps(self.engine, cases=self.cases, steps=self.steps, schedule=OFFICE, **schedules)

    def asked(self, **asked: Any) -> dict[str, Any]:
        given = {"cases": self.cases, "pauses": self.pauses, "schedule": OFFICE, "on": day_of("Sun")}
        return given | {"leaders": self.leaders} | asked


def hours(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}"


def waits(drawing: str, *, measure: str = "seconds", pauses: str = "", leaders: str = "", **asked: Any) -> Waits:
    """Every wait by cause, under `case step_no`; the sum of the causes is the wait, checked here once for all."""
    drawn = Drawn(drawing, pauses=pauses, leaders=leaders, concluded=asked.pop("concluded", None))
    rows = split_waits(drawn.engine, drawn.worked(), **drawn.asked(**asked)).rows()
    found: Waits = {}
    for row in rows:
        parts = {cause: row[f"{cause}_{measure}"] for cause in CAUSES}
        assert sum(parts.values()) == row[f"waited_{measure}"]
        found[f"{row['case_id']} {row['step_no']}"] = {cause: hours(value) for cause, value in parts.items() if value}
    return found


# --- the published worked example -------------------------------------------------------------------------------------


def test_a_published_log_of_twelve_steps_is_divided_as_published():
    """Test log 1 of waiting-time-analysis 1.3.8 (Apache-2.0), of Lashkevich et al., "Why am I waiting?", CAiSE 2023.

    Monday 16 May 2022; open Monday to Friday 10:00 to 20:00, for Marcus with a break from 12:00 to 12:30.
    Case 0, step 3: Anya could begin at 11:30 and began at 14:00. She was busy until 12:30 on case 1, whose steps were
    enabled at 11:00 and 12:00: the first before 11:30 (contention 11:30 to 12:00), the second after it (prioritisation).
    From 12:30 to 13:00 she did step E of case 2, enabled at 11:15 (contention), then D of case 1, enabled at 12:30
    (prioritisation); nothing accounts for 13:30 to 14:00. The four other moves had no wait.
    """
    log = """
        case | handler | name | start     | end
        -----+---------+------+-----------+----------
        0    | Cole    | A    | Mon 10:00 | Mon 10:30
        0    | Cole    | B    | Mon 10:30 | Mon 11:30
        0    | Anya    | C    | Mon 14:00 | Mon 15:00
        1    | Anya    | A    | Mon 11:00 | Mon 12:00
        1    | Anya    | B    | Mon 12:00 | Mon 12:30
        1    | Anya    | D    | Mon 13:00 | Mon 13:30
        2    | Marcus  | A    | Mon 10:00 | Mon 10:30
        2    | Dom     | B    | Mon 10:30 | Mon 11:15
        2    | Anya    | E    | Mon 12:30 | Mon 13:00
        3    | Marcus  | A    | Mon 10:30 | Mon 12:00
        3    | Marcus  | B    | Mon 13:00 | Mon 14:00
        3    | Marcus  | F    | Mon 14:00 | Mon 14:30
        """
    open_hours = Schedule("open", load_calendar("cn"), read_hours("10:00-20:00"))
    marcus = Schedule("Marcus", load_calendar("cn"), read_hours("10:00-12:00, 12:30-20:00"))
    assert waits(log, schedule=open_hours, handler_schedules={"Marcus": marcus}) == {
        "0 3": {"prioritisation": "1:00", "contention": "1:00", "unexplained": "0:30"},
        "1 3": {"contention": "0:30"},
        "2 3": {"prioritisation": "0:30", "contention": "0:45"},
        "3 2": {"unavailability": "0:30", "unexplained": "0:30"},
    }


# --- the handler's other work -----------------------------------------------------------------------------------------


def test_a_wait_that_nothing_accounts_for_is_unexplained():
    """Li could begin the check at 10:00, did nothing that is recorded, and began at 11:30."""
    assert waits("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:30  | Mon 10:00
        P    | Li      | check   | Mon 11:30 | Mon 12:00
        """) == {"P 2": {"unexplained": "1:30"}}


def test_work_that_could_begin_earlier_is_contention_and_work_that_could_begin_later_is_prioritisation():
    """The check of P waits from 10:00 to 13:00. Until 11:00 Li checks Q, enabled at 9:30, before P; from 11:00 to 12:30
    R, enabled at 10:30, after P; the last half hour is not accounted for. R itself waited for Q, which came before it.
    """
    assert waits("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:30  | Mon 10:00
        P    | Li      | check   | Mon 13:00 | Mon 14:00
        Q    | Wang    | receive | Mon 9:00  | Mon 9:30
        Q    | Li      | check   | Mon 9:30  | Mon 11:00
        R    | Wang    | receive | Mon 10:00 | Mon 10:30
        R    | Li      | review  | Mon 11:00 | Mon 12:30
        """) == {
        "P 2": {"prioritisation": "1:30", "contention": "1:00", "unexplained": "0:30"},
        "R 2": {"contention": "0:30"},
    }


def test_work_enabled_at_the_same_moment_is_contention():
    """P and Q could both begin at 10:00 and Li took Q first: neither came later, so it is no matter of priority."""
    assert waits("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:30  | Mon 10:00
        P    | Li      | check   | Mon 11:00 | Mon 12:00
        Q    | Zhao    | receive | Mon 9:30  | Mon 10:00
        Q    | Li      | review  | Mon 10:00 | Mon 11:00
        """) == {"P 2": {"contention": "1:00"}}


def test_the_first_step_of_a_case_counts_as_enabled_at_its_own_start():
    """Li begins a new case at 10:30, while P waits since 10:00: nothing before it, so it could begin at 10:30, later."""
    assert waits("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:30  | Mon 10:00
        P    | Li      | check   | Mon 11:00 | Mon 12:00
        Q    | Li      | receive | Mon 10:30 | Mon 11:00
        """) == {"P 2": {"prioritisation": "0:30", "unexplained": "0:30"}}


def test_a_step_begun_before_the_one_before_it_ended_was_enabled_at_its_own_start():
    """Q's review ran from 10:00, before Q's receiving ended at 11:30: it could begin at 10:00, earlier than P at 10:15."""
    assert waits("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:30  | Mon 10:15
        P    | Li      | check   | Mon 11:00 | Mon 12:00
        Q    | Zhao    | receive | Mon 9:30  | Mon 11:30
        Q    | Li      | review  | Mon 10:00 | Mon 11:00
        """) == {"P 2": {"contention": "0:45"}}


def test_of_two_works_at_once_the_later_enabled_one_decides():
    """While P waits, from 10:00 to 12:00, Li does Q (enabled 9:30) from 10:00 to 11:30 and R (enabled 10:30) from 10:30
    to 11:00. The half hour of both is prioritisation: without R, Li had no reason to be later. No minute counts twice.
    """
    assert waits("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:30  | Mon 10:00
        P    | Li      | check   | Mon 12:00 | Mon 13:00
        Q    | Wang    | receive | Mon 9:00  | Mon 9:30
        Q    | Li      | review  | Mon 10:00 | Mon 11:30
        R    | Li      | receive | Mon 10:30 | Mon 11:00
        """) == {
        "P 2": {"prioritisation": "0:30", "contention": "1:00", "unexplained": "0:30"},
        "Q 2": {"unexplained": "0:30"},
    }


def test_times_are_half_open():
    """Work that ends when the wait begins, or begins when it ends, takes nothing from it; nor does work of no length."""
    assert waits("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:30  | Mon 10:00
        P    | Li      | check   | Mon 11:00 | Mon 12:00
        Q    | Li      | one     | Mon 9:00  | Mon 10:00
        R    | Li      | two     | Mon 11:00 | Mon 11:30
        S    | Li      | three   | Mon 10:30 | Mon 10:30
        """) == {"P 2": {"unexplained": "1:00"}}


def test_people_of_the_same_name_in_two_agencies_are_two_people():
    """Li of agency B was busy; it was Li of agency A who was waited for."""
    assert waits("""
        case | agency | handler | name    | start     | end
        -----+--------+---------+---------+-----------+----------
        P    | A      | Wang    | receive | Mon 9:30  | Mon 10:00
        P    | A      | Li      | check   | Mon 11:00 | Mon 12:00
        Q    | B      | Li      | receive | Mon 10:00 | Mon 11:00
        """) == {"P 2": {"unexplained": "1:00"}}


def test_where_no_handler_is_known_the_office_is_the_one_who_works():
    """The planning office reviewed Q while P waited. The steps of S name nobody at all, so that nobody can be busy."""
    assert waits("""
        case | office   | handler | name    | start     | end
        -----+----------+---------+---------+-----------+----------
        P    | window   |         | receive | Mon 9:30  | Mon 10:00
        P    | planning |         | check   | Mon 11:00 | Mon 12:00
        Q    | planning |         | review  | Mon 10:00 | Mon 10:30
        R    | planning | Zhao    | review  | Mon 10:30 | Mon 11:00
        S    |          |         | receive | Mon 9:30  | Mon 10:00
        S    |          |         | check   | Mon 11:00 | Mon 12:00
        T    |          |         | receive | Mon 10:00 | Mon 11:00
        """) == {"P 2": {"contention": "0:30", "unexplained": "0:30"}, "S 2": {"unexplained": "1:00"}}


# --- batches ----------------------------------------------------------------------------------------------------------

BATCH = """
    case | handler | name    | start     | end
    -----+---------+---------+-----------+----------
    P    | Wang    | receive | Mon 9:00  | Mon 9:30
    P    | Li      | check   | Mon 12:00 | Mon 12:15
    Q    | Zhao    | receive | Mon 9:00  | Mon 11:00
    Q    | Li      | check   | Mon 12:15 | Mon 12:30
    """


def test_waiting_for_the_batch_ends_when_its_last_member_could_begin():
    """Li checks P and Q one straight after the other: a batch. P waits for Q from 9:30 to 11:00; nothing accounts for the
    hour until 12:00. Q made the batch complete and waits for no member; of its 1:15 a quarter of an hour went to P, which
    could begin earlier.
    """
    assert waits(BATCH) == {
        "P 2": {"batching": "1:30", "unexplained": "1:00"},
        "Q 2": {"contention": "0:15", "unexplained": "1:00"},
    }


def test_steps_done_at_the_same_time_are_a_batch():
    """Both checks are entered from 12:00 to 12:15. P's wait for Q's receiving is batching."""
    drawn = BATCH.replace("Mon 12:15 | Mon 12:30", "Mon 12:00 | Mon 12:15")
    assert waits(drawn) == {"P 2": {"batching": "1:30", "unexplained": "1:00"}, "Q 2": {"unexplained": "1:00"}}


@pytest.mark.parametrize(
    ("what", "before", "after"),
    [
        ("another name", "Q    | Li      | check ", "Q    | Li      | review"),
        ("another handler", "Q    | Li      | check ", "Q    | Zhao    | check "),
        ("a pause between them", "Mon 12:15 | Mon 12:30", "Mon 12:16 | Mon 12:30"),
        ("not enabled when the run began", "Mon 9:00  | Mon 11:00", "Mon 9:00  | Mon 12:01"),
        ("no name at all", "check ", "      "),
    ],
)
def test_what_makes_no_batch(what: str, before: str, after: str):
    """Another step, another handler, a minute between the two, or a step that could not begin yet when the run began."""
    assert waits(BATCH.replace(before, after))["P 2"] == {"unexplained": "2:30"}, what


def test_how_far_apart_and_how_many_may_be_set():
    """With a minute allowed between them the two are a batch; where three make a batch, two are none."""
    apart = BATCH.replace("Mon 12:15 | Mon 12:30", "Mon 12:16 | Mon 12:30")
    assert waits(apart, batch_gap_seconds=60)["P 2"] == {"batching": "1:30", "unexplained": "1:00"}
    assert waits(BATCH, batch_steps=3)["P 2"] == {"unexplained": "2:30"}


def test_batching_comes_before_every_other_cause():
    """While P's batch was not complete, until 11:00, Li did other work from 10:00 to 11:30: only the half hour after it
    was complete is contention."""
    busy = BATCH + "    R    | Li      | receive | Mon 9:15  | Mon 11:30\n"
    assert waits(busy)["P 2"] == {"batching": "1:30", "contention": "0:30", "unexplained": "0:30"}


# --- hours, and what counts in working time ---------------------------------------------------------------------------


def test_a_night_is_unavailability_in_elapsed_time_and_nothing_in_working_time():
    """P could begin on Monday at 16:00 and began on Tuesday at 10:00: 18 hours, of which the 16 from 17:00 to 9:00 were
    closed; the two open ones are not accounted for."""
    drawing = """
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 15:30 | Mon 16:00
        P    | Li      | check   | Tue 10:00 | Tue 11:00
        """
    assert waits(drawing) == {"P 2": {"unavailability": "16:00", "unexplained": "2:00"}}
    assert waits(drawing, measure="workseconds") == {"P 2": {"unexplained": "2:00"}}


def test_hours_in_which_the_handler_is_not_there_while_the_office_is_open_are_unavailability():
    """Li is there from 13:00 only. P could begin on Monday at 11:00 and began at 14:00: two working hours without Li."""
    afternoons = Schedule("afternoons", OFFICE.calendar, read_hours("13:00-17:00"))
    drawing = """
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 10:00 | Mon 11:00
        P    | Li      | check   | Mon 14:00 | Mon 15:00
        """
    for measure in ("seconds", "workseconds"):
        found = waits(drawing, measure=measure, handler_schedules={"Li": afternoons})
        assert found == {"P 2": {"unavailability": "2:00", "unexplained": "1:00"}}


def test_work_done_outside_the_hours_is_work_and_not_absence():
    """Li reviewed Q from 16:00 to 20:00 on Monday, three of these hours after closing. P waited from 16:00 to Tuesday
    9:00: four hours of contention, then the closed hours from 20:00 on. In working time it is the one hour until 17:00.
    """
    drawing = """
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 15:30 | Mon 16:00
        P    | Li      | check   | Tue 9:00  | Tue 10:00
        Q    | Wang    | receive | Mon 15:00 | Mon 15:30
        Q    | Li      | review  | Mon 16:00 | Mon 20:00
        """
    assert waits(drawing)["P 2"] == {"contention": "4:00", "unavailability": "13:00"}
    assert waits(drawing, measure="workseconds")["P 2"] == {"contention": "1:00"}


# --- the rest: applicant, other agency, signature ---------------------------------------------------------------------

WEEK = """
    case | agency | handler | name    | start     | end
    -----+--------+---------+---------+-----------+----------
    P    | A      | Wang    | receive | Mon 9:00  | Mon 9:00
    P    | A      | Li      | check   | Fri 9:00  | Fri 10:00
    """


def test_while_a_correction_is_outstanding_the_applicant_is_waited_for():
    """Asked to correct from Tuesday to Wednesday, both days in: of four working days two are the applicant's. Nights are
    unavailability in elapsed time: the applicant has 2 x 8 hours there too."""
    stop = """
        case | ground     | from | to
        -----+------------+------+----
        P    | supplement | Tue  | Wed
        """
    assert waits(WEEK, measure="workseconds", pauses=stop) == {"P 2": {"applicant": "16:00", "unexplained": "16:00"}}
    assert waits(WEEK, pauses=stop) == {
        "P 2": {"unavailability": "64:00", "applicant": "16:00", "unexplained": "16:00"}
    }


def test_two_stops_at_the_same_time_count_once_and_the_applicant_first():
    """A correction Tuesday to Wednesday and another Wednesday; another agency was asked from Wednesday to Thursday: the
    applicant has Tuesday and Wednesday, the other agency Thursday."""
    assert waits(
        WEEK,
        measure="workseconds",
        pauses="""
        case | ground               | from | to
        -----+----------------------+------+----
        P    | supplement           | Tue  | Wed
        P    | supplement           | Wed  | Wed
        P    | other_agency_opinion | Wed  | Thu
        """,
    ) == {"P 2": {"applicant": "16:00", "other_agency": "8:00", "unexplained": "8:00"}}


def test_a_stop_still_open_lasts_to_the_day_of_judging_or_the_conclusion():
    """Open since Tuesday: judged on Wednesday it has Tuesday and Wednesday, judged on Sunday also Thursday; of a case
    concluded on Tuesday it has Tuesday alone."""
    stop = """
        case | ground               | from | to
        -----+----------------------+------+---
        P    | third_party_opinion  | Tue  |
        """
    for on, concluded, hours_asked, hours_left in (
        ("Wed", {}, "16:00", "16:00"),
        ("Sun", {}, "24:00", "8:00"),
        ("Sun", {"P": "Tue"}, "8:00", "24:00"),
    ):
        found = waits(WEEK, measure="workseconds", pauses=stop, on=day_of(on), concluded=concluded)
        assert found == {"P 2": {"other_agency": hours_asked, "unexplained": hours_left}}


def test_a_review_by_experts_is_waited_for_as_another_body_and_not_as_a_signature():
    """The expert review (行政许可法 45) lasts Tuesday and Wednesday; the leader is waited for on the other two of four days."""
    found = waits(
        WEEK,
        measure="workseconds",
        pauses="""
        case | ground        | from | to
        -----+---------------+------+----
        P    | expert_review | Tue  | Wed
        """,
        leaders="""
        agency | handler
        -------+--------
        A      | Li
        """,
    )
    assert found == {"P 2": {"other_agency": "16:00", "signature": "16:00"}}


def test_stops_without_a_ground_and_of_other_cases_account_for_nothing():
    """A suspension (挂起) that names no ground explains nothing, and Q's correction is not P's."""
    drawn = WEEK + "    Q    | A      | Zhao    | receive | Mon 9:00  | Mon 9:00\n"
    assert waits(
        drawn,
        measure="workseconds",
        pauses="""
        case | ground        | from | to
        -----+---------------+------+----
        P    | suspension    | Tue  | Wed
        Q    | supplement    | Tue  | Wed
        """,
    ) == {"P 2": {"unexplained": "32:00"}}


def test_a_step_at_another_agency_is_waited_for_as_that_agency():
    """The opinion is given by agency B in a case of A: the hour before it began is B's, the hour that Sun was busy on
    earlier work stays contention."""
    assert waits("""
        case | agency | handler | name    | start     | end
        -----+--------+---------+---------+-----------+----------
        P    | A      | Wang    | receive | Mon 9:00  | Mon 10:00
        P    | B      | Sun     | opinion | Mon 12:00 | Mon 13:00
        Q    | A      | Wang    | receive | Mon 9:00  | Mon 9:30
        Q    | B      | Sun     | opinion | Mon 9:30  | Mon 11:00
        """) == {"P 2": {"contention": "1:00", "other_agency": "1:00"}}


def test_while_another_agency_is_at_work_on_the_case_it_is_waited_for():
    """B gave its opinion from 10:00 to 13:00. A's own check followed the receiving of 10:30 and could have begun then; it
    began at 14:00: until 13:00 B was at work on the case."""
    assert waits("""
        case | agency | handler | name    | start     | end
        -----+--------+---------+---------+-----------+----------
        P    | B      | Sun     | opinion | Mon 10:00 | Mon 13:00
        P    | A      | Wang    | receive | Mon 10:00 | Mon 10:30
        P    | A      | Li      | check   | Mon 14:00 | Mon 15:00
        """) == {"P 3": {"other_agency": "2:30", "unexplained": "1:00"}}


def test_the_rest_before_a_step_of_a_leader_is_waiting_for_a_signature():
    """Chen of A is a leader who signs; of the three hours one went to other signatures that could begin earlier."""
    leaders = """
        agency | handler
        -------+--------
        A      | Chen
        B      | Li
        """
    assert waits(
        """
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Li      | check   | Mon 9:00  | Mon 10:00
        P    | Chen    | decide  | Mon 13:00 | Mon 13:15
        Q    | Chen    | receive | Mon 9:45  | Mon 11:00
        R    | Wang    | receive | Mon 9:00  | Mon 9:15
        R    | Li      | decide  | Mon 10:00 | Mon 10:15
        """,
        leaders=leaders,
    ) == {"P 2": {"contention": "1:00", "signature": "2:00"}, "R 2": {"contention": "0:45"}}


def test_a_step_whose_name_is_on_the_list_is_a_signature():
    """签发 is on the shipped list; a county may give a list of its own, in which case only that counts. Spaces and upper
    case make no difference, a part of a name does not count."""
    drawing = """
        case | handler | name     | start     | end
        -----+---------+----------+-----------+----------
        P    | Li      | 审核     | Mon 9:00  | Mon 10:00
        P    | Chen    | 签发     | Mon 11:00 | Mon 11:15
        Q    | Li      | check    | Mon 9:00  | Mon 10:00
        Q    | Sun     | Sign-Off | Mon 11:00 | Mon 11:15
        R    | Li      | 审核     | Mon 9:00  | Mon 10:00
        R    | Zhao    | 签发归档 | Mon 11:00 | Mon 11:15
        """
    signed, other = {"signature": "1:00"}, {"unexplained": "1:00"}
    assert waits(drawing) == {"P 2": signed, "Q 2": signed, "R 2": other}
    assert waits(drawing, signature_names=["签发归档"]) == {"P 2": other, "Q 2": other, "R 2": signed}
    assert waits(drawing, signature_names=[]) == {"P 2": other, "Q 2": other, "R 2": other}
    assert {"签发", "审签", "签批", "签字", "领导审批", "局长审批", "批准", "sign-off"} <= {*default_signature_names()}


def test_the_order_of_the_causes_is_fixed():
    """One wait has them all, Monday 9:00 to Wednesday 17:00. On Monday the batch is not complete until 13:00; then a step
    enabled later takes an hour, one enabled earlier another, and Chen is there from 9:00 to 16:00 only. On Tuesday a
    correction is outstanding, on Wednesday until 10:00 another agency works on the case; what is left, Wednesday 10:00 to
    16:00, waits for the signature; and the last hour of each day is Chen's absence.
    """
    short = Schedule("short", OFFICE.calendar, read_hours("09:00-16:00"))
    assert waits(
        """
        case | agency | handler | name    | start     | end
        -----+--------+---------+---------+-----------+----------
        P    | B      | Sun     | opinion | Wed 9:00  | Wed 10:00
        P    | A      | Wang    | receive | Mon 8:30  | Mon 9:00
        P    | A      | Chen    | 签发    | Wed 17:00 | Wed 17:30
        Q    | A      | Zhao    | receive | Mon 9:00  | Mon 13:00
        Q    | A      | Chen    | 签发    | Wed 17:00 | Wed 17:30
        R    | A      | Chen    | later   | Mon 13:00 | Mon 14:00
        S    | A      | Zhao    | receive | Mon 8:00  | Mon 8:45
        S    | A      | Chen    | earlier | Mon 14:00 | Mon 15:00
        """,
        measure="workseconds",
        handler_schedules={"Chen": short},
        pauses="""
        case | ground     | from | to
        -----+------------+------+----
        P    | supplement | Tue  | Tue
        """,
    )["P 3"] == {
        "batching": "4:00",
        "prioritisation": "1:00",
        "contention": "1:00",
        "unavailability": "3:00",
        "applicant": "7:00",
        "other_agency": "1:00",
        "signature": "7:00",  # Monday 15:00 to 16:00, Wednesday 10:00 to 16:00
    }


# --- starts that the source does not give -----------------------------------------------------------------------------


def test_a_start_that_is_not_recorded_is_the_later_of_the_two_ends_before_it():
    """Only ends are known. Li ended Q at 11:00 and P at 12:00; P came from Wang at 10:00. So P's check is taken to begin
    at 11:00, and the hour before it goes to Q, which Li is taken to have begun at 9:30: contention.
    Q could begin at 9:30, when Zhao ended it; Li's own end at 9:00 was earlier: it did not wait.
    """
    drawing = """
        case | handler | name    | start | end
        -----+---------+---------+-------+----------
        N    | Li      | receive |       | Mon 9:00
        P    | Wang    | receive |       | Mon 10:00
        P    | Li      | check   |       | Mon 12:00
        Q    | Zhao    | receive |       | Mon 9:30
        Q    | Li      | review  |       | Mon 11:00
        """
    assert waits(drawing) == {"P 2": {"contention": "1:00"}}
    drawn = Drawn(drawing)
    rows = split_waits(drawn.engine, drawn.worked(), **drawn.asked()).rows()
    assert [(row["case_id"], row["is_start_inferred"]) for row in rows] == [("P", True)]


def test_an_inferred_start_is_never_later_than_the_end():
    """P's check ended at 10:00 although its receiving ended at 11:00 (the record is out of order): it did not wait."""
    assert (
        waits("""
        case | handler | name    | start | end
        -----+---------+---------+-------+----------
        P    | Wang    | receive |       | Mon 11:00
        P    | Li      | check   |       | Mon 10:00
        """)
        == {}
    )


def test_inferred_starts_make_no_batch_unless_the_steps_ended_together():
    """Li's three checks were enabled at 9:00, 9:15 and 9:30. With ends at 11:00, 12:00 and 13:00 each is taken to begin at
    the end of the one before: they touch because that is how a start is inferred, and that shows no batch. Where all end
    at 13:00 they were done together: the first waited until 9:30 for the last, and then Li's work until 10:00.
    """
    one_by_one = """
        case | handler | name    | start    | end
        -----+---------+---------+----------+----------
        N    | Li      | other   | Mon 8:00 | Mon 10:00
        P    | Wang    | receive |          | Mon 9:00
        P    | Li      | check   |          | Mon 11:00
        Q    | Wang    | receive |          | Mon 9:15
        Q    | Li      | check   |          | Mon 12:00
        R    | Wang    | receive |          | Mon 9:30
        R    | Li      | check   |          | Mon 13:00
        """
    assert waits(one_by_one) == {
        "P 2": {"contention": "1:00"},
        "Q 2": {"contention": "1:45"},
        "R 2": {"contention": "2:30"},
    }
    together = one_by_one.replace("Mon 11:00", "Mon 13:00").replace("Mon 12:00", "Mon 13:00")
    assert waits(together) == {
        "P 2": {"batching": "0:30", "contention": "0:30"},
        "Q 2": {"batching": "0:15", "contention": "0:30"},
        "R 2": {"contention": "0:30"},
    }


# --- summed up --------------------------------------------------------------------------------------------------------


def test_waits_are_summed_in_working_days_and_elapsed_days_beside_them():
    """P waits from Monday 16:00 to Wednesday 12:00: 44 hours elapsed, 12 of them open (1 + 8 + 3), so 1.5 working days of
    8 hours, and 32 hours closed. Q waits half an hour, for P's receiving by Wang. Together 12.5 hours.
    """
    drawn = Drawn("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 15:30 | Mon 16:00
        P    | Li      | check   | Wed 12:00 | Wed 13:00
        Q    | Zhao    | receive | Mon 15:00 | Mon 15:30
        Q    | Wang    | file    | Mon 16:00 | Mon 16:15
        """)
    worked = drawn.worked()
    steps = step_causes(drawn.engine, worked, **drawn.asked())
    first, second = steps.rows()
    assert (first["waited_workdays"], first["unexplained_workdays"], first["unavailability_workdays"]) == (1.5, 1.5, 0)
    assert (first["waited_days"], first["closed_days"]) == (44 / 24, 32 / 24)
    assert (second["waited_workdays"], second["contention_workdays"]) == (0.5 / 8, 0.5 / 8)
    in_all = wait_causes(drawn.engine, steps, worked).rows()
    (everything,) = (row for row in in_all if row["scope"] == "all")
    assert (everything["waits"], everything["waited_workdays"], everything["starts_recorded_share"]) == (2, 12.5 / 8, 1)
    assert (everything["unexplained_workdays"], everything["contention_workdays"]) == (1.5, 0.5 / 8)
    assert everything["closed_days"] == 32 / 24


def test_an_unknown_item_is_not_all_items():
    """The case of the permit waits an hour and the case without an item two: the row of agency A over all items has three
    hours, the row of its unknown item two. Which is which is said by the scope."""
    drawn = Drawn("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:00  | Mon 10:00
        P    | Li      | check   | Mon 11:00 | Mon 12:00
        Q    | Wang    | receive | Mon 9:00  | Mon 10:00
        Q    | Zhao    | check   | Mon 12:00 | Mon 13:00
        """)
    items = {"P": "permit", "Q": None}
    drawn.cases = drawn.engine.from_rows(
        CASES, [{"case_id": case, "agency": "A", "service_item": item} for case, item in items.items()]
    )
    worked = drawn.worked()
    found = wait_causes(drawn.engine, step_causes(drawn.engine, worked, **drawn.asked()), worked).rows()
    by_scope = {
        (row["scope"], row["agency"], row["service_item"], row["name"]): row["waited_workdays"] * 8 for row in found
    }
    assert by_scope == {
        ("all", None, None, None): 3,
        ("agency", "A", None, None): 3,
        ("agency_item", "A", "permit", None): 1,
        ("agency_item", "A", None, None): 2,
        ("agency_item_name", "A", "permit", "check"): 1,
        ("agency_item_name", "A", None, "check"): 2,
        ("agency_name", "A", None, "check"): 3,
    }


def test_a_working_day_is_as_long_as_the_hours_of_the_agency_that_is_waited_for():
    """Agency A works 8 hours a day, B four (9:00 to 13:00). Each waits from Monday 9:00 to Tuesday 9:00: one working day
    each, two in all, although it is 8 hours at the one and 4 at the other."""
    short = {"B": Schedule("short", OFFICE.calendar, read_hours("09:00-13:00"))}
    drawn = Drawn("""
        case | agency | handler | name    | start    | end
        -----+--------+---------+---------+----------+----------
        P    | A      | Wang    | receive | Mon 8:00 | Mon 9:00
        P    | A      | Li      | check   | Tue 9:00 | Tue 10:00
        Q    | B      | Wang    | receive | Mon 8:00 | Mon 9:00
        Q    | B      | Li      | check   | Tue 9:00 | Tue 10:00
        """)
    worked = drawn.worked(agency_schedules=short)
    steps = step_causes(drawn.engine, worked, **drawn.asked(agency_schedules=short))
    found = wait_causes(drawn.engine, steps, worked).rows()
    days = {(row["scope"], row["agency"]): row["waited_workdays"] for row in found if row["name"] is None}
    assert days == {
        ("all", None): 2,
        ("agency", "A"): 1,
        ("agency", "B"): 1,
        ("agency_item", "A"): 1,
        ("agency_item", "B"): 1,
    }


def test_a_wait_outside_the_calendar_has_no_causes_rather_than_none():
    """The calendar begins in 2004. A wait in 2003 is listed with its elapsed hour; how it was spent is unknown."""
    drawn = Drawn("""
        case | handler | name    | start     | end
        -----+---------+---------+-----------+----------
        P    | Wang    | receive | Mon 9:00  | Mon 10:00
        P    | Li      | check   | Mon 11:00 | Mon 12:00
        """)
    moments = [datetime(2003, 3, 3, hour, tzinfo=ZONE) for hour in (9, 10, 11, 12)]
    drawn.steps = drawn.engine.from_rows(
        STEPS,
        [
            {"case_id": "P", "step_no": 1, "handler": "Wang", "started_at": moments[0], "ended_at": moments[1]},
            {"case_id": "P", "step_no": 2, "handler": "Li", "started_at": moments[2], "ended_at": moments[3]},
        ],
    )
    (row,) = step_causes(drawn.engine, drawn.worked(), **drawn.asked()).rows()
    assert row["waited_days"] == 1 / 24
    assert [row[f"{cause}_workdays"] for cause in CAUSES] == [None] * len(CAUSES)
    assert (row["waited_workdays"], row["closed_days"]) == (None, None)
