"""Means of millions of ballots: sums by stratum in the engine, and the covariance of agencies that share raters.

A ballot is the cluster. What the formula needs of a figure is a few sums a stratum; only the covariance needs the ratings
of a ballot side by side. `estimate_means` on the rows, with the ballots as clusters, gives the same figures, slowly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from ..engine import Engine, Table
from ..errors import DesignError
from ..tables import BALLOT_RATINGS, BALLOT_STRATA
from .coding import FloatArray, IntArray
from .design import collapse_note
from .notes import Note
from .overlap import products
from .results import Estimates, interval
from .stages import Stage, collapsed, lonely
from .variance import stage_factor

_SUMMED = ("answers", "w", "wy", "w2", "w2y", "w2y2")


def estimate_ratings(
    engine: Engine,
    ratings: Table,
    *,
    strata: Table | None = None,
    level: float = 0.95,
    with_covariance: bool = False,
) -> Estimates:
    """Weighted mean of every agency and question, with standard errors that take a ballot's ratings together.

    In      ratings: BALLOT_RATINGS; strata: BALLOT_STRATA, for the correction where the frame is small and for ballots that
            rated nobody; without it the ballots that stand in the ratings are counted, and no correction is made
    Out     one figure an agency and question, in their order; df: ballots less strata; with_covariance: between all figures
    Empty   a figure that nobody answered keeps its row, with NaN; a rating without an answer is not counted
    Raises  TableShapeError; DesignError where a ballot lies in two strata or answers a question on an agency twice, a row
            has no stratum, agency, question or weight, or `strata` contradicts the ratings
    Source  Särndal, Swensson & Wretman 1992, sections 3.7 and 5.8; Binder 1983
    """
    BALLOT_RATINGS.check(ratings)
    _check_rows(engine, ratings)
    sums = _sums(engine, ratings)
    frame = _strata(engine, ratings, sums, strata)
    sums = sums.merged(frame)
    matrix = _covariance(engine, ratings, frame, sums) if with_covariance else None
    variance = np.diag(matrix) if matrix is not None else sums.variance(frame)
    se = np.where(sums.n > 0, np.sqrt(np.maximum(variance, 0.0)), np.nan)
    df = int(frame.sampled.sum()) - len(frame.sampled)
    mean = sums.mean + sums.origin
    low, high = interval(mean, se, df, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        n_eff = sums.w.sum(axis=0) ** 2 / sums.w2.sum(axis=0)
    return Estimates(
        columns=("agency", "question"),
        labels=sums.figures,
        estimate=mean,
        se=se,
        df=df,
        ci_low=low,
        ci_high=high,
        n=sums.n,
        n_eff=n_eff,
        covariance=matrix,
        notes=frame.notes,
        level=level,
    )


def _check_rows(engine: Engine, ratings: Table) -> None:
    checks = engine.stage("survey/rating_checks", ballot_ratings=ratings)
    (found,) = checks.rows()
    checks.drop()
    if not found["ratings"]:
        raise DesignError("ballot_ratings: there is no rating; nothing can be estimated")
    if found["rows_unplaced"]:
        raise DesignError(
            f"ballot_ratings: {found['rows_unplaced']} rows or more have no ballot, stratum, agency or question; fill them in"
        )
    if found["rows_unweighted"] or not (found["least_weight"] > 0 and np.isfinite(found["most_weight"])):
        raise DesignError(
            f"ballot_ratings: weights run from {found['least_weight']} to {found['most_weight']}, {found['rows_unweighted']} "
            "are missing; every rating has a weight above 0: correct them or leave the rows out"
        )
    if found["least_value"] is not None and not np.isfinite([found["least_value"], found["most_value"]]).all():
        raise DesignError(
            f"ballot_ratings: answers run from {found['least_value']} to {found['most_value']}; leave an answer that is no number "
            "empty (NULL)"
        )


@dataclass(frozen=True)
class _Strata:
    """The strata after lonely ones were taken together: of each label its place; of each place its ballots and factor."""

    place: dict[str, int]
    sampled: IntArray
    factor: FloatArray
    notes: tuple[Note, ...]


def _strata(engine: Engine, ratings: Table, sums: _Sums, strata: Table | None) -> _Strata:
    agencies, questions = zip(*sums.figures, strict=True)
    figures = {"agency": list(agencies), "question": list(questions), "figure": list(range(len(sums.figures)))}
    rated_figures = engine.from_arrow("rated_figures", pa.table(figures))
    places = {"stratum": list(sums.strata), "place": list(range(len(sums.strata)))}
    rated_strata = engine.from_arrow("rated_strata", pa.table(places))
    counted = engine.stage(
        "survey/ballot_counts",
        parameters={"last_figure": len(sums.figures) - 1},
        ballot_ratings=ratings,
        rated_figures=rated_figures,
        rated_strata=rated_strata,
    )
    rows = counted.rows()
    for table in (counted, rated_figures, rated_strata):
        table.drop()
    for column, said in (
        ("ballots_torn", "ballots lie in two strata; a ballot is drawn in one: correct the stratum"),
        ("ballots_repeating", "ballots answer a question on an agency more than once; keep one answer each"),
    ):
        if count := sum(row[column] for row in rows):
            raise DesignError(f"ballot_ratings: {count} {said}")
    there = {sums.strata[row["place"]]: row["ballots"] for row in rows}
    sizes = dict.fromkeys(there, np.nan)
    if strata is not None:
        BALLOT_STRATA.check(strata)
        there, sizes = _given(there, strata)
    labels = list(there)
    sampled = np.array([there[label] for label in labels], dtype=np.int64)
    size = np.array([sizes[label] for label in labels], dtype=np.float64)
    whole = Stage(
        np.arange(len(labels)),
        np.arange(len(labels)),
        sampled,
        np.where(np.isnan(size), 0.0, sampled / np.where(np.isnan(size), 1.0, size)),
        np.ones(len(labels)),
    )
    merged, together = collapsed(whole, np.zeros(len(labels), dtype=np.int64))
    notes = [collapse_note([labels[at] for at in run]) for run in together]
    if lonely(merged).any():
        notes.append(Note("survey_one_unit"))
    return _Strata(
        dict(zip(labels, merged.group.tolist(), strict=True)), merged.sampled, stage_factor(merged), tuple(notes)
    )


def _given(there: dict[str, int], strata: Table) -> tuple[dict[str, int], dict[str, float]]:
    """Ballots and frame of every stratum that is listed and drew ballots."""
    rows = {row["stratum"]: row for row in strata.rows()}
    if missing := [label for label in there if label not in rows]:
        raise DesignError(f"ballot_strata: no row for the stratum {missing[0]}, which has ballots; add it")
    for label, row in rows.items():
        if row["ballots"] is None or row["ballots"] < there.get(label, 0):
            raise DesignError(
                f"ballot_strata: {row['ballots']} ballots in {label}, but {there.get(label, 0)} have ratings; correct the count"
            )
        if row["population"] is not None and row["population"] < row["ballots"]:
            raise DesignError(
                f"ballot_strata: {row['ballots']} ballots from a frame of {row['population']} in {label}; correct one of them"
            )
    used = {label: row for label, row in rows.items() if row["ballots"] > 0}
    return (
        {label: int(row["ballots"]) for label, row in used.items()},
        {label: np.nan if row["population"] is None else float(row["population"]) for label, row in used.items()},
    )


@dataclass(frozen=True)
class _Sums:
    """Sums by stratum (rows) and figure (columns); values are counted from `origin` on."""

    origin: float
    strata: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    answers: FloatArray
    w: FloatArray
    wy: FloatArray
    w2: FloatArray
    w2y: FloatArray
    w2y2: FloatArray

    @property
    def n(self) -> IntArray:
        return np.asarray(self.answers.sum(axis=0), dtype=np.int64)

    def merged(self, frame: _Strata) -> _Sums:
        """The same sums by the strata of the frame, some of which were taken together, some without a rating."""
        place = [frame.place[label] for label in self.strata]

        def added(sums: FloatArray) -> FloatArray:
            whole = np.zeros((len(frame.sampled), len(self.figures)))
            np.add.at(whole, place, sums)
            return whole

        sums: dict[str, Any] = {name: added(getattr(self, name)) for name in _SUMMED}
        return replace(self, **sums)

    @property
    def mean(self) -> FloatArray:
        with np.errstate(invalid="ignore", divide="ignore"):
            mean: FloatArray = self.wy.sum(axis=0) / self.w.sum(axis=0)
        return mean

    def stratum_scores(self) -> FloatArray:
        """Of each stratum and figure, the sum of the scores of its ballots."""
        with np.errstate(invalid="ignore", divide="ignore"):
            scores: FloatArray = (self.wy - self.mean * self.w) / self.w.sum(axis=0)
        return np.nan_to_num(scores)

    def variance(self, frame: _Strata) -> FloatArray:
        """The variance of each figure: squares of the scores, less what all ballots of a stratum have in common."""
        with np.errstate(invalid="ignore", divide="ignore"):
            squares = (self.w2y2 - 2 * self.mean * self.w2y + self.mean**2 * self.w2) / self.w.sum(axis=0) ** 2
        within = np.maximum(np.nan_to_num(squares) - self.stratum_scores() ** 2 / frame.sampled[:, None], 0.0)
        variance: FloatArray = frame.factor @ within
        return variance


def _sums(engine: Engine, ratings: Table) -> _Sums:
    origin = _origin(ratings)
    with engine.one_thread():  # the order in which threads add up would change the last digits from run to run
        table = engine.stage("survey/rating_sums", parameters={"origin": origin}, ballot_ratings=ratings)
    found = table.arrow().to_pydict()
    table.drop()
    figures = sorted(set(zip(found["agency"], found["question"], strict=True)))
    strata = list(dict.fromkeys(found["stratum"]))
    column_of, row_of = ({label: at for at, label in enumerate(labels)} for labels in (figures, strata))
    rows = [row_of[label] for label in found["stratum"]]
    columns = [column_of[label] for label in zip(found["agency"], found["question"], strict=True)]

    def placed(name: str) -> FloatArray:
        whole = np.zeros((len(strata), len(figures)))
        whole[rows, columns] = [0.0 if value is None else value for value in found[name]]
        return whole

    return _Sums(origin, tuple(strata), tuple(figures), *(placed(name) for name in _SUMMED))


def _origin(ratings: Table) -> float:
    """Some answer that was given; any will do."""
    return next((float(value) for value in ratings.head("answer", rows=1000) if value is not None), 0.0)


def _covariance(engine: Engine, ratings: Table, frame: _Strata, sums: _Sums) -> FloatArray:
    """Ballot by ballot: the scores of all it rated, times each other; less what all ballots of a stratum have in common."""
    agencies, questions = zip(*sums.figures, strict=True)
    columns = {
        "agency": list(agencies),
        "question": list(questions),
        "figure": pa.array(range(len(sums.figures)), pa.int32()),
        "mean": sums.mean + sums.origin,
        "total_weight": sums.w.sum(axis=0),
    }
    figure_means = engine.from_arrow("figure_means", pa.table(columns))
    roots = np.sqrt(frame.factor)
    stratum_factors = engine.from_arrow(
        "stratum_factors",
        pa.table({"stratum": list(frame.place), "root_factor": [float(roots[at]) for at in frame.place.values()]}),
    )
    table = engine.stage(
        "survey/rating_scores", ballot_ratings=ratings, figure_means=figure_means, stratum_factors=stratum_factors
    )
    scores = table.arrow()
    for used in (table, figure_means, stratum_factors):
        used.drop()
    ballot = scores["ballot_no"].to_numpy()
    starts = np.flatnonzero(np.concatenate([[True], ballot[1:] != ballot[:-1]])) if len(ballot) else np.empty(0)
    by_ballot = products(
        np.append(starts, len(ballot)).astype(np.int64),
        scores["figure"].to_numpy(),
        scores["score"].to_numpy(),
        figures=len(sums.figures),
    )
    common = sums.stratum_scores() * np.sqrt(frame.factor / frame.sampled)[:, None]
    return by_ballot - common.T @ common
