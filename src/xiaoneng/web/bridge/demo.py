"""An invented county: simulated, imported like any other, judged."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from xiaoneng.web.cases.models import Case

AGENCIES = 24
CASES = 8_000
ON = date(2026, 11, 20)  # the evening on which the simulated records stand


def load(seed: int, *, tell: Callable[[str], None] | None = None) -> list[str]:
    """Fill an empty application, in a process of its own so that this one stays small."""
    if Case.objects.exists():
        return []
    if not settings.BRIDGE_WORKS_APART:
        return fill(seed, tell=tell)
    lines: list[str] = []
    command = [sys.executable, "-m", "xiaoneng.web.bridge.work", "demo", str(seed)]
    from .work import environment

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment()) as running:
        assert running.stdout is not None
        for line in running.stdout:
            lines.append(line.rstrip("\n"))
            if tell:
                tell(lines[-1])
    if running.returncode:
        raise RuntimeError("the demo county could not be made: see the lines above")
    return lines


def fill(
    seed: int, *, tell: Callable[[str], None] | None = None, cases: int = CASES, agencies: int = AGENCIES
) -> list[str]:
    """Simulate, import and judge, here and now."""
    from xiaoneng.core.simulate import simulate

    from .actions import import_files, run_clocks
    from .county_lists import give_files

    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        if tell:
            tell(line)

    if Case.objects.exists():
        return lines
    with tempfile.TemporaryDirectory() as folder:
        made = simulate(Path(folder) / "demo", seed=seed, agencies=agencies, cases=cases, end_on=ON)
        say(f"演示县记录已生成 Simulated {made.rows['up_pro_accept']:,} cases of {agencies} agencies.")
        files = [path for path in made.files if path.suffix != ".json"]
        batch = import_files(files, by="demo", accept_good_rows=True)
        counts: dict[str, Any] = batch.counts
        say(
            f"已导入 Imported {counts['cases']:,} cases, {counts['steps']:,} steps; {counts['set_aside']:,} rows set aside."
        )
        give_files(list(made.lists), by="demo")
        say(f"县里的清单已交入 Lists of the county in use: {', '.join(path.name for path in made.lists)}.")
    run = run_clocks(on=ON, by="demo")
    summary = run.summary
    say(
        f"时限已计算 Clocks run as of {run.on}: {summary['open']:,} open, {summary['open_late']:,} of them past a limit."
    )
    return lines
