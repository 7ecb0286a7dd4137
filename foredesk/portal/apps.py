from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "foredesk.portal"

    def ready(self) -> None:
        from foredesk.people.rules import is_customer
        from foredesk.ui.navigation import Entry, register

        from .queries import waiting_for

        register(
            Entry(
                place="portal",
                label=_("Ask for help"),
                url_name="portal:home",
                icon="leaf",
                order=10,
                allowed=is_customer,
            )
        )
        register(
            Entry(
                place="portal",
                label=_("My requests"),
                url_name="portal:requests",
                icon="list",
                order=20,
                allowed=is_customer,
                count=waiting_for,
            )
        )
