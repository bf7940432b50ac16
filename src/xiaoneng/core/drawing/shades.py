"""Scales of a picture: classes of waiting with round limits, ends of an axis, thickness."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

STEPS = 5
_LADDER = [mantissa * 10.0**power for power in range(-2, 6) for mantissa in (1, 2, 5)]


def limits(values: Iterable[float | None]) -> tuple[float, ...]:
    """Four round limits between five classes, each about twice the one before, the last below the largest value."""
    top = max((value for value in values if value is not None), default=0.0)
    place = max((number for number, step in enumerate(_LADDER) if step < top), default=STEPS - 2)
    place = max(place, STEPS - 2)
    return tuple(_LADDER[place - STEPS + 2 : place + 1])


def counts(values: Iterable[int]) -> tuple[float, ...]:
    """Four round limits between five classes of counts, none below 2."""
    found = limits(values)
    return found if found[0] >= 2 else (2.0, 5.0, 10.0, 20.0)


def shade(value: float | None, between: Sequence[float]) -> str:
    """The class of a value: s1 the lightest to s5 the deepest, s0 where it is not known."""
    return "s0" if value is None else f"s{1 + sum(value >= limit for limit in between)}"


def axis(highest: float, *, most: int = 5) -> list[float]:
    """Round ticks from 0 that hold the highest value."""
    if highest <= 0:
        return [0.0, 1.0]
    step = next(step for step in [*_LADDER, highest] if math.ceil(highest / step - 1e-9) <= most)
    return [round(step * place, 6) for place in range(math.ceil(highest / step - 1e-9) + 1)]


def thickness(value: float, highest: float, *, thin: float = 1.2, thick: float = 9.0) -> float:
    """Width of a line: its square root grows with the count, so that rare paths stay visible."""
    return thin + (thick - thin) * math.sqrt(max(value, 0) / highest) if highest > 0 else thin
