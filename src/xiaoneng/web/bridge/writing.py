"""Columns into a model's table, many rows at a time: the same rows as one object each would give, many times faster."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.core.management.color import no_style
from django.db import connection
from django.db.models import CharField, Max, Model

_CHUNK_ROWS = 5_000


def next_pk(model: type[Model]) -> int:
    """The number that the next row of this model gets. Call it inside the transaction that writes."""
    return int(model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def insert(model: type[Model], columns: Mapping[str, Any], rows: int) -> None:
    """Add rows: `columns` gives an Arrow column, or one value for all rows, by field name.

    Unknown text is the empty text, as everywhere in the models; text longer than its field is cut.
    """
    if rows == 0:
        return
    fields = {field.name: field for field in model._meta.concrete_fields}
    unknown = set(columns) - set(fields)
    assert not unknown, f"{model.__name__} has no field {unknown}"
    values = [_values(fields[name], column, rows) for name, column in columns.items()]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(fields[name].column)) for name in columns)
    marks = ", ".join(["%s"] * len(values))
    statement = f"insert into {quote(model._meta.db_table)} ({names}) values ({marks})"  # noqa: S608 names are the models' own
    left = zip(*values, strict=True)
    with connection.cursor() as cursor:
        while chunk := list(islice(left, _CHUNK_ROWS)):
            cursor.executemany(statement, chunk)


def renumber(*models: type[Model]) -> None:
    """Let the database's own numbers go on after those that we gave."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)


def places(wanted: Any, among: Any) -> pa.Array:
    """For each wanted value its place among the others, from 0; NULL where it is not there."""
    return pc.index_in(_one(wanted), value_set=_one(among))


def _one(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _values(field: Any, column: Any, rows: int) -> list[Any]:
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        return [column] * rows
    if isinstance(field, CharField) or field.get_internal_type() == "TextField":
        text = pc.fill_null(column.cast(pa.string()), "")
        return (pc.utf8_slice_codeunits(text, 0, field.max_length) if field.max_length else text).to_pylist()  # type: ignore[no-any-return]
    if connection.vendor == "sqlite":  # which keeps days and UTC instants as text
        if pa.types.is_timestamp(column.type):
            column = _plain_instants(column).cast(pa.string())
        elif pa.types.is_date(column.type):
            column = column.cast(pa.string())
    return column.to_pylist()  # type: ignore[no-any-return]


def _plain_instants(column: Any) -> Any:
    """Instants in UTC, in whole seconds where no part of a second would be lost."""
    utc = column.cast(pa.timestamp("us"))
    whole = utc.cast(pa.timestamp("s"), safe=False)
    return whole if pc.all(pc.equal(whole.cast(pa.timestamp("us")), utc)).as_py() is not False else utc
