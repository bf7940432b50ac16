from django.apps import AppConfig


class BallotBoxConfig(AppConfig):
    name = "xiaoneng.web.ballotbox"
    label = "ballotbox"
