"""The long jobs, in a process of their own: `python -m xiaoneng.web.bridge.work JOB ARGUMENT`.

Reading and judging load the engine and its columns; in a child they leave with it, and the server stays small. The child
goes on when the page, or the server, is closed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

JOBS = ("check", "import", "clocks", "demo", "ask")


def environment() -> dict[str, str]:
    """The environment of a child: the same settings and data folder as ours."""
    from django.conf import settings

    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "xiaoneng.web.settings",
        "XIAONENG_DATA_DIR": str(settings.DATA_DIR),
    }


def start(job: str, argument: str) -> None:
    """Start a job beside the server, or do it at once where the settings say so."""
    from django.conf import settings

    if not settings.BRIDGE_WORKS_APART:
        do(job, argument)
        return
    log_dir = Path(settings.DATA_DIR) / "logs"
    log_dir.mkdir(parents=True, exist_ok=True)
    with (log_dir / "jobs.log").open("a", encoding="utf-8") as log:
        subprocess.Popen(
            [sys.executable, "-m", "xiaoneng.web.bridge.work", job, argument],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment(),
            start_new_session=True,  # a stopped server does not stop it
        )


def do(job: str, argument: str) -> None:
    """Do a job here and now."""
    from . import jobs

    if job == "check":
        jobs.check(int(argument))
    elif job == "import":
        jobs.take_in(int(argument))
    elif job == "clocks":
        jobs.clocks(argument)
    elif job == "ask":
        from .asking import reply

        answer = reply(argument, json.load(sys.stdin))
        sys.stdout.write("\n" + json.dumps(answer, ensure_ascii=False))
    elif job == "demo":
        from .demo import fill

        fill(int(argument), tell=lambda line: print(line, flush=True))  # noqa: T201 the parent process reads it
    else:
        raise SystemExit(f"no such job: {job}; there are {', '.join(JOBS)}")


def main() -> None:
    """One job, as named on the command line."""
    import django

    django.setup()
    do(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")


if __name__ == "__main__":
    main()
