"""What weights were fitted to, and what is left of a score once that is taken out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .coding import FloatArray


@dataclass(frozen=True)
class Adjustment:
    """One fitting of weights to known totals: the auxiliary columns, the weights before and after.

    In      matrix: rows by columns, scipy sparse (CSR)
    """

    matrix: Any
    before: FloatArray
    after: FloatArray

    def residuals(self, scores: FloatArray) -> FloatArray:
        """The scores less what the auxiliary columns explain of them, by least squares under the weights before.

        Known totals have no error: only what they leave unexplained varies from sample to sample. With one column a
        post-stratum these are the differences from the post-stratum's mean.
        Source  Deville & Särndal 1992, equation 3.4; Särndal, Swensson & Wretman 1992, section 6.6
        """
        bare = scores / self.after[:, None]
        # Columns of one length, lest a column of large numbers drown the others
        lengths = np.sqrt(np.asarray(self.matrix.multiply(self.matrix).T @ self.before))
        matrix = self.matrix.multiply(1 / np.where(lengths > 0, lengths, 1.0)).tocsr()
        weighted = matrix.multiply(self.before[:, None]).tocsr()
        # Margins sum to the same total, so the columns depend on each other: the shortest solution
        inner = np.linalg.pinv((weighted.T @ matrix).toarray(), hermitian=True, rcond=1e-12)
        fitted: FloatArray = matrix @ (inner @ (weighted.T @ bare))
        return (bare - fitted) * self.after[:, None]
