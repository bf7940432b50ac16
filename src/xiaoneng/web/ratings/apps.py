from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "xiaoneng.web.ratings"
    label = "ratings"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from xiaoneng.web.bridge import add_keeper
        from xiaoneng.web.shell import NavItem, add_to_nav

        from .keeping import RatingKeeper

        add_keeper(RatingKeeper())
        add_to_nav(NavItem(_("Ratings"), "ratings:ratings", "", 22))
