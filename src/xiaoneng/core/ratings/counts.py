"""From counts to shares: how many rated, how many were content, and how bad ratings were dealt with."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from ..errors import RatingsError


@dataclass(frozen=True)
class Counts:
    """Counts of one agency, item, channel or month; `services` are concluded cases, `given` those that count.

    A rating under review counts nowhere: neither as good nor as bad, until it is decided.
    """

    services: int = 0
    given: int = 0
    good: int = 0
    by_default: int = 0  # set by a system after some days of silence
    by_staff: int = 0
    invalid: int = 0  # the source's own mark
    contested: int = 0  # under review
    excluded: int = 0  # a review was upheld
    named_bad: int = 0
    called_back: int = 0  # of them
    contact_due: int = 0  # bad ratings whose day of contact has passed or that were contacted
    contacted_in_time: int = 0
    mend_due: int = 0
    mended_in_time: int = 0
    decided: int = 0  # reviews
    upheld: int = 0
    repeated_bad: int = 0  # of the bad ones: the same item of the agency had another not long before

    def __post_init__(self) -> None:
        if any(getattr(self, field.name) < 0 for field in fields(self)):
            raise RatingsError("a count of ratings is below 0: count again")
        for part, whole in _PARTS:
            if getattr(self, part) > getattr(self, whole):
                raise RatingsError(
                    f"{getattr(self, part)} {part} of {getattr(self, whole)} {whole}: a part is not larger than the whole; count again"
                )

    @property
    def bad(self) -> int:
        return self.given - self.good

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)})


_PARTS = (
    ("given", "services"),
    ("good", "given"),
    ("called_back", "named_bad"),
    ("contacted_in_time", "contact_due"),
    ("mended_in_time", "mend_due"),
    ("upheld", "decided"),
    ("repeated_bad", "bad"),
)


class Share(NamedTuple):
    """A share with its 95 % interval: hits of n."""

    share: float
    low: float
    high: float
    hits: int
    n: int


def wilson(hits: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a share.

    Raises  RatingsError where n is not above 0, or the hits are not between 0 and n
    Source  Wilson 1927; method 3 of Newcombe 1998
    """
    if n <= 0 or not 0 <= hits <= n:
        raise RatingsError(f"{hits} of {n} is no share: the hits lie between 0 and a number above 0; count again")
    z, part = NormalDist().inv_cdf((1 + level) / 2), hits / n
    middle = part + z * z / (2 * n)
    half = z * sqrt(part * (1 - part) / n + z * z / (4 * n * n))
    grown = 1 + z * z / n
    # Exactly 0 or 1 at the ends, where rounding would leave 1e-17
    return (0.0 if hits == 0 else (middle - half) / grown), (1.0 if hits == n else (middle + half) / grown)


def shares_of(counts: Counts) -> dict[str, Share | None]:
    """Every share that the counts give, by name; None where there is nothing to divide by.

    Out     active (主动评价率), good (好评率), bad (差评率), contacted (按期核实率), mended (按期整改率),
            called_back (实名差评回访率), upheld (申诉撤销率), repeated (重复差评率)
    Source  国办发〔2019〕51号; GB/T 39734-2020; docs/methods/ratings.md
    """
    pairs = {
        "active": (counts.given, counts.services),
        "good": (counts.good, counts.given),
        "bad": (counts.bad, counts.given),
        "contacted": (counts.contacted_in_time, counts.contact_due),
        "mended": (counts.mended_in_time, counts.mend_due),
        "called_back": (counts.called_back, counts.named_bad),
        "upheld": (counts.upheld, counts.decided),
        "repeated": (counts.repeated_bad, counts.bad),
    }
    return {name: Share(hits / n, *wilson(hits, n), hits, n) if n else None for name, (hits, n) in pairs.items()}
