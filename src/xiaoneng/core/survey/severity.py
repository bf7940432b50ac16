"""Strict and mild ballots (评议尺度): what an agency's score would be, had it been judged by ballots of average strictness.

An anonymous ballot still says that it rated these twelve agencies, so strictness is estimated of the ballot, never of a person.
score = mu + agency + ballot + noise; agency and ballot are random effects. Raw and adjusted scores stand side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..errors import RatersError, UnconnectedRatersError
from ..words import say
from .agreement import components
from .reml import Floats, fit_crossed

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Severity:
    """Agencies in the order of their codes, each array one value an agency; `ballot_effects` one a ballot.

    Units   scores as they came in; `adjusted` = `raw` + `shift`; `shrunk` = mu + the predicted effect of the agency
    """

    mu: float
    mu_se: float
    agency_variance: float
    ballot_variance: float
    residual_variance: float
    log_likelihood: float
    ratings: int
    left_out: int  # rows without a score: no contact, or skipped
    agencies: tuple[str, ...]
    agency_ratings: Floats
    raw: Floats
    shift: Floats  # less the mean strictness of the ballots that rated it
    adjusted: Floats
    adjusted_se: Floats
    shrunk: Floats
    shrunk_se: Floats  # of (predicted - true), mu estimated too
    effects: Floats
    effects_se: Floats
    is_moved: Flags  # raw and adjusted differ by more than one standard error
    ballots: tuple[str, ...]
    ballot_effects: Floats  # below zero is strict

    def told(self, agency: str, language: str = "zh") -> str:
        """The sentence that stands beside an agency's two scores."""
        place = self.agencies.index(agency)
        code = "raters_moved" if self.is_moved[place] else "raters_adjusted"
        shift = round(float(self.shift[place]), 1) + 0.0  # no "-0.0"
        return say(code, language, shift=shift, se=self.adjusted_se[place], score=self.adjusted[place])


def severity(scores: Sequence[float] | Floats, *, agencies: Sequence[str], ballots: Sequence[str]) -> Severity:
    """Scores of agencies, adjusted for strict and mild ballots.

    In      one value a rating: the score (NaN where there was no contact or no answer), the agency, the ballot. Where a ballot
            answers several items about an agency, give the mean: its answers hang together and are no separate ratings
    Out     Severity; a ballot that rated one agency tells little of its strictness, and its effect shrinks towards 0
    Raises  RatersError where there are fewer than two agencies or ballots, or every score is the same;
            UnconnectedRatersError where agencies fall into groups that no ballot connects
    Source  Henderson 1975; Patterson and Thompson 1971; docs/methods/raters.md, "Strict and mild ballots"
    """
    given = np.asarray(scores, dtype=np.float64)
    if not len(given) == len(agencies) == len(ballots):
        raise RatersError(
            f"{len(given)} scores, {len(agencies)} agencies and {len(ballots)} ballots: give one of each a rating"
        )
    answered = ~np.isnan(given)
    values = given[answered]
    names, place = np.unique(np.asarray(agencies, dtype=str)[answered], return_inverse=True)
    papers, paper = np.unique(np.asarray(ballots, dtype=str)[answered], return_inverse=True)
    if len(names) < 2 or len(papers) < 2:
        raise RatersError(
            f"strictness needs at least two agencies and two ballots with scores, there are {len(names)} and {len(papers)}: "
            "publish the raw scores"
        )
    if np.ptp(values) == 0:
        raise RatersError(
            f"all {len(values)} scores are {values[0]:g}: nothing can be adjusted, publish the raw scores"
        )
    parts = components(names[place].tolist(), papers[paper].tolist())
    if len(parts) > 1:
        groups = "; ".join(", ".join(part.agencies) for part in parts)
        raise UnconnectedRatersError(
            f"no ballot connects these {len(parts)} groups of agencies, so their strictness cannot be compared: {groups}. "
            "Publish raw scores, or compare inside a group only"
        )
    return _adjusted(values, place, paper, names, papers, len(given) - len(values))


def _adjusted(
    values: Floats,
    place: npt.NDArray[np.int64],
    paper: npt.NDArray[np.int64],
    names: npt.NDArray[np.str_],
    papers: npt.NDArray[np.str_],
    left_out: int,
) -> Severity:
    fit = fit_crossed(values, place, paper)
    count = np.bincount(place).astype(np.float64)
    raw = np.bincount(place, weights=values) / count
    shift = -np.bincount(place, weights=fit.eliminated[paper]) / count
    # adjusted - (mu + agency) is the error of the prediction plus a part of the prediction itself, and these two are uncorrelated
    error = np.sqrt(fit.level_error_variance + fit.residual_variance * fit.kept_information / count**2)
    return Severity(
        mu=fit.mu,
        mu_se=float(np.sqrt(fit.mu_variance)),
        agency_variance=fit.kept_variance,
        ballot_variance=fit.eliminated_variance,
        residual_variance=fit.residual_variance,
        log_likelihood=fit.log_likelihood,
        ratings=len(values),
        left_out=left_out,
        agencies=tuple(names.tolist()),
        agency_ratings=count,
        raw=raw,
        shift=shift,
        adjusted=raw + shift,
        adjusted_se=error,
        shrunk=fit.mu + fit.kept,
        shrunk_se=np.sqrt(fit.level_error_variance),
        effects=fit.kept,
        effects_se=np.sqrt(fit.kept_error_variance),
        is_moved=np.abs(shift) > error,
        ballots=tuple(papers.tolist()),
        ballot_effects=fit.eliminated,
    )
