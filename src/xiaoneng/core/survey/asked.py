"""Estimates from any table of a sample, by the names of its columns: what the command line asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..engine import Table
from ..errors import DesignError, WeightingError
from .coding import FloatArray, IntArray
from .design import Design, survey_design
from .estimates import estimate_means, estimate_ratios, estimate_totals
from .intervals import estimate_shares
from .quantiles import estimate_quantiles
from .raking import Margin, rake
from .results import Estimates

Stat = Literal["mean", "total", "ratio", "quantile"]
MARGIN_COLUMNS = ("variable", "category", "total")
_MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL")
_MOST_NAMED = 12


@dataclass(frozen=True)
class Asked:
    """Which columns say how the sample was drawn, and what is to be estimated of which.

    In      value: a column of numbers, or `column=category` for the share of a category; cluster, fpc: outermost first;
            by: the columns that part the domains; quantiles: shares between 0 and 1, for "quantile"
    """

    weight: str
    value: str
    stat: Stat = "mean"
    denominator: str | None = None
    quantiles: tuple[float, ...] = (0.5,)
    strata: str | None = None
    cluster: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    level: float = 0.95


def estimate_asked(table: Table, asked: Asked, *, margins: Table | None = None) -> Estimates:
    """The estimates that are asked of a table of a sample, one row a respondent.

    In      table: columns of texts or numbers; empty, NA and null are missing; margins: columns variable, category, total;
            one row a category, several variables one below the other; the weights are raked to them first
    Out     rows without a value count as outside every domain, as if dropped, and are noted
    Raises  DesignError where a column is not there, holds no number, or contradicts the draw; WeightingError where the
            weights cannot be raked
    """
    sample = _Sample(table)
    design = sample.design(asked)
    if margins is not None:
        design = rake(design, _margins(sample, margins))
    by = {name: sample.labels(name) for name in asked.by} or None
    column, category = sample.parted(asked.value)
    if category is not None:
        value: FloatArray = sample.indicator(column, category)
    else:
        value = sample.numbers(column, may_miss=True, is_value=True)
    if asked.stat == "ratio":
        if asked.denominator is None:
            raise DesignError("a ratio needs a denominator; name its column with --denominator")
        below = sample.numbers(asked.denominator, may_miss=True)
        found = estimate_ratios(design, {asked.value: value}, below, by=by, level=asked.level, with_covariance=False)
    elif asked.stat == "total":
        found = estimate_totals(design, {asked.value: value}, by=by, level=asked.level, with_covariance=False)
    elif asked.stat == "quantile":
        found = estimate_quantiles(design, value, asked.quantiles, by=by, level=asked.level)
    elif category is not None:
        found = estimate_shares(design, {asked.value: value}, by=by, level=asked.level, with_covariance=False)
    else:
        found = estimate_means(design, {asked.value: value}, by=by, level=asked.level, with_covariance=False)
    named = tuple(
        replace(note, facts={**note.facts, "value": asked.value}) if "value" in note.facts else note
        for note in found.notes
    )
    return replace(found, notes=named)


class _Sample:
    """The columns of a table, read when they are asked for."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = table.count()
        self.names = [name for name in table.columns if name != "_line"]

    def design(self, asked: Asked) -> Design:
        weight = self.numbers(asked.weight)
        if (weight <= 0).any():
            row = int(np.argmax(weight <= 0))
            raise DesignError(
                f"{asked.weight}: the weight in row {row + 1} is {weight[row]:g}; weights are above 0: correct it or leave the row out"
            )
        for name in (asked.strata, *asked.cluster):
            if name is not None:
                self._refuse_missing(name)
        return survey_design(
            weight,
            strata=self.labels(asked.strata) if asked.strata else None,
            clusters=[self.labels(name) for name in asked.cluster],
            fpc=[self.numbers(name) for name in asked.fpc],
        )

    def parted(self, value: str) -> tuple[str, str | None]:
        """A column, and the category of it that is meant, where one is."""
        if value in self.names or "=" not in value:
            return value, None
        name, _, category = value.partition("=")
        return name, category

    def column(self, name: str) -> pa.ChunkedArray:
        """A column in which what is missing is null."""
        if name not in self.names:
            listed = ", ".join(self.names[:_MOST_NAMED]) + (" …" if len(self.names) > _MOST_NAMED else "")
            raise DesignError(f"the table has no column {name}; it has {listed}")
        column = self.table.arrow(columns=[name])[name]
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            column = pc.utf8_trim_whitespace(column)
            return pc.if_else(pc.is_in(column, pa.array(_MISSING, column.type)), pa.scalar(None, column.type), column)
        return column

    def numbers(self, name: str, *, may_miss: bool = False, is_value: bool = False) -> FloatArray:
        """A column of numbers; missing is NaN where it may be."""
        column = self.column(name)
        try:
            found: FloatArray = pc.cast(column, pa.float64()).to_numpy()
        except (
            pa.ArrowInvalid,
            pa.ArrowNotImplementedError,
        ):  # a text that is no number, or a type that has no numbers
            raise DesignError(self._no_number(name, column, is_value)) from None
        if not may_miss and (missing := np.isnan(found)).any():
            raise DesignError(
                f"{name}: missing in row {int(np.argmax(missing)) + 1} ({int(missing.sum())} rows in all); fill it in"
            )
        return found

    def _no_number(self, name: str, column: pa.ChunkedArray, is_value: bool) -> str:
        found = [str(one) for one in pc.unique(column).to_pylist() if one is not None]
        wrong = next(one for one in found if not _is_number(one))
        if is_value and len(found) <= _MOST_NAMED and not any(map(_is_number, found)):
            return (
                f"{name} holds categories ({', '.join(found)}), not numbers; for the share of one name it: "
                f'--value "{name}={wrong}"'
            )
        row = pc.index(column, pa.scalar(wrong, column.type) if pa.types.is_string(column.type) else column[0]).as_py()
        return f"{name}: {wrong!r} in row {row + 1} is no number; correct it, or leave it empty where it is not known"

    def labels(self, name: str) -> Any:
        """A column of labels; missing is None."""
        column = self.column(name)
        if column.null_count == 0 and not pa.types.is_floating(column.type):
            return np.asarray(column.to_pylist()) if pa.types.is_string(column.type) else column.to_numpy()
        return np.array(column.to_pylist(), dtype=object)

    def _refuse_missing(self, name: str) -> None:
        column = self.column(name)
        if column.null_count:
            row = pc.index(pc.is_null(column), pa.scalar(True)).as_py()
            raise DesignError(f"{name}: missing in row {row + 1} ({column.null_count} rows in all); fill it in")

    def indicator(self, name: str, category: str) -> FloatArray:
        """1 where a column is of the category, 0 where of another, NaN where it is missing."""
        column = pc.cast(self.column(name), pa.string())
        if category not in (there := pc.unique(column).to_pylist()):
            listed = ", ".join(str(one) for one in there[:_MOST_NAMED] if one is not None)
            raise DesignError(f"{name} has no category {category}; it has {listed}")
        found: FloatArray = pc.cast(pc.equal(column, category), pa.float64()).to_numpy()
        return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _margins(sample: _Sample, margins: Table) -> dict[str, Margin]:
    """The margins of a table, by variable, in the order in which they stand."""
    listed = _Sample(margins)
    if missing := [name for name in MARGIN_COLUMNS if name not in listed.names]:
        raise WeightingError(
            f"the margins have no column {missing[0]}; write {', '.join(MARGIN_COLUMNS)}, one row a category"
        )
    variables, categories = (pc.cast(listed.column(name), pa.string()).to_pylist() for name in MARGIN_COLUMNS[:2])
    totals: dict[str, dict[str, float]] = {}
    for variable, category, total in zip(variables, categories, listed.numbers("total"), strict=True):
        if variable is None or category is None:
            raise WeightingError("the margins have a row without variable or category; fill it in")
        if category in totals.setdefault(variable, {}):
            raise WeightingError(f"the margins have {variable} {category} twice; keep one row a category")
        totals[variable][category] = float(total)
    return {name: Margin(_texts(sample, name), sizes) for name, sizes in totals.items()}


def _texts(sample: _Sample, name: str) -> Sequence[Any] | IntArray:
    column = pc.cast(sample.column(name), pa.string())
    if column.null_count:
        raise WeightingError(
            f"{name}: {column.null_count} rows are missing, so that they cannot be raked; fill them in, or give them a category"
        )
    return np.asarray(column.to_pylist())
