from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "xiaoneng.web.registry"
    label = "registry"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from xiaoneng.web.accounts import offer_agencies
        from xiaoneng.web.shell import NavItem, add_to_nav

        from .queries import agency_choices

        add_to_nav(
            NavItem(_("Agencies"), "registry:agencies", "registry.read", 40),
            NavItem(_("Service items"), "registry:items", "registry.read", 50),
            NavItem(_("Calendar"), "registry:calendar", "", 60),
            NavItem(_("Deadline calculator"), "registry:deadline", "", 70),
        )
        offer_agencies(agency_choices)
