from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShieldConfig(AppConfig):
    name = "foredesk.shield"

    def ready(self) -> None:
        from foredesk.catalogue.rules import know_presence
        from foredesk.tickets.signals import ticket_assigned
        from foredesk.ui.navigation import Entry, register

        from . import queries, rules

        ticket_assigned.connect(_hold_assignment, dispatch_uid="shield.hold_assignment")
        know_presence(queries.presence_of)
        register(
            Entry(
                place="desk",
                label=_("Shield"),
                url_name="shield:shield",
                icon="shield",
                order=55,
                allowed=rules.can_see_shield,
                key="g f",
            )
        )


def _hold_assignment(ticket: Any, assignee: Any, by: Any, pierces: str, **_kwargs: Any) -> None:
    from .actions import hold_assignment

    hold_assignment(ticket=ticket, assignee=assignee, by=by, pierces=pierces)
