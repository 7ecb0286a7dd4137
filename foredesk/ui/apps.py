from django.apps import AppConfig
from django.core.checks import register


class UiConfig(AppConfig):
    name = "foredesk.ui"

    def ready(self) -> None:
        from .checks import navigation_leads_somewhere

        register(navigation_leads_somewhere)
