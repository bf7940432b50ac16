"""Runs benchmarks by name, each in a process of its own, so that one does not see the memory of another."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..core.errors import XiaonengError

RUNS = 5

# name → module of this package; each has `rows(**options) -> list[BenchRow]`
_MODULES = {
    "clocks": "clocks",
    "growth": "growth",
    "workdays": "workdays",
    "xes": "intake_xes",
    "csv": "intake_csv",
    "xlsx": "intake_xlsx",
    "start": "start",
    "ranking": "ranking",
    "survey": "survey",
    "flow": "flow",
    "flow_scale": "flow_scale",
    "severity": "severity",
    "ballots_load": "ballots_load",
    "ballots_kill": "ballots_kill",
}
_ON_REQUEST = {"flow_scale", "ballots_kill"}  # an hour and tens of gigabytes; ten minutes of kills: not among `all`


class BenchError(XiaonengError):
    """A benchmark does not exist, or its data or its peer is missing."""


@dataclass(frozen=True)
class BenchRow:
    """One figure. `ratio` is seconds / peer_seconds; `bound` is what it must not pass, empty where nothing is."""

    name: str
    seconds: float
    peer: str
    peer_seconds: float | None
    ratio: float | None
    peak_mib: float | None
    n: int
    bound: str = ""
    note: str = ""


def names() -> list[str]:
    """The benchmarks that can be run, in their order."""
    return list(_MODULES)


def run(name: str, *, options: Sequence[str] = (), on_start: Callable[[str], None] | None = None) -> list[BenchRow]:
    """The rows of one benchmark, or of all.

    Raises  BenchError where there is none of this name, or it failed; the message holds its last words
    """
    if name == "all":
        return [
            row for each in names() if each not in _ON_REQUEST for row in run(each, options=options, on_start=on_start)
        ]
    if name not in _MODULES:
        raise BenchError(f"there is no benchmark {name!r}; there are {', '.join(names())}, and all")
    if on_start is not None:
        on_start(name)
    done = subprocess.run(
        [sys.executable, "-m", "xiaoneng.bench", name, *options], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchError(f"benchmark {name} failed: {done.stderr.strip()[-2000:]}")
    return [BenchRow(**row) for row in json.loads(done.stdout)]


def module_of(name: str) -> str:
    """The module that measures a benchmark."""
    return f"xiaoneng.bench.{_MODULES[name]}"


def interleaved(*candidates: Callable[[], Any], runs: int = RUNS) -> list[float]:
    """Median seconds of each candidate; the candidates take turns, after one round that is not counted."""
    seconds: list[list[float]] = [[] for _ in candidates]
    for turn in range(runs + 1):
        for place, candidate in enumerate(candidates):
            began = time.perf_counter()
            candidate()
            if turn:
                seconds[place].append(time.perf_counter() - began)
    return [statistics.median(each) for each in seconds]


def peak_mib() -> float:
    """The most memory that this process has held at once (resident)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return round(int(found[1]) / 1024, 1) if found else float("nan")


def in_child(module: str, function: str, **arguments: Any) -> Any:
    """What a function of a benchmark module gives in a process of its own."""
    code = (
        f"import json, sys; from {module} import {function} as f; "
        "json.dump(f(**json.loads(sys.argv[1])), sys.stdout, default=str)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchError(f"{module}.{function} failed: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that is gone afterwards; `XIAONENG_BENCH_DIR` says on which disk."""
    return tempfile.TemporaryDirectory(prefix="xiaoneng-bench-", dir=os.environ.get("XIAONENG_BENCH_DIR"))


def as_json(rows: Sequence[BenchRow]) -> str:
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1)


def write_report(rows: Sequence[BenchRow], path: Path) -> None:
    """Write the figures as a page: the machine is named by its cores only, and only ratios are to be compared.

    Rows of benchmarks that were not measured now stay as the page has them.
    """
    measured = {_family(row.name) for row in rows}
    kept = [line for line in _rows_of(path) if _family(line.split("|")[1]) not in measured]
    cores = len(os.sched_getaffinity(0))
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on a machine with {cores} cores; figures are medians of at least {RUNS} runs, each",
        "candidate in turn with its peer. Only ratios carry over: absolute seconds belong to one machine and one day.",
        "",
        "| name | n | seconds | peer | peer seconds | ratio | bound | peak MiB | note |",
        "| --- | ---: | ---: | --- | ---: | ---: | --- | ---: | --- |",
    ]
    lines += kept
    lines += [
        f"| {row.name} | {row.n:,} | {row.seconds:.3f} | {row.peer} | {_number(row.peer_seconds, 3)} | "
        f"{_number(row.ratio, 2)} | {row.bound} | {_number(row.peak_mib, 0)} | {row.note} |"
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows_of(page: Path) -> list[str]:
    """The rows of figures on a page that was written before."""
    lines = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    return [line for line in lines if line.startswith("| ") and not line.startswith(("| name |", "| --- |"))]


def _family(name: str) -> str:
    """The benchmark that a row belongs to: what stands before the first comma of its name."""
    return name.split(",")[0].strip()


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
