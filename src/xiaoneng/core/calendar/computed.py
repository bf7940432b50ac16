"""Calendars that follow from a rule instead of a yearly notice: weekends and national public holidays.

They serve the public Dutch and Italian logs and are unconfirmed: the rules are generally known, no gazette was read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar.

    Source  J. Meeus, Astronomical Algorithms, ch. 8 (anonymous Gregorian algorithm)
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def dutch_holidays(year: int) -> dict[date, str]:
    """The days that the Algemene termijnenwet (art. 3) treats as holidays: Good Friday and 5 May among them."""
    easter = easter_sunday(year)
    # Koningsdag since 2014, Koninginnedag before; each moves to the Saturday where it falls on a Sunday
    kings_day = date(year, 4, 27) if year >= 2014 else date(year, 4, 30)
    if kings_day.weekday() == 6:
        kings_day -= timedelta(days=1)
    return {
        date(year, 1, 1): "Nieuwjaarsdag",
        easter - timedelta(days=2): "Goede Vrijdag",
        easter: "Eerste paasdag",
        easter + timedelta(days=1): "Tweede paasdag",
        kings_day: "Koningsdag" if year >= 2014 else "Koninginnedag",
        date(year, 5, 5): "Bevrijdingsdag",
        easter + timedelta(days=39): "Hemelvaartsdag",
        easter + timedelta(days=49): "Eerste pinksterdag",
        easter + timedelta(days=50): "Tweede pinksterdag",
        date(year, 12, 25): "Eerste kerstdag",
        date(year, 12, 26): "Tweede kerstdag",
    }


def italian_holidays(year: int) -> dict[date, str]:
    """The national holidays of Italy; patron saints' days of single towns are not among them."""
    easter = easter_sunday(year)
    days = {
        date(year, 1, 1): "Capodanno",
        date(year, 1, 6): "Epifania",
        easter: "Pasqua",
        easter + timedelta(days=1): "Lunedì dell'Angelo",
        date(year, 4, 25): "Liberazione",
        date(year, 5, 1): "Festa del lavoro",
        date(year, 8, 15): "Assunzione",
        date(year, 11, 1): "Ognissanti",
        date(year, 12, 8): "Immacolata Concezione",
        date(year, 12, 25): "Natale",
        date(year, 12, 26): "Santo Stefano",
    }
    if year >= 2001:  # a holiday again since law 336 of 2000
        days[date(year, 6, 2)] = "Festa della Repubblica"
    if year == 2011:  # once, for 150 years of unity
        days[date(2011, 3, 17)] = "Unità d'Italia"
    if year >= 2026:  # a holiday again since law 151 of 2025
        days[date(year, 10, 4)] = "San Francesco"
    return days


# calendar: (rule of its holidays, what an explanation prints as the notice)
COMPUTED: dict[str, tuple[Callable[[int], dict[date, str]], str]] = {
    "nl": (dutch_holidays, "Algemene termijnenwet art. 3"),
    "it": (italian_holidays, "legge 260/1949"),
}
