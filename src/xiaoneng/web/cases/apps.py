from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "xiaoneng.web.cases"
    label = "cases"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from xiaoneng.web.registry import set_moved_cases
        from xiaoneng.web.shell import NavItem, add_to_nav

        from .moved import moved_cases

        add_to_nav(
            NavItem(_("Cases"), "cases:cases", "cases.read", 20),
            NavItem(_("Cards"), "cases:cards", "cases.read", 25),
        )
        set_moved_cases(moved_cases)
