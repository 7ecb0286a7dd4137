from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarsConfig(AppConfig):
    name = "foredesk.calendars"

    def ready(self) -> None:
        from foredesk.ui.navigation import Entry, register

        from .rules import can_manage_calendars

        register(
            Entry(
                place="settings",
                label=_("Working hours"),
                url_name="calendars:calendars",
                icon="calendar-clock",
                order=55,
                allowed=can_manage_calendars,
            )
        )
