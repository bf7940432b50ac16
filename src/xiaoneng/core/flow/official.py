"""The official list of an item's steps (办理流程), read from a file that an office writes by hand."""

from __future__ import annotations

import graphlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..engine import Engine, Table
from ..errors import OfficialStepsError
from ..tables import OFFICIAL_ORDER, OFFICIAL_STEPS
from .listed import listed_rows

_HEADINGS = {
    "事项": "item", "环节": "step", "必经": "required", "权重": "weight", "先行环节": "after", "依据": "basis",
}  # fmt: skip
_YES = ("是", "必经", "有", "√", "✓", "y", "yes", "true", "1")
_NO = ("否", "非必经", "无", "×", "✗", "n", "no", "false", "0")


@dataclass(frozen=True)
class _Row:
    """One row of the file: a step of an item."""

    line: int
    item: str
    step: str
    is_required: bool
    weight: float | None
    after: tuple[str, ...]
    basis: str | None


def read_official_steps(engine: Engine, path: Path) -> tuple[Table, Table]:
    """The steps of each item and their order, from a CSV or a sheet whose encoding is found out.

    Columns, in Chinese or English: 事项 item (code, or name where it has no code), 环节 step, 必经 required (是 or 否; without
    the column every step is required), 权重 weight (empty is 1), 先行环节 after (the steps that must come before, with ； or ;
    between them), 依据 basis. Item and step must be there.

    Out     OFFICIAL_STEPS, OFFICIAL_ORDER
    Raises  OfficialStepsError where a column is unknown or missing, a cell cannot be read, a step stands twice in an item, a
            step to come before is not on the list, or the order runs in a circle; IntakeError where the file cannot be read
    """
    rows = _checked(path.name, _rows(engine, path))
    steps = [
        {
            "service_item": row.item,
            "name": row.step,
            "is_required": row.is_required,
            "weight": row.weight,
            "basis": row.basis,
        }
        for row in rows
    ]
    order = [
        {"service_item": row.item, "before_name": before, "after_name": row.step}
        for row in rows
        for before in dict.fromkeys(row.after)
    ]
    return engine.from_rows(OFFICIAL_STEPS, steps), engine.from_rows(OFFICIAL_ORDER, order)


def _rows(engine: Engine, path: Path) -> list[_Row]:
    """The rows of the file, their cells read."""
    listed = listed_rows(engine, path, headings=_HEADINGS, needed=("item", "step"), error=OfficialStepsError)
    return [
        _row(path.name, line, {ours: str(cell or "").strip() for ours, cell in cells.items()}) for line, cells in listed
    ]


def _row(file: str, line: int, texts: Mapping[str, str]) -> _Row:
    """One row, its cells read."""
    where = f"{file}, line {line}"
    for name in ("item", "step"):
        if not texts[name]:
            raise OfficialStepsError(f"{where}: the {name} is empty; write it in every row")
    required = texts.get("required", "yes").lower()
    if required not in (*_YES, *_NO):
        raise OfficialStepsError(f"{where}: required (必经) is {texts['required']!r}; write 是 or 否, yes or no")
    weight = texts.get("weight", "")
    try:
        cost = float(weight) if weight else None
    except ValueError:
        cost = math.nan
    if cost is not None and not 0 <= cost < 1e6:  # NaN is neither
        raise OfficialStepsError(
            f"{where}: the weight (权重) is {weight!r}; write a number of at least 0 and below 1000000"
        )
    after = tuple(part.strip() for part in re.split("[;；]", texts.get("after", "")) if part.strip())
    return _Row(line, texts["item"], texts["step"], required in _YES, cost, after, texts.get("basis") or None)


def _checked(file: str, rows: list[_Row]) -> list[_Row]:
    """The same rows, where they do not contradict each other."""
    items: dict[str, dict[str, _Row]] = {}
    for row in rows:
        first = items.setdefault(row.item, {}).setdefault(row.step, row)
        if first is not row:
            raise OfficialStepsError(
                f"{file}, line {row.line}: {row.item} has the step {row.step} on line {first.line} already; leave one out"
            )
    for row in rows:
        for before in row.after:
            if before not in items[row.item]:
                raise OfficialStepsError(
                    f"{file}, line {row.line}: {before} is to come before {row.step}, but is no step of {row.item}; "
                    "add it to the list or correct the name"
                )
    for item, steps in items.items():
        try:
            graphlib.TopologicalSorter({name: row.after for name, row in steps.items()}).prepare()
        except graphlib.CycleError as error:
            circle = " → ".join(error.args[1])
            raise OfficialStepsError(f"{file}: the order of {item} runs in a circle ({circle}); break it") from None
    return rows
