"""Design effects: how much more, or less, a figure varies than it would in a plain draw of as many rows."""

from __future__ import annotations

import numpy as np

from .coding import FloatArray, Labels, numbers
from .design import Design
from .estimates import estimate_means


def design_effect(design: Design, values: Labels, *, is_with_replacement: bool = False) -> float:
    """The variance of a weighted mean over that of the mean of a plain draw of as many rows.

    In      is_with_replacement: the plain draw is compared without its finite-population correction
    Empty   NaN where fewer than two rows hold a value
    Source  Kish 1965, section 8.2
    """
    value = numbers(values, "value", rows=design.rows)
    is_known = ~np.isnan(value)
    weight, known = design.weights[is_known], value[is_known]
    n, total = len(known), float(weight.sum())
    if n < 2:
        return float("nan")
    plain = _variance(weight, known) / n
    if not is_with_replacement:
        plain *= (total - n) / total
    found = estimate_means(design, value)
    return float(found.se[0] ** 2 / plain) if plain > 0 else float("nan")


def _variance(weight: FloatArray, value: FloatArray) -> float:
    mean = weight @ value / weight.sum()
    return float(weight @ (value - mean) ** 2 / weight.sum() * len(value) / (len(value) - 1))
