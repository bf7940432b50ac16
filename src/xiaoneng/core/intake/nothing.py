"""Typed tables without rows, for the kinds of record that an import does not hold: the same stages run either way."""

from __future__ import annotations

from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.tables import Column, Shape

_BIGINT, _TEXT, _DAY, _MOMENT = "BIGINT", "VARCHAR", "DATE", "TIMESTAMPTZ"
_COMMON = {"ref": _BIGINT, "position": _BIGINT, "line": _BIGINT, "case_no": _TEXT, "agency": _TEXT, "fault": _TEXT}
_OWN = {
    "cases": {"case_id": _TEXT},
    "results": {
        "concluded_at": _MOMENT,
        "outcome": _TEXT,
        "has_reasons": "BOOLEAN",
        "has_fee_basis": "BOOLEAN",
        "recorded_at": _MOMENT,
    },
    "steps": {
        "office": _TEXT,
        "handler": _TEXT,
        "name": _TEXT,
        "started_at": _MOMENT,
        "ended_at": _MOMENT,
        "ordered_at": _MOMENT,
        "limit_length": "INTEGER",
        "limit_unit": _TEXT,
        "due_on": _DAY,
        "step_result": _TEXT,
        "recorded_at": _MOMENT,
    },
    "pauses": {
        "ground": _TEXT,
        "ground_words": _TEXT,
        "started_at": _MOMENT,
        "started_on": _DAY,
        "ended_on": _DAY,
        "has_written_notice": "BOOLEAN",
        "notice_no": _TEXT,
    },
    "extensions": {
        "length": "INTEGER",
        "unit": _TEXT,
        "approved_at": _MOMENT,
        "approved_on": _DAY,
        "approved_by": _TEXT,
        "has_reasons": "BOOLEAN",
    },
}


def no_rows(engine: Engine, record: str) -> Table:
    """A typed table of this kind of record without rows."""
    columns = tuple(Column(name, kind) for name, kind in (_COMMON | _OWN[record]).items())
    return engine.empty(Shape(f"no_{record}", "no row", columns))
