"""What may be typed about accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from . import queries
from .models import Role, User

if TYPE_CHECKING:
    _UserModelForm = forms.ModelForm[User]
else:
    _UserModelForm = forms.ModelForm


class LoginForm(AuthenticationForm):
    """Login name and password."""

    error_messages = {
        "invalid_login": _("Login name or password is wrong. After five wrong tries the login closes for 15 minutes."),
        "inactive": _("This account may not log in. Ask the effectiveness office."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Login name")
        self.fields["password"].label = _("Password")


class NewPasswordForm(forms.Form):
    """A new password, typed twice; who has a one-time password is not asked for it again."""

    old = forms.CharField(label=_("Present password"), widget=forms.PasswordInput({"autocomplete": "current-password"}))
    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters, and not a common word. A short sentence is easy to remember."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"), widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.must_change_password:
            del self.fields["old"]

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise forms.ValidationError(_("This is not your present password."))
        return old

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        if self.user.check_password(new):
            raise forms.ValidationError(_("This is the password you have now. Choose another."))
        password_validation.validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("The two new passwords differ. Type the second one again."))
        return data


class UserForm(_UserModelForm):
    """An account: its role, and the agency of a liaison."""

    agency_code = forms.ChoiceField(label=_("Agency"), required=False, help_text=_("For a liaison only."))

    class Meta:
        model = User
        fields = ["username", "full_name", "role", "agency_code", "manages_users", "is_active"]
        labels = {
            "username": _("Login name"),
            "full_name": _("Full name"),
            "role": _("Role"),
            "manages_users": _("May manage accounts"),
            "is_active": _("May log in"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("no agency")), *queries.agency_choices()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("role") == Role.LIAISON and not data.get("agency_code"):
            self.add_error("agency_code", _("A liaison belongs to an agency. Choose it."))
        if data.get("role") != Role.LIAISON and data.get("agency_code"):
            self.add_error(
                "agency_code", _("Only a liaison belongs to an agency. Leave this empty, or change the role.")
            )
        return data
