"""Calendars by name: the notices (or the rule) of each made into days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources

from ..errors import CalendarError, NoticeError
from ..terms import DayKind
from .calendar import Calendar, CalendarDay, is_worked
from .computed import COMPUTED
from .notices import Notice, read_notices

_LAST = date(2040, 12, 31)
_NOTICED = {"cn": date(2004, 1, 1)}
_COMPUTED_FIRST = date(1995, 1, 1)
# 全国年节及纪念日放假办法 (2024 revision): the statutory days whose date does not hang on the moon or the sun's course
_STATUTORY = {
    "cn": {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}
}


def calendars() -> list[str]:
    """The names of the calendars that come with the package."""
    return sorted([*_NOTICED, *COMPUTED])


def load_calendar(name: str = "cn", *, notices: Sequence[Notice] = (), known_on: date | None = None) -> Calendar:
    """The working calendar of this name.

    In      notices: a county's own added notices: the next year's, or a correction of a year in force
            known_on: leave out every notice issued after this day, to see the calendar as it was known then;
            a notice without a day counts as known
    Raises  CalendarError where there is no such calendar, or it takes no notices; NoticeError where an added notice
            contradicts those that are there
    """
    if name in COMPUTED:
        if notices:
            raise CalendarError(f"calendar {name} follows from a rule and takes no notices")
        return _computed(name)
    if name not in _NOTICED:
        raise CalendarError(f"there is no calendar {name!r}; there are {', '.join(calendars())}")
    if not notices and known_on is None:
        return _packaged(name)
    together = _merged(_packaged_notices(name), notices)
    if known_on is not None:
        together = tuple(notice for notice in together if notice.issued_on is None or notice.issued_on <= known_on)
    return _noticed(name, together)


@cache
def _packaged(name: str) -> Calendar:
    return _noticed(name, _packaged_notices(name))


@cache
def _packaged_notices(name: str) -> tuple[Notice, ...]:
    folder = resources.files(__package__).joinpath("notices", name)
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    found = []
    for file in files:
        for notice in read_notices(file.read_text(encoding="utf-8")):
            if file.name != f"{notice.year}.toml":
                raise NoticeError(f"notices/{name}/{file.name}: it holds a notice for {notice.year}")
            found.append(notice)
    return _merged((), found)


def _merged(there: Iterable[Notice], added: Iterable[Notice]) -> tuple[Notice, ...]:
    """All notices, earliest first, so that a later one has the last word on a day; refused where they clash."""
    together = list(there)
    for notice in added:
        if any(notice.id == other.id for other in together):
            raise NoticeError(f"notice {notice.id}: there is a notice of this id already; give the new one its own")
        if notice.corrects:
            corrected = [other for other in together if other.id == notice.corrects]
            if not corrected:
                raise NoticeError(f"notice {notice.id}: it corrects {notice.corrects}, which is not there")
            if notice.issued_on is None or (corrected[0].issued_on or date.min) > notice.issued_on:
                raise NoticeError(f"notice {notice.id}: it must say that it was issued after {notice.corrects}")
        else:
            other = next((other for other in together if other.year == notice.year and not other.corrects), None)
            if other:
                raise NoticeError(
                    f"notice {notice.id}: {notice.year} has its notice already ({other.id}); "
                    f'a change of it says corrects = "{other.id}"'
                )
        together.append(notice)
    # a notice without a day stands at the beginning of the year before its own: none is in doubt about order
    return tuple(sorted(together, key=lambda notice: (notice.issued_on or date(notice.year - 1, 1, 1), notice.id)))


def _noticed(name: str, notices: tuple[Notice, ...]) -> Calendar:
    first = _NOTICED[name]
    years = {notice.year for notice in notices if not notice.corrects}
    announced_through = first - timedelta(days=1)
    while announced_through.year + 1 in years:
        announced_through = date(announced_through.year + 1, 12, 31)
    named: dict[date, tuple[DayKind, str, str]] = {}
    for notice in notices:
        for day, holiday in notice.days_off.items():
            named[day] = (DayKind.PUBLIC_HOLIDAY, holiday, notice.label)
        for day, holiday in notice.makeup_workdays.items():
            kind = DayKind.MAKEUP_WORKDAY if day.weekday() >= 5 else DayKind.WORKDAY
            named[day] = (kind, holiday, notice.label)
    covering = {notice.year: notice.label for notice in notices if not notice.corrects}
    days = []
    for day in _every_day(first, max(_LAST, announced_through)):
        is_provisional = day > announced_through
        kind, holiday, label = named.get(day) or _plain(name, day, is_provisional)
        label = label or ("" if is_provisional else covering.get(day.year, ""))
        days.append(CalendarDay(day, kind, holiday, label, is_worked(kind), is_provisional))
    return Calendar(
        name,
        days,
        announced_through=announced_through,
        notices=notices,
        is_confirmed=all(notice.is_confirmed for notice in notices),
    )


def _plain(name: str, day: date, is_provisional: bool) -> tuple[DayKind, str, str]:
    """What a day is that no notice names: a weekday or a weekend day; beyond the notices the fixed holidays are off."""
    holiday = _STATUTORY.get(name, {}).get((day.month, day.day)) if is_provisional else None
    if holiday:
        return DayKind.PUBLIC_HOLIDAY, holiday, ""
    return (DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY), "", ""


@cache
def _computed(name: str) -> Calendar:
    rule, label = COMPUTED[name]
    named: Mapping[date, str] = {
        day: holiday for year in range(_COMPUTED_FIRST.year, _LAST.year + 1) for day, holiday in rule(year).items()
    }
    days = []
    for day in _every_day(_COMPUTED_FIRST, _LAST):
        if day in named:
            kind = DayKind.PUBLIC_HOLIDAY
        else:
            kind = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY
        notice = label if day in named else ""
        days.append(CalendarDay(day, kind, named.get(day, ""), notice, is_worked(kind), False))
    return Calendar(name, days, announced_through=_LAST)


def _every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
