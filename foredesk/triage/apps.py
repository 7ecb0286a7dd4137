from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TriageConfig(AppConfig):
    name = "foredesk.triage"

    def ready(self) -> None:
        from foredesk.people.rules import is_lead
        from foredesk.tickets.signals import ticket_submitted
        from foredesk.ui.navigation import Entry, register

        ticket_submitted.connect(_suggest, dispatch_uid="triage.suggest")
        register(
            Entry(
                place="settings",
                label=_("Triage help"),
                url_name="triage:page",
                icon="lightbulb",
                order=75,
                allowed=is_lead,
            )
        )


def _suggest(ticket: Any, **_kwargs: Any) -> None:
    from .jobs import suggest

    suggest.enqueue(ticket.pk)
