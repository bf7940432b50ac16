"""Means, totals, ratios and shares of a sample, whole or by domain, with the standard errors of its design.

Every figure is a ratio of weighted sums, or one such sum, whose first-order change with each row (its score) is known; the
variance of the figure is that of the sum of the scores (Binder 1983). Rows outside a domain stay in, with a score of 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import DesignError
from .coding import BoolArray, FloatArray, IntArray, Labels, codes, crossed, named, numbers
from .design import Design
from .notes import Note
from .results import Estimates, Label, interval
from .variance import covariance, variances


@dataclass(frozen=True)
class Domains:
    """Which domain each row is in: its code, -1 for none; a code has its label, in their order."""

    columns: tuple[str, ...]
    code: IntArray
    labels: tuple[Label, ...]
    unknown: int


def domains(design: Design, by: Labels | Mapping[str, Labels] | None) -> Domains:
    """The domains of a sample: one where `by` is None, else one a combination of labels that occurs."""
    columns = named(by, "domain")
    if not columns:
        return Domains((), np.zeros(design.rows, dtype=np.int64), ((),), 0)
    coded = [codes(column, name, rows=design.rows, may_miss=True) for name, column in columns.items()]
    code, stands_for = crossed([one for one, _ in coded])
    labels = tuple(
        tuple(names[place] for place, (_, names) in zip(row, coded, strict=True)) for row in stands_for.tolist()
    )
    return Domains(tuple(columns), code, labels, int((code < 0).sum()))


@dataclass(frozen=True)
class _Part:
    """Upper and lower values of one figure (lower None: a total), and the rows for which they are known."""

    label: Label
    upper: FloatArray
    lower: FloatArray | None
    is_known: BoolArray


def estimate_means(
    design: Design,
    values: Labels | Mapping[str, Labels],
    *,
    by: Labels | Mapping[str, Labels] | None = None,
    level: float = 0.95,
    with_covariance: bool = True,
) -> Estimates:
    """Weighted means, with the standard errors of the design.

    In      values: one column, or several by name; unknown (NaN) is left out of its own mean alone;
            by: labels that part the rows into domains, one column or several by name
    Out     one figure a column and domain; their covariance, also between domains that share clusters
    Units   the interval is that of Student's t with the degrees of freedom of the whole design, as for a domain too
    Empty   rows whose domain is unknown are in none, and noted
    Raises  DesignError where a value is no number, or a column has not as many as the sample
    Source  Binder 1983; Särndal, Swensson & Wretman 1992, sections 5.6 and 5.8
    """
    parts = [_part((name,), column, None, design) for name, column in _named(values).items()]
    ones = np.ones(design.rows)
    parts = [_Part(part.label, part.upper, ones, part.is_known) for part in parts]
    return _estimated(design, parts, _named(values), by, level, with_covariance)


def estimate_totals(
    design: Design,
    values: Labels | Mapping[str, Labels],
    *,
    by: Labels | Mapping[str, Labels] | None = None,
    level: float = 0.95,
    with_covariance: bool = True,
) -> Estimates:
    """Weighted totals, with the standard errors of the design; all else as for means."""
    parts = [_part((name,), column, None, design) for name, column in _named(values).items()]
    return _estimated(design, parts, _named(values), by, level, with_covariance)


def estimate_ratios(
    design: Design,
    numerator: Labels | Mapping[str, Labels],
    denominator: Labels,
    *,
    by: Labels | Mapping[str, Labels] | None = None,
    level: float = 0.95,
    with_covariance: bool = True,
) -> Estimates:
    """Ratios of two weighted totals, of the rows for which both are known; all else as for means."""
    parts = [_part((name,), column, denominator, design) for name, column in _named(numerator).items()]
    return _estimated(design, parts, _named(numerator), by, level, with_covariance)


def _named(values: Labels | Mapping[str, Labels]) -> dict[str, Labels]:
    return named(values, "value")


def _part(label: Label, upper: Labels, lower: Labels | None, design: Design) -> _Part:
    top = numbers(upper, str(label[0]), rows=design.rows)
    if np.isinf(top).any():
        raise DesignError(
            f"{label[0]}: infinite in row {int(np.argmax(np.isinf(top))) + 1}; correct it or leave it empty"
        )
    is_known = ~np.isnan(top)
    bottom = None
    if lower is not None:
        bottom = numbers(lower, "denominator", rows=design.rows)
        is_known &= np.isfinite(bottom)
    return _Part(label, top, bottom, is_known)


def _estimated(
    design: Design,
    parts: list[_Part],
    values: Mapping[str, Any],
    by: Labels | Mapping[str, Labels] | None,
    level: float,
    with_covariance: bool,
) -> Estimates:
    domain = domains(design, by)
    has_variable = len(values) > 1
    figures = [(part, code) for code in range(len(domain.labels)) for part in parts]
    # Rows of one domain are looked for once, then each figure works on its own rows alone
    rows_of = [np.flatnonzero(domain.code == code) for code in range(len(domain.labels))]
    sums = [_sums(design, part, rows_of[code]) for part, code in figures]

    def scores_of(block: range) -> FloatArray:
        scores = np.zeros((design.rows, len(block)))
        for column, at in enumerate(block):
            part, code = figures[at]
            _fill(scores[:, column], design, part, rows_of[code], sums[at])
        return scores

    matrix: FloatArray | None = None
    if with_covariance:
        matrix = covariance(design, scores_of(range(len(figures))))
        variance = np.diag(matrix)
    else:
        variance = variances(design, len(figures), scores_of)
    estimate = np.array([one.estimate for one in sums])
    se = np.where(np.isnan(estimate), np.nan, np.sqrt(np.maximum(variance, 0.0)))
    low, high = interval(estimate, se, design.df, level)
    return Estimates(
        columns=(*domain.columns, *(("variable",) if has_variable else ())),
        labels=tuple((*domain.labels[code], *(part.label if has_variable else ())) for part, code in figures),
        estimate=estimate,
        se=se,
        df=design.df,
        ci_low=low,
        ci_high=high,
        n=np.array([one.n for one in sums], dtype=np.int64),
        n_eff=np.array([one.n_eff for one in sums]),
        covariance=matrix,
        notes=(*design.notes, *_notes(parts, domain)),
        level=level,
    )


@dataclass(frozen=True)
class _Sums:
    estimate: float
    below: float  # weighted sum of the lower values; 1 for a total
    n: int
    n_eff: float


def _sums(design: Design, part: _Part, rows: IntArray) -> _Sums:
    rows = rows[part.is_known[rows]]
    weight = design.weights[rows]
    above = float(weight @ part.upper[rows])
    below = 1.0 if part.lower is None else float(weight @ part.lower[rows])
    if not len(rows) or below == 0:
        return _Sums(float("nan"), float("nan"), len(rows), float("nan"))
    return _Sums(above / below, below, len(rows), float(weight.sum() ** 2 / (weight @ weight)))


def _fill(scores: FloatArray, design: Design, part: _Part, rows: IntArray, sums: _Sums) -> None:
    """The scores of one figure: 0 outside its rows."""
    rows = rows[part.is_known[rows]]
    if np.isnan(sums.estimate):
        return
    left = part.upper[rows] if part.lower is None else part.upper[rows] - sums.estimate * part.lower[rows]
    scores[rows] = design.weights[rows] * left / sums.below


def _notes(parts: list[_Part], domain: Domains) -> list[Note]:
    notes = []
    for part in parts:
        if missing := int((~part.is_known).sum()):
            notes.append(Note("survey_values_missing", {"value": part.label[0], "n": missing}))
    if domain.unknown:
        notes.append(Note("survey_domain_unknown", {"columns": "、".join(domain.columns), "n": domain.unknown}))
    return notes
