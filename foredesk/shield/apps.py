from django.apps import AppConfig


class ShieldConfig(AppConfig):
    name = "foredesk.shield"
