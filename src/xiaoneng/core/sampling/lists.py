"""The two lists that come with a draw: conflicts of interest, and the list of the drawn when a draw is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..engine import Engine, Pick, Table
from ..errors import DrawError
from ..intake import ReadOptions, raw_rows
from .drawing import Conflict

_CONFLICTS = {"编号": "person_key", "机关": "agency", "原因": "reason"}


def read_conflicts(engine: Engine, path: Path) -> tuple[Conflict, ...]:
    """Conflicts of interest from a list with the columns 编号 person_key, and if known 机关 agency and 原因 reason.

    Out     without an agency the person rates none; without a reason it is `recusal`
    Raises  DrawError where a column is missing or a key is empty; IntakeError where the file cannot be read
    """
    engine.define("sampling/macros")
    rows = _rows(engine, path, _CONFLICTS, needed=("person_key",))
    listed = engine.stage("sampling/listed_texts", rows_in=rows)
    held = listed.rows()
    for table in (rows, listed):
        table.drop()
    empty = [row["line"] for row in held if row["person_key"] is None]
    if empty:
        told = ", ".join(map(str, empty[:10]))
        raise DrawError(f"{path.name}: the key is empty in line {told}; write it in every row")
    return tuple(Conflict(row["person_key"], row["agency"], row["reason"] or "recusal") for row in held)


def read_drawn(engine: Engine, path: Path) -> Table:
    """The list of the drawn as it was written: person_key and check_code, for verify_draw.

    Raises  DrawError where a column is missing; IntakeError where the file cannot be read
    """
    columns = {name: name for name in ("person_key", "check_code")}
    rows = _rows(engine, path, columns, needed=tuple(columns))
    fixed = engine.stage("sampling/drawn_list", rows_in=rows)
    rows.drop()
    return fixed


def _rows(engine: Engine, path: Path, headings: Mapping[str, str], *, needed: Sequence[str]) -> Table:
    """The columns that are known, under our names, with their lines."""
    raws: list[Any] = [raw for raw in raw_rows([path], engine, ReadOptions()) if not raw.is_hidden]
    if len(raws) != 1 or raws[0].bad_rows:
        raise DrawError(f"{path.name}: keep the list in one sheet, with the columns of its header in every row")
    raw = raws[0]
    there = {headings.get(name.strip(), name.strip().lower()): name for name in raw.table.columns}
    lacking = [name for name in needed if name not in there]
    if lacking:
        raise DrawError(f"{path.name}: column {lacking[0]} is missing; it has {', '.join(raw.table.columns)}")
    ours = dict.fromkeys(headings.values())
    picks = {name: Pick(there[name]) if name in there else None for name in ours}
    return engine.picked("listed_rows", raw.table, picks, line=raw.line)
