"""Strict and mild ballots: the crossed mixed model on made-up ratings of the size of a university, against lme4 in R."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from ..core.survey import Severity, severity
from .runner import BenchError, BenchRow, in_child, peak_mib, scratch

_PEER = Path(__file__).with_name("severity.R")
SIZES = {"university": (1128, 2972, 73_421), "county": (60, 2000, 24_000)}  # agencies, ballots, ratings
BOUNDS = {"university": "≤ 10 s", "county": "≤ 1 s"}


def rows(n: int = 0, runs: int = 3) -> list[BenchRow]:
    """A row a size, lme4 beside it where R is at hand; `n` changes the number of ratings of all of them."""
    made = []
    for name, (agencies, ballots, ratings) in SIZES.items():
        with scratch() as folder:
            found = in_child(
                __name__, "against", folder=folder, agencies=agencies, ballots=ballots, ratings=n or ratings, runs=runs
            )
        theirs = found["peer_seconds"]
        made.append(
            BenchRow(
                f"severity, {name}",
                found["seconds"],
                "lme4" if theirs else "–",
                theirs,
                found["seconds"] / theirs if theirs else None,
                found["peak_mib"],
                n or ratings,
                BOUNDS[name],
                f"{agencies:,} agencies, {ballots:,} ballots, with all effects and their errors; "
                + (
                    "peer: the fit alone, run once, same likelihood and variances, checked"
                    if theirs
                    else "no R with lme4 here"
                ),
            )
        )
    return made


def ratings_like(agencies: int, ballots: int, ratings: int) -> dict[str, Any]:
    """Made-up ratings, some agencies rated often and many seldom; standard deviations .5, .3 and 1.2 round 3.3."""
    chance = np.random.default_rng(1979)
    often = chance.gamma(1.5, size=agencies)
    agency = np.concatenate([np.arange(agencies), chance.choice(agencies, ratings - agencies, p=often / often.sum())])
    ballot = chance.permutation(np.arange(ratings) % ballots)
    of_agency, of_ballot = chance.normal(0, 0.5, agencies), chance.normal(0, 0.3, ballots)
    scores = 3.3 + of_agency[agency] + of_ballot[ballot] + chance.normal(0, 1.2, ratings)
    return {
        "scores": scores,
        "agencies": [f"a{number}" for number in agency],
        "ballots": [f"b{number}" for number in ballot],
    }


def against(folder: str, agencies: int, ballots: int, ratings: int, runs: int) -> dict[str, Any]:
    """Median seconds of ours and of lme4's on the same ratings; refuses to compare where the answers differ."""
    data = ratings_like(agencies, ballots, ratings)
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        fit = severity(**data)
        seconds.append(time.perf_counter() - began)
    theirs = _lme4(Path(folder), data)
    if theirs is not None:
        _same(fit, theirs)
    return {
        "seconds": median(seconds),
        "peer_seconds": theirs["seconds"] if theirs else None,
        "peak_mib": peak_mib(),
    }


def _lme4(folder: Path, data: dict[str, Any]) -> dict[str, float] | None:
    """What lme4 finds; None where R or lme4 is not on this machine."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    path = folder / "ratings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["agency", "ballot", "score"])
        writer.writerows(zip(data["agencies"], data["ballots"], map(repr, data["scores"].tolist()), strict=True))
    done = subprocess.run([program, str(_PEER), str(path), "1"], capture_output=True, text=True, check=False)
    if done.returncode and "there is no package called" in done.stderr:
        return None
    if done.returncode:
        raise BenchError(f"lme4 failed: {done.stderr.strip()[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _same(fit: Severity, theirs: dict[str, float]) -> None:
    """The likelihood to 1e-4, mean and variances to a thousandth: lme4 stops its search at about the fourth digit."""
    ours = {
        "mu": fit.mu,
        "agency": fit.agency_variance,
        "ballot": fit.ballot_variance,
        "residual": fit.residual_variance,
    }
    if abs(fit.log_likelihood - theirs["log_likelihood"]) > 1e-4 or any(
        abs(value - theirs[name]) > 1e-3 * abs(theirs[name]) for name, value in ours.items()
    ):
        raise BenchError(
            f"lme4 finds {theirs}, ours {ours} with {fit.log_likelihood}: the comparison would mean nothing"
        )
