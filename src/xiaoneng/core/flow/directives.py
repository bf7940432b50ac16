"""Directives passed down the levels (督办事项层层传达): where they lie, where they are lost, and what is added on the way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ..calendar import Schedule, worked_quarters
from ..engine import Engine, Table
from ..errors import DirectivesError
from ..tables import DIRECTIVE_LEVELS, DIRECTIVE_STAGES
from .listed import Fault, listed_rows, refuse

_HEADINGS = {
    "督办件": "directive", "层级": "level_no", "层级名称": "level_name", "单位": "agency", "收到时间": "arrived_at",
    "签收时间": "read_at", "分解时间": "split_at", "转出时间": "passed_at", "时限": "limit_on", "目标数": "targets",
}  # fmt: skip
_NEEDED = ("directive", "level_no", "arrived_at", "passed_at")
_MOMENTS = ("arrived_at", "read_at", "split_at", "passed_at")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
Row = dict[str, Any]


def directive_levels(engine: Engine, stages: Table, *, schedule: Schedule, on: date) -> Table:
    """How directives fare on each level: how many arrive, how long they lie, and what the level adds.

    The knot is the level at which the slowest body exceeds the median body the most.

    In      stages DIRECTIVE_STAGES; schedule: working calendar and office hours; on: the day of judging, counted to its end
    Out     DIRECTIVE_LEVELS, one row a level
    Units   working days; shares from 0 to 1
    Empty   what happened after the day of judging has not happened; a moment that is not recorded is left out of the means,
            and a level on which it never is has none (NULL)
    Source  docs/methods/flow.md, "Directives down the levels"
    """
    DIRECTIVE_STAGES.check(stages)
    span = engine.stage("flow/directive_span", directive_stages=stages)
    first_on = span.rows()[0]["first_on"] or on
    span.drop()
    quarters = worked_quarters(
        engine, [schedule], first_on=min(first_on, on), last_on=on + timedelta(days=1), zone=engine.zone
    )
    engine.define("flow/macros")
    try:
        return engine.stage(
            "flow/directive_levels",
            out=DIRECTIVE_LEVELS,
            parameters={"on": on, "workday_seconds": schedule.hours.workday_seconds},
            directive_stages=stages,
            worked_quarters=quarters,
        )
    finally:
        quarters.drop()


def read_directives(engine: Engine, path: Path) -> Table:
    """The levels of each directive from a CSV, a sheet or a Parquet file, one row a level.

    Columns are those of DIRECTIVE_STAGES or, in Chinese, 督办件 层级 层级名称 单位 收到时间 签收时间 分解时间 转出时间 时限 目标数;
    directive, level, arrival and passing on must be there. A time without a zone is local.

    Out     DIRECTIVE_STAGES
    Raises  DirectivesError where a column is unknown or missing, a cell cannot be read, levels are missing, double or out of
            order in time, or a directive is signed for, divided or passed on before it arrived; the message lists the rows.
            IntakeError where the file cannot be read
    """
    rows = _read(engine, path)
    refuse(path.name, [*_unordered_moments(rows), *_unordered_levels(rows)], DirectivesError)
    return engine.from_rows(DIRECTIVE_STAGES, rows)


def _read(engine: Engine, path: Path) -> list[Row]:
    """The rows of the file, each with its `line`, every cell of its type."""
    listed = listed_rows(engine, path, headings=_HEADINGS, needed=_NEEDED, error=DirectivesError)
    theirs = {ours: heading for heading, ours in _HEADINGS.items()}
    zone = ZoneInfo(engine.zone)
    rows, faults = list[Row](), list[Fault]()
    for line, cells in listed:
        row: Row = {"line": line}
        for ours, cell in cells.items():
            try:
                row[ours] = _value(ours, cell, zone)
            except ValueError as error:
                told = "empty" if cell in (None, "") else repr(cell)
                faults.append((line, f"{theirs[ours]} {ours} is {told}; {error}"))
        rows.append(row)
    refuse(path.name, faults, DirectivesError)
    return rows


def _value(column: str, cell: Any, zone: ZoneInfo) -> Any:
    """A cell as what its column holds; an empty one is unknown, which directive and level cannot be."""
    if isinstance(cell, str):
        cell = cell.strip()
    if cell is None or cell == "":
        if column in ("directive", "level_no"):
            raise ValueError("write it in every row")
        return None
    if column in _MOMENTS:
        return _moment(cell, zone)
    if column == "limit_on":
        return _day(cell)
    if column in ("level_no", "targets"):
        return _whole(cell, least=1 if column == "level_no" else 0)
    return str(cell)


def _moment(cell: Any, zone: ZoneInfo) -> datetime:
    if isinstance(cell, str):
        text = _DAY.sub(lambda found: f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}", cell, count=1)
        text = re.sub(r"(?<=\d)[ T]+(?=\d:)", "T0", text)
        try:
            cell = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("write a time such as 2026-03-02 09:30") from None
    if not isinstance(cell, datetime):
        raise ValueError("write a time such as 2026-03-02 09:30")
    return cell if cell.tzinfo else cell.replace(tzinfo=zone)


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.fullmatch(str(cell))
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise ValueError("write a day such as 2026-03-02")


def _whole(cell: Any, *, least: int) -> int:
    if re.fullmatch(r"\d{1,9}(\.0)?", str(cell)) and int(float(cell)) >= least:
        return int(float(cell))
    raise ValueError(f"write a whole number from {least} up")


def _unordered_moments(rows: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Rows on which something happened before the directive was there, or before what must come first."""
    faults = list[Fault]()
    for row in rows:
        reached: tuple[str, datetime] | None = None
        for column in _MOMENTS:
            moment = row.get(column)
            if moment is None:
                continue
            if column != "arrived_at" and row.get("arrived_at") is None:
                faults.append((row["line"], f"{column} is given and arrived_at is not; add when it arrived"))
                break
            if reached and moment < reached[1]:
                faults.append((row["line"], f"{column} is before {reached[0]}; correct the one that is wrong"))
                break
            reached = (column, moment)
    return faults


def _unordered_levels(rows: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Levels that are missing or double, or that a directive reached before the level above had it."""
    levels: dict[str, dict[int, Mapping[str, Any]]] = defaultdict(dict)
    faults = list[Fault]()
    for row in rows:
        name, level = row["directive"], row["level_no"]
        if level in levels[name]:
            first = levels[name][level]["line"]
            faults.append((row["line"], f"level {level} of {name} stands on line {first} already; leave one out"))
        else:
            levels[name][level] = row
    for name, held in levels.items():
        lacking = [number for number in range(1, max(held) + 1) if number not in held]
        if lacking:
            line = min(row["line"] for row in held.values())
            faults.append((line, f"{name} has level {max(held)} and not level {lacking[0]}; number them from 1 on"))
        for level in sorted(held):
            above, row = held.get(level - 1), held[level]
            if above is None or row.get("arrived_at") is None:
                continue
            if above.get("arrived_at") is None or row["arrived_at"] < above["arrived_at"]:
                told = f"{name} arrived at level {level} before level {level - 1} had it (line {above['line']})"
                faults.append((row["line"], f"{told}; correct the times or the levels"))
    return faults
