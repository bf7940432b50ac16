"""Dates such as 03/04/2012: whether the day or the month goes first is found from all dates of a file, never assumed."""

from __future__ import annotations

import pyarrow.compute as pc

from xiaoneng.core.engine import Engine, Table

from .fields import TIME_FIELDS
from .mapping import Mapped

DAY_FIRST, MONTH_FIRST = "dd/mm/yyyy", "mm/dd/yyyy"
READINGS = {DAY_FIRST: "xn_day_first", MONTH_FIRST: "xn_month_first", "": ""}
_WRITTEN = r"^\s*(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-]\d{4}"
_MOST_MONTH = 12


def day_order(one: Mapped, typed: Table, engine: Engine) -> str:
    """The order of the dates that `typed`, the rows of the file, could not read; empty where the file does not tell.

    It is told by numbers above twelve: some in one place and none in the other, in all columns of days together.
    """
    if not engine.stage("intake/unordered_days", typed=typed).rows()[0]["count"]:
        return ""
    most = {"first": 0, "second": 0}
    for table, columns in ((one.raw.table, one.own), (one.raw.cases or one.raw.table, one.case)):
        known = table.columns
        for target, column in columns.items():
            if target in TIME_FIELDS and known.get(column) == "VARCHAR":
                found = pc.extract_regex(table.arrow(columns=[column]).column(0), _WRITTEN)
                for place in most:
                    numbers = pc.struct_field(found, place).cast("int64")
                    most[place] = max(most[place], pc.max(numbers).as_py() or 0)
    if most["first"] > _MOST_MONTH >= most["second"]:
        return DAY_FIRST
    if most["second"] > _MOST_MONTH >= most["first"]:
        return MONTH_FIRST
    return ""
