"""The form for a holiday notice: its days row by row, or its TOML file."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiaoneng.core.errors import NoticeError
from xiaoneng.web.shell import told

from .forms import day_field

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Notice

OFF_ROWS = 10
LARGEST_FILE_BYTES = 64 * 1024
# The seven holidays that a notice of the State Council arranges, in order of the year
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class NoticeForm(forms.Form):
    """A notice typed in: one row a holiday, with the days worked in return."""

    year = forms.IntegerField(label=_("Year"), min_value=2004, max_value=2100)
    title = forms.CharField(label=_("Title of the notice"), max_length=200)
    document_no = forms.CharField(label=_("Document number"), max_length=80, required=False)
    issued_on = day_field(_("Issued on"), required=False)
    url = forms.URLField(label=_("Address of the source"), required=False, assume_scheme="https")
    is_confirmed = forms.BooleanField(
        label=_("I have compared every day with the published notice"),
        required=False,
        help_text=_("Needs the number, the day and the address; without it the year is shown as unconfirmed."),
    )
    corrects = forms.CharField(
        label=_("Corrects the notice"), required=False, help_text=_("Only for a change of a year that has its notice.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, OFF_ROWS + 1):
            initial = HOLIDAYS[number - 1] if number <= len(HOLIDAYS) else ""
            self.fields[f"off{number}_name"] = forms.CharField(
                label=_("Holiday"), max_length=20, required=False, initial=initial
            )
            self.fields[f"off{number}_from"] = day_field(_("First day off"), required=False)
            self.fields[f"off{number}_to"] = day_field(_("Last day off"), required=False)
            self.fields[f"off{number}_makeup"] = forms.CharField(
                label=_("Days worked in return"), required=False, max_length=120
            )

    def off_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each holiday, for the page."""
        return [
            [self[f"off{number}_{part}"] for part in ("name", "from", "to", "makeup")]
            for number in range(1, OFF_ROWS + 1)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, OFF_ROWS + 1):
            first, last = data.get(f"off{number}_from"), data.get(f"off{number}_to")
            if first and not data.get(f"off{number}_name"):
                self.add_error(f"off{number}_name", _("Give the name of the holiday."))
            if first and last and last < first:
                self.add_error(f"off{number}_to", _("This lies before the first day off."))
            if last and not first and f"off{number}_from" not in self.errors:
                self.add_error(f"off{number}_from", _("Give the first day off."))
            makeup = data.get(f"off{number}_makeup") or ""
            if makeup and not _DAY.search(makeup):
                self.add_error(f"off{number}_makeup", _("Write the days as 2027-02-06, with commas between."))
        if not self.errors:
            self._read(data)
        return data

    def _read(self, data: dict[str, Any]) -> None:
        try:
            data["notice"] = self._notice(data)
        except NoticeError as error:
            self.add_error(None, told(error))
        except ValueError:
            self.add_error(None, _("One of the days does not exist. Check the days worked in return."))

    def _notice(self, data: dict[str, Any]) -> Notice:
        from xiaoneng.core.calendar import DaysOff, MakeupDays, Notice

        off, makeup = [], []
        for number in range(1, OFF_ROWS + 1):
            name, first = data[f"off{number}_name"], data.get(f"off{number}_from")
            if first:
                off.append(DaysOff(name, first, data.get(f"off{number}_to") or first))
            worked = tuple(date(*map(int, parts)) for parts in _DAY.findall(data[f"off{number}_makeup"] or ""))
            if worked:
                makeup.append(MakeupDays(name, worked))
        suffix = f"-{data['issued_on']:%Y%m%d}" if data["corrects"] and data["issued_on"] else ""
        return Notice(
            id=f"cn-{data['year']}{suffix}",
            year=data["year"],
            title=data["title"],
            off=tuple(off),
            makeup=tuple(makeup),
            document_no=data["document_no"],
            issued_on=data["issued_on"],
            url=data["url"],
            is_confirmed=data["is_confirmed"],
            corrects=data["corrects"],
        )


class NoticeFileForm(forms.Form):
    """A notice as its TOML file, as the package keeps them."""

    file = forms.FileField(label=_("TOML file"), help_text=_("One notice, written like those of the package."))

    def clean_file(self) -> Notice:
        from xiaoneng.core.calendar import read_notice

        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE_BYTES:
            raise forms.ValidationError(_("This file is too large for a notice. Choose the TOML file itself."))
        try:
            return read_notice(file.read().decode("utf-8"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not text in UTF-8. Save it as UTF-8 and try again.")) from None
        except NoticeError as error:
            raise forms.ValidationError(told(error)) from error
