from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "foredesk.dispatch"
