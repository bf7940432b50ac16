"""A million ballots: means of a hundred agencies with their standard errors and covariance, beside svy and R survey."""

from __future__ import annotations

import csv
import importlib
import importlib.util
import json
import shutil
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from ..core.engine import Engine, Table
from ..core.survey import Estimates, estimate_ratings
from .runner import RUNS, BenchError, BenchRow, in_child, peak_mib, scratch

_PEER_R = Path(__file__).resolve().parents[3] / "scripts" / "survey_peer.R"
_KINDS = {"agencies": "10 of 100 agencies on one question", "questions": "10 questions on one of 100 agencies"}
_BOUNDS = {False: "≤ 2 s, peak ≤ 2048 MiB", True: "≤ 5 s, peak ≤ 2048 MiB"}
_MEMORY_MIB = 1024  # of the engine; arrays of the covariance come beside it


def rows(n: int = 1_000_000, runs: int = RUNS, peers: int = 1) -> list[BenchRow]:
    """`n` ballots with ten ratings each, both kinds, with and without covariance; peers on a fiftieth and less (`peers=0`: none)."""
    found = []
    with scratch() as folder:
        for kind, said in _KINDS.items():
            path = str(Path(folder) / f"{kind}.parquet")
            count = in_child(__name__, "made", path=path, kind=kind, ballots=n)
            for with_covariance in (False, True):
                took = in_child(__name__, "measured", path=path, with_covariance=with_covariance, runs=runs)
                what = "means and their covariance" if with_covariance else "means"
                note = (
                    f"each ballot on {said}; {took['figures']} figures; rows in memory before the clock runs; "
                    f"{took['processor']:.1f} s of processor time"
                )
                found.append(
                    BenchRow(
                        f"survey, {what} by {kind}",
                        took["seconds"],
                        "–",
                        None,
                        None,
                        took["peak_mib"],
                        count,
                        _BOUNDS[with_covariance],
                        note,
                    )
                )
        if peers:
            found += _against_peers(Path(folder), n, runs)
    return found


def made(path: str, kind: str, ballots: int) -> int:
    """Write made-up ratings: twenty strata, weights by stratum, one answer in fifty missing."""
    agency = "(b * 7 + k * (1 + 2 * (b % 5))) % 100" if kind == "agencies" else "(b * 7) % 100"
    question = "'q0'" if kind == "agencies" else "'q' || k"
    with Engine() as engine:
        engine.connection.execute(
            "copy (select b::bigint as ballot_no, 's' || lpad((b % 20)::varchar, 2, '0') as stratum, "
            f"'a' || lpad(({agency})::varchar, 3, '0') as agency, {question} as question, "
            "(1 + (b % 20) / 7)::double as weight, "
            "case when hash(b * 10 + k) % 50 > 0 then (hash(b * 10 + k) % 101)::double end as answer "
            f"from range({int(ballots)}) ballots (b), range(10) ratings (k) order by b, k) to '{path}' (format parquet)"
        )
    return ballots * 10


def measured(path: str, with_covariance: bool, runs: int) -> dict[str, Any]:
    """Median seconds after one run that is not counted, and the peak of this process."""
    with Engine(threads=2, memory_limit_mib=_MEMORY_MIB) as engine:
        ratings = engine.from_parquet("ratings", Path(path))
        found = estimate_ratings(engine, ratings, with_covariance=with_covariance)
        began = time.process_time()
        seconds = statistics.median(_timed(engine, ratings, with_covariance) for _ in range(runs))
        processor = (time.process_time() - began) / runs
    return {"seconds": seconds, "processor": processor, "peak_mib": peak_mib(), "figures": len(found)}


def _timed(engine: Engine, ratings: Table, with_covariance: bool) -> float:
    began = time.perf_counter()
    estimate_ratings(engine, ratings, with_covariance=with_covariance)
    return time.perf_counter() - began


# --- against other programs, in the same run --------------------------------------------------------------------------


def _against_peers(folder: Path, n: int, runs: int) -> list[BenchRow]:
    found = []
    for peer, function, share, is_there in (
        ("svy", "beside_svy", 50, importlib.util.find_spec("svy") is not None),
        ("R survey", "beside_r", 500, _has_r_survey()),
    ):
        if not is_there:
            continue
        path = str(folder / f"{function}.parquet")
        count = in_child(__name__, "made", path=path, kind="agencies", ballots=max(n // share, 400))
        took = in_child(__name__, function, path=path, runs=min(runs, 3))
        found.append(
            BenchRow(
                "survey, means by agencies",
                took["seconds"],
                peer,
                took["peer_seconds"],
                took["seconds"] / took["peer_seconds"],
                None,
                count,
                "≤ 0.5×",
                f"means and standard errors equal those of {peer}; in turn with it",
            )
        )
    return found


def beside_svy(path: str, runs: int) -> dict[str, float]:
    """Ours and svy's in turn on the same rows; refuses to compare where the answers differ."""
    import polars

    svy: Any = importlib.import_module("svy")
    frame = polars.read_parquet(path).drop_nulls("answer")
    ours, theirs = list[float](), list[float]()
    with Engine(threads=2) as engine:
        ratings = engine.from_parquet("ratings", Path(path))
        for _ in range(runs + 1):
            ours.append(_timed(engine, ratings, with_covariance=False))
            began = time.perf_counter()
            sample = svy.Sample(frame, svy.Design(stratum="stratum", wgt="weight", psu="ballot_no"))
            told = sample.estimation.mean("answer", by="agency")
            theirs.append(time.perf_counter() - began)
        listed = sorted(told.estimates, key=lambda one: one.by_level[0])
        _same(estimate_ratings(engine, ratings), [one.est for one in listed], [one.se for one in listed], "svy")
    return {"seconds": statistics.median(ours[1:]), "peer_seconds": statistics.median(theirs[1:])}


def beside_r(path: str, runs: int) -> dict[str, float]:
    """Ours and R survey's in turn; R's clock runs inside R, after the rows were read."""
    ours, theirs = list[float](), list[float]()
    with Engine(threads=2) as engine, scratch() as folder:
        ratings, file = engine.from_parquet("ratings", Path(path)), Path(folder) / "ratings.csv"
        rows = ratings.rows()
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(rows[0])
            writer.writerows(["NA" if value is None else value for value in row.values()] for row in rows)
        for _ in range(runs):
            ours.append(_timed(engine, ratings, with_covariance=False))
            done = subprocess.run(
                [str(shutil.which("Rscript")), str(_PEER_R), str(file)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise BenchError(f"R survey failed: {done.stderr.strip()[-500:]}")
            told = json.loads(done.stdout)
            theirs.append(told["seconds"])
        _same(estimate_ratings(engine, ratings), told["means"], told["errors"], "R survey")
    return {"seconds": statistics.median(ours), "peer_seconds": statistics.median(theirs)}


def _has_r_survey() -> bool:
    program = shutil.which("Rscript")
    if program is None or not _PEER_R.is_file():
        return False
    asked = [program, "-e", "suppressMessages(library(survey))"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _same(ours: Estimates, means: list[float], errors: list[float], peer: str) -> None:
    if not (np.allclose(ours.estimate, means, rtol=1e-9) and np.allclose(ours.se, errors, rtol=1e-6)):
        raise BenchError(f"our means or standard errors are not those of {peer}")
