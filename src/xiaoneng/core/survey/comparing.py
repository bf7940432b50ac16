"""Two groups, and two-way tables, under a design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..errors import DesignError
from .coding import FloatArray, Labels, codes, numbers
from .design import Design
from .estimates import estimate_means
from .results import Contrast, contrast


def compare_two(design: Design, values: Labels, group: Labels, *, level: float = 0.95) -> Contrast:
    """The mean of the second group less that of the first, with the test of no difference.

    In      group: two labels; their order is that of the labels
    Out     df: clusters less strata of the rows that hold a value, less 1
    Raises  DesignError where there are not two groups
    Source  Särndal, Swensson & Wretman 1992, section 5.8; the t test as a regression on the group
    """
    value = numbers(values, "value", rows=design.rows)
    means = estimate_means(design, value, by=group, level=level)
    if len(means) != 2:
        raise DesignError(
            f"{len(means)} groups; a comparison is between two: choose them, or compare each with another"
        )
    code, _ = codes(group, "group", rows=design.rows, may_miss=True)
    return contrast(means, (-1, 1), df=design.df_of(~np.isnan(value) & (code >= 0)) - 1)


@dataclass(frozen=True)
class Association:
    """A test of a two-way table: F with its degrees of freedom, and the plain chi-square before it is corrected."""

    f: float
    df: float
    df_below: float
    p: float
    chi_square: float
    cells: FloatArray  # weighted shares, rows by columns


def independence(design: Design, rows: Labels, columns: Labels) -> Association:
    """Whether two answers go together, by Pearson's chi-square with the second-order correction for the design.

    In      rows, columns: labels; a row in which either is unknown is left out
    Out     f: the chi-square over the trace of its design effects; df: their spread makes fewer of them (Satterthwaite);
            df_below: df times the degrees of freedom of the design
    Raises  DesignError where one of them has a single label
    Source  Rao & Scott 1984; Thomas & Rao 1987 for F
    """
    first, first_labels = codes(rows, "rows", rows=design.rows, may_miss=True)
    second, second_labels = codes(columns, "columns", rows=design.rows, may_miss=True)
    high, wide = len(first_labels), len(second_labels)
    if min(high, wide) < 2:
        raise DesignError(
            "a table of one row or one column shows no association; choose a column with two labels or more"
        )
    is_known = (first >= 0) & (second >= 0)
    cell = np.where(is_known, first * wide + second, -1)
    shares = estimate_means(design, {str(at): np.where(is_known, cell == at, np.nan) for at in range(high * wide)})
    share, n = shares.estimate, float(is_known.sum())
    table = share.reshape(high, wide)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    chi_square = n * float(((table - expected) ** 2 / expected).sum())
    contrasts = _interactions(high, wide)
    inverse = np.where(share > 0, 1 / np.where(share > 0, share, 1), 0)
    left = contrasts.T @ (contrasts * (inverse / n)[:, None])
    scaled = contrasts * inverse[:, None]
    effects = np.linalg.solve(left, scaled.T @ shares.needed_covariance() @ scaled)
    trace = float(np.trace(effects))
    df = trace**2 / float(np.trace(effects @ effects))
    f, below = chi_square / trace, df * design.df
    return Association(f, df, below, float(stats.f.sf(f, df, below)), chi_square, table)


def _interactions(high: int, wide: int) -> FloatArray:
    """A basis of what a table of shares shows beyond its margins, cell by cell in order of rows."""
    row, column = np.divmod(np.arange(high * wide), wide)
    margins = np.column_stack(
        [np.ones(high * wide), *(row == at for at in range(1, high)), *(column == at for at in range(1, wide))]
    ).astype(np.float64)
    both = np.column_stack(
        [(row == one) & (column == other) for one in range(1, high) for other in range(1, wide)]
    ).astype(np.float64)
    fitted = np.linalg.lstsq(margins, both, rcond=None)[0].astype(np.float64)
    return both - margins @ fitted
