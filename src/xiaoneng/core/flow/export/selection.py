"""The cases and steps to export, handed on in the order of case and step, a range of cases at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.errors import ExportError
from xiaoneng.core.tables import CASES, STEPS

_STEPS_A_RANGE = 30_000  # some 20 MiB as Python objects
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Selection:
    """What is exported: the cases of one agency, of one item, or all of them, with all of their steps."""

    engine: Engine
    cases: Table
    steps: Table
    handlers: Table
    zone: str
    agency: str | None
    service_item: str | None
    anonymise_handlers: bool
    totals: dict[str, int]

    def ranges(self) -> Iterator[tuple[Rows, Rows]]:
        """Cases and their steps, a range of cases at a time: only one range is in memory."""
        a_case = max(1, self.totals["steps"] // max(1, self.totals["cases"]))
        bounds = self._rows("exported_ranges", cases_a_range=max(1, _STEPS_A_RANGE // a_case), cases=self.cases)
        firsts: list[str | None] = [row["first_case"] for row in bounds]
        for first_case, next_case in zip(firsts, [*firsts[1:], None], strict=True):
            between = {"first_case": first_case, "next_case": next_case, "zone": self.zone}
            cases = self._rows("exported_cases", **between, cases=self.cases)
            steps = self._rows(
                "exported_steps",
                **between,
                anonymise_handlers=self.anonymise_handlers,
                cases=self.cases,
                steps=self.steps,
                handlers=self.handlers,
            )
            yield cases, steps

    def objects(self) -> Rows:
        """The agencies, offices, items and handlers that cases and steps name."""
        return self._rows(
            "exported_objects",
            anonymise_handlers=self.anonymise_handlers,
            cases=self.cases,
            steps=self.steps,
            handlers=self.handlers,
        )

    def names(self) -> list[str | None]:
        """The names of the steps; None where some have none."""
        return [row["name"] for row in self._rows("exported_names", cases=self.cases, steps=self.steps)]

    def _rows(self, stage: str, **given: Any) -> Rows:
        tables: dict[str, Any] = {name: value for name, value in given.items() if isinstance(value, Table)}
        parameters = {name: value for name, value in given.items() if name not in tables}
        wanted = {"agency": self.agency, "service_item": self.service_item}
        table = self.engine.stage(f"flow/{stage}", parameters=wanted | parameters, **tables)
        try:
            rows: Rows = table.arrow().to_pylist()
        finally:
            table.drop()
        return rows


def by_case(cases: Rows, steps: Rows) -> Iterator[tuple[dict[str, Any], Rows]]:
    """Every case of a range with its steps."""
    at = 0
    for case in cases:
        begin = at
        while at < len(steps) and steps[at]["case_id"] == case["case_id"]:
            at += 1
        yield case, steps[begin:at]


@contextmanager
def selected(
    engine: Engine,
    *,
    cases: Table,
    steps: Table,
    zone: str,
    agency: str | None,
    service_item: str | None,
    anonymise_handlers: bool,
) -> Iterator[Selection]:
    """Open a selection; what it keeps in the engine is dropped at the end.

    Raises  ExportError where there is no case or no step, or none of this agency or item; TableShapeError where a table has
            not its shape
    """
    CASES.check(cases)
    STEPS.check(steps)
    engine.define("flow/export_macros")
    wanted = {"agency": agency, "service_item": service_item}
    counted = engine.stage("flow/exported_totals", parameters=wanted, cases=cases, steps=steps)
    totals: dict[str, int] = counted.rows()[0]
    counted.drop()
    if totals["cases"] == 0:
        raise ExportError(_nothing(cases, agency, service_item))
    if totals["steps"] == 0:
        raise ExportError("the cases have no step, and a log is made of steps: import their steps as well")
    handlers = engine.stage("flow/exported_handlers", steps=steps)
    try:
        yield Selection(engine, cases, steps, handlers, zone, agency, service_item, anonymise_handlers, totals)
    finally:
        handlers.drop()


def _nothing(cases: Table, agency: str | None, service_item: str | None) -> str:
    """Why nothing is left to export, with what there is instead."""
    for wanted, code, name, noun in (
        (agency, "agency", "agency_name", "agency"),
        (service_item, "service_item", "service_item_name", "service item"),
    ):
        if wanted is None:
            continue
        there = cases.arrow(columns=[code, name])
        if any(pc.any(pc.equal(there[column], wanted)).as_py() for column in (code, name)):
            continue
        known = _some(pa.chunked_array([*there[code].chunks, *there[name].chunks], type=pa.string()))
        return f"no case is of the {noun} {wanted!r}: name one of {known}"
    if agency is None and service_item is None:
        return "there is no case to export: analyse records that hold cases"
    return f"no case of the service item {service_item!r} is of the agency {agency!r}: leave one of them out"


def _some(values: pa.ChunkedArray) -> str:
    listed = sorted(pc.drop_null(pc.unique(values)).to_pylist())
    return ", ".join(listed[:10]) + (" ..." if len(listed) > 10 else "")
