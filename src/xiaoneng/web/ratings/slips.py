"""Links on paper and as a list: slips with a QR code to be handed out, and a table for the messages of the hall."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from importlib import resources

import segno
from django.utils.translation import gettext as _

from xiaoneng.core import words
from xiaoneng.web.cases.exporting import guarded
from xiaoneng.web.cases.models import Case

MOST_SLIPS = 2_000


def as_csv(links: Sequence[tuple[Case, str]]) -> bytes:
    """One row a link, UTF-8 with the mark that spreadsheets need; no cell that would run."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_("Case number"), _("Agency"), _("Service item"), _("Concluded"), _("Link")])
    for case, address in links:
        row = [case.case_no, case.agency_name or case.agency_code, case.service_item_name, case.concluded_on, address]
        writer.writerow([guarded(value) for value in row])
    return ("\ufeff" + buffer.getvalue()).encode()


def as_pdf(links: Sequence[tuple[Case, str]], *, open_until: str) -> bytes:
    """Slips to be cut, eight a page, each with its QR code."""
    import typst

    slips = [
        {
            "agency": case.agency_name or case.agency_code,
            "item": (case.service_item_name or case.service_item)[:60],
            "case_no": case.case_no,
            "address": address,
            "qr": _qr(address),
        }
        for case, address in links
    ]
    told = {
        name: {language: words.say(f"ratings_slip_{name}", language, day=open_until) for language in words.LANGUAGES}
        for name in ("title", "how", "until")
    }
    with resources.as_file(resources.files("xiaoneng") / "fonts") as fonts:
        made = typst.compile(
            (resources.files(__package__) / "slips.typ").read_bytes(),
            font_paths=typst.Fonts(include_system_fonts=True, font_paths=[fonts]),
            sys_inputs={"data": json.dumps({"slips": slips, "words": told}, ensure_ascii=False)},
        )
    assert isinstance(made, bytes)
    return made


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=4, xmldecl=False, svgns=True, nl=False)
    return drawn.getvalue().decode()
