"""The columns that several exchange tables share: numbers, agencies, accounts, moments, and the marks of the transfer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .days import Ints, Moments
from .draw import Cases, Setting
from .faults import Planted
from .staff import Staff
from .steps import Bools

_CHUNK = 2**24  # identifiers: offsets of 32 bits hold two of these chunks
_EVENING = np.timedelta64(18 * 3600, "s")


@dataclass(frozen=True)
class Columns:
    """What the tables are made of.

    Units   turn_at_window, turn: which account of the window and of the office has the case; true_at: when it really
            ended, where the claimed day was moved
    """

    setting: Setting
    cases: Cases
    planted: Planted
    rng: np.random.Generator
    staff: Staff
    turn_at_window: Ints
    turn: Ints
    case_nos: list[str]
    numbers: pa.Array
    until: np.datetime64
    accepted_at: Moments
    concluded_at: Moments
    true_at: Moments
    is_accepted: Bools
    is_ended: Bools
    lag: Moments

    @classmethod
    def of(cls, setting: Setting, cases: Cases, planted: Planted, rng: np.random.Generator) -> Columns:
        until = np.datetime64(setting.end_on, "s") + _EVENING
        accepted_at = after(setting.days.moments(cases.accepted), cases.received_at)
        true_at = setting.days.moments(planted.true_concluded)
        concluded_at = after(setting.days.moments(cases.concluded), accepted_at)
        case_nos = _numbers(cases, planted)
        return cls(
            setting=setting,
            cases=cases,
            planted=planted,
            rng=rng,
            staff=Staff.of(setting.county),
            turn_at_window=rng.integers(0, 4, len(cases)),
            turn=rng.integers(0, 4, len(cases)),
            case_nos=case_nos,
            numbers=pa.array(case_nos),
            until=until,
            accepted_at=accepted_at,
            concluded_at=concluded_at,
            true_at=true_at,
            is_accepted=accepted_at <= until,
            is_ended=(concluded_at <= until) & (true_at <= until) & ~cases.is_never_ended,
            lag=np.ceil(cases.recorded_lag_hours * 3600).astype("timedelta64[s]"),
        )

    def guids(self, count: int) -> pa.ChunkedArray:
        """Invented identifiers of 32 hexadecimal digits."""
        return pa.chunked_array(
            [self._guids(min(_CHUNK, count - done)) for done in range(0, count, _CHUNK)], pa.string()
        )

    def _guids(self, count: int) -> pa.Array:
        digits = self.rng.bytes(16 * count).hex().encode()
        starts = np.arange(0, 32 * count + 1, 32, dtype=np.int32)
        return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(starts.tobytes()), pa.py_buffer(digits)])

    def recorded(self, moments: Moments, places: Ints) -> Moments:
        """When the county's server took a record in."""
        usual = moments + self.lag[places]
        months = moments.astype("datetime64[M]") + np.timedelta64(1, "M")
        batch = months.astype("datetime64[D]") + np.timedelta64(4, "D")
        monthly = batch.astype("datetime64[s]") + np.timedelta64(2 * 3600 + 600, "s")
        is_monthly = np.isin(self.cases.agency, self.setting.roles.of("records_sent_monthly"))
        return np.where(is_monthly[places], monthly, usual)

    def sync(self, recorded: Moments, places: Ints, operation: str = "I") -> dict[str, Any]:
        batch = recorded.astype("datetime64[D]")
        first, last = (batch.min(), batch.max()) if len(batch) else (self.setting.days.first,) * 2
        days = np.datetime_as_string(np.arange(first, last + 1)).tolist()
        agencies = len(self.setting.county.agency_codes)
        systems = ["县政务服务平台" if number % 5 else "部门自建系统" for number in range(agencies)]
        return {
            "cd_operation": taken([operation], np.zeros(len(places), np.int64)),
            "cd_time": moments_of(recorded),
            "cd_batch": taken([day.replace("-", "") for day in days], (batch - first).astype(np.int64)),
            "data_source": taken(systems, self.cases.agency[places]),
        }

    def agency(self, number: Ints) -> dict[str, Any]:
        """Name and code of agencies."""
        county = self.setting.county
        return {"org_name": taken(county.agency_names, number), "org_code": taken(county.agency_codes, number)}

    def numbers_of(self, places: Ints) -> pa.Array:
        return self.numbers.take(pa.array(places))

    def handlers(self, places: Ints, step: int) -> pa.Array:
        """The account that does a step of the agency's own; agency and running number, no person."""
        cases = self.cases
        steps = np.full(len(places), step)
        office = self.setting.county.item_office[cases.item[places]].astype(np.int64)
        agency, turn = cases.agency[places], self.turn_of(places, steps)
        return taken(self.staff.accounts, self.staff.account(agency, office, steps, turn, cases.kind[places]))

    def turn_of(self, places: Ints, steps: Ints) -> Ints:
        return np.where(self.staff.is_at_window(steps), self.turn_at_window[places], self.turn[places])


def after(moments: Moments, floor: Moments) -> Moments:
    """The later of two moments, the second to the minute."""
    return np.asarray(np.maximum(moments, floor.astype("datetime64[m]").astype("datetime64[s]")))


def taken(names: list[str] | tuple[str, ...], places: npt.NDArray[Any]) -> pa.Array:
    """The names at these places."""
    return pa.array(list(names), pa.string()).take(pa.array(places.astype(np.int64)))


def moments_of(moments: Any, there: Any = None) -> pa.Array:
    """A column of local moments, empty where `there` is false."""
    mask = None if there is None else ~there
    return pa.array(moments.astype("datetime64[s]"), pa.timestamp("s"), mask=mask)


def dates_of(days: Moments, there: Any) -> pa.Array:
    """A column of days, empty where `there` is false."""
    return pa.array(days.astype("datetime64[D]"), pa.date32(), mask=~there)


def _numbers(cases: Cases, planted: Planted) -> list[str]:
    """Case numbers: the agency, the day, and a running number of that day."""
    day = cases.received_at.astype("datetime64[D]")
    key = cases.agency * 1_000_000 + day.astype(np.int64)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    starts = np.flatnonzero(first)
    running = np.arange(len(key)) - np.repeat(starts, np.diff(np.append(starts, len(key))))
    place = np.empty(len(key), np.int64)
    place[order] = running + 1
    days = [text.replace("-", "") for text in np.datetime_as_string(day).tolist()]
    numbers = [
        f"YS{agency + 1:02d}{text}{number:04d}"
        for agency, text, number in zip(cases.agency.tolist(), days, place.tolist(), strict=True)
    ]
    for one, other in planted.collided:
        numbers[other] = numbers[one]
    return numbers
