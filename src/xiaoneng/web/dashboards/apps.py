from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "xiaoneng.web.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from xiaoneng.web.shell import NavItem, add_to_nav

        add_to_nav(
            NavItem(_("Overview"), "dashboards:overview", "overview.read", 10),
            NavItem(_("Where the time goes"), "dashboards:time", "agency.read", 15),
        )
