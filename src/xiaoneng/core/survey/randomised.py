"""Randomised response (随机化问答): a question nobody dares answer, asked so that no single answer tells anything.

Dice or a slip of paper decide, unseen, what the answer is about. Only the share of a large group can be estimated; every answer
can be denied, even if all of them become known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..errors import RatersError
from ..words import say

LEAST_ANSWERS = 150  # below it the error is so large that the figure would only mislead


@dataclass(frozen=True)
class HiddenShare:
    """An estimated share; share, se, low and high are NaN where there are too few answers.

    Units   share, low, high: 0 to 1; epsilon: natural logarithm of how much likelier an answer is with one truth than with the other
    """

    answers: int
    said_yes: float
    share: float
    se: float
    low: float
    high: float
    epsilon: float

    @property
    def is_too_few(self) -> bool:
        return self.answers < LEAST_ANSWERS

    def told(self, language: str = "zh") -> str:
        """The sentence to print, which holds no figure of the share where there are too few answers."""
        if self.is_too_few:
            return say("raters_hidden_too_few", language, answers=self.answers, least=LEAST_ANSWERS)
        facts = {"share": 100 * self.share, "low": 100 * self.low, "high": 100 * self.high}
        return say("raters_hidden_share", language, answers=self.answers, **facts)


@dataclass(frozen=True)
class Device:
    """What the dice do: P(answers yes) is `slope` x (share to whom it applies) + `floor`."""

    slope: float
    floor: float

    @property
    def epsilon(self) -> float:
        """The most that one answer can tell (local differential privacy)."""
        yes_if_true, yes_if_not = self.slope + self.floor, self.floor
        ratios = (yes_if_true / yes_if_not, (1 - yes_if_not) / (1 - yes_if_true))
        return float(np.log(max(ratios)))

    def standard_error(self, said_yes: float, answers: int) -> float:
        """The standard error of the share when this part says yes: for planning, whatever the number of answers."""
        return float(np.sqrt(said_yes * (1 - said_yes) / answers)) / self.slope

    def estimate(self, yes: int, answers: int) -> HiddenShare:
        """The share to whom the question applies; nothing is estimated from fewer than 150 answers.

        Raises  RatersError where there are no answers, or the count of yes lies outside them
        """
        if answers < 1 or not 0 <= yes <= answers:
            raise RatersError(f"{yes} of {answers} answers cannot have been yes: count both again")
        said = yes / answers
        if answers < LEAST_ANSWERS:
            unknown = float("nan")
            return HiddenShare(answers, said, unknown, unknown, unknown, unknown, self.epsilon)
        share, se = (said - self.floor) / self.slope, self.standard_error(said, answers)
        half = float(stats.norm.ppf(0.975)) * se
        ends = (min(max(value, 0.0), 1.0) for value in (share, share - half, share + half))
        within, low, high = ends
        return HiddenShare(answers, said, within, se, low, high, self.epsilon)


def forced_answers(*, truth_share: float = 2 / 3, yes_share: float = 1 / 6) -> Device:
    """The dice say: answer truly, or say yes, or say no. Plain die: 1 says yes, 6 says no, 2 to 5 the truth.

    Raises  RatersError where a part is not above zero, or nothing is left for a forced no
    Source  Boruch 1971
    """
    if not (min(truth_share, yes_share) > 0 and truth_share + yes_share < 1):
        raise RatersError(
            "truth, forced yes and forced no each need a share above zero, or an answer would give its giver away"
        )
    return Device(slope=truth_share, floor=yes_share)


def warner(*, truth_share: float) -> Device:
    """The slip says "it applies to me" with this share, else "it does not apply to me"; the answer is true or false of the slip.

    Raises  RatersError where the share is not above one half and below one
    Source  Warner 1965
    """
    if not 0.5 < truth_share < 1:
        raise RatersError(f"the share of straight slips must lie above 0.5 and below 1, not at {truth_share:g}")
    return Device(slope=2 * truth_share - 1, floor=1 - truth_share)
