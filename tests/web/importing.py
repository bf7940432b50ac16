"""Files to import, and the steps of the import page, for the tests of several pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xiaoneng.web.cases.models import Case, ImportBatch

HEAD = (
    "办件编号",
    "部门代码",
    "部门名称",
    "事项编码",
    "事项名称",
    "收件时间",
    "受理时间",
    "办结时间",
    "承诺时限",
    "promised_unit",
)
ROWS = (
    ("T-1", "D9", "水利局", "W1", "取水许可", "2026-11-02 09:00:00", "2026-11-02 10:00:00", "", "5", "工作日"),
    (
        "T-2",
        "D9",
        "水利局",
        "W1",
        "取水许可",
        "2026-11-02 09:00:00",
        "2026-11-03 10:00:00",
        "2026-11-05 09:00:00",
        "5",
        "工作日",
    ),
)
BAD_ROW = ("T-3", "D9", "水利局", "W1", "取水许可", "不知何时", "", "", "5", "工作日")


def csv_of(rows: Sequence[Sequence[str]] = ROWS, *, head: Sequence[str] = HEAD) -> bytes:
    """A CSV file of these rows; a cell is quoted, so that it may hold anything."""
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in (head, *rows)]
    return ("\n".join(lines) + "\n").encode()


def zipped(**members: bytes) -> bytes:
    """A zip archive: xl__workbook_xml stands for xl/workbook.xml."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


@dataclass
class Importer:
    """Someone at the import page; jobs are done as soon as the page has answered, as in the running application."""

    client: Client
    at_commit: Callable[..., AbstractContextManager[Any]]

    def post(self, address: str, data: dict[str, Any] | None = None) -> Any:
        """The answer to a button, with its jobs done."""
        with self.at_commit(execute=True):
            return self.client.post(address, data or {})

    def upload(self, *files: tuple[str, bytes]) -> ImportBatch:
        """Send files, named and with their content; the import as it stands after the dry run."""
        response = self.post("/import/", {"files": [SimpleUploadedFile(name, content) for name, content in files]})
        assert response.status_code == 302, response.content.decode()
        return ImportBatch.objects.get(pk=int(response.headers["Location"].split("/")[2]))

    def press(self, batch: ImportBatch, button: str, data: dict[str, Any] | None = None) -> str:
        """Press a button of an import: its state afterwards."""
        response = self.post(f"/import/{batch.pk}/{button}/", data)
        assert response.status_code == 302, response.content.decode()
        batch.refresh_from_db()
        return str(batch.state)

    def take(self, content: bytes, name: str = "cases.csv") -> ImportBatch:
        """Send one file and take it in."""
        batch = self.upload((name, content))
        assert self.press(batch, "accept") == "done", batch.error
        return batch

    def page(self, batch: ImportBatch) -> str:
        """The page of an import."""
        return self.client.get(f"/import/{batch.pk}/").content.decode()


def numbers() -> list[str]:
    """The case numbers of the invented agency D9 that are current."""
    found: Iterator[str] = Case.objects.filter(agency_code="D9", is_current=True).values_list("case_no", flat=True)
    return sorted(found)
