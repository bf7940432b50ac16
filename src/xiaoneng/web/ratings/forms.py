"""What may be typed: a rating, the steps on a bad one, a review, the days, which links to make."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoneng.core import words
from xiaoneng.core.ratings import LEVELS, Reasons, is_bad
from xiaoneng.web.registry.queries import agency_choices
from xiaoneng.web.shell.formats import words_language

from .models import Claim, Mending

YES_NO = (("1", gettext_lazy("Yes")), ("0", gettext_lazy("No")))


def _is_yes(value: Any) -> bool:
    return bool(value == "1")


def _yes_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, coerce=_is_yes, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )  # fmt: skip


def _note(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=2000, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Write a sentence on what was done.")},
    )  # fmt: skip


class RateForm(forms.Form):
    """One screen: a level, a reason where it is one of the last two, a remark and a way to be called back for who wishes."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("How was it?"), coerce=int, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the five."), "invalid_choice": gettext_lazy("Choose one of the five.")},
    )  # fmt: skip
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("What was wrong?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("For the last two levels choose at least one."),
    )  # fmt: skip
    remark = forms.CharField(
        label=gettext_lazy("Anything you wish to say"), required=False, max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Not published as it stands. Name no other person."),
    )  # fmt: skip
    contact = forms.CharField(
        label=gettext_lazy("Telephone, if you wish to be called"), required=False, max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Only those who deal with your rating see it. You need not leave it."),
    )  # fmt: skip

    def __init__(self, reasons: Reasons, channel: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = words_language()
        titles = reasons.titles(language, is_bad=True)
        self.fields["level"].choices = [(level, words.label(f"ratings_level_{level}", language)) for level in LEVELS]  # type: ignore[attr-defined]
        self.fields["reasons"].choices = [(one["code"], titles[one["code"]]) for one in reasons.fitting(channel)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if is_bad(data.get("level")) and not data.get("reasons") and "reasons" not in self.errors:
            self.add_error("reasons", _("Choose at least one, so that it can be put right."))
        return data


class ContactForm(forms.Form):
    """The rater was contacted."""

    is_reached = _yes_no(gettext_lazy("Was the rater reached?"))
    note = _note(
        gettext_lazy("What was said"),
        gettext_lazy("Or how it was tried, where nobody was reached or no name was left."),
    )


class MendForm(forms.Form):
    """What was done."""

    mending = forms.ChoiceField(
        label=gettext_lazy("How it was put right"), choices=Mending.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the three.")},
    )  # fmt: skip
    note = _note(gettext_lazy("In a sentence or two"), gettext_lazy("Where it was explained: name the article."))


class CallBackForm(forms.Form):
    """The call back."""

    result = forms.ChoiceField(
        label=gettext_lazy("The rater"),
        choices=(("yes", gettext_lazy("is content now")), ("no", gettext_lazy("is not content")), ("none", gettext_lazy("was not reached"))),
        widget=forms.RadioSelect, error_messages={"required": gettext_lazy("Choose one of the three.")},
    )  # fmt: skip
    note = _note(gettext_lazy("What was said"))

    @property
    def is_satisfied(self) -> bool | None:
        """Content, not content, or not reached."""
        return {"yes": True, "no": False}.get(self.cleaned_data["result"])


class ReviewForm(forms.Form):
    """The agency's side."""

    claim = forms.ChoiceField(
        label=gettext_lazy("The rating is"), choices=Claim.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )  # fmt: skip
    agency_side = _note(gettext_lazy("The agency's side"), gettext_lazy("What happened, and what shows it."))


class HeardForm(forms.Form):
    """The rater's side."""

    is_reached = _yes_no(gettext_lazy("Was the rater reached?"))
    rater_side = forms.CharField(
        label=gettext_lazy("The rater's side"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Leave it empty where they could not be reached."),
    )  # fmt: skip


class DecisionForm(forms.Form):
    """The decision."""

    is_upheld = forms.TypedChoiceField(
        label=gettext_lazy("Decision"), coerce=_is_yes, widget=forms.RadioSelect,
        choices=(("1", gettext_lazy("The rating is excluded; it is shown as excluded")), ("0", gettext_lazy("The rating counts"))),
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )  # fmt: skip
    decision = _note(gettext_lazy("The reasons"))


class DaysForm(forms.Form):
    """The days of handling."""

    contact_workdays = forms.IntegerField(
        label=gettext_lazy("Contact within (working days)"), min_value=1, max_value=30
    )
    mend_workdays = forms.IntegerField(label=gettext_lazy("Mend within (working days)"), min_value=1, max_value=60)
    change_days = forms.IntegerField(
        label=gettext_lazy("A rating may be changed for (calendar days)"), min_value=1, max_value=90
    )
    link_days = forms.IntegerField(label=gettext_lazy("A link is open for (calendar days)"), min_value=1, max_value=365)
    ground = forms.CharField(
        label=gettext_lazy("The document that says so"), max_length=300,
        help_text=gettext_lazy("Title and number of the county's own rule."),
        error_messages={"required": gettext_lazy("Name the document on which these days rest.")},
    )  # fmt: skip


class LinksForm(forms.Form):
    """Which cases get a link, and what comes back."""

    agency = forms.ChoiceField(label=gettext_lazy("Agency"), required=False)
    first_on = forms.DateField(
        label=gettext_lazy("Concluded from"), required=False, widget=forms.DateInput({"type": "date"})
    )
    last_on = forms.DateField(
        label=gettext_lazy("Concluded to"), required=False, widget=forms.DateInput({"type": "date"})
    )
    case_no = forms.CharField(
        label=gettext_lazy("Or one case number"), required=False, max_length=120,
        help_text=gettext_lazy("A case that has a link already gets a new one; the old one stops."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [("", _("All")), *agency_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first_on") and data.get("last_on") and data["first_on"] > data["last_on"]:
            self.add_error("last_on", _("The last day lies before the first. Change one of the two."))
        return data
