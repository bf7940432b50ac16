"""Lists that the county gives beside its records: looked into before they are kept, and read again by each run of the clocks."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from xiaoneng.core.errors import IntakeError, XiaonengError
from xiaoneng.web.registry import actions, queries
from xiaoneng.web.registry.models import CountyList, ListRole
from xiaoneng.web.shell.refusals import kind_of

from .asking import ask
from .progress import stored_name

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from xiaoneng.core.calendar import OfficeHours
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.flow import FlowInputs

_log = logging.getLogger(__name__)


def give_list(role: str, file: UploadedFile[Any], *, by: Any) -> bool:
    """Put an uploaded list in use, once its reader has found nothing wrong with it.

    Out     whether anything changed
    Raises  what the readers of the core raise where the list is refused; nothing is kept then
    """
    file.seek(0)
    content = file.read()
    with TemporaryDirectory() as folder:
        path = Path(folder) / stored_name(file.name or "")
        path.write_bytes(content)
        rows = _rows(role, path)
    return actions.give_list(role, content=content, rows=rows, by=by, file_name=file.name or "")


def give_files(paths: list[Path], *, by: Any) -> None:
    """Put lists in use that stand in files named by their roles, such as `leaders.csv`; read here and now."""
    for path in paths:
        rows = count_rows(path.stem, str(path))
        actions.give_list(path.stem, content=path.read_bytes(), rows=rows, by=by, file_name=path.name)


def set_office_hours(text: str, *, by: Any) -> bool:
    """Count working time by these office hours, which are confirmed by being set; empty goes back to the default.

    Out     whether anything changed
    Raises  CalendarError where they cannot be read
    """
    from xiaoneng.core.calendar import read_hours

    if not text.strip():
        return actions.remove_list(ListRole.OFFICE_HOURS, by=by)
    told = str(read_hours(text))
    return actions.give_list(ListRole.OFFICE_HOURS, content=told.encode(), rows=1, by=by)


def _rows(role: str, path: Path) -> int:
    """How many rows the reader of the list finds.

    Raises  what the reader raises, the file called by its name alone
    """
    try:
        return int(ask("county_list", role=role, path=str(path)))
    except XiaonengError as error:
        raise type(error)(str(error).replace(f"{path.parent}/", "")) from None


# --- in the process that works


def count_rows(role: str, path: str) -> int:
    """How many rows the reader of a list finds in it (asked through `asking.ask`).

    Raises  what the reader raises; CountyListError where the list holds nothing
    """
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.errors import CountyListError

    with Engine() as engine:
        rows: int = next(table.count() for _, table in _tables(engine, role, Path(path)))
    if not rows:
        raise CountyListError(f"{Path(path).name}: holds no row; remove the list instead if nothing is to be used")
    return rows


def given_lists(engine: Engine) -> tuple[FlowInputs, OfficeHours, dict[str, Any]]:
    """What the lists in use say, the office hours, and what was used and what could not be, for the run's summary.

    A list that can no longer be read is left out and named, so that it does not keep the clocks from running.
    """
    from xiaoneng.core.calendar import DEFAULT_HOURS, read_hours
    from xiaoneng.core.flow import FlowInputs

    inputs, hours = FlowInputs(), DEFAULT_HOURS
    used: list[dict[str, Any]] = []
    left_out: list[dict[str, Any]] = []
    with TemporaryDirectory() as folder:
        for kept in queries.lists_in_use():
            try:
                if kept.role == ListRole.OFFICE_HOURS:
                    hours = read_hours(kept.text)
                else:
                    inputs = replace(inputs, **dict(_tables(engine, kept.role, _written(kept, Path(folder)))))
            except Exception as error:
                if not isinstance(error, XiaonengError):
                    _log.exception("the list %s could not be read", kept.role)
                    error = IntakeError("it cannot be read any more; the log jobs.log in the data folder says why")
                told = str(error).replace(f"{folder}/{kept.role}/", "")
                left_out.append({"role": kept.role, "list": kept.pk, "kind": kind_of(error), "error": told})
            else:
                used.append({"role": kept.role, "list": kept.pk, **kept.facts()})
    return inputs, hours, {"used": used, "left_out": left_out}


def state_of_lists() -> tuple[int, ...]:
    """What differs whenever another list is in use."""
    return tuple(queries.lists_in_use().values_list("pk", flat=True))


def _written(kept: CountyList, folder: Path) -> Path:
    path = folder / kept.role / stored_name(kept.file_name)
    path.parent.mkdir()
    path.write_bytes(bytes(kept.content))
    return path


def _tables(engine: Engine, role: str, path: Path) -> list[tuple[str, Any]]:
    """The tables that a list gives, under their names in FlowInputs."""
    from xiaoneng.core.flow import FlowFiles

    files: dict[str, Any] = {role: path}
    given = FlowFiles(**files).read(engine)
    return [(name, table) for name, table in vars(given).items() if name != "fast_lanes" and table is not None]
