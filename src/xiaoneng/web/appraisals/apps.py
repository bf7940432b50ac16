from django.apps import AppConfig


class AppraisalsConfig(AppConfig):
    name = "xiaoneng.web.appraisals"
    label = "appraisals"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from xiaoneng.web.shell import NavItem, add_to_nav

        add_to_nav(NavItem(_("Appraisals"), "appraisals:rounds", "", 20))
