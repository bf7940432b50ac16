"""up_pro_process: one row a step, each with the agency, the office and the account that does it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .columns import Columns, after, moments_of, taken
from .county import INSTANT
from .days import Floats, Ints
from .steps import (
    ACCEPTANCE,
    COLLECTED,
    CONSULT,
    DECISION,
    EXPERTS,
    NOTICE,
    ON_THE_SPOT,
    RECEIPT,
    REVIEW,
    SIGNATURE,
    STEPS,
    Bools,
)

_NAMES = [*STEPS, ON_THE_SPOT, COLLECTED]
_RECEIVING = np.timedelta64(600, "s")
_EVENTS = [f"{number:02d}" for number in range(1, len(_NAMES) + 1)]  # 业务动作


@dataclass(frozen=True)
class Begun:
    """What had begun by the last evening: cases × STEPS, and how often a case had been sent to another agency."""

    steps: Bools
    sendings: Ints


def step_rows(columns: Columns) -> tuple[pa.Table, Begun]:
    """Every step that had begun by the last evening, a case's steps in their order."""
    cases, setting, until = columns.cases, columns.setting, columns.until
    has = ~np.isnan(cases.step_starts)
    has[cases.is_never_ended, SIGNATURE:] = False  # the file lies on a desk
    place, step = np.nonzero(has)
    # A sending is two rows, there and back; all sendings of a case divide the span of the column CONSULT.
    rows = np.where(step == CONSULT, 2 * cases.legs[place], 1)
    row = np.arange(rows.sum()) - np.repeat(np.cumsum(rows) - rows, rows)
    place, step = np.repeat(place, rows), np.repeat(step, rows)
    starts, ends = cases.step_starts[place, step], cases.step_ends[place, step]
    asked = np.flatnonzero(step == CONSULT)
    starts[asked], ends[asked] = _sent(
        starts[asked], ends[asked], row[asked], 2 * cases.legs[place[asked]], columns.rng
    )
    started, ended = setting.days.moments(starts), setting.days.moments(ends)
    accepted_at, received_at = columns.accepted_at[place], cases.received_at[place]
    later = step >= REVIEW
    started, ended = (np.where(later, np.maximum(one, accepted_at), one) for one in (started, ended))
    mine = np.flatnonzero(step == RECEIPT)
    started[mine] = received_at[mine]
    ended[mine] = np.minimum(received_at[mine] + _RECEIVING, accepted_at[mine])
    mine = np.flatnonzero(step == NOTICE)
    noticed_at = after(setting.days.moments(cases.notice[place[mine]]), received_at[mine])
    started[mine], ended[mine] = noticed_at, noticed_at
    mine = np.flatnonzero(step == ACCEPTANCE)
    notice, resubmitted = cases.notice[place[mine]], cases.resubmitted[place[mine]]
    back_at = after(
        setting.days.moments(np.nan_to_num(resubmitted)),
        after(setting.days.moments(np.nan_to_num(notice)), received_at[mine]),
    )
    ready_at = np.where(np.isnan(notice), received_at[mine] + _RECEIVING, back_at)
    started[mine], ended[mine] = np.minimum(ready_at, accepted_at[mine]), accepted_at[mine]

    partner = setting.item_partner[cases.item[place]]
    is_away: Bools = (step == CONSULT) & (row % 2 == 0)
    agency = np.where(is_away, partner, cases.agency[place])
    lazy = np.isin(agency, setting.roles.of("end_equals_start"))
    ended = np.where(lazy, started, ended)
    there = np.flatnonzero(started <= until)
    place, step, agency = (column[there] for column in (place, step, agency))
    is_away = is_away[there]
    started, ended = started[there], ended[there]
    done = (ended <= until) & ~(cases.is_never_ended[place] & (step >= EXPERTS))
    recorded = columns.recorded(np.where(done, ended, started), place)
    backdated = cases.is_backdated[place] & (step >= DECISION)
    recorded = np.where(backdated, columns.true_at[place] + columns.lag[place], recorded)
    office = _offices(columns, place, agency, is_away)
    staff = columns.staff
    account = staff.account(agency, office, step, columns.turn_of(place, step), cases.kind[place])
    name = np.where((cases.kind[place] == INSTANT) & (step == DECISION), len(STEPS), step)
    name = np.where((step == CONSULT) & ~is_away, len(STEPS) + 1, name)
    begun = np.zeros(has.shape, bool)
    begun[place, step] = True
    table = pa.table(
        {
            "row_guid": columns.guids(len(place)),
            "project_no": columns.numbers_of(place),
            **columns.agency(agency),
            "process_name": taken(_NAMES, name),
            "event_name": taken(_EVENTS, name),
            "event_start_time": moments_of(started),
            "event_end_time": moments_of(ended, done),
            "dept_name": taken(staff.offices, staff.office(agency, office, step)),
            "handle_user_name": taken(staff.accounts, account),
            "handle_explain": taken(["", "同意"], (step == DECISION).astype(np.int64)),
            **columns.sync(recorded, place),
        }
    )
    return table, Begun(steps=begun, sendings=np.bincount(place[is_away], minlength=len(cases)))


def _sent(first: Floats, last: Floats, row: Ints, rows: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Start and end of each row of the sendings, in worktime: about equal parts, most of each waited."""
    ends = (row + 1 + np.where(row + 1 < rows, rng.uniform(-0.25, 0.25, len(row)), 0.0)) / rows
    begins = np.where(row == 0, 0.0, np.roll(ends, 1))
    starts = begins + (ends - begins) * rng.uniform(0.45, 0.85, len(row))
    return first + starts * (last - first), first + ends * (last - first)


def _offices(columns: Columns, place: Ints, agency: Ints, is_away: Bools) -> Ints:
    """The office of the item; at another agency, one of its offices by the item."""
    item = columns.cases.item[place]
    county = columns.setting.county
    counts = np.array([len(offices) for offices in county.offices])
    return np.asarray(np.where(is_away, item % counts[agency], county.item_office[item]), np.int64)
