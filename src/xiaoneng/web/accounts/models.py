"""What is true: a user with one role; a liaison belongs to one agency."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user does in the programme; what each role may do stands in `permissions.py`."""

    SYSTEM_ADMIN = "system_admin", _("system administrator")
    OFFICE_EDITOR = "office_editor", _("effectiveness office")
    LIAISON = "liaison", _("liaison of an agency")
    LEADER = "leader", _("leader")
    AUDITOR = "auditor", _("auditor")


class UserManager(BaseUserManager["User"]):
    """Makes users; a password that is not given cannot be used."""

    use_in_migrations = True

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> User:
        """A system administrator: no account passes by the permissions, so there is no other superuser."""
        fields.setdefault("role", Role.SYSTEM_ADMIN)
        return self.create_user(username, password, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can log in. `agency_code` names the agency of a liaison; the registry holds the agency itself."""

    username = models.CharField(
        _("login name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@-]+$", _("Use letters, digits and . @ - _ only."))],
        error_messages={"unique": _("There is an account with this login name already.")},
    )
    full_name = models.CharField(_("full name"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.LEADER)
    agency_code = models.CharField(_("agency"), max_length=60, blank=True)
    manages_users = models.BooleanField(_("may manage accounts"), default=False)
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_append_only = False

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.username})" if self.full_name else self.username

    @property
    def shown_name(self) -> str:
        """The name for the head of the page."""
        return self.full_name or self.username
