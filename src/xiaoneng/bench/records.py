"""Made-up files of case records for the import benchmarks: the same rows as CSV, workbook and event log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from ..core.engine import Engine

ROWS_SQL = """
select
    'YZ2026' || lpad(i::varchar, 9, '0') as 办件编号,
    (11370000 + hash(i, 1) % 60)::varchar as 部门代码,
    '演示县第' || (hash(i, 1) % 60)::varchar || '局' as 部门名称,
    'SX' || lpad((hash(i, 2) % 900)::varchar, 6, '0') as 事项编码,
    '事项名称之' || (hash(i, 2) % 900)::varchar as 事项名称,
    case hash(i, 3) % 3 when 0 then '个人' when 1 then '企业' else '其他组织' end as 申请人类型,
    case hash(i, 4) % 2 when 0 then '窗口' else '网上' end as 渠道,
    strftime(timestamp '2025-01-02 09:00:00' + to_minutes((hash(i, 5) % 600000)::bigint), '%Y-%m-%d %H:%M:%S') as 收件时间,
    strftime(timestamp '2025-01-04 09:00:00' + to_minutes((hash(i, 5) % 600000)::bigint), '%Y-%m-%d %H:%M:%S') as 受理时间,
    strftime(timestamp '2025-01-09 15:00:00' + to_minutes((hash(i, 5) % 600000)::bigint), '%Y-%m-%d %H:%M:%S') as 办结时间,
    '准予' as 办结结果,
    (5 + hash(i, 6) % 16)::varchar as 承诺时限
from range($rows) as numbers (i)
"""
EVENTS = ("收件", "受理", "审查", "决定", "送达")


def write_csv(path: Path, rows: int) -> None:
    """Twelve columns of text, one row a case."""
    with Engine(threads=2) as engine:
        made = engine.from_arrow("made", engine.connection.execute(ROWS_SQL, {"rows": rows}).to_arrow_table())
        made.write_csv(path)


def write_xlsx(path: Path, rows: int) -> None:
    """The same rows in one sheet, as a county's office program saves them: texts shared, nothing formatted."""
    with Engine(threads=2) as engine, xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        found = engine.connection.execute(ROWS_SQL, {"rows": rows})
        sheet.write_row(0, 0, [column[0] for column in found.description or ()])
        at = 1
        while block := found.fetchmany(10_000):
            for row in block:
                sheet.write_row(at, 0, row)
                at += 1


def write_xes(path: Path, traces: int) -> None:
    """An event log: one to five events a trace, each with four attributes."""
    with path.open("w", encoding="utf-8") as log:
        log.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        for number in range(traces):
            log.write(f'<trace>\n<string key="concept:name" value="c{number}"/>\n')
            for step in range(1 + number % len(EVENTS)):
                log.write(_event(number, step))
            log.write("</trace>\n")
        log.write("</log>\n")


def _event(number: int, step: int) -> str:
    values: dict[str, Any] = {
        "concept:name": EVENTS[step],
        "org:resource": f"r{number % 97}",
        "lifecycle:transition": "complete",
    }
    strings = "".join(f'<string key="{key}" value="{value}"/>\n' for key, value in values.items())
    moment = f"2025-{1 + number % 12:02d}-{1 + step * 5 + number % 5:02d}T{8 + number % 9:02d}:30:00+08:00"
    return f'<event>\n{strings}<date key="time:timestamp" value="{moment}"/>\n</event>\n'
