"""What may be typed in the registry."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from xiaoneng.core.terms import PauseGround
from xiaoneng.core.words import label
from xiaoneng.web.shell.formats import words_language

from .law_rules import rule_choices
from .models import Agency, ServiceItemVersion, UnitChoice

if TYPE_CHECKING:
    _AgencyModelForm = forms.ModelForm[Agency]
    _VersionModelForm = forms.ModelForm[ServiceItemVersion]
else:
    _AgencyModelForm = _VersionModelForm = forms.ModelForm

PAUSE_ROWS = 4
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # nothing in force began or ends outside of these
LONGEST_LIMIT = {"workday": 1000, "day": 1500, "hour": 24 * 365, "month": 60, "year": 10}


class DayInput(forms.DateInput):
    """A day, picked or typed as 2026-03-04; the page names its weekday."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


def day_field(text: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A field for a day."""
    return forms.DateField(
        label=text,
        required=required,
        help_text=help_text,
        widget=DayInput(),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages={"invalid": _("This is not a day. Write it as 2026-03-04."), "required": _("Give the day.")},
        validators=[
            MinValueValidator(FIRST_DAY, _("This day lies too far back. Check the year.")),
            MaxValueValidator(LAST_DAY, _("This day lies too far ahead. Check the year.")),
        ],
    )


class DeadlineForm(forms.Form):
    """A question to the deadline calculator."""

    start = day_field(_("Day on which the clock starts"), help_text=_("Mostly the day of acceptance or receipt."))
    rule = forms.ChoiceField(label=_("Which limit"), required=False)
    length = forms.IntegerField(
        label=_("Length"), required=False, min_value=0, widget=forms.NumberInput({"data-needed": "1"})
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False, choices=UnitChoice.choices, initial=UnitChoice.WORKDAY)
    extension = forms.IntegerField(label=_("Extended by, in the same unit"), required=False, min_value=1)
    ended = day_field(_("Answered on"), required=False)
    on = day_field(_("As of another day than today"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule_field = self.fields["rule"]
        assert isinstance(rule_field, forms.ChoiceField)
        rule_field.choices = [("", _("A limit in my own words")), *rule_choices()]
        language = words_language()
        grounds = [(str(ground), label(ground, language)) for ground in PauseGround]
        for number in range(1, PAUSE_ROWS + 1):
            self.fields[f"stop{number}_from"] = day_field(_("Stopped on"), required=False)
            self.fields[f"stop{number}_to"] = day_field(_("Resumed on"), required=False)
            self.fields[f"stop{number}_ground"] = forms.ChoiceField(label=_("Ground"), required=False, choices=grounds)

    def stop_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each stop, for the page."""
        return [
            [self[f"stop{number}_{part}"] for part in ("from", "to", "ground")] for number in range(1, PAUSE_ROWS + 1)
        ]

    @property
    def has_more(self) -> bool:
        """Whether anything is typed among the rarer fields, or wrong there."""
        names = ["extension", "ended", "on", *(name for name in self.fields if name.startswith("stop"))]
        return any((self.data.get(name) and not name.endswith("_ground")) or name in self.errors for name in names)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("rule") and data.get("length") is None and "length" not in self.errors:
            self.add_error("length", _("Give the length of the limit, or choose a rule of law above."))
        length, unit = data.get("length"), data.get("unit") or "workday"
        if length is not None and length > LONGEST_LIMIT[unit]:
            self.add_error("length", _("This limit is too long to count. Check the number and the unit."))
        if (data.get("extension") or 0) > LONGEST_LIMIT["workday"]:
            self.add_error("extension", _("This extension is too long to count. Check the number."))
        for number in range(1, PAUSE_ROWS + 1):
            begun, resumed = data.get(f"stop{number}_from"), data.get(f"stop{number}_to")
            if resumed and not begun and f"stop{number}_from" not in self.errors:
                self.add_error(f"stop{number}_from", _("Give the day on which the clock was stopped."))
            if begun and resumed and resumed < begun:
                self.add_error(f"stop{number}_to", _("This lies before the day on which the clock was stopped."))
        start: date | None = data.get("start")
        if start and data.get("ended") and data["ended"] < start:
            self.add_error("ended", _("This lies before the start of the clock."))
        return data

    def stops(self) -> list[tuple[date, date | None, str]]:
        """The stops that were typed: from, to, ground."""
        data = self.cleaned_data
        rows = [
            (data.get(f"stop{n}_from"), data.get(f"stop{n}_to"), data.get(f"stop{n}_ground") or "other")
            for n in range(1, PAUSE_ROWS + 1)
        ]
        return [(begun, resumed, ground) for begun, resumed, ground in rows if begun]


class AgencyForm(_AgencyModelForm):
    """An agency."""

    in_force_from = day_field(_("In force from"), required=False)
    in_force_to = day_field(_("In force to"), required=False, help_text=_("Left empty while it exists."))

    class Meta:
        model = Agency
        fields = ["code", "name", "short_name", "in_force_from", "in_force_to"]
        labels = {"code": _("Code"), "name": _("Name"), "short_name": _("Short name")}
        help_texts = {"code": _("As the records write it: the unified credit code where there is one.")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _days_in_order(self, data)
        return data


class VersionForm(_VersionModelForm):
    """A new version of a service item, from a day on."""

    in_force_from = day_field(_("In force from"), help_text=_("The version before it ends on the day before."))
    law_rule = forms.ChoiceField(label=_("Rule of law under the statutory limit"), required=False)

    class Meta:
        model = ServiceItemVersion
        fields = [
            *("name", "case_kind", "promised_limit", "promised_unit", "statutory_limit", "statutory_unit"),
            *("law_rule", "in_force_from"),
        ]
        labels = {
            "name": _("Name"),
            "case_kind": _("Kind of case"),
            "promised_limit": _("Promised limit"),
            "promised_unit": _("Unit"),
            "statutory_limit": _("Statutory limit"),
            "statutory_unit": _("Unit"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        law_rule = self.fields["law_rule"]
        assert isinstance(law_rule, forms.ChoiceField)
        law_rule.choices = [("", _("none chosen")), *rule_choices()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        promised, statutory = data.get("promised_limit"), data.get("statutory_limit")
        if promised is not None and statutory and data.get("promised_unit") == data.get("statutory_unit"):
            if promised > statutory:
                self.add_error("promised_limit", _("The promise may not be longer than the statutory limit."))
        return data


class CatalogueForm(forms.Form):
    """A catalogue of service items as a file."""

    file = forms.FileField(
        label=_("File of the catalogue"),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(
                _("%(name)s is larger than %(most)d MiB. Split it.")
                % {"name": file.name, "most": settings.IMPORT_MAX_BYTES // 1024**2}
            )
        return file


def _days_in_order(form: forms.BaseForm, data: dict[str, Any]) -> None:
    begins, ends = data.get("in_force_from"), data.get("in_force_to")
    if begins and ends and ends < begins:
        form.add_error("in_force_to", _("This lies before the first day."))
