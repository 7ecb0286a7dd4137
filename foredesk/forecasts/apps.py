from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForecastsConfig(AppConfig):
    name = "foredesk.forecasts"

    def ready(self) -> None:
        from foredesk.tickets.actions import hold_words
        from foredesk.tickets.rules.promising import promise_by
        from foredesk.tickets.signals import ticket_changed, ticket_submitted
        from foredesk.ui.navigation import Entry, register

        from .models import Milestone, Quote
        from .queries import told_of
        from .rules.permissions import can_read_calibration, can_read_cards, heads_without_desk

        ticket_submitted.connect(_promise, dispatch_uid="forecasts.promise")
        ticket_changed.connect(_follow, dispatch_uid="forecasts.follow")
        promise_by(told_of)
        hold_words(Quote, "ticket", ("reason",))
        hold_words(Milestone, "ticket", ("title", "reason"))
        register(
            Entry(
                place="portal",
                label=_("How long it takes"),
                url_name="forecasts:cards",
                icon="clock",
                order=40,
                allowed=heads_without_desk,
            )
        )
        register(
            Entry(
                place="settings",
                label=_("How long it takes"),
                url_name="forecasts:cards",
                icon="clock",
                order=90,
                allowed=can_read_cards,
            )
        )
        register(
            Entry(
                place="settings",
                label=_("Promises kept"),
                url_name="forecasts:calibration",
                icon="target",
                order=91,
                allowed=can_read_calibration,
            )
        )


def _promise(ticket: Any, **_kwargs: Any) -> None:
    from .actions import promise_first

    promise_first(ticket=ticket)


def _follow(ticket: Any, fields: frozenset[str], **_kwargs: Any) -> None:
    from .actions import follow_change

    if fields & {"service_class", "size", "lane", "times_reopened"}:
        follow_change(ticket=ticket)
