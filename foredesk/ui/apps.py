from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "foredesk.ui"
