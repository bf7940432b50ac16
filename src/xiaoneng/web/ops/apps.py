from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "xiaoneng.web.ops"
    label = "ops"

    def ready(self) -> None:
        from xiaoneng.web.ratings.demo import fill as ratings

        from .demo import add_filler

        add_filler(ratings)
