from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "xiaoneng.web.ops"
    label = "ops"
