"""The list of cases as a file: CSV or XLSX, the same rows as on the page, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from xiaoneng.core import words
from xiaoneng.web.shell.formats import words_language

from .models import CaseClock

KINDS = ("csv", "xlsx")
LONGEST_SHEET_ROWS = 1_000_000
_LIVE = tuple("=+-@\t\r\n＝＋－＠")  # a spreadsheet takes a text that begins so for a formula
_COLUMNS = (
    *("case_no", "agency_name", "service_item_name", "received_on", "accepted_on", "concluded_on", "promised_due_on"),
    *("statutory_due_on", "state", "elapsed_workdays", "remaining_workdays", "card", "card_rule", "card_fell_on"),
    *("is_provisional", "findings", "file_name", "sheet", "line"),
)
_OF_CASE = {
    *("case_no", "agency_name", "service_item_name", "received_on", "accepted_on", "concluded_on", "sheet", "line"),
}


def head() -> list[str]:
    """The names of the columns, in the reader's language."""
    return [words.label(name, words_language()) for name in _COLUMNS]


def rows(clocks: Iterable[CaseClock]) -> Iterator[list[Any]]:
    """One row a case, plain values."""
    language = words_language()
    for clock in clocks:
        row: list[Any] = []
        for name in _COLUMNS:
            if name == "file_name":
                row.append(clock.case.file.file_name if clock.case.file else "")
            elif name in _OF_CASE:
                row.append(getattr(clock.case, name))
            elif name in ("state", "card"):
                row.append(words.label(getattr(clock, name), language))
            elif name == "is_provisional":
                row.append(words.label("provisional", language) if clock.is_provisional else "")
            elif name == "findings":
                row.append("; ".join(words.say(f"finding_{code}", language) for code in clock.finding_codes))
            else:
                row.append(getattr(clock, name))
        yield row


def as_csv(clocks: Iterable[CaseClock]) -> Iterator[bytes]:
    """UTF-8 with the mark that spreadsheets need to read Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff".encode()
    writer.writerow(head())
    for row in rows(clocks):
        writer.writerow([guarded(value) for value in row])
        if buffer.tell() > 64_000:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def as_xlsx(clocks: Iterable[CaseClock]) -> bytes:
    """A workbook; every text is written as text, so that nothing in it runs."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": False, "strings_to_formulas": False})
    sheet = book.add_worksheet(_("Cases"))
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(head()):
        sheet.write_string(0, place, name, bold)
    for number, row in enumerate(rows(clocks), start=1):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(number, place, value)
            elif hasattr(value, "isoformat"):
                sheet.write_datetime(number, place, value, day)
            elif value:
                sheet.write_string(number, place, str(value))
    book.close()
    return buffer.getvalue()


def guarded(value: Any) -> Any:
    """A text that a spreadsheet would run gets a quote before it."""
    if isinstance(value, str) and value.startswith(_LIVE):
        return f"'{value}"
    return "" if value is None else value
