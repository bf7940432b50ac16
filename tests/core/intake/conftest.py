"""What the tests of the import share: files made on the spot, and one call that reads them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from xiaoneng.core.engine import Engine
from xiaoneng.core.intake import Batch, ReadOptions, read

Files = Mapping[str, bytes | str]
Reader = Callable[..., Batch]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(threads=1) as made:
        yield made


@pytest.fixture
def imported(tmp_path: Path, engine: Engine) -> Reader:
    """Write these files (name -> content) and read them together; the good rows are accepted unless told otherwise."""

    def import_(files: Files, *, profile: Any = None, accept_good_rows: bool = True, **options: Any) -> Batch:
        paths = []
        for name, content in files.items():
            paths.append(tmp_path / name)
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
        chosen = ReadOptions(accept_good_rows=accept_good_rows, **options)
        return read(paths, engine=engine, profile=profile, options=chosen)

    return import_


@pytest.fixture
def workbook() -> Callable[[Callable[[Any], None]], bytes]:
    """The bytes of a workbook that a function has filled."""

    def make(fill: Callable[[Any], None]) -> bytes:
        held = io.BytesIO()
        with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
            fill(book)
        return held.getvalue()

    return make


@pytest.fixture
def told() -> Callable[[Batch], list[tuple[int, str]]]:
    """(line, reason) of every row that was set aside."""

    def tell(batch: Batch) -> list[tuple[int, str]]:
        return [(row["line"], row["reason"]) for row in batch.set_aside.rows()]

    return tell
