"""From the command to an answering page: the first start with the demo county, a later one, and the memory at rest."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

from .runner import RUNS, BenchError, BenchRow, scratch

_LONGEST_S = 180


def rows(n: int = 1, runs: int = RUNS) -> list[BenchRow]:
    """Seconds of `serve --demo`: once on an empty folder, then `runs` times on the filled one."""
    with scratch() as folder:
        first, _ = _started(Path(folder))
        later = [_started(Path(folder)) for _ in range(runs)]
    seconds, rest = median(took for took, _ in later), max(mib for _, mib in later)
    note = "until the page answers; the environment is set up, the demo county is not"
    return [
        BenchRow("start, first", first, "", None, None, None, n, "≤ 60 s with setting up", note),
        BenchRow("start, later", seconds, "", None, None, rest, n, "≤ 5 s and ≤ 200 MiB", "peak MiB: resident at rest"),
    ]


def _started(folder: Path) -> tuple[float, float]:
    """Seconds until the page answered, and the MiB that the server holds a moment later."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "xiaoneng", "serve", "--demo", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        guard = threading.Timer(_LONGEST_S, server.kill)
        guard.start()
        try:
            address = _address(server)
            with urllib.request.urlopen(address, timeout=30) as page:  # noqa: S310 (the server's own loopback address)
                if page.status != 200:
                    raise BenchError(f"the page answered {page.status}")
            seconds = time.perf_counter() - began
            time.sleep(1)
            return seconds, _resident_mib(server.pid)
        except (OSError, urllib.error.URLError) as error:
            raise BenchError(f"the page does not answer: {error}") from error
        finally:
            guard.cancel()
            server.terminate()


def _address(server: subprocess.Popen[str]) -> str:
    said = []
    for line in server.stdout or ():
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise BenchError("the server stopped before it named its address: " + "".join(said)[-1000:])


def _resident_mib(process: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else float("nan")
