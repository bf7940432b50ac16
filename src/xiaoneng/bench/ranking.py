"""Rank sets of a hundred agencies from ten thousand replicates: marginal ones for all, and the simultaneous one."""

from __future__ import annotations

import statistics
import time

import numpy as np

from ..core.ranking import rank_sets
from .runner import RUNS, BenchRow, in_child, peak_mib

AGENCIES, REPLICATES = 100, 10_000


def rows(n: int = 0, runs: int = RUNS) -> list[BenchRow]:
    """One row; `n` changes the number of agencies."""
    found = in_child(__name__, "measured", agencies=n or AGENCIES, runs=runs)
    note = f"{REPLICATES:,} replicates, marginal and simultaneous, by stepdown"
    return [
        BenchRow(
            "ranking", found["seconds"], "", None, None, found["peak_mib"], n or AGENCIES, "≤ 2 s and ≤ 2 GiB", note
        )
    ]


def measured(agencies: int, runs: int) -> dict[str, float]:
    """Median seconds of the sets of made-up scores whose errors make some agencies distinguishable and others not."""
    chance = np.random.default_rng(20)
    scores, errors = chance.normal(80, 5, agencies), chance.uniform(0.5, 2, agencies)
    seconds = []
    for seed in range(runs + 1):
        began = time.perf_counter()
        rank_sets(scores, standard_errors=errors, replicates=REPLICATES, seed=seed)
        seconds.append(time.perf_counter() - began)
    return {"seconds": statistics.median(seconds[1:]), "peak_mib": peak_mib()}
