from django.apps import AppConfig


class BridgeConfig(AppConfig):
    name = "xiaoneng.web.bridge"
    label = "bridge"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from xiaoneng.web.registry import set_catalogue_reader, set_recount
        from xiaoneng.web.shell import NavItem, add_to_nav

        from . import work
        from .catalogue import read_catalogue

        add_to_nav(NavItem(_("Import"), "bridge:imports", "cases.import", 30))
        set_catalogue_reader(read_catalogue)
        set_recount(lambda: work.start("clocks", ""))
