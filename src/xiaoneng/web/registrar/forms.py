"""The one form that works without a script: has a token been issued to me."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiaoneng.core.ballots import parse_code
from xiaoneng.core.errors import CodeError


class CodeForm(forms.Form):
    """An invitation code, as typed from the letter."""

    invitation = forms.CharField(
        label=_("Invitation code"),
        help_text=_("17 letters and digits on your letter. Small letters, spaces and dashes do not matter."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code that stands on your letter.")},
    )

    def clean_invitation(self) -> Any:
        try:
            return parse_code(self.cleaned_data["invitation"])
        except CodeError:
            raise forms.ValidationError(
                _("This cannot be a code: one character is missing, wrong or swapped. Compare it with the letter.")
            ) from None
