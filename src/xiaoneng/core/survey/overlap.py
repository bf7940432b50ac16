"""The compiled sum behind the covariance of agencies that share raters: every ballot's scores times each other.

A ballot rates few of many agencies: a dense product multiplies mostly zeros, and a sparse one looks for its places anew for
every agency (measured for a million ballots on ten of a hundred agencies: 0.1 seconds here, 2 with the sparse product).
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from .coding import FloatArray, IntArray

_compiled: Any = numba.njit(cache=True, nogil=True)


def products(starts: IntArray, figure: Any, score: FloatArray, *, figures: int) -> FloatArray:
    """Sum over ballots of score times score, figure by figure: Z'Z of the sparse matrix Z of ballots by figures.

    In      starts: where each ballot's scores begin, and where the last ends; figure: of each score, ascending in a ballot
    """
    upper = np.zeros((figures, figures))
    _add(starts, figure, score, upper)
    return upper + np.triu(upper, 1).T


@_compiled
def _add(starts, figure, score, upper):  # type: ignore[no-untyped-def]  # typed when compiled
    for ballot in range(len(starts) - 1):
        end = starts[ballot + 1]
        for one in range(starts[ballot], end):
            for other in range(one, end):
                upper[figure[one], figure[other]] += score[one] * score[other]
