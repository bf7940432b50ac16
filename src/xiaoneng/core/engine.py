"""The one module that knows the engine: named SQL stages in, tables out.

A stage is one file `core/<room>/sql/<name>.sql` in the embedded engine's dialect. It reads the tables it is given under
the names it is given them by, takes parameters as `$name`, and is materialised as one table. No string is glued in.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from .errors import StageError
from .tables import Shape

EngineError = duckdb.Error  # what the engine itself raises, for those who may not import it

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FORMULA = r"^[=+@\t\r\n＝＋＠－-]"  # = + - @ tab CR LF and full-width forms: a spreadsheet runs them
_STAGE = re.compile(r"[a-z]+/[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Table:
    """A table that lives in an engine, known by its name there."""

    engine: Engine
    name: str
    is_view: bool = False

    @property
    def columns(self) -> dict[str, str]:
        """Column names and engine types, in order."""
        described = self.engine.connection.execute(f'describe "{self.name}"').fetchall()
        return {row[0]: row[1] for row in described}

    def count(self) -> int:
        rows = self.engine.connection.execute(f'select count(*) from "{self.name}"').fetchall()
        return int(rows[0][0])

    def arrow(self, *, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows as Arrow columns, in insertion order."""
        chosen = ", ".join(f'"{column}"' for column in columns) if columns else "*"
        self.engine.connection.complete()  # a result still half read would refuse the next
        return self.engine.connection.sql(f'select {chosen} from "{self.name}"').to_arrow_table()

    def batches(
        self, *, columns: Sequence[str], rows: int, by: Sequence[str] = (), as_text: Sequence[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """The rows as Arrow pieces of so many rows, not all in memory at once: in insertion order, or sorted.

        In      by: columns to sort by, unknown last, ties stay in insertion order; as_text: columns that are given, and
                sorted, as texts whatever they are
        """
        kinds = {column: "::varchar" if column in as_text else "" for column in columns}
        chosen = ", ".join(f"{_identifier(column)}{kind} as {_identifier(column)}" for column, kind in kinds.items())
        sql = f'select {chosen} from main."{self.name}"'
        if by:
            # Numbered before it is sorted: the number keeps ties in the order in which the rows came.
            numbered = f'select {chosen}, row_number() over () as row_in_order from main."{self.name}"'
            listed = ", ".join(f"{_identifier(column)} nulls last" for column in by)
            sql = f"select * exclude (row_in_order) from ({numbered}) order by {listed}, row_in_order"
        with self.engine.connection.cursor() as cursor:  # of its own: other stages may run between two pieces
            yield from cursor.sql(sql).to_arrow_reader(rows)

    def head(self, column: str, *, rows: int) -> list[Any]:
        """The first values of a column."""
        sql = f'select {_identifier(column)} from "{self.name}" limit {int(rows)}'
        return [row[0] for row in self.engine.connection.execute(sql).fetchall()]

    def rows(self) -> list[dict[str, Any]]:
        """All rows as dictionaries; for small tables."""
        cursor = self.engine.connection.execute(f'select * from "{self.name}"')
        names = [item[0] for item in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def write_parquet(self, path: Path) -> None:
        """Write in insertion order; the same table gives the same bytes."""
        self.engine.connection.execute(
            f"copy \"{self.name}\" to '{_quoted(path)}' (format parquet, compression zstd, row_group_size 122880)"
        )

    def write_csv(self, path: Path) -> None:
        """Write UTF-8 with a header, in insertion order; a text that a spreadsheet would run gets a quote before it."""
        chosen = ", ".join(_guarded(name) if kind == "VARCHAR" else f'"{name}"' for name, kind in self.columns.items())
        self.engine.connection.execute(
            f"copy (select {chosen} from \"{self.name}\") to '{_quoted(path)}' (format csv, header)"
        )

    def drop(self) -> None:
        """Free the table; it must not be used afterwards."""
        kind = "view" if self.is_view else "table"
        self.engine.connection.execute(f'drop {kind} if exists "{self.name}"')


@dataclass(frozen=True)
class Pick:
    """One column taken under another name; the `missing` values in it become unknown (NULL); `reading` is a macro."""

    column: str
    missing: tuple[str, ...] = ()
    is_time: bool = False
    reading: str = ""


class Engine:
    """One embedded engine: in memory by default, spilling to `spill_dir` when it has one."""

    def __init__(
        self,
        *,
        database: str = ":memory:",
        memory_limit_mib: int | None = None,
        threads: int | None = None,
        spill_dir: Path | None = None,
        zone: str = "Asia/Shanghai",
    ) -> None:
        self.connection = duckdb.connect(database)
        self.zone = zone
        settings: dict[str, Any] = {"TimeZone": zone, "preserve_insertion_order": True, "enable_progress_bar": False}
        if memory_limit_mib is not None:
            settings["memory_limit"] = f"{memory_limit_mib}MiB"
        if threads is not None:
            settings["threads"] = threads
        if spill_dir is not None:
            settings["temp_directory"] = str(spill_dir)
        for name, value in settings.items():
            self.connection.execute(f"set {name} = '{value}'")
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def stage(
        self,
        stage: str,
        *,
        out: Shape | None = None,
        into: Table | None = None,
        parameters: Mapping[str, Any] | None = None,
        **tables: Table,
    ) -> Table:
        """Run the stage `room/name` over the named tables and keep its rows as a new table, or add them to `into`.

        Raises  StageError where the stage does not exist or the engine refuses it; TableShapeError where its rows are
                not of the shape `out`
        """
        sql = _stage_sql(stage)
        name = into.name if into else self._new_name(stage.partition("/")[2])
        keep = f'insert into main."{name}" by name' if into else f'create table main."{name}" as'
        for alias, table in tables.items():
            self._check_name(alias)
            self.connection.execute(f'create or replace temp view "{alias}" as select * from main."{table.name}"')
        try:
            self.connection.execute(f"{keep} {sql}", dict(parameters or {}))
        except duckdb.Error as error:
            raise StageError(f"stage {stage} failed: {error}") from error
        finally:
            for alias in tables:
                self.connection.execute(f'drop view if exists temp."{alias}"')
        table = Table(self, name)
        if out is not None:
            out.check(table)
        return table

    def define(self, script: str) -> None:
        """Run the script `room/name` that defines macros (named expressions) which later stages of the room use."""
        self.connection.execute(_stage_sql(script))

    def picked(
        self,
        name: str,
        table: Table,
        picks: Mapping[str, Pick | None],
        *,
        line: str,
        constants: Mapping[str, str] | None = None,
    ) -> Table:
        """The same rows under other column names, in the same order, with `line`.

        In      picks: new name -> column of `table`, or None where `constants` fills it or it is unknown throughout;
                line: an existing column, or "+n" for row numbers that begin with n
        """
        known, parts = table.columns, list[str]()
        for new, pick in picks.items():
            if pick is None:
                parts.append(f"cast({_literal((constants or {}).get(new))} as varchar) as {_identifier(new)}")
                continue
            column = _identifier(pick.column)
            if pick.missing:
                is_text = known[pick.column] == "VARCHAR"
                listed, tests = [_literal(one) for one in pick.missing], list[str]()
                if pick.is_time or known[pick.column].startswith("TIMESTAMP"):
                    moments = ", ".join(f"try_cast({one} as timestamptz)" for one in listed)
                    tests.append(f"try_cast({column} as timestamptz) in ({moments})")
                if is_text or not tests:  # a word such as 未办结 is no moment
                    tests.append(f"cast({column} as varchar) in ({', '.join(listed)})")
                column = f"case when {' or '.join(tests)} then null else {column} end"
            if pick.reading:
                column = f"{_identifier(pick.reading)}({column})"
            parts.append(f"{column} as {_identifier(new)}")
        numbered = f"rowid + {int(line[1:])}" if line.startswith("+") else _identifier(line)
        parts.append(f"{numbered} as line")
        fresh = self._new_name(name)
        # A view: what is unknown throughout is then known to be so before any row is read.
        self.connection.execute(f'create view main."{fresh}" as select {", ".join(parts)} from main."{table.name}"')
        return Table(self, fresh, is_view=True)

    def between(self, table: Table, column: str, first: str | None, end: str | None) -> Table:
        """The rows whose `column` is a text from `first` on and before `end` (None is no bound), read anew whenever asked."""
        fresh, name = self._new_name("between"), _identifier(column)
        tests = [f"{name} {sign} {_literal(bound)}" for sign, bound in ((">=", first), ("<", end)) if bound is not None]
        sql = f'select * from main."{table.name}" where {" and ".join(tests) or "true"}'
        self.connection.execute(f'create view main."{fresh}" as {sql}')
        return Table(self, fresh, is_view=True)

    def in_zone(self, zone: str) -> AbstractContextManager[None]:
        """Local days and times without a zone are those of `zone` inside this block."""
        return self._with("TimeZone", zone)

    def one_thread(self) -> AbstractContextManager[None]:
        """Inside this block sums of decimals are added in the order of the rows: the same to the last digit each time."""
        return self._with("threads", 1)

    @contextmanager
    def _with(self, setting: str, value: str | int) -> Iterator[None]:
        ((before,),) = self.connection.execute(f"select current_setting('{setting}')").fetchall()
        self.connection.execute(f"set {setting} = ?", [value])
        try:
            yield
        finally:
            self.connection.execute(f"set {setting} = ?", [before])

    def union(self, name: str, shape: Shape | None, tables: Sequence[Table]) -> Table:
        """The rows of several tables, one after the other: the columns of `shape`, or those of the first table."""
        fresh = self._new_name(name)
        chosen = ", ".join(_identifier(column) for column in (shape.names if shape else tables[0].columns))
        self.connection.execute(f'create table main."{fresh}" as select {chosen} from main."{tables[0].name}"')
        for table in tables[1:]:
            self.connection.execute(f'insert into main."{fresh}" select {chosen} from main."{table.name}"')
        return Table(self, fresh)

    def from_arrow(self, name: str, arrow: pa.Table | pa.RecordBatchReader) -> Table:
        """Keep Arrow columns as a table."""
        fresh = self._new_name(name)
        self.connection.register("arrow_in", arrow)
        try:
            self.connection.execute(f'create table main."{fresh}" as select * from arrow_in')
        finally:
            self.connection.unregister("arrow_in")
        return Table(self, fresh)

    def from_rows(self, shape: Shape, rows: Iterable[Mapping[str, Any]]) -> Table:
        """Keep dictionaries as a table of the given shape; a column that a row lacks is NULL."""
        fresh, listed = self._new_name(shape.name), list(rows)
        # A column at a time: row by row the engine would parse a statement for each
        columns = {name: pa.array([row.get(name) for row in listed]) for name in shape.names}
        typed = ", ".join(f'"{column.name}"::{column.type} as "{column.name}"' for column in shape.columns)
        self.connection.complete()  # a result still half read would refuse the next
        self.connection.register("rows_in", pa.table(columns))
        try:
            self.connection.execute(f'create table main."{fresh}" as select {typed} from rows_in')
        finally:
            self.connection.unregister("rows_in")
        return Table(self, fresh)

    def from_parquet(self, name: str, *paths: Path) -> Table:
        """Read Parquet files into a table."""
        fresh = self._new_name(name)
        listed = ", ".join(f"'{_quoted(path)}'" for path in paths)
        self.connection.execute(f'create table main."{fresh}" as select * from read_parquet([{listed}])')
        return Table(self, fresh)

    def over_parquet(self, name: str, *paths: Path) -> Table:
        """Parquet files as a table that is read anew whenever it is asked, and never kept."""
        fresh = self._new_name(name)
        listed = ", ".join(f"'{_quoted(path)}'" for path in paths)
        self.connection.execute(f'create view main."{fresh}" as select * from read_parquet([{listed}])')
        return Table(self, fresh, is_view=True)

    def from_csv(
        self, name: str, path: Path, *, columns: Sequence[str], separator: str, skip: int
    ) -> tuple[Table, list[dict[str, Any]]]:
        """Read a UTF-8 CSV into a table of texts, and the rows that do not fit its columns."""
        fresh, rejects = self._new_name(name), self._new_name("rejects")
        named = ", ".join(f"{_literal(column)}: 'VARCHAR'" for column in columns)
        self.connection.execute(
            f"create table main.\"{fresh}\" as select * from read_csv('{_quoted(path)}', auto_detect = false, header = false, "
            f"skip = {int(skip)}, columns = {{{named}}}, delim = {_literal(separator)}, quote = '\"', escape = '\"', "
            f"max_line_size = 16777216, store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scan')"
        )
        found = Table(self, rejects).rows()
        for table in (rejects, f"{rejects}_scan"):
            self.connection.execute(f'drop table if exists "{table}"')
        return Table(self, fresh), found

    def with_column(self, name: str, table: Table, column: str, values: pa.Array) -> Table:
        """The table with one more column, given in the order of its rows."""
        fresh = self._new_name(name)
        self.connection.register("column_in", pa.table({column: values}))
        try:
            self.connection.execute(
                f'create table main."{fresh}" as select * from main."{table.name}" positional join column_in'
            )
        finally:
            self.connection.unregister("column_in")
        return Table(self, fresh)

    def chosen_rows(self, name: str, table: Table, is_chosen: pa.Array) -> Table:
        """The rows for which `is_chosen`, one truth value a row, is true; `table` is dropped."""
        rows = table.arrow().filter(is_chosen)
        table.drop()
        return self.from_arrow(name, rows)

    def from_json(self, name: str, path: Path) -> Table:
        """Read a file of one JSON object a line into a table of texts; a nested object stays JSON text."""
        fresh = self._new_name(name)
        read = (
            f"read_json('{_quoted(path)}', format = 'newline_delimited', sample_size = -1, maximum_depth = 1, "
            "maximum_object_size = 16777216)"
        )
        described = self.connection.execute(f"describe select * from {read}").fetchall()
        texts = ", ".join(f"({_identifier(row[0])}::json ->> '$') as {_identifier(row[0])}" for row in described)
        self.connection.execute(f'create table main."{fresh}" as select {texts} from {read}')
        return Table(self, fresh)

    def empty(self, shape: Shape) -> Table:
        """A table of the shape without rows."""
        return self.from_rows(shape, ())

    def filled(self, table: Table) -> dict[str, int]:
        """How many rows hold a value, by column; texts of nothing but spaces hold none."""
        kinds = table.columns
        counted = ", ".join(
            f"count(nullif(trim({_identifier(name)}), ''))" if kind == "VARCHAR" else f"count({_identifier(name)})"
            for name, kind in kinds.items()
        )
        rows = self.connection.execute(f'select {counted} from "{table.name}"').fetchall()
        return dict(zip(kinds, (int(count) for count in rows[0]), strict=True))

    def names(self) -> set[str]:
        """The tables and views that live in the engine now."""
        listed = self.connection.execute("select table_name from information_schema.tables where table_schema = 'main'")
        return {row[0] for row in listed.fetchall()}

    def forget(self, names: Iterable[str]) -> None:
        """Drop the tables and views of these names."""
        views = self.connection.execute("select view_name from duckdb_views() where not internal").fetchall()
        for name in sorted(names):
            Table(self, name, is_view=(name,) in views).drop()

    def _new_name(self, noun: str) -> str:
        self._check_name(noun)
        return f"{noun}_{next(self._numbers)}"

    @staticmethod
    def _check_name(name: str) -> None:
        if not _NAME.fullmatch(name):
            raise StageError(f"{name!r} is no name for a table: lower-case letters, digits and _ only")


def _stage_sql(stage: str) -> str:
    if not _STAGE.fullmatch(stage):
        raise StageError(f"{stage!r} is no stage: write room/name, such as clocks/due_dates")
    room, _, name = stage.partition("/")
    file = resources.files("xiaoneng.core").joinpath(room, "sql", f"{name}.sql")
    if not file.is_file():
        raise StageError(f"there is no stage {stage}: core/{room}/sql/{name}.sql does not exist")
    return file.read_text(encoding="utf-8")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str | None) -> str:
    return "null" if text is None else "'" + text.replace("'", "''") + "'"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _guarded(column: str) -> str:
    is_live = f"regexp_matches(\"{column}\", '{_FORMULA}')"
    return f"if({is_live}, '''', '') || \"{column}\" as \"{column}\""
