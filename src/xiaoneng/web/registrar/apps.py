from django.apps import AppConfig


class RegistrarConfig(AppConfig):
    name = "xiaoneng.web.registrar"
    label = "registrar"
