"""Labels and numbers as they come in, into codes and floats; what is missing or no number is refused by its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import DesignError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Labels = Sequence[Any] | npt.NDArray[Any]


def numbers(values: Labels, what: str, *, rows: int | None = None) -> FloatArray:
    """One float a row; unknown (None, NaN) is NaN.

    Raises  DesignError where a value is no number, or there are not as many as rows
    """
    try:
        found: FloatArray = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        place, value = _first_that_is_no_number(values)
        raise DesignError(f"{what}: {value!r} in row {place + 1} is no number; give numbers only") from None
    if found.ndim != 1 or (rows is not None and len(found) != rows):
        raise DesignError(f"{what}: {found.shape} values, but there are {rows} rows; give one value a row")
    return found


def _first_that_is_no_number(values: Labels) -> tuple[int, Any]:
    for place, value in enumerate(values):
        try:
            float(np.nan if value is None else value)
        except (TypeError, ValueError):
            return place, value
    return 0, values[0]


def codes(values: Labels, what: str, *, rows: int, may_miss: bool = False) -> tuple[IntArray, tuple[Any, ...]]:
    """A code a row and the label of each code, in the order of the labels; a missing label is refused, or -1.

    Raises  DesignError where a label is missing and may not be, or there are not as many as rows
    """
    given = np.asarray(values)
    if given.ndim != 1 or len(given) != rows:
        raise DesignError(f"{what}: {given.shape} labels, but there are {rows} rows; give one label a row")
    if given.dtype == object:
        is_missing = np.array([value is None or value != value for value in given], dtype=np.bool_)  # NaN is not itself
        kinds = {type(value) for value in given[~is_missing]}
        plain = given if len(kinds) <= 1 else np.array([str(value) for value in given], dtype=object)
    else:
        is_missing = np.isnan(given) if given.dtype.kind == "f" else np.zeros(rows, dtype=np.bool_)
        plain = given
    if is_missing.any() and not may_miss:
        place = int(np.argmax(is_missing))
        raise DesignError(f"{what}: missing in row {place + 1} ({int(is_missing.sum())} rows in all); fill it in")
    found = np.full(rows, -1, dtype=np.int64)
    labels, found[~is_missing] = np.unique(plain[~is_missing], return_inverse=True)
    return found, tuple(labels.tolist())


def crossed(parts: Sequence[IntArray]) -> tuple[IntArray, IntArray]:
    """One code a row for the combination of several codes, and which codes each stands for; -1 where any is missing."""
    stacked = np.stack(parts, axis=1)
    is_known = (stacked >= 0).all(axis=1)
    combined = np.full(len(stacked), -1, dtype=np.int64)
    if len(parts) == 1:
        known = stacked[is_known, 0]
        kept, combined[is_known] = np.unique(known, return_inverse=True)
        return combined, kept[:, None]
    sizes = [int(part.max(initial=0)) + 1 for part in parts]
    one: IntArray = np.zeros(int(is_known.sum()), dtype=np.int64)
    for place, size in enumerate(sizes):
        one = one * size + stacked[is_known, place]
    kept, combined[is_known] = np.unique(one, return_inverse=True)
    columns = np.empty((len(kept), len(parts)), dtype=np.int64)
    for place in reversed(range(len(sizes))):
        columns[:, place] = kept % sizes[place]
        kept = kept // sizes[place]
    return combined, columns


def named(values: Labels | Mapping[str, Labels] | None, name: str) -> dict[str, Labels]:
    """Columns by name; a single one gets the name given."""
    if values is None:
        return {}
    return dict(values) if isinstance(values, Mapping) else {name: values}
