"""Every way to change; reading a whole list out of the house is written down too."""

from __future__ import annotations

from typing import Any

from xiaoneng.web import audit


def exported(*, by: Any, kind: str, rows: int, address: str) -> None:
    """Someone has taken a list of cases with them."""
    audit.record(
        "cases_exported", subject=("cases.case", "-"), by=by, after={"kind": kind, "rows": rows, "filter": address}
    )
