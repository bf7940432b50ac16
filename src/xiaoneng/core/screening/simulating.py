"""Honest rounds by chance: nobody orchestrates anything, and yet batches differ, as they do in life."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import ScreeningError
from .ballots import Ballots, Floats, Labels

STRETCHES = 18  # half hours of a day


@dataclass(frozen=True)
class Honest:
    """How an invented honest round is made; differences are standard deviations in steps of a scale of five.

    local         of what a station's public meets at each appraisee, beyond its stratum
    leniency      of how lenient the public of a station is
    satisficing   share of ballots of people who honestly give one mark throughout
    """

    appraisees: int = 10
    strata: int = 3
    stations: int = 12
    codes_in_batch: int = 40
    agency: float = 0.35
    agency_in_stratum: float = 0.2
    local: float = 0.15
    leniency: float = 0.1
    strictness: float = 0.5
    noise: float = 0.8
    no_contact: float = 0.2
    satisficing: float = 0.03
    level: float = 3.8
    turnout: float = 0.6
    is_public: bool = True
    top: float = 5.0
    lowest: float = 1.0


def honest_ballots(count: int, *, seed: int, how: Honest | None = None) -> Ballots:
    """An honest round: appraisees, strata, stations and people differ, and nobody tells anybody what to mark.

    Raises  ScreeningError below 20 ballots
    """
    how = how or Honest()
    if count < 20:
        raise ScreeningError(f"{count} ballots: a simulated round needs at least 20")
    rng = np.random.default_rng(seed)
    size = (count, how.appraisees)
    station = np.sort(rng.choice(how.stations, count, p=_shares(rng.lognormal(0, 0.5, how.stations))))
    mix = rng.dirichlet(np.full(how.strata, 4.0), how.stations)
    stratum = (rng.random(count)[:, None] > np.cumsum(mix, axis=1)[station]).sum(axis=1).clip(0, how.strata - 1)
    latent = (
        how.level
        + rng.normal(0, how.agency, how.appraisees)
        + rng.normal(0, how.agency_in_stratum, (how.strata, how.appraisees))[stratum]
        + rng.normal(0, how.local, (how.stations, how.appraisees))[station]
        + rng.normal(0, how.leniency, how.stations)[station][:, None]
        + rng.normal(0, how.strictness, count)[:, None]
        + rng.normal(0, 1, size) * (how.noise * rng.lognormal(0, 0.25, count))[:, None]
    )
    one_mark = rng.random(count) < how.satisficing
    latent[one_mark] = latent[one_mark].mean(axis=1, keepdims=True)
    marks = on_scale(latent, how)
    absent = rng.random(size) < (how.no_contact * rng.uniform(0.5, 1.5, (how.strata, how.appraisees)))[stratum]
    absent[np.arange(count), rng.integers(how.appraisees, size=count)] = False
    marks[absent] = np.nan
    station_names = np.array([f"S{number + 1:02d}" for number in range(how.stations)])
    places = np.concatenate([np.arange(size_here) for size_here in np.bincount(station, minlength=how.stations)])
    drawn = np.array(
        [
            f"{station_names[at]}-{place // how.codes_in_batch + 1:02d}"
            for at, place in zip(station, places, strict=True)
        ]
    )
    batches = {"station": station_names[station], "code_batch": drawn}
    # Two humps of the day, and every station its own hours.
    rhythm = (
        np.exp(-((np.arange(STRETCHES) - 4) ** 2) / 8) + 0.8 * np.exp(-((np.arange(STRETCHES) - 12) ** 2) / 10) + 0.05
    )
    hours = rhythm * rng.lognormal(0, 0.35, (how.stations, STRETCHES))
    hours = np.cumsum(hours / hours.sum(axis=1, keepdims=True), axis=1)
    buckets = (rng.random(count)[:, None] > hours[station]).sum(axis=1).clip(0, STRETCHES - 1)
    return Ballots(
        marks=marks,
        strata=np.array([f"T{number + 1}" for number in range(how.strata)])[stratum],
        batches=batches,
        lowest=how.lowest,
        top=how.top,
        buckets=buckets.astype(np.int64) if how.is_public else None,
        is_public=how.is_public,
        issued={kind: _issued(labels, how, rng) for kind, labels in batches.items()},
    )


def on_scale(latent: Floats, how: Honest) -> Floats:
    """Opinions on a scale of five as whole marks of the round's scale."""
    stretched = how.lowest + (latent - 1) / 4 * (how.top - how.lowest)
    return np.clip(np.round(stretched), how.lowest, how.top)


def _shares(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())


def _issued(labels: Labels, how: Honest, rng: np.random.Generator) -> dict[str, int]:
    names, cast = np.unique(labels, return_counts=True)
    turnout = np.clip(rng.beta(how.turnout * 30, (1 - how.turnout) * 30, len(names)), 0.05, 1.0)
    return {str(name): int(np.ceil(number / share)) for name, number, share in zip(names, cast, turnout, strict=True)}
