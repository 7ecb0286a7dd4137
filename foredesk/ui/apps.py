from django.apps import AppConfig
from django.core.checks import register
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "foredesk.ui"

    def ready(self) -> None:
        from .checks import navigation_leads_somewhere

        register(navigation_leads_somewhere)
        # Said by every field that has no better sentence of its own.
        Field.default_error_messages["required"] = _("Please fill this in.")
