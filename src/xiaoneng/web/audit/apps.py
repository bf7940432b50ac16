from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "xiaoneng.web.audit"
    label = "audit"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from xiaoneng.web.shell import NavItem, add_to_nav

        add_to_nav(NavItem(_("Trace"), "audit:trace", "audit.read", 90))
