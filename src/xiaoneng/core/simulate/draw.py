"""The draws: every case of the county, its moments, steps and pauses, with the faults in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from .blockages import block
from .county import INSTANT, County
from .days import Days, Floats, Ints, Moments
from .roles import Roles
from .steps import REVIEW, Bools, step_times, steps_had

_WEEKDAY_WEIGHT = np.array([1.28, 1.08, 1.0, 0.96, 0.82, 0.9, 0.9])
_MONTH_WEIGHT = np.array([0.95, 0.7, 1.12, 1.08, 1.0, 1.02, 1.05, 0.98, 1.04, 0.95, 1.06, 1.1])
_REST_DAY_WEIGHT = 0.07  # online applications only
_MEDIAN_SHARE = 0.45  # of the promised limit that a case usually takes
_SPREAD = 0.42  # log-normal
NEVER = np.datetime64("NaT", "s")


@dataclass
class Cases:
    """All cases as columns, in the order in which they were received."""

    item: Ints
    agency: Ints
    kind: Ints
    received_at: Moments
    accepted: Floats
    concluded: Floats
    is_online: Bools
    is_firm: Bools
    is_outside: Bools
    promised: Ints
    notice: Floats  # worktime of the correction notice; NaN is none
    resubmitted: Floats
    pause_from: Ints  # working-day places; -1 is none
    pause_to: Ints
    pause_ground: Ints
    step_ends: Floats  # cases × STEPS, NaN where the case has no such step
    step_starts: Floats
    legs: Ints  # how often the case is sent to another agency for its opinion
    is_refused: Bools
    is_never_ended: Bools
    recorded_lag_hours: Floats
    is_stalled: Bools = field(default_factory=lambda: np.zeros(0, bool))
    has_fake_pause: Bools = field(default_factory=lambda: np.zeros(0, bool))
    is_backdated: Bools = field(default_factory=lambda: np.zeros(0, bool))
    missed_notice: Bools = field(default_factory=lambda: np.zeros(0, bool))
    waits_as_outsider: Bools = field(default_factory=lambda: np.zeros(0, bool))

    def __len__(self) -> int:
        return len(self.item)


@dataclass(frozen=True)
class Setting:
    """What the draws need to know."""

    county: County
    roles: Roles
    days: Days
    start_on: date
    end_on: date
    missing_months: dict[int, list[str]]  # agency number → months written 2026-03
    item_partner: Ints  # the agency whose opinion is asked for at each item

    @property
    def length_days(self) -> int:
        return (self.end_on - self.start_on).days + 1


def draw_cases(setting: Setting, cases: int, rng: np.random.Generator) -> Cases:
    """Draw every case."""
    county, days = setting.county, setting.days
    item = _items(county, cases, rng)
    agency = county.item_agency[item].astype(np.int64)
    day, is_online = _received_days(setting, agency, rng)
    seconds = _time_of_day(is_online, days.is_workday[day], rng)
    order = np.lexsort((seconds, day))
    item, agency, day, seconds = (column[order] for column in (item, agency, day, seconds))
    is_online = is_online[order]
    received_at = (days.first + day).astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    kind = county.item_kind[item].astype(np.int64)
    is_firm = rng.random(cases) < 0.42
    is_outside = is_firm & (rng.random(cases) < 0.22)
    arrived = _arrival(days, day, seconds)
    accepted, notice, resubmitted, missed_notice = _acceptance(setting, agency, kind, arrived, rng)
    promised = county.item_promised[item].astype(np.int64)
    took, marks = _time_taken(setting, item, agency, kind, day, promised, is_firm & is_outside, accepted, rng)
    has_step = steps_had(kind, ~np.isnan(notice), rng)
    blocked = block(county, setting.roles, item=item, agency=agency, kind=kind, has_step=has_step, rng=rng)
    marks["is_stalled"] &= ~blocked.is_longer()
    times = step_times(kind, accepted, took, promised, has_step, blocked, rng)
    ends = times.ends
    concluded = np.nanmax(ends[:, REVIEW:], axis=1)
    return Cases(
        item=item,
        agency=agency,
        kind=kind,
        received_at=received_at,
        accepted=accepted,
        concluded=concluded,
        is_online=is_online,
        is_firm=is_firm,
        is_outside=is_outside,
        promised=promised,
        notice=notice,
        resubmitted=resubmitted,
        pause_from=times.pause_from,
        pause_to=times.pause_to,
        pause_ground=times.pause_ground,
        step_ends=ends,
        step_starts=times.starts,
        legs=blocked.legs,
        is_refused=(kind != INSTANT) & (rng.random(cases) < 0.025),
        is_never_ended=(kind != INSTANT) & (rng.random(cases) < 0.0015) & ("never_ended" in setting.roles.planted),
        recorded_lag_hours=rng.exponential(1.5, cases) + 0.05,
        missed_notice=missed_notice,
        **marks,
    )


def _items(county: County, cases: int, rng: np.random.Generator) -> Ints:
    weight = county.item_weight / np.bincount(county.item_agency, county.item_weight)[county.item_agency]
    share = weight * county.agency_weights[county.item_agency]
    return np.asarray(rng.choice(len(share), cases, p=share / share.sum()), np.int64)


def _received_days(setting: Setting, agency: Ints, rng: np.random.Generator) -> tuple[Ints, Bools]:
    """The day of receipt: weekly and yearly rhythm, a rush after holidays, nothing in an agency's missing months."""
    length = setting.length_days
    dates = setting.days.first + np.arange(length)
    is_workday = setting.days.is_workday[:length]
    weekday = (dates.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    month = dates.astype("datetime64[M]").astype(np.int64) % 12
    rest_before = np.concatenate(([0], np.cumsum(~is_workday)))
    after_rest = rest_before[np.arange(length)] - rest_before[np.maximum(np.arange(length) - 4, 0)] >= 4
    weight = _WEEKDAY_WEIGHT[weekday] * _MONTH_WEIGHT[month] * np.where(after_rest, 1.45, 1.0)
    weight = weight * np.where(is_workday, 1.0, _REST_DAY_WEIGHT) * (1 + 0.08 * np.arange(length) / 365)
    day = _sampled(weight, len(agency), rng)
    months = dates.astype("datetime64[M]").astype(str)
    for number, missing in sorted(setting.missing_months.items()):
        mine = np.flatnonzero(agency == number)
        day[mine] = _sampled(np.where(np.isin(months, missing), 0.0, weight), len(mine), rng)
    is_online = (rng.random(len(agency)) < 0.55) | ~is_workday[day]
    return day, is_online


def _sampled(weight: Floats, count: int, rng: np.random.Generator) -> Ints:
    cumulated = np.cumsum(weight)
    return np.asarray(np.searchsorted(cumulated, rng.random(count) * cumulated[-1], side="right"), np.int64)


def _time_of_day(is_online: Bools, on_workday: Bools, rng: np.random.Generator) -> Ints:
    """Seconds since midnight: two humps at the windows, evenings and rest days online."""
    count = len(is_online)
    morning = 8.5 + 3.5 * rng.beta(1.6, 2.0, count)
    afternoon = 14.0 + 3.5 * rng.beta(1.4, 2.4, count)
    hours = np.where(rng.random(count) < 0.58, morning, afternoon)
    evening = 17.5 + 5.5 * rng.beta(1.2, 1.8, count)
    hours = np.where(is_online & (rng.random(count) < 0.16), evening, hours)
    hours = np.where(on_workday, hours, 9 + 13 * rng.beta(1.5, 1.5, count))
    return (hours * 3600).astype(np.int64)


def _arrival(days: Days, day: Ints, seconds: Ints) -> Floats:
    """Receipt as worktime; what comes in after hours waits for the next working day."""
    number = days.number(day).astype(np.float64)
    worked = days.is_workday[day]
    office = np.clip(np.where(seconds < 12 * 3600, seconds - 30600, seconds - 37800), 0, 25199) / 25200
    after_hours = worked & (seconds > 17.5 * 3600)
    return np.where(after_hours, number + 1, number) + np.where(worked & ~after_hours, office, 0.0)


def _acceptance(
    setting: Setting, agency: Ints, kind: Ints, arrived: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, Bools]:
    """Worktime of acceptance, of the correction notice and of the resubmission."""
    count = len(agency)
    delay = rng.choice([0, 1, 2, 3, 4], count, p=[0.62, 0.24, 0.09, 0.035, 0.015]).astype(np.float64)
    delay = np.where(kind == INSTANT, 0, delay)
    supplemented = (kind != INSTANT) & (rng.random(count) < 0.085)
    notice = np.where(supplemented, arrived + rng.choice([0, 1, 2, 3], count, p=[0.3, 0.4, 0.2, 0.1]) + 0.06, np.nan)
    resubmitted = notice + rng.gamma(2.2, 2.4, count) + 0.5
    careless = np.isin(agency, setting.roles.of("missed_correction_notice"))
    missed = careless & (kind != INSTANT) & ~supplemented & (rng.random(count) < 0.07)
    delay = np.where(missed, rng.integers(6, 15, count), delay)
    accepted = np.where(supplemented, resubmitted + rng.exponential(0.5, count), arrived + delay)
    accepted = accepted + rng.random(count) * 0.08 + 0.01
    return accepted, notice, resubmitted, missed


def _time_taken(
    setting: Setting,
    item: Ints,
    agency: Ints,
    kind: Ints,
    day: Ints,
    promised: Ints,
    is_outside_firm: Bools,
    accepted: Floats,
    rng: np.random.Generator,
) -> tuple[Floats, dict[str, Bools]]:
    """Working days from acceptance to conclusion, pauses aside, and the marks of the faults that changed them."""
    county, roles, count = setting.county, setting.roles, len(item)
    along = day / setting.length_days  # 0 at the first day, 1 at the last
    # Honest agencies differ a little in their pace; where the blockages alone are to stand out, they do not.
    pace = rng.lognormal(0, 0.0 if roles.is_level else 0.10, len(county.agency_codes))[agency]
    ratio = rng.lognormal(np.log(_MEDIAN_SHARE), _SPREAD, count) * pace
    for fault, first, last in (
        ("lateness_rising", 0.9, 2.1),
        ("lateness_falling", 2.1, 0.9),
        ("lateness_steady", 1.7, 1.7),
    ):
        ratio *= np.where(np.isin(agency, roles.of(fault)), first + (last - first) * along, 1.0)
    ratio *= np.where(np.isin(agency, roles.of("pauses_without_ground")), 1.35, 1.0)
    ratio *= np.where(np.isin(agency, roles.of("backdated_conclusions")), 1.35, 1.0)
    waits_as_outsider = np.isin(agency, roles.of("outside_firms_wait")) & is_outside_firm
    ratio *= np.where(waits_as_outsider, 1.6, 1.0)
    ratio *= np.where(rng.random(count) < 0.004, rng.uniform(2.5, 6.0, count), 1.0)  # the long tail
    took = ratio * promised
    # A handler who sees the limit coming works to it; most cases just over it end on its last day.
    last_moment = promised + 0.5 + 0.4 * rng.random(count) - (accepted % 1)
    hurried = (ratio > 1.0) & (ratio < 1.4) & (rng.random(count) < 0.62)
    stalls = np.isin(agency, roles.of("stalling_to_the_limit")) & (kind != INSTANT)
    is_stalled = stalls & (took < promised) & (rng.random(count) < 0.45)
    took = np.where(hurried | is_stalled, last_moment, took)
    instant = rng.exponential(0.12, count) * promised * np.where(ratio > 1.0, 3.0, 1.0)
    took = np.where(kind == INSTANT, np.minimum(instant, promised * 2.5), took)
    marks = {"is_stalled": is_stalled, "waits_as_outsider": waits_as_outsider}
    return np.maximum(took, 0.02), marks
