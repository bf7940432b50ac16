"""A roll of made-up people, and frames of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.sampling import Frame, FrameTerms, clean_frame

ROLL = ("person_key", "stratum", "agency", "own_agency", "is_cadre", "is_head", "name", "contact", "is_ineligible")
TERMS = FrameTerms("roll", "decision no. 1", "the office", date(2026, 3, 2), date(2026, 9, 1))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1) as made:
        yield made


@pytest.fixture
def people() -> list[dict[str, Any]]:
    """Sixty people in three strata; every third is a cadre, every tenth works for the agency that served them."""
    return [
        {
            "person_key": f"p{number:02}",
            "stratum": ("firms", "users", "villages")[number % 3],
            "agency": ("water", "fire")[number % 2],
            "own_agency": ("water", "fire")[number % 2] if number % 10 == 0 else None,
            "is_cadre": "yes" if number % 4 == 0 else "no",
            "name": f"name {number}",
        }
        for number in range(60)
    ]


@pytest.fixture
def framed(engine: Engine) -> Callable[..., Frame]:
    def make(rows: Sequence[dict[str, Any]], terms: FrameTerms = TERMS) -> Frame:
        columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in ROLL}
        roll = engine.from_arrow("roll", pa.table({**columns, "line": list(range(2, len(rows) + 2))}))
        return clean_frame(engine, roll, terms=terms)

    return make
