"""What may be typed while a round is set up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from xiaoneng.core.appraisal import LEVELS, QuestionKind, Way

from .models import Round, RoundKindChoice

_CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$", _("Use letters, digits, '-', '_' and '.', at most 40."))


class DayInput(forms.DateInput):
    """A day, picked or typed as 2026-03-04."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _day(text: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=text,
        required=required,
        help_text=help_text,
        widget=DayInput(),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages={"invalid": _("This is not a day. Write it as 2026-03-04."), "required": _("Give the day.")},
    )


class StartForm(forms.Form):
    """A new round."""

    kind = forms.ChoiceField(
        label=_("What kind of round is it?"), choices=RoundKindChoice.choices, widget=forms.RadioSelect
    )
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[_CODE],
        help_text=_("Stands in addresses and on paper, such as 2026-h2-society."),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Round.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a round with this code already. Take another."))
        return code


class DaysForm(forms.Form):
    """First and last days, and how the ballots are counted."""

    opens_on = _day(_("The box opens on"))
    closes_on = _day(_("The box closes on"), help_text=_("The last day on which a ballot can be cast or changed."))
    issue_opens_on = _day(
        _("Tokens are issued from"), required=False, help_text=_("Only where raters vote with a token.")
    )
    issue_closes_on = _day(
        _("Tokens are issued until"),
        required=False,
        help_text=_("At least one whole day before the box opens, so that no hour tells who cast which ballot."),
    )


class CountingForm(forms.Form):
    """What is asked besides the questions, and what holds for the counting."""

    asks_remarks = forms.BooleanField(
        label=_("Ask for a remark"),
        required=False,
        help_text=_("It is shown only in other words, after a second person has checked it."),
    )
    most_rated = forms.IntegerField(
        label=_("At most so many on one ballot"),
        required=False,
        min_value=1,
        help_text=_("Empty: a ballot may rate all of them."),
    )
    fewest_published = forms.IntegerField(
        label=_("No figure below so many ballots"),
        min_value=5,
        help_text=_("5 in public rounds, 10 where staff rate their leaders. It can be raised."),
    )
    bucket_hours = forms.TypedChoiceField(
        label=_("Time kept with a ballot"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("none at all")), (4, _("4 hours")), (12, _("half a day")), (24, _("the day"))],
        help_text=_("Only public rounds may keep one; it finds bursts of arrivals and nothing else."),
    )
    pooled_rounds = forms.IntegerField(
        label=_("Rounds put together"),
        min_value=1,
        max_value=6,
        initial=1,
        help_text=_("For bodies below 30: so many rounds are counted together, fixed now."),
    )
    is_supervised = forms.BooleanField(
        label=_("One supervised sitting"),
        required=False,
        help_text=_("Codes are drawn from the urn, and are dead at the close."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level in LEVELS:
            self.fields[f"points_{level}"] = forms.FloatField(
                label=_("Points of level %(level)s") % {"level": level},
                validators=[MinValueValidator(0), MaxValueValidator(100)],
            )

    @property
    def points(self) -> dict[str, float]:
        return {str(level): self.cleaned_data[f"points_{level}"] for level in LEVELS}

    def point_fields(self) -> list[forms.BoundField]:
        """The five fields of the points, best level first."""
        return [self[f"points_{level}"] for level in LEVELS]


class RowForm(forms.Form):
    """One row of a table that is typed; an empty row is left out."""

    code = forms.CharField(label=_("Code"), max_length=40, validators=[_CODE], required=False)
    zh = forms.CharField(label=_("Chinese"), max_length=120, required=False)
    en = forms.CharField(label=_("English"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # the head of the column is the label that is seen
            field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("code") and not given.get("zh"):
            self.add_error("zh", _("Give the name in Chinese, or empty the code to leave the row out."))
        if given.get("zh") and not given.get("code") and "code" not in self.errors:
            self.add_error("code", _("Give a code."))
        return given


class QuestionRow(RowForm):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (str(QuestionKind.SCALE), _("five levels")),
            (str(QuestionKind.FORCED_RESPONSE), _("yes or no, with a die")),
        ],
    )


class StratumRow(RowForm):
    eligible = forms.IntegerField(label=_("Eligible"), min_value=1, required=False)
    invited = forms.IntegerField(label=_("Invited"), min_value=1, required=False)
    weight_percent = forms.FloatField(
        label=_("Weight, %"), required=False, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    way = forms.ChoiceField(
        label=_("Way in"), choices=[(str(Way.PAPER), _("paper code")), (str(Way.TOKEN), _("token"))]
    )
    is_cadre = forms.BooleanField(label=_("Cadres"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("eligible") and given.get("invited") and given["invited"] > given["eligible"]:
            self.add_error("invited", _("Not more than are eligible."))
        return given


QuestionRows = forms.formset_factory(QuestionRow, extra=1, max_num=20)
StratumRows = forms.formset_factory(StratumRow, extra=1, max_num=60)


def rows_of(formset: Any) -> list[dict[str, Any]]:
    """The rows that were typed, without empty ones."""
    return [dict(form.cleaned_data) for form in formset if form.cleaned_data.get("code")]


class AppraiseesForm(forms.Form):
    """Who is rated: one a line, as it comes out of a spreadsheet."""

    rows = forms.CharField(
        label=_("Who is rated"),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "mono"}),
        help_text=_(
            "One a line: group, code, name in Chinese, name in English. Columns pasted from a spreadsheet do as they are."
        ),
    )

    def __init__(self, *args: Any, groups: Sequence[Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {row["code"]: row["code"] for row in groups} | {row["zh"]: row["code"] for row in groups}
        self.groups |= {row["en"]: row["code"] for row in groups}

    def clean_rows(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for number, line in enumerate(self.cleaned_data["rows"].splitlines(), start=1):
            parts = [part.strip() for part in re.split(r"\t|,|，", line)]
            if not any(parts):
                continue
            if len(parts) < 3:
                raise forms.ValidationError(
                    _("Line %(line)s has fewer than three columns: group, code, name."), params={"line": number}
                )
            group, code, zh, en = [*parts, ""][:4]
            if group not in self.groups:
                raise forms.ValidationError(
                    _("Line %(line)s: there is no group “%(group)s”. The groups are: %(groups)s."),
                    params={"line": number, "group": group, "groups": ", ".join(dict.fromkeys(self.groups.values()))},
                )
            _CODE(code)
            if any(row["code"] == code for row in found):
                raise forms.ValidationError(
                    _("Line %(line)s: code %(code)s stands twice."), params={"line": number, "code": code}
                )
            found.append({"group": self.groups[group], "code": code, "zh": zh, "en": en or zh})
        if not found:
            raise forms.ValidationError(_("Name at least one."))
        return found


def appraisee_lines(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as they are typed."""
    return "\n".join("\t".join((row["group"], row["code"], row["zh"], row["en"])) for row in rows)


class FrameForm(forms.Form):
    """A roll from which raters are drawn: what it is, where it comes from, on what ground it is used."""

    file = forms.FileField(
        label=_("The roll"), required=False, help_text=_("CSV or Excel. It is read, hashed, and not kept.")
    )
    cases_from = _day(_("or: cases concluded from"), required=False)
    cases_to = _day(_("to"), required=False)
    person_key = forms.CharField(
        label=_("Column that identifies a person"), initial="编号", max_length=60, required=False
    )
    stratum = forms.CharField(label=_("Column of the stratum"), initial="层", max_length=60, required=False)
    name = forms.CharField(label=_("Column of the name"), initial="姓名", max_length=60, required=False)
    contact = forms.CharField(
        label=_("Column of the telephone or address"), initial="电话", max_length=60, required=False
    )
    own_agency = forms.CharField(label=_("Column of the person's own agency"), max_length=60, required=False)
    is_cadre = forms.CharField(label=_("Column that marks cadres"), max_length=60, required=False)
    legal_ground = forms.CharField(
        label=_("Legal ground"),
        max_length=300,
        help_text=_("The law, decision or consent by which the roll may be used for this."),
    )
    holder = forms.CharField(label=_("Who keeps the roll"), max_length=120)
    delete_by = _day(
        _("Deleted by"), help_text=_("The drawn persons are removed from the registrar's roll by this day.")
    )
    sample_size = forms.IntegerField(label=_("How many are drawn"), min_value=2)
    method = forms.ChoiceField(
        label=_("Spread over the strata"),
        choices=[
            ("proportional", _("by their size")),
            ("neyman", _("by size and spread (Neyman)")),
            ("equal", _("the same number each")),
        ],
    )
    cadre_cap_percent = forms.FloatField(
        label=_("Cadres at most, %"), required=False, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    seed_text = forms.CharField(
        label=_("Announced rule of the seed"),
        max_length=300,
        help_text=_(
            "Such as: the red balls of the Double Color Ball draw of 3 December 2026. The number must not be known yet."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_period = given.get("cases_from") and given.get("cases_to")
        if not given.get("file") and not has_period:
            self.add_error("file", _("Give a roll, or the days between which cases were concluded."))
        if given.get("file") and not (given.get("person_key") and given.get("stratum")):
            self.add_error(
                "person_key", _("Name the columns of the person and of the stratum, as they stand in the file's head.")
            )
        return given

    @property
    def columns(self) -> dict[str, str]:
        """Our column -> its heading, those that were named."""
        names = ("person_key", "stratum", "name", "contact", "own_agency", "is_cadre")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    @property
    def draw_rules(self) -> dict[str, Any]:
        given = self.cleaned_data
        cap = given.get("cadre_cap_percent")
        rules: dict[str, Any] = {"sample_size": given["sample_size"], "method": given["method"]}
        return rules | ({"cadre_cap": {"overall": cap / 100, "per_stratum": None}} if cap is not None else {})


class DrawForm(forms.Form):
    """The public number, and the roll once more where it is a file."""

    def __init__(self, *args: Any, needs_roll: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = needs_roll

    file = forms.FileField(label=_("The same roll again"), required=False)
    seed_number = forms.CharField(
        label=_("The public number"),
        max_length=60,
        help_text=_("All its digits, in the order in which they were drawn."),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
