from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    name = "foredesk.dispatch"

    def ready(self) -> None:
        from foredesk.people.rules import is_agent
        from foredesk.tickets.signals import ticket_acted, ticket_changed, ticket_submitted, ticket_visited
        from foredesk.ui.navigation import Entry, register

        register(
            Entry(
                place="desk",
                label=_("Order of work"),
                url_name="dispatch:order",
                icon="list-ordered",
                order=70,
                allowed=is_agent,
                key="g o",
            )
        )
        ticket_submitted.connect(_place, dispatch_uid="dispatch.submitted")
        ticket_changed.connect(_move, dispatch_uid="dispatch.changed")
        ticket_visited.connect(_sit, dispatch_uid="dispatch.visited")
        ticket_acted.connect(_act, dispatch_uid="dispatch.acted")


# Not enqueued: whoever reads the lane next sees what was just done, and each is one small statement.


def _place(ticket: Any, **_kwargs: Any) -> None:
    from .actions import place

    place(ticket)


def _move(ticket: Any, fields: frozenset[str], **_kwargs: Any) -> None:
    from .actions.placing import MOVED_BY, place

    if fields & MOVED_BY:
        place(ticket)


def _sit(ticket: Any, person: Any, **_kwargs: Any) -> None:
    from .actions import sit

    sit(by=person, ticket=ticket)


def _act(ticket: Any, by: Any, **_kwargs: Any) -> None:
    from .actions import act

    act(by=by, ticket=ticket)
