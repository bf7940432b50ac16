"""Short questions to the readers of the core, answered in a process of their own: their libraries never enter the server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from xiaoneng.core import errors
from xiaoneng.core.errors import IntakeError, XiaonengError

_LONGEST_SECONDS = 600
_REFUSED = "refused"


def ask(question: str, **facts: Any) -> Any:
    """The answer to a question: plain values in, plain values out.

    Raises  what the core raises where it refuses; IntakeError where it gives no answer
    """
    if not settings.BRIDGE_WORKS_APART:
        answer = reply(question, facts)
    else:
        from .work import environment

        done = subprocess.run(
            [sys.executable, "-m", "xiaoneng.web.bridge.work", "ask", question],
            input=json.dumps(facts),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment(),
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        if done.returncode:
            raise IntakeError("the files cannot be looked into; the log jobs.log in the data folder may say why")
        answer = json.loads(done.stdout.rpartition("\n")[2] or done.stdout)
    if isinstance(answer, dict) and _REFUSED in answer:
        raise getattr(errors, answer["kind"], IntakeError)(answer[_REFUSED])
    return answer


def reply(question: str, facts: dict[str, Any]) -> Any:
    """The answer, worked out here."""
    from . import counting, rounds

    try:
        answers: dict[str, Callable[..., Any]] = {
            "peek": _peek,
            "profiles": _profiles,
            "mapping": _mapping,
            "event_log": _event_log,
            "county_list": _county_list,
            "frame_sizes": rounds.frame_sizes,
            "draw": rounds.draw_from,
            "plan": rounds.expected,
            "count": counting.count_round,
            "drill": counting.drill_round,
        }
        return answers[question](**facts)
    except XiaonengError as error:
        return {_REFUSED: str(error), "kind": type(error).__name__}


def _peek(paths: list[str], records: list[str]) -> list[dict[str, Any]]:
    """The columns of each file with some values, and for each the fields it might fill."""
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.intake import fields_of, peek, suggest_mapping

    with Engine() as engine:
        found = peek([Path(path) for path in paths], engine=engine)
    return [
        {
            "file_name": one.file_name,
            "sheet": one.sheet,
            "rows": one.rows,
            "samples": one.samples,
            "offers": suggest_mapping(list(one.samples)),
            "fields": {record: list(fields_of(record)) for record in records},
        }
        for one in found
    ]


def _profiles() -> list[list[Any]]:
    """The shipped profiles: name and titles."""
    from xiaoneng.core.intake import load_profile, profiles

    return [[name, dict(load_profile(name).title)] for name in profiles()]


def _county_list(role: str, path: str) -> int:
    """How many rows a list of the county has."""
    from .county_lists import count_rows

    return count_rows(role, path)


def _mapping(name: str, record: str, mapping: dict[str, str]) -> str:
    """A mapping made by hand, as the text that the core reads."""
    from xiaoneng.core.intake import mapped_profile, save_profile

    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.toml"
        save_profile(mapped_profile(name, record, mapping), path)
        return path.read_text(encoding="utf-8")


def _event_log(path: str, agency: str | None, service_item: str | None) -> dict[str, Any]:
    """The event log of the current cases, of one agency or item where one is named, written to the path; no handler's name."""
    from dataclasses import asdict

    from xiaoneng.core.engine import Engine
    from xiaoneng.core.flow import format_of, write_ocel, write_xes

    from .county import county_tables

    chosen = format_of(Path(path))
    write = write_ocel if chosen.name == "ocel" else write_xes
    with Engine() as engine:
        records = county_tables(engine)
        return asdict(
            write(
                engine,
                Path(path),
                cases=records.cases,
                steps=records.steps,
                zone=engine.zone,
                agency=agency,
                service_item=service_item,
                is_packed=chosen.is_packed,
            )
        )
