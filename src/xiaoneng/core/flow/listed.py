"""Lists that an office writes by hand (official steps, directives, leaders, papers): their rows as they stand, by our columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..engine import Engine
from ..errors import XiaonengError
from ..intake import ReadOptions, raw_rows

Fault = tuple[int, str]  # the line, and what is wrong there
_MOST_TOLD = 10


def listed_rows(
    engine: Engine,
    path: Path,
    *,
    headings: Mapping[str, str],
    needed: Sequence[str],
    error: type[XiaonengError],
) -> list[tuple[int, dict[str, Any]]]:
    """The rows of a list with their lines; empty ones are left out.

    In      headings: Chinese heading → our column, which may stand as a heading too; needed: columns that must be there
    Raises  `error` where the file has several sheets, a row that does not fit, a column that is unknown, doubled or missing;
            IntakeError where it cannot be read
    """
    raws = [raw for raw in raw_rows([path], engine, ReadOptions()) if not raw.is_hidden]
    try:
        if len(raws) != 1:
            sheets = ", ".join(raw.source.sheet for raw in raws)
            raise error(f"{path.name}: has several sheets ({sheets}); keep the list in one")
        raw = raws[0]
        refuse(path.name, [(int(bad["line"]), "has not the columns of the header") for bad in raw.bad_rows], error)
        there = [name for name in raw.table.columns if name not in ("_line", "_sheet")]
        columns = _columns(path.name, there, headings, needed, error)
        found = []
        for number, cells in enumerate(raw.table.rows()):
            line = number + int(raw.line[1:]) if raw.line.startswith("+") else int(cells[raw.line])
            row = {ours: cells[theirs] for ours, theirs in columns.items()}
            if any(cell is not None and str(cell).strip() for cell in row.values()):
                found.append((line, row))
        return found
    finally:
        for raw in raws:
            raw.table.drop()


def refuse(file: str, faults: Iterable[Fault], error: type[XiaonengError]) -> None:
    """Refuse the file where it has faults: the first are told by line, the others counted."""
    listed = sorted(faults)
    if listed:
        told = "; ".join(f"line {line}: {fault}" for line, fault in listed[:_MOST_TOLD])
        more = f"; and {len(listed) - _MOST_TOLD} more" if len(listed) > _MOST_TOLD else ""
        raise error(f"{file}: {told}{more}")


def _columns(
    file: str,
    there: Sequence[str],
    headings: Mapping[str, str],
    needed: Sequence[str],
    error: type[XiaonengError],
) -> dict[str, str]:
    """Which column of the file is which of ours."""
    found: dict[str, str] = {}
    for name in there:
        ours = headings.get(name.strip(), name.strip().lower())
        if ours not in headings.values():
            known = ", ".join(f"{zh} {en}" for zh, en in headings.items())
            raise error(f"{file}: there is no column {name!r}; the columns are {known}")
        if ours in found:
            raise error(f"{file}: columns {found[ours]!r} and {name!r} mean the same; leave one out")
        found[ours] = name
    lacking = [f"{zh} {en}" for zh, en in headings.items() if en in needed and en not in found]
    if lacking:
        raise error(f"{file}: column {' and '.join(lacking)} is missing; add it")
    return found
