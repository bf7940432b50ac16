from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "xiaoneng.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from xiaoneng.web.shell import NavItem, add_to_nav

        from . import permissions  # noqa: F401  registers them

        add_to_nav(NavItem(_("Accounts"), "accounts:users", "accounts.manage", 95))
