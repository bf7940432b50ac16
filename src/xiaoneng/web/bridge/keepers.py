"""Apps above the bridge keep what an import brings for them: each says what it refuses, what it kept, and how it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from xiaoneng.core.errors import RowsRefusedError
from xiaoneng.web.cases.models import ImportBatch, ImportedFile, SetAsideRow

if TYPE_CHECKING:
    from xiaoneng.core.intake import Batch

_MOST_IN_WORKBOOK = 10_000


class Keeper(Protocol):
    """What an app offers that keeps a part of an import."""

    def look(self, read: Batch) -> list[dict[str, Any]]:
        """The rows that it cannot keep: file_hash, sheet, line, subject, case_no, reason, column, value, advice, refuses."""
        ...

    def keep(self, read: Batch, files: Mapping[str, ImportedFile], *, by: Any) -> dict[str, int]:
        """Keep the others, after cases were kept; how many, by name."""
        ...

    def before_undo(self, batch: ImportBatch) -> None:
        """Raises NotUndoableError where what it kept of the import cannot be taken out any more."""
        ...

    def undo(self, batch: ImportBatch) -> None:
        """Take out what it kept of the import; records of cases have gone back already."""
        ...


_keepers: list[Keeper] = []


def add_keeper(keeper: Keeper) -> None:
    """Let an app keep its part of every import."""
    _keepers.append(keeper)


def keepers() -> tuple[Keeper, ...]:
    """All of them, in the order in which they came."""
    return tuple(_keepers)


def look_through(read: Batch) -> list[dict[str, Any]]:
    """The rows that a keeper cannot keep; they go into the report of the import like those that cannot be read."""
    found = [row for keeper in _keepers for row in keeper.look(read)]
    for reason in dict.fromkeys((row["reason"], row["refuses"]) for row in found):
        mine = [row for row in found if (row["reason"], row["refuses"]) == reason]
        first = mine[0]
        read.report.reasons.append(
            {
                **{name: first[name] for name in ("subject", "reason", "column", "value", "advice")},
                "count": len(mine),
                "first_line": first["line"],
                "refuses": first["refuses"],
            }
        )
        if first["refuses"]:
            read.report.refused_rows += len(mine)
    if found:
        read.report.counts["set_aside"] = read.report.counts.get("set_aside", 0) + len(found)
        _into_workbook(read, found)
    return found


def refuse_unless(accept_good_rows: bool, found: list[dict[str, Any]], read: Batch) -> None:
    """Raises RowsRefusedError where a row is refused and the good ones were not accepted without it."""
    refused = [row for row in found if row["refuses"]]
    if refused and not accept_good_rows:
        first = refused[0]
        raise RowsRefusedError(
            f"{len(refused)} rows cannot be kept, so nothing was imported. First: line {first['line']}, {first['column']} "
            f"{first['value']} ({first['reason']}). Correct the file, or accept the good rows without them",
            read.report,
        )


def keep_found(found: list[dict[str, Any]], *, into: ImportBatch, files: Mapping[str, ImportedFile]) -> None:
    """List them with the other rows that were set aside."""
    names = ("sheet", "line", "subject", "case_no", "reason", "column", "value", "advice")
    SetAsideRow.objects.bulk_create(
        SetAsideRow(batch=into, file=files.get(row["file_hash"]), **{name: row[name] for name in names})
        for row in found
    )


def _into_workbook(read: Batch, found: list[dict[str, Any]]) -> None:
    from xiaoneng.core.intake import RejectedRows

    name = next((one.file_name for one in read.sources if one.sha256 == found[0]["file_hash"]), "")
    rows = [(row["case_no"], row["value"], row["line"], row["reason"], row["column"]) for row in found]
    read.report.rejected.append(RejectedRows(name, "", ("case_no", "value"), rows[:_MOST_IN_WORKBOOK]))
