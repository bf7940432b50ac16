"""Orchestrated batches planted in a shadow copy of a round, to see whether the screening finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ..errors import ScreeningError
from .ballots import MERGED, Ballots, Bools, Floats, Ints, batches_of

FEWEST_PLANTED = 3
_SLIP = 0.15  # share of marks in which a copyist departs by one step


class Style(StrEnum):
    """How ballots are orchestrated."""

    COPIED = "copied"  # one answer copied, with slips
    ALL_TOP = "all_top"  # the top mark throughout
    FAVOURED = "favoured"  # the top mark for one appraisee, a low one for its rivals
    RUSHED = "rushed"  # copied with many slips, and handed in together


@dataclass(frozen=True)
class Planted:
    """A shadow copy with orchestrated batches, and which they are."""

    ballots: Ballots
    styles: Mapping[str, Style]


def plant(
    ballots: Ballots, kind: str, *, batches: int, share: float, styles: tuple[Style, ...] = tuple(Style), seed: int
) -> Planted:
    """Replace a share of the ballots of some batches by orchestrated ones, style by style in turn.

    In      share: of the ballots of a planted batch, at least three of them; the round given is not changed
    Out     styles: batch → how its ballots were orchestrated
    Raises  ScreeningError where the round has too few batches: at most a third can be planted
    """
    if not 0 < share <= 1:
        raise ScreeningError(
            f"share {share}: give the share of orchestrated ballots in a planted batch, above 0 and up to 1"
        )
    rng = np.random.default_rng(seed)
    divided = batches_of(ballots, kind)
    large = [place for place, size in enumerate(divided.sizes) if size >= 2 * FEWEST_PLANTED]
    large = [place for place in large if divided.names[place] != MERGED]
    if not styles or batches < 1 or batches > len(divided) // 3 or batches > len(large):
        most = min(len(divided) // 3, len(large))
        raise ScreeningError(
            f"{batches} planted batches: of these {len(divided)} batches at most {most} can be planted"
        )
    marks = ballots.marks.copy()
    buckets = None if ballots.buckets is None else ballots.buckets.copy()
    chosen = rng.choice(large, batches, replace=False)
    told: dict[str, Style] = {}
    for number, place in enumerate(chosen):
        style = styles[number % len(styles)]
        mine = np.flatnonzero(divided.codes == place)
        taken = rng.choice(mine, max(FEWEST_PLANTED, round(share * len(mine))), replace=False)
        marks[taken] = _orchestrated(ballots, taken, style, rng)
        if style == Style.RUSHED and buckets is not None:
            buckets[taken] = buckets[taken[0]]
        told[divided.names[int(place)]] = style
    return Planted(ballots.changed(marks=marks, buckets=buckets), told)


def _orchestrated(ballots: Ballots, taken: Ints, style: Style, rng: np.random.Generator) -> Floats:
    marks = ballots.marks[taken]
    if style == Style.ALL_TOP:
        return np.full_like(marks, ballots.top)
    if style == Style.FAVOURED:
        return _favoured(ballots, marks, rng)
    slip = _SLIP if style == Style.COPIED else 2 * _SLIP
    return _slipped(np.tile(_answer(ballots, rng), (len(taken), 1)), slip, ballots, rng)


def _answer(ballots: Ballots, rng: np.random.Generator) -> Floats:
    """An answer to copy: that of a ballot with many marks that are not all the same; no contact is filled with its own middle."""
    marked = (~np.isnan(ballots.marks)).sum(axis=1)
    varied: Bools = np.nanmax(np.where(np.isnan(ballots.marks), -np.inf, ballots.marks), axis=1) > np.nanmin(
        np.where(np.isnan(ballots.marks), np.inf, ballots.marks), axis=1
    )
    able = np.flatnonzero(varied & (marked >= np.median(marked)))
    if not len(able):
        raise ScreeningError("no ballot has different marks: there is nothing to copy; look at the file of ballots")
    row = ballots.marks[rng.choice(able)]
    return np.asarray(np.where(np.isnan(row), np.round(np.nanmedian(row)), row))


def _favoured(ballots: Ballots, marks: Floats, rng: np.random.Generator) -> Floats:
    """The ballots as they were, but the favoured at the top and a third of the others, its rivals, near the bottom."""
    width = marks.shape[1]
    order = rng.permutation(width)
    made = marks.copy()
    step = max(1.0, round((ballots.top - ballots.lowest) / 4))
    rivals = order[1 : 1 + max(1, width // 3)] if width > 1 else order[1:]
    made[:, rivals] = ballots.lowest + step * (rng.random((len(marks), len(rivals))) < 0.5)
    made[:, order[0]] = ballots.top
    return made


def _slipped(marks: Floats, slip: float, ballots: Ballots, rng: np.random.Generator) -> Floats:
    step = max(1.0, round((ballots.top - ballots.lowest) / 4) / 5 if ballots.top - ballots.lowest > 20 else 1.0)
    moved = (rng.random(marks.shape) < slip) * rng.choice([-1.0, 1.0], marks.shape) * np.round(step)
    return np.asarray(np.clip(marks + moved, ballots.lowest, ballots.top))
