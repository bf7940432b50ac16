"""Closed ballots as arrays: one row a rating of an appraisee on one ballot, and what was not rated counted apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .rules import LEVELS, NO_CONTACT, RoundRules

WHOLE_BALLOT = "_"  # in place of an appraisee where a question is asked once a ballot; no appraisee's code can be that

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ratings:
    """The ratings of a round as columns; a ballot that rates nobody has no row, and still counts in `ballots`.

    One row a (ballot, appraisee) with at least one answer on the five levels. `levels` has one column a question, NaN where
    the question was left out or answered with no contact; `score` is the mean of the points of those answered, 0 to 100.
    """

    rules: RoundRules
    ballots: Ints  # ballots of each stratum, in the order of the rules
    ballot: Ints  # row -> number of the ballot
    stratum: Ints  # row -> place of its stratum in the rules
    appraisee: Ints  # row -> place of the appraisee in the rules
    levels: Floats  # rows x questions: 1 to 5, or NaN
    points: Floats  # rows x questions: their points, or NaN
    score: Floats
    no_contact: Ints  # appraisees x questions: answers of no contact
    ballot_stratum: Ints  # ballot -> place of its stratum
    batch: tuple[str, ...]  # ballot -> the batch of codes or the station that it came from; "" where unknown
    bucket: tuple[str, ...]  # ballot -> coarse time, public rounds only
    forced: Mapping[str, Ints]  # question -> yes and no over all ballots
    rounds: int = 1  # rounds of a small body that were put together: everybody was asked in each of them

    def without(self, batches: Iterable[str]) -> Ratings:
        """The same round without the ballots of some batches."""
        aside = set(batches)
        keeps = np.array([name not in aside for name in self.batch], dtype=bool)
        rows = keeps[self.ballot] if len(self.ballot) else np.zeros(0, dtype=bool)
        new_number = np.cumsum(keeps) - 1
        return Ratings(
            rules=self.rules,
            ballots=np.bincount(self.ballot_stratum[keeps], minlength=len(self.rules.strata)).astype(np.int64),
            ballot=new_number[self.ballot[rows]].astype(np.int64),
            stratum=self.stratum[rows],
            appraisee=self.appraisee[rows],
            levels=self.levels[rows],
            points=self.points[rows],
            score=self.score[rows],
            no_contact=self.no_contact,
            ballot_stratum=self.ballot_stratum[keeps],
            batch=tuple(name for name, kept in zip(self.batch, keeps, strict=True) if kept),
            bucket=tuple(name for name, kept in zip(self.bucket, keeps, strict=True) if kept),
            forced=self.forced,
            rounds=self.rounds,
        )

    def matrix(self) -> Floats:
        """Ballots x (appraisee, question): the levels, NaN where nothing was said; what the tests on batches look at."""
        questions = self.levels.shape[1]
        wide = np.full((len(self.batch), len(self.rules.appraisees) * questions), np.nan)
        columns = self.appraisee[:, None] * questions + np.arange(questions)[None, :]
        wide[self.ballot[:, None], columns] = self.levels
        return wide


def ratings(rules: RoundRules, ballots: Iterable[Mapping[str, Any]], *, rounds: int = 1) -> Ratings:
    """Closed ballots as columns, of one round or of several that the rules put together.

    In      ballots: mappings with `stratum`, `answers` ({appraisee: {question: 1..5 or "no_contact"}}, and under "_" the answers
            to forced-response questions, "yes" or "no"), and where known `batch` and `bucket`
    Empty   no ballots give empty columns: a round to which nobody came
    """
    place = {one.code: number for number, one in enumerate(rules.appraisees)}
    stratum_place = {one.code: number for number, one in enumerate(rules.strata)}
    scales = rules.questionnaire.scales
    question_place = {code: number for number, code in enumerate(scales)}
    no_contact = np.zeros((len(place), len(scales)), dtype=np.int64)
    forced = {code: np.zeros(2, dtype=np.int64) for code in rules.questionnaire.forced_responses}
    of_ballot: list[int] = []
    batch: list[str] = []
    bucket: list[str] = []
    rows: list[tuple[int, int, int]] = []
    levels: list[list[float]] = []
    for number, ballot in enumerate(ballots):
        stratum = stratum_place[ballot["stratum"]]
        of_ballot.append(stratum)
        batch.append(str(ballot.get("batch") or ""))
        bucket.append(str(ballot.get("bucket") or ""))
        for code, answers in ballot["answers"].items():
            if code == WHOLE_BALLOT:
                for question, answer in answers.items():
                    forced[question][0 if answer == "yes" else 1] += 1
                continue
            said = [np.nan] * len(scales)
            for question, answer in answers.items():
                if answer == NO_CONTACT:
                    no_contact[place[code], question_place[question]] += 1
                else:
                    said[question_place[question]] = float(answer)
            if not all(np.isnan(said)):
                rows.append((number, stratum, place[code]))
                levels.append(said)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    table = np.array(levels, dtype=np.float64).reshape(-1, len(scales))
    points = _points(rules, table)
    with np.errstate(invalid="ignore"):
        score = np.nansum(points, axis=1) / np.maximum((~np.isnan(points)).sum(axis=1), 1)
    return Ratings(
        rules=rules,
        ballots=np.bincount(np.array(of_ballot, dtype=np.int64), minlength=len(rules.strata)).astype(np.int64),
        ballot=columns[:, 0],
        stratum=columns[:, 1],
        appraisee=columns[:, 2],
        levels=table,
        points=points,
        score=score,
        no_contact=no_contact,
        ballot_stratum=np.array(of_ballot, dtype=np.int64),
        batch=tuple(batch),
        bucket=tuple(bucket),
        forced=forced,
        rounds=rounds,
    )


def _points(rules: RoundRules, levels: Floats) -> Floats:
    by_level = np.full(max(LEVELS) + 1, np.nan)
    for level in LEVELS:
        by_level[level] = rules.questionnaire.points[str(level)]
    known = np.nan_to_num(levels, nan=0.0).astype(np.int64)
    return np.where(np.isnan(levels), np.nan, by_level[known])
