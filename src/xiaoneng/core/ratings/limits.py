"""Which rows of a table of ratings may be told, so that none of too few can be had by subtraction from the total either."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import RatingsError


def told_rows(given: Sequence[int], *, least: int) -> list[bool]:
    """For each row whether it is told, where the total of all rows is told beside them.

    A row of fewer than `least` ratings is not. Where the rows that are not told hold between 1 and `least` - 1 ratings
    together, the total less the told rows would tell of them: then the smallest told row is left out as well.

    In      given: ratings behind each row; least: the publication limit
    Raises  RatingsError where the limit is below 1 or a count below 0
    """
    if least < 1 or any(count < 0 for count in given):
        raise RatingsError("the publication limit is a number from 1 up, and counts are not below 0; correct them")
    told = [count >= least for count in given]
    while 0 < sum(count for count, is_told in zip(given, told, strict=True) if not is_told) < least and any(told):
        told[min((place for place, is_told in enumerate(told) if is_told), key=lambda place: (given[place], place))] = (
            False
        )
    return told
