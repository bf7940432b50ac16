"""Turnout and top marks together: stuffed units lie where both are near one hundred percent, and like round figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..errors import ScreeningError
from .ballots import Floats, Ints

CORNER = 0.99  # turnout and share of top marks from which a unit lies in the corner
_ROUND = 0.0005  # a share within a twentieth of a percentage point of a whole percent
FEWEST_UNITS = 5


@dataclass(frozen=True)
class TurnoutAndTop:
    """The round as a whole, and each unit: p of the unit is that of *both* being so high."""

    correlation: float
    p_correlation: float
    corner_units: int
    p_corner: float
    round_figures: int
    p_round_figures: float
    unit_p: Floats

    def of_the_round(self) -> dict[str, float]:
        """The figures of the round as a whole."""
        names = ("correlation", "p_correlation", "corner_units", "p_corner", "round_figures", "p_round_figures")
        return {name: getattr(self, name) for name in names}


def turnout_and_top(
    issued: Ints, cast: Ints, marks: Ints, top_marks: Ints, *, draws: int = 999, seed: int
) -> TurnoutAndTop:
    """Turnout against the share of top marks over units, by Monte Carlo from two independent beta-binomials.

    In      issued, cast: codes handed out and ballots cast in each unit; marks, top_marks: given in it
    Out     chances of a correlation as high, of as many units in the corner, and of as many whole percentages; for each unit the
            larger of its two tails, each from a fit to the other units (both must be high: Berger 1982, Technometrics 24:295)
    Raises  ScreeningError below 5 units, or where more was cast than issued
    Source  Klimek, Yegorov, Hanel, Thurner 2012 (PNAS 109:16469); Kobak, Shpilkin, Pshenichnikov 2016 (Ann. Appl. Stat. 10:54)
    """
    if len(issued) < FEWEST_UNITS:
        raise ScreeningError(f"turnout of {len(issued)} units: {FEWEST_UNITS} are needed to tell what is usual")
    if np.any(cast > issued) or np.any(top_marks > marks) or np.any(issued < 1) or np.any(marks < 1):
        raise ScreeningError("a unit has more ballots than codes, more top marks than marks, or none: check its counts")
    rng = np.random.default_rng(seed)
    turnout, share = _Fit.of(cast, issued), _Fit.of(top_marks, marks)
    observed = _told(cast / issued, top_marks / marks)
    drawn = np.array(
        [_told(turnout.draw(issued, rng) / issued, share.draw(marks, rng) / marks) for _ in range(min(draws, 999))]
    )
    p_values = (1 + (drawn >= observed - 1e-12).sum(axis=0)) / (len(drawn) + 1)
    others = [np.arange(len(issued)) != place for place in range(len(issued))]
    unit_p = [
        max(
            _Fit.of(cast[rest], issued[rest]).tail(int(cast[place]), int(issued[place])),
            _Fit.of(top_marks[rest], marks[rest]).tail(int(top_marks[place]), int(marks[place])),
        )
        for place, rest in enumerate(others)
    ]
    return TurnoutAndTop(
        float(observed[0]),
        float(p_values[0]),
        int(observed[1]),
        float(p_values[1]),
        int(observed[2]),
        float(p_values[2]),
        np.array(unit_p),
    )


def _told(turnout: Floats, share: Floats) -> Floats:
    moves = turnout.std() > 0 and share.std() > 0
    correlation = float(np.corrcoef(turnout, share)[0, 1]) if moves else 0.0
    corner = ((turnout >= CORNER) & (share >= CORNER)).sum()
    both = np.concatenate([turnout, share]) * 100
    whole = (np.abs(both - np.round(both)) <= _ROUND * 100).sum()
    return np.array([correlation, float(corner), float(whole)])


@dataclass(frozen=True)
class _Fit:
    """A beta-binomial by its mean and the correlation inside a unit, fitted by moments (Kleinman 1973, JASA 68:46)."""

    mean: float
    rho: float

    @classmethod
    def of(cls, hits: Ints, sizes: Ints) -> _Fit:
        mean = float(np.clip(hits.sum() / sizes.sum(), 1e-6, 1 - 1e-6))
        total = float(sizes.sum())
        squares = float((sizes * (hits / sizes - mean) ** 2).sum())
        freedom = len(sizes) - 1
        spread = mean * (1 - mean)
        above = squares - spread * freedom
        possible = spread * (total - float((sizes**2).sum()) / total - freedom)
        return cls(mean, float(np.clip(above / possible if possible > 0 else 0.0, 1e-6, 0.999)))

    @property
    def shape(self) -> tuple[float, float]:
        strength = 1 / self.rho - 1
        return self.mean * strength, (1 - self.mean) * strength

    def draw(self, sizes: Ints, rng: np.random.Generator) -> Ints:
        return np.asarray(rng.binomial(sizes, rng.beta(*self.shape, len(sizes))))

    def tail(self, hits: int, size: int) -> float:
        return float(np.clip(stats.betabinom.sf(hits - 1, size, *self.shape), 0.0, 1.0))
