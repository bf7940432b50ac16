"""The public samples of California schools and of a health survey, as columns of arrays, and the figures of another program."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Columns = dict[str, Any]


def _column(texts: list[str]) -> Any:
    try:
        return np.array([float("nan") if text == "NA" else float(text) for text in texts])
    except ValueError:
        return np.array([None if text == "NA" else text for text in texts], dtype=object)


@pytest.fixture(scope="session")
def sample(shared_data: Path) -> Callable[[str], Columns]:
    """A sample by its name: apistrat, apisrs, apiclus1, apiclus2, nhanes."""
    kept: dict[str, Columns] = {}

    def load(name: str) -> Columns:
        if name not in kept:
            with gzip.open(shared_data / "surveys_design" / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            kept[name] = {head: _column([row[head] for row in rows]) for head in rows[0]}
        return kept[name]

    return load


@pytest.fixture(scope="session")
def reference(shared_data: Path) -> Any:
    """What R 4.2.2 with survey 4.1-1 gave for these samples."""
    return json.loads((shared_data / "surveys_design" / "reference.json").read_text(encoding="utf-8"))
