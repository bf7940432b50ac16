"""Models become tables: every current record of the county, in the shapes of the core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from xiaoneng.core.tables import CASES, COVERAGE, EXTENSIONS, PAUSES, SERVICE_ITEMS, SET_ASIDE, STEPS, Shape
from xiaoneng.web.cases.models import Case, Extension, Pause, Step
from xiaoneng.web.registry import queries as registry

if TYPE_CHECKING:
    from xiaoneng.core.edition import RecordTables
    from xiaoneng.core.engine import Engine, Table

_CHUNK_ROWS = 20_000
# Columns of a shape that have another name in the models
_CASE_NAMES = {"agency": "agency_code", "file_hash": "file__sha256"}
_SIDE_NAMES = {"case_id": "case__case_id", "agency": "agency_code", "file_hash": "file__sha256"}


def county_tables(engine: Engine) -> RecordTables:
    """Every current case with its steps, pauses and extensions, and every version of every item."""
    from xiaoneng.core.edition import RecordTables

    current = {"case__is_current": True}
    return RecordTables(
        cases=_table(engine, CASES, Case.objects.filter(is_current=True).order_by("pk"), _CASE_NAMES),
        steps=_table(engine, STEPS, Step.objects.filter(**current).order_by("case_id", "step_no"), _SIDE_NAMES),
        pauses=_table(engine, PAUSES, Pause.objects.filter(**current).order_by("case_id", "pause_no"), _SIDE_NAMES),
        extensions=_table(
            engine, EXTENSIONS, Extension.objects.filter(**current).order_by("case_id", "extension_no"), _SIDE_NAMES
        ),
        service_items=engine.from_rows(SERVICE_ITEMS, registry.service_item_rows()),
        set_aside=engine.empty(SET_ASIDE),
        coverage=engine.empty(COVERAGE),
    )


def _table(engine: Engine, shape: Shape, rows: QuerySet[Any], names: dict[str, str]) -> Table:
    import pyarrow as pa

    types = {
        "VARCHAR": pa.string(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(),
        "BOOLEAN": pa.bool_(),
        "DATE": pa.date32(),
        "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema([(column.name, types[column.type]) for column in shape.columns])
    values = rows.values_list(*(names.get(name, name) for name in shape.names)).iterator(chunk_size=_CHUNK_ROWS)

    # Read whole before the engine sees it: the engine would pull a stream in threads of its own, each with a connection
    # to the database of its own, outside of our transaction.
    batches = [
        pa.record_batch(
            [
                pa.array([value or None for value in column] if kind == pa.string() else column, kind)
                for column, kind in zip(zip(*chunk, strict=True), schema.types, strict=True)
            ],
            schema=schema,
        )
        for chunk in _chunks(values)
    ]
    return engine.from_arrow(shape.name, pa.Table.from_batches(batches, schema))


def _chunks(values: Iterator[Any]) -> Iterator[Sequence[Any]]:
    while chunk := list(islice(values, _CHUNK_ROWS)):
        yield chunk
