"""What a password must be, in words of both languages."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Refuses a short password; Django's own words for it have no Chinese."""

    def get_error_message(self) -> str:
        return _("This password is too short: choose at least %(n)d characters.") % {"n": self.min_length}
