"""Files made or damaged by chance: the same rows as another reader finds, or a clear refusal, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import IntakeError
from xiaoneng.core.intake import Batch, ReadOptions, error_workbook, read

HEAD = ["办件编号", "受理部门", "受理时间", "办结时间", "备注"]
CELLS = ["a", "b c", "x,y", 'q"q', "l\nm", "", "甲", "长\r\n行", "'", "=1", "#", "a;b", "\t"]


@pytest.mark.parametrize("seed", range(8))
def test_the_rows_and_lines_are_those_of_another_reader(imported: Callable[..., Batch], seed: int) -> None:
    chance = random.Random(seed)
    end = chance.choice(["\n", "\r\n"])
    held = io.StringIO()
    writer = csv.writer(held, lineterminator=end, quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    held.write(chance.choice(["", f"台账{end}", f'"两行{end}台账"{end}']))
    writer.writerow(HEAD)
    expected = []
    for number in range(chance.randrange(1, 60)):
        held.write(chance.choice(["", "", "", end]))
        expected.append((f"{number:03}", held.getvalue().count("\n") + 1))
        day = f"2026-03-{1 + number % 28:02}"
        writer.writerow([f"{number:03}", chance.choice(CELLS).strip() or "局", day, "", chance.choice(CELLS)])
    batch = imported({"cases.csv": held.getvalue().encode(chance.choice(["utf-8", "gb18030", "utf-16"]))})
    assert [(row["case_no"], row["line"]) for row in batch.cases.rows()] == expected
    assert batch.set_aside.count() == 0


def tables(workbook: Callable[..., bytes]) -> dict[str, bytes]:
    """One small table in every format that is not covered by the logs of test_refusals.py."""
    rows = [[f"{number:03}", '住"建"局', "2026-03-02", "", "长\n行"] for number in range(20)]

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        for down, row in enumerate([HEAD, *rows]):
            sheet.write_row(down, 0, row)

    held = io.BytesIO()
    columns: dict[str, Sequence[str]] = dict(zip(HEAD, map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), held)
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    lines = "\n".join(json.dumps(dict(zip(HEAD, row, strict=True)), ensure_ascii=False) for row in rows)
    return {
        "a.xlsx": workbook(fill),
        "a.parquet": held.getvalue(),
        "a.jsonl": lines.encode(),
        "a.csv": text.getvalue().encode("gb18030"),
        "b.csv": text.getvalue().encode("utf-16"),
    }


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A few bytes flipped, replaced, cut out, doubled or put in; sometimes the end is lost."""
    made = bytearray(content)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(made))
        match chance.randrange(5):
            case 0:
                made[place] ^= 1 << chance.randrange(8)
            case 1:
                made[place] = chance.choice(b'",;\n\r\0\t{}<>&')
            case 2 if len(made) > 200:
                del made[place : place + chance.randrange(60)]
            case 3:
                made[place:place] = chance.choice(["县".encode("gb18030"), b"\xff\xfe", b'"', b"\n"])
            case _ if len(made) > 200 and chance.random() < 0.3:
                del made[max(100, place) :]
    return bytes(made)


def test_damaged_files_give_a_report_or_a_refusal_and_leave_nothing(
    tmp_path: Path, workbook: Callable[..., bytes]
) -> None:
    chance = random.Random(20261124)
    kinds = sorted(tables(workbook).items())
    with Engine(threads=1) as engine:
        for number in range(80):
            name, content = chance.choice(kinds)
            path = tmp_path / f"{number}-{name}"
            path.write_bytes(damaged(content, chance))
            before = engine.names()
            with suppress(IntakeError):  # any other exception fails the test
                batch = read([path], engine=engine, options=ReadOptions(accept_good_rows=True))
                error_workbook(batch, tmp_path / "errors.xlsx")
                engine.forget(table.name for table in batch.tables.values())
            assert engine.names() == before
