"""The kinds of rounds, and what each of them may not go below.

Staff who rate their leaders are the ones who have most to fear: their rounds keep no time at all, publish nothing below ten
ballots, and are held in one supervised sitting with codes drawn from an urn unless the rules say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class RoundKind(StrEnum):
    """What a round asks whom about (评议种类)."""

    SOCIETY_RATES_AGENCIES = "society_rates_agencies"  # 社会各界评机关
    STAFF_RATE_LEADERSHIP = "staff_rate_leadership"  # 干部职工评班子
    COUNTY_AND_TOWNS_RATE_MIDDLE_MANAGERS = "county_and_towns_rate_middle_managers"  # 县镇联动评中层
    TEN_THOUSAND_PEOPLE = "ten_thousand_people"  # 万人评议机关
    SERVICE_RATING = "service_rating"  # 好差评
    FREE = "free"


@dataclass(frozen=True, slots=True)
class KindRules:
    """What holds for every round of a kind."""

    is_staff: bool  # the raters depend on those they rate
    rates_persons: bool  # results go to the person and those entitled, never to the public
    fewest_published: int  # ballots; no figure of fewer leaves the house
    most_questions_of_small_bodies: int = 3


FEWEST_OF_STAFF = 10
FEWEST_OF_PUBLIC = 5
SMALL_BODY_BELOW = 30  # eligible raters: fewer are asked as a census, and nobody is ranked by them

_STAFF = KindRules(is_staff=True, rates_persons=True, fewest_published=FEWEST_OF_STAFF)
_PUBLIC = KindRules(is_staff=False, rates_persons=False, fewest_published=FEWEST_OF_PUBLIC)

KIND_RULES: Mapping[RoundKind, KindRules] = {
    RoundKind.SOCIETY_RATES_AGENCIES: _PUBLIC,
    RoundKind.STAFF_RATE_LEADERSHIP: _STAFF,
    RoundKind.COUNTY_AND_TOWNS_RATE_MIDDLE_MANAGERS: _STAFF,
    RoundKind.TEN_THOUSAND_PEOPLE: _PUBLIC,
    RoundKind.SERVICE_RATING: _PUBLIC,
    RoundKind.FREE: _PUBLIC,
}
