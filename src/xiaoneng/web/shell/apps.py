from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "xiaoneng.web.shell"
    label = "shell"
